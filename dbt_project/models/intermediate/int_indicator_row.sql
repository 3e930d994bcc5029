with

stated_rows as (
    select * from {{ ref('stg_row') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

sure_departments as (
    select distinct
        documents.municipality_id,
        {{ name_key('stated_rows.department') }} as department_key
    from stated_rows
    inner join documents on stated_rows.extraction_id = documents.extraction_id
    where stated_rows.department is not null and not stated_rows.is_department_unsure
),

normalized as (
    select
        stated_rows.* exclude (department, is_department_unsure),
        -- A name that may be misread makes no department of its own.
        case
            when not stated_rows.is_department_unsure or sure_departments.department_key is not null
                then stated_rows.department
        end as department,
        documents.reading_id,
        documents.recorded_from,
        documents.recorded_until,
        documents.is_current,
        documents.is_last,
        documents.municipality_id,
        documents.place_scope,
        documents.year_scope,
        documents.fiscal_year,
        documents.program_code,
        documents.vintage,
        documents.precedence,
        rtrim(upper(regexp_replace(stated_rows.code, '\s', '', 'g')), '.') as code_key,
        upper(regexp_replace(documents.program_code, '\s', '', 'g')) as program_key,
        coalesce({{ name_key('coalesce(stated_rows.indicator, stated_rows.acronym)') }}, '') as name_key
    from stated_rows
    inner join documents on stated_rows.extraction_id = documents.extraction_id
    left join sure_departments
        on
            documents.municipality_id = sure_departments.municipality_id
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
    window same_code as (partition by municipality_id, year_scope, fiscal_year, program_scope, code_key)
),

final as (
    select
        {{ surrogate_key([
            'municipality_id',
            'year_scope',
            'fiscal_year',
            'program_scope',
            'code_key',
            'case when shares_code then name_key end',
            'case when row_scope is not null or nth_of_name > 1 then document_sha256 end',
            'row_scope',
            'nth_of_name',
        ]) }} as indicator_id,
        * exclude (code_key, name_key, program_scope, row_scope, rows_of_code, nth_of_name, shares_code)
    from told_apart
)

select * from final
