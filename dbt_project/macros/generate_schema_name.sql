{# Schemas are named exactly staging, intermediate and marts: no prefix by target. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
