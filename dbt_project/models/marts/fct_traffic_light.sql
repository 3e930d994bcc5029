with

measurements as (
    select * from {{ touched('fct_measurement') }}
),

ladders as (
    select * from {{ ref('int_ladder') }}
),

indicators as (
    select
        indicator_version_id,
        any_value(is_annual) as is_annual,
        count(distinct source) filter (where direction = 'ascending') as ascending,
        count(distinct source) filter (where direction = 'descending') as descending
    from ladders
    group by indicator_version_id
),

judged as (
    select
        measurements.*,
        indicators.is_annual,
        case measurements.direction
            when 'ascending' then indicators.ascending > 0
            when 'descending' then indicators.descending > 0
        end as has_ladder
    from measurements
    inner join indicators on measurements.indicator_version_id = indicators.indicator_version_id
),

stepped as (
    select
        judged.*,
        ladders.basis,
        ladders.source,
        ladders.light as colour,
        case ladders.basis when 'quarter' then judged.progress_pct else judged.accumulated_pct end as pct,
        case ladders.basis when 'quarter' then judged.progress_reason else judged.accumulated_reason end as pct_reason,
        case ladders.basis
            when 'quarter' then judged.progress_quality else judged.accumulated_quality
        end as pct_quality,
        coalesce(pct >= ladders.from_pct and (ladders.to_pct is null or pct < ladders.to_pct), false) as is_on_step
    from judged
    left join ladders
        on
            judged.indicator_version_id = ladders.indicator_version_id
            and judged.direction = ladders.direction
    qualify row_number() over (
        partition by judged.measurement_id order by is_on_step desc, ladders.from_pct asc
    ) = 1
),

final as (
    select
        measurement_id,
        indicator_version_id,
        municipality_id,
        department_id,
        quarter_id,
        basis,
        pct,
        case
            when direction = 'unknown' then 'direction_unknown'
            when not has_ladder then 'no_ladder'
            when is_annual and quarter < 4 then 'annual_indicator'
            when pct is null then pct_reason
            when pct_quality = 'disputed' then 'in_doubt'
            when not is_on_step then 'outside_ladder'
        end as light_reason,
        case when light_reason is null then colour end as light,
        source
    from stepped
)

select * from final
