"""Pieces of text on a page without rules, and the lines, blocks and gaps that they make.

Here belongs what any search for rows, columns and headings asks of pieces. Not here: those searches (`unruled`,
`unruled_rows`, `unruled_headings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.cells import Box

Interval = tuple[float, float]
"""From where to where something goes across the page."""

FIGURE = re.compile(r"[-(]?\$?\d[\d.,]*\s?%?\)?")
_SAME_LINE = 0.35  # of the type size: pieces of one line differ no more in height
_WORD_GAP = 0.33  # of the type size: words of one text stand no farther apart
_RUN_GAP = 6.0  # of the type size: words that a program drew as one text; justified ones stand far apart
_FIGURE_GAP = 0.6  # of the type size: figures drawn so


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text on one line: a word where text is exact, the part of a line that hangs together in a scan.

    `box` is in points, `number` is the caller's. `run` tells which words were drawn as one text; -1 where unknown.
    """

    box: Box
    text: str
    number: int
    run: int = -1

    @property
    def middle(self) -> float:
        """The height of the middle of the piece."""
        return (self.box.top + self.box.bottom) / 2

    @property
    def centre(self) -> float:
        """The middle of the piece from left to right."""
        return (self.box.x0 + self.box.x1) / 2

    @property
    def size(self) -> float:
        """The height of the piece."""
        return self.box.bottom - self.box.top

    @property
    def is_figure(self) -> bool:
        """Whether the piece is a number and nothing else."""
        return FIGURE.fullmatch(self.text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Border:
    """A line across the page, or the upper or lower edge of a background: its height, from where to where it goes."""

    y: float
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Side:
    """A rule down the page: its place, and from where to where it goes."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageText:
    """The pieces of text on a page, the borders across it and the rules down it. `words` tells whether each piece is
    one word.
    """

    page: int
    pieces: tuple[Piece, ...]
    borders: tuple[Border, ...] = ()
    words: bool = True
    sides: tuple[Side, ...] = ()


def around(pieces: Iterable[Piece]) -> Box:
    """Give the box around pieces, of which there is at least one."""
    boxes = [p.box for p in pieces]
    if len(boxes) == 1:
        return boxes[0]
    return Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )


def type_size(pieces: Sequence[Piece]) -> float:
    """Give the usual height of pieces, in points."""
    return median(p.size for p in pieces)


def lines_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Give the lines from the top, each from the left."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        if lines and piece.middle - lines[-1][-1].middle < _SAME_LINE * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda p: p.box.x0) for line in lines]


def blocks_of(line: Sequence[Piece], *, words: bool) -> list[list[Piece]]:
    """Part a line where words stand farther apart than words of one text do."""
    blocks: list[list[Piece]] = []
    for piece in line:
        if words and blocks and belongs(blocks[-1][-1], piece):
            blocks[-1].append(piece)
        else:
            blocks.append([piece])
    return blocks


def belongs(last: Piece, piece: Piece) -> bool:
    """Tell whether two neighbours on a line look like words of one text."""
    if last.run != piece.run:
        return False
    limit = _WORD_GAP if piece.run == -1 else _FIGURE_GAP if last.is_figure and piece.is_figure else _RUN_GAP
    return piece.box.x0 - last.box.x1 <= limit * max(last.size, piece.size)


def gaps(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give the gaps that none of `intervals` touches, in order."""
    found: list[tuple[float, float]] = []
    reach: float | None = None
    for start, end in sorted(intervals):
        if reach is not None and start > reach:
            found.append((reach, start))
        reach = end if reach is None else max(reach, end)
    return found


def merged(intervals: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give what the intervals fill together, in order."""
    filled: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if filled and start <= filled[-1][1]:
            filled[-1] = (filled[-1][0], max(filled[-1][1], end))
        else:
            filled.append((start, end))
    return filled
