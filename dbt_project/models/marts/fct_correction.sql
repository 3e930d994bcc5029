with

corrections as (
    select * from {{ ref('int_correction') }}
),

final as (
    select
        {{ surrogate_key(['correction_id', 'document_sha256']) }} as correction_key,
        municipality_id,
        indicator_id,
        document_sha256,
        field,
        action,
        old_value,
        old_text,
        old_quality,
        new_value,
        new_text,
        reason,
        evidence_page,
        evidence,
        by_person,
        decided_on,
        source,
        recorded_at
    from corrections
)

select * from final
