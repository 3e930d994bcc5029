with

documents as (
    select * from {{ ref('stg_document') }}
),

extractions as (
    select * from {{ ref('stg_extraction') }}
),

joined as (
    select
        documents.*,
        extractions.* exclude (document_sha256),
        -- What has no municipality or no year may belong to anyone: such a document is linked to no other.
        case when extractions.municipality is null then documents.document_sha256 end as place_scope,
        case
            when extractions.municipality is null or extractions.fiscal_year is null
                then documents.document_sha256
        end as year_scope
    from documents
    inner join extractions on documents.document_sha256 = extractions.document_sha256
),

keyed as (
    select
        *,
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        4 * coalesce(fiscal_year, 0) + coalesce(stated_in_quarter, 0) as vintage,
        make_date(fiscal_year, 3 * stated_in_quarter - 2, 1) as vintage_start
    from joined
),

final as (
    select
        *,
        {{ surrogate_key(['municipality_id', 'year_scope', 'fiscal_year', name_key('program_code')]) }} as program_id,
        -- The order in which documents overrule one another: by the quarter that they report, never by when they
        -- arrived. Of two for the same quarter an exact text overrules a recognized one, then the later received.
        row_number() over (order by vintage, is_exact, received_at, document_sha256) as precedence
    from keyed
)

select * from final
