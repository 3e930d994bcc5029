{{ config(post_hook="{{ as_of_macro() }}", sorted_by=['indicator_id', 'quarter']) }}

with

measurements as (
    select * from {{ ref('int_progress') }}
),

goals as (
    select * from {{ ref('int_value') }}
    where measure = 'goal'
),

results as (
    select * from {{ ref('int_value') }}
    where measure = 'achieved'
),

documents as (
    select * from {{ ref('int_document') }}
),

-- Where a figure stands is joined in the end; another document that says the same at another place is news.
marked as (
    select
        indicator_key,
        quarter,
        known_from,
        known_until,
        hash(*columns(* exclude (known_from, known_until, goal_figure_id, achieved_figure_id))) as content
    from measurements
),

compared as (
    select
        *,
        coalesce(
            known_from = lag(known_until) over in_order and content = lag(content) over in_order, false
        ) as is_same
    from marked
    window in_order as (partition by indicator_key, quarter order by known_from)
),

numbered as (
    select
        *,
        count(*) filter (where not is_same) over (
            partition by indicator_key, quarter
            order by known_from
            rows between unbounded preceding and current row
        ) as span_number
    from compared
),

-- Spans that follow one another and in which the same was known are one.
spans as (
    select
        indicator_key,
        quarter,
        span_number,
        min(known_from) as known_from,
        case when not bool_or(known_until is null) then max(known_until) end as known_to
    from numbered
    group by indicator_key, quarter, span_number
),

joined as (
    select
        measurements.*,
        spans.span_number,
        spans.known_to,
        {{ place_columns('goals', 'documents_of_goals.document_sha256', 'goal') }},
        {{ place_columns('results', 'documents_of_results.document_sha256', 'achieved') }}
    from spans
    inner join measurements
        on
            spans.indicator_key = measurements.indicator_key
            and spans.quarter = measurements.quarter
            and spans.known_from = measurements.known_from
    left join goals on measurements.goal_figure_id = goals.figure_id
    left join results on measurements.achieved_figure_id = results.figure_id
    left join documents as documents_of_goals on goals.reading_key = documents_of_goals.reading_key
    left join documents as documents_of_results on results.reading_key = documents_of_results.reading_key
),

final as (
    select
        {{ surrogate_key(['indicator_id', 'quarter', 'span_number']) }} as known_measurement_id,
        {{ surrogate_key(['indicator_id', 'quarter']) }} as measurement_id,
        indicator_id,
        indicator_version_id,
        municipality_id,
        program_id,
        department_id,
        {{ quarter_key('fiscal_year', 'quarter') }} as quarter_id,
        fiscal_year,
        quarter,
        {{ value_column_names('goal') }},
        {{ value_column_names('achieved') }},
        progress_pct,
        progress_reason,
        progress_quality,
        direction,
        is_goal_met,
        annual_goal,
        annual_goal_quality,
        accumulation,
        accumulated_achieved,
        accumulated_pct,
        accumulated_reason,
        accumulated_quality,
        quality,
        known_from,
        known_to
    from joined
)

select * from final
