with

stated_values as (
    select * from {{ ref('int_value') }}
    where is_current
),

kept as (
    select * from {{ ref('int_best_value') }}
    where known_until is null and reason = 'restatement_held'
),

readings as (
    select * from {{ ref('int_document') }}
),

documents as (
    select * from {{ touched('dim_document') }}
),

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
    where is_current
    qualify row_number() over (partition by indicator_key order by vintage desc) = 1
),

final as (
    select
        {{ surrogate_key([
            'indicators.indicator_id', 'kept.measure', 'kept.quarter', 'documents.document_sha256',
        ]) }} as held_restatement_id,
        indicators.municipality_id,
        indicators.indicator_id,
        indicators.code as indicator_code,
        indicators.indicator,
        kept.measure,
        kept.quarter,
        kept.value as kept_value,
        kept_readings.document_sha256 as kept_document_sha256,
        stated_values.value as new_value,
        stated_values.text as new_text,
        stated_values.quality as new_quality,
        documents.document_sha256,
        documents.document_file,
        documents.stated_in_year,
        documents.stated_in_quarter,
        stated_values.page
    from kept
    inner join stated_values as kept_values on kept.figure_id = kept_values.figure_id
    inner join readings as kept_readings on kept_values.reading_key = kept_readings.reading_key
    inner join stated_values
        on
            kept.indicator_key = stated_values.indicator_key
            and kept.measure = stated_values.measure
            and kept.quarter is not distinct from stated_values.quarter
    inner join readings on stated_values.reading_key = readings.reading_key
    inner join documents on readings.document_sha256 = documents.document_sha256
    inner join indicators on kept.indicator_key = indicators.indicator_key
    where
        stated_values.vintage > kept.vintage
        and stated_values.is_stated
        and not stated_values.is_decided
        and stated_values.value <> kept.value
)

select * from final
