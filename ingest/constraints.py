"""The constraints that a row offers about its own figures, each checked on its own.

Here belongs what a report's arithmetic and its justification say. Not here: what follows for the quality of a value
(`reconcile`). A check names the fields that it touches and tells whether they agree; it changes nothing.

The rules are those of the format itself: quarters' goals sum to the annual goal; printed progress is achieved / goal
of the quarter; printed accumulated progress is the sum of achieved / annual goal; the justification restates figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.indicators import IndicatorRow, Rule, Value
from ingest.justification import Figure, Scope, Statement

SUM_TOLERANCE = 0.005
"""Figures are printed with at most two decimals."""


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint tried on one row: the fields that it touches, whether it holds, and in words what it saw."""

    rule: Rule
    fields: tuple[str, ...]
    holds: bool
    detail: str


def field_value(row: IndicatorRow, field: str) -> Value | None:
    """Give the value of a field by its name in findings, such as `annual_goal` or `goal.2`."""
    measure, _, quarter = field.partition(".")
    if measure == "annual_goal":
        return row.annual_goal
    value: Value | None = getattr(row, measure)[int(quarter) - 1]
    return value


def number(row: IndicatorRow, field: str) -> float | None:
    """Give the number of a field, or None where it is blank or not printed."""
    value = field_value(row, field)
    return None if value is None else value.value


def shown(value: float | None) -> str:
    """Give a number as a person writes it, with grouping commas: `1,206,528`, `97.5`."""
    if value is None:
        return "nothing"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def check_row(row: IndicatorRow, statements: tuple[Statement, ...], quarter: int | None) -> Iterator[Check]:
    """Try every constraint of one row; constraints whose figures are not all there are not tried.

    `quarter` is that of the report, which the justification speaks of; None leaves the justification out.
    """
    yield from _quarters_sum(row)
    yield from _progress(row)
    yield from _accumulated(row)
    if quarter is not None:
        for statement in statements:
            yield from _statement(row, statement, quarter)


def _quarters_sum(row: IndicatorRow) -> Iterator[Check]:
    fields = ("annual_goal", "goal.1", "goal.2", "goal.3", "goal.4")
    annual, *goals = (number(row, f) for f in fields)
    known = [g for g in goals if g is not None]
    if annual is None or len(known) < 4:
        return
    total = sum(known)
    detail = f"the goals of the quarters sum to {shown(total)}, the annual goal is {shown(annual)}"
    yield Check(Rule.QUARTERS_SUM, fields, abs(total - annual) <= SUM_TOLERANCE, detail)


def _progress(row: IndicatorRow) -> Iterator[Check]:
    for q in range(1, 5):
        fields = (f"achieved.{q}", f"goal.{q}", f"progress_pct.{q}")
        achieved, goal, printed = (number(row, f) for f in fields)
        if achieved is None or goal is None or printed is None or goal == 0:
            continue
        pct = 100 * achieved / goal
        detail = f"{shown(achieved)} of {shown(goal)} is {pct:.2f} %, printed is {shown(printed)} %"
        yield Check(Rule.PROGRESS, fields, _same_pct(pct, printed, decimals_of(row, fields[2])), detail)


def _accumulated(row: IndicatorRow) -> Iterator[Check]:
    annual = number(row, "annual_goal")
    if not annual:
        return
    for q in range(1, 5):
        field = f"accumulated_pct.{q}"
        printed = number(row, field)
        parts = [f"achieved.{i}" for i in range(1, q + 1)]
        achieved = [number(row, f) for f in parts]
        if printed is None or any(a is None for a in achieved):
            continue
        total = sum(a for a in achieved if a is not None)
        pct = 100 * total / annual
        detail = f"{shown(total)} of {shown(annual)} for the year is {pct:.2f} %, printed is {shown(printed)} %"
        holds = _same_pct(pct, printed, decimals_of(row, field))
        yield Check(Rule.ACCUMULATED, (*parts, "annual_goal", field), holds, detail)


def decimals_of(row: IndicatorRow, field: str) -> int:
    """Give how many decimals a printed figure has."""
    value = field_value(row, field)
    text = (value.text or "") if value is not None else ""
    return len(text.rpartition(".")[2].rstrip("% ")) if "." in text else 0


def _same_pct(pct: float, printed: float, decimals: int) -> bool:
    # Publishers round, truncate and sometimes miss by one in the last place: none of these is an inconsistency.
    return abs(pct - printed) < 1.01 * 10.0**-decimals


def _statement(row: IndicatorRow, said: Statement, quarter: int) -> Iterator[Check]:
    year = said.scope is Scope.YEAR
    goal_field = "annual_goal" if year else f"goal.{quarter}"
    parts = tuple(f"achieved.{q}" for q in range(1, quarter + 1)) if year else (f"achieved.{quarter}",)
    pct_field = f"{'accumulated_pct' if year else 'progress_pct'}.{quarter}"
    achieved = [number(row, f) for f in parts]
    done = None if any(a is None for a in achieved) else sum(a for a in achieved if a is not None)
    goal = number(row, goal_field)
    yield from _restated(said.achieved, done, parts, "achieved")
    yield from _restated(said.goal, goal, (goal_field,), "programmed")
    if said.pct is not None:
        yield from _restated_pct(row, said.pct, done, goal, (*parts, goal_field), pct_field)


def _restated(said: Figure | None, printed: float | None, fields: tuple[str, ...], what: str) -> Iterator[Check]:
    if said is not None and printed is not None:
        detail = f"the justification says {said.text} {what}, the table {shown(printed)}"
        yield Check(Rule.JUSTIFICATION, fields, abs(said.value - printed) <= SUM_TOLERANCE, detail)


def _restated_pct(
    row: IndicatorRow, said: Figure, done: float | None, goal: float | None, parts: tuple[str, ...], field: str
) -> Iterator[Check]:
    printed = number(row, field)
    if printed is not None:
        detail = f"the justification says {said.text} %, the table {shown(printed)} %"
        yield Check(Rule.JUSTIFICATION, (field,), _same_pct(printed, said.value, said.decimals), detail)
    elif done is not None and goal:
        pct = 100 * done / goal
        detail = f"the justification says {said.text} %, {shown(done)} of {shown(goal)} is {pct:.2f} %"
        yield Check(Rule.JUSTIFICATION, parts, _same_pct(pct, said.value, said.decimals), detail)
