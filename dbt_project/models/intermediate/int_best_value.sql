with

candidates as (
    select * from {{ ref('int_value') }}
    where measure in ('goal', 'achieved', 'annual_goal')
),

-- The latest document that surely states a figure wins; a blank or a doubtful reading never erases an earlier one.
chosen as (
    select * from candidates
    qualify row_number() over (
        partition by indicator_id, measure, quarter
        order by is_stated desc, value is not null desc, vintage desc, is_exact desc, is_good desc, precedence desc
    ) = 1
),

contradictions as (
    select
        chosen.value_id,
        coalesce(bool_or(
            rivals.is_stated and rivals.vintage = chosen.vintage and rivals.is_exact = chosen.is_exact
        ), false) as documents_disagree,
        coalesce(bool_or(not rivals.is_stated and rivals.vintage > chosen.vintage), false) as later_reading_differs
    from chosen
    inner join candidates as rivals
        on
            chosen.indicator_id = rivals.indicator_id
            and chosen.measure = rivals.measure
            and chosen.quarter is not distinct from rivals.quarter
    where rivals.value <> chosen.value
    group by chosen.value_id
),

final as (
    select
        chosen.* exclude (quality, reason),
        case
            when contradictions.documents_disagree or contradictions.later_reading_differs then 'disputed'
            else chosen.quality
        end as quality,
        case
            when contradictions.documents_disagree then 'documents_disagree'
            when contradictions.later_reading_differs then 'later_reading_differs'
            else chosen.reason
        end as reason
    from chosen
    left join contradictions on chosen.value_id = contradictions.value_id
)

select * from final
