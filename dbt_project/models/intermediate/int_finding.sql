with

findings as (
    select * from {{ ref('stg_finding') }}
),

stated_rows as (
    select * from {{ ref('int_indicator_row') }}
),

final as (
    select
        stated_rows.indicator_id,
        stated_rows.vintage,
        findings.*
    from findings
    inner join stated_rows
        on
            findings.document_sha256 = stated_rows.document_sha256
            and findings.row_number = stated_rows.row_number
)

select * from final
