with

-- One key finds them in half the time of two.
landed as (
    select * from {{ source('landing', 'value') }}
    semi join {{ ref('stg_admitted_extraction') }} using (extraction_number)
),

stated_rows as (
    select * from {{ ref('stg_row') }}
),

final as (
    select
        hash(stated_rows.row_id, landed.measure, landed.quarter) as value_id,
        stated_rows.row_id,
        landed.measure,
        landed.quarter,
        landed.value,
        landed.text,
        landed.quality,
        landed.reason,
        coalesce(landed.page, stated_rows.page) as page,
        landed.x0,
        landed.top,
        landed.x1,
        landed.bottom,
        landed.span_start,
        landed.span_end,
        landed.confidence
    from landed
    inner join stated_rows
        on landed.extraction_number = stated_rows.extraction_number and landed.row_number = stated_rows.row_number
)

select * from final
