"""Reads scans: images of pages become tables of cells, each with its box, its confidence and every engine's opinion.

Here belongs the order of the work on a document and on a page. Not here: pixels and readings (`scan`), what a column
means, whether the figures agree. A page of a mixed document whose text is exact is read exactly.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from threading import Lock

import pypdfium2

from ingest.cells import Box, Cell, Kind, Placed, Reading, Table
from ingest.header import read_header
from ingest.headings import find_layout
from ingest.profile import load_profiles
from ingest.readers.digital_pdf import read_page as read_exact_page
from ingest.readers.kinds import PageKind
from ingest.readers.pdf_file import open_pdf
from ingest.readers.pieces import lines_of
from ingest.readers.unruled import Found
from ingest.readers.unruled_rows import holds_several_rows
from ingest.readers.unruled_setting import lines_of_figures
from ingest.scan.colour import cleared, without_marks
from ingest.scan.fills import without_dark_fills
from ingest.scan.grid import Ruling, ScanGrid, find_ruling
from ingest.scan.lines import Paper, Pixels
from ingest.scan.names import with_names
from ingest.scan.orient import Upright, upright
from ingest.scan.page import PageImage, enlarged, image_pages, pdf_page
from ingest.scan.repeated import with_repeated_headings
from ingest.scan.rings import without_rings
from ingest.scan.row_codes import with_codes
from ingest.scan.spots import (
    Engines,
    Hidden,
    Spot,
    ask_lines,
    engines,
    in_order,
    text_cell,
    turn_standing,
)
from ingest.scan.tables import read_table
from ingest.scan.told_by_figures import with_told_columns
from ingest.scan.told_by_order import with_ordered_columns
from ingest.scan.unruled_pages import found_together
from ingest.scan.unruled_scan import Unruled, read_unruled

Page = tuple[list[Table], list[Cell], Unruled | None]
"""The tables of a page, the lines outside them, and what a table without rules was found by."""
Look = Callable[[Found | None, bool], Page]
"""Reads a page with the table that other pages told of it, or with its small print enlarged."""

_INSET = 0.9  # points that a rule is thick, at most, about its middle
_SURE = 0.9  # a line above the tables that is read with less is read again
_NOTHING = Cell("", 0)
_FEW_ROWS = 2  # of figures, to look at a page without a table again
_FEW_COLUMNS = 6  # a report of indicators has more
_LEAST_SIDE = 48  # pixels: a page of less holds no table
_MOST_CORES = 4  # a page that is read takes up to 300 MB
_PDFIUM = Lock()  # the library is not safe to use from two threads at once


def read(
    path: Path,
    *,
    file: str,
    kinds: Sequence[PageKind] | None = None,
    progress: Callable[[int, int], None] | None = None,
    ask: Engines | None = None,
    cores: int | None = None,
) -> Reading:
    """Read the scan at `path`, called `file` in messages: a PDF with pages of these `kinds`, or an image.

    As many pages are read at the same time as there are `cores`, by default all that this process may use.
    `progress` is told (pages done, pages).

    Raises:
        DamagedDocumentError, TooCostlyError: as their messages tell.
    """
    cores = cores or _cores()
    ask = ask or engines(cores)
    looks = list(_pages(path, file, kinds, ask))
    pool = ThreadPoolExecutor(cores, thread_name_prefix="page")
    read_pages: list[Page] = []
    try:
        for done, page in enumerate(pool.map(lambda look: look(None, False), looks), start=1):
            read_pages.append(page)
            if progress is not None:
                progress(done, len(looks))
        again = _told_by_others(read_pages)
        read_pages = list(
            pool.map(lambda n: looks[n](again[n], False) if n in again else read_pages[n], range(len(looks)))
        )
        tables, lines = _headed(read_pages)
        if unread := _unread(read_pages, tables):
            closer = dict(zip(unread, pool.map(lambda n: looks[n](None, True), unread), strict=True))
            read_pages = [closer[n] if n in closer and closer[n][0] else page for n, page in enumerate(read_pages)]
            tables, lines = _headed(read_pages)
    finally:
        pool.shutdown(cancel_futures=True)
    tables, lines = with_names(with_codes(tables, lines), lines)
    return Reading(Kind.SCANNED_PDF, len(looks), tuple(tables), tuple(lines), engine=ask.first.name)


def _headed(pages: Sequence[Page]) -> tuple[list[Table], list[Cell]]:
    """Give the tables of all pages, with the headings that their figures or other pages tell, and the lines outside."""
    profile = load_profiles()[0]
    lines = [line for _, page_lines, _ in pages for line in page_lines]
    tables = with_repeated_headings([table for page_tables, _, _ in pages for table in page_tables], profile)
    quarter = read_header((line.text for line in lines), profile).quarter
    return with_ordered_columns(with_told_columns(tables, profile, quarter), profile, quarter), lines


def _unread(pages: Sequence[Page], tables: Sequence[Table]) -> list[int]:
    """Give the places of pages with rows of figures and no table; of all pages with tables, where none has headings."""
    is_known = any(find_layout(table, load_profiles()[0]) is not None for table in tables)
    return [
        n
        for n, (found, _, seen) in enumerate(pages)
        if (found and not is_known)
        or (not found and seen is not None and len(lines_of_figures(lines_of(seen.text.pieces))) >= _FEW_ROWS)
    ]


def _pages(path: Path, file: str, kinds: Sequence[PageKind] | None, ask: Engines) -> Iterator[Look]:
    """Give the reading of each page, to be done when it is called with the table that other pages told of it."""
    if kinds is None:
        for frame in image_pages(path, file):
            yield lambda told, closer, frame=frame: _looked_at(frame(), ask, None, told, closer)  # type: ignore[misc]
        return
    for number, kind in enumerate(kinds):
        if kind is PageKind.EXACT:
            yield lambda _, __, number=number: _exact(path, file, number)  # type: ignore[misc]
        else:
            yield lambda told, closer, number=number, kind=kind: _scanned(  # type: ignore[misc]
                path, file, number, kind, ask, told, closer
            )


def _told_by_others(pages: Sequence[Page]) -> dict[int, Found]:
    """Give the tables without rules that are found better when all pages are looked at, by the place of their page."""
    places = {seen.text.page: n for n, (_, _, seen) in enumerate(pages) if seen is not None}
    unruled = [seen for _, _, seen in pages if seen is not None]
    own = {seen.text.page: seen.found for seen in unruled if seen.found is not None}
    settled = {seen.text.page for seen in unruled if seen.settled}
    together = found_together([s.text for s in unruled], own)
    return {places[page]: found for page, found in together.items() if page not in settled}


def _cores() -> int:
    return min(_MOST_CORES, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _exact(path: Path, file: str, number: int) -> Page:
    with _PDFIUM, open_pdf(path, file) as document:
        return *next(read_exact_page(page) for page in document if page.page_number == number + 1), None


def _scanned(
    path: Path, file: str, number: int, kind: PageKind, ask: Engines, told: Found | None, closer: bool
) -> Page:
    with ExitStack() as closing:
        with _PDFIUM:
            pdf = pypdfium2.PdfDocument(path)
            closing.callback(_closed, pdf)
            page = pdf[number]
            image = pdf_page(page, number + 1, file)
            text = page.get_textpage()
            left, _, _, top = page.get_bbox()
            has_hidden = kind is PageKind.HIDDEN and page.get_rotation() == 0

        def hidden(box: Box) -> str:
            with _PDFIUM:
                said = text.get_text_bounded(left + box.x0, top - box.bottom, left + box.x1, top - box.top)
            return " ".join(said.split())

        return _looked_at(image, ask, hidden if has_hidden else None, told, closer)


def _closed(pdf: pypdfium2.PdfDocument) -> None:
    with _PDFIUM:
        pdf.close()


def _looked_at(image: PageImage, ask: Engines, hidden: Hidden | None, told: Found | None, closer: bool) -> Page:
    """Read a page, `closer` with small print enlarged; one that has none gives nothing then."""
    seen = enlarged(image) if closer else image
    return ([], [], None) if seen is None else read_page(seen, ask, hidden, told)


def read_page(image: PageImage, ask: Engines, hidden: Hidden | None = None, told: Found | None = None) -> Page:
    """Give the tables of a page from the top and the lines of text outside them, in points of the page as displayed.

    `hidden` gives what the page's hidden text layer says inside a box; `told` is the table without rules that other
    pages told of.
    """
    if min(image.pixels.shape) < _LEAST_SIDE:
        return [], [], None
    page = _without_fills(upright(image, ask.first))
    paper = Paper(page.pixels, page.scale)
    ruling = _ruling(page, paper)
    if page.lifted is not None and not ruling.grids:
        page = replace(page, pixels=without_marks(page.pixels, page.lifted, paper.size))
        paper = Paper(page.pixels, page.scale)
        ruling = find_ruling(page.pixels, page.scale, paper.ink)
    grids = ruling.grids
    if grids:
        paper = paper.sized_by([_around(g) for g in grids])
    stained = paper
    if not grids and (free := without_rings(page.pixels, paper.ink, paper.size)) is not page.pixels:
        page = replace(page, pixels=free)
        paper = Paper(free, page.scale, paper.size)
    boxes = [list(_cells(g, page.scale)) for g in grids]
    clear: set[Pixels] = set()
    covered = paper
    if page.lifted is not None and grids:
        paper, clear = cleared(paper, page.lifted, [(g.grid.places, b) for g, b in zip(grids, boxes, strict=True)])
    spots = [
        [Spot(b, paper.lines(b), blotted=b in clear or paper.is_blotted(b), coloured=b in clear) for b in mine]
        for mine in boxes
    ]
    has_rules = ruling.down or ruling.across or ruling.sides
    around = Paper(ruling.lifted(page.pixels, page.scale), page.scale, paper.size) if has_rules else paper
    loose = [Spot(line.box, [line]) for line in around.outside([_around(g) for g in grids])]
    ask_lines(ask.first, [*chain.from_iterable(spots), *loose])
    if not grids:
        unruled = read_unruled(page, around if ruling.sides else paper, stained, loose, ask, told, ruling.sides)
        if unruled[0] or not ruling.sides:
            return unruled
        # What goes down the page may be strokes of pens and stamps, and no rules.
        return read_unruled(page, paper, stained, _all_lines(paper, ask), ask, told)
    if max(len(g.grid.xs) for g in grids) <= _FEW_COLUMNS:
        # Rules between rows and streaks down the page make a grid that is none of the table's.
        unruled = read_unruled(page, paper, stained, _all_lines(around, ask), ask, told)
        if unruled[0]:
            return unruled
    if any(holds_several_rows([s.said(ask.first.name) for s in mine]) for mine in spots):
        # Nothing but the table's frame and its headings has rules across: those down it part its columns.
        framed = replace(ruling, grids=[], sides=tuple(c for g in grids for c in g.columns))
        lifted = Paper(framed.lifted(page.pixels, page.scale), page.scale, paper.size)
        unruled = read_unruled(page, lifted, stained, _all_lines(lifted, ask), ask, told, framed.sides)
        if unruled[0]:
            return unruled
    turn_standing(ask.first, paper, list(chain.from_iterable(spots)))
    top = min(_around(g)[1] for g in grids)
    ask_lines(ask.second, [s for s in loose if s.box[3] < top and s.confidence(ask.first.name, figure=False) < _SURE])
    tables = []
    for grid, mine in zip(grids, spots, strict=True):
        places = [Placed(_NOTHING, p.row, p.column, p.row_span, p.column_span) for p in grid.grid.places]
        size = len(grid.grid.ys) - 1, len(grid.grid.xs) - 1
        tables.append(read_table(page, paper, places, mine, size, tuple(grid.grid.xs), ask, hidden, covered))
    return tables, [text_cell(page, s, ask) for s in in_order(loose)], None


def _all_lines(paper: Paper, ask: Engines) -> list[Spot]:
    """Give all lines of a page, as if it had no grid."""
    lines = [Spot(line.box, [line]) for line in paper.outside([])]
    ask_lines(ask.first, lines)
    return lines


def _without_fills(page: Upright) -> Upright:
    """Give a page with what is printed light on dark printed dark."""
    pixels, fills = without_dark_fills(page.pixels, page.scale)
    if page.lifted is not None:
        for x0, top, x1, bottom in fills:
            page.lifted[top:bottom, x0:x1] = pixels[top:bottom, x0:x1]
    return replace(page, pixels=pixels)


def _ruling(page: Upright, paper: Paper) -> Ruling:
    """Find the rules of a page, also below coloured ink: where rules themselves are coloured fewer cells are found."""
    found = find_ruling(page.pixels, page.scale, paper.ink)
    if page.lifted is None or not found.grids:
        return found
    below = find_ruling(page.lifted, page.scale)
    return max(found, below, key=lambda r: sum(len(g.grid.places) for g in r.grids))


def _cells(grid: ScanGrid, scale: float) -> Iterator[Pixels]:
    for number in range(len(grid.grid.places)):
        x0, top, x1, bottom = grid.box(number)
        inset = _INSET * scale
        yield x0 + inset, top + inset, x1 - inset, bottom - inset


def _around(grid: ScanGrid) -> Pixels:
    boxes = [grid.box(n) for n in range(len(grid.grid.places))]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
