with

stated_values as (
    select * from {{ ref('int_value') }}
    where
        value is not null
        and is_current
),

-- What each reading says of each quarter, with the goals and results up to it.
quarterly as (
    select
        indicator_key,
        reading_key,
        quarter,
        max(value) filter (where measure = 'goal') as goal,
        max(value) filter (where measure = 'achieved') as achieved,
        max(value) filter (where measure = 'accumulated_pct') as accumulated_pct
    from stated_values
    where quarter is not null
    group by indicator_key, reading_key, quarter
),

annual as (
    select
        indicator_key,
        reading_key,
        value as annual_goal
    from stated_values
    where measure = 'annual_goal'
),

running as (
    select
        quarterly.*,
        annual.annual_goal,
        count(quarterly.achieved) over so_far as achieved_count,
        sum(cast(quarterly.achieved as decimal(38, 8))) over so_far as achieved_sum
    from quarterly
    inner join annual
        on quarterly.indicator_key = annual.indicator_key and quarterly.reading_key = annual.reading_key
    window so_far as (
        partition by quarterly.indicator_key, quarterly.reading_key
        order by quarterly.quarter
        rows between unbounded preceding and current row
    )
),

-- Printed percentages, rounded or truncated to hundredths, decide where sum, last and average differ.
percentages as (
    select
        indicator_key,
        abs(100 * achieved_sum / annual_goal - accumulated_pct) < 0.0101 as says_sum,
        abs(100 * achieved / annual_goal - accumulated_pct) < 0.0101 as says_last,
        abs(100 * achieved_sum / quarter / annual_goal - accumulated_pct) < 0.0101 as says_average
    from running
    where
        annual_goal <> 0
        and accumulated_pct is not null
        and achieved_count = quarter
),

-- Goals decide where the four add up to the year and the last one alone does not.
goals as (
    select
        indicator_key,
        count(goal) = 4
        and abs(sum(cast(goal as decimal(38, 8))) - max(annual_goal)) < 0.005
        and max(goal) filter (where quarter = 4) <> max(annual_goal) as says_sum,
        bool_and(goal is not distinct from annual_goal) as is_constant
    from running
    group by indicator_key, reading_key
),

evidence as (
    select
        indicator_key,
        case when says_sum then 'sum' when says_last then 'last' else 'average' end as accumulation
    from percentages
    where if(says_sum, 1, 0) + if(says_last, 1, 0) + if(says_average, 1, 0) = 1
    union all by name
    select
        indicator_key,
        'sum' as accumulation
    from goals
    where says_sum
),

-- Documents that contradict themselves or one another decide nothing.
inferred as (
    select
        indicator_key,
        any_value(accumulation) as accumulation
    from evidence
    group by indicator_key
    having count(distinct accumulation) = 1
),

constant as (
    select indicator_key
    from goals
    group by indicator_key
    having bool_and(is_constant)
),

attributes as (
    select * from {{ ref('int_indicator_attribute') }}
),

known as (
    select
        indicator_key,
        accumulation,
        'document' as origin
    from inferred
    union all by name
    select
        attributes.indicator_key,
        attributes.accumulation,
        'attribute' as origin
    from attributes
    anti join inferred on attributes.indicator_key = inferred.indicator_key
    where attributes.accumulation is not null
),

final as (
    select
        known.indicator_key,
        -- A goal that stands for every quarter and for the year alike is held, not reached in the end.
        case
            when known.accumulation = 'last' and constant.indicator_key is not null then 'constant'
            else known.accumulation
        end as accumulation,
        known.origin as accumulation_origin
    from known
    left join constant on known.indicator_key = constant.indicator_key
)

select * from final
