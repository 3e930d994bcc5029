with

documents as (
    select * from {{ ref('int_document') }}
),

-- One municipality may be spelt in several ways: an exact text knows best, then the majority, then the latest.
spellings as (
    select
        municipality_id,
        municipality,
        state,
        row_number() over (
            partition by municipality_id
            order by
                bool_or(is_current) desc, bool_or(is_exact) desc, count(*) desc, max(vintage) desc, municipality asc,
                state asc
        ) as preference
    from documents
    group by municipality_id, municipality, state
),

final as (
    select
        municipality_id,
        municipality,
        state,
        municipality is not null as is_known
    from spellings
    where preference = 1
)

select * from final
