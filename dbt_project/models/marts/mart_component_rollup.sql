with

measurements as (
    select * from {{ touched('fct_measurement') }}
),

indicators as (
    select * from {{ touched('dim_indicator') }}
),

stated as (
    select
        measurements.*,
        indicators.level,
        indicators.variable_unit,
        {{ name_key('indicators.variable_unit') }} as unit_key,
        {{ code_key('indicators.indicator_code') }} as code_key,
        count(*) over (
            partition by
                measurements.program_id, indicators.level, {{ code_key('indicators.indicator_code') }},
                measurements.quarter
        ) > 1 as shares_code
    from measurements
    inner join indicators on measurements.indicator_version_id = indicators.indicator_version_id
    where
        indicators.level in ('Componente', 'Actividad')
        and indicators.indicator_code is not null
),

components as (
    select * from stated
    where level = 'Componente'
),

activities as (
    select
        *,
        regexp_replace(code_key, '[.-][^.-]+$', '') as component_key
    from stated
    where level = 'Actividad'
),

summed as (
    select
        components.measurement_id,
        count(activities.measurement_id) as activities,
        count(activities.goal) as goals,
        count(activities.achieved) as results,
        cast(sum(cast(activities.goal as decimal(38, 8))) as double) as goal_sum,
        cast(sum(cast(activities.achieved as decimal(38, 8))) as double) as achieved_sum,
        bool_or(activities.goal_quality = 'disputed') as is_goal_in_doubt,
        bool_or(activities.achieved_quality = 'disputed') as is_achieved_in_doubt,
        bool_or(activities.shares_code) as shares_code,
        bool_or(activities.unit_key is distinct from components.unit_key) as is_unlike,
        bool_or('unknown' in (activities.accumulation, components.accumulation)) as is_accumulation_unknown,
        bool_or(activities.accumulation <> 'sum' or components.accumulation <> 'sum') as is_not_added
    from components
    left join activities
        on
            components.program_id = activities.program_id
            and components.code_key = activities.component_key
            and components.quarter = activities.quarter
    group by components.measurement_id
),

judged as (
    select
        components.*,
        summed.* exclude (measurement_id, shares_code),
        case
            when summed.activities = 0 then 'no_activities'
            when components.shares_code or summed.shares_code then 'code_shared'
            when components.unit_key is null then 'unit_missing'
            when summed.is_unlike then 'units_unlike'
            when regexp_matches(components.unit_key, '^(%|porcentaje|porciento|por ciento|tasa|indice|promedio|razon)')
                then 'unit_does_not_add'
            when summed.is_accumulation_unknown then 'accumulation_unknown'
            when summed.is_not_added then 'accumulation_does_not_add'
        end as rollup_reason
    from components
    inner join summed on components.measurement_id = summed.measurement_id
),

explained as (
    select
        *,
        case
            when rollup_reason is not null then rollup_reason
            when goals < activities then 'goal_missing'
            when is_goal_in_doubt then 'in_doubt'
        end as activities_goal_reason,
        case
            when rollup_reason is not null then rollup_reason
            when results < activities then 'achieved_missing'
            when is_achieved_in_doubt then 'in_doubt'
        end as activities_achieved_reason,
        case when activities_goal_reason is null then goal_sum end as activities_goal,
        case when activities_achieved_reason is null then achieved_sum end as activities_achieved
    from judged
),

final as (
    select
        measurement_id,
        indicator_id,
        indicator_version_id,
        municipality_id,
        program_id,
        department_id,
        quarter_id,
        fiscal_year,
        quarter,
        variable_unit,
        activities,
        goal,
        goal_quality,
        activities_goal,
        activities_goal_reason,
        goal - activities_goal as goal_difference,
        achieved,
        achieved_quality,
        activities_achieved,
        activities_achieved_reason,
        achieved - activities_achieved as achieved_difference,
        {{ progress_pct('activities_achieved', 'activities_goal') }} as activities_progress_pct
    from explained
)

select * from final
