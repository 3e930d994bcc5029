with

aliases as (
    select * from {{ ref('department_alias') }}
),

final as (
    select
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id,
        {{ name_key('department') }} as name_key,
        {{ name_key('same_as') }} as same_as_key
    from aliases
)

select * from final
