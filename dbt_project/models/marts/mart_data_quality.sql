with

stated_values as (
    select * from {{ ref('int_value') }}
    where is_current
),

findings as (
    select * from {{ ref('int_finding') }}
    where is_current
),

readings as (
    select * from {{ ref('int_document') }}
),

documents as (
    select * from {{ touched('dim_document') }}
),

figures as (
    select
        reading_key,
        measure as field,
        count(*) as value_count,
        {{ quality_counts() }},
        count(*) filter (where quality = 'missing' and reason is null) as blank
    from stated_values
    group by reading_key, measure
),

counted as (
    select
        readings.document_sha256,
        figures.* exclude (reading_key)
    from figures
    inner join readings on figures.reading_key = readings.reading_key
),

fields_of_findings as (
    select distinct
        document_sha256,
        row_number,
        finding_number,
        split_part(unnest(string_split(fields, ', ')), '.', 1) as field
    from findings
),

found as (
    select
        document_sha256,
        field,
        count(*) as findings
    from fields_of_findings
    group by document_sha256, field
),

final as (
    select
        {{ surrogate_key(['counted.document_sha256', 'counted.field']) }} as data_quality_id,
        counted.document_sha256,
        documents.municipality_id,
        documents.document_file,
        documents.kind,
        documents.stated_in_year,
        documents.stated_in_quarter,
        counted.* exclude (document_sha256),
        coalesce(found.findings, 0) as findings
    from counted
    inner join documents on counted.document_sha256 = documents.document_sha256
    left join found on counted.document_sha256 = found.document_sha256 and counted.field = found.field
)

select * from final
