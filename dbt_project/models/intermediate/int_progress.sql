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

running as (
    select
        measurements.*,
        coalesce(accumulations.accumulation, 'unknown') as accumulation,
        coalesce(attributes.direction, 'unknown') as direction,
        count(measurements.achieved) over year_to_date as achieved_count,
        -- Decimals add exactly, in whatever order.
        cast(sum(cast(measurements.achieved as decimal(38, 8))) over year_to_date as double) as achieved_sum,
        list_extract(
            {{ qualities() }},
            cast(max({{ quality_rank('measurements.achieved_quality') }}) over year_to_date as bigint)
        ) as worst_achieved_quality,
        case when measurements.annual_goal is not null then measurements.annual_goal_quality end
            as stated_annual_goal_quality
    from measurements
    left join accumulations on measurements.indicator_id = accumulations.indicator_id
    left join attributes on measurements.indicator_id = attributes.indicator_id
    window year_to_date as (
        partition by measurements.indicator_id, measurements.known_from
        order by measurements.quarter
        rows between unbounded preceding and current row
    )
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
