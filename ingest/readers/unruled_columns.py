"""Columns of a table without rules: what the texts of all rows fill, and where they keep to one edge or one middle.

Here belongs where columns stand. Where texts reach over their columns, white gaps part them no longer; but the figures
of a column end, begin or are centred at one place, and rules down the page part columns whatever flows over them. Not
here: rows (`unruled_rows`), headings (`unruled_headings`), which text stands in which cell (`unruled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.cells import Box
from ingest.readers.pieces import Interval, Piece, around, belongs, blocks_of, lines_of, merged, type_size
from ingest.readers.unruled_rows import Rows, Strip, is_lone

_FIGURE_SHARE = 0.7  # of the lines of a column of figures
_TIGHT_SHARE = 0.8  # of the lines beside a gap between two words: a column has some line that leaves more room
_PARTS = 0.34  # of the figures beside a gap begin or end with a mark there: they are parts of others
_ALIGNED = 0.35  # of the type size: left edges that are alike
_FEW_ROWS = 4  # a stamp lies over one row in so many, at most, for the columns to show below it
_NARROW = 0.45  # of the type size: a column of single digits may be as narrow, and a stray mark is
_SAME_RULE = 2.0  # points: rules down the page that close are one
_RULED = 0.5  # of the height of the rows: a rule between columns is no shorter
_RULES = 4  # down the page, at least
_EXACT = 0.1  # of the type size: edges that a program sets to one place differ by less
_ALIKE = 2  # rows, at least, whose texts keep to one edge, to make a column
_SEVERAL = 2  # columns of figures that a text of the table does not lie over
_INSIDE = 0.5  # of the narrower of two groups of texts: those that lie over each other so far are one column


def column_ways(rows: Sequence[Rows]) -> Iterator[list[Interval]]:
    """Give the ways to part the rows into columns, the surest first."""
    if not all(r.page.words for r in rows):
        strips = [s for r in rows for s in r.body if s.is_row]
        found = _columns_below_stamps(strips)
        if ruled := _ruled(rows):
            yield ruled
            # A rule that is lost leaves white where it was.
            if len(parts := _parted_too(ruled, found)) > len(ruled):
                yield parts
        yield found
        # A mark beside a column, or a digit that stands apart, is no column of its own: headings tell.
        narrow = _NARROW * type_size([p for s in strips for p in s.pieces])
        broad = [c for c in found if c[1] - c[0] >= narrow]
        if broad and len(broad) < len(found):
            yield broad
        return
    for way in (_ruled(rows), _projected(rows), _anchored(rows)):
        if way:
            yield way


def _ruled(rows: Sequence[Rows]) -> list[Interval]:
    """Give the columns that rules down the page part; [] where there are too few."""
    heights = [(r.body[0].top, r.body[-1].bottom) for r in rows]
    covered: dict[float, float] = {}
    for page, (top, bottom) in zip(rows, heights, strict=True):
        for side in sorted(page.page.sides, key=lambda s: s.x):
            at = next((x for x in covered if abs(x - side.x) <= _SAME_RULE), side.x)
            covered[at] = covered.get(at, 0.0) + max(0.0, min(side.bottom, bottom) - max(side.top, top))
    if not all(r.page.words for r in rows):
        # On a scan they were found to go down the table; what stands below it may have been taken for its last row.
        heights = [(0.0, max((s.bottom - s.top for s in r.page.sides), default=0.0)) for r in rows]
    least = _RULED * sum(bottom - top for top, bottom in heights)
    rules = sorted(x for x, height in covered.items() if height >= least)
    if len(rules) < _RULES:
        return []
    pieces = [p for r in rows for s in r.body if s.codes for p in s.pieces]
    # A scan blurs texts over the rules beside them.
    over = 0.0 if all(r.page.words for r in rows) else type_size(pieces)
    left, right = min(p.box.x0 for p in pieces), max(p.box.x1 for p in pieces)
    outer = [
        *([left - 1] if left < rules[0] - over else []),
        *rules,
        *([right + 1] if right > rules[-1] + over else []),
    ]
    return list(pairwise(outer))


def _parted_too(ruled: Sequence[Interval], columns: Sequence[Interval]) -> list[Interval]:
    """Give the columns that rules part, parted too where several of the `columns` stand between two rules."""
    cuts = [(a[1] + b[0]) / 2 for a, b in pairwise(columns) if any(x0 <= a[0] and b[1] <= x1 for x0, x1 in ruled)]
    return list(pairwise(sorted([ruled[0][0], *(x1 for _, x1 in ruled), *cuts])))


def _projected(rows: Sequence[Rows]) -> list[Interval]:
    """Give the columns as the intervals that the texts of all rows fill, parted by gaps that go through every row."""
    strips = [s for r in rows for s in r.body if s.codes or not is_lone(s, words=r.page.words)]
    lines = [line for s in strips for line in lines_of(s.pieces)]
    lone = [line for line in lines if len(line) == 1 or all(belongs(a, b) for a, b in pairwise(line))]
    sure = merged((p.box.x0, p.box.x1) for line in lines if line not in lone for p in line)
    # A line alone may be a band that was not told apart: it makes no column of two.
    added = [(p.box.x0, p.box.x1) for line in lone for p in line if len(touched(around(line), sure)) <= 1]
    columns = merged([*sure, *added])
    return _joined(columns, lines)


def _columns_below_stamps(strips: Sequence[Strip]) -> list[Interval]:
    """Give the columns of a scan: what most rows leave white parts them, whatever lies over a few rows."""
    shown = _covered([merged((p.box.x0, p.box.x1) for p in _figures_in_line(s)) for s in strips], 1)
    # A line alone may be a band, and a text over columns of figures a stamp's: it parts and joins nothing.
    filled = [
        merged(
            (p.box.x0, p.box.x1)
            for line in lines_of(s.pieces)
            if len(line) > 1
            for p in line
            if p.is_figure or len(touched(p.box, shown)) < _SEVERAL
        )
        for s in strips
    ]
    cores = _covered(filled, len(strips) // _FEW_ROWS)
    pieces = [p for s in strips for p in s.pieces]
    lone = [p for s in strips for p in _figures_in_line(s) if not touched(p.box, cores)]
    cores = sorted([*cores, *merged((p.box.x0, p.box.x1) for p in lone)])
    widened = list(cores)
    for piece in pieces:
        mine = touched(piece.box, cores)
        if len(mine) == 1:
            x0, x1 = widened[mine[0]]
            widened[mine[0]] = min(x0, piece.box.x0), max(x1, piece.box.x1)
    for i, (a, b) in enumerate(pairwise(list(widened))):
        if a[1] >= b[0]:
            widened[i], widened[i + 1] = (widened[i][0], cores[i][1]), (cores[i + 1][0], widened[i + 1][1])
    return _joined(widened, [line for s in strips for line in lines_of(s.pieces)], scanned=True)


def _figures_in_line(strip: Strip) -> list[Piece]:
    """Give the figures of a row that stand on one line with most others."""
    figures = [p for p in strip.pieces if p.is_figure]
    height = median(p.middle for p in figures) if figures else 0.0
    return [p for p in figures if abs(p.middle - height) <= _ALIGNED * p.size]


def _covered(rows: Sequence[Sequence[Interval]], limit: int) -> list[Interval]:
    """Give the intervals that more than `limit` rows fill."""
    turns = sorted([(x0, 1) for row in rows for x0, _ in row] + [(x1, -1) for row in rows for _, x1 in row])
    found: list[Interval] = []
    depth, start = 0, 0.0
    for x, step in turns:
        before, depth = depth, depth + step
        if before <= limit < depth:
            start = x
        elif depth <= limit < before and x > start:
            found.append((start, x))
    return found


def touched(box: Box, columns: Sequence[Interval]) -> list[int]:
    """Give the numbers of the columns that a box stands in or reaches into."""
    return [i for i, (x0, x1) in enumerate(columns) if box.x0 < x1 and box.x1 > x0]


def _joined(columns: list[Interval], lines: Sequence[Sequence[Piece]], *, scanned: bool = False) -> list[Interval]:
    """Join what only the gaps between words part: in few lines they may lie below each other by chance.

    In a scan figures of one column that are alike may be parted, too, all at one place.
    """
    kinds = [_is_figures(c, lines) for c in columns]
    joined = [columns[0]]
    for (left, right), figures in zip(pairwise(columns), kinds, strict=False):
        beside = _beside(left, right, lines)
        tight = bool(beside) and sum(belongs(a, b) for a, b in beside) >= _TIGHT_SHARE * len(beside)
        drawn = any(a.run == b.run != -1 for a, b in beside)
        if tight and (drawn or _is_mark(right, lines) or not figures or (scanned and _are_parts(beside))):
            joined[-1] = (joined[-1][0], right[1])
        else:
            joined.append(right)
    return joined


def _are_parts(beside: Sequence[tuple[Piece, Piece]]) -> bool:
    """Tell whether figures stand beside each other that are parts of one: `87` and `.50%`."""
    parts = [a.text.endswith((".", ",")) or b.text.startswith((".", ",", "%")) for a, b in beside]
    return sum(parts) >= _PARTS * len(parts)


def _is_figures(column: Interval, lines: Sequence[Sequence[Piece]]) -> bool:
    mine = [p for line in lines for p in line if column[0] <= p.centre <= column[1]]
    return sum(p.is_figure for p in mine) >= _FIGURE_SHARE * len(mine)


def _is_mark(column: Interval, lines: Sequence[Sequence[Piece]]) -> bool:
    return all(p.text.strip() in ("%", "$") for line in lines for p in line if column[0] <= p.centre <= column[1])


def _beside(left: Interval, right: Interval, lines: Sequence[Sequence[Piece]]) -> list[tuple[Piece, Piece]]:
    """Give the neighbours on a line of which one stands in each of two columns."""
    return [
        (a, b)
        for line in lines
        for a, b in pairwise(line)
        if left[0] <= a.centre <= left[1] and right[0] <= b.centre <= right[1]
    ]


@dataclass(frozen=True, slots=True)
class _Block:
    """The words of one text on one line of a row: the row's number, the line's, and from where to where it goes."""

    row: int
    line: int
    at: Interval

    @property
    def ends(self) -> tuple[float, float, float]:
        """The places where it may be aligned: left, right, middle."""
        return self.at[0], self.at[1], (self.at[0] + self.at[1]) / 2


def _anchored(rows: Sequence[Rows]) -> list[Interval]:
    """Give the columns as texts that begin, end or are centred at one place in several rows; [] where they cross."""
    strips = [s for r in rows for s in r.body if s.codes]
    blocks = [
        _Block(n, m, (b[0].box.x0, b[-1].box.x1))
        for n, strip in enumerate(strips)
        for m, line in enumerate(lines_of(strip.pieces))
        for b in blocks_of(line, words=True)
    ]
    near = _EXACT * type_size([p for s in strips for p in s.pieces])
    groups: list[list[_Block]] = []
    for cluster in _clusters(blocks, near):
        usual = _usual(cluster)
        mine = [g for g in groups if _inside(usual, _usual(g)) and not _beside_each_other(cluster, g)]
        if mine:
            max(mine, key=len).extend(cluster)
        elif len({b.row for b in cluster}) >= _ALIKE or not any(_inside(usual, _hull(g)) for g in groups):
            groups.append(list(cluster))
    groups.sort(key=lambda g: sum(_usual(g)))
    return _parted([(_usual(g), _hull(g)) for g in groups])


def _clusters(blocks: Sequence[_Block], near: float) -> Iterator[list[_Block]]:
    """Give the blocks by the place that most rows share, those of most rows first; at last those that share none."""
    left = list(blocks)
    while left:
        best: tuple[int, int, list[_Block]] = (0, 0, [])
        for end in range(3):
            ordered = sorted(left, key=lambda b: b.ends[end])
            start = 0
            for stop, block in enumerate(ordered, start=1):
                while block.ends[end] - ordered[start].ends[end] > near:
                    start += 1
                if stop - start > best[0] and (stop == len(ordered) or ordered[stop].ends[end] > block.ends[end]):
                    mine = ordered[start:stop]
                    best = max(best, (len({b.row for b in mine}), len(mine), mine), key=lambda x: x[:2])
        taken = {id(b) for b in best[2]}
        left = [b for b in left if id(b) not in taken]
        yield best[2]


def _usual(group: Sequence[_Block]) -> Interval:
    return median(b.at[0] for b in group), median(b.at[1] for b in group)


def _hull(group: Sequence[_Block]) -> Interval:
    return min(b.at[0] for b in group), max(b.at[1] for b in group)


def _inside(a: Interval, b: Interval) -> bool:
    return min(a[1], b[1]) - max(a[0], b[0]) > _INSIDE * min(a[1] - a[0], b[1] - b[0])


def _beside_each_other(a: Sequence[_Block], b: Sequence[_Block]) -> bool:
    return bool({(x.row, x.line) for x in a} & {(x.row, x.line) for x in b})


def _parted(groups: Sequence[tuple[Interval, Interval]]) -> list[Interval]:
    """Give what groups fill, each as (usual, farthest), cut where they reach over each other."""
    found = [list(hull) for _, hull in groups]
    for n, ((left, _), (right, _)) in enumerate(pairwise(groups)):
        if left[1] > right[0]:
            return []
        if found[n][1] > found[n + 1][0]:
            cut = min(max((found[n][1] + found[n + 1][0]) / 2, left[1]), right[0])
            found[n][1] = found[n + 1][0] = cut
    return [(a, b) for a, b in found]
