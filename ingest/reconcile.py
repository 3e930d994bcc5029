"""Arithmetic and justification against the values of a report whose text is exact: quality and findings.

Here belongs the weighing of evidence. On exact text there is no misreading, so nothing is ever changed: a violated
constraint is the publisher's, is kept as a finding, and disputes the values that nothing else settles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.constraints import Check, check_row, number
from ingest.indicators import Finding, IndicatorRow, Quality, Rule, Value
from ingest.justification import Statement, parse_justification
from ingest.numbers import NumberFormat
from ingest.rollup import check_rollups

Place = tuple[int, str]


def reconcile(rows: Sequence[IndicatorRow], quarter: int | None, form: NumberFormat) -> tuple[IndicatorRow, ...]:
    """Give the rows with the quality of each value and the findings of each row.

    A value becomes `confirmed` when more constraints agree with it than not, `disputed` when a violated constraint
    touches it and no majority settles it; a value that nothing touches stays `unchecked`. `missing` stays.
    """
    checks = [list(check_row(r, _statements(r, form), quarter)) for r in rows]
    agree: Counter[Place] = Counter()
    against: Counter[Place] = Counter()
    for position, mine in enumerate(checks):
        _count(mine, position, agree, against)
    for position, check, parts in check_rollups(rows, _explained(rows, checks)):
        checks[position].append(check)
        _count([check], position, agree, against)
        (agree if check.holds else against).update(parts)
    return tuple(_judged(row, i, checks[i], agree, against) for i, row in enumerate(rows))


def _statements(row: IndicatorRow, form: NumberFormat) -> tuple[Statement, ...]:
    names = "\n".join(n for n in (row.indicator, row.objective, row.variable_unit) if n)
    return parse_justification(row.justification or "", form, names=names)


def _count(checks: Iterable[Check], position: int, agree: Counter[Place], against: Counter[Place]) -> None:
    for check in checks:
        (agree if check.holds else against).update((position, f) for f in check.fields)


def _explained(rows: Sequence[IndicatorRow], checks: Sequence[Sequence[Check]]) -> dict[Place, float]:
    """Annual goals that their own quarters contradict, with the sum of the quarters."""
    return {
        (position, "annual_goal"): sum(number(rows[position], f"goal.{q}") or 0.0 for q in range(1, 5))
        for position, mine in enumerate(checks)
        if any(c.rule is Rule.QUARTERS_SUM and not c.holds for c in mine)
    }


def _judged(
    row: IndicatorRow, position: int, checks: Sequence[Check], agree: Counter[Place], against: Counter[Place]
) -> IndicatorRow:
    def judged(field: str, value: Value) -> Value:
        if value.value is None or value.quality is not Quality.UNCHECKED:
            return value
        pro, contra = agree[position, field], against[position, field]
        if pro > contra:
            return replace(value, quality=Quality.CONFIRMED)
        if contra:
            return replace(value, quality=Quality.DISPUTED, reason=_reason(field, checks))
        return value

    findings = tuple(Finding(c.rule, c.fields, c.detail) for c in checks if not c.holds)
    return replace(row.mapped(judged), findings=findings)


def _reason(field: str, checks: Sequence[Check]) -> str:
    mine = [f"{c.rule.value}: {c.detail}" for c in checks if not c.holds and field in c.fields]
    return "; ".join(mine) or "rollup: the component is not the sum of its activities"
