{# Percent of a goal that was achieved, never capped; null where it has no meaning (progress_reason says why). #}
{% macro progress_pct(achieved, goal) -%}
    case when {{ goal }} <> 0 then 100 * {{ achieved }} / {{ goal }} end
{%- endmacro %}

{# Why there is no progress, or null where there is one. #}
{% macro progress_reason(achieved, goal) -%}
    case
        when {{ goal }} is null then 'goal_missing'
        when {{ achieved }} is null then 'achieved_missing'
        when {{ goal }} = 0 then 'goal_zero'
    end
{%- endmacro %}
