with

landed as (
    select
        stated_rows.*,
        extractions.extraction_id,
        extractions.document_sha256
    from {{ source('landing', 'row') }} as stated_rows
    inner join {{ ref('stg_admitted_extraction') }} as extractions
        on stated_rows.extraction_number = extractions.extraction_number
),

unsure as (
    select
        findings.extraction_number,
        findings.row_number
    from {{ source('landing', 'finding') }} as findings
    where findings.rule = 'label_unsure' and list_contains(findings.fields, 'department')
),

final as (
    select
        landed.extraction_id,
        landed.extraction_number,
        landed.document_sha256,
        landed.row_number,
        {{ row_id('landed') }} as row_id,
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
        nullif(trim(landed.justification), '') as justification,
        unsure.row_number is not null as is_department_unsure
    from landed
    left join unsure
        on landed.extraction_number = unsure.extraction_number and landed.row_number = unsure.row_number
)

select * from final
