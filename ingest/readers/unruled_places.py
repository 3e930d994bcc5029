"""Which column a text of a row belongs to, also where it reaches over its column.

Here belongs the placing of texts. Figures of a column end, begin or are centred at one place: a figure that flows over
a border and does so, too, is that column's. What nothing tells is placed by its middle, and its place is doubted. Not
here: where columns stand (`unruled_columns`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.pieces import Piece, around, blocks_of, lines_of
from ingest.readers.unruled_rows import Rows, Strip

_OVER = 0.3  # of the type size: a text may reach over a border between columns
_EXACT = 0.1  # of the type size: edges that a program sets to one place differ by less
_MIDDLE = 0.06  # of the width of the table: a centred text is no farther from the middle
_LEFT = 2.0  # type sizes: a text at the left edge begins no farther from it
_ALIKE, _SHARE = 3, 0.6  # texts, at least, and so many of a column, keep to one place, to tell that others are its own


@dataclass(frozen=True, slots=True)
class Placing:
    """The texts of a row by column, and the columns whose texts, or lack of one, are in doubt."""

    held: tuple[tuple[Piece, ...], ...]
    doubted: frozenset[int]


class Columns:
    """The columns of a table: `edges` are the borders between them; the rows tell how the texts of each are set."""

    def __init__(self, rows: Sequence[Rows], edges: Sequence[float]) -> None:
        self.edges = tuple(edges)
        self._words = all(r.page.words for r in rows)
        self._set: list[tuple[int, float] | None] = [None] * (len(edges) - 1)
        if self._words:
            self._learn([s for r in rows for s in r.body if s.codes])

    def _learn(self, strips: Sequence[Strip]) -> None:
        """Find the end that the texts of each column share: 0 left, 1 right, 2 the middle."""
        held: list[list[tuple[float, float, float, float]]] = [[] for _ in self._set]
        for block in (b for s in strips for line in lines_of(s.pieces) for b in blocks_of(line, words=True)):
            ends = _ends(block)
            held[self._slot(ends[2])].append((*ends, block[0].size))
        for column, mine in enumerate(held):
            if not mine:
                continue
            near = _EXACT * median(m[3] for m in mine)
            found = [(*_most([m[end] for m in mine], near), end) for end in range(3)]
            count, place, end = max(found)
            if count >= _ALIKE and count >= _SHARE * len(mine):
                self._set[column] = end, place

    def place(self, strip: Strip) -> Placing:
        """Give the texts of a row, or of a part of one, by column."""
        held: list[list[Piece]] = [[] for _ in self._set]
        doubted: set[int] = set()
        flown: list[tuple[int, range]] = []
        for block in self._blocks(strip):
            crossed = self._crossed(block)
            own = [c for c in crossed if self._is_set(block, c)]
            if len(crossed) == 1 or len(own) == 1:
                column = own[0] if len(own) == 1 else crossed[0]
                held[column] += block
                flown += [(column, crossed)] if block[0].is_figure or not self._words else []
                continue
            for piece in block:
                held[self._slot(piece.centre)].append(piece)
                over = self._crossed([piece])
                doubted |= set(over) if len(over) > 1 else set()
        for column, crossed in flown:
            # A figure that flows into a blank place may hold that place's figure, too.
            blank = {c for c in crossed if not held[c]}
            doubted |= {column, *blank} if blank else set()
        order = {p.number: n for n, p in enumerate(strip.pieces)}
        return Placing(tuple(tuple(sorted(mine, key=lambda p: order[p.number])) for mine in held), frozenset(doubted))

    def are_in_place(self, line: Sequence[Piece]) -> bool:
        """Tell whether each text of a line stands within one column."""
        return all(len(self._crossed(block)) == 1 for block in self._texts(line))

    def are_set(self, lines: Sequence[Sequence[Piece]]) -> bool:
        """Tell whether most texts are set as the columns that they stand in; a column of few texts tells nothing."""
        blocks = [b for line in lines for b in self._texts(line)]
        told = [b for b in blocks if self._set[self._slot(around(b).x0)] is not None]
        return 2 * sum(self._is_set(b, self._slot(around(b).x0)) for b in told) >= len(told)

    def is_across(self, line: Sequence[Piece]) -> bool:
        """Tell whether a text stands across the table: over several columns, in its middle, or at its left edge."""
        box, left, right = around(line), self.edges[0], self.edges[-1]
        middle = abs((box.x0 + box.x1) / 2 - (left + right) / 2) <= _MIDDLE * (right - left)
        return middle or len(self._crossed(line)) > 1 or box.x0 - left <= _LEFT * line[0].size

    def _texts(self, line: Sequence[Piece]) -> Iterator[list[Piece]]:
        for block in blocks_of(line, words=self._words):
            if len(block) > 1 and block[0].run == -1:
                yield from ([p] for p in block)
            else:
                yield block

    def _blocks(self, strip: Strip) -> Iterator[list[Piece]]:
        """Give the texts of a row; where spaces are not drawn, words one by one, as gaps do not tell texts apart."""
        for line in lines_of(strip.pieces):
            yield from self._texts(line)

    def _slot(self, x: float) -> int:
        return min(max(bisect_right(self.edges, x) - 1, 0), len(self._set) - 1)

    def _crossed(self, block: Sequence[Piece]) -> range:
        """Give the columns that a text stands in or reaches into."""
        box = around(block)
        inset = min(_OVER * block[0].size, (box.x1 - box.x0) / 2)
        return range(self._slot(box.x0 + inset), self._slot(box.x1 - inset) + 1)

    def _is_set(self, block: Sequence[Piece], column: int) -> bool:
        told = self._set[column]
        return told is not None and abs(_ends(block)[told[0]] - told[1]) <= 2 * _EXACT * block[0].size


def _ends(block: Sequence[Piece]) -> tuple[float, float, float]:
    box = around(block)
    return box.x0, box.x1, (box.x0 + box.x1) / 2


def _most(values: Sequence[float], near: float) -> tuple[int, float]:
    """Give how many values stand within `near` of each other, at most, and the middle one of them."""
    ordered = sorted(values)
    best, start = (0, 0.0), 0
    for stop, value in enumerate(ordered, start=1):
        while value - ordered[start] > near:
            start += 1
        best = max(best, (stop - start, ordered[(start + stop - 1) // 2]), key=lambda b: b[0])
    return best
