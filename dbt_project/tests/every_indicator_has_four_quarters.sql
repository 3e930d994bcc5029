-- Measurements are complete: each indicator has the quarters 1 to 4, each once.
select
    indicator_id,
    list(quarter order by quarter) as quarters
from {{ tested('fct_measurement') }}
group by indicator_id
having list(quarter order by quarter) <> [1, 2, 3, 4]
