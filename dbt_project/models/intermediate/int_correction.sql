with

corrections as (
    select * from {{ ref('stg_correction') }}
    where recorded_until is null
),

documents as (
    select * from {{ ref('int_document') }}
    where is_current
),

stated_rows as (
    select * from {{ ref('int_indicator_row') }}
),

final as (
    select
        documents.municipality_id,
        stated_rows.indicator_id,
        corrections.* exclude (recorded_until)
    from corrections
    inner join documents on corrections.extraction_id = documents.extraction_id
    left join stated_rows
        on documents.reading_id = stated_rows.reading_id and corrections.row_number = stated_rows.row_number
)

select * from final
