with

vintages as (
    select * from {{ ref('int_indicator_vintage') }}
),

series as (
    select * from {{ ref('int_series') }}
),

versions as (
    select
        *,
        min(vintage_start) over (partition by indicator_version_id) as valid_from,
        max(vintage_start) over (partition by indicator_version_id) as last_stated_on
    from vintages
    qualify row_number() over (partition by indicator_version_id order by vintage) = 1
),

final as (
    select
        versions.indicator_version_id,
        versions.indicator_id,
        coalesce(series.series_id, versions.indicator_id) as series_id,
        versions.version_number,
        versions.municipality_id,
        versions.program_id,
        versions.department_id,
        versions.fiscal_year,
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
        lead(versions.valid_from) over (partition by versions.indicator_id order by versions.version_number)
            as valid_to,
        versions.last_stated_on,
        versions.is_current
    from versions
    left join series on versions.indicator_id = series.indicator_id
)

select * from final
