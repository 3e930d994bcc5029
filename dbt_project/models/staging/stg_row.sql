with

landed as (
    select * from {{ source('landing', 'corrected_row') }}
),

extractions as (
    select * from {{ ref('stg_admitted_extraction') }}
),

quarantined as (
    select * from {{ ref('stg_quarantined_row') }}
),

final as (
    select
        landed.extraction_id,
        extractions.document_sha256,
        landed.row_number,
        landed.page,
        nullif(trim(landed.level), '') as level,
        nullif(trim(landed.code), '') as code,
        nullif(trim(landed.department), '') as department,
        nullif(trim(landed.objective), '') as objective,
        nullif(trim(landed.indicator), '') as indicator,
        nullif(trim(landed.acronym), '') as acronym,
        nullif(trim(landed.frequency), '') as frequency,
        nullif(trim(landed.unit), '') as unit,
        nullif(trim(landed.variable_unit), '') as variable_unit,
        nullif(trim(landed.justification), '') as justification
    from landed
    inner join extractions on landed.extraction_id = extractions.extraction_id
    anti join quarantined
        on landed.extraction_id = quarantined.extraction_id and landed.row_number = quarantined.row_number
)

select * from final
