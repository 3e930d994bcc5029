{{ config(meta={'dagster': {'ref': {'name': 'measurements'}}}) }}
-- The joins of the flat views neither lose nor repeat a row of the star.
with

-- A view tells no key: all municipalities of a name are counted.
named as (
    select municipality_id
    from {{ ref('dim_municipality') }}
    where {{ has_touched_name() }}
),

counted as (
    select
        'measurements' as flat_view,
        (
            select count(*)
            from {{ ref('fct_measurement') }}
            where municipality_id in (select municipality_id from named)
        ) as facts,
        (
            select count(*)
            from {{ ref('measurements') }}
            where {{ has_touched_name() }}
        ) as shown
    union all
    select
        'measurement_history' as flat_view,
        (
            select count(*) filter (where is_last_reading)
            from {{ ref('fct_measurement_history') }}
            where municipality_id in (select municipality_id from named)
        ) as facts,
        (
            select count(*)
            from {{ ref('measurement_history') }}
            where {{ has_touched_name() }}
        ) as shown
    union all
    select
        'restatements' as flat_view,
        (
            select count(*)
            from {{ ref('fct_restatement') }}
            where municipality_id in (select municipality_id from named)
        ) as facts,
        (
            select count(*)
            from {{ ref('restatements') }}
            where {{ has_touched_name() }}
        ) as shown
)

select * from counted
where facts <> shown
