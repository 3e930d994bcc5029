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
        stated_rows.indicator_key,
        stated_rows.reading_key,
        documents.document_sha256,
        documents.is_exact,
        documents.order_of_issue,
        documents.is_current,
        documents.vintage,
        documents.precedence,
        corrections.action as correction
    from stated_values
    inner join stated_rows on stated_values.row_id = stated_rows.row_id
    inner join documents on stated_rows.reading_key = documents.reading_key
    left join corrections
        on
            stated_values.row_id = corrections.row_id
            and stated_values.measure || coalesce('.' || stated_values.quarter, '') = corrections.field
            and documents.recorded_from >= corrections.recorded_at
            and (corrections.recorded_until is null or documents.recorded_from < corrections.recorded_until)
),

final as (
    select
        * exclude (row_id, document_sha256),
        hash(value_id, reading_key) as figure_id,
        quality not in ('disputed', 'missing') as is_good,
        -- Whether the publisher surely said this. A disputed figure in an exact text is what was published; a
        -- disputed recognition may be our misreading.
        value is not null
        and (is_exact or quality not in ('disputed', 'missing')) as is_stated,
        coalesce(correction in ('set', 'accept'), false) as is_decided,
        -- Whether two figures stand at one place with one text can be told by this.
        hash(
            text, document_sha256, page, x0, top, x1, bottom, span_start, span_end, confidence
        ) as place
    from timed
)

select * from final
