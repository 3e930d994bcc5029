with

corrections as (
    select * from {{ source('landing', 'correction_spell') }}
),

final as (
    select
        correction_id,
        extraction_id,
        document_sha256,
        row_number,
        {{ row_id('corrections') }} as row_id,
        field,
        coalesce(
            row_number is not null
            and action in ('set', 'drop')
            and field <> 'annual_goal'
            and not contains(field, '.'), false
        ) as is_text,
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
        recorded_at,
        recorded_until
    from corrections
)

select * from final
