with

statements as (
    select * from {{ ref('int_statement') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

accumulations as (
    select * from {{ ref('int_accumulation') }}
),

dated as (
    select
        statements.*,
        indicators.indicator_version_id,
        indicators.department_id,
        statements.recorded_at as known_from,
        -- A statement holds until one that overrules it is recorded: at once where that one was there before it.
        greatest(
            statements.recorded_at,
            min(statements.recorded_at) over (
                partition by statements.indicator_id, statements.quarter
                order by statements.precedence
                rows between 1 following and unbounded following
            )
        ) as known_to,
        statements.precedence = max(statements.precedence) over (
            partition by statements.indicator_id, statements.quarter
        ) as is_current,
        coalesce(accumulations.accumulation, 'unknown') as accumulation,
        count(statements.achieved) over year_to_date as achieved_count,
        cast(sum(cast(statements.achieved as decimal(38, 8))) over year_to_date as double) as achieved_sum
    from statements
    inner join indicators
        on statements.indicator_id = indicators.indicator_id and statements.vintage = indicators.vintage
    left join accumulations on statements.indicator_id = accumulations.indicator_id
    window year_to_date as (
        partition by statements.indicator_id, statements.document_sha256
        order by statements.quarter
        rows between unbounded preceding and current row
    )
),

accumulated as (
    select
        *,
        case when accumulation = 'sum' and achieved_count = quarter then achieved_sum end as accumulated_achieved
    from dated
),

final as (
    select
        {{ surrogate_key(['indicator_id', 'quarter', 'document_sha256']) }} as statement_id,
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
        case when not is_current then known_to end as known_to,
        is_current
    from accumulated
)

select * from final
