{# A surrogate key: the hash of natural keys, of which any may be null. Null and '' differ. #}
{% macro surrogate_key(columns) -%}
    md5(concat_ws(chr(31), {% for column in columns %}coalesce(cast({{ column }} as varchar), chr(30)){{ ", " if not loop.last }}{% endfor %}))
{%- endmacro %}

{# A number in the place of a long key: it joins and groups several times as fast. It is for the models of one build and
   published nowhere; a test tells if two keys share one. #}
{% macro number_of(key) -%}
    hash({{ key }})
{%- endmacro %}

{# The number of a row of a reading. #}
{% macro row_id(relation) -%}
    hash({{ relation }}.extraction_id, {{ relation }}.row_number)
{%- endmacro %}

{# A name reduced to what identifies it: case, accents and spacing do not. #}
{% macro name_key(column) -%}
    lower(strip_accents(trim(regexp_replace({{ column }}, '\s+', ' ', 'g'))))
{%- endmacro %}

{# A relation of the marts named without its database, so that a view over it survives the move to another file. #}
{% macro published(model) -%}
    {{ ref(model).include(database=false) }}
{%- endmacro %}

{# A quarter's key, such as 2024-Q2, or unknown-Q2 where the report tells no year. #}
{% macro quarter_key(fiscal_year, quarter) -%}
    coalesce(cast({{ fiscal_year }} as varchar), 'unknown') || '-Q' || {{ quarter }}
{%- endmacro %}

{# A printed code reduced to what identifies it: spacing, case and a last point do not. #}
{% macro code_key(column) -%}
    rtrim(upper(regexp_replace({{ column }}, '\s', '', 'g')), '.')
{%- endmacro %}

{# A municipal plan by its years, such as 2021-2024, whatever else it is called; by its name where it has none. #}
{% macro plan_name(column) -%}
    coalesce(
        regexp_replace(
            nullif(regexp_extract({{ column }}, '(?:19|20)\d\d\s*\D{1,3}\s*(?:19|20)\d\d'), ''), '\D+', '-'
        ),
        nullif(trim({{ column }}), '')
    )
{%- endmacro %}
