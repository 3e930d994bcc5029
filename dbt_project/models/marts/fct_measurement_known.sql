{{ config(post_hook="{{ as_of_macro() }}") }}

with

measurements as (
    select * from {{ ref('int_progress') }}
),

marked as (
    select
        *,
        hash(*columns(* exclude (known_from, known_until))) as content
    from measurements
),

-- Spans that follow one another and in which the same was known are one.
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

merged as (
    select
        *,
        max(known_until) over same_span as span_until,
        bool_or(known_until is null) over same_span as is_open
    from numbered
    window same_span as (partition by indicator_id, quarter, span_number)
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
        case when not is_open then span_until end as known_to
    from merged
    where not is_same
)

select * from final
