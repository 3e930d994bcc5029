with

documents as (
    select * from {{ ref('int_document') }}
    where is_last
),

stated_values as (
    select
        reading_key,
        count(*) as value_count
    from {{ ref('int_value') }}
    group by reading_key
),

stated_rows as (
    select
        reading_key,
        count(*) as row_count
    from {{ ref('int_indicator_row') }}
    group by reading_key
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
        documents.plan,
        documents.plan_origin,
        documents.fiscal_year as stated_in_year,
        documents.stated_in_quarter,
        coalesce(stated_rows.row_count, 0) as row_count,
        coalesce(stated_values.value_count, 0) as value_count,
        documents.issued_at,
        documents.received_at,
        documents.recorded_from as recorded_at,
        case when documents.is_withdrawn then documents.recorded_until end as withdrawn_at,
        documents.is_withdrawn,
        not documents.is_current and not documents.is_withdrawn as is_held
    from documents
    left join stated_rows on documents.reading_key = stated_rows.reading_key
    left join stated_values on documents.reading_key = stated_values.reading_key
)

select * from final
