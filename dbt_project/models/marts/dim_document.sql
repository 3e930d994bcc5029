with

documents as (
    select * from {{ ref('int_document') }}
),

stated_values as (
    select
        document_sha256,
        count(*) as value_count
    from {{ ref('int_value') }}
    group by document_sha256
),

stated_rows as (
    select
        document_sha256,
        count(*) as row_count
    from {{ ref('int_indicator_row') }}
    group by document_sha256
),

final as (
    select
        documents.document_sha256,
        documents.file as document_file,
        documents.kind,
        documents.is_exact,
        documents.bytes,
        documents.pages,
        documents.profile,
        documents.extraction_id,
        documents.extractor,
        documents.municipality_id,
        documents.program_id,
        documents.entity,
        documents.fiscal_year as stated_in_year,
        documents.stated_in_quarter,
        coalesce(stated_rows.row_count, 0) as row_count,
        coalesce(stated_values.value_count, 0) as value_count,
        documents.received_at,
        documents.recorded_at
    from documents
    left join stated_rows on documents.document_sha256 = stated_rows.document_sha256
    left join stated_values on documents.document_sha256 = stated_values.document_sha256
)

select * from final
