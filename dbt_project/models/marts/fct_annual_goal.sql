{{ config(sorted_by=['indicator_id']) }}

with

stated_values as (
    select * from {{ ref('int_value') }}
    where
        measure = 'annual_goal'
        and is_current
),

best_values as (
    select * from {{ ref('int_best_value') }}
    where
        measure = 'annual_goal'
        and known_until is null
),

documents as (
    select * from {{ ref('int_document') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

final as (
    select
        {{ surrogate_key(['indicators.indicator_id', 'documents.document_sha256']) }} as annual_goal_id,
        indicators.indicator_id,
        indicators.indicator_version_id,
        indicators.municipality_id,
        indicators.program_id,
        indicators.department_id,
        documents.document_sha256,
        documents.fiscal_year,
        documents.fiscal_year as stated_in_year,
        documents.stated_in_quarter,
        stated_values.value as annual_goal,
        stated_values.text as annual_goal_text,
        stated_values.quality as annual_goal_quality,
        stated_values.reason as annual_goal_reason,
        stated_values.page as annual_goal_page,
        stated_values.x0 as annual_goal_x0,
        stated_values.top as annual_goal_top,
        stated_values.x1 as annual_goal_x1,
        stated_values.bottom as annual_goal_bottom,
        stated_values.span_start as annual_goal_span_start,
        stated_values.span_end as annual_goal_span_end,
        stated_values.confidence as annual_goal_confidence,
        best_values.figure_id is not null as is_best_known
    from stated_values
    inner join documents on stated_values.reading_key = documents.reading_key
    inner join indicators
        on stated_values.indicator_key = indicators.indicator_key and stated_values.vintage = indicators.vintage
    left join best_values on stated_values.figure_id = best_values.figure_id
)

select * from final
