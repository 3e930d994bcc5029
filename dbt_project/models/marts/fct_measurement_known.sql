{{ config(post_hook="{{ as_of_macro() }}", sorted_by=['indicator_id', 'quarter']) }}

with

measurements as (
    select * from {{ ref('int_progress') }}
),

-- What is compared is narrow; the figures are joined in the end.
marked as (
    select
        indicator_id,
        quarter,
        known_from,
        known_until,
        hash(*columns(* exclude (known_from, known_until))) as content
    from measurements
),

compared as (
    select
        *,
        coalesce(
            known_from = lag(known_until) over in_order and content = lag(content) over in_order, false
        ) as is_same
    from marked
    window in_order as (partition by indicator_id, quarter order by known_from)
),

numbered as (
    select
        *,
        count(*) filter (where not is_same) over (
            partition by indicator_id, quarter
            order by known_from
            rows between unbounded preceding and current row
        ) as span_number
    from compared
),

-- Spans that follow one another and in which the same was known are one.
spans as (
    select
        indicator_id,
        quarter,
        span_number,
        min(known_from) as known_from,
        case when not bool_or(known_until is null) then max(known_until) end as known_to
    from numbered
    group by indicator_id, quarter, span_number
),

final as (
    select
        {{ surrogate_key(['spans.indicator_id', 'spans.quarter', 'span_number']) }} as known_measurement_id,
        {{ surrogate_key(['spans.indicator_id', 'spans.quarter']) }} as measurement_id,
        measurements.indicator_id,
        indicator_version_id,
        municipality_id,
        program_id,
        department_id,
        {{ quarter_key('fiscal_year', 'measurements.quarter') }} as quarter_id,
        fiscal_year,
        measurements.quarter,
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
        measurements.known_from,
        spans.known_to
    from spans
    inner join measurements
        on
            spans.indicator_id = measurements.indicator_id
            and spans.quarter = measurements.quarter
            and spans.known_from = measurements.known_from
)

select * from final
