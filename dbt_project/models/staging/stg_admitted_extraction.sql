with

final as (
    select distinct
        extraction_id,
        document_sha256
    from {{ ref('stg_reading') }}
)

select * from final
