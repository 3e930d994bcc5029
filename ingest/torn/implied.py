"""What the format itself determines of a row's lost columns, from the columns that were read.

A percentage is the quotient of two columns, the year is the sum of its quarters, a component may be the sum of its
activities, and the justification states the sum of what was achieved. A value is given only where one of these rules
leaves a single number; it names the rule, and stays disputed, as what it is worked out from may be misread. Shares of
a year that nothing printed states are never given.
Not here: repairs that are certain (`solve`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from ingest.constraints import shown
from ingest.numbers import half_up
from ingest.torn.codes import Code
from ingest.torn.columns import GOALS, implied_by_sum
from ingest.torn.sheet import Figure, Sheet, parts_of

_HALF = 0.00501
_MOST_ROUNDS = 4
_LEAST_HOLDING, _LEAST_SIZE = 2, 10
Implied = Iterator[tuple[str, float, str]]


def fill_implied(sheet: Sheet) -> None:
    """Give the columns that are missing, but determined by the others of the row, as disputed."""
    rules: tuple[Callable[[Sheet], Implied], ...] = (_sums, _totals, _parts, _wholes, _percents)
    for _ in range(_MOST_ROUNDS):
        found = False
        for rule in rules:
            for slot, value, reason in tuple(rule(sheet)):
                if sheet.value(slot) is None and value >= 0:
                    token = sheet.figures[slot].token
                    sheet.figures[slot] = Figure(token, value, dispute=f"{reason}; not read in its column")
                    found = True
        if not found:
            return


def _sums(sheet: Sheet) -> Implied:
    values = sheet.values(("annual_goal", *GOALS))
    lost = [s for s in ("annual_goal", *GOALS) if s not in values]
    if len(lost) == 1 and (implied := implied_by_sum(values, lost[0])) is not None:
        yield lost[0], implied, f"quarters_sum: leaves {shown(implied)}"


def _totals(sheet: Sheet) -> Implied:
    """The achieved value that the total stated in the justification leaves."""
    said = sheet.narrative.year.achieved if sheet.narrative is not None else None
    done = [f"achieved.{q}" for q in range(1, sheet.schema.quarter + 1)]
    known = sheet.values(done)
    lost = [s for s in done if s not in known]
    if said is not None and said.value is not None and len(lost) == 1:
        rest = said.value - sum(known.values())
        yield lost[0], rest, f"accumulated: {shown(said.value)} for the year so far leaves {shown(rest)}"


def _parts(sheet: Sheet) -> Implied:
    """What was achieved, where the goal and a percentage leave one whole number for it."""
    for slot in sheet.schema.percents:
        pct = sheet.value(slot)
        done, whole = parts_of(slot)
        goal, known = sheet.value(whole), sheet.values(done)
        lost = [s for s in done if s not in known]
        if pct is None or not goal or len(lost) != 1:
            continue
        total = _only_whole((pct - _HALF) * goal / 100, (pct + _HALF) * goal / 100)
        if total is not None:
            rest = total - sum(known.values())
            yield lost[0], rest, f"{_rule(slot)}: {pct:.2f} % of {shown(goal)} leaves {shown(rest)}"


def _wholes(sheet: Sheet) -> Implied:
    """The goal, where what was achieved and a percentage leave one whole number for it."""
    for slot in sheet.schema.percents:
        pct = sheet.value(slot)
        done, whole = parts_of(slot)
        known = sheet.values(done)
        total = sum(known.values())
        if pct is None or pct <= _HALF or total <= 0 or len(known) < len(done):
            continue
        goal = _only_whole(100 * total / (pct + _HALF), 100 * total / (pct - _HALF))
        if goal is not None:
            yield whole, goal, f"{_rule(slot)}: {shown(total)} is {pct:.2f} % of {shown(goal)}"


def _percents(sheet: Sheet) -> Implied:
    for slot in sheet.schema.percents:
        should = sheet.quotient(slot)
        if should is not None:
            done, whole = parts_of(slot)
            total, goal = sum(sheet.values(done).values()), sheet.value(whole) or 0.0
            due = half_up(should, 2)
            yield slot, due, f"{_rule(slot)}: {shown(total)} of {shown(goal)} is {due:.2f} %"


def _only_whole(low: float, high: float) -> float | None:
    """The only whole number from `low` to `high`."""
    first = math.ceil(low)
    return float(first) if first <= high and first + 1 > high else None


def _rule(slot: str) -> str:
    return slot.partition("_")[0]


def fill_rollups(sheets: Mapping[Code, Sheet]) -> None:
    """Give what is missing of a component or one of its activities, where the component is the sum of these.

    That it is, its other columns must have shown: at least two sums of some size hold, and more than fail.
    """
    for parent, sheet in sheets.items():
        family = [sheet, *(own for code, own in sheets.items() if code[:-1] == parent)]
        if len(family) < 2 or not _adds_up(family, sheet.schema.counts):
            continue
        for slot in sheet.schema.counts:
            lost = [own for own in family if own.value(slot) is None]
            if len(lost) == 1:
                _fill_rollup(family, lost[0], slot)


def _adds_up(family: Sequence[Sheet], slots: Sequence[str]) -> bool:
    """Whether the first sheet is shown to be the sum of the others."""
    sums = []
    for slot in slots:
        total, *parts = [own.value(slot) for own in family]
        if total is not None and None not in parts:
            sums.append((total, sum(p or 0.0 for p in parts)))
    holding = {total for total, parts in sums if total == parts and total >= _LEAST_SIZE}
    return len(holding) >= _LEAST_HOLDING and 2 * sum(total == parts for total, parts in sums) > len(sums)


def _fill_rollup(family: Sequence[Sheet], lost: Sheet, slot: str) -> None:
    total = family[0].value(slot)
    parts = sum(own.value(slot) or 0.0 for own in family[1:])
    value = parts if total is None else total - parts
    if value >= 0:
        said = "the activities sum to" if total is None else "the component less its other activities leaves"
        token = lost.figures[slot].token
        lost.figures[slot] = Figure(token, value, dispute=f"rollup: {said} {shown(value)}; not read in its column")
