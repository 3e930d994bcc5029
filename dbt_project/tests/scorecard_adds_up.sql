-- Each indicator of a department is counted once, by its goal and by its quality.
select scorecard_id
from {{ tested('mart_department_scorecard') }}
where
    goals_met + goals_below + in_doubt + no_goal + not_reported <> indicators
    or confirmed + corrected + unchecked + repaired + missing + disputed <> indicators
