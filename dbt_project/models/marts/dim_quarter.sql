{{ config(materialized='table') }}

with

years as (
    select * from {{ ref('int_fiscal_year') }}
),

quarters as (
    select
        fiscal_year,
        unnest([1, 2, 3, 4]) as quarter
    from years
),

final as (
    select
        {{ quarter_key('fiscal_year', 'quarter') }} as quarter_id,
        fiscal_year,
        quarter,
        make_date(fiscal_year, 3 * quarter - 2, 1) as quarter_start,
        last_day(make_date(fiscal_year, 3 * quarter, 1)) as quarter_end,
        fiscal_year is not null as is_known
    from quarters
)

select * from final
