"""Rules of a scanned table: pieces of ink become lines that may bend and break, and lines become a grid of cells.

Here belongs where rules lie on an upright page. A rule counts only where it makes whole sides of cells: the ring of a
stamp, an underline or the bar of a signature does not. Not here: what stands in the cells, which table goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ingest.readers.ruling import FRAME, Grid, find_grids
from ingest.scan.engine import Gray
from ingest.scan.ink import Mask, ink
from ingest.scan.rules import ACROSS, DOWN, Places, Rule, part_strokes, rules_across, with_ridges
from ingest.scan.sides import table_sides, without_sides
from ingest.scan.streaks import lifted, without_streaks

_AROUND = 11.0  # points: the surroundings that ink is darker than
_SHARE_ACROSS, _SHARE_DOWN = 0.18, 0.3  # of the longest rule of its direction: what is shorter on the whole is none

_FEWEST = 2  # rules of a direction, for a grid
_STREAK = 50.0  # points of ink that no text makes
_UNDRAWN = 10.0  # points: where an outer rule was not drawn, the nearest rule is no nearer
_TOGETHER = 4.0  # points: ends that near to each other are one border
_SEVERAL, _MOST, _SOME = 3, 0.6, 0.25  # rules that end there: so many, of those that go on, of all

_WHOLE, _PART, _TRACE = 0.6, 0.5, 0.12  # shares of a side of a cell that a rule covers
_RIDGE, _NEVER = 0.75, 2.0  # lines of text make ridges across, not down
_BAND, _CERTAIN = 0.2, 0.95  # a row with fewer walls is a band: only a wall that is there all along parts it
_BODY = 0.6  # of the inner walls of a row are there, if it is a row of cells and no heading or band


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


@dataclass(frozen=True, slots=True)
class Ruling:
    """The ruled tables of a page, from the top, and the long lines down and across it that are none of their rules.

    `sides` are the rules down a table without rules across, on a page without grids.
    """

    grids: list[ScanGrid]
    down: tuple[Rule, ...] = ()
    across: tuple[Rule, ...] = ()
    sides: tuple[Rule, ...] = ()

    def lifted(self, pixels: Gray, scale: float) -> Gray:
        """Give the page without what those lines, mostly streaks, add to it."""
        if self.down:
            pixels = np.ascontiguousarray(lifted(np.ascontiguousarray(pixels.T), self.down, scale).T)
        if self.across:
            pixels = lifted(pixels, self.across, scale)
        return without_sides(pixels, self.sides, scale) if self.sides else pixels


def find_ruling(pixels: Gray, scale: float, mask: Mask | None = None) -> Ruling:
    """Give the ruled tables and the streaks of an upright page; `scale` is pixels a point, `mask` the page's ink.

    A table has two columns at least: what a frame holds is text like any other.
    """
    strokes = part_strokes(ink(pixels, int(_AROUND * scale)) if mask is None else mask, scale)
    found = _ruling(strokes.long, pixels, strokes.letters, scale)
    if not found.grids and strokes.dashes is not None:
        dashed = _ruling(strokes.dashes, pixels, strokes.letters, scale)
        found = dashed if dashed.grids or not found.sides else found
    return found


def _ruling(mask: Mask, pixels: Gray, letters: Places, scale: float) -> Ruling:
    all_across = rules_across(mask, ACROSS, scale)
    all_down = rules_across(np.ascontiguousarray(mask.T), DOWN, scale)
    across, down = _crossing(all_across, all_down, scale)
    if len(across) < _FEWEST or len(down) < _FEWEST:
        return Ruling([], sides=table_sides(all_down, pixels, scale))
    across, down = _with_borders(across, down, scale), _with_borders(down, across, scale)
    clean_across, clean_down = _without_streaks(across, down, letters, scale)
    streaks = _lost(all_down, clean_down, scale), _lost(all_across, clean_across, scale)
    across, down = _crossing(clean_across, clean_down, scale)
    if len(across) < _FEWEST or len(down) < _FEWEST:
        return _without_grid(all_down, *streaks, pixels, scale)
    side_across = _seen(across, down, pixels, scale, _NEVER)
    side_down = _seen(down, across, np.ascontiguousarray(pixels.T), scale, _RIDGE)
    _heal(side_down)
    _bridge(side_across, _ridges(across, down, pixels, scale))
    edges = [*_edges(across, down, side_across, scale, "h"), *_edges(down, across, side_down, scale, "v")]
    grids = [_with_rules(grid, across, down, scale) for grid in find_grids(edges) if len(grid.xs) > FRAME]
    return Ruling(grids, *streaks) if grids else _without_grid(all_down, *streaks, pixels, scale)


def _without_grid(
    all_down: Sequence[Rule], down: Sequence[Rule], across: tuple[Rule, ...], pixels: Gray, scale: float
) -> Ruling:
    """Give what a page without a grid has: streaks, and the rules of a table that has none across."""
    sides = table_sides(all_down, pixels, scale)
    places = {r.middle for r in sides}
    return Ruling([], tuple(r for r in down if r.middle not in places), across, sides)


def _lost(rules: Sequence[Rule], kept: Sequence[Rule], scale: float) -> tuple[Rule, ...]:
    """Give the long lines that are no rules of a table."""
    places = {r.middle for r in kept}
    return tuple(r for r in rules if r.middle not in places and r.seen[-1] >= _STREAK * scale)


def _with_borders(rules: list[Rule], crossing: list[Rule], scale: float) -> list[Rule]:
    """Add the outer rules that were not drawn: several crossing rules end there together, far from any rule."""
    starts, ends = np.array([c.along[0] for c in crossing]), np.array([c.along[-1] for c in crossing])
    length = len(rules[0].seen)
    borders = []
    middles = np.array([r.middle for r in rules])
    for places in (starts, ends):
        far = places[np.abs(places[:, None] - middles).min(axis=1) >= _UNDRAWN * scale]
        if not len(far):
            continue
        together = far[np.abs(far - np.median(far)) <= _TOGETHER * scale]
        if len(together) >= max(_SEVERAL, _MOST * len(far), _SOME * len(crossing)):
            at = float(np.median(together))
            first, last = crossing[0].middle, crossing[-1].middle
            seen = np.clip(np.arange(length) - int(first), 0, int(last - first)).astype(np.int64)
            borders.append(Rule(np.array([first, last]), np.array([at, at]), at, seen))
    return sorted([*rules, *borders], key=lambda r: r.middle)


def _crossing(across: list[Rule], down: list[Rule], scale: float) -> tuple[list[Rule], list[Rule]]:
    """Keep the rules that make at least one whole side of a cell, until all do."""
    while True:
        kept_across = _kept(across, down, scale, _SHARE_ACROSS)
        kept_down = _kept(down, kept_across, scale, _SHARE_DOWN)
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _without_streaks(
    across: list[Rule], down: list[Rule], letters: Places, scale: float
) -> tuple[list[Rule], list[Rule]]:
    turned = letters[:, [1, 0, 3, 2]]
    clean_down = without_streaks(down, across, _sides(down, across, scale), turned, scale)
    clean_across = without_streaks(across, down, _sides(across, down, scale), letters, scale)
    return clean_across, clean_down


def _kept(rules: list[Rule], crossing: list[Rule], scale: float, share: float) -> list[Rule]:
    sides = _sides(rules, crossing, scale)
    steps = np.diff([c.middle for c in crossing]) if len(crossing) > 1 else np.zeros(0)
    lengths = (np.where(sides >= _WHOLE, sides, 0.0) * steps).sum(axis=1) if len(steps) else np.zeros(len(rules))
    least = share * lengths.max(initial=0.0)
    return [r for r, length in zip(rules, lengths, strict=True) if length > least]


def _sides(rules: Sequence[Rule], crossing: Sequence[Rule], scale: float) -> Places:
    """Give, for each rule and each step between two crossing rules, the share of the step that its ink covers."""
    shares = np.zeros((len(rules), max(0, len(crossing) - 1)))
    middles = np.array([r.middle for r in rules])
    stops = np.array([c.where(middles) for c in crossing]).T.tolist()
    for i, rule in enumerate(rules):
        for j, (a, b) in enumerate(pairwise(stops[i] if stops else ())):
            inset = min(1.0 * scale, 0.1 * (b - a))
            shares[i, j] = rule.share(a + inset, b - inset)
    return shares


def _seen(rules: Sequence[Rule], crossing: Sequence[Rule], pixels: Gray, scale: float, ridge: float) -> Places:
    """Give the sides of cells as their ink and their ridges together show them; a share of `ridge` shows one alone."""
    inked, raised = _sides(rules, crossing, scale), _ridges(rules, crossing, pixels, scale)
    there = ((inked + raised) / 2 >= _PART) | (raised >= ridge)
    return np.where(there, np.maximum(inked, _WHOLE), np.minimum(inked, _PART - 0.01))


def _ridges(rules: Sequence[Rule], crossing: Sequence[Rule], pixels: Gray, scale: float) -> Places:
    return _sides(with_ridges(rules, pixels, scale), crossing, scale)


def _heal(sides: Places) -> None:
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


def _bridge(sides: Places, raised: Places) -> None:
    """Complete rules across where something lies over them: part of the side is seen, and both sides beside it.

    `raised`: the share of each side that is darker than what lies above and below it, as print on a stamp is.
    """
    beside = np.minimum(sides[:, :-2], sides[:, 2:])
    middle = sides[:, 1:-1]
    middle[((middle >= 2 * _TRACE) | (raised[:, 1:-1] >= _PART)) & (beside >= _PART)] = 1.0


def _edges(
    rules: Sequence[Rule], crossing: Sequence[Rule], sides: Places, scale: float, way: str
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
