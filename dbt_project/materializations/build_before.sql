{# The table of what the marts of each municipality were made from, or none where nothing has been built yet. It is
   no `ref`: it is made last, from what the build before has left. #}
{% macro build_before() -%}
    {% do return(adapter.get_relation(target.database, 'marts', 'mart_build')) %}
{%- endmacro %}

{# Until a touched municipality is built to the end nothing is known of its marts: a build may be killed. #}
{% macro forget_touched() -%}
    {%- set built = build_before() -%}
    {%- if built -%}
        delete from {{ built }} where municipality_id in (select municipality_id from {{ this }})
    {%- endif -%}
{%- endmacro %}
