"""Figures under stamps: what is printed in a cell that a stamp or a pen crosses.

Here belongs how print is told from what was put on it: print is finer, as dark as the print of the other cells, and
it stands on the base line of its row. Not here: lines of text that nothing covers (`lines`), which reading to believe.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import median

import cv2
import numpy as np

from ingest.cells import Placed
from ingest.scan import figures
from ingest.scan.engine import Gray
from ingest.scan.ink import components, depth, ink
from ingest.scan.lines import Paper, Pixels, TextLine
from ingest.scan.spots import Engines, Spot, ask_lines

_RISE, _FALL, _SIDE = 1.0, 0.3, 0.32  # of the type size: what a crop takes about the base line and beside the text
_BROAD = ((1.4, 0.22), (2.5, 0.4))  # points, and shares of the type size: broader strokes are no print
_STRENGTHENED = 4.0  # times, at most: print on a stamp
_OFF = 0.5  # of the type size: a figure so far off the base line of its row is none of the row
_NEAR = 0.3  # of the type size: a line so near to it stands on the base line of its row
_DARK_ENOUGH = 0.9  # of the depth of print: so dark is a line that may be print, though all of it is broad
_HIGH = 0.7  # of the type size: digits
_EDGE = 0.12  # of the type size: print so near a rule runs into it
_PRINTED = 0.4  # of the height of digits
_INKED = 0.15  # of the height of digits: a thin stroke of one
_FEW = 2  # figures of a row tell where its figures stand
_FAINT = (0.45, 0.75)  # of the depth of print: what is fainter is none; so faint are strokes of a stamp, at most


def look_beneath(
    paper: Paper, places: Sequence[Placed], spots: Sequence[Spot], body: int, ask: Engines, whole: Paper | None = None
) -> None:
    """Read stamped cells among figures where the figures of their row stand, with the stamp lifted off them.

    `whole` is the page with the coloured ink that `paper` lacks: what was lifted by its colour is looked at there, too.
    A figure that stands higher or lower than the others of its row is of a stamp, too: its cell becomes a stamped one.
    """
    cells = [
        (p, s) for p, s in zip(places, spots, strict=True)
        if p.row >= body and p.column_span == p.row_span == 1 and (s.lines or s.blotted)
    ]  # fmt: skip
    printed = [(p, s) for p, s in cells if not s.blotted and len(s.lines) == 1]
    sure = [(p, s) for p, s in printed if figures.is_figure(s.said(ask.first.name))]
    bases = _Bases(sure)
    columns = {c for c in bases.columns if _mostly(c, sure, printed)}
    _find_more(paper, cells, sure, bases, columns)
    print_depth = depth_of([s.lines[0].crop for _, s in sure])
    stamped: list[tuple[Spot, list[Spot]]] = []
    for place, spot in cells:
        base = bases.at(place)
        if spot.blotted and place.column in columns and base is not None:
            seen = beneath(paper, spot.box, base, print_depth)
            if whole is not None and spot.coloured:
                seen += beneath(whole, spot.box, base, print_depth)
            own = [line for line in spot.lines if abs(line.base - base) < _NEAR * paper.size]
            # What is too faint for print is no reason to see any.
            is_dark = any(seen[:2]) or depth_of([line.crop for line in own]) >= _DARK_ENOUGH * print_depth
            hidden = _between_edges(paper, spot.box, base) if is_dark else None
            lines = [line for line in (*seen, *own, hidden) if line is not None] if is_dark else []
            spot.lines, spot.read = lines[:1], {} if lines else {ask.first.name: [], ask.second.name: []}
            stamped.append((spot, [Spot(spot.box, [line]) for line in lines[1:]]))
    for engine in (ask.first, ask.second):
        ask_lines(engine, [s for spot, others in stamped for s in (spot, *others)])
    for spot, others in stamped:
        for number, other in enumerate(others, start=2):
            spot.read.update({f"{engine}, look {number}": read for engine, read in other.read.items()})


def _find_more(
    paper: Paper,
    cells: Sequence[tuple[Placed, Spot]],
    sure: Sequence[tuple[Placed, Spot]],
    bases: _Bases,
    columns: Collection[int],
) -> None:
    """Mark as stamped what is no figure beside a stamped cell, and figures off the base line of their row."""
    stamped = {(p.row, p.column) for p, s in cells if s.blotted}
    figure_like = {id(s) for _, s in sure}
    for place, spot in cells:
        beside = any((place.row + i, place.column + j) in stamped for i in (-1, 0, 1) for j in (-1, 0, 1))
        if id(spot) not in figure_like:
            spot.blotted |= beside and place.column in columns
        elif (at := bases.at(place)) is not None:
            spot.blotted |= abs(spot.lines[0].base - at) > _OFF * paper.size


def is_cut(paper: Paper, spot: Spot) -> bool:
    """Tell whether the print of a cell with one line runs into the cell's edge: a digit may be lost there.

    A remnant of the rule itself goes on above and below the line.
    """
    if len(spot.lines) != 1:
        return False
    x0, x1 = max(0, round(spot.box[0])), round(spot.box[2])
    base, size = spot.lines[0].base, paper.size
    up, down = max(0, round(base - _HIGH * size)), round(base)
    top, bottom = max(0, round(spot.box[1]), round(up - size)), min(round(spot.box[3]), round(down + size))
    wide = max(2, round(_EDGE * size))
    for strip in (paper.ink[top:bottom, x0 : x0 + wide], paper.ink[top:bottom, x1 - wide : x1]):
        filled = np.asarray(strip.any(axis=1), np.bool_)
        here = filled[max(0, up - top) : down - top]
        beside = np.concatenate((filled[: max(0, up - top - 2)], filled[down - top + 3 :]))
        if not here.size or not beside.size:
            continue
        if here.mean() > _PRINTED and beside.mean() < 0.5 * _PRINTED:
            return True
    return False


class _Bases:
    """Where the figures of a table stand: each row has its base line, from which a column may keep a distance."""

    def __init__(self, cells: Sequence[tuple[Placed, Spot]]) -> None:
        rows: dict[int, list[float]] = {}
        for place, spot in cells:
            rows.setdefault(place.row, []).append(spot.lines[0].base)
        self._rows = {row: median(bases) for row, bases in rows.items()}
        columns: dict[int, list[float]] = {}
        for place, spot in cells:
            columns.setdefault(place.column, []).append(spot.lines[0].base - self._rows[place.row])
        self._columns = {column: median(offs) for column, offs in columns.items()}
        self._rows = {row: base for row, base in self._rows.items() if len(rows[row]) >= _FEW}

    @property
    def columns(self) -> set[int]:
        """The columns in which a figure stands."""
        return set(self._columns)

    def at(self, place: Placed) -> float | None:
        """Give the base line of a figure at `place`, or None where too few others of its row tell it."""
        base = self._rows.get(place.row)
        return None if base is None else base + self._columns.get(place.column, 0.0)


def _mostly(column: int, sure: Sequence[tuple[Placed, Spot]], printed: Sequence[tuple[Placed, Spot]]) -> bool:
    """Tell whether most of what is printed in a column is figures."""
    return 2 * sum(p.column == column for p, _ in sure) > sum(p.column == column for p, _ in printed)


def depth_of(crops: Sequence[Gray]) -> float:
    """Give how much darker than paper print is in most of `crops`, in grey levels; 0 where there are none."""
    found = [depth(crop) for crop in crops if crop.size]
    return median(found) if found else 0.0


def beneath(paper: Paper, box: Pixels, base: float, print_depth: float) -> tuple[TextLine | None, ...]:
    """Give the line that stands on `base` in a stamped cell, without strokes that are broader than those of print.

    That is: without broad strokes, without very broad ones, and without broad ones but with what is fainter than
    print, whose depth is `print_depth`. None stands for a look at which nothing is left there.
    """
    x0, x1 = max(0, round(box[0])), round(box[2])
    margin = round(1.2 * paper.size)
    up, down = max(0, round(base - _RISE * paper.size)), round(base + _FALL * paper.size)
    top = max(0, up - margin)
    band = paper.pixels[top : down + margin, x0:x1]
    if not band[up - top : down - top].size:
        return None, None, None
    fine, broad = (
        _lifted(band, round(max(points * paper.scale, share * paper.size)) | 1)[up - top : down - top]
        for points, share in _BROAD
    )
    return tuple(_line(paper, seen, x0, base) for seen in (_alone(fine, print_depth), _alone(broad, print_depth), fine))


def _lifted(band: Gray, broad: int) -> Gray:
    """Give a band without strokes broader than `broad` pixels; what is printed on them gets its full contrast back."""
    paper, black = float(np.median(band)), float(np.percentile(band, 0.5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (broad, broad))
    stamp = cv2.GaussianBlur(cv2.morphologyEx(band, cv2.MORPH_CLOSE, kernel), (0, 0), 0.7).astype(np.float32)
    full = (paper - black) / np.maximum(stamp - black, max(1.0, (paper - black) / _STRENGTHENED))
    return np.asarray(np.clip(paper - np.clip(stamp - band, 0, None) * full, 0, paper), np.uint8)


def _alone(seen: Gray, print_depth: float) -> Gray:
    """Give a lifted line without what is too faint for print, and what goes on above or below as no figure does.

    Where a digit hangs on such a stroke, what is darker than the stroke is kept.
    """
    level = float(np.median(seen))
    deep = level - seen.astype(np.float32)
    kept = np.zeros(seen.shape, np.uint8)
    for share in _FAINT:
        marks = ((deep > share * print_depth) & (kept == 0)).astype(np.uint8)
        labels, stats = components(marks)
        y, h = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
        inside = (y > 0) & (y + h < seen.shape[0])
        inside[0] = False
        kept |= inside.astype(np.uint8)[labels]
    around = cv2.dilate(kept, np.ones((5, 5), np.uint8))
    return np.asarray(np.where(around > 0, seen, np.uint8(level)), np.uint8)


def _between_edges(paper: Paper, box: Pixels, base: float) -> TextLine | None:
    """Give all that stands on `base` in a cell, as it is: digits that hang on a stroke are taken for no letters."""
    up, down = max(0, round(base - _RISE * paper.size)), round(base + _FALL * paper.size)
    x0, x1 = max(0, round(box[0])), round(box[2])
    band = paper.ink[max(0, round(base - _HIGH * paper.size)) : round(base), x0:x1]
    across = np.flatnonzero(band.sum(axis=0) >= _INKED * max(1, len(band)))
    if not len(across):
        return None
    side = round(_SIDE * paper.size)
    a, b = max(0, int(across[0]) - side), int(across[-1]) + 1 + side
    at = (x0 + float(across[0]), base - 0.75 * paper.size, x0 + float(across[-1]) + 1, base + 0.05 * paper.size)
    return TextLine(at, base, np.ascontiguousarray(paper.pixels[up:down, x0 + a : min(x1, x0 + b)]))


def _line(paper: Paper, seen: Gray, x0: int, base: float) -> TextLine | None:
    seen = np.ascontiguousarray(seen)
    mask = paper.letters(ink(seen, int(11 * paper.scale), 30))
    across = np.flatnonzero(mask.any(axis=0))
    if not len(across):
        return None
    side = round(_SIDE * paper.size)
    a, b = max(0, int(across[0]) - side), int(across[-1]) + 1 + side
    at = (x0 + float(across[0]), base - 0.75 * paper.size, x0 + float(across[-1]) + 1, base + 0.05 * paper.size)
    return TextLine(at, base, np.ascontiguousarray(seen[:, a:b]))
