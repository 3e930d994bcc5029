-- The joins of the flat views neither lose nor repeat a row of the star.
with

counted as (
    select
        'measurements' as flat_view,
        (select count(*) from {{ ref('fct_measurement') }}) as facts,
        (select count(*) from {{ ref('measurements') }}) as shown
    union all
    select
        'measurement_history' as flat_view,
        (select count(*) filter (where is_last_reading) from {{ ref('fct_measurement_history') }}) as facts,
        (select count(*) from {{ ref('measurement_history') }}) as shown
    union all
    select
        'restatements' as flat_view,
        (select count(*) from {{ ref('fct_restatement') }}) as facts,
        (select count(*) from {{ ref('restatements') }}) as shown
)

select * from counted
where facts <> shown
