{{ config(sorted_by=['indicator_id', 'quarter']) }}

with

statements as (
    select * from {{ ref('int_statement') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

goals as (
    select * from {{ ref('int_value') }}
    where measure = 'goal'
),

results as (
    select * from {{ ref('int_value') }}
    where measure = 'achieved'
),

accumulations as (
    select * from {{ ref('int_accumulation') }}
),

-- What each reading says of a year up to each of its quarters.
years as (
    select
        indicator_key,
        reading_key,
        {{ up_to_each_quarter('count(achieved)') }} as achieved_counts,
        {{ up_to_each_quarter('sum(cast(achieved as decimal(38, 8)))') }} as achieved_sums
    from statements
    group by indicator_key, reading_key
),

-- What is ordered is narrow; the figures are joined in the end.
dated as (
    select
        statements.indicator_key,
        statements.quarter,
        statements.reading_key,
        min(statements.recorded_from) over after_it as overruler_from,
        -- A statement holds until one that overrules it is recorded: at once where that one was there before it. One
        -- of a reading that counts no more holds until then at most.
        case
            when overruler_from is null then statements.recorded_until
            else least(statements.recorded_until, greatest(statements.recorded_from, overruler_from))
        end as overruled_at,
        statements.is_counted and coalesce(not bool_or(statements.is_counted) over after_it, true) as is_current,
        -- Where what overruled it has been taken out since, it counts again from then on, and not from its beginning:
        -- at no moment are two statements the best known.
        case
            when is_current then greatest(statements.recorded_from, max(statements.recorded_until) over after_it)
            else statements.recorded_from
        end as known_from
    from statements
    window after_it as (
        partition by statements.indicator_key, statements.quarter
        order by statements.precedence
        rows between 1 following and unbounded following
    )
),

joined as (
    select
        statements.*,
        dated.known_from,
        indicators.indicator_id,
        indicators.indicator_version_id,
        indicators.department_id,
        dated.overruled_at,
        dated.is_current,
        years.achieved_counts[statements.quarter] as achieved_count,
        cast(years.achieved_sums[statements.quarter] as double) as achieved_sum,
        coalesce(accumulations.accumulation, 'unknown') as accumulation,
        {{ place_columns('goals', 'statements.document_sha256', 'goal') }},
        {{ place_columns('results', 'statements.document_sha256', 'achieved') }}
    from dated
    inner join statements
        on
            dated.indicator_key = statements.indicator_key
            and dated.reading_key = statements.reading_key
            and dated.quarter = statements.quarter
    inner join years
        on statements.indicator_key = years.indicator_key and statements.reading_key = years.reading_key
    inner join indicators
        on statements.indicator_key = indicators.indicator_key and statements.vintage = indicators.vintage
    left join accumulations on statements.indicator_key = accumulations.indicator_key
    left join goals on statements.goal_figure_id = goals.figure_id
    left join results on statements.achieved_figure_id = results.figure_id
),

accumulated as (
    select
        *,
        {{ accumulated_achieved() }} as accumulated_achieved
    from joined
),

final as (
    select
        {{ surrogate_key(['indicator_id', 'quarter', 'document_sha256', 'span_number']) }} as statement_id,
        {{ surrogate_key(['indicator_id', 'quarter']) }} as measurement_id,
        indicator_id,
        indicator_version_id,
        municipality_id,
        program_id,
        department_id,
        {{ quarter_key('fiscal_year', 'quarter') }} as quarter_id,
        fiscal_year,
        quarter,
        document_sha256,
        fiscal_year as stated_in_year,
        stated_in_quarter,
        {{ value_column_names('goal') }},
        {{ value_column_names('achieved') }},
        {{ progress_pct('achieved', 'goal') }} as progress_pct,
        {{ progress_reason('achieved', 'goal') }} as progress_reason,
        annual_goal,
        annual_goal_quality,
        accumulated_achieved,
        {{ progress_pct('accumulated_achieved', 'annual_goal') }} as accumulated_pct,
        quality,
        known_from,
        case when not is_current then overruled_at end as known_to,
        is_current,
        recorded_from,
        recorded_until,
        is_last as is_last_reading,
        is_last and is_withdrawn and not is_counted as is_withdrawn,
        is_last and not is_counted and not is_withdrawn as is_held
    from accumulated
)

select * from final
