with

readings as (
    select * from {{ ref('stg_reading') }}
),

listed as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        {{ plan_name('plan') }} as plan,
        4 * first_year + coalesce(first_quarter, 1) as first_vintage,
        4 * last_year + coalesce(last_quarter, 4) as last_vintage
    from {{ ref('municipal_plan') }}
),

told as (
    select
        readings.reading_id,
        readings.municipality_id,
        readings.fiscal_year,
        readings.stated_in_quarter,
        readings.is_current,
        coalesce({{ plan_name('readings.plan') }}, listed.plan) as plan,
        case
            when readings.plan is not null then 'report'
            when listed.plan is not null then 'list'
        end as plan_origin
    from readings
    left join listed
        on
            readings.municipality is not null
            and readings.municipality_id = listed.municipality_id
            and 4 * readings.fiscal_year + readings.stated_in_quarter
            between listed.first_vintage and listed.last_vintage
),

-- What the reports of a quarter tell; null where they tell of several plans.
quarters as (
    select
        municipality_id,
        fiscal_year,
        stated_in_quarter,
        case when count(distinct plan) = 1 then any_value(plan) end as plan
    from told
    where
        plan is not null
        and is_current
    group by municipality_id, fiscal_year, stated_in_quarter
),

-- A plan goes on until a report tells another. Back to reports before the first that tells it reaches only one that
-- did not begin in that year.
around as (
    select
        told.reading_id,
        told.fiscal_year,
        arg_max(struct_pack(quarters.plan), quarters.stated_in_quarter) filter (
            where quarters.stated_in_quarter <= told.stated_in_quarter
        ) as before,
        arg_min(struct_pack(quarters.plan), quarters.stated_in_quarter) filter (
            where quarters.stated_in_quarter > told.stated_in_quarter
        ) as after
    from told
    inner join readings on told.reading_id = readings.reading_id
    inner join quarters
        on told.municipality_id = quarters.municipality_id and told.fiscal_year = quarters.fiscal_year
    where
        told.plan is null
        and readings.municipality is not null
    group by told.reading_id, told.fiscal_year
),

inferred as (
    select
        reading_id,
        case
            when before is not null then before.plan
            when try_cast(left(after.plan, 4) as integer) < fiscal_year then after.plan
        end as plan
    from around
),

final as (
    select
        told.reading_id,
        coalesce(told.plan, inferred.plan) as plan,
        case
            when told.plan is not null then told.plan_origin
            when inferred.plan is not null then 'other_reports'
            else 'unknown'
        end as plan_origin
    from told
    left join inferred on told.reading_id = inferred.reading_id
)

select * from final
