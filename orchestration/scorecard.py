"""What a release says in short: the scorecard by department and quarter, and values by quality.

Here belong the few questions that the command line and the UI ask of the published warehouse. Not here: the marts
that answer them (`dbt_project/`).
"""

from __future__ import annotations

from typing import Any

from warehouse.home import Home
from warehouse.query import query

COLUMNS = {
    "municipality": "municipality",
    "department": "department",
    "period": "quarter",
    "indicators": "indicators",
    "goals_met": "met",
    "goals_below": "below",
    "in_doubt": "in doubt",
    "no_figure": "no figure",
    "median_progress_pct": "median %",
}
"""The columns of the scorecard: the name for programs, the heading for people."""

QUERIES = (
    (
        "How far did each department get?",
        "select municipality, department, fiscal_year, quarter, goals_met, goals_below, in_doubt, median_progress_pct\n"
        "from mart_department_scorecard where goals_met + goals_below + in_doubt > 0 order by all",
    ),
    (
        "Which activities are furthest behind, and where is it printed?",
        "select department, indicator_code, quarter, goal, achieved, progress_pct, document_file, page\n"
        "from measurements where level = 'Actividad' and progress_pct < 100\n"
        "and quality not in ('disputed', 'missing') order by progress_pct limit 10",
    ),
    (
        "Which figures wait for a person's eye?",
        "select document_file, page, indicator_code, quarter, goal, goal_quality, achieved, achieved_quality\n"
        "from measurements where quality = 'disputed' order by all limit 10",
    ),
)
"""Questions to begin with, each with its SQL; the tests run them."""


_SCORECARD = """
select
    card.municipality,
    card.department,
    card.fiscal_year || ' Q' || card.quarter,
    card.indicators,
    card.goals_met,
    card.goals_below,
    card.in_doubt,
    card.no_goal + card.not_reported,
    round(card.median_progress_pct, 1)
from mart_department_scorecard card
where exists (  -- the quarters after the last report have goals only
    from dim_document report
    where report.municipality_id = card.municipality_id
        and report.stated_in_year = card.fiscal_year
        and report.stated_in_quarter >= card.quarter
)
order by card.municipality, card.department, card.fiscal_year, card.quarter
"""


def scorecard(home: Home) -> list[tuple[Any, ...]]:
    """Give the scorecard of the published warehouse for the quarters reported, one line each, as `COLUMNS`.

    Raises:
        NothingPublishedError: there is no published warehouse.
    """
    return query(home, _SCORECARD).rows
