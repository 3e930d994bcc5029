"""Tables without rules: rows and columns found by how texts are aligned with each other over many rows.

Here belongs the geometry of columns, and the putting together of what was found. Where white space leaves a doubt there
is no table: better none than one with a figure in a neighbour's place. Not here: where text comes from, rows
(`unruled_rows`), what stands above them (`unruled_headings`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.cells import Box
from ingest.readers.pieces import PageText, Piece, around, belongs, blocks_of, lines_of, merged, type_size
from ingest.readers.unruled_headings import Headings, Interval, find_headings, slot_borders
from ingest.readers.unruled_rows import Rows, Strip, find_codes, find_rows, is_lone

_FIGURE_SHARE = 0.7  # of the lines of a column of figures
_TIGHT_SHARE = 0.8  # of the lines beside a gap between two words: a column has some line that leaves more room
_NEAR = 0.06  # of the width of the table: a centred text is no farther from the middle
_ALIGNED = 0.35  # of the type size: left edges that are alike
_FOLLOWS = 1.5  # gaps between rows: what is part of the table follows no farther below
_OVER = 0.3  # of the type size: a text may reach over a border between columns


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

    page: int
    column_edges: tuple[float, ...]
    row_edges: tuple[float, ...]
    slots: tuple[Slot, ...]


def find_unruled(pages: Sequence[PageText]) -> list[Found]:
    """Find the table that goes over these pages of one document; [] where its rows or columns are not certain.

    A page without codes is no part of the table. A page whose texts cross the columns of the others has no table.
    """
    codes = find_codes(pages)
    coded = [(page, mine) for page, mine in zip(pages, codes, strict=True) if mine]
    if not coded:
        return []
    rows = find_rows([page for page, _ in coded], [mine for _, mine in coded])
    if rows is None:
        return []
    columns = _columns(rows)
    headings = [find_headings(r, columns) for r in rows]
    known = max((h.columns for h in headings if h is not None), key=len, default=None)
    if known is None:
        return []
    # A column that is blank on some pages has its place from the headings of another.
    headings = [
        h and (h if h.columns == known else find_headings(r, known)) for r, h in zip(rows, headings, strict=True)
    ]
    bands = any(not s.is_row for r in rows for s in r.body)
    last = len(rows) - 1
    found = [
        _found(r, known, h, ends_in_band=bands and n < last)
        for n, (r, h) in enumerate(zip(rows, headings, strict=True))
    ]
    return [f for f in found if f is not None]


def _columns(rows: Sequence[Rows]) -> list[Interval]:
    """Give the columns as the intervals that the texts of all rows fill, parted by gaps that go through every row."""
    strips = [(r.page, s) for r in rows for s in r.body if s.codes or not is_lone(s, words=r.page.words)]
    lines = [line for _, s in strips for line in lines_of(s.pieces)]
    lone = [line for line in lines if len(line) == 1 or all(belongs(a, b) for a, b in pairwise(line))]
    sure = merged((p.box.x0, p.box.x1) for line in lines if line not in lone for p in line)
    # A line alone may be a band that was not told apart: it makes no column of two.
    added = [(p.box.x0, p.box.x1) for line in lone for p in line if len(_touched(around(line), sure)) <= 1]
    columns = merged([*sure, *added])
    return _joined(columns, lines) if all(page.words for page, _ in strips) else columns


def _touched(box: Box, columns: Sequence[Interval]) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if box.x0 < x1 and box.x1 > x0]


def _joined(columns: list[Interval], lines: Sequence[Sequence[Piece]]) -> list[Interval]:
    """Join what only the gaps between words part: in few lines they may lie below each other by chance."""
    kinds = [_is_figures(c, lines) for c in columns]
    joined = [columns[0]]
    for (left, right), figures in zip(pairwise(columns), kinds, strict=False):
        beside = _beside(left, right, lines)
        tight = bool(beside) and sum(belongs(a, b) for a, b in beside) >= _TIGHT_SHARE * len(beside)
        drawn = any(a.run == b.run != -1 for a, b in beside)
        if tight and (drawn or _is_mark(right, lines) or not figures):
            joined[-1] = (joined[-1][0], right[1])
        else:
            joined.append(right)
    return joined


def _is_figures(column: Interval, lines: Sequence[Sequence[Piece]]) -> bool:
    mine = [p for line in lines for p in line if column[0] <= p.centre <= column[1]]
    return sum(p.is_figure for p in mine) >= _FIGURE_SHARE * len(mine)


def _is_mark(column: Interval, lines: Sequence[Sequence[Piece]]) -> bool:
    return all(p.text.strip() in ("%", "$") for line in lines for p in line if column[0] <= p.centre <= column[1])


def _beside(left: Interval, right: Interval, lines: Sequence[Sequence[Piece]]) -> list[tuple[Piece, Piece]]:
    """Give the neighbours on a line of which one stands in each of two columns."""
    return [
        (a, b)
        for line in lines
        for a, b in pairwise(line)
        if left[0] <= a.centre <= left[1] and right[0] <= b.centre <= right[1]
    ]


def _found(rows: Rows, columns: Sequence[Interval], headings: Headings | None, *, ends_in_band: bool) -> Found | None:
    """Put together what was found on a page; None where a text stands in no one column."""
    edges = slot_borders(columns)
    before, after = _before(rows, columns, headings), _after(rows, columns, ends_in_band=ends_in_band)
    halves = [s for s in (*before[:1], *after[:1]) if _goes_on(s, columns, words=rows.page.words)]
    strips = [*before, *rows.body, *after]
    slots: list[Slot] = []
    tops: list[float] = []
    if headings is not None:
        tops = [headings.top, (headings.top + headings.bottom) / 2]
        slots = [Slot(h.row, h.column, h.span, tuple(h.pieces)) for h in headings.cells]
    for row, strip in enumerate(strips, start=len(tops)):
        tops.append(strip.top)
        if not strip.is_row and is_lone(strip, words=rows.page.words) and strip not in halves:
            if not _is_band(strip, columns):
                return None
            slots.append(Slot(row, 0, len(columns), strip.pieces))
            continue
        placed = _placed(strip, edges)
        if placed is None:
            return None
        slots += [Slot(row, column, 1, mine) for column, mine in enumerate(placed)]
    return Found(rows.page.page, edges, (*tops, strips[-1].bottom), tuple(slots))


def _placed(strip: Strip, edges: Sequence[float]) -> list[tuple[Piece, ...]] | None:
    placed = []
    for left, right in pairwise(edges):
        mine = tuple(p for p in strip.pieces if left <= p.centre < right)
        if any(p.box.x0 < left - _OVER * p.size or p.box.x1 > right + _OVER * p.size for p in mine):
            return None
        placed.append(mine)
    return placed if sum(map(len, placed)) == len(strip.pieces) else None


def _before(rows: Rows, columns: Sequence[Interval], headings: Headings | None) -> list[Strip]:
    """Give the strips above the first row with a code that belong to the table: bands, and the end of a row that began
    on the page before.
    """
    taken = {p.number for cell in headings.cells for p in cell.pieces} if headings is not None else set()
    floor = headings.bottom if headings is not None else float("-inf")
    kept: list[Strip] = []
    lowest = rows.body[0].top
    for strip in reversed(rows.above):
        near = lowest - strip.top <= 3 * rows.gap + (strip.bottom - strip.top)
        if strip.top < floor - 1 or taken & {p.number for p in strip.pieces} or not near:
            break
        band = is_lone(strip, words=rows.page.words) and (headings is not None or _is_first(strip, rows))
        if not (strip.is_row or band or _goes_on(strip, columns, words=rows.page.words)):
            break
        if band and not _goes_on(strip, columns, words=rows.page.words) and not _is_band(strip, columns):
            break
        kept.append(strip)
        lowest = strip.top
    return kept[::-1]


def _is_first(strip: Strip, rows: Rows) -> bool:
    """Tell whether nothing stands above a strip: on a page without headings a title is no band."""
    return not any(s.top < strip.top for s in rows.above)


def _after(rows: Rows, columns: Sequence[Interval], *, ends_in_band: bool) -> list[Strip]:
    """Give what follows the last row with a code and belongs to the table: the beginning of a row whose code stands on
    the next page, or, in a table with bands, the band of the rows there.
    """
    bottom = rows.body[-1].bottom
    for strip in rows.below[:1]:
        near = strip.top - bottom <= _FOLLOWS * rows.gap
        lone = is_lone(strip, words=rows.page.words)
        if near and not lone and _goes_on(strip, columns, words=rows.page.words):
            return [strip]
        if near and lone and ends_in_band and _is_band(strip, columns):
            return [strip]
    return []


def _goes_on(strip: Strip, columns: Sequence[Interval], *, words: bool) -> bool:
    """Tell whether texts of a strip begin where columns begin and cross none, as those of a row do."""
    blocks = [b for line in lines_of(strip.pieces) for b in blocks_of(line, words=words)]
    near = _ALIGNED * type_size(strip.pieces)
    edges = slot_borders(columns)
    inside = all(len({bisect_right(edges, x) for x in (around(b).x0 + near, around(b).x1 - near)}) == 1 for b in blocks)
    starts = [min(abs(b[0].box.x0 - x0) for x0, _ in columns[1:]) <= near for b in blocks if not b[0].is_figure]
    return inside and 2 * sum(starts) >= len(starts)


def _is_band(strip: Strip, columns: Sequence[Interval]) -> bool:
    """Tell whether a text stands across the table: over several columns, in its middle, or at its left edge."""
    box = around(strip.pieces)
    left, right = columns[0][0], columns[-1][1]
    middle = abs((box.x0 + box.x1) / 2 - (left + right) / 2) <= _NEAR * (right - left)
    crosses = len(_touched(box, columns)) > 1
    return middle or crosses or box.x0 - left <= 2 * median(p.size for p in strip.pieces)
