{{ config(sorted_by=['indicator_id', 'quarter']) }}

with

measurements as (
    select * from {{ touched('fct_measurement_known') }}
),

final as (
    select * exclude (known_measurement_id, known_from, known_to)
    from measurements
    where known_to is null
)

select * from final
