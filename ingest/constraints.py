"""The constraints that a row offers about its own figures, each checked on its own.

Here belongs what a report's arithmetic and its justification say. Not here: what follows for the quality of a value
(`reconcile`). A check names the fields that it touches and tells whether they agree; it changes nothing.

The rules are those of the format itself: quarters' goals sum to the annual goal; printed progress is achieved / goal
of the quarter; printed accumulated progress is the sum of achieved / annual goal; the justification restates
figures.

An indicator whose quarters all repeat the annual goal, or climb to it, is no sum: what only sums owe is not
asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ingest.indicators import IndicatorRow, Rule, Value
from ingest.justification import Figure, Scope, Statement

SUM_TOLERANCE = 0.005
"""Figures are printed with at most two decimals."""


class Accumulation(StrEnum):
    """How the quarters of an indicator make its year."""

    SUM = "sum"
    CONSTANT = "constant"
    LAST = "last"


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
    if annual is None or len(known) < 4 or accumulation(row) is not Accumulation.SUM:
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
        yield Check(Rule.PROGRESS, fields, same_pct(pct, printed, decimals_of(row, fields[2])), detail)


def _accumulated(row: IndicatorRow) -> Iterator[Check]:
    annual = number(row, "annual_goal")
    if not annual or accumulation(row) is not Accumulation.SUM:
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
        holds = same_pct(pct, printed, decimals_of(row, field))
        yield Check(Rule.ACCUMULATED, (*parts, "annual_goal", field), holds, detail)


def accumulation(row: IndicatorRow) -> Accumulation:
    """Tell how the goals of the quarters make that of the year; a sum unless the figures clearly say otherwise."""
    annual, *goals = (number(row, f) for f in ("annual_goal", "goal.1", "goal.2", "goal.3", "goal.4"))
    if not annual or any(g is None for g in goals):
        return Accumulation.SUM
    known = [g for g in goals if g is not None]
    if all(g == annual for g in known):
        return Accumulation.CONSTANT
    if known[3] == annual and 0 < known[0] < known[1] < known[2] < known[3]:
        return Accumulation.LAST
    return Accumulation.SUM


def decimals_of(row: IndicatorRow, field: str) -> int:
    """Give how many decimals a printed figure has."""
    value = field_value(row, field)
    text = (value.text or "") if value is not None else ""
    return len(text.rpartition(".")[2].rstrip("% ")) if "." in text else 0


def same_pct(pct: float, printed: float, decimals: int) -> bool:
    """Tell whether `printed` with so many decimals states `pct`."""
    # Publishers round, truncate and sometimes miss by one in the last place: none of these is an inconsistency.
    return abs(pct - printed) < 1.01 * 10.0**-decimals


def _statement(row: IndicatorRow, said: Statement, quarter: int) -> Iterator[Check]:
    year = said.scope is Scope.YEAR
    if year and accumulation(row) is not Accumulation.SUM:
        return
    goal_field = "annual_goal" if year else f"goal.{quarter}"
    parts = tuple(f"achieved.{q}" for q in range(1, quarter + 1)) if year else (f"achieved.{quarter}",)
    pct_field = f"{'accumulated_pct' if year else 'progress_pct'}.{quarter}"
    achieved = [number(row, f) for f in parts]
    done = None if any(a is None for a in achieved) else sum(a for a in achieved if a is not None)
    goal = number(row, goal_field)
    meant, others = _meant(said.achieved, said.others, done)
    yield from _restated(meant, done, parts, "achieved")
    meant, _ = _meant(said.goal, others, goal)
    yield from _restated(meant, goal, (goal_field,), "programmed")
    yield from _restated_pct(row, said, done, goal, (*parts, goal_field), pct_field)


def _meant(
    said: Figure | None, others: tuple[Figure, ...], printed: float | None
) -> tuple[Figure | None, tuple[Figure, ...]]:
    """Give the figure that restates `printed`, and those left: sentences are read by form, and forms mislead.

    A figure that the sentence does not seem to give that part is preferred where it agrees with the table.
    """
    if said is None or printed is None or abs(said.value - printed) <= SUM_TOLERANCE:
        return said, others
    other = next((f for f in others if abs(f.value - printed) <= SUM_TOLERANCE), None)
    return (said, others) if other is None else (other, tuple(f for f in others if f is not other))


def _restated(said: Figure | None, printed: float | None, fields: tuple[str, ...], what: str) -> Iterator[Check]:
    if said is not None and printed is not None:
        detail = f"the justification says {said.text} {what}, the table {shown(printed)}"
        yield Check(Rule.JUSTIFICATION, fields, abs(said.value - printed) <= SUM_TOLERANCE, detail)


def _restated_pct(
    row: IndicatorRow, said: Statement, done: float | None, goal: float | None, parts: tuple[str, ...], field: str
) -> Iterator[Check]:
    if said.pct is None:
        return
    printed = number(row, field)
    computed = 100 * done / goal if done is not None and goal else None
    pct = computed if printed is None else printed
    if pct is None:
        return
    told = next((f for f in (said.pct, *said.other_pcts) if same_pct(pct, f.value, f.decimals)), None)
    first = told or said.pct
    if printed is not None:
        detail = f"the justification says {first.text} %, the table {shown(printed)} %"
        yield Check(Rule.JUSTIFICATION, (field,), told is not None, detail)
    else:
        detail = f"the justification says {first.text} %, {shown(done)} of {shown(goal)} is {pct:.2f} %"
        yield Check(Rule.JUSTIFICATION, parts, told is not None, detail)
