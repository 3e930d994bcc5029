with

measurements as (
    select
        *,
        -- A doubtful figure must not hide in a count or a median, where nobody sees its quality.
        is_goal_met is not null and 'disputed' in (goal_quality, achieved_quality) as is_in_doubt
    from {{ touched('fct_measurement') }}
),

departments as (
    select * from {{ ref('dim_department') }}
),

municipalities as (
    select * from {{ ref('dim_municipality') }}
),

quarters as (
    select * from {{ ref('dim_quarter') }}
),

counted as (
    select
        municipality_id,
        department_id,
        quarter_id,
        count(*) as indicators,
        count(*) filter (where is_goal_met and not is_in_doubt) as goals_met,
        count(*) filter (where not is_goal_met and not is_in_doubt) as goals_below,
        count(*) filter (where is_in_doubt) as in_doubt,
        count(*) filter (where is_goal_met is null and progress_reason in ('goal_missing', 'goal_zero')) as no_goal,
        count(*) filter (where progress_reason = 'achieved_missing') as not_reported,
        median(progress_pct) filter (where not is_in_doubt) as median_progress_pct,
        {{ quality_counts() }}
    from measurements
    group by municipality_id, department_id, quarter_id
),

final as (
    select
        {{ surrogate_key(['counted.department_id', 'counted.quarter_id']) }} as scorecard_id,
        counted.municipality_id,
        counted.department_id,
        counted.quarter_id,
        municipalities.municipality,
        municipalities.state,
        departments.department,
        quarters.fiscal_year,
        quarters.quarter,
        quarters.quarter_start,
        counted.* exclude (municipality_id, department_id, quarter_id)
    from counted
    inner join departments on counted.department_id = departments.department_id
    inner join municipalities on counted.municipality_id = municipalities.municipality_id
    inner join quarters on counted.quarter_id = quarters.quarter_id
)

select * from final
