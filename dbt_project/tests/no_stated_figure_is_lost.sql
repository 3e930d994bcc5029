{{ config(meta={'dagster': {'ref': {'name': 'fct_measurement_history'}}}) }}
-- Each goal and result that was let pass stands in the history with its value; but for those of dropped and held rows.
with

dropped as (
    select * from {{ ref('stg_correction') }}
    where field is null and action = 'drop'
)

select stated_values.figure_id
from {{ ref('int_value') }} as stated_values
inner join {{ ref('int_document') }} as documents on stated_values.reading_key = documents.reading_key
left join {{ tested('fct_measurement_history') }} as history
    on
        stated_values.indicator_key = {{ number_of('history.indicator_id') }}
        and documents.document_sha256 = history.document_sha256
        and documents.recorded_from = history.recorded_from
        and stated_values.quarter = history.quarter
where
    stated_values.measure in ('goal', 'achieved')
    and stated_values.value is distinct from
    case stated_values.measure when 'goal' then history.goal else history.achieved end
union all
select landed.value_id
from {{ ref('stg_value') }} as landed
anti join {{ ref('int_value') }} as stated_values on landed.value_id = stated_values.value_id
anti join dropped on landed.row_id = dropped.row_id
anti join {{ ref('stg_row_hold') }} as held on landed.row_id = held.row_id
