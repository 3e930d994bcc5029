with

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
    where is_current
    qualify row_number() over (partition by indicator_id order by vintage desc) = 1
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
        indicators.indicator_version_id,
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
    from indicators
    cross join quarters
    left join goals
        on indicators.indicator_id = goals.indicator_id and quarters.quarter = goals.quarter
    left join results
        on indicators.indicator_id = results.indicator_id and quarters.quarter = results.quarter
    left join annual_goals on indicators.indicator_id = annual_goals.indicator_id
)

select * from final
