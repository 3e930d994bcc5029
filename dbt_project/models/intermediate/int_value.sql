with

stated_values as (
    select * from {{ ref('stg_value') }}
),

stated_rows as (
    select * from {{ ref('int_indicator_row') }}
),

documents as (
    select * from {{ ref('int_document') }}
),

final as (
    select
        stated_rows.indicator_id,
        stated_values.*,
        documents.is_exact,
        documents.vintage,
        documents.precedence,
        stated_values.quality not in ('disputed', 'missing') as is_good,
        -- Whether the publisher surely said this. A disputed figure in an exact text is what was published; a
        -- disputed recognition may be our misreading.
        stated_values.value is not null
        and (documents.is_exact or stated_values.quality not in ('disputed', 'missing')) as is_stated
    from stated_values
    inner join stated_rows
        on
            stated_values.document_sha256 = stated_rows.document_sha256
            and stated_values.row_number = stated_rows.row_number
    inner join documents on stated_values.document_sha256 = documents.document_sha256
)

select * from final
