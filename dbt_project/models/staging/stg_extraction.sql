with

extractions as (
    select * from {{ source('landing', 'current_extraction') }}
),

final as (
    select
        extraction_id,
        document_sha256,
        extractor,
        profile,
        nullif(trim(municipality), '') as municipality,
        nullif(trim(state), '') as state,
        nullif(trim(entity), '') as entity,
        nullif(trim(program_code), '') as program_code,
        nullif(trim(program_name), '') as program_name,
        fiscal_year,
        quarter as stated_in_quarter,
        recorded_at
    from extractions
)

select * from final
