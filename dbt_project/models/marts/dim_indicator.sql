with

vintages as (
    select * from {{ ref('int_indicator_vintage') }}
),

former as (
    select * from {{ ref('int_former_indicator') }}
),

series as (
    select * from {{ ref('int_series') }}
),

versions as (
    select
        *,
        min(vintage_start) over (partition by indicator_version_id) as valid_from,
        max(vintage_start) over (partition by indicator_version_id) as last_stated_on,
        max(recorded_until) over (partition by indicator_version_id) as last_recorded_until
    from vintages
    qualify row_number() over (partition by indicator_version_id order by vintage) = 1
),

numbered as (
    select
        versions.indicator_version_id,
        versions.indicator_id,
        coalesce(series.series_id, versions.indicator_id) as series_id,
        versions.version_number,
        versions.municipality_id,
        versions.program_id,
        versions.department_id,
        versions.fiscal_year,
        versions.plan,
        versions.code as indicator_code,
        versions.level,
        versions.department,
        versions.entity,
        versions.objective,
        versions.indicator,
        versions.acronym,
        versions.frequency,
        versions.unit,
        versions.variable_unit,
        versions.valid_from,
        lead(versions.valid_from) over (
            partition by versions.indicator_id, versions.is_counted order by versions.version_number
        ) as valid_to,
        versions.last_stated_on,
        versions.is_current,
        case when not versions.is_counted then versions.last_recorded_until end as superseded_at
    from versions
    left join series on versions.indicator_id = series.indicator_id
),

-- As it was named until a person corrected its words or its document was read anew.
superseded as (
    select
        numbered.* replace (
            former.indicator_version_id as indicator_version_id,
            former.code as indicator_code,
            former.level as level,
            former.department as department,
            former.entity as entity,
            former.objective as objective,
            former.indicator as indicator,
            former.acronym as acronym,
            former.frequency as frequency,
            former.unit as unit,
            former.variable_unit as variable_unit,
            false as is_current,
            former.superseded_at as superseded_at
        )
    from former
    inner join numbered on former.known_now_as = numbered.indicator_version_id
),

final as (
    select * from numbered
    union all by name
    select * from superseded
)

select * from final
