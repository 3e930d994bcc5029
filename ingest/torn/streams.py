"""Which printed numbers most likely belong to which indicator, where the text keeps them apart from their rows.

Engines read a page column by column in places: then the numbers of one column stand one below the other in the order of
the rows, and the next column begins again at the top. So the lines of numbers are assigned to rows in a sequence that
goes down and may start over; what the justifications say in figures, and where they stand, tells which row is meant.
What is found here is likely, never certain. Not here: what is certain (`anchor`), and the columns (`likely`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.torn.anchor import Evidence, figure_weight
from ingest.torn.columns import Schema
from ingest.torn.glyphs import one_misreading
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run, Sort, Token

_LEFT_OUT, _START_OVER, _PASSED = 0.3, 2.0, 0.03
_FIXED, _ELSEWHERE = 8.0, -3.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a row before its numbers are: its page, its lines, and the figures of its justification."""

    page: int | None
    told: tuple[int, int] | None
    span: tuple[int, int] | None
    counts: frozenset[float]
    progress: Token | None
    percents: tuple[Token, ...]

    @property
    def annual(self) -> float:
        """The greatest figure that the justification states."""
        return max(self.counts, default=0.0)


def split_lines(runs: Iterable[Run], lines: Sequence[Cell]) -> list[Run]:
    """Part runs that were joined from several lines: each line of numbers by itself, in reading order."""
    found = []
    for run in runs:
        for number in range(run.first, run.last + 1):
            span = lines[number].span
            assert span is not None
            own = tuple(t for t in run.tokens if span.start <= t.start < span.end)
            if own:
                found.append(Run(own, number, number, run.alone))
    return sorted(found, key=lambda r: (r.first, r.tokens[0].start))


def spread(
    evidence: Sequence[Evidence],
    fixed: Mapping[int, int],
    segments: Sequence[Run],
    lines: Sequence[Cell],
    schema: Schema,
) -> list[list[Run]]:
    """Assign the lines of numbers to rows.

    Args:
        evidence: the rows, each with its likeliest justification.
        fixed: the rows that are certain, by the place in the text of a number that is theirs.
        segments: the lines of numbers, in reading order.
        lines: the lines of the text.
        schema: the columns of the document.

    Returns:
        For each row its lines of numbers, in reading order.
    """
    facts = _all_facts(evidence, len(lines))
    scores = []
    for segment in segments:
        owner = next((fixed[t.start] for t in segment.tokens if t.start in fixed), None)
        page = lines[segment.first].page
        if owner is not None:
            scores.append([_FIXED if row == owner else -_FIXED for row in range(len(facts))])
        else:
            scores.append([_score(segment, page, own, schema) for own in facts])
    found: list[list[Run]] = [[] for _ in evidence]
    for segment, row in zip(segments, _best_path(scores), strict=True):
        if row is not None:
            found[row].append(segment)
    return found


def _all_facts(evidence: Sequence[Evidence], end: int) -> list[Facts]:
    marks = sorted(e.place.mark.line for e in evidence if e.place.mark is not None)
    return [_facts(e, marks, end) for e in evidence]


def _facts(evidence: Evidence, marks: Sequence[int], end: int) -> Facts:
    told, mark = evidence.narrative, evidence.place.mark
    page = told.page if told is not None else mark.page if mark is not None else None
    span = (mark.line, next((m for m in marks if m > mark.line), end)) if mark is not None else None
    if told is None:
        return Facts(page, None, span, frozenset(), None, ())
    counts, percents = _said(told)
    return Facts(page, (told.first, told.last), span, counts, told.quarter.pct, percents)


def _said(told: Narrative) -> tuple[frozenset[float], tuple[Token, ...]]:
    claims = (told.quarter, told.year)
    counts = frozenset(t.value for c in claims for t in (c.achieved, c.goal) if t is not None and t.value is not None)
    return counts, tuple(c.pct for c in claims if c.pct is not None)


def _score(segment: Run, page: int, facts: Facts, schema: Schema) -> float:
    score = _ELSEWHERE if facts.page is not None and facts.page != page else 0.0
    if facts.told is not None:
        first, last = facts.told
        inside = first <= segment.first <= last
        score += (1.5 if segment.alone else 3.0) * inside
        score += 0.5 * (not inside and first - 2 <= segment.first <= last + 1)
    if facts.span is not None:
        score += 1.0 * (facts.span[0] <= segment.first < facts.span[1]) + 1.0 * (facts.span[0] == segment.first)
    return score + _repeated(segment, facts) + _in_size(segment.counts(), facts) + _ends_right(segment, facts, schema)


def _repeated(segment: Run, facts: Facts) -> float:
    """Points for figures that the justification states as well: the more digits, the more."""
    said = facts.counts | {t.value for t in facts.percents if t.value != 100}
    shared = {t.value: figure_weight(t.text) for t in segment.tokens if t.sort is not Sort.WORD and t.value in said}
    return min(5.0, 1.5 * sum(shared.values()))


def _in_size(counts: Sequence[Token], facts: Facts) -> float:
    """Points for numbers about as large as those that the justification states, less for quite other ones."""
    values = [t.value for t in counts if t.value]
    said = [c for c in facts.counts if c]
    if not values or not said:
        return 0.0
    far = [min(abs(math.log2(v / c)) for c in said) for v in values]
    points = [0.6 if d < 1 else 0.2 if d < 2.5 else -0.4 if d < 4 else -1.2 for d in far]
    return sum(points) / math.sqrt(len(points))


def _ends_right(segment: Run, facts: Facts, schema: Schema) -> float:
    """Whether the last of a row's percentages is that of the justification, where all of them are there."""
    percents = segment.percents()
    quarters = [s for s in schema.percents if s.startswith("progress")]
    if facts.progress is None or facts.progress.value is None or not percents:
        return 0.0
    if any(t.value == facts.progress.value for t in percents):
        return 0.4
    full = len(percents) in (len(quarters), len(schema.percents))
    last = percents[len(quarters) - 1] if full else percents[-1]
    return -1.0 if full and not one_misreading(last.text, facts.progress.value) else 0.0


def _best_path(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """The best sequence of rows: down the rows, starting over at a cost, with lines left out at a cost."""
    if not scores or not scores[0]:
        return [None] * len(scores)
    rows = range(len(scores[0]))
    best = [0.0 if row == 0 else -_PASSED * row for row in rows]
    steps: list[list[tuple[int, bool]]] = []
    for own in scores:
        top = max(rows, key=lambda row: best[row])
        reached: list[tuple[float, int]] = []
        running, at = -math.inf, 0
        for row in rows:
            running -= _PASSED
            if best[row] >= running:
                running, at = best[row], row
            over = best[top] - _START_OVER
            reached.append((running, at) if running >= over else (over, top))
        here, step = [], []
        for row in rows:
            taken, skipped = reached[row][0] + own[row], best[row] - _LEFT_OUT
            here.append(max(taken, skipped))
            step.append((reached[row][1], True) if taken > skipped else (row, False))
        steps.append(step)
        best = here
    row = max(rows, key=lambda r: best[r])
    path: list[int | None] = []
    for step in reversed(steps):
        back, taken = step[row]
        path.append(row if taken else None)
        row = back
    return path[::-1]
