with

stated_values as (
    select * from {{ ref('int_value') }}
    where
        measure in ('goal', 'achieved', 'annual_goal')
        and is_stated
),

documents as (
    select * from {{ ref('int_document') }}
    where
        fiscal_year is not null
        and stated_in_quarter is not null
),

-- Two documents for one quarter do not restate one another: the one that counts speaks for its quarter.
one_of_vintage as (
    select
        stated_values.*,
        documents.municipality_id,
        documents.program_id,
        documents.fiscal_year,
        documents.stated_in_quarter
    from stated_values
    inner join documents on stated_values.document_sha256 = documents.document_sha256
    qualify row_number() over (
        partition by
            stated_values.indicator_id, stated_values.measure, stated_values.quarter, stated_values.vintage
        order by stated_values.is_exact desc, stated_values.is_good desc, stated_values.precedence desc
    ) = 1
),

compared as (
    select
        *,
        lag(value) over by_vintage as old_value,
        lag(quality) over by_vintage as old_quality,
        lag(document_sha256) over by_vintage as old_document_sha256
    from one_of_vintage
    window by_vintage as (partition by indicator_id, measure, quarter order by vintage)
),

changed as (
    select * from compared
    where value <> old_value
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
),

final as (
    select
        {{ surrogate_key(['changed.indicator_id', 'changed.measure', 'changed.quarter', 'changed.vintage']) }}
            as restatement_id,
        changed.indicator_id,
        indicators.indicator_version_id,
        changed.municipality_id,
        indicators.program_id,
        indicators.department_id,
        changed.fiscal_year,
        changed.quarter,
        changed.measure,
        changed.old_value,
        changed.old_quality,
        changed.old_document_sha256,
        changed.value as new_value,
        changed.quality as new_quality,
        changed.document_sha256 as new_document_sha256,
        changed.value - changed.old_value as difference,
        case
            when changed.old_value <> 0
                then 100 * (changed.value - changed.old_value) / changed.old_value
        end as difference_pct,
        changed.fiscal_year as stated_in_year,
        changed.stated_in_quarter,
        case when 'corrected' in (changed.old_quality, changed.quality) then 'correction' else 'publisher' end
            as cause
    from changed
    inner join indicators
        on changed.indicator_id = indicators.indicator_id and changed.vintage = indicators.vintage
)

select * from final
