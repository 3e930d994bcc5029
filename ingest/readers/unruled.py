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
_FEW_ROWS = 4  # a stamp lies over one row in so many, at most, for the columns to show below it
_STAINED = 3  # and a table where it lies over more than one in so many is none
_OVER = 0.3  # of the type size: a text may reach over a border between columns


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table that was found: its place in the grid and the pieces in it.

    `stained` tells that something reaches into it which is no text of the table, as a stamp does.
    """

    row: int
    column: int
    column_span: int
    pieces: tuple[Piece, ...]
    stained: bool = False


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
    headings = [h if h and h.columns == known else find_headings(r, known) for r, h in zip(rows, headings, strict=True)]
    headings = [h if h and len(h.columns) == len(known) else None for h in headings]
    bands = any(not s.is_row for r in rows for s in r.body)
    ends = (0, len(rows) - 1)
    found = [
        _found(r, known, h, _Place(bands, n == ends[0], n == ends[1]))
        for n, (r, h) in enumerate(zip(rows, headings, strict=True))
    ]
    return [f for f in found if f is not None]


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a page in its table: whether the table has bands, whether it begins or ends there."""

    has_bands: bool
    first: bool
    last: bool


def _columns(rows: Sequence[Rows]) -> list[Interval]:
    """Give the columns as the intervals that the texts of all rows fill, parted by gaps that go through every row."""
    if not all(r.page.words for r in rows):
        return _columns_below_stamps([s for r in rows for s in r.body if s.is_row])
    strips = [s for r in rows for s in r.body if s.codes or not is_lone(s, words=r.page.words)]
    lines = [line for s in strips for line in lines_of(s.pieces)]
    lone = [line for line in lines if len(line) == 1 or all(belongs(a, b) for a, b in pairwise(line))]
    sure = merged((p.box.x0, p.box.x1) for line in lines if line not in lone for p in line)
    # A line alone may be a band that was not told apart: it makes no column of two.
    added = [(p.box.x0, p.box.x1) for line in lone for p in line if len(_touched(around(line), sure)) <= 1]
    columns = merged([*sure, *added])
    return _joined(columns, lines)


def _columns_below_stamps(strips: Sequence[Strip]) -> list[Interval]:
    """Give the columns of a scan: what most rows leave white parts them, whatever lies over a few rows."""
    filled = [merged((p.box.x0, p.box.x1) for p in s.pieces) for s in strips]
    cores = _covered(filled, len(strips) // _FEW_ROWS)
    pieces = [p for s in strips for p in s.pieces]
    lone = [p for s in strips for p in _figures_in_line(s) if not _touched(p.box, cores)]
    cores = sorted([*cores, *merged((p.box.x0, p.box.x1) for p in lone)])
    widened = list(cores)
    for piece in pieces:
        mine = _touched(piece.box, cores)
        if len(mine) == 1:
            x0, x1 = widened[mine[0]]
            widened[mine[0]] = min(x0, piece.box.x0), max(x1, piece.box.x1)
    for i, (a, b) in enumerate(pairwise(list(widened))):
        if a[1] >= b[0]:
            widened[i], widened[i + 1] = (widened[i][0], cores[i][1]), (cores[i + 1][0], widened[i + 1][1])
    return _joined(widened, [line for s in strips for line in lines_of(s.pieces)])


def _figures_in_line(strip: Strip) -> list[Piece]:
    """Give the figures of a row that stand on one line with most others."""
    figures = [p for p in strip.pieces if p.is_figure]
    height = median(p.middle for p in figures) if figures else 0.0
    return [p for p in figures if abs(p.middle - height) <= _ALIGNED * p.size]


def _covered(rows: Sequence[Sequence[Interval]], limit: int) -> list[Interval]:
    """Give the intervals that more than `limit` rows fill."""
    turns = sorted([(x0, 1) for row in rows for x0, _ in row] + [(x1, -1) for row in rows for _, x1 in row])
    found: list[Interval] = []
    depth, start = 0, 0.0
    for x, step in turns:
        before, depth = depth, depth + step
        if before <= limit < depth:
            start = x
        elif depth <= limit < before and x > start:
            found.append((start, x))
    return found


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


def _found(rows: Rows, columns: Sequence[Interval], headings: Headings | None, place: _Place) -> Found | None:
    """Put together what was found on a page; None where a text stands in no one column."""
    edges = slot_borders(columns)
    before, after = _before(rows, columns, headings), _after(rows, columns, place)
    halves = _halves(before, after, columns, place, words=rows.page.words)
    strips = [*before, *rows.body, *after]
    slots: list[Slot] = []
    stained: list[int] = []
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
        stains = _stains(strip, edges)
        if stains and (rows.page.words or len(stained) >= max(1, len(strips) // _STAINED)):
            return None
        stained += [row] if stains else []
        slots += [Slot(row, column, 1, mine, column in stains) for column, mine in enumerate(_placed(strip, edges))]
    return Found(rows.page.page, edges, (*tops, strips[-1].bottom), tuple(slots))


def _halves(
    before: Sequence[Strip], after: Sequence[Strip], columns: Sequence[Interval], place: _Place, *, words: bool
) -> list[Strip]:
    """Give the strips at the ends of a page that are the rest, or the beginning, of a row on another page."""
    first = [s for s in before[:1] if not place.first and not (place.has_bands and _is_band(s, columns))]
    return [s for s in (*first, *after[:1]) if _goes_on(s, columns, words=words)]


def _placed(strip: Strip, edges: Sequence[float]) -> list[tuple[Piece, ...]]:
    return [tuple(p for p in strip.pieces if left <= p.centre < right) for left, right in pairwise(edges)]


def _stains(strip: Strip, edges: Sequence[float]) -> set[int]:
    """Give the columns between which a text of a row stands: it is none of theirs."""
    found: set[int] = set()
    for piece in strip.pieces:
        reach = (piece.box.x0 + _OVER * piece.size, piece.box.x1 - _OVER * piece.size)
        ends = [bisect_right(edges, x) - 1 for x in (min(reach), max(reach))]
        if ends[0] != ends[1] and ends[0] < ends[1]:
            found |= set(range(max(0, ends[0]), min(ends[1], len(edges) - 2) + 1))
    return found


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


def _after(rows: Rows, columns: Sequence[Interval], place: _Place) -> list[Strip]:
    """Give what follows the last row with a code and belongs to the table: the beginning of a row whose code stands on
    the next page, or, in a table with bands, the band of the rows there.
    """
    bottom = rows.body[-1].bottom
    for strip in rows.below[:1]:
        near = strip.top - bottom <= _FOLLOWS * rows.gap
        lone = is_lone(strip, words=rows.page.words)
        if near and not lone and _goes_on(strip, columns, words=rows.page.words):
            return [strip]
        if near and lone and place.has_bands and not place.last and _is_band(strip, columns):
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
