{{ config(severity='warn', store_failures=true, database='scratch', schema='failures') }}
-- Reports of one municipality and year all tell their plan, or none does: else the same code is two indicators.
with

documents as (
    select * from {{ ref('dim_document') }}
    where
        not is_withdrawn
        and not is_held
        -- Who tells no municipality may be anybody's.
        and municipality_id <> {{ surrogate_key(['null', 'null']) }}
)

select documents.document_file
from documents
inner join documents as others
    on documents.municipality_id = others.municipality_id and documents.stated_in_year = others.stated_in_year
where documents.plan is null
group by documents.document_file
having count(others.plan) > 0
