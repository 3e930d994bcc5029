with

final as (
    select distinct
        extraction_id,
        extraction_number,
        document_sha256
    from {{ ref('stg_reading') }}
)

select * from final
