"""Tables without rules: rows and columns found by the white space between pieces of text.

Here belongs the geometry of alignment. Every row of an indicator table has one line of figures; these lines tell
where the rows are, and what they share with the other text tells the columns. Where white space leaves a doubt there
is no table: better none than one with a figure in a neighbour's place. Not here: where text comes from, what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

from ingest.cells import Box

_FIGURE = re.compile(r"[-(]?\$?\d[\d.,]*\s?%?\)?")
_LEAST_FIGURES = 3  # on a line, to make it the line of figures of a row
_ROW_GAP = 0.6  # of the usual gap between rows: as wide a gap parts rows that have no figures
_HEADING_SHARE = 0.6  # of the columns have a heading in the strip that is the headings


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text on one line: its box in points and its number in the caller's list."""

    box: Box
    text: str
    number: int

    @property
    def middle(self) -> float:
        """The height of the middle of the piece."""
        return (self.box.top + self.box.bottom) / 2

    @property
    def centre(self) -> float:
        """The middle of the piece from left to right."""
        return (self.box.x0 + self.box.x1) / 2


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table that was found: its place in the grid and the pieces in it."""

    row: int
    column: int
    column_span: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A table that was found: borders between columns (columns + 1) and between rows (rows + 1), and its slots."""

    column_edges: tuple[float, ...]
    row_edges: tuple[float, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class _Strip:
    """Pieces between two gaps that cross the whole table."""

    top: float
    bottom: float
    pieces: tuple[Piece, ...]


def find_unruled(pieces: Sequence[Piece]) -> Found | None:
    """Find the table among the pieces of a page, or None where its rows or columns cannot be told apart."""
    lines = _figure_lines(pieces)
    if not lines:
        return None
    strips = _strips(pieces, lines)
    if strips is None:
        return None
    first = next(i for i, s in enumerate(strips) if _holds(s, lines))
    last = max(i for i, s in enumerate(strips) if _holds(s, lines))
    body = strips[first : last + 1]
    columns = _columns([p for s in body for p in s.pieces if not _is_band(s)])
    headings, above = _headings(strips[:first], columns)
    if headings is not None:
        columns, head_slots = _with_headings(columns, headings)
        body = [s for s in strips[:first] if s.top > headings.bottom] + body
    else:
        head_slots = []
        body = above + body
    return _found(columns, headings, head_slots, body)


def _figure_lines(pieces: Sequence[Piece]) -> list[float]:
    """The heights of the lines that hold the figures of a row."""
    figures = sorted((p for p in pieces if _FIGURE.fullmatch(p.text.strip())), key=lambda p: p.middle)
    lines: list[list[Piece]] = []
    for piece in figures:
        if lines and piece.middle - lines[-1][0].middle < 0.4 * (piece.box.bottom - piece.box.top):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [median(p.middle for p in line) for line in lines if len(line) >= _LEAST_FIGURES]


def _gaps(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The gaps that none of `intervals` touches, in order."""
    gaps: list[tuple[float, float]] = []
    reach: float | None = None
    for start, end in sorted(intervals):
        if reach is not None and start > reach:
            gaps.append((reach, start))
        reach = end if reach is None else max(reach, end)
    return gaps


def _strips(pieces: Sequence[Piece], lines: Sequence[float]) -> list[_Strip] | None:
    """Part the page at every gap that is as wide as those between rows; None where two rows have no gap."""
    gaps = _gaps((p.box.top, p.box.bottom) for p in pieces)
    widest = []
    for upper, lower in pairwise(lines):
        between = [end - start for start, end in gaps if upper < start and end < lower]
        if not between:
            return None
        widest.append(max(between))
    size = median(p.box.bottom - p.box.top for p in pieces)
    least = _ROW_GAP * median(widest) if widest else 0.4 * size
    if widest and min(widest) < least:
        return None
    cuts = [(start + end) / 2 for start, end in gaps if end - start >= least]
    borders = [float("-inf"), *cuts, float("inf")]
    strips = []
    for top, bottom in pairwise(borders):
        held = tuple(p for p in pieces if top < p.middle < bottom)
        if held:
            strips.append(_Strip(min(p.box.top for p in held), max(p.box.bottom for p in held), held))
    return strips


def _holds(strip: _Strip, lines: Sequence[float]) -> bool:
    return any(strip.top <= y <= strip.bottom for y in lines)


def _is_band(strip: _Strip) -> bool:
    return len(strip.pieces) == 1


def _columns(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """The columns as the intervals that text fills, parted by gaps that go through every row."""
    intervals = sorted((p.box.x0, p.box.x1) for p in pieces)
    columns: list[tuple[float, float]] = []
    for x0, x1 in intervals:
        if columns and x0 <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _touched(piece: Piece, columns: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if piece.box.x0 < x1 and piece.box.x1 > x0]


def _headings(strips: Sequence[_Strip], columns: Sequence[tuple[float, float]]) -> tuple[_Strip | None, list[_Strip]]:
    """Find the strip of headings above the rows; without one, give the strips that may continue a row from before."""
    for strip in reversed(strips):
        touched = {i for p in strip.pieces for i in _touched(p, columns)}
        if len(strip.pieces) >= len(columns) / 2 and len(touched) >= _HEADING_SHARE * len(columns):
            return strip, []
    return None, list(strips)


def _with_headings(
    columns: list[tuple[float, float]], headings: _Strip
) -> tuple[list[tuple[float, float]], list[Slot]]:
    """Add the columns that have a heading and no figures, and place the headings: groups above, their columns below."""
    groups, leaves = _parted(headings, columns)
    columns = _columns_of(columns, leaves)
    slots = []
    for index, span in enumerate(columns):
        mine = tuple(sorted((p for p in leaves if _within(p, span)), key=lambda p: p.box.top))
        if mine:
            slots.append(Slot(1, index, 1, mine))
    slots += _group_slots(groups, leaves, columns)
    return columns, slots


def _parted(headings: _Strip, columns: Sequence[tuple[float, float]]) -> tuple[list[Piece], list[Piece]]:
    """Part headings over several columns from those over one: a group has two or more leaves in the line below it."""
    groups: list[Piece] = []
    leaves: list[Piece] = []
    for piece in headings.pieces:
        below = [p for p in headings.pieces if p.box.top >= piece.box.bottom - 0.2 * (piece.box.bottom - piece.box.top)]
        under = [p for p in below if p.box.x0 < piece.box.x1 and p.box.x1 > piece.box.x0]
        next_line = [p for p in below if abs(p.middle - min((q.middle for q in below), default=0.0)) < 1.0]
        several = len(_touched(piece, columns)) > 1 or len({p.number for p in under if p in next_line}) > 1
        (groups if several else leaves).append(piece)
    return groups, leaves


def _columns_of(columns: list[tuple[float, float]], leaves: Sequence[Piece]) -> list[tuple[float, float]]:
    return _columns(
        [Piece(Box(x0, 0, x1, 0), "", -1) for x0, x1 in columns] + [Piece(p.box, p.text, p.number) for p in leaves]
    )


def _within(piece: Piece, span: tuple[float, float]) -> bool:
    return span[0] <= piece.centre <= span[1]


def _group_slots(
    groups: Sequence[Piece], leaves: Sequence[Piece], columns: Sequence[tuple[float, float]]
) -> list[Slot]:
    """Give each group the run of columns whose middle is nearest to its own; runs do not overlap."""
    if not groups:
        return []
    lowest = max(g.box.bottom for g in groups)
    below = [i for i, span in enumerate(columns) if any(_within(p, span) and p.middle > lowest for p in leaves)]
    # Headings over one column stand beside the groups, in the middle of both lines: their columns have no group.
    alone = {i for i, span in enumerate(columns) if any(_within(p, span) and p.box.top < lowest for p in leaves)}
    free = [i for i in below if i not in alone]
    ordered = sorted(groups, key=lambda g: g.box.x0)
    runs = _shared_out(free, [g.centre for g in ordered], columns)
    return [Slot(0, run[0], len(run), (group,)) for group, run in zip(ordered, runs, strict=False)]


def _shared_out(
    free: Sequence[int], centres: Sequence[float], columns: Sequence[tuple[float, float]]
) -> list[Sequence[int]]:
    """Share all of `free` out among the groups, each a run of neighbours as near to its centre as can be."""
    best: tuple[float, list[Sequence[int]]] = (float("inf"), [])
    for cuts in combinations(range(1, len(free)), len(centres) - 1):
        runs = [free[a:b] for a, b in pairwise((0, *cuts, len(free)))]
        if any(len(run) < 2 or run[-1] - run[0] != len(run) - 1 for run in runs):
            continue
        off = sum(
            abs((columns[run[0]][0] + columns[run[-1]][1]) / 2 - centre)
            for run, centre in zip(runs, centres, strict=True)
        )
        best = min(best, (off, runs), key=lambda b: b[0])
    return best[1]


def _found(
    columns: Sequence[tuple[float, float]], headings: _Strip | None, head_slots: list[Slot], body: Sequence[_Strip]
) -> Found | None:
    edges = (
        columns[0][0] - 1.0,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        columns[-1][1] + 1.0,
    )
    first = 2 if headings is not None else 0
    slots = list(head_slots)
    tops: list[float] = [headings.top, (headings.top + headings.bottom) / 2] if headings is not None else []
    for row, strip in enumerate(body, start=first):
        tops.append(strip.top)
        if _is_band(strip) and abs(strip.pieces[0].centre - (edges[0] + edges[-1]) / 2) < 0.2 * (edges[-1] - edges[0]):
            slots.append(Slot(row, 0, len(columns), strip.pieces))
            continue
        for column, (left, right) in enumerate(pairwise(edges)):
            mine = tuple(p for p in strip.pieces if left <= p.centre < right)
            if any(p.box.x0 < left or p.box.x1 > right for p in mine):
                return None
            slots.append(Slot(row, column, 1, mine))
    return Found(tuple(edges), (*tops, body[-1].bottom), tuple(slots))
