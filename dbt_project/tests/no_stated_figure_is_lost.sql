{{ config(meta={'dagster': {'ref': {'name': 'fct_measurement_history'}}}) }}
-- Each goal and result that was let pass stands in the history with its value; but for those of dropped rows.
with

dropped as (
    select * from {{ ref('stg_correction') }}
    where field is null and action = 'drop'
)

select stated_values.figure_id
from {{ ref('int_value') }} as stated_values
left join {{ tested('fct_measurement_history') }} as history
    on
        stated_values.indicator_id = history.indicator_id
        and stated_values.document_sha256 = history.document_sha256
        and stated_values.recorded_from = history.recorded_from
        and stated_values.quarter = history.quarter
where
    stated_values.measure in ('goal', 'achieved')
    and stated_values.value is distinct from
    case stated_values.measure when 'goal' then history.goal else history.achieved end
union all
select landed.value_id
from {{ ref('stg_value') }} as landed
anti join {{ ref('int_value') }} as stated_values
    on
        landed.extraction_id = stated_values.extraction_id
        and landed.row_number = stated_values.row_number
        and landed.measure = stated_values.measure
        and landed.quarter is not distinct from stated_values.quarter
anti join dropped on landed.extraction_id = dropped.extraction_id and landed.row_number = dropped.row_number
