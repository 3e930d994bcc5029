{# A mart that is made anew for the municipalities that a build touches, and left as it is for all others. Whatever a
   mart says of a municipality depends on the documents of that municipality only, so that this gives the same as
   making all of it; a test compares the two. Rows of a municipality stand together, so that a build writes, and a
   question reads, few blocks of the file; `sorted_by` orders them further. #}
{% materialization by_municipality, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set mart = this.incorporate(type='table') -%}
    {%- set order = ['municipality_id'] + config.get('sorted_by', []) -%}
    {%- set rows = 'select * from (' ~ compiled_code ~ ') order by ' ~ order | join(', ') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if existing is none or should_full_refresh() -%}
            drop table if exists {{ mart }};
            {{ create_table_as(False, mart, rows) }}
        {%- else -%}
            {{ get_assert_columns_equivalent(rows) }}
            delete from {{ mart }} where municipality_id in (select municipality_id from scratch.staging.stg_touched);
            insert into {{ mart }} {{ get_column_names() }} ({{ get_select_subquery(rows) }});
        {%- endif -%}
    {%- endcall -%}
    {% do persist_docs(mart, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [mart]}) }}
{% endmaterialization %}
