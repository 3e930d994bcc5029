"""What the publisher got wrong in a row that was recognized: constraints that fail on figures whose reading is settled.

A failing constraint that a misreading explains is none of the publisher's. Here belong the ways in which it may be one.
Not here: which figures are settled (`weigh`).
"""

from __future__ import annotations

import re

from ingest.constraints import Check, check_row
from ingest.indicators import Finding, IndicatorRow, Rule
from ingest.numbers import NumberFormat, parse_number
from ingest.recognized.relations import Relation
from ingest.recognized.search import may_be_misread
from ingest.recognized.working import MARGIN, Worked, with_digits
from ingest.torn.glyphs import digits_of

_PIECE = 2
"""Digits that a piece of a figure has, at least: a single one is like too many."""

_SHARES = (Rule.PROGRESS, Rule.ACCUMULATED)
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")


def findings_of(
    row: IndicatorRow, worked: Worked, quarter: int | None, form: NumberFormat, *, is_good: bool
) -> list[Finding]:
    """Give the constraints that fail on figures whose reading is settled: these are the publisher's."""
    found = [
        check
        for check in check_row(row, worked.statements, quarter)
        if not check.holds and all(_is_settled(worked, f) for f in check.fields)
    ]
    # A sign that was misread gives the text of a percentage more decimals than the report prints.
    broken = {(r.rule, frozenset(r.fields)) for r in worked.solution.broken}
    found = [c for c in found if c.rule not in _SHARES or (c.rule, frozenset(c.fields)) in broken]
    if not is_good:
        found = [c for c in found if not _may_be_faded(c, worked)]
    return [
        Finding(c.rule, c.fields, c.detail)
        for c in found
        if c.rule is not Rule.JUSTIFICATION or not _may_be_said(c, worked, form, is_good=is_good)
    ]


def _may_be_faded(check: Check, worked: Worked) -> bool:
    """Tell whether a failing check would hold if one of its figures were a piece of what the table prints."""
    numbers = worked.solution.numbers
    return any(
        _is_piece(worked.fields[name].value.text or "", _printed(name, whole))
        for relation in worked.solution.broken
        if relation.rule is check.rule and set(relation.fields) == set(check.fields)
        for name in relation.fields
        for whole in relation.solved_for(name, numbers)
    )


def _is_settled(worked: Worked, name: str) -> bool:
    field = worked.fields.get(name)
    if field is None:
        return False  # it could not be read, or may be another place's
    return worked.solution.numbers[name] == field.read and worked.solution.margins[name] >= MARGIN


def _may_be_said(check: Check, worked: Worked, form: NumberFormat, *, is_good: bool) -> bool:
    """Tell whether the figure that a failing check quotes may well be a misreading of what the table says.

    On any scan a piece of the table's figure is one, or the figure without one of two like digits, which the models
    join; on one that is not good, any look-alike or any piece of another figure is one as well.
    """
    numbers = worked.solution.numbers
    for relation in worked.solution.broken:
        if relation.rule is not Rule.JUSTIFICATION or not set(relation.parts) <= set(check.fields):
            continue
        said, due = relation.said[0], sum(numbers[p] for p in relation.parts)
        if _is_piece(said.text, _printed(relation.parts[0], due)) or _is_other(relation, worked, due, form):
            return True
        pieces = any(_is_piece(said.text, _printed(name, number)) for name, number in numbers.items())
        if not is_good and (may_be_misread(relation, numbers) or pieces):
            return True
    return False


def _printed(name: str, number: float) -> str:
    """Give the digits of a figure as the table prints them."""
    return digits_of(number, "0.00%" if name.partition(".")[0].endswith("_pct") else "")


def _is_piece(text: str, whole: str) -> bool:
    """Tell whether a figure may be what a gap left of the digits `whole`, or these with like digits joined."""
    digits = re.sub(r"\D", "", text)
    if len(whole) <= len(digits) or len(digits) < _PIECE:
        return False
    joined = any(whole[:n] + whole[n + 1 :] == digits for n in range(1, len(whole)) if whole[n] == whole[n - 1])
    return joined or whole.startswith(digits) or whole.endswith(digits)


def _is_other(relation: Relation, worked: Worked, due: float, form: NumberFormat) -> bool:
    """Tell whether a sentence that says the table's figure was understood to say the other one of it.

    "1,200 of 3,000 programmed" with a lost word may be taken for 1,200 programmed.
    """
    numbers, parts = worked.solution.numbers, relation.parts
    done = [n for n in numbers if n.startswith("achieved.")]
    if parts[0].startswith("achieved."):
        others = [numbers[g] for g in ("annual_goal", f"goal.{len(parts)}") if g in numbers]
    elif parts == ("annual_goal",):
        others = [sum(numbers[n] for n in done)]
    else:
        others = [numbers[n] for n in done if n[-1] == parts[0][-1]]
    texts = _NUMBER.findall(with_digits(worked.row.justification or "", form))
    return relation.said[0].value in others and any(parse_number(t, form) == due for t in texts)
