with

documents as (
    select * from {{ ref('stg_document') }}
),

readings as (
    select * from {{ ref('stg_reading') }}
),

plans as (
    select * from {{ ref('int_plan') }}
),

joined as (
    select
        documents.*,
        readings.* exclude (document_sha256, plan),
        plans.plan,
        plans.plan_origin,
        -- A scan's date is that of whoever scanned it, so it does not tell which report is the later one.
        case when documents.is_exact then documents.issued_at end as order_of_issue,
        -- What has no municipality or no year may belong to anyone: such a document is linked to no other.
        case when readings.municipality is null then documents.document_sha256 end as place_scope,
        case
            when readings.municipality is null or readings.fiscal_year is null
                then documents.document_sha256
        end as year_scope
    from documents
    inner join readings on documents.document_sha256 = readings.document_sha256
    inner join plans on readings.reading_id = plans.reading_id
),

keyed as (
    select
        *,
        4 * coalesce(fiscal_year, 0) + coalesce(stated_in_quarter, 0) as vintage,
        make_date(fiscal_year, 3 * stated_in_quarter - 2, 1) as vintage_start
    from joined
),

final as (
    select
        *,
        {{ number_of('reading_id') }} as reading_key,
        {{ surrogate_key([
            'municipality_id', 'year_scope', name_key('plan'), 'fiscal_year', name_key('program_code'),
        ]) }} as program_id,
        -- The order in which documents of a year overrule one another: by the quarter that they report, never by when
        -- they arrived. Of two for the same quarter an exact text overrules a recognized one, then the later issued.
        row_number() over (
            partition by municipality_id, fiscal_year
            order by vintage, is_exact, order_of_issue nulls first, document_sha256, span_number
        ) as precedence
    from keyed
)

select * from final
