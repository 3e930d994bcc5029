{{ config(materialized='view') }}

with

restatements as (
    select * from {{ published('fct_restatement') }}
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

final as (
    select
        municipalities.municipality,
        programs.program_code,
        indicators.indicator_code,
        restatements.fiscal_year,
        restatements.quarter,
        restatements.measure,
        restatements.old_value,
        restatements.new_value,
        restatements.stated_in_year,
        restatements.stated_in_quarter,
        restatements.cause,
        indicators.plan
    from restatements
    inner join indicators on restatements.indicator_version_id = indicators.indicator_version_id
    inner join municipalities on restatements.municipality_id = municipalities.municipality_id
    inner join programs on restatements.program_id = programs.program_id
)

select * from final
