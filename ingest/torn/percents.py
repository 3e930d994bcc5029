"""Printed percentages of one indicator: their columns, and what they confirm or contradict.

A percentage is the quotient of two other columns. Where it is sharp enough to single these out, all three agree on
each other. Not here: the counts themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.constraints import shown
from ingest.numbers import half_up
from ingest.torn.glyphs import one_misreading
from ingest.torn.sheet import Figure, Sheet, parts_of
from ingest.torn.statements import Claim, Narrative, quotient_fits
from ingest.torn.tokens import Token


def fill_percents(
    sheet: Sheet, percents: Sequence[Token], narrative: Narrative | None, *, sure: bool, told: bool
) -> None:
    """Place the printed percentages: by their count where none is lost, by what they should be otherwise."""
    slots = sheet.schema.percents
    expected = {slot: sheet.quotient(slot) for slot in slots}
    placed = (
        dict(zip(slots, percents, strict=True)) if len(percents) == len(slots) else _matched(slots, percents, expected)
    )
    for slot, token in placed.items():
        found = sheet.figures[slot]
        found.token, found.value = token, token.value
    if sure:
        for slot in slots:
            _check_percent(sheet, slot)
    if narrative is not None:
        q = sheet.schema.quarter
        _restate_percent(sheet, f"progress_pct.{q}", narrative.quarter, sure=told)
        _restate_percent(sheet, f"accumulated_pct.{q}", narrative.year, sure=told)


def _matched(slots: Sequence[str], percents: Sequence[Token], expected: Mapping[str, float | None]) -> dict[str, Token]:
    """Place percentages in order where each equals what its column should be, as far as they do."""
    placed: dict[str, Token] = {}
    start = 0
    for token in percents:
        for n in range(start, len(slots)):
            should = expected[slots[n]]
            if should is not None and token.value is not None and abs(should - token.value) <= 0.0101:
                placed[slots[n]] = token
                start = n + 1
                break
    return placed


def _check_percent(sheet: Sheet, slot: str) -> None:
    """Weigh a printed percentage against the figures that it is the quotient of, and these against it."""
    done, whole = parts_of(slot)
    found, known, goal = sheet.figures[slot], sheet.values(done), sheet.value(whole)
    if found.token is None or len(known) < len(done) or not goal:
        return
    parts = [sheet.figures[s] for s in (*done, whole)]
    if any(p.dispute is not None and not p.support for p in parts):
        return  # what is assumed, or may stand in another column, confirms nothing
    total = sum(known.values())
    rounded = found.value is not None and abs(100 * total / goal - found.value) <= 0.0051
    alike = total == goal and sheet.sum_fails  # two equal figures may be misread alike
    if quotient_fits(total, goal, found.value, sharp=True) and not alike:
        # A cut percentage may be a misread one: it confirms the counts, and these do not confirm it.
        slots = [slot] if rounded else []
        reason = slot.partition("_")[0]
        addends = done if sheet.whole or len(done) == 1 else []
        sheet.agree([*slots, *(s for s in (*addends, whole) if sheet.figures[s].token is not None)], reason)
    elif all(p.is_good for p in parts):
        should = half_up(100 * total / goal, 2)
        if rounded:
            found.support.add("progress")
        elif one_misreading(found.token.text, should) and not quotient_fits(total, goal, found.value):
            found.value, found.repair = should, f"progress: {shown(total)} / {shown(goal)}"
            found.support.add("progress")
        else:
            found.dispute = f"{shown(total)} of {shown(goal)} is {should:.2f} %"


def _restate_percent(sheet: Sheet, slot: str, claim: Claim, *, sure: bool) -> None:
    if claim.pct is None or claim.pct.value is None:
        return
    # Where no percentage of the table survived, the justification is all that tells of one.
    found = sheet.figures.setdefault(slot, Figure())
    if found.value == claim.pct.value and found.token is not None:
        # Where nothing was planned no percentage is printed: one that is there belongs elsewhere.
        nothing = claim.goal is not None and claim.goal.value == 0
        if sure and not nothing:
            found.support.add("justification")
    elif found.value is None:
        done, whole = parts_of(slot)
        total, goal = sum(sheet.values(done).values()), sheet.value(whole)
        good = all(sheet.figures[s].is_good for s in (*done, whole))
        rounded = goal is not None and goal > 0 and abs(100 * total / goal - claim.pct.value) <= 0.0051
        # The year's percentage hangs on the annual goal, which the table may state otherwise.
        trusted = sure and rounded and (good or (claim.agrees and slot.startswith("progress")))
        found.value, found.token = claim.pct.value, claim.pct
        found.repair = "justification: restated there"
        found.dispute = None if trusted else "only the justification states it, and its figures do not confirm it"
        if trusted:
            found.support.add("justification")
