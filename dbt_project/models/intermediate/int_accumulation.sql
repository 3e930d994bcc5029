with

stated_values as (
    select * from {{ ref('int_value') }}
    where value is not null
),

-- What each document says of each quarter, with the goals and results up to it.
quarterly as (
    select
        indicator_id,
        document_sha256,
        quarter,
        max(value) filter (where measure = 'goal') as goal,
        max(value) filter (where measure = 'achieved') as achieved,
        max(value) filter (where measure = 'accumulated_pct') as accumulated_pct
    from stated_values
    where quarter is not null
    group by indicator_id, document_sha256, quarter
),

annual as (
    select
        indicator_id,
        document_sha256,
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
        on quarterly.indicator_id = annual.indicator_id and quarterly.document_sha256 = annual.document_sha256
    window so_far as (
        partition by quarterly.indicator_id, quarterly.document_sha256
        order by quarterly.quarter
        rows between unbounded preceding and current row
    )
),

-- Printed percentages, rounded or truncated to hundredths, decide where sum, last and average differ.
percentages as (
    select
        indicator_id,
        document_sha256,
        abs(100 * achieved_sum / annual_goal - accumulated_pct) < 0.0101 as says_sum,
        abs(100 * achieved / annual_goal - accumulated_pct) < 0.0101
        or abs(100 * achieved_sum / quarter / annual_goal - accumulated_pct) < 0.0101 as says_other
    from running
    where
        annual_goal <> 0
        and accumulated_pct is not null
        and achieved_count = quarter
),

-- Goals decide where the four add up to the year and the last one alone does not.
goals as (
    select
        indicator_id,
        document_sha256,
        count(goal) = 4
        and abs(sum(cast(goal as decimal(38, 8))) - max(annual_goal)) < 0.005
        and max(goal) filter (where quarter = 4) <> max(annual_goal) as says_sum
    from running
    group by indicator_id, document_sha256
),

evidence as (
    select
        indicator_id,
        says_sum and not says_other as for_sum,
        says_other and not says_sum as against_sum
    from percentages
    union all by name
    select
        indicator_id,
        says_sum as for_sum,
        false as against_sum
    from goals
),

final as (
    select
        indicator_id,
        case when bool_or(for_sum) and not coalesce(bool_or(against_sum), false) then 'sum' else 'unknown' end
            as accumulation
    from evidence
    group by indicator_id
)

select * from final
