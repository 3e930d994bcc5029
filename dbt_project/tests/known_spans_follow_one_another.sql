-- What was known of a measurement is never two things at one time.
select measurement_id
from {{ tested('fct_measurement_known') }}
qualify
    known_to <= known_from
    or coalesce(lead(known_from) over (partition by measurement_id order by known_from) < known_to, false)
    or (
        known_to is null
        and lead(known_from) over (partition by measurement_id order by known_from) is not null
    )
