with

stated_values as (
    select * from {{ ref('stg_value') }}
),

stated_rows as (
    select * from {{ ref('int_indicator_row') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

corrections as (
    select * from {{ ref('stg_correction') }}
    where row_number is not null and field is not null and not is_text
),

-- Before a correction was recorded, and after it was taken back, the figure was as read. The same is said of what
-- counts now by the view `corrected_value` of landing.
timed as (
    select
        stated_values.* replace (
            case corrections.action
                when 'set' then corrections.new_value
                when 'drop' then null
                else stated_values.value
            end as value,
            case corrections.action
                when 'set' then 'corrected'
                when 'drop' then 'missing'
                when 'flag' then 'disputed'
                when 'accept' then if(stated_values.text is null, 'corrected', 'confirmed')
                else stated_values.quality
            end as quality,
            case corrections.action
                when 'set' then 'corrected_by_person'
                when 'drop' then 'dropped_by_person'
                when 'flag' then 'flagged_by_person'
                when 'accept' then 'accepted_by_person'
                else stated_values.reason
            end as reason
        ),
        documents.reading_id,
        documents.is_exact,
        documents.order_of_issue,
        documents.is_current,
        documents.recorded_from,
        documents.recorded_until,
        documents.vintage,
        documents.precedence,
        corrections.action as correction
    from stated_values
    inner join documents on stated_values.extraction_id = documents.extraction_id
    left join corrections
        on
            stated_values.extraction_id = corrections.extraction_id
            and stated_values.row_number = corrections.row_number
            and stated_values.measure || coalesce('.' || stated_values.quarter, '') = corrections.field
            and documents.recorded_from >= corrections.recorded_at
            and (corrections.recorded_until is null or documents.recorded_from < corrections.recorded_until)
),

final as (
    select
        hash(timed.value_id, timed.reading_id) as figure_id,
        stated_rows.indicator_id,
        stated_rows.municipality_id,
        stated_rows.fiscal_year,
        timed.* exclude (value_id),
        timed.quality not in ('disputed', 'missing') as is_good,
        -- Whether the publisher surely said this. A disputed figure in an exact text is what was published; a
        -- disputed recognition may be our misreading.
        timed.value is not null
        and (timed.is_exact or timed.quality not in ('disputed', 'missing')) as is_stated,
        coalesce(timed.correction in ('set', 'accept'), false) as is_decided,
        -- Whether two figures stand at one place with one text can be told by this.
        hash(
            timed.text, timed.document_sha256, timed.page, timed.x0, timed.top, timed.x1, timed.bottom,
            timed.span_start, timed.span_end, timed.confidence
        ) as place
    from timed
    inner join stated_rows
        on timed.reading_id = stated_rows.reading_id and timed.row_number = stated_rows.row_number
)

select * from final
