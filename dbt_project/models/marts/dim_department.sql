with

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

final as (
    select
        department_id,
        municipality_id,
        department,
        department is not null as is_known
    from indicators
    qualify row_number() over (partition by department_id order by is_counted desc, vintage desc, department asc) = 1
)

select * from final
