"""Which run of numbers and which justification belongs to which indicator, and how sure that is.

Indicators, justifications and runs each keep their order where columns are torn, so each is aligned with the codes as
one sequence with another: pairs earn points for standing together, for words and for figures that they share. A pair is
sure where every other way to align the sequences is worse by a margin. Not here: what the numbers mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.torn.align import align
from ingest.torn.codes import Mark, Place, Skeleton
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run, Sort
from ingest.words import words

SURE = 1.0
"""The margin, in points, by which the best alignment must beat every other one to be relied upon."""
_OPENING = 260
SKIP_NARRATIVE, SKIP_ROW = 1.5, 0.4
"""What it costs to leave a justification, or a row, without its counterpart."""

_COMMON = frozenset(
    ("trime", "progr", "logra", "regis", "repor", "obten", "total", "anual", "acumu", "avanc", "equiv", "cumpl", "meta",
     "metas", "tenia", "alcan", "medid", "unida", "indic", "varia", "porce", "segun", "prime", "terce", "cuart",
     "munic")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for one indicator, each piece with the margin by which every other alignment is worse.

    `steady` are runs that stand right behind the code, `inside` those in the lines of the justification.
    """

    place: Place
    narrative: Narrative | None
    narrative_margin: float
    runs: tuple[tuple[Run, float], ...]
    steady: tuple[Run, ...]
    inside: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Anchored:
    """The evidence for every indicator, and what belongs to none."""

    evidence: tuple[Evidence, ...]
    loose_narratives: tuple[Narrative, ...]
    loose_runs: tuple[Run, ...]


def anchor(lines: Sequence[Cell], skeleton: Skeleton, narratives: Sequence[Narrative], runs: Sequence[Run]) -> Anchored:
    """Assign runs and justifications to the indicators of a skeleton."""
    places = skeleton.places
    inside = _inside(lines, narratives, runs)
    free = [n for n in range(len(runs)) if n not in inside]
    spans = _row_spans(places, len(lines))
    top = stands_at_top(places, narratives)
    steady = _steady_runs(places, runs, spans) if top else {}
    telling = narrative_scores(lines, places, narratives, top)
    by_run: dict[int, tuple[int, float]] = {}
    by_narrative: dict[int, tuple[int, float]] = {}
    for _ in range(2):
        bonus = shared_bonus(narratives, runs, by_run, len(places))
        scores = [[t + b for t, b in zip(a, c, strict=True)] for a, c in zip(telling, bonus, strict=True)]
        aligned = align(scores, skip_item=SKIP_NARRATIVE, skip_row=SKIP_ROW)
        by_narrative = _backed(aligned, telling, places, narratives, steady)
        by_run = _align_runs(lines, places, narratives, runs, free, by_narrative, spans, steady)
    for run, narrative in inside.items():
        if narrative in by_narrative:
            by_run[run] = by_narrative[narrative]
    return _collect(places, narratives, runs, by_narrative, by_run, steady, inside)


def _backed(
    aligned: dict[int, tuple[int, float]],
    telling: Sequence[Sequence[float]],
    places: Sequence[Place],
    narratives: Sequence[Narrative],
    steady: Mapping[int, Sequence[Run]],
) -> dict[int, tuple[int, float]]:
    """Take the certainty from pairs that only their order speaks for, and from rows whose place is not known.

    What speaks for a pair is its own place and words, or figures repeated in a run that stands with the code.
    """
    found = {}
    taken = {row for row, _ in aligned.values()}
    lost = {n for n, place in enumerate(places) if place.mark is None and n not in taken}
    for item, (row, margin) in aligned.items():
        loose = {item - 1, item + 1} & set(range(len(narratives))) - set(aligned)
        # Where the neighbour's place is not known, or that of its justification, this may as well be the neighbour's.
        beside = bool(lost & {row - 1, row + 1})
        open_side = (telling[item][row] < 4.0 and (bool(loose) or beside)) or (beside and not places[row].is_exact)
        repeated = min(2.0, shared_weight(narratives[item], steady.get(row, ())))
        rivals = [telling[item][n] for n in (row - 1, row + 1) if 0 <= n < len(places)]
        unplaced = any(0 <= n < len(places) and places[n].mark is None for n in (row - 1, row + 1))
        # Words that the neighbours have as well tell the order, and no more.
        own = telling[item][row] >= 4.0 or (telling[item][row] - max(rivals, default=0.0) >= 0.5 and not unplaced)
        backed = (own and telling[item][row] >= 1.0) or repeated >= 1.0
        backed = backed and places[row].mark is not None and not places[row].doubted and not open_side
        found[item] = (row, margin if backed else 0.0)
    return found


def _steady_runs(
    places: Sequence[Place], runs: Sequence[Run], spans: Sequence[tuple[int, int]]
) -> dict[int, tuple[Run, ...]]:
    """The runs behind each code and before the next, where these are surely the numbers of that code.

    They are not where the code before has none (an engine may set two codes before the numbers of both), where the
    next code is lost (its numbers stand here too), and where there are numbers for two.
    """
    own = {
        row: tuple(r for r in runs if first <= r.first < last)
        for row, (place, (first, last)) in enumerate(zip(places, spans, strict=True))
        if place.mark is not None
    }
    order = sorted(own, key=lambda row: spans[row][0])
    lost = {row for row, place in enumerate(places) if place.mark is None}
    return {
        row: own[row]
        for n, row in enumerate(order)
        if own[row]
        and not places[row].doubted
        and (n == 0 or own[order[n - 1]])
        and row + 1 not in lost
        and (places[row].is_exact or row - 1 not in lost)
        and sum(len(r.counts()) >= 5 for r in own[row]) <= 1
    }


def _inside(lines: Sequence[Cell], narratives: Sequence[Narrative], runs: Sequence[Run]) -> dict[int, int]:
    """Runs that stand in a line of a justification: both are of one indicator.

    The justification must share its lines with other columns: it begins behind them, or goes on behind the run.
    """
    found = {}
    for r, run in enumerate(runs):
        span = lines[run.last].span
        assert span is not None
        behind = lines[run.last].text[run.tokens[-1].end - span.start :]
        goes_on = len(re.findall(r"[a-záéíóúñ]{2,}", behind)) >= 2
        for n, narrative in enumerate(narratives):
            beside = goes_on or narrative.column > 3
            if not run.alone and beside and narrative.first <= run.first and run.last < _text_end(narrative):
                found[r] = n
    return found


def _text_end(narrative: Narrative) -> int:
    """The line after the last one in which the justification surely speaks."""
    return min(narrative.last, narrative.first + 9) + 1


def _stems(text: str) -> Counter[str]:
    return Counter(w[:5] for w in words(text) if len(w) >= 4 and not w.isdigit() and w[:5] not in _COMMON)


def narrative_scores(
    lines: Sequence[Cell], places: Sequence[Place], narratives: Sequence[Narrative], top: bool
) -> list[list[float]]:
    """How strongly each justification's place and words speak for each indicator, in points.

    `top` tells that codes stand in the first line of their row.
    """
    mixed = _are_mixed(places, narratives) if top else {}
    told = _told_lines(lines, narratives)
    marks = sorted(p.mark.line for p in places if p.mark is not None)
    bags = [_row_stems(lines, marks, place.mark, top, told) for place in places]
    spread = Counter(stem for bag in bags for stem in bag)
    openings = [_stems(narrative.text[:_OPENING]) for narrative in narratives]
    return [
        [
            _likeness(opening, bag, spread, len(bags))
            + _nearness(narrative, place, top)
            + (1.5 if mixed.get(narrative.first) == place.mark and place.mark is not None else 0.0)
            for place, bag in zip(places, bags, strict=True)
        ]
        for narrative, opening in zip(narratives, openings, strict=True)
    ]


def _row_stems(
    lines: Sequence[Cell], marks: Sequence[int], mark: Mark | None, top: bool, told: Collection[int]
) -> Counter[str]:
    """The words next to a code: the objective begins with it, or stands around it where codes have their own column.

    Args:
        lines: the lines of the text.
        marks: the lines in which codes stand, in order.
        mark: where the code of this row stands.
        top: whether codes stand in the first line of their row.
        told: lines that are justifications and nothing else.
    """
    if mark is None:
        return Counter()
    text = lines[mark.line].text[mark.end : mark.end + 110]
    before = max((m for m in marks if m < mark.line), default=-9)
    after = min((m for m in marks if m > mark.line), default=len(lines))
    first = mark.line + 1 if top else max(mark.line - 3, (before + mark.line) // 2 + 1)
    last = min(mark.line + 3, after - 1) if top else min(mark.line + 2, (after + mark.line) // 2)
    for number in range(max(0, first), min(last + 1, len(lines))):
        if number != mark.line and number not in told and lines[number].page == mark.page:
            text += " " + lines[number].text[:60]
    return _stems(text)


def _told_lines(lines: Sequence[Cell], narratives: Iterable[Narrative]) -> set[int]:
    """The lines that justifications have for themselves: from their first to the one that ends a sentence."""
    told: set[int] = set()
    for narrative in narratives:
        if narrative.column > 3:
            continue
        for number in range(narrative.first, min(narrative.last, narrative.first + 9) + 1):
            told.add(number)
            if lines[number].text.rstrip("|]) ").endswith("."):
                break
    return told


def _likeness(narrative: Counter[str], row: Counter[str], spread: Counter[str], rows: int) -> float:
    """Up to 2.5 points for a row's telling words that the justification repeats; words of many rows tell little."""
    weights = {stem: 1.0 / spread[stem] for stem in row if spread[stem] <= max(3, rows // 3)}
    whole = sum(weights.values())
    shared = sum(w for stem, w in weights.items() if stem in narrative)
    if not whole:
        return 0.0
    return 2.5 * shared / whole if shared else -0.3


def stands_at_top(places: Sequence[Place], narratives: Sequence[Narrative]) -> bool:
    """Whether codes stand in the first line of their row, as is usual, rather than in the middle of it."""
    lines = {p.mark.line for p in places if p.mark is not None}
    top = sum(n.first in lines for n in narratives)
    middle = sum(any(n.first < line <= min(n.last, n.first + 8) for line in lines) for n in narratives)
    return middle < 4 or middle <= 2 * top


def _are_mixed(places: Sequence[Place], narratives: Sequence[Narrative]) -> dict[int, Mark]:
    """The code before each justification, by its first line, where codes and justifications mostly take turns."""
    marks = sorted((p.mark for p in places if p.mark is not None), key=lambda m: m.line)
    before = {n.first: next((m for m in reversed(marks) if m.line <= n.first), None) for n in narratives}
    users = Counter(mark.line for mark in before.values() if mark is not None)
    alone = {first: mark for first, mark in before.items() if mark is not None and users[mark.line] == 1}
    return alone if len(alone) >= 0.6 * len(narratives) else {}


def _nearness(narrative: Narrative, place: Place, top: bool) -> float:
    mark = place.mark
    if mark is None:
        return -0.2
    if mark.page != narrative.page:
        return -3.0
    if mark.line == narrative.first:
        return 4.0
    if narrative.column <= 3:
        return 0.0
    if not top and narrative.first < mark.line <= min(narrative.last, narrative.first + 8):
        return 0.9
    return 0.9 if abs(mark.line - narrative.first) == 1 else 0.0


def _figures(narrative: Narrative) -> dict[float, float]:
    """The figures of a justification with their weight as evidence: the more digits, the more."""
    claims = (narrative.quarter, narrative.year)
    tokens = [t for claim in claims for t in (claim.achieved, claim.goal, claim.pct) if t is not None]
    return {t.value: figure_weight(t.text) for t in tokens if t.value is not None and t.value != 100}


def figure_weight(text: str) -> float:
    """How strongly a figure that stands in two places tells that these are of one row, by its digits."""
    digits = len(re.sub(r"\D", "", text))
    return (0.0, 0.1, 0.5, 1.2, 2.0)[min(digits, 4)]


def shared_weight(narrative: Narrative, runs: Iterable[Run]) -> float:
    """How strongly runs repeat the figures of a justification."""
    figures = _figures(narrative)
    present = {t.value for run in runs for t in run.tokens if t.sort is not Sort.WORD}
    return sum(weight for value, weight in figures.items() if value in present)


def beside_codes(places: Sequence[Place], runs: Sequence[Run]) -> dict[int, tuple[int, float]]:
    """The runs that stand in the line of a code, by their place among the runs, with the row."""
    rows = {place.mark.line: row for row, place in enumerate(places) if place.mark is not None}
    return {r: (rows[run.first], 0.0) for r, run in enumerate(runs) if run.first == run.last and run.first in rows}


def shared_bonus(
    narratives: Sequence[Narrative], runs: Sequence[Run], by_run: dict[int, tuple[int, float]], rows: int
) -> list[list[float]]:
    """The points of each justification for each row whose runs repeat its figures."""
    owned: list[list[Run]] = [[] for _ in range(rows)]
    for run, (row, _) in by_run.items():
        owned[row].append(runs[run])
    return [[min(4.0, shared_weight(n, own)) for own in owned] for n in narratives]


def _align_runs(
    lines: Sequence[Cell],
    places: Sequence[Place],
    narratives: Sequence[Narrative],
    runs: Sequence[Run],
    free: Sequence[int],
    by_narrative: dict[int, tuple[int, float]],
    spans: Sequence[tuple[int, int]],
    steady: Mapping[int, Sequence[Run]],
) -> dict[int, tuple[int, float]]:
    """Align the runs that stand in no justification, by their place between codes and by shared figures."""
    told = {row: narratives[n] for n, (row, _) in by_narrative.items()}
    scores = [
        [
            (2.5 if runs[r] in steady.get(row, ()) else 1.2 if first <= runs[r].first < last else 0.0)
            + (1.0 if place.mark is not None and place.mark.line == runs[r].first else 0.0)
            - (3.0 if place.mark is not None and place.mark.page != lines[runs[r].first].page else 0.0)
            + (min(5.0, 1.5 * shared_weight(told[row], [runs[r]])) if row in told else 0.0)
            for row, (place, (first, last)) in enumerate(zip(places, spans, strict=True))
        ]
        for r in free
    ]
    aligned = align(scores, skip_item=0.3, skip_row=0.1, shared=True)
    return {free[item]: found for item, found in aligned.items()}


def _row_spans(places: Sequence[Place], end: int) -> list[tuple[int, int]]:
    """For each place the lines from its code to the next code in the text."""
    marks = sorted(p.mark.line for p in places if p.mark is not None)
    return [
        (p.mark.line, next((m for m in marks if m > p.mark.line), end)) if p.mark is not None else (0, 0)
        for p in places
    ]


def _collect(
    places: Sequence[Place],
    narratives: Sequence[Narrative],
    runs: Sequence[Run],
    by_narrative: dict[int, tuple[int, float]],
    by_run: dict[int, tuple[int, float]],
    steady: Mapping[int, Sequence[Run]],
    inside: Mapping[int, int],
) -> Anchored:
    told = {row: (narratives[n], margin) for n, (row, margin) in by_narrative.items()}
    evidence = []
    for row, place in enumerate(places):
        own = tuple((runs[r], margin) for r, (where, margin) in sorted(by_run.items()) if where == row)
        narrative, margin = told.get(row, (None, 0.0))
        within = tuple(runs[r] for r, n in inside.items() if narrative is not None and narratives[n] is narrative)
        evidence.append(Evidence(place, narrative, margin, own, tuple(steady.get(row, ())), within))
    loose_runs = tuple(run for r, run in enumerate(runs) if r not in by_run)
    loose = tuple(narrative for n, narrative in enumerate(narratives) if n not in by_narrative)
    return Anchored(tuple(evidence), loose, loose_runs)
