"""The likeliest column of the numbers that nothing confirms, so that who reviews a row finds them in their places.

What is filled in here is disputed, always: it is never good, supports nothing and violates nothing. Only numbers that
are printed are given; a lost one stays missing. Not here: anything that is certain.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from ingest.torn.align import align
from ingest.torn.columns import GOALS, Placement, every_placement
from ingest.torn.glyphs import one_misreading
from ingest.torn.sheet import Figure, Sheet
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run, Token

_REASON = "the likeliest column of this number, as others of its row were lost; nothing confirms it"
_GAP, _SAME = 0.3, 0.2


def fill_likely(sheet: Sheet, runs: Sequence[Run], narrative: Narrative | None) -> None:
    """Put the printed numbers of a row where they stand most likely, in all columns that hold nothing certain."""
    if not runs or (sheet.certain and sheet.whole):
        return
    counts = _counts(sheet, runs)
    percents = [t for run in runs for t in run.percents()]
    found = every_placement(counts, percents, sheet.schema, narrative) if counts else []
    if found:
        best = max(found, key=lambda p: p.score + _plausible(p, sheet))
        _put(sheet, sheet.schema.counts, best.tokens)
    _put(sheet, sheet.schema.percents, _percents(sheet, percents, narrative))


def _counts(sheet: Sheet, runs: Sequence[Run]) -> list[Token]:
    """The numbers of all runs where they may be one row, or else those of the longest run."""
    together = [t for run in runs for t in run.counts()]
    if len(together) <= len(sheet.schema.counts):
        return together
    return max(([*run.counts()] for run in runs), key=len)


def _put(sheet: Sheet, slots: Sequence[str], tokens: Mapping[str, Token]) -> None:
    open_slots = [slot for slot in slots if _is_open(sheet.figures[slot], sheet)]
    taken = {f.token.start for f in sheet.figures.values() if f.token is not None and f.is_good}
    put = {s: t for s in open_slots if (t := tokens.get(s)) and t.value is not None and t.start not in taken}
    moved = {token.start for token in put.values()}
    for slot in open_slots:
        found = sheet.figures[slot]
        if slot in put:
            sheet.figures[slot] = Figure(put[slot], put[slot].value, dispute=_REASON, displaced=True)
        elif found.token is not None and found.token.start in moved:
            sheet.figures[slot] = Figure()


def _is_open(found: Figure, sheet: Sheet) -> bool:
    """Whether nothing better is known of a column than what its row may hold there."""
    if found.is_good or (found.repair is not None and found.repair.startswith("justification")):
        return False
    return found.value is None or found.displaced or found.repair is not None or not sheet.certain


def _plausible(placement: Placement, sheet: Sheet) -> float:
    """How usual a placement is: it keeps to what is good, leaves few gaps, and goals are about what is achieved."""
    values = {s: t.value for s, t in placement.tokens.items() if t.value is not None}
    score = sum(_keeps(sheet.figures[slot], token) for slot, token in placement.tokens.items())
    places = [n for n, slot in enumerate(sheet.schema.counts) if slot in placement.tokens]
    score -= _GAP * sum(b - a > 1 for a, b in itertools.pairwise(places))
    for q in range(1, sheet.schema.quarter + 1):
        score += _alike(values.get(f"achieved.{q}"), values.get(f"goal.{q}"))
    goals = [values[g] for g in GOALS if g in values]
    score += 0.4 * sum(a == b for a, b in itertools.pairwise(goals))
    annual = values.get("annual_goal")
    if annual is not None and goals:
        score -= 3.0 * (max(goals) > annual) + 0.5 * (annual > 12 * max(goals))
        score += 0.8 * (annual >= sum(goals) and annual == max(values.values()))
    return score


def _keeps(found: Figure, token: Token) -> float:
    if not found.is_good or found.value is None:
        return _SAME * (found.token == token)
    return 2.0 if token.value == found.value or one_misreading(token.text, found.value) else -5.0


def _alike(achieved: float | None, goal: float | None) -> float:
    """Up to 0.8 points for a goal of about what was achieved; less than none where it is many times the other."""
    if not achieved or not goal:
        return 0.0
    return max(-0.8, 0.8 - abs(math.log2(achieved / goal)))


def _percents(sheet: Sheet, percents: Sequence[Token], narrative: Narrative | None) -> dict[str, Token]:
    """Percentages keep their order; what they should be and what the justification says tells their columns."""
    slots = sheet.schema.percents
    said = _said(sheet, narrative)
    scores = [[_percent_score(sheet, slot, t, said.get(slot)) for slot in slots] for t in percents]
    placed = align(scores, skip_item=0.1, skip_row=0.0)
    return {slots[row]: percents[item] for item, (row, _) in placed.items()}


def _said(sheet: Sheet, narrative: Narrative | None) -> dict[str, float | None]:
    if narrative is None:
        return {}
    q, claims = sheet.schema.quarter, (narrative.quarter, narrative.year)
    slots = (f"progress_pct.{q}", f"accumulated_pct.{q}")
    return {slot: c.pct.value for slot, c in zip(slots, claims, strict=True) if c.pct is not None}


def _percent_score(sheet: Sheet, slot: str, token: Token, said: float | None) -> float:
    if token.value is None:
        return 0.1
    should = sheet.quotient(slot)
    score = 0.3
    if said is not None:
        score += 2.0 if said == token.value else -1.0
    if should is not None:
        score += 2.0 if abs(should - token.value) <= 0.0101 else -0.2
    return score
