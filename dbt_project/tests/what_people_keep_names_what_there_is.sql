{{ config(
    severity='warn', store_failures=true, database='scratch', schema='failures',
    meta={'dagster': {'ref': {'name': 'dim_indicator'}}},
) }}
-- What people keep in the seeds names a municipality, a department or an indicator that there is: else it does nothing.
with

said as (
    {% for seed, code, department, year in [
        ('municipal_plan', 'null', 'null', 'null'),
        ('department_alias', 'null', 'department', 'null'),
        ('indicator_attribute', 'indicator_code', 'null', 'fiscal_year'),
        ('traffic_light', 'indicator_code', 'null', 'null'),
        ('indicator_link', 'from_code', 'null', 'from_year'),
        ('indicator_link', 'to_code', 'null', 'to_year'),
    ] -%}
        select
            'dbt_project/seeds/{{ seed }}.csv, line ' || (rowid + 2) as place,
            municipality,
            state,
            {{ code }} as indicator_code,
            {{ department }} as department,
            {{ year }} as fiscal_year
        from {{ ref(seed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

named as (
    select
        *,
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        {{ code_key('indicator_code') }} as code_key,
        {{ name_key('department') }} as department_key
    from said
),

indicators as (
    select
        municipality_id,
        fiscal_year,
        {{ code_key('indicator_code') }} as code_key,
        {{ name_key('department') }} as department_key
    from {{ ref('dim_indicator') }}
)

select
    named.place || ': '
    || concat_ws(', ', named.municipality, named.state, named.department, named.indicator_code, named.fiscal_year)
        as entry
from named
anti join indicators
    on
        named.municipality_id = indicators.municipality_id
        and coalesce(named.fiscal_year = indicators.fiscal_year, named.fiscal_year is null)
        and coalesce(named.code_key = indicators.code_key, named.code_key is null)
        and coalesce(named.department_key = indicators.department_key, named.department_key is null)
