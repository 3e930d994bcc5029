{# Qualities from the one that needs least attention to the one that needs most. #}
{% macro qualities() -%}
    ['confirmed', 'corrected', 'unchecked', 'repaired', 'missing', 'disputed']
{%- endmacro %}

{% macro quality_rank(column) -%}
    list_position({{ qualities() }}, {{ column }})
{%- endmacro %}

{# The quality of a row is that of its worst value. Nulls, values that no report prints, do not count. #}
{% macro worst_quality(columns) -%}
    list_extract(
        {{ qualities() }},
        greatest({% for column in columns %}{{ quality_rank(column) }}{{ ", " if not loop.last }}{% endfor %})
    )
{%- endmacro %}

{# How many rows have each quality, in columns named after them. #}
{% macro quality_counts() -%}
    {% for quality in ['confirmed', 'corrected', 'unchecked', 'repaired', 'missing', 'disputed'] -%}
        count(*) filter (where quality = '{{ quality }}') as {{ quality }}{{ "," if not loop.last }}
    {% endfor %}
{%- endmacro %}
