with

quarantine as (
    select * from {{ source('landing', 'quarantine') }}
),

extractions as (
    select * from {{ ref('stg_admitted_extraction') }}
),

final as (
    select distinct
        quarantine.extraction_id,
        quarantine.row_number
    from quarantine
    inner join extractions on quarantine.extraction_id = extractions.extraction_id
    where
        quarantine.stage = 'landing_suite'
        and quarantine.row_number is not null
)

select * from final
