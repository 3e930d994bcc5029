with

holds as (
    select * from {{ source('landing', 'row_hold') }}
),

extractions as (
    select * from {{ ref('stg_admitted_extraction') }}
),

final as (
    select
        holds.extraction_id,
        {{ row_id('holds') }} as row_id,
        holds.held_at,
        holds.released_at
    from holds
    inner join extractions on holds.extraction_id = extractions.extraction_id
)

select * from final
