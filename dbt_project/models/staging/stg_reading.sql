with

final as (
    select * from {{ ref('stg_every_reading') }}
    semi join {{ ref('stg_touched') }} using (municipality_id)
)

select * from final
