with

-- Readings that count no more tell of what no other reading tells, for the history.
stated_rows as (
    select * from {{ ref('int_indicator_row') }}
    qualify is_current or not bool_or(is_current) over (partition by indicator_key, vintage)
),

documents as (
    select * from {{ ref('int_document') }}
),

-- What a later document leaves out stays as last stated.
filled as (
    select
        stated_rows.indicator_id,
        stated_rows.indicator_key,
        stated_rows.municipality_id,
        stated_rows.plan,
        stated_rows.fiscal_year,
        stated_rows.place_scope,
        stated_rows.vintage,
        stated_rows.precedence,
        stated_rows.is_current as is_counted,
        stated_rows.recorded_until,
        documents.vintage_start,
        case
            when documents.program_code is not null then documents.program_id
            else coalesce(
                last_value(
                    case
                        when stated_rows.is_current and documents.program_code is not null then documents.program_id
                    end ignore nulls
                ) over so_far,
                documents.program_id
            )
        end as program_id,
        {% for attribute in [
            'code', 'level', 'department', 'objective', 'indicator', 'acronym', 'frequency', 'unit', 'variable_unit'
        ] -%}
            coalesce(
                stated_rows.{{ attribute }},
                last_value(
                    case when stated_rows.is_current then stated_rows.{{ attribute }} end ignore nulls
                ) over so_far
            ) as {{ attribute }},
        {% endfor -%}
        coalesce(
            documents.entity,
            last_value(case when stated_rows.is_current then documents.entity end ignore nulls) over so_far
        ) as entity
    from stated_rows
    inner join documents on stated_rows.reading_key = documents.reading_key
    window so_far as (
        partition by stated_rows.indicator_key
        order by stated_rows.precedence
        rows between unbounded preceding and current row
    )
),

aliases as (
    select * from {{ ref('int_department_alias') }}
),

last_of_vintage as (
    select
        filled.* exclude (place_scope, precedence),
        {{ surrogate_key([
            'filled.municipality_id', 'place_scope', 'coalesce(aliases.same_as_key, ' ~ name_key('department') ~ ')',
        ]) }} as department_id,
        {{ surrogate_key([
            'program_id', 'code', 'level', 'department', 'objective', 'indicator', 'acronym', 'frequency', 'unit',
            'variable_unit', 'entity',
        ]) }} as attributes_hash
    from filled
    left join aliases
        on
            filled.municipality_id = aliases.municipality_id
            and {{ name_key('filled.department') }} = aliases.name_key
    qualify row_number() over (partition by indicator_key, vintage order by precedence desc) = 1
),

-- What counts no more comes after all that counts: it is no link in the chain of versions.
compared as (
    select
        *,
        coalesce(
            attributes_hash <> lag(attributes_hash) over (partition by indicator_key, is_counted order by vintage),
            true
        ) as is_changed
    from last_of_vintage
),

numbered as (
    select
        * exclude (attributes_hash, is_changed),
        count(*) filter (where is_changed) over (
            partition by indicator_key
            order by is_counted desc, vintage asc
            rows between unbounded preceding and current row
        ) as version_number
    from compared
),

final as (
    select
        {{ surrogate_key(['indicator_id', 'version_number']) }} as indicator_version_id,
        coalesce(
            version_number = max(version_number) filter (where is_counted) over (partition by indicator_key), false
        ) as is_current,
        *
    from numbered
)

select * from final
