"""Texts above the columns of a table without rules: which make one heading, and which column each stands over.

Here belongs the geometry of headings. Not here: what they mean, and which reading of them is right
(`unruled_headings`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.cells import Box
from ingest.readers.pieces import Interval, Piece, around, blocks_of, lines_of

OFF = 0.35  # of a column: as far may the middle of a heading be from that of its columns

_OVER = 0.3  # of the narrower of two texts: so far may headings reach over a neighbour that is not theirs
_ONE = 0.6  # and so far lie lines of one heading that do not share an end
_NEAR = 0.2  # of the type size: ends that are one differ by less
_MORE = 0.7  # of what a heading covers of its own column may it cover of a neighbour
_BLANK_EDGE = 1.0  # points that a table reaches beyond its texts


@dataclass(frozen=True, slots=True)
class Column:
    """A column while headings are searched: what its texts fill, and the pieces of its own heading."""

    at: Interval
    pieces: tuple[Piece, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Upper:
    """A heading above others: its own pieces, which tell its place, and those of what stands over it and others."""

    own: tuple[Piece, ...]
    above: tuple[Piece, ...] = ()

    @property
    def box(self) -> Box:
        """The box of its own pieces."""
        return around(self.own)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All that it says."""
        return (*self.above, *self.own)


def slot_borders(columns: Sequence[Interval]) -> tuple[float, ...]:
    """Give the borders of columns: in the middle between what their texts fill."""
    return (
        columns[0][0] - _BLANK_EDGE,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        columns[-1][1] + _BLANK_EDGE,
    )


def levels(stacked: Sequence[Sequence[Piece]]) -> Iterator[list[Upper]]:
    """Give the upper headings as they are; and, where one stands over several others, with its words above theirs."""
    units = sorted((Upper(tuple(pieces)) for pieces in stacked), key=lambda u: u.box.x0)
    yield units
    boxes = [u.box for u in units]
    for n, top in enumerate(boxes):
        lower = [i for i, b in enumerate(boxes) if b.top >= top.bottom - _NEAR * (b.bottom - b.top)]
        for first, last in ((a, b) for a in lower for b in lower if a < b):
            left, right = boxes[first].x0, boxes[last].x1
            inside = [i for i, b in enumerate(boxes) if left <= (b.x0 + b.x1) / 2 <= right and i != n]
            off = abs(top.x0 + top.x1 - left - right) / 2, abs(top.x0 - left), abs(top.x1 - right)
            if inside and set(inside) <= set(lower) and min(off) <= OFF * (right - left) / len(inside):
                yield [replace(u, above=units[n].own) if i in inside else u for i, u in enumerate(units) if i != n]


def heading_blocks(line: Sequence[Piece], body: Sequence[Interval], *, words: bool) -> Iterator[list[Piece]]:
    """Part a line of headings into texts; those drawn one by one are parted where columns are, too."""
    edges = slot_borders(body) if body else ()
    for block in blocks_of(line, words=words):
        part = [block[0]]
        for last, piece in pairwise(block):
            if last.run == -1 and any(last.centre < e < piece.centre for e in edges):
                yield part
                part = []
            part.append(piece)
        yield part


def stacks(blocks: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Join the blocks that stand below each other and share an end or the middle, or nearly all of their width."""
    stacks: list[list[tuple[Box, Sequence[Piece]]]] = []
    for block in blocks:
        box = around(block)
        mine = [s for s in stacks if any(_is_one(box, other) for other, _ in s)]
        stacks = [s for s in stacks if not any(s is m for m in mine)]
        stacks.append([*(b for s in mine for b in s), (box, block)])
    return [[p for _, b in stack for p in b] for stack in stacks]


def _is_one(box: Box, other: Box) -> bool:
    over = min(box.x1, other.x1) - max(box.x0, other.x0)
    if over <= 0:
        return False
    ends = abs(box.x0 - other.x0), abs(box.x1 - other.x1), abs(box.x0 + box.x1 - other.x0 - other.x1) / 2
    near = _NEAR * (box.bottom - box.top)
    return over > (_OVER if min(ends) <= near else _ONE) * min(box.x1 - box.x0, other.x1 - other.x0)


def _share(a: Interval, b: Interval) -> float:
    """Give how much of the narrower of two texts lies over the other."""
    return (min(a[1], b[1]) - max(a[0], b[0])) / max(0.01, min(a[1] - a[0], b[1] - b[0]))


def is_over(a: Interval, b: Interval) -> bool:
    """Tell whether two texts lie over each other by more than a neighbour may reach over its column."""
    return _share(a, b) > _OVER


def with_leaves(
    body: Sequence[Interval], leaves: Sequence[Sequence[Piece]], units: Sequence[Upper]
) -> Iterator[tuple[list[Column] | None, bool]]:
    """Give the columns with their own headings: each stands over the text of its column, or of a column that is blank.

    Figures that are set to the right below headings that are set to the left may leave no overlap: what then stands
    beside what is told as doubtful.
    """
    own: dict[int, Sequence[Piece]] = {}
    free: list[Sequence[Piece]] = []
    for leaf in leaves:
        box = around(leaf)
        mine = _below((box.x0, box.x1), body)
        if len(mine) > 1 or (mine and mine[0] in own):
            return
        if mine:
            own[mine[0]] = leaf
        else:
            free.append(leaf)
    plain = [*(widened(b, own.get(i, ())) for i, b in enumerate(body)), *(widened(None, f) for f in free)]
    yield _ordered([*plain, *_outer(plain, units)], body), False
    if free and len(own) < len(body):
        yield _paired(body, own, free, -1), True
        yield _paired(body, own, free, 1), True


def _below(heading: Interval, body: Sequence[Interval]) -> list[int]:
    """Give the columns that a heading stands over; one that it hardly touches only where there is no other."""
    shares = {i: s for i, b in enumerate(body) if (s := _share(heading, b)) > 0}
    most = max(shares.values(), default=0.0)
    return [i for i, s in shares.items() if s > _MORE * most]


def widened(at: Interval | None, pieces: Sequence[Piece]) -> Column:
    """Give a column with its heading; `at` is what the texts of its rows fill, None where it is blank."""
    if not pieces:
        assert at is not None
        return Column(at, ())
    box = around(pieces)
    low, high = (box.x0, box.x1) if at is None else (min(at[0], box.x0), max(at[1], box.x1))
    ordered = tuple(sorted(pieces, key=lambda p: (p.box.top, p.box.x0)))
    return Column((low, high), ordered, heading_text(ordered))


def below(unit: Upper, column: Column) -> Column:
    """Give a column with a heading above its own."""
    own = widened(column.at, [*unit.own, *column.pieces])
    pieces = (*unit.above, *own.pieces)
    return replace(own, pieces=pieces, text=heading_text(pieces))


def _ordered(columns: Sequence[Column], body: Sequence[Interval]) -> list[Column] | None:
    """Give columns in their order, cut where headings reach over a neighbour; None where they lie over each other."""
    ordered = sorted(columns, key=lambda c: c.at[0] + c.at[1])
    for n in range(len(ordered) - 1):
        left, right = ordered[n], ordered[n + 1]
        if left.at[1] <= right.at[0]:
            continue
        # A cut never goes through the texts below the headings.
        low = max((x1 for x0, x1 in body if left.at[0] <= x0 and x1 <= left.at[1]), default=None)
        high = min((x0 for x0, x1 in body if right.at[0] <= x0 and x1 <= right.at[1]), default=None)
        if low is None and high is None and is_over(left.at, right.at):
            return None
        low, high = left.at[0] if low is None else low, right.at[1] if high is None else high
        if low > high:
            return None
        cut = min(max((left.at[1] + right.at[0]) / 2, low), high)
        ordered[n] = replace(left, at=(left.at[0], cut))
        ordered[n + 1] = replace(right, at=(cut, right.at[1]))
    return ordered


def _outer(columns: Sequence[Column], units: Sequence[Upper]) -> Iterator[Column]:
    """Give the columns that only a heading beside all others tells of."""
    left, right = min(c.at[0] for c in columns), max(c.at[1] for c in columns)
    for unit in units:
        box = unit.box
        if box.x0 > right or box.x1 < left:
            yield Column((box.x0, box.x1), ())


def _paired(
    body: Sequence[Interval], own: dict[int, Sequence[Piece]], free: Sequence[Sequence[Piece]], side: int
) -> list[Column] | None:
    """Pair headings that stand over no text with the next column to their right (`side` -1: headings are set to the
    left) or left (1), which no other heading stands nearer to.
    """
    own, left = dict(own), []
    centres = [_centre(heading) * side for heading in (*own.values(), *free)]
    for heading in free:
        centre = _centre(heading) * side
        nearest = max((c for c in centres if c < centre), default=float("-inf"))
        mine = [i for i, b in enumerate(body) if i not in own and nearest < (b[0] + b[1]) / 2 * side < centre]
        if mine:
            own[max(mine, key=lambda i: (body[i][0] + body[i][1]) * side)] = heading
        else:
            left.append(heading)
    if len(left) == len(free):
        return None
    plain = [widened(b, own.get(i, ())) for i, b in enumerate(body)]
    return _ordered([*plain, *(widened(None, f) for f in left)], body)


def _centre(pieces: Sequence[Piece]) -> float:
    box = around(pieces)
    return (box.x0 + box.x1) / 2


def heading_text(pieces: Sequence[Piece]) -> str:
    """Give the text of a heading, line by line."""
    return "\n".join(" ".join(p.text.strip() for p in line) for line in lines_of(pieces))
