-- Of the statements of a measurement one is current, and only that one has no end.
select measurement_id
from {{ ref('fct_measurement_history') }}
group by measurement_id
having
    count(*) filter (where is_current) <> 1
    or count(*) filter (where known_to is null) <> 1
    or count(*) filter (where known_to < known_from) > 0
