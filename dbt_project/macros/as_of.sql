{# The measurements as they were known at a moment (UTC; a date is its first moment), with the columns of the fact. #}
{% macro as_of_macro() -%}
    create or replace macro {{ this.schema }}.as_of(moment) as table
    select * exclude (known_measurement_id, known_from, known_to)
    from {{ this.schema }}.{{ this.identifier }}
    where known_from <= moment and (known_to is null or known_to > moment)
{%- endmacro %}
