{{ config(meta={'dagster': {'ref': {'name': 'fct_measurement_history'}}}) }}
-- Of the statements of a measurement that counts one is current, of one that counts no more none; time runs forwards;
-- none that was overruled was the best known while the current one was.
select history.measurement_id
from {{ tested('fct_measurement_history') }} as history
left join {{ tested('fct_measurement') }} as measurements on history.measurement_id = measurements.measurement_id
group by history.measurement_id
having
    count(*) filter (where history.is_current) <> count(distinct measurements.measurement_id)
    or count(*) filter (where history.is_current and history.known_to is not null) > 0
    or count(*) filter (where history.known_to is null and not history.is_current) > 0
    or count(*) filter (where history.known_to < history.known_from) > 0
    or count(*) filter (where history.recorded_until <= history.recorded_from) > 0
    or max(history.known_to) filter (where history.known_to > history.known_from)
    > max(history.known_from) filter (where history.is_current)
