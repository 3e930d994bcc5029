-- Of one set of indicators one entry tells how quarters make a year, and one which way is good.
select count(*) as entries
from {{ ref('indicator_attribute') }}
group by
    {{ name_key('municipality') }}, {{ name_key('state') }}, {{ name_key(plan_name('plan')) }}, fiscal_year,
    {{ code_key('program_code') }}, {{ code_key('indicator_code') }}
having count(accumulation) > 1 or count(direction) > 1
