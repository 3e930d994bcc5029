with

stated_values as (
    select * from {{ ref('int_value') }}
    where is_current
),

kept as (
    select * from {{ ref('int_best_value') }}
    where known_until is null and reason = 'restatement_held'
),

documents as (
    select * from {{ touched('dim_document') }}
),

indicators as (
    select * from {{ touched('dim_indicator') }}
    where is_current
),

final as (
    select
        {{ surrogate_key([
            'kept.indicator_id', 'kept.measure', 'kept.quarter', 'stated_values.document_sha256',
        ]) }} as held_restatement_id,
        kept.municipality_id,
        kept.indicator_id,
        indicators.indicator_code,
        indicators.indicator,
        kept.measure,
        kept.quarter,
        kept.value as kept_value,
        kept_values.document_sha256 as kept_document_sha256,
        stated_values.value as new_value,
        stated_values.text as new_text,
        stated_values.quality as new_quality,
        stated_values.document_sha256,
        documents.document_file,
        documents.stated_in_year,
        documents.stated_in_quarter,
        stated_values.page
    from kept
    inner join stated_values as kept_values on kept.figure_id = kept_values.figure_id
    inner join stated_values
        on
            kept.indicator_id = stated_values.indicator_id
            and kept.measure = stated_values.measure
            and kept.quarter is not distinct from stated_values.quarter
    inner join documents on stated_values.document_sha256 = documents.document_sha256
    inner join indicators on kept.indicator_id = indicators.indicator_id
    where
        stated_values.vintage > kept.vintage
        and stated_values.is_stated
        and not stated_values.is_decided
        and stated_values.value <> kept.value
)

select * from final
