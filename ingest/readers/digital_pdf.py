"""Reads PDF files whose text is exact: tables become grids of cells, the rest lines of text.

Here belongs what stands on a page and in which cell. Not here: whether the file can be read at all (`pdf_file`), how
characters make text (`glyphs`), how rules make a grid (`ruling`), tables without rules (`digital_unruled`), what a
column means.
A page that is an image is no work for this reader: its text, where it has any, is some engine's opinion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pdfplumber.page import Page
from pdfplumber.utils.geometry import curve_to_edges, line_to_edge, rect_to_edges

from ingest.cells import Box, Cell, Kind, Placed, Reading, Table
from ingest.readers.digital_unruled import (
    LoosePage,
    LooseTable,
    find_tables,
    has_lost_columns,
    has_lost_rows,
    holds_rows,
)
from ingest.readers.glyphs import Glyph, Run, box_of, glyphs, joined, lines_of, runs_of, text_of, touching
from ingest.readers.pdf_file import open_pdf
from ingest.readers.ruling import Grid, find_grids

ENGINE = "pdfplumber"
UNSURE = 0.0
"""The confidence of a cell whose text a rule or the page's edge cuts: it may not be all, or be a neighbour's."""

_COLUMN = 2.0  # of the type size: a wider gap on a line outside tables parts its texts
_GAP = 0.05  # of the type size: characters of one figure stand closer
_OVERLAP = 0.15  # of the type size: characters of one text overlap less, also where they are kerned
_EDGE = 0.7  # of the type size: a text that ends so near the edge of the page may be cut off there
_THIN = 3.0  # points: a filled box that thin is a rule, a thicker one a background
_FIGURE_ENDS = re.compile(r"[\d%)]")
_FIGURE_STARTS = re.compile(r"[\d$(\-]")


def read(path: Path, *, file: str, progress: Callable[[int, int], None] | None = None) -> Reading:
    """Read the PDF at `path`, which `check_pdf` has passed, called `file` in messages.

    `progress` is told (pages done, pages).

    Raises:
        DamagedDocumentError: a part of the file is spoilt.
        UnsupportedDocumentError: its fonts do not tell which characters they draw.
    """
    looks: list[_Look] = []
    with open_pdf(path, file) as document:
        for page in document:
            looks.append(_look(page))
            if progress is not None:
                progress(page.page_number, document.pages)
    pages = [_page(look, table) for look, table in zip(looks, _unruled(looks), strict=True)]
    tables = tuple(chain.from_iterable(tables for tables, _ in pages))
    lines = tuple(chain.from_iterable(lines for _, lines in pages))
    return Reading(Kind.DIGITAL_PDF, len(looks), tables, lines, engine=ENGINE)


def read_page(page: Page) -> tuple[list[Table], list[Cell]]:
    """Give the tables of a page from the top, and the lines of text outside them in the order of reading."""
    look = _look(page)
    return _page(look, _unruled([look])[0])


@dataclass(frozen=True, slots=True)
class _Look:
    """What rules make of a page: its tables and the runs outside; `loose` is all that may be a table without rules.

    Where there are good tables and nothing else that looks like rows, `loose` is None.
    """

    number: int
    seen: Box
    tables: list[Table]
    runs: list[Run]
    loose: LoosePage | None
    good: list[Table]
    cut: list[tuple[float, float]]


def _look(page: Page) -> _Look:
    seen = Box(*page.cropbox)
    every = runs_of(glyphs(page.chars, seen))
    grids = find_grids(_edges(page))
    runs = every
    held: dict[int, dict[int, list[Run]]] = {}
    unsure: set[tuple[int, int]] = set()
    for number in sorted(range(len(grids)), key=lambda i: grids[i].area):
        held[number], runs, doubts = _fill(grids[number], runs)
        unsure |= {(number, d) for d in doubts}
    cut = _cut_lines(page, seen)
    unsure |= {(n, d) for n, cells in held.items() for d, mine in cells.items() if _is_cut_off(mine, seen, cut)}
    tables = [
        _table(grid, held[n], page.page_number, seen, {d for g, d in unsure if g == n}) for n, grid in enumerate(grids)
    ]
    lost = {n for n, cells in held.items() if has_lost_columns(cells) or has_lost_rows(cells)}
    if holds_rows(runs) and not any(holds_rows(_within(cells)) for cells in held.values()):
        lost = set(held)  # only the headings stand in cells
    free = [*runs, *(r for n in lost for r in _within(held[n]))]
    loose = None
    if lost or holds_rows(free):
        loose = LoosePage(page.page_number, tuple(free), (*page.rects, *page.lines))
    good = [t for n, t in enumerate(tables) if n not in lost]
    return _Look(page.page_number, seen, tables, runs, loose, good, cut)


def _within(held: Mapping[int, Sequence[Run]]) -> list[Run]:
    return [run for cell in held.values() for run in cell]


def _cut_lines(page: Page, seen: Box) -> list[tuple[float, float]]:
    """Give the heights (top, bottom) of characters that the left or right edge of the page hides."""
    return [
        (c["top"], c["bottom"])
        for c in page.chars
        if not seen.x0 <= (c["x0"] + c["x1"]) / 2 <= seen.x1 and c["text"].strip()
    ]


def _is_cut_off(runs: Sequence[Run], seen: Box, cut: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a text ends at the edge of the page, and more of its line is hidden beyond it."""
    return bool(cut) and any(
        any(top < run[0].bottom and run[0].top < bottom for top, bottom in cut)
        for run in runs
        if run[-1].x1 > seen.x1 - _EDGE * run[0].size or run[0].x0 < seen.x0 + _EDGE * run[0].size
    )


def _unruled(looks: Sequence[_Look]) -> list[list[LooseTable]]:
    """Give for each page its tables without rules."""
    loose = [look.loose for look in looks if look.loose is not None]
    found = find_tables(loose) if loose else []
    return [[table for table in found if table.number == look.number] for look in looks]


def _page(look: _Look, unruled: Sequence[LooseTable]) -> tuple[list[Table], list[Cell]]:
    if not unruled:
        return look.tables, [_cell([run], look.number, look.seen) for run in lines_of(look.runs, _COLUMN)]
    outside = [run for table in unruled for run in table.outside]
    lines = [_cell([run], look.number, look.seen) for run in lines_of(outside, _COLUMN)]
    return [*look.good, *(_unruled_table(table, look) for table in unruled)], lines


def _unruled_table(found: LooseTable, look: _Look) -> Table:
    xs, ys = found.column_edges, found.row_edges
    cells = []
    for (row, column, span), runs in found.cells.items():
        box = _shifted((xs[column], ys[row], xs[column + span], ys[row + 1]), look.seen)
        doubted = (row, column) in found.doubted or _is_cut_off(runs, look.seen, look.cut)
        sure = UNSURE if doubted else None
        blank = Cell("", look.number, box, confidence=sure, engine=ENGINE)
        cell = _cell(list(runs), look.number, look.seen, sure) if runs else blank
        cells.append(Placed(cell, row, column, 1, span))
    edges = tuple(x - look.seen.x0 for x in xs)
    return Table(look.number, len(ys) - 1, len(xs) - 1, tuple(cells), edges)


def _edges(page: Page) -> Iterator[dict[str, Any]]:
    rules = (
        r for r in page.rects if r["stroke"] or r["width"] <= _THIN or r["height"] <= _THIN
    )  # fmt: skip
    yield from chain.from_iterable(map(rect_to_edges, rules))
    yield from (e for e in map(line_to_edge, page.lines) if e["orientation"])
    yield from (e for c in page.curves for e in curve_to_edges(c) if e["orientation"])


def _fill(grid: Grid, runs: list[Run]) -> tuple[dict[int, list[Run]], list[Run], set[int]]:
    """Put runs into the cells of a grid; give what each cell holds, the runs outside, and cells with unsure text."""
    inside = [r for r in runs if _cell_of(grid, r) is not None]
    outside = [r for r in runs if _cell_of(grid, r) is None]
    held: dict[int, list[Run]] = {}
    unsure: set[int] = set()
    for pieces in _texts(grid, inside):
        for part in _parted(grid, pieces[0]) if len(pieces) == 1 else [list(chain.from_iterable(pieces))]:
            place = _cell_of(grid, part)
            if place is not None:
                held.setdefault(place, []).append(part)
                unsure |= {place} if len(pieces) > 1 else set()
    unsure |= {place for place, parts in held.items() if any(_swallows(grid, part, held) for part in parts)}
    return held, outside, unsure


def _swallows(grid: Grid, run: Run, held: dict[int, list[Run]]) -> bool:
    """Tell whether a figure flows into a neighbouring cell that seems blank: it may hold that cell's figure, too."""
    if run[0].turn or not all(g.text.isdigit() or g.text in "$,.%- " for g in run):
        return False
    inset, y = 0.3 * run[0].size, (run[0].top + run[0].bottom) / 2
    ends = {grid.at(run[0].x0 + inset, y), grid.at(run[-1].x1 - inset, y)}
    return bool(ends - {None, _cell_of(grid, run)} - held.keys())


def _cell_of(grid: Grid, run: Sequence[Glyph]) -> int | None:
    """Give the cell that holds the middle of `run`, or None outside the grid."""
    x0, top, x1, bottom = run[0].x0, run[0].top, run[-1].x1, run[-1].bottom
    if run[0].turn:
        x0, top, x1, bottom = box_of([list(run)])
    return grid.at((x0 + x1) / 2, (top + bottom) / 2)


def _texts(grid: Grid, runs: list[Run]) -> Iterator[list[Run]]:
    """Give runs one by one, or several that characters placed one by one make: a text that a rule of the grid cuts."""
    if not any(len(r) == 1 for r in runs):
        yield from ([r] for r in runs)
        return
    for group in touching(runs):
        pieces = [runs[i] for i in group]
        one_by_one = any(len(p) == 1 for p in pieces)
        cells = {_cell_of(grid, p) for p in pieces}
        if one_by_one and len(cells) > 1 and any(_is_cut(grid, g) for p in pieces for g in p):
            yield pieces
        else:
            yield from ([p] for p in pieces)


def _is_cut(grid: Grid, glyph: Glyph) -> bool:
    inset = 0.1 * (glyph.x1 - glyph.x0)
    return bisect_right(grid.xs, glyph.x0 + inset) != bisect_right(grid.xs, glyph.x1 - inset)


def _parted(grid: Grid, run: Run) -> Iterator[Run]:
    """Part `run` where it goes from cell to cell: a border stands in a gap, or text begins anew in another cell.

    A border that cuts through the text itself does not part it: that text flows over its cell.
    """
    if run[0].turn:
        yield run
        return
    start = 0
    cuts = [i for i in range(1, len(run)) if _begins_anew(grid, run, i)]
    for i, end in zip(cuts, [*cuts, len(run)][1:], strict=True):
        between = bisect_right(grid.xs, run[i - 1].x1) != bisect_right(grid.xs, run[i].x0)
        if between or _cell_of(grid, run[start:i]) != _cell_of(grid, run[i:end]):
            yield run[start:i]
            start = i
    yield run[start:]


def _begins_anew(grid: Grid, run: Run, i: int) -> bool:
    """Tell whether another text may begin at character `i` of a run, though it stands close to the one before."""
    last, glyph = run[i - 1], run[i]
    gap = glyph.start - last.end
    if last.text.isspace():
        before = run[i - 2] if i > 1 else last
        figures = _FIGURE_ENDS.match(before.text) and _FIGURE_STARTS.match(glyph.text)
        return bool(figures) or (
            gap > _GAP * glyph.size and bisect_right(grid.xs, last.x1) != bisect_right(grid.xs, glyph.x0)
        )
    return gap > _GAP * glyph.size or gap < -_OVERLAP * glyph.size or (last.text == "%" and glyph.text.isdigit())


def _table(grid: Grid, held: dict[int, list[Run]], page: int, seen: Box, unsure: set[int]) -> Table:
    cells = []
    for number, place in enumerate(grid.places):
        cell = (
            _cell(held[number], page, seen, UNSURE if number in unsure else None)
            if number in held
            else Cell("", page, _shifted(grid.box(number), seen), engine=ENGINE)
        )
        cells.append(Placed(cell, place.row, place.column, place.row_span, place.column_span))
    edges = tuple(x - seen.x0 for x in grid.xs)
    return Table(page, len(grid.ys) - 1, len(grid.xs) - 1, tuple(cells), edges)


def _cell(runs: list[Run], page: int, seen: Box, confidence: float | None = None) -> Cell:
    """Make one cell of its runs: lines from the top, words in a line from the left."""
    text = joined(text_of(line) for line in lines_of(runs))
    return Cell(text, page, _shifted(box_of(runs), seen), confidence=confidence, engine=ENGINE)


def _shifted(box: tuple[float, float, float, float], seen: Box) -> Box:
    return Box(box[0] - seen.x0, box[1] - seen.top, box[2] - seen.x0, box[3] - seen.top)
