with

indicators as (
    select distinct
        indicator_id,
        indicator_version_id,
        municipality_id,
        plan,
        program_id,
        code,
        frequency
    from {{ ref('int_indicator_vintage') }}
),

documents as (
    select distinct
        program_id,
        program_code
    from {{ ref('int_document') }}
    where program_code is not null
),

ladders as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        {{ name_key(plan_name('plan')) }} as plan_key,
        {{ code_key('program_code') }} as program_key,
        {{ code_key('indicator_code') }} as code_key,
        direction,
        basis,
        from_pct,
        to_pct,
        light,
        source
    from {{ ref('traffic_light') }}
),

matched as (
    select
        indicators.indicator_version_id,
        coalesce(
            regexp_matches({{ name_key('indicators.frequency') }}, '^(anual|bienal|trienal|quinquenal|sexenal)'), false
        ) as is_annual,
        ladders.* exclude (municipality_id, plan_key, program_key, code_key),
        if(ladders.code_key is null, 0, 4)
        + if(ladders.program_key is null, 0, 2)
        + if(ladders.plan_key is null, 0, 1) as narrowness
    from indicators
    left join documents on indicators.program_id = documents.program_id
    inner join ladders
        on
            indicators.municipality_id = ladders.municipality_id
            and (ladders.plan_key is null or {{ name_key('indicators.plan') }} = ladders.plan_key)
            and (ladders.program_key is null or {{ code_key('documents.program_code') }} = ladders.program_key)
            and (ladders.code_key is null or {{ code_key('indicators.code') }} = ladders.code_key)
),

final as (
    select * exclude (narrowness)
    from matched
    qualify rank() over (partition by indicator_version_id, direction order by narrowness desc) = 1
)

select * from final
