with

documents as (
    select * from {{ source('landing', 'document') }}
),

extractions as (
    select * from {{ ref('stg_admitted_extraction') }}
),

final as (
    select
        document_sha256,
        file,
        kind,
        kind in ('digital_pdf', 'spreadsheet') as is_exact,
        bytes,
        pages,
        received_at,
        issued_at
    from documents
    semi join extractions on documents.document_sha256 = extractions.document_sha256
)

select * from final
