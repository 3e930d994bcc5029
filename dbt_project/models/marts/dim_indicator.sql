with

vintages as (
    select * from {{ ref('int_indicator_vintage') }}
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
        indicator_version_id,
        indicator_id,
        version_number,
        municipality_id,
        program_id,
        department_id,
        fiscal_year,
        code as indicator_code,
        level,
        department,
        entity,
        objective,
        indicator,
        acronym,
        frequency,
        unit,
        variable_unit,
        valid_from,
        lead(valid_from) over (partition by indicator_id order by version_number) as valid_to,
        last_stated_on,
        is_current
    from versions
)

select * from final
