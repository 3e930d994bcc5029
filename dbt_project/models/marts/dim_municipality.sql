with

documents as (
    select * from {{ ref('int_document') }}
),

final as (
    select
        municipality_id,
        arg_max(municipality, precedence) as municipality,
        arg_max(state, precedence) as state,
        bool_or(municipality is not null) as is_known
    from documents
    group by municipality_id
)

select * from final
