-- Of a ladder of one direction the steps rise, follow one another without a common part, and are of one basis.
with

steps as (
    select
        *,
        rowid as line,
        {{ surrogate_key([
            name_key('municipality'), name_key('state'), name_key(plan_name('plan')), code_key('program_code'),
            code_key('indicator_code'), 'direction',
        ]) }} as ladder
    from {{ ref('traffic_light') }}
),

followed as (
    select
        *,
        lead(from_pct) over upwards as next_from_pct,
        lead(basis) over upwards as next_basis
    from steps
    window upwards as (partition by ladder order by from_pct, line)
)

select *
from followed
where
    from_pct is null
    or to_pct <= from_pct
    or coalesce(to_pct, 'infinity'::double) > next_from_pct
    or basis <> next_basis
