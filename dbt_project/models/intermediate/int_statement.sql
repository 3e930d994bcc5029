with

stated_values as (
    select * from {{ ref('int_value') }}
),

stated_rows as (
    select * from {{ ref('int_indicator_row') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

printed as (
    select distinct
        indicator_id,
        reading_id,
        quarter
    from stated_values
    where measure in ('goal', 'achieved')
),

-- An indicator stands in the history even where the document prints no figure of it.
unprinted as (
    select
        stated_rows.indicator_id,
        stated_rows.reading_id,
        unnest([1, 2, 3, 4]) as quarter
    from stated_rows
    anti join printed
        on
            stated_rows.indicator_id = printed.indicator_id
            and stated_rows.reading_id = printed.reading_id
),

statements as (
    select * from printed
    union all by name
    select * from unprinted
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
        statements.reading_id,
        documents.document_sha256,
        documents.span_number,
        documents.municipality_id,
        documents.program_id,
        documents.fiscal_year,
        documents.stated_in_quarter,
        documents.vintage,
        documents.recorded_from,
        documents.recorded_until,
        documents.is_current as is_counted,
        documents.is_last,
        -- A statement without any figure never overrules one with a figure.
        documents.precedence
        + case when goals.value is not null or results.value is not null then 1000000000 else 0 end as precedence,
        {{ value_columns('goals', 'goal') }},
        {{ value_columns('results', 'achieved') }},
        annual_goals.value as annual_goal,
        coalesce(annual_goals.quality, 'missing') as annual_goal_quality,
        coalesce(
            {{ worst_quality(['goals.quality', 'results.quality', 'annual_goals.quality']) }}, 'missing'
        ) as quality
    from statements
    inner join documents on statements.reading_id = documents.reading_id
    left join goals
        on
            statements.indicator_id = goals.indicator_id
            and statements.reading_id = goals.reading_id
            and statements.quarter = goals.quarter
    left join results
        on
            statements.indicator_id = results.indicator_id
            and statements.reading_id = results.reading_id
            and statements.quarter = results.quarter
    left join annual_goals
        on
            statements.indicator_id = annual_goals.indicator_id
            and statements.reading_id = annual_goals.reading_id
)

select * from final
