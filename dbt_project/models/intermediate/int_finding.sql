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
        stated_rows.reading_id,
        stated_rows.is_current,
        findings.*
    from findings
    inner join stated_rows
        on
            findings.extraction_id = stated_rows.extraction_id
            and findings.row_number = stated_rows.row_number
)

select * from final
