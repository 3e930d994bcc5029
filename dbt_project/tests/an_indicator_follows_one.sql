-- An indicator continues one of an earlier year, or of another plan of its year, not several, and never a later one.
with

links as (
    select * from {{ ref('indicator_link') }}
)

select to_code
from links
group by municipality, state, to_year, to_plan, to_program, to_code
having
    count(*) > 1
    or bool_or(from_year > to_year)
    or bool_or(from_year = to_year and from_plan is not distinct from to_plan)
    or bool_or(from_year is null or to_year is null)
