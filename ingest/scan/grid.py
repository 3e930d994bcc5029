"""Rules of a scanned table: pieces of ink become lines that may bend and break, and lines become a grid of cells.

Here belongs where rules lie on an upright page. A rule counts only where it makes whole sides of cells: the ring of a
stamp, an underline or the bar of a signature does not. Not here: what stands in the cells, which table goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ingest.readers.ruling import Grid, find_grids
from ingest.scan.engine import Gray
from ingest.scan.orient import Mask, ink

# All lengths in points.
_AROUND = 11.0  # the surroundings that ink is darker than
_ACROSS, _DOWN = 14.0, 8.0  # the shortest pieces of rules across and down that letters cannot make
_THICK = 2.6  # rules are no thicker
_ONE = 2.2  # pieces no farther off their line belong to it
_REACH = 3.5  # a rule may end that far from the one that it meets
_STEP = 6.0  # the bends of a line are that far apart
_DASH = 1.6  # dashes are no thicker
_SHARE_ACROSS, _SHARE_DOWN = 0.18, 0.3  # of the longest rule of its direction: what is shorter on the whole is none
_LEAST = 4.0  # fragments that count as the rule being there

_WHOLE, _PART, _TRACE = 0.6, 0.5, 0.12  # shares of a side of a cell that a rule covers
_BAND, _CERTAIN = 0.2, 0.95  # a row with fewer walls is a band: only a wall that is there all along parts it
_BODY = 0.6  # of the inner walls of a row are there, if it is a row of cells and no heading or band


@dataclass(slots=True)
class Rule:
    """A rule that may bend: where it lies across its direction (`at[i]` at `along[i]`), in pixels."""

    along: npt.NDArray[np.float64]
    at: npt.NDArray[np.float64]

    @property
    def middle(self) -> float:
        """Where it lies, on the whole."""
        return float(np.median(self.at))

    def where(self, along: float | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give where it lies at `along`; beyond its ends as at the ends."""
        return np.asarray(np.interp(along, self.along, self.at), float)


@dataclass(frozen=True, slots=True)
class ScanGrid:
    """A grid on an upright page: `grid` in points, and the bent rules that its borders follow, in pixels."""

    grid: Grid
    columns: tuple[Rule, ...]
    rows: tuple[Rule, ...]

    def box(self, number: int) -> tuple[float, float, float, float]:
        """Give (x0, top, x1, bottom) of a cell in upright pixels, as its own rules bend."""
        p = self.grid.places[number]
        left, right = self.columns[p.column], self.columns[p.column + p.column_span]
        up, down = self.rows[p.row], self.rows[p.row + p.row_span]
        x, y = (left.middle + right.middle) / 2, (up.middle + down.middle) / 2
        return float(left.where(y)), float(up.where(x)), float(right.where(y)), float(down.where(x))


def find_scan_grids(pixels: Gray, scale: float) -> list[ScanGrid]:
    """Give the ruled tables of an upright page from the top; `scale` is pixels a point."""
    mask = _without_letters(ink(pixels, int(_AROUND * scale)), scale)
    across_ink, down_ink = _rule_ink(mask, scale), np.ascontiguousarray(_rule_ink(mask.T, scale).T)
    across = _rules(_pieces(mask, _ACROSS * scale, scale), scale)
    down = _rules(_pieces(np.ascontiguousarray(mask.T), _DOWN * scale, scale), scale)
    across, down = _crossing(across, down, across_ink, down_ink, scale)
    if len(across) < 2 or len(down) < 2:
        return []
    side_across = _sides(across, down, across_ink, scale)
    side_down = _sides(down, across, np.ascontiguousarray(down_ink.T), scale)
    _heal(side_down)
    _bridge(side_across)
    edges = [*_edges(across, down, side_across, scale, "h"), *_edges(down, across, side_down, scale, "v")]
    return [_with_rules(grid, across, down, scale) for grid in find_grids(edges)]


def _without_letters(mask: Mask, scale: float) -> Mask:
    """Give the ink of whatever is longer than a letter, and of dashes that a broken rule may leave."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / scale, stats[:, cv2.CC_STAT_HEIGHT] / scale
    keep = (wide >= _ACROSS) | (high >= _ACROSS)
    keep |= (high <= _DASH) & (wide >= _LEAST) | (wide <= _DASH) & (high >= _DOWN)
    keep[0] = False
    kept: Mask = keep.astype(np.uint8)[labels]
    return kept


def _rule_ink(mask: Mask, scale: float) -> Mask:
    """Give the ink that may belong to a rule across, with room for it to lie a little off."""
    # Letters that touch a rule, or stand in its way, are thicker than it.
    thick = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(_THICK * scale) + 1, 1), np.uint8))
    fine = np.where(np.asarray(thick) > 0, 0, mask).astype(np.uint8)
    thin = cv2.morphologyEx(fine, cv2.MORPH_OPEN, np.ones((1, max(3, round(_LEAST * scale))), np.uint8))
    room: Mask = np.asarray(cv2.dilate(thin, np.ones((max(3, 2 * round(0.5 * scale) + 1), 1), np.uint8)), np.uint8)
    return room


def _pieces(mask: Mask, shortest: float, scale: float) -> list[Rule]:
    """Give the straight, thin pieces of ink that go across `mask`."""
    bridged = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, round(shortest)), np.uint8))
    joined = cv2.dilate(opened, np.ones((3, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[number])
        here = (labels[y : y + h, x : x + w] == number) & (opened[y : y + h, x : x + w] > 0)
        thickness = here.sum(axis=0)
        seen = thickness > 0
        if not seen.any() or np.median(thickness[seen]) > _THICK * scale:
            continue
        heights = (here * np.arange(y, y + h)[:, None]).sum(axis=0)[seen] / thickness[seen]
        places = np.arange(x, x + w)[seen]
        found.append(_bent(places.astype(float), heights + 0.5, scale))
    return found


def _bent(along: npt.NDArray[np.float64], at: npt.NDArray[np.float64], scale: float) -> Rule:
    """Make a rule of its pixels: medians over short steps, so that letters that touch it do not bend it."""
    step = max(4.0, _STEP * scale)
    bins = ((along - along[0]) / step).astype(int)
    cuts = np.flatnonzero(np.diff(bins)) + 1
    parts_along, parts_at = np.split(along, cuts), np.split(at, cuts)
    xs = np.array([along[0], *(p.mean() for p in parts_along), along[-1]])
    ys = np.array([np.median(parts_at[0]), *(np.median(p) for p in parts_at), np.median(parts_at[-1])])
    return Rule(xs, ys)


def _rules(pieces: list[Rule], scale: float) -> list[Rule]:
    """Join pieces that lie on one line, the longest first."""
    lines: list[list[Rule]] = []
    for piece in sorted(pieces, key=lambda p: p.along[0] - p.along[-1]):
        best = min(lines, key=lambda line: _off(line, piece), default=None)
        if best is not None and _off(best, piece) <= _ONE * scale:
            best.append(piece)
        else:
            lines.append([piece])
    return sorted((_joined(line) for line in lines), key=lambda r: r.middle)


def _off(line: Sequence[Rule], piece: Rule) -> float:
    """Give how far a piece lies off a line, judged at the nearest place where both are."""
    nearest = min(line, key=lambda p: max(p.along[0] - piece.along[-1], piece.along[0] - p.along[-1]))
    start, end = max(nearest.along[0], piece.along[0]), min(nearest.along[-1], piece.along[-1])
    middle = (start + end) / 2
    return abs(float(nearest.where(middle)) - float(piece.where(middle)))


def _joined(line: Sequence[Rule]) -> Rule:
    along = np.concatenate([p.along for p in line])
    at = np.concatenate([p.at for p in line])
    order = np.argsort(along, kind="stable")
    return Rule(along[order], at[order])


def _crossing(
    across: list[Rule], down: list[Rule], across_ink: Mask, down_ink: Mask, scale: float
) -> tuple[list[Rule], list[Rule]]:
    """Keep the rules that make at least one whole side of a cell, until all do."""
    turned = np.ascontiguousarray(down_ink.T)
    while True:
        kept_across = _kept(across, down, across_ink, scale, _SHARE_ACROSS)
        kept_down = _kept(down, kept_across, turned, scale, _SHARE_DOWN)
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _kept(rules: list[Rule], crossing: list[Rule], there: Mask, scale: float, share: float) -> list[Rule]:
    sides = _sides(rules, crossing, there, scale)
    steps = np.diff([c.middle for c in crossing]) if len(crossing) > 1 else np.zeros(0)
    lengths = (np.where(sides >= _WHOLE, sides, 0.0) * steps).sum(axis=1) if len(steps) else np.zeros(len(rules))
    least = share * lengths.max(initial=0.0)
    return [r for r, length in zip(rules, lengths, strict=True) if length > least]


def _sides(rules: Sequence[Rule], crossing: Sequence[Rule], there: Mask, scale: float) -> npt.NDArray[np.float64]:
    """Give, for each rule and each step between two crossing rules, the share of the step that its ink covers."""
    shares = np.zeros((len(rules), max(0, len(crossing) - 1)))
    height, width = there.shape
    for i, rule in enumerate(rules):
        at = rule.middle
        stops = [float(c.where(at)) for c in crossing]
        for j, (a, b) in enumerate(pairwise(stops)):
            inset = min(1.0 * scale, 0.1 * (b - a))
            along = np.arange(max(0.0, a + inset), min(width - 1.0, b - inset))
            if len(along):
                places = np.clip(np.rint(rule.where(along)), 0, height - 1).astype(int)
                shares[i, j] = there[places, along.astype(int)].mean()
    return shares


def _heal(sides: npt.NDArray[np.float64]) -> None:
    """Complete rules down that break off in a row of cells: a heading or band lacks most of its walls, not some."""
    inner = sides[1:-1]
    used = (inner >= _PART).any(axis=1)
    if not used.any():
        return
    for row in range(sides.shape[1]):
        share = (inner[used, row] >= _PART).mean()
        if share < _BAND:
            # The stroke of a stamp that crosses a band is no wall of it.
            inner[inner[:, row] < _CERTAIN, row] = 0.0
        if share < _BODY:
            continue
        for i in range(len(sides)):
            beside = [sides[i, r] for r in (row - 1, row + 1) if 0 <= r < sides.shape[1]]
            broken = sides[i, row] < _PART and max(beside, default=0.0) >= _PART
            both = len(beside) == 2 and min(beside) >= _PART
            if broken and (sides[i, row] >= _TRACE or both):
                sides[i, row] = 1.0


def _bridge(sides: npt.NDArray[np.float64]) -> None:
    """Complete rules across where something lies over them: part of the side is seen, and both sides beside it."""
    beside = np.minimum(sides[:, :-2], sides[:, 2:])
    middle = sides[:, 1:-1]
    middle[(middle >= 2 * _TRACE) & (beside >= _PART)] = 1.0


def _edges(
    rules: Sequence[Rule], crossing: Sequence[Rule], sides: npt.NDArray[np.float64], scale: float, way: str
) -> Iterable[dict[str, Any]]:
    """Give the sides that are there as edges in points, each from border to border."""
    for i, rule in enumerate(rules):
        at = rule.middle / scale
        for j, (a, b) in enumerate(pairwise(crossing)):
            if sides[i, j] >= _PART:
                start, end = a.middle / scale, b.middle / scale
                if way == "h":
                    yield {"orientation": "h", "top": at, "x0": start, "x1": end}
                else:
                    yield {"orientation": "v", "x0": at, "top": start, "bottom": end}


def _with_rules(grid: Grid, across: Sequence[Rule], down: Sequence[Rule], scale: float) -> ScanGrid:
    columns = tuple(_nearest(down, x * scale) for x in grid.xs)
    rows = tuple(_nearest(across, y * scale) for y in grid.ys)
    return ScanGrid(grid, columns, rows)


def _nearest(rules: Sequence[Rule], place: float) -> Rule:
    return min(rules, key=lambda r: abs(r.middle - place))
