with

readings as (
    select distinct
        indicator_key,
        reading_key,
        vintage,
        precedence,
        recorded_from,
        recorded_until
    from {{ ref('int_indicator_row') }}
),

-- Each moment at which what counts of an indicator may have changed.
moments as (
    select
        indicator_key,
        recorded_from as known_from
    from readings
    union
    select
        indicator_key,
        recorded_until as known_from
    from readings
    where recorded_until is not null
),

spans as (
    select
        indicator_key,
        known_from,
        lead(known_from) over (partition by indicator_key order by known_from) as known_until
    from moments
),

final as (
    select
        spans.indicator_key,
        spans.known_from,
        spans.known_until,
        readings.reading_key,
        readings.vintage,
        readings.precedence
    from spans
    inner join readings
        on
            spans.indicator_key = readings.indicator_key
            and spans.known_from >= readings.recorded_from
            and (readings.recorded_until is null or spans.known_from < readings.recorded_until)
)

select * from final
