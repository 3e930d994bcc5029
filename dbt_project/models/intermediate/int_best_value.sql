with

readings as (
    select * from {{ ref('int_known_reading') }}
),

stated_values as (
    select
        *,
        row_number() over () as value_number,
        case measure when 'goal' then quarter when 'achieved' then 4 + quarter else 0 end as slot
    from {{ ref('int_value') }}
    where measure in ('goal', 'achieved', 'annual_goal')
),

-- One number for each span of each indicator: there are many readings times many values.
numbered as (
    select
        *,
        dense_rank() over (order by indicator_key, known_from) as span_number
    from readings
),

spans as (
    select distinct
        span_number,
        known_from,
        known_until
    from numbered
),

-- The latest document that surely states a figure wins; a blank or a doubtful reading never erases an earlier one,
-- and what a person decided is not overwritten by what nobody has looked at.
weighed as (
    select
        value_number,
        indicator_key,
        reading_key,
        slot,
        value,
        -- One number that orders as these do one after another, for it compares many times faster.
        4 * is_stated::hugeint + 2 * (value is not null)::hugeint + is_decided::hugeint as standing,
        if(order_of_issue is null, 0, greatest(1, least(epoch_us(order_of_issue), power(2, 52)::bigint))) as issue,
        (standing * power(2, 16)::hugeint + vintage) * 2 + is_exact::hugeint as claim,
        ((claim * power(2, 53)::hugeint + issue) * 2 + is_good::hugeint) * power(2, 32)::hugeint + precedence as weight
    from stated_values
),

known as (
    select
        16 * numbered.span_number + weighed.slot as place,
        weighed.value_number,
        weighed.value,
        weighed.weight
    from numbered
    inner join weighed
        on numbered.indicator_key = weighed.indicator_key and numbered.reading_key = weighed.reading_key
),

chosen as (
    select
        place,
        arg_max(value_number, weight) as value_number,
        min(value) < max(value) as has_rivals
    from known
    group by place
),

rivals as (
    select
        chosen.place,
        chosen.value_number,
        known.value_number as rival_number
    from known
    inner join chosen on known.place = chosen.place
    where chosen.has_rivals
),

contradictions as (
    select
        rivals.place,
        coalesce(bool_or(
            not best.is_decided
            and rival.is_stated
            and rival.vintage = best.vintage
            and rival.is_exact = best.is_exact
            -- Two documents that tell when they were issued settle it: the later one counts.
            and coalesce(rival.order_of_issue = best.order_of_issue, true)
        ), false) as documents_disagree,
        coalesce(bool_or(not rival.is_stated and rival.vintage > best.vintage), false) as later_reading_differs,
        coalesce(bool_or(
            best.is_decided and rival.is_stated and rival.vintage > best.vintage
        ), false) as is_held
    from rivals
    inner join stated_values as best on rivals.value_number = best.value_number
    inner join stated_values as rival on rivals.rival_number = rival.value_number
    where rival.value <> best.value
    group by rivals.place
),

final as (
    select
        spans.known_from,
        spans.known_until,
        stated_values.indicator_key,
        stated_values.measure,
        stated_values.quarter,
        stated_values.figure_id,
        stated_values.value,
        stated_values.vintage,
        stated_values.place,
        case
            when contradictions.documents_disagree or contradictions.later_reading_differs then 'disputed'
            else stated_values.quality
        end as quality,
        case
            when contradictions.documents_disagree then 'documents_disagree'
            when contradictions.later_reading_differs then 'later_reading_differs'
            when contradictions.is_held then 'restatement_held'
            else stated_values.reason
        end as reason
    from chosen
    inner join stated_values on chosen.value_number = stated_values.value_number
    inner join spans on chosen.place // 16 = spans.span_number
    left join contradictions on chosen.place = contradictions.place
)

select * from final
