{{ config(post_hook={'sql': '{{ forget_touched() }}', 'transaction': false}) }}

with

municipalities as (
    select * from {{ ref('stg_municipality') }}
),

built as (
    {% if build_before() -%}
        select * from {{ build_before() }}
    {%- else -%}
        select
            null::varchar as municipality_id,
            null::varchar as fingerprint
        where false
    {%- endif %}
),

-- Whose documents are others than those that its marts were made from; also one that has none any more.
differing as (
    select
        coalesce(municipalities.municipality_id, built.municipality_id) as municipality_id,
        municipalities.fingerprint,
        coalesce(municipalities.row_count, 0) as row_count
    from municipalities
    full join built on municipalities.municipality_id = built.municipality_id
    where municipalities.fingerprint is distinct from built.fingerprint
),

-- No more than memory holds with ease, but one at least: the next build goes on with the rest.
final as (
    select
        municipality_id,
        fingerprint
    from differing
    qualify
        sum(row_count) over (order by municipality_id rows unbounded preceding) - row_count
        < {{ var('rows_at_once') }}
)

select * from final
