{{ config(materialized='view') }}

with

measurements as (
    select * from {{ published('fct_measurement_history') }}
    where is_last_reading
),

indicators as (
    select * from {{ published('dim_indicator') }}
),

municipalities as (
    select * from {{ published('dim_municipality') }}
),

programs as (
    select * from {{ published('dim_program') }}
),

quarters as (
    select * from {{ published('dim_quarter') }}
),

documents as (
    select * from {{ published('dim_document') }}
),

final as (
    select
        municipalities.municipality,
        municipalities.state,
        indicators.entity,
        programs.program_code,
        programs.program_name,
        indicators.department,
        measurements.fiscal_year,
        measurements.quarter,
        quarters.quarter_start,
        indicators.level,
        indicators.indicator_code,
        indicators.indicator,
        indicators.unit,
        indicators.variable_unit,
        measurements.goal,
        measurements.goal_quality,
        measurements.achieved,
        measurements.achieved_quality,
        measurements.progress_pct,
        measurements.annual_goal,
        measurements.annual_goal_quality,
        measurements.accumulated_achieved,
        measurements.accumulated_pct,
        measurements.quality,
        measurements.document_sha256,
        documents.document_file,
        case
            when measurements.achieved is not null then measurements.achieved_page
            else measurements.goal_page
        end as page,
        measurements.stated_in_year,
        measurements.stated_in_quarter,
        measurements.known_from,
        measurements.known_to,
        measurements.is_current,
        indicators.plan
    from measurements
    inner join indicators on measurements.indicator_version_id = indicators.indicator_version_id
    inner join municipalities on measurements.municipality_id = municipalities.municipality_id
    inner join programs on measurements.program_id = programs.program_id
    inner join quarters on measurements.quarter_id = quarters.quarter_id
    inner join documents on measurements.document_sha256 = documents.document_sha256
)

select * from final
