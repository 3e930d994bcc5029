{%- set attributes = [
    'code', 'level', 'department', 'objective', 'indicator', 'acronym', 'frequency', 'unit', 'variable_unit', 'entity',
] -%}
with

vintages as (
    select * from {{ ref('int_indicator_vintage') }}
),

documents as (
    select
        reading_key,
        entity
    from {{ ref('int_document') }}
    where not is_current
),

stated_rows as (
    select
        stated.*,
        documents.entity
    from {{ ref('int_indicator_row') }} as stated
    inner join documents on stated.reading_key = documents.reading_key
),

final as (
    select
        {{ surrogate_key(['vintages.indicator_id', 'stated_rows.reading_id']) }} as indicator_version_id,
        vintages.indicator_id,
        vintages.indicator_key,
        vintages.indicator_version_id as known_now_as,
        stated_rows.reading_key,
        {% for attribute in attributes -%}
            coalesce(stated_rows.{{ attribute }}, vintages.{{ attribute }}) as {{ attribute }},
        {% endfor -%}
        stated_rows.recorded_until as superseded_at
    from stated_rows
    inner join vintages
        on stated_rows.indicator_key = vintages.indicator_key and stated_rows.vintage = vintages.vintage
    where
        false
        {% for attribute in attributes -%}
            or coalesce(stated_rows.{{ attribute }}, vintages.{{ attribute }})
            is distinct from vintages.{{ attribute }}
        {% endfor %}
)

select * from final
