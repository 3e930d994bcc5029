{# A mart that is made anew for the municipalities that a build touches, and left as it is for all others. Whatever a
   mart says of a municipality depends on the documents of that municipality only, so that this gives the same as
   making all of it; a test compares the two. #}
{% materialization by_municipality, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set mart = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if existing is none or should_full_refresh() -%}
            drop table if exists {{ mart }};
            {{ create_table_as(False, mart, compiled_code) }}
        {%- else -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
            delete from {{ mart }} where municipality_id in (select municipality_id from scratch.staging.stg_touched);
            insert into {{ mart }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }});
        {%- endif -%}
    {%- endcall -%}
    {% do persist_docs(mart, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [mart]}) }}
{% endmaterialization %}
