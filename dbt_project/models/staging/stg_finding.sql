with

landed as (
    select * from {{ source('landing', 'finding') }}
),

stated_rows as (
    select * from {{ ref('stg_row') }}
),

final as (
    select
        stated_rows.extraction_id,
        stated_rows.document_sha256,
        landed.row_number,
        landed.finding_number,
        landed.rule,
        array_to_string(landed.fields, ', ') as fields,
        landed.detail,
        stated_rows.page
    from landed
    inner join stated_rows
        on landed.extraction_number = stated_rows.extraction_number and landed.row_number = stated_rows.row_number
)

select * from final
