{# One figure with its quality, as columns prefixed with its measure. The key leads to where it stands. #}
{% macro value_columns(source, measure) %}
    {{ source }}.value as {{ measure }},
    coalesce({{ source }}.quality, 'missing') as {{ measure }}_quality,
    {{ source }}.reason as {{ measure }}_reason,
    {{ source }}.figure_id as {{ measure }}_figure_id,
    {{ source }}.place as {{ measure }}_place
{%- endmacro %}

{# Where a figure stands and with what text, as columns prefixed with its measure. #}
{% macro place_columns(source, document_sha256, measure) %}
    {{ source }}.text as {{ measure }}_text,
    case when {{ source }}.figure_id is not null then {{ document_sha256 }} end as {{ measure }}_document_sha256,
    {{ source }}.page as {{ measure }}_page,
    {{ source }}.x0 as {{ measure }}_x0,
    {{ source }}.top as {{ measure }}_top,
    {{ source }}.x1 as {{ measure }}_x1,
    {{ source }}.bottom as {{ measure }}_bottom,
    {{ source }}.span_start as {{ measure }}_span_start,
    {{ source }}.span_end as {{ measure }}_span_end,
    {{ source }}.confidence as {{ measure }}_confidence
{%- endmacro %}

{# The names of the columns that both have made. #}
{% macro value_column_names(measure) %}
    {{ measure }},
    {% for part in [
        'text', 'quality', 'reason', 'document_sha256', 'page', 'x0', 'top', 'x1', 'bottom', 'span_start', 'span_end',
        'confidence',
    ] -%}
        {{ measure }}_{{ part }}{{ "," if not loop.last }}
    {% endfor %}
{%- endmacro %}
