with

changes as (
    select * from {{ ref('int_change') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

final as (
    select
        {{ surrogate_key([
            'indicators.indicator_id', 'changes.measure', 'changes.quarter', 'changes.way',
            'changes.new_document_sha256', 'changes.span_number',
        ]) }} as restatement_id,
        indicators.indicator_id,
        indicators.indicator_version_id,
        indicators.municipality_id,
        indicators.program_id,
        indicators.department_id,
        changes.fiscal_year,
        changes.quarter,
        changes.measure,
        changes.old_value,
        changes.old_quality,
        changes.old_document_sha256,
        changes.new_value,
        changes.new_quality,
        changes.new_document_sha256,
        changes.new_value - changes.old_value as difference,
        case
            when changes.old_value <> 0
                then 100 * (changes.new_value - changes.old_value) / changes.old_value
        end as difference_pct,
        changes.fiscal_year as stated_in_year,
        changes.stated_in_quarter,
        changes.cause,
        changes.recorded_at
    from changes
    inner join indicators
        on changes.indicator_key = indicators.indicator_key and changes.vintage = indicators.vintage
)

select * from final
