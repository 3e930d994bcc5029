{{ config(materialized='view') }}

with

final as (
    select * from {{ ref('stg_touched') }}
)

select * from final
