{{ config(meta={'dagster': {'ref': {'name': 'fct_measurement_history'}}}) }}
-- Each row that was let pass stands in the history, whatever it lacks, and its indicator among the measurements; but
-- for those that a person dropped or the landing suite held.
with

dropped as (
    select * from {{ ref('stg_correction') }}
    where field is null and action = 'drop'
)

select
    stated_rows.document_sha256,
    stated_rows.row_number
from {{ ref('int_indicator_row') }} as stated_rows
left join {{ tested('fct_measurement_history') }} as history
    on
        stated_rows.indicator_id = history.indicator_id
        and stated_rows.document_sha256 = history.document_sha256
        and stated_rows.recorded_from = history.recorded_from
left join {{ tested('fct_measurement') }} as measurements on stated_rows.indicator_id = measurements.indicator_id
where
    history.statement_id is null
    or (measurements.measurement_id is null and stated_rows.is_current)
union all
select
    document_sha256,
    row_number
from {{ ref('stg_row') }}
anti join {{ ref('int_indicator_row') }} using (extraction_id, row_number)
anti join dropped using (extraction_id, row_number)
anti join {{ ref('stg_row_hold') }} using (row_id)
