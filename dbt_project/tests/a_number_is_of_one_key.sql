{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_row'}}}) }}
-- What a build joins by numbers, it would mix where two keys had one.
select
    'indicator' as what,
    indicator_key as number
from {{ ref('int_indicator_row') }}
group by indicator_key
having min(indicator_id) <> max(indicator_id)
union all
select
    'reading' as what,
    reading_key as number
from {{ ref('int_document') }}
group by reading_key
having count(*) > 1
union all
select
    'row' as what,
    row_id as number
from {{ ref('stg_row') }}
group by row_id
having count(*) > 1
