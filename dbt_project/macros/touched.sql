{# The same rows for a data test. No `ref`, for Dagster shows a test with the one model that it depends on. #}
{% macro tested(model) -%}
    (
        select * from {{ ref(model) }}
        where municipality_id in (select municipality_id from scratch.staging.stg_touched)
    )
{%- endmacro %}

{# The rows of a mart that this build has made, for the marts that read it. #}
{% macro touched(model) -%}
    (select * from {{ ref(model) }} semi join {{ ref('int_touched') }} using (municipality_id))
{%- endmacro %}
