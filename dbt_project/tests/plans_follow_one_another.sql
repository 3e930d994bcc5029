-- A municipality has one plan at a time, and each ends after it has begun.
with

plans as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        plan,
        4 * first_year + coalesce(first_quarter, 1) as first_vintage,
        4 * last_year + coalesce(last_quarter, 4) as last_vintage
    from {{ ref('municipal_plan') }}
)

select plan
from plans
qualify
    coalesce(last_vintage < first_vintage, true)
    or coalesce(
        lead(first_vintage) over (partition by municipality_id order by first_vintage, plan) <= last_vintage, false
    )
