{{ config(materialized='view') }}

with

measurements as (
    select * from {{ published('fct_measurement') }}
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

sourced as (
    select
        *,
        case
            when achieved is not null or goal_document_sha256 is null then achieved_document_sha256
            else goal_document_sha256
        end as document_sha256,
        case
            when achieved is not null or goal_document_sha256 is null then achieved_page
            else goal_page
        end as page
    from measurements
),

final as (
    select
        municipalities.municipality,
        municipalities.state,
        indicators.entity,
        programs.program_code,
        programs.program_name,
        indicators.department,
        sourced.fiscal_year,
        sourced.quarter,
        quarters.quarter_start,
        indicators.level,
        indicators.indicator_code,
        indicators.indicator,
        indicators.unit,
        indicators.variable_unit,
        sourced.goal,
        sourced.goal_quality,
        sourced.achieved,
        sourced.achieved_quality,
        sourced.progress_pct,
        sourced.annual_goal,
        sourced.annual_goal_quality,
        sourced.accumulated_achieved,
        sourced.accumulated_pct,
        sourced.quality,
        sourced.document_sha256,
        documents.document_file,
        sourced.page,
        indicators.plan
    from sourced
    inner join indicators on sourced.indicator_version_id = indicators.indicator_version_id
    inner join municipalities on sourced.municipality_id = municipalities.municipality_id
    inner join programs on sourced.program_id = programs.program_id
    inner join quarters on sourced.quarter_id = quarters.quarter_id
    left join documents on sourced.document_sha256 = documents.document_sha256
)

select * from final
