"""How rows are set: where the lines of their texts follow each other, and where in its row the code stands.

Here belongs what tells a right parting of a page into rows from a wrong one, and the parting that this evidence speaks
for most. The lines of one text follow each other at the same distance, and all rows of a table are set alike: the code,
or the figures, stand at the top, in the middle or at the foot. Not here: partings by white gaps and borders
(`unruled_rows`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from statistics import median

from ingest.cells import Box
from ingest.numbers import is_wrapped, parse_number
from ingest.readers.pieces import Interval, PageText, Piece, around, blocks_of, lines_of, merged, type_size

_FAR, _NEAR = 1.3, 1.06  # of the distance between lines: farther apart are two texts, no farther may be one
_HIGHEST = 1.8  # of the type size: lines of one text are no farther apart
_SET = 0.25  # of the type size: rows set alike differ by less
_OFF, _HOLE, _BAND = 2.0, 2.0, 0.5
"""What a row that is set otherwise costs, texts that do not follow each other in a row, and a band; a cut between lines
that follow each other costs 1: where rows have no padding the right one has such cuts, too."""
_BAND_LINES = 2
_SHARE = 0.7  # of the texts of a column of figures
_FIGURES = 3  # on a line, to make it the line of figures of a row


class Setting:
    """The lines of the texts of a document, by column: `codes` are the pieces that open rows, page by page."""

    def __init__(self, pages: Sequence[PageText], codes: Sequence[Sequence[Piece]]) -> None:
        self.codes = codes
        self.lines = [lines_of(page.pieces) for page in pages]
        self._columns = merged(
            (p.box.x0, p.box.x1)
            for n in range(len(pages))
            for line in self._lines_of_rows(n)
            if len(blocks_of(line, words=True)) > 1
            for p in line
        )
        size = type_size([p for page in pages for p in page.pieces])
        self.near = _SET * size
        followed = [self._followed(lines) for lines in self.lines]
        steps = [b - a for pairs in followed for a, b in pairs if b - a <= _HIGHEST * size]
        step = median(steps) if steps else _HIGHEST * size / _FAR
        self._far = [sorted((a, b) for a, b in pairs if b - a > _FAR * step) for pairs in followed]
        self._close = [sorted((a, b) for a, b in pairs if b - a <= _NEAR * step) for pairs in followed]
        self.columns_of_figures = list(self._of_figures())
        self.figures = [lines_of_figures(lines, self.columns_of_figures or None) for lines in self.lines]

    def _lines_of_rows(self, page: int) -> list[list[Piece]]:
        top, bottom = self.codes[page][0].box.top, self.codes[page][-1].box.bottom
        return [line for line in self.lines[page] if top <= line[0].middle <= bottom]

    def _of_figures(self) -> Iterator[Interval]:
        """Give the columns whose texts are figures: in justified sentences others stand by themselves, too."""
        held: dict[Interval, list[bool]] = {c: [] for c in self._columns}
        starts = [x0 for x0, _ in self._columns]
        for line in (line for n in range(len(self.codes)) for line in self._lines_of_rows(n)):
            for block in blocks_of(line, words=True):
                column = bisect_right(starts, block[0].centre) - 1
                if column >= 0 and block[0].centre <= self._columns[column][1]:
                    held[self._columns[column]].append(len(block) == 1 and block[0].is_figure)
        yield from (c for c, told in held.items() if told and sum(told) >= _SHARE * len(told))

    def _followed(self, lines: Sequence[Sequence[Piece]]) -> list[Interval]:
        """Give the heights of each two lines that follow each other in a column."""
        heights: list[list[float]] = [[] for _ in self._columns]
        starts = [x0 for x0, _ in self._columns]
        for line in lines:
            for column in {bisect_right(starts, block[0].centre) - 1 for block in blocks_of(line, words=True)}:
                if column >= 0:
                    heights[column].append(line[0].middle)
        return [pair for mine in heights for pair in pairwise(mine)]

    def cost(self, strips: Sequence[Sequence[Interval]], rows: Sequence[Sequence[Interval]]) -> float:
        """Give how many texts a parting breaks or puts together, and how many rows it sets otherwise than most.

        `strips` are the heights of what it parts by page, `rows` those of them that are rows with a code.
        """
        holes = sum(self._holes(n, *strip) for n, mine in enumerate(strips) for strip in mine)
        broken = sum(
            sum(self._torn(n, a[1], b[0]) for a, b in pairwise(mine))
            + self._torn(n, mine[0][0], mine[0][0])
            + self._torn(n, mine[-1][1], mine[-1][1])
            for n, mine in enumerate(strips)
        )
        off = min(
            sum(
                abs(_off(box, *row, place)) > self.near
                for boxes, mine in zip(anchors, rows, strict=True)
                for box, row in zip(boxes, mine, strict=True)
            )
            for anchors in self._anchors()
            for place in range(3)
        )
        return _HOLE * holes + broken + _OFF * off

    def _holes(self, page: int, top: float, bottom: float) -> int:
        far = self._far[page]
        return sum(b < bottom for _, b in far[bisect_left(far, (top, top)) : bisect_left(far, (bottom, bottom))])

    def _torn(self, page: int, above: float, below: float) -> int:
        close = self._close[page]
        return sum(a <= above and below <= b for a, b in close[: bisect_left(close, (below, below))])

    def partings(self, free: Sequence[Sequence[Interval]], floors: Sequence[float]) -> Iterator[list[list[Interval]]]:
        """Give, for each way to set rows, the cuts that break least; `free` are the white gaps of each page, `floors`
        where its headings end.
        """
        for anchors in self._anchors():
            for place in range(3):
                found = [_Parting(self, n, anchors[n], place).cuts(free[n], floors[n]) for n in range(len(free))]
                cuts = [c for c in found if c is not None]
                if len(cuts) == len(found):
                    yield cuts

    def _anchors(self) -> Iterator[list[list[Box]]]:
        """Give what may stand at one place in all rows: their codes, and their lines of figures where those differ."""
        codes = [[p.box for p in mine] for mine in self.codes]
        yield codes
        figures = [[around(line) for line in mine] for mine in self.figures]
        if [len(f) for f in figures] == [len(c) for c in codes]:
            beside = (abs(_middle(a) - _middle(b)) for f, c in zip(figures, codes, strict=True)
                      for a, b in zip(f, c, strict=True))  # fmt: skip
            if max(beside) > self.near:
                yield figures

    def row_cost(self, page: int, top: float, bottom: float) -> int | None:
        """Give how many texts do not hang together in a row; None where it has the figures of two."""
        if sum(top < _middle(around(line)) < bottom for line in self.figures[page]) > 1:
            return None
        return self._holes(page, top, bottom)

    def torn(self, page: int, gap: Interval) -> int:
        """Give how many texts a cut in a gap seems to break."""
        return self._torn(page, *gap)

    def is_band(self, page: int, top: float, bottom: float) -> bool:
        """Tell whether one text alone stands between two heights."""
        mine = [line for line in self.lines[page] if top < line[0].middle < bottom]
        return 0 < len(mine) <= _BAND_LINES and all(len(blocks_of(line, words=True)) == 1 for line in mine)


class _Parting:
    """The search for the cuts of one page in which the anchors of all rows stand at one place: top, middle or foot."""

    def __init__(self, setting: Setting, page: int, anchors: Sequence[Box], place: int) -> None:
        self._setting, self._page, self._anchors, self._place = setting, page, anchors, place

    def cuts(self, free: Sequence[Interval], floor: float) -> list[Interval] | None:
        """Give the cuts above, between and below the rows; None where there is no parting."""
        lines = [p for line in self._setting.lines[self._page] for p in line]
        box = around(lines)
        gaps = [g for g in ((box.top - 1, box.top), *free, (box.bottom, box.bottom + 1)) if g[0] >= floor - 1]
        best: dict[int, tuple[float, tuple[int, ...]]] = {}
        for n in range(len(self._anchors)):
            best = self._with_row(n, gaps, best)
        if not best:
            return None
        _, chosen = min(best.values())
        return [g for g in sorted({gaps[i] for i in chosen}) if box.top < g[1] and g[0] < box.bottom]

    def _with_row(
        self, n: int, gaps: Sequence[Interval], before: dict[int, tuple[float, tuple[int, ...]]]
    ) -> dict[int, tuple[float, tuple[int, ...]]]:
        """Give the least costly cuts down to each gap that may end row `n`, from those that may end the row before."""
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for first, last in self._extents(n, gaps):
            own = self._cost(n, gaps[first][1], gaps[last][0])
            led = self._led(n, gaps, first, before)
            if own is None or led is None:
                continue
            cost = led[0] + own + self._setting.torn(self._page, gaps[last])
            if last not in found or cost < found[last][0]:
                found[last] = cost, (*led[1], first, last)
        return found

    def _led(
        self, n: int, gaps: Sequence[Interval], first: int, before: dict[int, tuple[float, tuple[int, ...]]]
    ) -> tuple[float, tuple[int, ...]] | None:
        """Give the least costly way to what ends above gap `first`: the row before, or a band below it."""
        if n == 0:
            return self._setting.torn(self._page, gaps[first]), ()
        ways = []
        for end, (cost, path) in before.items():
            if end == first:
                ways.append((cost, path))
            elif end < first and self._setting.is_band(self._page, gaps[end][1], gaps[first][0]):
                ways.append((cost + _BAND + self._setting.torn(self._page, gaps[first]), path))
        return min(ways, default=None)

    def _extents(self, n: int, gaps: Sequence[Interval]) -> Iterator[tuple[int, int]]:
        """Give the numbers of each two gaps that may stand above and below row `n`."""
        codes = self._setting.codes[self._page]
        low = codes[n - 1].middle if n else float("-inf")
        high = codes[n + 1].middle if n + 1 < len(codes) else float("inf")
        above = [i for i, g in enumerate(gaps) if low < g[0] and g[1] < min(codes[n].middle, _middle(self._anchors[n]))]
        below = [
            i for i, g in enumerate(gaps) if max(codes[n].middle, _middle(self._anchors[n])) < g[0] and g[1] < high
        ]
        yield from product(above, below)

    def _cost(self, n: int, top: float, bottom: float) -> float | None:
        cost = self._setting.row_cost(self._page, top, bottom)
        off = _off(self._anchors[n], top, bottom, self._place)
        return None if cost is None else _HOLE * cost + (_OFF if abs(off) > self._setting.near else 0)


def _off(box: Box, top: float, bottom: float, place: int) -> float:
    """Give how far a code or figures stand from the top (`place` 0), the middle (1) or the foot (2) of their row."""
    return (box.top - top, _middle(box) - (top + bottom) / 2, box.bottom - bottom)[place]


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def lines_of_figures(lines: Sequence[Sequence[Piece]], inside: Sequence[Interval] | None = None) -> list[list[Piece]]:
    """Give the figures of each line that has several which stand by themselves, as those of a row do.

    `inside` are the columns that hold figures, where that is known. Narrow columns wrap long figures: lines that stand
    close are one where figures go on from one to the other, or stand in other columns.
    """
    found: list[list[Piece]] = []
    for line in lines:
        mine = [
            b[0]
            for b in blocks_of(line, words=True)
            if len(b) == 1 and b[0].is_figure and (inside is None or any(x0 <= b[0].centre <= x1 for x0, x1 in inside))
        ]
        if len(mine) < _FIGURES:
            continue
        if found and _go_on(found[-1], mine):
            found[-1] += mine
        else:
            found.append(mine)
    return found


def _go_on(held: Sequence[Piece], line: Sequence[Piece]) -> bool:
    if line[0].middle - max(p.middle for p in held) > _HIGHEST * line[0].size:
        return False
    above = [
        (max(mine, key=lambda o: o.middle), p)
        for p in line
        if (mine := [o for o in held if o.box.x0 < p.box.x1 and p.box.x0 < o.box.x1])
    ]
    wrapped = [is_wrapped(o.text, p.text) and parse_number(o.text + p.text) is not None for o, p in above]
    return 2 * sum(wrapped) >= len(wrapped)
