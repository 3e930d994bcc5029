"""Coloured ink on a page whose print is dark: stamps, signatures and marks of a pen, lifted by their hue.

Here belongs which ink is coloured, the page without it, and the cells that are read so. Print under such ink stays dark
in the lightest of the three channels. Print in colour stays, too: a cell is cleared only where ink runs into it or is
larger than letters, and not where the print of its row or its column is coloured. Not here: stamps in grey (`stamps`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import compress
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ingest.readers.ruling import Place
from ingest.scan.engine import Gray
from ingest.scan.ink import Mask, components
from ingest.scan.lines import Paper, Pixels, is_blot

Colours = npt.NDArray[np.uint8]
"""A coloured image: rows by columns by blue, green and red."""

_STEP = 8  # pixels: what is looked at first is one of so many, both ways
_FAINT, _TINTED = 16, 30  # between the lightest and the darkest channel: a faint part of a mark, and a mark
_ANY = 5e-5  # of the pixels of a page: less coloured ink is none
_STRONG, _CORE = 0.95, 0.6  # of the pixels of a mark, and of their colour there: the middle of its strokes
_DEEP = 0.5  # of those: what is darker is uneven, or print
_MOST = 1.5  # times as dark as it is coloured: darker ink would take print with it
_BESIDE = np.ones((5, 5), np.uint8)  # pixels: colours are kept less finely than light and dark are
_AROUND = np.ones((3, 3), np.uint8)  # pixels: the fringes that a scanner leaves at black print are thinner
_LIFTED = 25  # grey levels: what gets so much lighter was coloured
_LARGER, _SOLID = 1.5, 0.6  # of the type size; of its box: a fill covers more
_FILL = 0.9  # of the edge of a cell that is filled with colour
_PRINT = 0.5  # of the ink of a cell: where more is coloured, its print is


def without_coloured_ink(page: Colours) -> Gray | None:
    """Give a page in grey with its coloured ink lifted, or None where it has none."""
    some = page[::_STEP, ::_STEP]
    paper = np.maximum(1.0, np.median(some.reshape(-1, 3), axis=0))
    white = float(paper.max())
    levels = np.clip(np.arange(256)[:, None] * (white / paper), 0, 255).astype(np.uint8)[None]
    if (_tint(cv2.LUT(np.ascontiguousarray(some), levels)) > _TINTED).mean() < _ANY:
        return None
    even = cv2.LUT(page, levels)
    soft = cv2.blur(even, (3, 3))
    strokes = np.asarray(cv2.morphologyEx(_tint(soft), cv2.MORPH_OPEN, _AROUND), np.uint8)
    pieces, stats = components((strokes > _FAINT).astype(np.uint8))
    coloured = np.zeros(len(stats), np.int32)
    coloured[pieces[strokes > _TINTED]] = 1
    marks = (np.cumsum(coloured) * coloured)[pieces]
    if not marks.any():
        return None
    light = np.asarray(even.max(axis=2), np.uint8)
    strongest = _levels(strokes, marks, _STRONG)
    core = np.where(strokes >= _CORE * strongest[marks], marks, 0)
    deep = white - _levels(light, core, 1 - _DEEP)
    lift = np.minimum(_MOST, deep / np.maximum(1, strongest))
    lift[0] = 0
    lift = np.asarray(cv2.dilate(lift[marks], _BESIDE), np.float32)
    there = lift > 0
    grey = np.asarray(cv2.transform(page, np.array([[0.11, 0.59, 0.30]])), np.uint8)
    through = np.minimum(1.0, (light[there] + lift[there] * _tint(even)[there]) / white)
    level = float(np.median(grey[::_STEP, ::_STEP]))
    grey[there] = np.maximum(grey[there], (level * through).astype(np.uint8))
    return grey


def _tint(page: npt.NDArray[Any]) -> Gray:
    blue, green, red = cv2.split(page)
    return np.asarray(cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)), np.uint8)


def _levels(values: Gray, marks: npt.NDArray[np.int32], share: float) -> npt.NDArray[np.float32]:
    """Give for each mark, by its number, the value that this share of its pixels does not reach."""
    mine = marks > 0
    most = int(marks.max()) + 1
    counts = np.bincount(marks[mine] * 256 + values[mine], minlength=256 * most).reshape(most, 256)
    reached = np.cumsum(counts, axis=1)
    return np.asarray((reached < share * reached[:, -1:]).sum(axis=1), np.float32)


def cleared(
    paper: Paper, lifted: Gray, tables: Sequence[tuple[Sequence[Place], Sequence[Pixels]]]
) -> tuple[Paper, set[Pixels]]:
    """Give the page with the cells that coloured ink covers as they are with that ink `lifted`, and those cells.

    `tables` are the places of each table and where they are on the page.
    """
    coloured = (cv2.subtract(lifted, paper.pixels) > _LIFTED).astype(np.uint8)
    clear: list[Pixels] = []
    for places, boxes in tables:
        parts = [_part(coloured, box) for box in boxes]
        marked = [is_blot(part, paper.size) and not _is_filled(part) for part in parts]
        ours: Counter[tuple[str, int]] = Counter()
        for place, box, part, covered in zip(places, boxes, parts, marked, strict=True):
            printed = _part(paper.ink, box)
            if not covered and printed.any():
                is_coloured = np.count_nonzero(printed & part) > _PRINT * np.count_nonzero(printed)
                ours.update(dict.fromkeys(_at(place), 1 if is_coloured else -1))
        mine = compress(zip(places, boxes, strict=True), marked)
        clear += [box for place, box in mine if all(ours[at] <= 0 for at in _at(place))]
    pixels, letters = paper.pixels.copy(), paper.ink.copy()
    for box in clear:
        _part(pixels, box)[:] = _part(lifted, box)
    whole = Paper(pixels, paper.scale, paper.size)
    for box in clear:
        _part(letters, box)[:] = _part(whole.ink, box)
    whole.ink = letters  # the other cells keep theirs: what is ink depends on all of a page
    return whole, set(clear)


def without_marks(page: Gray, lifted: Gray, size: float) -> Gray:
    """Give a page without rules with its coloured marks `lifted`: ink larger than letters of `size`, and no fill."""
    coloured = (cv2.subtract(lifted, page) > _LIFTED).astype(np.uint8)
    pieces, stats = components(coloured)
    wide, high, area = (stats[:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    marks = (high > _LARGER * size) & (area < _SOLID * wide * high)
    marks[0] = False
    there = cv2.dilate(marks.astype(np.uint8)[pieces], _BESIDE) > 0
    return np.asarray(np.where(there, lifted, page), np.uint8)


def _at(place: Place) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("row", place.row), ("column", place.column)


def _part(page: Gray, box: Pixels) -> Gray:
    x0, top, x1, bottom = (max(0, round(v)) for v in box)
    return page[top:bottom, x0:x1]


def _is_filled(part: Mask) -> bool:
    edge = np.concatenate((part[:1].ravel(), part[-1:].ravel(), part[:, :1].ravel(), part[:, -1:].ravel()))
    return bool(edge.size) and float(edge.mean()) > _FILL
