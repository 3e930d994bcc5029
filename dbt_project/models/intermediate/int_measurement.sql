{{ config(materialized='view') }}

with

readings as (
    select * from {{ ref('int_known_reading') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

-- What was known of an indicator in a span of time is named as the latest report of that time names it.
spans as (
    select
        indicator_key,
        known_from,
        known_until,
        max(vintage) as vintage,
        arg_max(reading_key, precedence) as reading_key
    from readings
    group by indicator_key, known_from, known_until
),

former as (
    select * from {{ ref('int_former_indicator') }}
),

quarters as (
    select unnest([1, 2, 3, 4]) as quarter
),

best_values as (
    select * from {{ ref('int_best_value') }}
),

goals as (
    select * from best_values
    where measure = 'goal'
),

results as (
    select * from best_values
    where measure = 'achieved'
),

annual_goals as (
    select * from best_values
    where measure = 'annual_goal'
),

final as (
    select
        indicators.indicator_id,
        spans.indicator_key,
        spans.known_from,
        spans.known_until,
        coalesce(former.indicator_version_id, indicators.indicator_version_id) as indicator_version_id,
        indicators.municipality_id,
        indicators.program_id,
        indicators.department_id,
        indicators.fiscal_year,
        quarters.quarter,
        {{ value_columns('goals', 'goal') }},
        {{ value_columns('results', 'achieved') }},
        annual_goals.value as annual_goal,
        coalesce(annual_goals.quality, 'missing') as annual_goal_quality,
        coalesce(
            {{ worst_quality(['goals.quality', 'results.quality', 'annual_goals.quality']) }}, 'missing'
        ) as quality
    from spans
    inner join indicators on spans.indicator_key = indicators.indicator_key and spans.vintage = indicators.vintage
    left join former on spans.indicator_key = former.indicator_key and spans.reading_key = former.reading_key
    cross join quarters
    left join goals
        on
            spans.indicator_key = goals.indicator_key
            and spans.known_from = goals.known_from
            and quarters.quarter = goals.quarter
    left join results
        on
            spans.indicator_key = results.indicator_key
            and spans.known_from = results.known_from
            and quarters.quarter = results.quarter
    left join annual_goals
        on spans.indicator_key = annual_goals.indicator_key and spans.known_from = annual_goals.known_from
)

select * from final
