with recursive

indicators as (
    select distinct
        indicator_id,
        municipality_id,
        fiscal_year,
        plan,
        program_id,
        {{ code_key('code') }} as code_key
    from {{ ref('int_indicator_vintage') }}
    where is_current
),

documents as (
    select distinct
        program_id,
        {{ code_key('program_code') }} as program_key
    from {{ ref('int_document') }}
    where program_code is not null
),

-- A code that several indicators share names none of them.
coded as (
    select
        indicators.indicator_id,
        indicators.municipality_id,
        indicators.fiscal_year,
        {{ name_key('indicators.plan') }} as plan_key,
        documents.program_key,
        indicators.code_key,
        count(*) over (
            partition by
                indicators.municipality_id, indicators.fiscal_year, documents.program_key, indicators.code_key
        ) = 1 as is_only
    from indicators
    inner join documents on indicators.program_id = documents.program_id
    qualify count(*) over (
        partition by
            indicators.municipality_id, indicators.fiscal_year, indicators.plan, documents.program_key,
            indicators.code_key
    ) = 1
),

links as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        from_year,
        {{ name_key(plan_name('from_plan')) }} as from_plan,
        {{ code_key('from_program') }} as from_program,
        {{ code_key('from_code') }} as from_code,
        to_year,
        {{ name_key(plan_name('to_plan')) }} as to_plan,
        {{ code_key('to_program') }} as to_program,
        {{ code_key('to_code') }} as to_code
    from {{ ref('indicator_link') }}
),

linked as (
    select
        earlier.indicator_id as earlier_id,
        later.indicator_id
    from links
    inner join coded as earlier
        on
            links.municipality_id = earlier.municipality_id
            and links.from_year = earlier.fiscal_year
            and (links.from_plan = earlier.plan_key or (links.from_plan is null and earlier.is_only))
            and links.from_program = earlier.program_key
            and links.from_code = earlier.code_key
    inner join coded as later
        on
            links.municipality_id = later.municipality_id
            and links.to_year = later.fiscal_year
            and (links.to_plan = later.plan_key or (links.to_plan is null and later.is_only))
            and links.to_program = later.program_key
            and links.to_code = later.code_key
    where
        links.from_year < links.to_year
        or (links.from_year = links.to_year and links.from_plan is distinct from links.to_plan)
),

-- From the first year of each series on.
series as (
    select
        linked.earlier_id as series_id,
        linked.indicator_id
    from linked
    anti join linked as before on linked.earlier_id = before.indicator_id
    union
    select
        series.series_id,
        linked.indicator_id
    from series
    inner join linked on series.indicator_id = linked.earlier_id
),

final as (
    select
        indicator_id,
        series_id
    from series
)

select * from final
