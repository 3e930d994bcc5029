"""Tables without rules: rows and columns found by how texts are aligned with each other over many rows.

Here belongs the geometry of columns, and the putting together of what was found. Where white space leaves a doubt there
is no table: better none than one with a figure in a neighbour's place. Not here: where text comes from, rows
(`unruled_rows`), what stands above them (`unruled_headings`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.readers.pieces import Interval, PageText, Piece, around, blocks_of, lines_of, type_size
from ingest.readers.unruled_around import Near, bands_of, heading_ends, running, surroundings
from ingest.readers.unruled_columns import column_ways, touched
from ingest.readers.unruled_headings import Headings, find_headings
from ingest.readers.unruled_heads import slot_borders
from ingest.readers.unruled_places import Columns
from ingest.readers.unruled_rows import Rows, Strip, find_codes, find_rows, is_lone
from ingest.readers.unruled_tables import parted

Tell = Callable[[Rows, Sequence[Interval]], Headings | None]
"""Gives the headings above columns of a page's rows, None where they are not certain."""

_NEAR = 0.06  # of the width of the table: a centred text is no farther from the middle
_ALIGNED = 0.35  # of the type size: left edges that are alike
_FOLLOWS = 1.5  # gaps between rows: what is part of the table follows no farther below
_STAINED, _ON_SCANS = 0.34, 0.67  # of the rows: a table is none where such things lie over more


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a table that was found: its place in the grid and the pieces in it.

    `stained` tells that something reaches into it which is no text of the table, as a stamp does; `unsure` that nothing
    tells what its column means but the place among the others; `told` is what a heading says by other evidence than its
    pieces.
    """

    row: int
    column: int
    column_span: int
    pieces: tuple[Piece, ...]
    stained: bool = False
    told: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A table that was found: borders between columns (columns + 1) and between rows (rows + 1), and its slots.

    `figures` are the columns most of whose texts are figures on all pages of the table.
    """

    page: int
    column_edges: tuple[float, ...]
    row_edges: tuple[float, ...]
    slots: tuple[Slot, ...]
    figures: frozenset[int] = frozenset()


def find_unruled(pages: Sequence[PageText], tell: Tell | None = None) -> list[Found]:
    """Find the table that goes over these pages of one document; [] where its rows or columns are not certain.

    Where its headings stand again in the middle of a page, that page has several parts of it. A page without codes is
    no part of the table. A page whose texts cross the columns of the others has no table.
    Headings that cannot be read are those that `tell` gives for the columns of a page.
    """
    codes = find_codes(pages)
    pages, codes = [p for p, c in zip(pages, codes, strict=True) if c], [c for c in codes if c]
    exact = all(page.words for page in pages)
    if exact:
        pages, codes = parted(pages, codes)
    rows = find_rows(pages, codes) if codes else None
    if rows is None:
        return []
    bands = bands_of(rows) if exact else []
    if exact:
        rows = [replace(r, heading_ends=heading_ends(r, bands, rows[0] if n else None)) for n, r in enumerate(rows)]
    headings, known = _headings(rows, find_headings)
    if tell is not None and (known is None or any(h is not None and h.lost for h in headings)):
        told, by_told = _headings(rows, tell)
        headings, known = (told, by_told) if by_told is not None else (headings, known)
    if known is None:
        return []
    # A column that is blank on some pages has its place from the headings of another.
    headings = [h if h and h.columns == known else find_headings(r, known) for r, h in zip(rows, headings, strict=True)]
    headings = [h if h and len(h.columns) == len(known) else None for h in headings]
    has_bands = any(not s.is_row for r in rows for s in r.body)
    own = running([r.page for r in rows]) if exact else []
    places = Columns(rows, slot_borders(known))
    found = []
    for n, (mine, head) in enumerate(zip(rows, headings, strict=True)):
        first, last = n == 0, n == len(rows) - 1
        if exact:
            near = surroundings(mine, places, bands, own[n], head.bottom if head else None, first=first, last=last)
        else:
            near = _near(mine, known, head, _Place(has_bands, first, last))
        found.append(_found(mine, known, places, head, near))
    figures = _figures(rows, places)
    unsure = frozenset(c for h in headings if h is not None for c in h.unsure)
    return [replace(f, figures=figures, slots=_marked(f.slots, unsure)) for f in found if f is not None]


def columns_of(page: PageText) -> tuple[list[Interval], Interval] | None:
    """Give the likeliest columns of a page by its rows alone, and from where to where these go; None without rows."""
    codes = find_codes([page])
    rows = find_rows([page], codes) if codes[0] else None
    columns = next(column_ways(rows), None) if rows else None
    return (columns, (rows[0].body[0].top, rows[0].body[-1].bottom)) if rows and columns else None


def _marked(slots: Sequence[Slot], unsure: frozenset[int]) -> tuple[Slot, ...]:
    return (
        tuple(replace(s, unsure=s.column_span == 1 and s.column in unsure) for s in slots) if unsure else tuple(slots)
    )


def _figures(rows: Sequence[Rows], places: Columns) -> frozenset[int]:
    """Give the columns most of whose texts, in the rows, are figures."""
    filled: Counter[int] = Counter()
    figures: Counter[int] = Counter()
    for strip in (s for r in rows for s in r.body if s.is_row):
        for column, texts in enumerate(places.place(strip).held):
            filled[column] += bool(texts)
            figures[column] += len(texts) == 1 and texts[0].is_figure and texts[0] not in strip.codes
    return frozenset(c for c, n in figures.items() if 2 * n > filled[c])


def _headings(rows: Sequence[Rows], find: Tell) -> tuple[list[Headings | None], tuple[Interval, ...] | None]:
    """Give the headings of each page, and the columns that they tell of, by the first parting that has any."""
    headings: list[Headings | None] = []
    for columns in column_ways(rows):
        headings = [find(r, columns) for r in rows]
        known = max((h.columns for h in headings if h is not None), key=len, default=None)
        if known is not None:
            return headings, known
    return headings, None


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a page in its table: whether the table has bands, whether it begins or ends there."""

    has_bands: bool
    first: bool
    last: bool


def _found(
    rows: Rows, columns: Sequence[Interval], places: Columns, headings: Headings | None, near: Near
) -> Found | None:
    """Put together what was found on a page; None where the texts of many rows stand in no one column."""
    strips = [*near.before, *rows.body, *near.after]
    slots: list[Slot] = []
    stained = 0
    tops: list[float] = []
    if headings is not None:
        tops = [headings.top, (headings.top + headings.bottom) / 2]
        slots = [Slot(h.row, h.column, h.span, tuple(h.pieces), told=h.told) for h in headings.cells]
    for row, strip in enumerate(strips, start=len(tops)):
        tops.append(strip.top)
        if not strip.is_row and is_lone(strip, words=rows.page.words) and strip not in near.halves:
            if not (strip in near.bands or _is_band(strip, columns)):
                return None
            slots.append(Slot(row, 0, len(columns), strip.pieces))
            continue
        placed = places.place(strip)
        stained += bool(placed.doubted)
        slots += [Slot(row, column, 1, mine, column in placed.doubted) for column, mine in enumerate(placed.held)]
    if stained > max(1, int((_STAINED if rows.page.words else _ON_SCANS) * len(strips))):
        return None
    return Found(rows.page.page, places.edges, (*tops, strips[-1].bottom), tuple(slots))


def _near(rows: Rows, columns: Sequence[Interval], headings: Headings | None, place: _Place) -> Near:
    """Give what stands beside the rows of a scanned page and belongs to them."""
    before, after = _before(rows, columns, headings), _after(rows, columns, place)
    return Near(before, after, _halves(before, after, columns, place, words=False))


def _halves(
    before: Sequence[Strip], after: Sequence[Strip], columns: Sequence[Interval], place: _Place, *, words: bool
) -> list[Strip]:
    """Give the strips at the ends of a page that are the rest, or the beginning, of a row on another page."""
    first = [s for s in before[:1] if not place.first and not (place.has_bands and _is_band(s, columns))]
    return [s for s in (*first, *after[:1]) if _goes_on(s, columns, words=words)]


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
    crosses = len(touched(box, columns)) > 1
    return middle or crosses or box.x0 - left <= 2 * median(p.size for p in strip.pieces)
