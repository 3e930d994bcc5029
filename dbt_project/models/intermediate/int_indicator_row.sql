with

documents as (
    select * from {{ ref('int_document') }}
),

-- Before a correction was recorded, and after it was taken back, the row was as read.
corrections as (
    select
        documents.reading_id,
        said.row_number,
        map(
            list(said.field) filter (where said.is_text), list(said.new_text) filter (where said.is_text)
        ) as texts,
        bool_or(said.field is null) as is_dropped,
        bool_or(said.field = 'department' and said.action <> 'flag') as is_department_decided
    from {{ ref('stg_correction') }} as said
    inner join documents
        on
            said.extraction_id = documents.extraction_id
            and said.recorded_at <= documents.recorded_from
            and (said.recorded_until is null or said.recorded_until > documents.recorded_from)
    where said.row_number is not null
    group by documents.reading_id, said.row_number
),

held as (
    select
        documents.reading_key,
        holds.row_id
    from {{ ref('stg_row_hold') }} as holds
    inner join documents
        on
            holds.extraction_id = documents.extraction_id
            and holds.held_at <= documents.recorded_from
            and (holds.released_at is null or holds.released_at > documents.recorded_from)
),

stated_rows as (
    select
        landed.extraction_id,
        landed.document_sha256,
        landed.row_number,
        landed.row_id,
        landed.page,
        {% for text in [
            'level', 'code', 'department', 'objective', 'indicator', 'acronym', 'frequency', 'unit', 'variable_unit',
            'justification',
        ] -%}
            case
                when map_contains(corrections.texts, '{{ text }}')
                    then nullif(trim(corrections.texts['{{ text }}']), '')
                else landed.{{ text }}
            end as {{ text }},
        {% endfor -%}
        landed.is_department_unsure
        and not coalesce(corrections.is_department_decided, false) as is_department_unsure,
        documents.reading_id,
        documents.reading_key,
        documents.recorded_from,
        documents.recorded_until,
        documents.is_current,
        documents.is_last,
        documents.municipality_id,
        documents.place_scope,
        documents.year_scope,
        documents.plan,
        documents.fiscal_year,
        documents.program_code,
        documents.vintage,
        documents.precedence
    from {{ ref('stg_row') }} as landed
    inner join documents on landed.extraction_id = documents.extraction_id
    left join corrections
        on documents.reading_id = corrections.reading_id and landed.row_number = corrections.row_number
    anti join held on documents.reading_key = held.reading_key and landed.row_id = held.row_id
    where not coalesce(corrections.is_dropped, false)
),

sure_departments as (
    select distinct
        municipality_id,
        {{ name_key('department') }} as department_key
    from stated_rows
    where department is not null and not is_department_unsure
),

normalized as (
    select
        stated_rows.* exclude (department, is_department_unsure),
        -- A name that may be misread makes no department of its own.
        case
            when not stated_rows.is_department_unsure or sure_departments.department_key is not null
                then stated_rows.department
        end as department,
        {{ code_key('stated_rows.code') }} as code_key,
        upper(regexp_replace(stated_rows.program_code, '\s', '', 'g')) as program_key,
        coalesce({{ name_key('coalesce(stated_rows.indicator, stated_rows.acronym)') }}, '') as name_key
    from stated_rows
    left join sure_departments
        on
            stated_rows.municipality_id = sure_departments.municipality_id
            and {{ name_key('stated_rows.department') }} = sure_departments.department_key
),

scoped as (
    select
        * exclude (program_key),
        -- Codes such as 1.4.1.1.2 hold their program's code; others, such as C1, restart in each program.
        case
            when code_key = program_key or starts_with(code_key, program_key || '.') then null
            else program_key
        end as program_scope,
        -- A row whose code cannot be read is linked to no other.
        case when code_key is null then row_number end as row_scope
    from normalized
),

counted as (
    select
        *,
        count(*) over (partition by reading_id, program_scope, code_key, row_scope) as rows_of_code,
        row_number() over (
            partition by reading_id, program_scope, code_key, row_scope, name_key
            order by row_number
        ) as nth_of_name
    from scoped
),

told_apart as (
    select
        *,
        -- Where any document of the year gives several indicators one code, the name tells them apart in all. A
        -- reading that counts no more has no say in that.
        coalesce(
            max(rows_of_code) filter (where is_current) over same_code,
            max(rows_of_code) over same_code
        ) > 1 as shares_code
    from counted
    window same_code as (
        partition by municipality_id, year_scope, plan, fiscal_year, program_scope, code_key
    )
),

final as (
    select
        {{ surrogate_key([
            'municipality_id',
            'year_scope',
            name_key('plan'),
            'fiscal_year',
            'program_scope',
            'code_key',
            'case when shares_code then name_key end',
            'case when row_scope is not null or nth_of_name > 1 then document_sha256 end',
            'row_scope',
            'nth_of_name',
        ]) }} as indicator_id,
        {{ number_of('indicator_id') }} as indicator_key,
        * exclude (code_key, name_key, program_scope, row_scope, rows_of_code, nth_of_name, shares_code)
    from told_apart
)

select * from final
