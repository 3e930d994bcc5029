with

readings as (
    select * from {{ ref('int_known_reading') }}
),

stated_values as (
    select * from {{ ref('int_value') }}
    where measure in ('goal', 'achieved', 'annual_goal')
),

-- What is ranked is narrow; the rest of a value is joined in the end.
-- The latest document that surely states a figure wins; a blank or a doubtful reading never erases an earlier one,
-- and what a person decided is not overwritten by what nobody has looked at.
ranked as (
    select
        readings.known_from,
        readings.known_until,
        stated_values.indicator_id,
        stated_values.reading_id,
        stated_values.value_id,
        stated_values.measure,
        stated_values.quarter,
        stated_values.value,
        stated_values.vintage,
        stated_values.is_exact,
        stated_values.is_stated,
        stated_values.is_decided,
        stated_values.order_of_issue,
        row_number() over (
            partition by readings.indicator_id, readings.known_from, stated_values.measure, stated_values.quarter
            order by
                stated_values.is_stated desc,
                stated_values.value is not null desc,
                stated_values.is_decided desc,
                stated_values.vintage desc,
                stated_values.is_exact desc,
                stated_values.order_of_issue desc nulls last,
                stated_values.is_good desc,
                stated_values.precedence desc
        ) as place
    from readings
    inner join stated_values
        on readings.indicator_id = stated_values.indicator_id and readings.reading_id = stated_values.reading_id
),

chosen as (
    select * from ranked
    where place = 1
),

rivals as (
    select * from ranked
    where place > 1
),

contradictions as (
    select
        chosen.value_id,
        chosen.known_from,
        coalesce(bool_or(
            not chosen.is_decided
            and rivals.is_stated
            and rivals.vintage = chosen.vintage
            and rivals.is_exact = chosen.is_exact
            -- Two documents that tell when they were issued settle it: the later one counts.
            and coalesce(rivals.order_of_issue = chosen.order_of_issue, true)
        ), false) as documents_disagree,
        coalesce(bool_or(not rivals.is_stated and rivals.vintage > chosen.vintage), false) as later_reading_differs,
        coalesce(bool_or(
            chosen.is_decided and rivals.is_stated and rivals.vintage > chosen.vintage
        ), false) as is_held
    from chosen
    inner join rivals
        on
            chosen.indicator_id = rivals.indicator_id
            and chosen.known_from = rivals.known_from
            and chosen.measure = rivals.measure
            and chosen.quarter is not distinct from rivals.quarter
    where rivals.value <> chosen.value
    group by chosen.value_id, chosen.known_from
),

final as (
    select
        chosen.known_from,
        chosen.known_until,
        stated_values.* exclude (quality, reason),
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
    inner join stated_values
        on chosen.value_id = stated_values.value_id and chosen.reading_id = stated_values.reading_id
    left join contradictions
        on chosen.value_id = contradictions.value_id and chosen.known_from = contradictions.known_from
)

select * from final
