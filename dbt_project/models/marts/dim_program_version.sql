with

documents as (
    select * from {{ ref('int_document') }}
    where is_current
),

-- What a later document leaves out stays as last stated.
filled as (
    select
        program_id,
        municipality_id,
        fiscal_year,
        vintage,
        vintage_start,
        precedence,
        program_code,
        last_value(program_name ignore nulls) over so_far as program_name,
        last_value(entity ignore nulls) over so_far as entity
    from documents
    window so_far as (
        partition by program_id order by precedence rows between unbounded preceding and current row
    )
),

stated as (
    select * from filled
    qualify row_number() over (partition by program_id, vintage order by precedence desc) = 1
),

compared as (
    select
        *,
        coalesce(
            (program_name, entity) is distinct from lag((program_name, entity)) over in_order, true
        ) as is_changed
    from stated
    window in_order as (partition by program_id order by vintage)
),

numbered as (
    select
        *,
        count(*) filter (where is_changed) over (
            partition by program_id order by vintage rows between unbounded preceding and current row
        ) as version_number
    from compared
),

versions as (
    select
        program_id,
        municipality_id,
        fiscal_year,
        version_number,
        program_name,
        entity,
        any_value(program_code) as program_code,
        min(vintage_start) as valid_from,
        max(vintage_start) as last_stated_on
    from numbered
    group by program_id, municipality_id, fiscal_year, version_number, program_name, entity
),

final as (
    select
        {{ surrogate_key(['program_id', 'version_number']) }} as program_version_id,
        program_id,
        municipality_id,
        fiscal_year,
        version_number,
        program_code,
        program_name,
        entity,
        valid_from,
        lead(valid_from) over (partition by program_id order by version_number) as valid_to,
        last_stated_on,
        version_number = max(version_number) over (partition by program_id) as is_current
    from versions
)

select * from final
