"""The likeliest column of the numbers that nothing confirms, so that who reviews a row finds them in their places.

What is filled in here is disputed, always: it is never good, supports nothing and violates nothing. Only numbers that
are printed are given; a lost one stays missing. Not here: anything that is certain.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from ingest.torn.columns import GOALS, Placement, every_placement
from ingest.torn.glyphs import one_misreading
from ingest.torn.quotients import place_percents
from ingest.torn.sheet import Figure, Sheet
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run, Token

_REASON = "the likeliest column of this number, as others of its row were lost; nothing confirms it"
_GAP, _SAME, _BELIED = 0.3, 0.2, 2.5
_TRIED, _FEW_COLUMNS = 24, 7


def fill_likely(sheet: Sheet, runs: Sequence[Run], narrative: Narrative | None) -> None:
    """Put the printed numbers of a row where they stand most likely, in all columns that hold nothing certain."""
    if sheet.certain and sheet.whole:
        return
    counts, percents = _counts(sheet, runs), [t for run in runs for t in run.percents()]
    said = _said_counts(sheet, narrative)
    found = every_placement(counts, percents, sheet.schema, narrative, most_spare=_spare(counts, sheet, len(runs)))
    ranked = sorted((-p.score - _plausible(p, sheet, said), n) for n, p in enumerate(found))
    best: tuple[float, Mapping[str, Token], Mapping[str, Token]] | None = None
    for cost, n in ranked[:_TRIED]:
        values = said | {s: t.value for s, t in found[n].tokens.items() if t.value is not None}
        placed, agreement = place_percents(sheet, percents, values, narrative)
        if best is None or agreement - cost > best[0]:
            best = (agreement - cost, found[n].tokens, placed)
    if best is None:
        best = (0.0, {}, place_percents(sheet, percents, said, narrative)[0])
    _put(sheet, sheet.schema.counts, best[1])
    _put(sheet, sheet.schema.percents, best[2])
    if narrative is not None:
        _put_said(sheet, narrative)


def _put_said(sheet: Sheet, narrative: Narrative) -> None:
    """Prefer what a justification says that agrees with itself to a reading of the table that nothing backs."""
    q = sheet.schema.quarter
    now, year = narrative.quarter, narrative.year
    said: dict[str, Token | None] = {}
    if now.agrees_roughly:
        said |= {f"goal.{q}": now.goal, f"achieved.{q}": now.achieved, f"progress_pct.{q}": now.pct}
    if year.agrees_roughly:
        said |= {"annual_goal": year.goal, f"accumulated_pct.{q}": year.pct}
    for slot, token in said.items():
        found = sheet.figures.get(slot)
        if found is None or token is None or found.is_good or found.value == token.value:
            continue
        read = f", where the table reads {found.token.text}" if found.token is not None else ""
        sheet.figures[slot] = Figure(
            token, token.value, dispute=f"the justification states it{read}; nothing else confirms it"
        )


def _spare(counts: Sequence[Token], sheet: Sheet, parts: int) -> int:
    """How many numbers may be none of this row's; fewer where there are very many ways to choose them."""
    return 2 if len(counts) <= 4 or (parts > 1 and len(sheet.schema.counts) <= _FEW_COLUMNS) else 1


def _counts(sheet: Sheet, runs: Sequence[Run]) -> list[Token]:
    """The numbers of all runs where they may be one row, or else of the longest runs that may be."""
    kept: list[Run] = []
    room = len(sheet.schema.counts)
    for run in sorted(runs, key=lambda r: -len(r.counts())):
        size = sum(t.value is not None for t in run.counts())
        if size <= room or not kept:
            kept.append(run)
            room -= size
    return [t for run in runs if run in kept for t in run.counts() if t.value is not None]


def _said_counts(sheet: Sheet, narrative: Narrative | None) -> dict[str, float]:
    """What the justification says of a row's counts, and what is good of them."""
    found: dict[str, float] = {}
    if narrative is not None:
        q = sheet.schema.quarter
        claims = ((f"goal.{q}", narrative.quarter.goal), (f"achieved.{q}", narrative.quarter.achieved),
                  ("annual_goal", narrative.year.goal))  # fmt: skip
        found = {slot: t.value for slot, t in claims if t is not None and t.value is not None}
    return found | {
        s: f.value for s, f in sheet.figures.items() if f.is_good and f.value is not None and "_pct" not in s
    }


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


def _plausible(placement: Placement, sheet: Sheet, said: Mapping[str, float]) -> float:
    """How usual a placement is: it keeps to what is good, leaves few gaps, and goals are about what is achieved."""
    values = {s: t.value for s, t in placement.tokens.items() if t.value is not None}
    score = sum(_keeps(sheet.figures[slot], token) for slot, token in placement.tokens.items())
    for slot, token in placement.tokens.items():
        if slot in said and said[slot] != token.value and not one_misreading(token.text, said[slot]):
            score -= _BELIED
    places = [n for n, slot in enumerate(sheet.schema.counts) if slot in placement.tokens]
    score -= _GAP * sum(b - a > 1 for a, b in itertools.pairwise(places))
    values = dict(said) | values
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
