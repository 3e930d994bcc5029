"""Rules drawn on a page become grids: columns and rows between them, merged cells where a rule is missing.

Here belongs the geometry of rules, however they are drawn: lines, boxes, thin fills, dashes, double rules, with or
without an outer border. Not here: text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_SNAP = 3.0  # points: rules this close are one rule, drawn twice or by neighbouring cells
_JOIN = 3.0  # points: a gap in a rule that is no wider (dashes, corners) is no gap
_BAND = 30.0  # points: a band across a table is no higher
_SHORTEST = 2.0  # points: shorter marks are no rules
FRAME = 2  # borders of columns, of a frame that is no table


@dataclass(slots=True)
class Segment:
    """A straight rule: where it lies across its direction (`at`), and from where to where it goes."""

    at: float
    start: float
    end: float


Group = tuple[list[Segment], list[Segment]]
"""Rules that belong together: those across the page, those down it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a grid: the rows and columns that it covers."""

    row: int
    column: int
    row_span: int
    column_span: int


class Grid:
    """A grid of cells: `xs`, `ys` are the borders of columns and rows, `places` its cells in the order of reading."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float], places: Sequence[Place]) -> None:
        self.xs, self.ys, self.places = list(xs), list(ys), list(places)
        self._at = {
            (r, c): i
            for i, p in enumerate(self.places)
            for r in range(p.row, p.row + p.row_span)
            for c in range(p.column, p.column + p.column_span)
        }

    def at(self, x: float, y: float) -> int | None:
        """Give the number of the cell that holds a point, or None outside the grid."""
        return self._at.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))

    def box(self, number: int) -> tuple[float, float, float, float]:
        """Give (x0, top, x1, bottom) of a cell."""
        p = self.places[number]
        return self.xs[p.column], self.ys[p.row], self.xs[p.column + p.column_span], self.ys[p.row + p.row_span]

    @property
    def area(self) -> float:
        """The area of the grid in square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])


def find_grids(edges: Iterable[dict[str, Any]]) -> list[Grid]:
    """Give the grids that rules make, from the top; `edges` are those of pdfplumber. A single box is no grid."""
    across, down = [], []
    for edge in edges:
        if edge["orientation"] == "h":
            across.append(Segment(edge["top"], edge["x0"], edge["x1"]))
        else:
            down.append(Segment(edge["x0"], edge["top"], edge["bottom"]))
    grids = [_grid(h, v) for h, v in _stacked(_groups(_merged(across), _merged(down)))]
    return sorted((g for g in grids if len(g.places) > 1), key=lambda g: g.ys[0])


def _merged(segments: list[Segment]) -> list[Segment]:
    """Snap rules that lie side by side to one place, and join those that follow each other."""
    snapped: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: s.at):
        if snapped and segment.at - snapped[-1][0].at <= _SNAP:
            snapped[-1].append(segment)
        else:
            snapped.append([segment])
    merged = []
    for group in snapped:
        at = sum(s.at for s in group) / len(group)
        rules: list[Segment] = []
        for segment in sorted(group, key=lambda s: s.start):
            if rules and segment.start - rules[-1].end <= _JOIN:
                rules[-1].end = max(rules[-1].end, segment.end)
            else:
                rules.append(Segment(at, segment.start, segment.end))
        merged += [r for r in rules if r.end - r.start > _SHORTEST]
    return merged


def _groups(across: list[Segment], down: list[Segment]) -> list[Group]:
    """Part rules into groups that touch each other, each with rules of both directions."""
    leader = list(range(len(across) + len(down)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for j, v in enumerate(down, start=len(across)):
        for i, h in enumerate(across):
            if v.start - _JOIN <= h.at <= v.end + _JOIN and h.start - _JOIN <= v.at <= h.end + _JOIN:
                leader[find(i)] = find(j)
    groups: dict[int, Group] = {}
    for number in range(len(leader)):
        group = groups.setdefault(find(number), ([], []))
        if number < len(across):
            group[0].append(across[number])
        else:
            group[1].append(down[number - len(across)])
    return [g for g in groups.values() if len(g[0]) > 1 and g[1]]


def _stacked(groups: list[Group]) -> list[Group]:
    """Join groups that are one table: without an outer border, or where that broke, a band across parts its rules."""
    joined: list[Group] = []
    for across, down in sorted(groups, key=lambda g: min(h.at for h in g[0])):
        if joined and _goes_on(joined[-1], (across, down)):
            joined[-1] = (joined[-1][0] + across, joined[-1][1] + down)
        else:
            joined.append((across, down))
    return joined


def _goes_on(above: Group, below: Group) -> bool:
    (left, right), (left_below, right_below) = _reach(above[0]), _reach(below[0])
    same = abs(left - left_below) <= _JOIN and abs(right - right_below) <= _JOIN
    gap = min(h.at for h in below[0]) - max(h.at for h in above[0])
    inner = all(left + _JOIN < v.at < right - _JOIN for v in (*above[1], *below[1]))
    alike = len({v.at for v in above[1]}) > FRAME and {v.at for v in above[1]} == {v.at for v in below[1]}
    return same and (inner or alike) and 0 < gap < _BAND


def _reach(rules: Iterable[Segment]) -> tuple[float, float]:
    rules = list(rules)
    return min(r.start for r in rules), max(r.end for r in rules)


def _grid(across: list[Segment], down: list[Segment]) -> Grid:
    # Where the outer border is not drawn, the rules of the other direction end at it.
    xs = _places([v.at for v in down], _reach(across))
    ys = _places([h.at for h in across], _reach(down))
    walls_x = _walls(down, xs, ys)
    walls_y = _walls(across, ys, xs)
    return Grid(xs, ys, _cells(len(ys) - 1, len(xs) - 1, walls_x, walls_y))


def _places(at: Iterable[float], ends: Sequence[float]) -> list[float]:
    places = sorted(set(at))
    if ends[0] < places[0] - _JOIN:
        places.insert(0, ends[0])
    if ends[1] > places[-1] + _JOIN:
        places.append(ends[1])
    return places


def _walls(rules: Iterable[Segment], at: Sequence[float], steps: Sequence[float]) -> set[tuple[int, int]]:
    """Give (border, step) for each piece of a border between two steps that a rule covers."""
    number = {place: i for i, place in enumerate(at)}
    walls = set()
    for rule in rules:
        for step in range(max(0, bisect_right(steps, rule.start) - 1), len(steps) - 1):
            middle = (steps[step] + steps[step + 1]) / 2
            if middle > rule.end:
                break
            if middle >= rule.start:
                walls.add((number[rule.at], step))
    return walls


def _cells(rows: int, columns: int, walls_x: set[tuple[int, int]], walls_y: set[tuple[int, int]]) -> list[Place]:
    """Give the cells: from each free corner as far right and then as far down as no rule stands between."""
    taken: set[tuple[int, int]] = set()
    places = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < columns and (right, row) not in walls_x and (row, right) not in taken:
                right += 1
            bottom = row + 1
            while bottom < rows and all(
                (bottom, c) not in walls_y and (bottom, c) not in taken for c in range(column, right)
            ) and not any((c, bottom) in walls_x for c in range(column + 1, right)):  # fmt: skip
                bottom += 1
            taken |= {(r, c) for r in range(row, bottom) for c in range(column, right)}
            places.append(Place(row, column, bottom - row, right - column))
    return places
