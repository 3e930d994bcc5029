{{ config(materialized='view') }}

with

measurements as (
    select * from {{ ref('int_measurement') }}
),

accumulations as (
    select * from {{ ref('int_accumulation') }}
),

attributes as (
    select * from {{ ref('int_indicator_attribute') }}
),

-- The year up to each of its quarters. Four sums of a group take a fraction of what a window takes that carries all
-- columns of a measurement.
years as (
    select
        indicator_key,
        known_from,
        {{ up_to_each_quarter('count(achieved)') }} as achieved_counts,
        -- Decimals add exactly, in whatever order.
        {{ up_to_each_quarter('sum(cast(achieved as decimal(38, 8)))') }} as achieved_sums,
        {{ up_to_each_quarter('max(' ~ quality_rank('achieved_quality') ~ ')') }} as worst_ranks
    from measurements
    group by indicator_key, known_from
),

running as (
    select
        measurements.*,
        coalesce(accumulations.accumulation, 'unknown') as accumulation,
        coalesce(attributes.direction, 'unknown') as direction,
        years.achieved_counts[measurements.quarter] as achieved_count,
        cast(years.achieved_sums[measurements.quarter] as double) as achieved_sum,
        list_extract({{ qualities() }}, cast(years.worst_ranks[measurements.quarter] as bigint))
            as worst_achieved_quality,
        case when measurements.annual_goal is not null then measurements.annual_goal_quality end
            as stated_annual_goal_quality
    from measurements
    inner join years
        on
            measurements.indicator_key = years.indicator_key
            and measurements.known_from is not distinct from years.known_from
    left join accumulations on measurements.indicator_key = accumulations.indicator_key
    left join attributes on measurements.indicator_key = attributes.indicator_key
),

accumulated as (
    select
        *,
        {{ accumulated_achieved() }} as accumulated_achieved,
        case
            when accumulation in ('last', 'constant') then achieved_quality else worst_achieved_quality
        end as results_quality
    from running
),

final as (
    select
        * exclude (achieved_count, achieved_sum, worst_achieved_quality, stated_annual_goal_quality, results_quality),
        {{ progress_pct('achieved', 'goal') }} as progress_pct,
        {{ progress_reason('achieved', 'goal') }} as progress_reason,
        case
            when {{ progress_reason('achieved', 'goal') }} is null
                then {{ worst_quality(['goal_quality', 'achieved_quality']) }}
        end as progress_quality,
        {{ is_goal_met() }} as is_goal_met,
        {{ progress_pct('accumulated_achieved', 'annual_goal') }} as accumulated_pct,
        case
            when accumulation = 'unknown' then 'accumulation_unknown'
            when accumulated_achieved is null then 'achieved_missing'
            when annual_goal is null then 'annual_goal_missing'
            when annual_goal = 0 then 'annual_goal_zero'
        end as accumulated_reason,
        case
            when accumulated_achieved is not null
                then {{ worst_quality(['results_quality', 'stated_annual_goal_quality']) }}
        end as accumulated_quality
    from accumulated
)

select * from final
