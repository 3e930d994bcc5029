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

{# The result of the year up to a quarter; null where a result is missing or nobody knows how quarters make a year. #}
{% macro accumulated_achieved() -%}
    case
        when accumulation = 'sum' and achieved_count = quarter then achieved_sum
        when accumulation = 'average' and achieved_count = quarter then achieved_sum / quarter
        when accumulation in ('last', 'constant') then achieved
    end
{%- endmacro %}

{# Whether a quarter's goal was met. Of an indicator that is to fall, where the result is not above it, also if it is 0. #}
{% macro is_goal_met() -%}
    case
        when direction = 'descending' then achieved <= goal
        when goal <> 0 then achieved >= goal
    end
{%- endmacro %}

{# What an aggregate gives of the first quarter, the first two, three and all four, as a list. #}
{% macro up_to_each_quarter(aggregate) -%}
    [{% for quarter in [1, 2, 3, 4] %}{{ aggregate }} filter (where quarter <= {{ quarter }}){{ ", " if not loop.last }}{% endfor %}]
{%- endmacro %}
