-- A name stands for one department, which stands for no other: the mapping has no chains and no choices.
with

aliases as (
    select * from {{ ref('int_department_alias') }}
)

select aliases.name_key
from aliases
left join aliases as others
    on aliases.municipality_id = others.municipality_id and aliases.same_as_key = others.name_key
group by aliases.municipality_id, aliases.name_key
having count(*) > 1 or count(others.name_key) > 0
