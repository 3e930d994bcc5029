{{ config(materialized='view') }}

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

-- What is joined on the way is narrow: figures with their qualities, and the keys to where they stand.
printed as (
    select
        indicator_key,
        reading_key,
        quarter,
        any_value(value) filter (where measure = 'goal') as goal,
        any_value(quality) filter (where measure = 'goal') as goal_quality,
        any_value(reason) filter (where measure = 'goal') as goal_reason,
        any_value(figure_id) filter (where measure = 'goal') as goal_figure_id,
        any_value(value) filter (where measure = 'achieved') as achieved,
        any_value(quality) filter (where measure = 'achieved') as achieved_quality,
        any_value(reason) filter (where measure = 'achieved') as achieved_reason,
        any_value(figure_id) filter (where measure = 'achieved') as achieved_figure_id
    from stated_values
    where measure in ('goal', 'achieved')
    group by indicator_key, reading_key, quarter
),

-- An indicator stands in the history even where the document prints no figure of it.
unprinted as (
    select
        stated_rows.indicator_key,
        stated_rows.reading_key,
        unnest([1, 2, 3, 4]) as quarter
    from stated_rows
    anti join printed
        on
            stated_rows.indicator_key = printed.indicator_key
            and stated_rows.reading_key = printed.reading_key
),

statements as (
    select * from printed
    union all by name
    select * from unprinted
),

annual_goals as (
    select * from stated_values
    where measure = 'annual_goal'
),

final as (
    select
        statements.* replace (
            coalesce(statements.goal_quality, 'missing') as goal_quality,
            coalesce(statements.achieved_quality, 'missing') as achieved_quality
        ),
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
        documents.is_withdrawn,
        -- A statement without any figure never overrules one with a figure.
        documents.precedence
        + case when coalesce(statements.goal, statements.achieved) is not null then 1000000000 else 0 end as precedence,
        annual_goals.value as annual_goal,
        coalesce(annual_goals.quality, 'missing') as annual_goal_quality,
        coalesce(
            {{ worst_quality(['statements.goal_quality', 'statements.achieved_quality', 'annual_goals.quality']) }},
            'missing'
        ) as quality
    from statements
    inner join documents on statements.reading_key = documents.reading_key
    left join annual_goals
        on
            statements.indicator_key = annual_goals.indicator_key
            and statements.reading_key = annual_goals.reading_key
)

select * from final
