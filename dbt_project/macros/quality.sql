{# Qualities from the one that needs least attention to the one that needs most. #}
{% macro qualities() -%}
    ['confirmed', 'corrected', 'unchecked', 'repaired', 'missing', 'disputed']
{%- endmacro %}

{% macro quality_rank(column) -%}
    list_position({{ qualities() }}, {{ column }})
{%- endmacro %}

{% macro quality_of_rank(rank) -%}
    list_extract({{ qualities() }}, {{ rank }})
{%- endmacro %}

{# The quality of a row is that of its worst value. Nulls, values that no report prints, do not count. #}
{% macro worst_quality(columns) -%}
    list_extract(
        {{ qualities() }},
        cast(greatest({% for column in columns %}{{ quality_rank(column) }}{{ ", " if not loop.last }}{% endfor %}) as bigint)
    )
{%- endmacro %}
