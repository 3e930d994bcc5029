with

documents as (
    select * from {{ ref('int_document') }}
),

final as (
    select
        program_id,
        municipality_id,
        plan,
        fiscal_year,
        coalesce(
            arg_max(program_code, precedence) filter (where is_current), arg_max(program_code, precedence)
        ) as program_code,
        coalesce(
            arg_max(program_name, precedence) filter (where is_current), arg_max(program_name, precedence)
        ) as program_name,
        bool_or(program_code is not null) as is_known
    from documents
    group by program_id, municipality_id, plan, fiscal_year
)

select * from final
