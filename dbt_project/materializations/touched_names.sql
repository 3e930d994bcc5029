{# The condition that a municipality bears the name of one that a build touches; those without a name meet it always.
   The names are written out: so DuckDB reads the rows of these only, where a join would read those of all. #}
{% macro has_touched_name() -%}
    {%- set names = [] -%}
    {%- if execute and adapter.get_relation('scratch', 'staging', 'stg_touched') -%}
        {%- set found = run_query(
            'select distinct municipality from marts.dim_municipality where municipality is not null'
            ~ ' and municipality_id in (select municipality_id from scratch.staging.stg_touched) order by all'
        ) -%}
        {%- for name in found.columns[0].values() -%}
            {%- do names.append("'" ~ name.replace("'", "''") ~ "'") -%}
        {%- endfor -%}
    {%- endif -%}
    (municipality is null{{ " or municipality in (" ~ names | join(', ') ~ ")" if names }})
{%- endmacro %}
