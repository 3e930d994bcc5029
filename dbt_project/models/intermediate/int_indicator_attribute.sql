with

indicators as (
    select * from {{ ref('int_indicator_vintage') }}
    qualify row_number() over (partition by indicator_key order by is_current desc, vintage desc) = 1
),

documents as (
    select distinct
        program_id,
        program_code
    from {{ ref('int_document') }}
    where program_code is not null
),

decided as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        {{ name_key(plan_name('plan')) }} as plan_key,
        fiscal_year,
        {{ code_key('program_code') }} as program_key,
        {{ code_key('indicator_code') }} as code_key,
        accumulation,
        direction
    from {{ ref('indicator_attribute') }}
),

matched as (
    select
        indicators.indicator_key,
        decided.accumulation,
        decided.direction,
        if(decided.code_key is null, 0, 8)
        + if(decided.program_key is null, 0, 4)
        + if(decided.fiscal_year is null, 0, 2)
        + if(decided.plan_key is null, 0, 1) as narrowness
    from indicators
    left join documents on indicators.program_id = documents.program_id
    inner join decided
        on
            indicators.municipality_id = decided.municipality_id
            and (decided.code_key is null or {{ code_key('indicators.code') }} = decided.code_key)
            and (decided.fiscal_year is null or indicators.fiscal_year = decided.fiscal_year)
            and (decided.plan_key is null or {{ name_key('indicators.plan') }} = decided.plan_key)
            and (decided.program_key is null or {{ code_key('documents.program_code') }} = decided.program_key)
),

-- The narrowest entry counts, for each of the two by itself.
final as (
    select
        indicator_key,
        arg_max(accumulation, narrowness) as accumulation,
        arg_max(direction, narrowness) as direction
    from matched
    group by indicator_key
)

select * from final
