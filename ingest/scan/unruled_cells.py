"""Figures of a scanned table without rules, cut out of the paper anew once its rows and columns are known.

Lines were found before that: a figure between two lines of the text beside it may have been lost among them, a stamp
taken for a part of it. Here belongs what the place of a figure asks for. Not here: where rows and columns are
(`unruled_scan`), how print is told from stamps (`stamps`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from statistics import median

from ingest.cells import Placed
from ingest.scan import figures
from ingest.scan.lines import Paper, TextLine
from ingest.scan.spots import Engines, Spot, ask_lines
from ingest.scan.stamps import beneath, depth_of

_FIGURES = 3  # in a row, to tell where its figures stand
_ABOVE, _BELOW = 1.2, 0.5  # of the type size: farther from its base line a figure has nothing
_NEAR = 0.45  # of the type size: lines of one figure differ by less
_LEADING = 1.9  # of the type size: lines of one figure are no farther apart
_OFF = 0.2  # of the type size: figures of a row stand at one height
_BEYOND = 0.35  # of the type size: print that goes farther beyond a piece is a digit more
_FEW = 2  # figures of a column on a page: fewer do not tell that it is one of figures

Cells = Sequence[tuple[Placed, Spot]]


def cut_figures(
    paper: Paper,
    stained: Paper,
    places: Sequence[Placed],
    spots: Sequence[Spot],
    columns: Collection[int],
    ask: Engines,
) -> None:
    """Cut the cells of `columns`, which hold figures, out of the paper where they are no single figures, and mark those
    that a stamp or a pen reaches into on the `stained` one.
    """
    name = ask.first.name
    cells = [
        (p, s) for p, s in zip(places, spots, strict=True) if p.column_span == 1 and p.column in columns
    ]  # fmt: skip
    bases = _bases(cells, name)
    new: list[Spot] = []
    stamped: list[tuple[Spot, float]] = []
    longer: list[tuple[Spot, list[TextLine], Spot]] = []
    held = Counter(p.column for p, s in cells if p.row in bases and _is_single(s, name))
    for place, spot in cells:
        base = bases.get(place.row)
        if base is None:
            continue
        x0, _, x1, _ = spot.box
        box = x0, base - _ABOVE * paper.size, x1, base + _BELOW * paper.size
        lines = [line for line in paper.lines(box) if abs(line.base - base) < _NEAR * paper.size]
        whole = (
            _is_single(spot, name) and not _is_wider(lines, spot, paper.size) and not _is_off(spot, base, paper.size)
        )
        if not _is_broken(spot, base, paper.size, name):
            if spot.blotted or not whole:
                spot.lines, spot.read = lines, {}
                new.append(spot)
            if lines and (others := _around(paper, spot, base)):
                longer.append((spot, lines, Spot(spot.box, others)))
        spot.blotted |= stained.is_blotted(box)
        if spot.blotted and held[place.column] < _FEW:
            stamped.append((spot, base))
    ask_lines(ask.first, [rest for _, _, rest in longer])
    for spot, lines, rest in longer:
        if all(figures.is_figure(r.text) for r in rest.read[name]):
            spot.lines, spot.read = sorted([*lines, *rest.lines], key=lambda line: line.base), {}
            new.append(spot)
    ask_lines(ask.first, new)
    _look_beneath(paper, stamped, depth_of([s.lines[0].crop for _, s in cells if _is_single(s, name)]), ask)


def _bases(cells: Cells, name: str) -> dict[int, float]:
    """Give the base line of the figures of each row that has some."""
    rows: dict[int, list[float]] = {}
    for place, spot in cells:
        if _is_single(spot, name):
            rows.setdefault(place.row, []).append(spot.lines[0].base)
    return {row: median(mine) for row, mine in rows.items() if len(mine) >= _FIGURES}


def _is_single(spot: Spot, name: str) -> bool:
    return len(spot.lines) == 1 and figures.is_figure(spot.said(name))


def _is_wider(lines: Sequence[TextLine], spot: Spot, size: float) -> bool:
    """Tell whether the print in a cell goes beyond the piece of it that was read."""
    x0, _, x1, _ = spot.lines[0].box
    return any(line.box[0] < x0 - _BEYOND * size or line.box[2] > x1 + _BEYOND * size for line in lines)


def _is_off(spot: Spot, base: float, size: float) -> bool:
    """Tell whether a figure was cut out with a text beside it, at the height of that text's line."""
    return abs(spot.lines[0].base - base) > _OFF * size


def _is_broken(spot: Spot, base: float, size: float, name: str) -> bool:
    """Tell whether a cell holds figures in several lines: one that was too wide for it goes on in the next."""
    return len(spot.lines) > 1 and all(
        figures.is_figure(r.text) and (abs(line.base - base) > _NEAR * size or n == 0)
        for n, (line, r) in enumerate(zip(spot.lines, spot.read[name], strict=True))
    )


def _around(paper: Paper, spot: Spot, base: float) -> list[TextLine]:
    """Give what is printed right above or below the figure of a cell: one that is too wide goes on in the next line."""
    x0, top, x1, bottom = spot.box
    reach = _LEADING * paper.size
    box = x0, max(top, base - reach - _ABOVE * paper.size), x1, min(bottom, base + reach + _BELOW * paper.size)
    return [line for line in paper.lines(box) if _NEAR * paper.size <= abs(line.base - base) <= reach]


def _look_beneath(paper: Paper, stamped: Sequence[tuple[Spot, float]], print_depth: float, ask: Engines) -> None:
    """Read stamped cells of columns that have no other figure on the page, with the stamp lifted off them."""
    for spot, base in stamped:
        lines = [line for line in beneath(paper, spot.box, base, print_depth) if line is not None]
        looks = [Spot(spot.box, [line]) for line in lines]
        for engine in (ask.first, ask.second):
            ask_lines(engine, looks)
        read = [look for look in looks if figures.is_figure(look.said(ask.first.name))]
        if read:
            spot.lines, spot.read = read[0].lines, read[0].read
            for number, look in enumerate(read[1:], start=2):
                spot.read |= {f"{engine}, look {number}": found for engine, found in look.read.items()}
