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

-- Until a correction was recorded nobody knew of it: the figure was as read.
timed as (
    select
        stated_values.* exclude (value, quality, reason, correction, corrected_from, read_value, read_quality),
        documents.reading_id,
        documents.is_exact,
        documents.order_of_issue,
        documents.is_current,
        documents.recorded_from,
        documents.recorded_until,
        documents.vintage,
        documents.precedence,
        stated_values.corrected_from > documents.recorded_from as is_before_correction,
        case when is_before_correction then stated_values.read_value else stated_values.value end as value,
        case when is_before_correction then stated_values.read_quality else stated_values.quality end as quality,
        case when is_before_correction then null else stated_values.reason end as reason,
        case when is_before_correction then null else stated_values.correction end as correction
    from stated_values
    inner join documents on stated_values.extraction_id = documents.extraction_id
),

final as (
    select
        stated_rows.indicator_id,
        stated_rows.municipality_id,
        stated_rows.fiscal_year,
        timed.* exclude (is_before_correction),
        timed.quality not in ('disputed', 'missing') as is_good,
        -- Whether the publisher surely said this. A disputed figure in an exact text is what was published; a
        -- disputed recognition may be our misreading.
        timed.value is not null
        and (timed.is_exact or timed.quality not in ('disputed', 'missing')) as is_stated,
        coalesce(timed.correction in ('set', 'accept'), false) as is_decided
    from timed
    inner join stated_rows
        on timed.reading_id = stated_rows.reading_id and timed.row_number = stated_rows.row_number
)

select * from final
