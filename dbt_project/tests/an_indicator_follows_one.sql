-- An indicator continues one of an earlier year, not several, and never one of its own year or a later one.
with

links as (
    select * from {{ ref('indicator_link') }}
)

select to_code
from links
group by municipality, state, to_year, to_program, to_code
having count(*) > 1 or max(from_year) >= max(to_year) or bool_or(from_year is null or to_year is null)
