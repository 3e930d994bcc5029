with

stated_values as (
    select * from {{ ref('int_value') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

statements as (
    select distinct
        indicator_id,
        document_sha256,
        quarter
    from stated_values
    where measure in ('goal', 'achieved')
),

goals as (
    select * from stated_values
    where measure = 'goal'
),

results as (
    select * from stated_values
    where measure = 'achieved'
),

annual_goals as (
    select * from stated_values
    where measure = 'annual_goal'
),

final as (
    select
        statements.indicator_id,
        statements.quarter,
        statements.document_sha256,
        documents.municipality_id,
        documents.program_id,
        documents.fiscal_year,
        documents.stated_in_quarter,
        documents.vintage,
        documents.precedence,
        documents.recorded_at,
        {{ value_columns('goals', 'goal') }},
        {{ value_columns('results', 'achieved') }},
        annual_goals.value as annual_goal,
        coalesce(annual_goals.quality, 'missing') as annual_goal_quality,
        coalesce(
            {{ worst_quality(['goals.quality', 'results.quality', 'annual_goals.quality']) }}, 'missing'
        ) as quality
    from statements
    inner join documents on statements.document_sha256 = documents.document_sha256
    left join goals
        on
            statements.indicator_id = goals.indicator_id
            and statements.document_sha256 = goals.document_sha256
            and statements.quarter = goals.quarter
    left join results
        on
            statements.indicator_id = results.indicator_id
            and statements.document_sha256 = results.document_sha256
            and statements.quarter = results.quarter
    left join annual_goals
        on
            statements.indicator_id = annual_goals.indicator_id
            and statements.document_sha256 = annual_goals.document_sha256
)

select * from final
