with

documents as (
    select * from {{ source('landing', 'document') }}
),

extractions as (
    select * from {{ ref('stg_extraction') }}
),

final as (
    select
        documents.document_sha256,
        documents.file,
        documents.kind,
        documents.kind in ('digital_pdf', 'spreadsheet') as is_exact,
        documents.bytes,
        documents.pages,
        documents.received_at
    from documents
    inner join extractions on documents.document_sha256 = extractions.document_sha256
)

select * from final
