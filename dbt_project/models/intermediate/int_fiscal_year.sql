with

readings as (
    select * from {{ ref('stg_every_reading') }}
),

final as (
    select distinct fiscal_year from readings
)

select * from final
