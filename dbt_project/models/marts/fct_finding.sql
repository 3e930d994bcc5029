with

findings as (
    select * from {{ ref('int_finding') }}
    where is_current
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

final as (
    select
        {{ surrogate_key(['findings.document_sha256', 'findings.row_number', 'findings.finding_number']) }}
            as finding_id,
        findings.indicator_id,
        indicators.indicator_version_id,
        indicators.municipality_id,
        indicators.program_id,
        indicators.department_id,
        findings.document_sha256,
        findings.rule,
        findings.fields,
        findings.detail,
        findings.page
    from findings
    inner join indicators
        on findings.indicator_id = indicators.indicator_id and findings.vintage = indicators.vintage
)

select * from final
