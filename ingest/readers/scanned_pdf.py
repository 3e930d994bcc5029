"""Reads scans: images of pages become tables of cells, each with its box, its confidence and every engine's opinion.

Here belongs the order of the work on a page and the choice among readings of one cell. Not here: pixels (`scan`), what a
column means, whether the figures agree. A figure is read by two models; where they differ a third is asked, and the
cell keeps all their opinions. A page of a mixed document whose text is exact is read exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pypdfium2

from ingest.cells import Box, Cell, Kind, Opinion, Placed, Reading, Table
from ingest.header import read_header
from ingest.profile import Profile, load_profiles
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.readers.digital_pdf import UNSURE
from ingest.readers.digital_pdf import read_page as read_exact_page
from ingest.readers.kinds import PageKind, pdf_kinds
from ingest.readers.pdf_file import open_pdf
from ingest.readers.unruled import Found, Piece, find_unruled
from ingest.scan import figures, outline, wording
from ingest.scan.engine import MOBILE, SMALL, TINY, Gray, Recognition, Recognizer, load
from ingest.scan.grid import ScanGrid, find_scan_grids
from ingest.scan.lines import Paper, Pixels, TextLine
from ingest.scan.orient import Upright, upright
from ingest.scan.page import PageImage, image_pages, pdf_page

HIDDEN_TEXT = "hidden text"
"""The engine of an opinion that a page's hidden text layer gives."""

_INSET = 0.9  # points that a rule is thick, at most, about its middle
_SURE = 0.9  # a text in a narrow column that is read with less is read again
_DOUBTFUL = 0.5  # and any other text
_SHORT = 45  # characters: a column with texts no longer, on the whole, names levels, departments, units
_HEADINGS = 5  # rows of headings that a table may have
_FIGURES = 3  # in a row, to make it a row of figures
_ENGINE_OF_RULES = "rules of the format"
"""The engine of a text that is none of the readings: what the format makes of them."""


_NOTHING = Cell("", 0)


@dataclass(frozen=True, slots=True)
class Engines:
    """The models to ask: `first` for everything, `second` for figures and doubts, `third` where those two differ."""

    first: Recognizer
    second: Recognizer
    third: Recognizer


@dataclass(slots=True)
class _Spot:
    """A place to read: its box in upright pixels, its lines, and what was read of each line, by engine."""

    box: Pixels
    lines: list[TextLine]
    read: dict[str, list[Recognition]] = field(default_factory=dict)
    blotted: bool = False

    def said(self, engine: str) -> str:
        return "\n".join(r.text for r in self.read[engine] if r.text)

    def figure(self, engine: str) -> str:
        return "".join(r.figure for r in self.read[engine])

    def confidence(self, engine: str, *, figure: bool) -> float:
        sure = [r.figure_confidence if figure else r.confidence for r in self.read[engine]]
        return min(sure, default=1.0)


def engines(threads: int = 0) -> Engines:
    """Load the models, once in a process; `threads` 0 takes every core."""
    return Engines(load(TINY, threads), load(SMALL, threads), load(MOBILE, threads))


def read(
    path: Path,
    *,
    file: str,
    progress: Callable[[int, int], None] | None = None,
    ask: Engines | None = None,
) -> Reading:
    """Read the scan at `path` (a PDF or an image), called `file` in messages; `progress` is told (pages done, pages).

    Raises:
        EncryptedDocumentError, DamagedDocumentError, DocumentTooLargeError: as their messages tell.
    """
    ask = ask or engines()
    tables: list[Table] = []
    lines: list[Cell] = []
    pages = list(_pages(path, file, ask))
    for done, look in enumerate(pages, start=1):
        page_tables, page_lines = look()
        tables += page_tables
        lines += page_lines
        if progress is not None:
            progress(done, len(pages))
    mended = _with_codes(tables, lines)
    return Reading(Kind.SCANNED_PDF, len(pages), tuple(mended), tuple(lines), engine=ask.first.name)


def _with_codes(tables: Sequence[Table], lines: Sequence[Cell]) -> list[Table]:
    """Give the tables with the codes of their rows in the order that an outline has."""
    profile = load_profiles()[0]
    root = read_header((line.text for line in lines), profile).program_code
    spots = [
        (t, n, opened)
        for t, table in enumerate(tables)
        for n, place in sorted(enumerate(table.cells), key=lambda c: (c[1].row, c[1].column))
        if place.cell.engine != EXACT and (opened := outline.opening_code(place.cell.text)) and "." in opened
        and (not figures.is_figure(opened) or opened.count(".") > 1)
    ]
    column = Counter((tables[t].cells[n].column) for t, n, _ in spots).most_common(1)
    spots = [s for s in spots if tables[s[0]].cells[s[1]].column == column[0][0]] if column else []
    if not spots:
        return list(tables)
    readings = [_code_readings(tables[t].cells[n].cell, opened) for t, n, opened in spots]
    cells = [list(table.cells) for table in tables]
    for (t, n, opened), code in zip(spots, outline.mended_codes(readings, root), strict=True):
        place = cells[t][n]
        if code != opened.rstrip("."):
            cells[t][n] = replace(place, cell=_reworded(place.cell, place.cell.text.replace(opened, code, 1)))
    return [replace(table, cells=tuple(mine)) for table, mine in zip(tables, cells, strict=True)]


def _code_readings(cell: Cell, opened: str) -> list[str]:
    others = (outline.opening_code(o.text) for o in cell.opinions)
    return list(dict.fromkeys([opened, *(o for o in others if o)]))


def _reworded(cell: Cell, text: str) -> Cell:
    """Give a cell whose text the rules of the format made of what was read; that stays among its opinions."""
    read = cell.opinions or (Opinion(cell.text, cell.engine, cell.confidence),)
    return replace(cell, text=text, engine=_ENGINE_OF_RULES, opinions=read)


def _pages(path: Path, file: str, ask: Engines) -> Iterator[Callable[[], tuple[list[Table], list[Cell]]]]:
    """Give the reading of each page, to be done when it is called."""
    with path.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    if not is_pdf:
        for frame in image_pages(path, file):
            yield lambda frame=frame: read_page(frame(), ask)  # type: ignore[misc]
        return
    for number, kind in enumerate(pdf_kinds(path, file)):
        if kind is PageKind.EXACT:
            yield lambda number=number: _exact(path, file, number)  # type: ignore[misc]
        else:
            yield lambda number=number, kind=kind: _scanned(path, file, number, kind, ask)  # type: ignore[misc]


def _exact(path: Path, file: str, number: int) -> tuple[list[Table], list[Cell]]:
    with open_pdf(path, file) as document:
        return next(read_exact_page(page) for page in document if page.page_number == number + 1)


def _scanned(path: Path, file: str, number: int, kind: PageKind, ask: Engines) -> tuple[list[Table], list[Cell]]:
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[number]
        image = pdf_page(page, number + 1, file)
        if kind is not PageKind.HIDDEN:
            return read_page(image, ask)
        text = page.get_textpage()
        left, bottom, _, top = page.get_bbox()
        del bottom

        def hidden(box: Box) -> str:
            said = text.get_text_bounded(left + box.x0, top - box.bottom, left + box.x1, top - box.top)
            return " ".join(said.split())

        return read_page(image, ask, hidden if page.get_rotation() == 0 else None)


def read_page(
    image: PageImage, ask: Engines, hidden: Callable[[Box], str] | None = None
) -> tuple[list[Table], list[Cell]]:
    """Give the tables of a page from the top and the lines of text outside them, in points of the page as displayed.

    `hidden` gives what the page's hidden text layer says inside a box.
    """
    page = upright(image, ask.first)
    paper = Paper(page.pixels, page.scale)
    grids = find_scan_grids(page.pixels, page.scale)
    spots = [[_Spot(b, paper.lines(b), blotted=paper.is_blotted(b)) for b in _cells(g, page.scale)] for g in grids]
    loose = [_Spot(line.box, [line]) for line in paper.outside([_around(g) for g in grids])]
    every = [*chain.from_iterable(spots), *loose]
    _ask(ask.first, every)
    _turn(ask.first, paper, list(chain.from_iterable(spots)))
    if not grids:
        table, rest = _unruled(page, paper, loose, ask)
        return ([table] if table is not None else []), [_line(page, s, ask) for s in rest]
    tables = [_table(page, grid, mine, ask, hidden) for grid, mine in zip(grids, spots, strict=True)]
    return tables, [_line(page, s, ask) for s in _in_order(loose)]


def _cells(grid: ScanGrid, scale: float) -> Iterator[Pixels]:
    for number in range(len(grid.grid.places)):
        x0, top, x1, bottom = grid.box(number)
        inset = _INSET * scale
        yield x0 + inset, top + inset, x1 - inset, bottom - inset


def _around(grid: ScanGrid) -> Pixels:
    boxes = [grid.box(n) for n in range(len(grid.grid.places))]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _ask(engine: Recognizer, spots: Sequence[_Spot]) -> None:
    """Let an engine read every line of `spots` that it has not read yet, in one go."""
    new = [s for s in spots if engine.name not in s.read]
    answers = iter(engine.read([line.crop for s in new for line in s.lines]))
    for spot in new:
        spot.read[engine.name] = [next(answers) for _ in spot.lines]


def _turn(engine: Recognizer, paper: Paper, spots: Sequence[_Spot]) -> None:
    """Read cells whose text stands on end, where that makes more of them than reading them level."""
    crops: list[tuple[_Spot, Gray, Gray]] = []
    for spot in spots:
        high, wide = spot.box[3] - spot.box[1], spot.box[2] - spot.box[0]
        if spot.lines and high > 1.3 * wide and wide < 4 * paper.size and (both := paper.standing(spot.box)):
            crops.append((spot, *both))
    answers = engine.read([c for _, a, b in crops for c in (a, b)])
    for number, (spot, *both) in enumerate(crops):
        pair = answers[2 * number : 2 * number + 2]
        best = max((0, 1), key=lambda i: len(pair[i].text) * pair[i].confidence)
        level = spot.read[engine.name]
        if pair[best].confidence * len(pair[best].text) > sum(r.confidence * len(r.text) for r in level):
            spot.lines = [TextLine(spot.box, both[best])]
            spot.read = {engine.name: [pair[best]]}


def _table(
    page: Upright, grid: ScanGrid, spots: Sequence[_Spot], ask: Engines, hidden: Callable[[Box], str] | None
) -> Table:
    """Make a table of a grid and of what its cells hold."""
    places = [Placed(_NOTHING, p.row, p.column, p.row_span, p.column_span) for p in grid.grid.places]
    size = len(grid.grid.ys) - 1, len(grid.grid.xs) - 1
    return _read_table(page, places, spots, size, tuple(grid.grid.xs), ask, hidden)


def _read_table(
    page: Upright,
    places: Sequence[Placed],
    spots: Sequence[_Spot],
    size: tuple[int, int],
    edges: tuple[float, ...],
    ask: Engines,
    hidden: Callable[[Box], str] | None,
) -> Table:
    """Read what the places of a table hold: headings by the words of the format, figures twice, doubts again."""
    body = _first_row_of_figures(places, spots, ask)
    heads = [(p, s) for p, s in zip(places, spots, strict=True) if p.row < body and s.lines]
    _ask(ask.second, [s for _, s in heads])
    profile = max(load_profiles(), key=lambda f: sum(wording.known(s.said(e), f) for _, s in heads for e in s.read))
    headings = _headings(page, heads, ask, profile)
    columns: dict[int, list[_Spot]] = {}
    for place, spot in zip(places, spots, strict=True):
        if place.column_span == 1 and spot.lines and place.row >= body:
            columns.setdefault(place.column, []).append(spot)
    _ask_again(columns, [s for p, s in zip(places, spots, strict=True) if p.column_span > 1 and p.row >= body], ask)
    cells = _read_columns(page, columns, ask, hidden)
    placed = tuple(
        replace(p, cell=headings.get((p.row, p.column)) or cells.get(id(s)) or _line(page, s, ask))
        for p, s in zip(places, spots, strict=True)
    )
    return Table(page.number, *size, placed, edges)


def _first_row_of_figures(places: Sequence[Placed], spots: Sequence[_Spot], ask: Engines) -> int:
    """Give the first row below the headings; 0 where a table goes on without any, or has no figures at all."""
    name = ask.first.name
    printed: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for place, spot in zip(places, spots, strict=True):
        if spot.lines:
            printed[place.row] += 1
            numbers[place.row] += figures.is_figure(spot.said(name))
    rows = (r for r in sorted(printed) if numbers[r] >= max(_FIGURES, 0.25 * printed[r]))
    first = next(rows, 0)
    return first if first <= _HEADINGS else 0


def _headings(
    page: Upright, heads: Sequence[tuple[Placed, _Spot]], ask: Engines, profile: Profile
) -> dict[tuple[int, int], Cell]:
    """Give the cells of headings, by row and column: the reading with most words of the profile, mended by it."""
    placed = []
    for place, spot in heads:
        best = max(spot.read, key=lambda e: (wording.known(spot.said(e), profile), spot.confidence(e, figure=False)))
        cell = replace(_line(page, spot, ask), text=spot.said(best), engine=best)
        text = wording.mended(cell.text, profile)
        placed.append(replace(place, cell=cell if text == cell.text else _reworded(cell, text)))
    in_order = wording.quarters_in_order(placed, profile)
    return {
        (p.row, p.column): _reworded(p.cell, text) if (text := in_order.get((p.row, p.column))) else p.cell
        for p in placed
    }


def _ask_again(columns: dict[int, list[_Spot]], bands: Sequence[_Spot], ask: Engines) -> None:
    """Read doubtful texts by the second model: those of narrow columns, which name things, at a smaller doubt."""
    name = ask.first.name
    doubtful = [s for s in bands if s.lines and s.confidence(name, figure=False) < _SURE]
    for spots in columns.values():
        short = sum(len(s.said(name)) for s in spots) <= _SHORT * len(spots)
        limit = _SURE if short else _DOUBTFUL
        doubtful += [
            s for s in spots if s.confidence(name, figure=False) < limit and not figures.is_figure(s.said(name))
        ]
    _ask(ask.second, doubtful)


def _read_columns(
    page: Upright, columns: dict[int, list[_Spot]], ask: Engines, hidden: Callable[[Box], str] | None
) -> dict[int, Cell]:
    """Read the figures of all columns twice, and a third time where two readings differ; give their cells."""
    asked = {c: [s for s in spots if _may_be_figure(s, ask, spots)] for c, spots in columns.items()}
    codes = [s for spots in columns.values() for s in spots if s.lines and _opens_with_code(s, ask)]
    _ask(ask.second, [*chain.from_iterable(asked.values()), *codes])
    cells: dict[int, Cell] = {}
    kinds = {c: _format(spots, ask) for c, spots in asked.items()}
    doubtful = [s for c, spots in asked.items() for s in spots if len(set(_texts(s, ask, kinds[c]).values())) > 1]
    _ask(ask.third, doubtful)
    for column, spots in asked.items():
        for spot in spots:
            if any(figures.is_figure(spot.said(e)) for e in spot.read):
                cells[id(spot)] = _figure(page, spot, _texts(spot, ask, kinds[column]), hidden)
    return cells


def _may_be_figure(spot: _Spot, ask: Engines, column: Sequence[_Spot]) -> bool:
    """Tell whether a cell holds a figure, or something that stands where figures do."""
    if figures.is_figure(spot.said(ask.first.name).replace("\n", "")):
        return True
    beside = sum(figures.is_figure(s.said(ask.first.name)) for s in column)
    short = len(spot.lines) == 1 and len(spot.said(ask.first.name)) <= 14
    return short and beside >= 3 and not figures.is_code(spot.said(ask.first.name))


def _opens_with_code(spot: _Spot, ask: Engines) -> bool:
    first = spot.read[ask.first.name][0].text.split(" ")[0]
    return figures.is_code(first)


def _format(spots: Sequence[_Spot], ask: Engines) -> int | None:
    """Give how many decimals the percentages of a column print; None where it is no column of percentages."""
    texts = [t for s in spots for e in s.read if figures.is_figure(t := s.figure(e))]
    return figures.decimals(texts) if figures.is_percent_column(texts) else None


def _texts(spot: _Spot, ask: Engines, places: int | None) -> dict[str, str]:
    """Give what each engine reads, with the marks that its column prints put right."""
    if places is None:
        return {e: figures.as_count(spot.figure(e)) for e in spot.read}
    return {e: figures.as_percentage(spot.figure(e), places) for e in spot.read}


def _figure(page: Upright, spot: _Spot, texts: dict[str, str], hidden: Callable[[Box], str] | None) -> Cell:
    """Make the cell of a figure: the reading that most engines share, the surest of those that equally many share."""
    sure = {e: spot.confidence(e, figure=True) for e in texts}
    votes = Counter(texts.values())
    best = max(texts, key=lambda e: (votes[texts[e]], sure[e]))
    opinions = [Opinion(t, e, sure[e]) for e, t in texts.items()]
    box = _box(page, spot)
    said = hidden(page.box(*spot.box)) if hidden is not None else ""
    if said:
        opinions.append(Opinion(said, HIDDEN_TEXT))
    confidence = UNSURE if spot.blotted else sure[best]
    return Cell(texts[best], page.number, box, confidence=confidence, engine=best, opinions=tuple(opinions))


def _line(page: Upright, spot: _Spot, ask: Engines) -> Cell:
    """Make the cell of a text: of each of its lines the surer reading."""
    if not spot.lines:
        return Cell("", page.number, page.box(*spot.box), engine=ask.first.name)
    names = list(spot.read)
    if len(names) == 1:
        text, sure = spot.said(names[0]), spot.confidence(names[0], figure=False)
        return Cell(text, page.number, _box(page, spot), confidence=sure, engine=names[0])
    best = [max(pair, key=lambda r: r.confidence) for pair in zip(*spot.read.values(), strict=True)]
    engine = max(names, key=lambda e: sum(r is b for r, b in zip(spot.read[e], best, strict=True)))
    opinions = tuple(Opinion(spot.said(e), e, spot.confidence(e, figure=False)) for e in names)
    text, sure = "\n".join(r.text for r in best if r.text), min(r.confidence for r in best)
    return Cell(text, page.number, _box(page, spot), confidence=sure, engine=engine, opinions=opinions)


def _box(page: Upright, spot: _Spot) -> Box:
    boxes = [line.box for line in spot.lines]
    return page.box(
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )


def _in_order(spots: Sequence[_Spot]) -> list[_Spot]:
    """Give lines from the top; those that stand side by side from the left."""
    rows: list[list[_Spot]] = []
    for spot in sorted(spots, key=lambda s: s.box[3]):
        if rows and spot.box[3] - rows[-1][0].box[3] < 0.4 * (spot.box[3] - spot.box[1]):
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return [s for row in rows for s in sorted(row, key=lambda s: s.box[0])]


def _unruled(page: Upright, paper: Paper, loose: list[_Spot], ask: Engines) -> tuple[Table | None, list[_Spot]]:
    """Find the table of a page without rules; give it and the lines outside it."""
    scale = page.scale
    pieces = [
        Piece(Box(*(v / scale for v in s.box)), s.said(ask.first.name), n) for n, s in enumerate(loose) if s.said(ask.first.name)
    ]
    found = find_unruled(pieces)
    if found is None:
        return None, _in_order(loose)
    held = {p.number for slot in found.slots for p in slot.pieces}
    table = _table_of(page, found, loose, ask)
    return table, _in_order([s for n, s in enumerate(loose) if n not in held])


def _table_of(page: Upright, found: Found, loose: Sequence[_Spot], ask: Engines) -> Table:
    spots = []
    for slot in found.slots:
        edges = (found.column_edges[slot.column], found.column_edges[slot.column + slot.column_span])
        rows = (found.row_edges[slot.row], found.row_edges[slot.row + 1])
        left, up, right, down = (v * page.scale for v in (edges[0], rows[0], edges[1], rows[1]))
        spots.append(_merged((left, up, right, down), [loose[p.number] for p in slot.pieces], ask))
    places = [Placed(_NOTHING, s.row, s.column, 1, s.column_span) for s in found.slots]
    size = len(found.row_edges) - 1, len(found.column_edges) - 1
    return _read_table(page, places, spots, size, found.column_edges, ask, None)


def _merged(box: Pixels, spots: Sequence[_Spot], ask: Engines) -> _Spot:
    """Make one place of the pieces of text that share a cell."""
    ordered = _in_order(spots)
    lines = [line for s in ordered for line in s.lines]
    return _Spot(box, lines, {ask.first.name: [r for s in ordered for r in s.read[ask.first.name]]})
