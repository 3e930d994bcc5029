"""Light print on dark fills, such as white headings on blue: shown as dark print on paper, like everything else.

Here belongs where a page is filled with dark, and the page without these fills. Not here: cells filled with light
colours, whose print is darker than they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from ingest.scan.engine import Gray
from ingest.scan.ink import components

_LOOK = 100.0 / 72.0  # pixels a point: enough to see fills
_DARK = 0.62  # of the level of paper: fills that are lighter have dark print
_STROKE, _PRINT = 2.5, 15.0  # points: strokes are no broader, and lines of print no higher, with what is between them
_WIDE, _HIGH = 40.0, 8.0  # points: a fill is no smaller
_SOLID, _FILLED = 0.8, 0.6  # of its box, with its print, and without
_APART = 0.35  # of the way from the fill to paper: print on it is lighter
_EDGE = 1.5  # points: there a fill is blurred
_LEAST, _MOST = 0.005, 0.4  # of a fill is print

Box = tuple[int, int, int, int]
"""x0, top, x1, bottom in pixels."""


def without_dark_fills(pixels: Gray, scale: float) -> tuple[Gray, list[Box]]:
    """Give an upright page with light print on dark fills as dark print on paper, and where that was.

    `scale` is pixels a point. A page without such fills is given as it is.
    """
    paper = float(np.median(pixels[::8, ::8]))
    found: list[Box] = []
    shown = pixels
    for x0, top, x1, bottom in _dark(pixels, scale, paper):
        part = pixels[top:bottom, x0:x1].astype(np.float32)
        fill = float(np.median(part))
        edge = round(_EDGE * scale)
        lighter = float((part[edge:-edge, edge:-edge] > fill + _APART * (paper - fill)).mean())
        if fill > _DARK * paper or not _LEAST < lighter < _MOST:
            continue
        # Rules on a fill may be darker than it.
        depth = np.abs(part - fill) * (paper / max(1.0, paper - fill))
        shown = pixels.copy() if shown is pixels else shown
        shown[top:bottom, x0:x1] = np.clip(paper - depth, 0, 255).astype(np.uint8)
        found.append((x0, top, x1, bottom))
    return shown, found


def _dark(pixels: Gray, scale: float, paper: float) -> Iterator[Box]:
    """Give the boxes that are dark but for print, away from the edges of the page: those of copies are dark."""
    shrink = min(1.0, _LOOK / scale)
    small = np.asarray(cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    point = scale * shrink
    dark = (small < _DARK * paper).astype(np.uint8)
    stroke, between = (np.ones((round(n * point) | 1,) * 2, np.uint8) for n in (_STROKE, _PRINT))
    broad = cv2.morphologyEx(dark, cv2.MORPH_OPEN, stroke)
    if not broad.any():
        return
    height, width = dark.shape
    for x, y, w, h, area in components(cv2.morphologyEx(broad, cv2.MORPH_CLOSE, between))[1][1:].tolist():
        inside = x > 0 and y > 0 and x + w < width and y + h < height
        is_fill = w >= _WIDE * point and h >= _HIGH * point and area >= _SOLID * w * h
        if inside and is_fill and dark[y : y + h, x : x + w].mean() >= _FILLED:
            yield (
                round(x / shrink),
                round(y / shrink),
                min(pixels.shape[1], round((x + w) / shrink)),
                min(pixels.shape[0], round((y + h) / shrink)),
            )
