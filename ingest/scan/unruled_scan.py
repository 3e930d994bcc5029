"""A page of a scan whose table has no rules: lines of text become rows and columns by what stands where.

Here belongs the way from lines on paper to the pieces that `find_unruled` takes, and back to cells. Not here: the
geometry of alignment (`readers.unruled`), tables with rules (`grid`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.cells import Box, Cell, Placed, Table
from ingest.readers.pieces import PageText, Piece
from ingest.readers.unruled import Found, find_unruled
from ingest.scan import figures
from ingest.scan.lines import Paper
from ingest.scan.orient import Upright
from ingest.scan.spots import Engines, Spot, ask_lines, in_order, merged, text_cell
from ingest.scan.tables import read_table

_FIGURES = 3  # on a line, to make it the line of figures of a row
_SURE = 0.9  # a line above the tables that is read with less is read again
_BLUR = 0.25  # of the type size: a heading may reach that far over the next column
_NOTHING = Cell("", 0)


def read_unruled(page: Upright, paper: Paper, loose: list[Spot], ask: Engines) -> tuple[list[Table], list[Cell]]:
    """Find the table of a page without rules; give it and the lines outside it."""
    parted = _parted(paper, loose, ask)
    found = _found(page, paper, parted, ask)
    if found is None and len(parted) != len(loose):
        parted, found = loose, _found(page, paper, loose, ask)
    loose = parted
    ask_lines(ask.second, [s for s in loose if s.confidence(ask.first.name, figure=False) < _SURE])
    scale = page.scale
    if found is None:
        return [], [text_cell(page, s, ask) for s in in_order(loose)]
    held = {p.number for slot in found.slots for p in slot.pieces}
    spots = []
    for slot in found.slots:
        edges = (found.column_edges[slot.column], found.column_edges[slot.column + slot.column_span])
        ends = (found.row_edges[slot.row], found.row_edges[slot.row + 1])
        left, up, right, down = (v * scale for v in (edges[0], ends[0], edges[1], ends[1]))
        spots.append(merged((left, up, right, down), [loose[p.number] for p in slot.pieces], ask))
    places = [Placed(_NOTHING, s.row, s.column, 1, s.column_span) for s in found.slots]
    size = len(found.row_edges) - 1, len(found.column_edges) - 1
    table = read_table(page, paper, places, spots, size, found.column_edges, ask, None)
    outside = in_order([s for n, s in enumerate(loose) if n not in held])
    return [table], [text_cell(page, s, ask) for s in outside]


def _found(page: Upright, paper: Paper, loose: Sequence[Spot], ask: Engines) -> Found | None:
    """Find rows and columns among lines of text."""
    scale, name = page.scale, ask.first.name
    rows = _figure_rows(paper, loose, name)
    inset = _BLUR * paper.size
    boxes = []
    for spot in loose:
        x0, y0, x1, y1 = spot.box
        above = bool(rows) and spot.lines[0].base < rows[0] - paper.size
        boxes.append(Box((x0 + inset * above) / scale, y0 / scale, (x1 - inset * above) / scale, y1 / scale))
    said = [figures.as_printed(s.said(name)) for s in loose]
    pieces = tuple(Piece(box, text, n) for n, (box, text) in enumerate(zip(boxes, said, strict=True)) if text)
    return next(iter(find_unruled([PageText(page.number, pieces, words=False)])), None)


def _parted(paper: Paper, loose: list[Spot], ask: Engines) -> list[Spot]:
    """Part lines that run over the white gap between two columns, which may be as narrow as that between words."""
    name = ask.first.name
    rows = _figure_rows(paper, loose, name)
    if not rows:
        return loose
    first, last = rows[0] - paper.size, rows[-1] + 3.5 * paper.size
    gutters = paper.gutters(first, last)
    kept, new = [], []
    for spot in loose:
        line = spot.lines[0]
        inside = first <= line.base <= last + 4 * paper.size
        parts = paper.parted(line, gutters) if inside else [line]
        if len(parts) > 1:
            new += [Spot(part.box, [part]) for part in parts]
        else:
            kept.append(spot)
    ask_lines(ask.first, new)
    return [*kept, *new]


def _figure_rows(paper: Paper, loose: Sequence[Spot], name: str) -> list[float]:
    """Give the base lines of figures that stand beside others, from the top."""
    heights = sorted(s.lines[0].base for s in loose if figures.is_figure(s.said(name)))
    return [h for h in heights if sum(abs(h - other) < 0.4 * paper.size for other in heights) >= _FIGURES]
