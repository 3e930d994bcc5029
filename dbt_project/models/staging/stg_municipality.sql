with

readings as (
    select * from {{ ref('stg_every_reading') }}
),

documents as (
    select * from {{ source('landing', 'document') }}
),

extractions as (
    select distinct
        extraction_id,
        municipality_id
    from readings
),

holds as (
    select * from {{ source('landing', 'row_hold') }}
),

corrections as (
    select * from {{ source('landing', 'correction_spell') }}
),

-- What was read never changes under the name of its reading; all else that the marts are made from is named here.
facts as (
    select
        readings.municipality_id,
        {{ surrogate_key([
            'readings.reading_id', 'extraction_id', 'recorded_from', 'recorded_until', 'is_last', 'is_withdrawn',
            'municipality', 'state',
            'entity', 'program_code', 'program_name', 'plan', 'fiscal_year', 'stated_in_quarter', 'documents.file',
            'documents.kind', 'documents.pages', 'documents.received_at', 'documents.issued_at',
        ]) }} as fact
    from readings
    inner join documents on readings.document_sha256 = documents.document_sha256
    union all by name
    select
        extractions.municipality_id,
        {{ surrogate_key(['holds.extraction_id', 'row_number', 'held_at', 'released_at']) }} as fact
    from holds
    inner join extractions on holds.extraction_id = extractions.extraction_id
    union all by name
    select
        extractions.municipality_id,
        {{ surrogate_key(['corrections.extraction_id', 'correction_id', 'recorded_at', 'recorded_until']) }} as fact
    from corrections
    inner join extractions on corrections.extraction_id = extractions.extraction_id
),

fingerprints as (
    select
        municipality_id,
        md5(string_agg(fact, '' order by fact)) as fingerprint
    from facts
    group by municipality_id
),

sizes as (
    select
        extractions.municipality_id,
        sum(landed.row_count) as row_count
    from extractions
    inner join {{ source('landing', 'extraction') }} as landed on extractions.extraction_id = landed.extraction_id
    group by extractions.municipality_id
),

final as (
    select
        fingerprints.municipality_id,
        fingerprints.fingerprint,
        sizes.row_count
    from fingerprints
    inner join sizes on fingerprints.municipality_id = sizes.municipality_id
)

select * from final
