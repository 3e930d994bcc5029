-- depends_on: every mart, so that a municipality counts as built only when all of them are
{% for mart in [
    'dim_department', 'dim_department_version', 'dim_document', 'dim_indicator', 'dim_municipality', 'dim_program',
    'dim_program_version', 'dim_quarter', 'fct_annual_goal', 'fct_correction', 'fct_finding', 'fct_held_restatement',
    'fct_measurement', 'fct_measurement_history', 'fct_measurement_known', 'fct_restatement', 'fct_traffic_light',
    'mart_component_rollup', 'mart_data_quality', 'mart_department_scorecard', 'measurement_history', 'measurements', 'restatements',
] -%}
-- depends_on: {{ ref(mart) }}
{% endfor %}
with

touched as (
    select * from {{ ref('int_touched') }}
),

final as (
    select
        municipality_id,
        fingerprint
    from touched
    where fingerprint is not null
)

select * from final
