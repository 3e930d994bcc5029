with

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
    where
        is_counted
        and department is not null
),

-- Of several spellings in one quarter the commonest.
names as (
    select
        department_id,
        municipality_id,
        vintage,
        vintage_start,
        department,
        count(*) as mentions
    from indicators
    group by department_id, municipality_id, vintage, vintage_start, department
    qualify row_number() over (
        partition by department_id, vintage order by mentions desc, department asc
    ) = 1
),

compared as (
    select
        *,
        coalesce(department <> lag(department) over (partition by department_id order by vintage), true) as is_changed
    from names
),

numbered as (
    select
        *,
        count(*) filter (where is_changed) over (
            partition by department_id order by vintage rows between unbounded preceding and current row
        ) as version_number
    from compared
),

versions as (
    select
        department_id,
        municipality_id,
        version_number,
        department,
        min(vintage_start) as valid_from,
        max(vintage_start) as last_stated_on
    from numbered
    group by department_id, municipality_id, version_number, department
),

final as (
    select
        {{ surrogate_key(['department_id', 'version_number']) }} as department_version_id,
        department_id,
        municipality_id,
        version_number,
        department,
        valid_from,
        lead(valid_from) over (partition by department_id order by version_number) as valid_to,
        last_stated_on,
        version_number = max(version_number) over (partition by department_id) as is_current
    from versions
)

select * from final
