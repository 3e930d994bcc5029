-- The joins of the flat views neither lose nor repeat a row of the star.
with

touched as (
    select
        municipality,
        state
    from {{ tested('dim_municipality') }}
),

counted as (
    select
        'measurements' as flat_view,
        (select count(*) from {{ tested('fct_measurement') }}) as facts,
        (
            select count(*)
            from {{ ref('measurements') }} as shown
            semi join touched
                on
                    shown.municipality is not distinct from touched.municipality
                    and shown.state is not distinct from touched.state
        ) as shown
    union all
    select
        'measurement_history' as flat_view,
        (select count(*) filter (where is_last_reading) from {{ tested('fct_measurement_history') }}) as facts,
        (
            select count(*)
            from {{ ref('measurement_history') }} as shown
            semi join touched
                on
                    shown.municipality is not distinct from touched.municipality
                    and shown.state is not distinct from touched.state
        ) as shown
    union all
    select
        'restatements' as flat_view,
        (
            -- The view tells no state: all municipalities of the name are counted.
            select count(*)
            from {{ ref('fct_restatement') }} as restatements
            inner join {{ ref('dim_municipality') }} as municipalities
                on restatements.municipality_id = municipalities.municipality_id
            semi join touched on municipalities.municipality is not distinct from touched.municipality
        ) as facts,
        (
            select count(*)
            from {{ ref('restatements') }} as shown
            semi join touched on shown.municipality is not distinct from touched.municipality
        ) as shown
)

select * from counted
where facts <> shown
