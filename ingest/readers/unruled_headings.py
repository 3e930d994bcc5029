"""Headings above the columns of a table without rules: which stand over one column, and which over several.

Here belongs the search: a heading over several columns stands over their middle (or begins with the first of them),
and gives them a meaning that they lack alone. White space leaves doubts about both, so that every reading is found
that the places allow, and the figures below must agree with the one that is taken (`unruled_sense`); where they do not,
or fit two readings, there are no headings. Not here: rows and the columns of the body (`unruled`, `unruled_rows`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from ingest.cells import Box
from ingest.profile import QUARTERLY, Meaning, Profile, load_profiles
from ingest.readers.pieces import Interval, Piece, around, blocks_of, lines_of
from ingest.readers.unruled_rows import Rows
from ingest.readers.unruled_sense import agreement

Meanings = tuple[Meaning | None, ...]
_Group = tuple[int, int, tuple[Piece, ...]]
"""First column, last column, pieces."""
_Off = tuple[float, float, float]
"""By what share of a column headings miss the middle of their columns, their beginning, and their end."""

_MEASURES = ("goal", "achieved")
_LINES = 9  # of headings, at most
_BELOW = 3  # strips between the headings and the first row, at most
_APART = 6.0  # type sizes: lines of headings are no farther apart
_OFF = 0.35  # of a column: as far may the middle of a heading be from that of its columns
_CLEAR = 0.15  # of a column: a reading that fits better by less is not certain
_TRIED, _HELD = 3, 0.5  # with as many statements, less than this share of them holding is a contradiction
_CLEARLY = 1.5  # times as many statements hold: that settles a doubt between two readings for both of which some speak
_FEW, _MOST = 2, 0.8  # and as many, with this share holding, settle a doubt
_OVER = 0.3  # of the narrower of two texts: so far may headings reach over a neighbour that is not theirs
_ONE = 0.6  # and so far lie lines of one heading that do not share an end
_NEAR = 0.2  # of the type size: ends that are one differ by less
_MORE = 0.7  # of what a heading covers of its own column may it cover of a neighbour
_BLANK_EDGE = 1.0  # points that a table reaches beyond its texts


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the headings: row 0 for groups, 1 for the columns below."""

    row: int
    column: int
    span: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a table: its columns with those that only a heading tells of, and the cells above them."""

    columns: tuple[Interval, ...]
    cells: tuple[Heading, ...]

    @property
    def top(self) -> float:
        """The top of the headings."""
        return min(p.box.top for c in self.cells for p in c.pieces)

    @property
    def bottom(self) -> float:
        """The bottom of the headings."""
        return max(p.box.bottom for c in self.cells for p in c.pieces)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column while headings are searched: what its texts fill, and the pieces of its own heading."""

    at: Interval
    pieces: tuple[Piece, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Solution:
    columns: tuple[_Column, ...]
    groups: tuple[_Group, ...]
    cost: float
    meanings: Meanings
    overruled: int
    """How many columns would mean something else by their own headings."""
    doubtful: bool = False

    @property
    def patterns(self) -> int:
        """How many different rows of headings stand under the groups; publishers repeat one for each quarter."""
        return len({tuple(c.text for c in self.columns[a : b + 1]) for a, b, _ in self.groups})

    def of(self, body: Sequence[Interval]) -> Meanings:
        """Give the meaning of each column of the body."""
        return tuple(
            next((m for c, m in zip(self.columns, self.meanings, strict=True) if c.at[0] <= a and b <= c.at[1]), None)
            for a, b in body
        )

    @property
    def known(self) -> int:
        """How many columns have a meaning of their own."""
        return sum(n == 1 for n in Counter(m for m in self.meanings if m is not None).values())


def slot_borders(columns: Sequence[Interval]) -> tuple[float, ...]:
    """Give the borders of columns: in the middle between what their texts fill."""
    return (
        columns[0][0] - _BLANK_EDGE,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        columns[-1][1] + _BLANK_EDGE,
    )


def find_headings(rows: Rows, columns: Sequence[Interval]) -> Headings | None:
    """Find the headings above the first row of a page; None where there are none, or their meaning is not certain."""
    profile = load_profiles()[0]
    found = [s for lines in _candidates(rows) for s in _solutions(lines, columns, rows.page.words, profile)]
    figures = [c for c in columns if _holds_figures(c, rows)]
    found = _proven([s for s in found if _is_whole(s, figures, profile)], rows)
    best = max((s.known for s in found), default=0)
    by_meaning: dict[tuple[Meanings, Meanings], list[_Solution]] = {}
    for solution in found:
        if solution.known == best:
            by_meaning.setdefault((solution.meanings, solution.of(columns)), []).append(solution)
    taken = _certain(sorted((_plainest(s) for s in by_meaning.values()), key=lambda s: s.cost), rows, columns)
    return None if taken is None else _headings(taken)


def _plainest(alike: Sequence[_Solution]) -> _Solution:
    """Give the first of the readings that mean the same, as bands and the rest of a row are tried to be left out first;
    with the cost of the one that fits best.
    """
    least = min(s.cost for s in alike)
    first = next(s for s in alike if s.cost <= least + _CLEAR)
    return replace(first, cost=least)


def _proven(found: Sequence[_Solution], rows: Rows) -> list[_Solution]:
    """Leave out the doubtful readings that the figures do not prove; those that tell less than a sure one need none."""
    least = max((s.known for s in found if not s.doubtful), default=0)
    tried: dict[tuple[tuple[float, ...], Meanings], bool] = {}

    def is_proven(solution: _Solution) -> bool:
        key = slot_borders([c.at for c in solution.columns]), solution.meanings
        if key not in tried:
            held, all_tried = agreement(rows, *key)
            tried[key] = all_tried >= _TRIED and held >= _MOST * all_tried
        return tried[key]

    return [s for s in found if not s.doubtful or (s.known >= least and is_proven(s))]


def _is_whole(solution: _Solution, figures: Sequence[Interval], profile: Profile) -> bool:
    """Tell whether a reading has the columns that every report has, and a heading over every column of figures."""
    covered = {n for first, last, _ in solution.groups for n in range(first, last + 1)}
    headed = [c.at for n, c in enumerate(solution.columns) if c.pieces or n in covered]
    named = {m.field for m in solution.meanings if m is not None}
    return profile.required <= named and all(any(a <= c[0] and c[1] <= b for a, b in headed) for c in figures)


def _holds_figures(column: Interval, rows: Rows) -> bool:
    mine = [p for s in rows.body for p in s.pieces if column[0] <= p.centre <= column[1]]
    return bool(mine) and 2 * sum(p.is_figure for p in mine) > len(mine)


def _candidates(rows: Rows) -> Iterator[list[list[Piece]]]:
    """Give the lines that may be the headings: the last ones above the rows, or above the bands and the rest of a row
    that these open with.
    """
    lines_above = [lines_of([p for s in rows.above[: len(rows.above) - n] for p in s.pieces])
                   for n in range(min(_BELOW, len(rows.above) - 1), -1, -1)]  # fmt: skip
    if len(rows.above) == 1:
        # Where white gaps part nothing, the lines are all that bands above the first row can be told by.
        lines_above += [lines_above[0][:-n] for n in range(1, min(_BELOW + 1, len(lines_above[0])))]
    for lines in lines_above:
        for number in range(1, min(_LINES, len(lines)) + 1):
            mine = lines[-number:]
            if number > 1 and mine[1][0].middle - mine[0][0].middle > _APART * mine[0][0].size:
                break
            yield mine


def _certain(found: Sequence[_Solution], rows: Rows, body: Sequence[Interval]) -> _Solution | None:
    """Give the reading that the figures do not contradict, and no other fits as well; None without one."""
    if not found:
        return None
    rivals = [s for s in found if s.cost - found[0].cost <= _CLEAR]
    weighed = [(s, *agreement(rows, slot_borders([c.at for c in s.columns]), s.meanings)) for s in rivals]
    left = [s for s, held, tried in weighed if tried < _TRIED or held >= _HELD * tried]
    if len({_figure_meanings(s, body) for s in left}) > 1:
        settled = [(held, s) for s, held, tried in weighed if tried >= _FEW and held >= _MOST * tried]
        most = max((held for held, _ in settled), default=0)
        left = [s for held, s in settled if _CLEARLY * held > most]
    if len({_figure_meanings(s, body) for s in left}) > 1:
        regular = min(s.patterns for s in left)
        left = [s for s in left if s.patterns == regular]
    least = min((s.overruled for s in left), default=0)
    plainest = [s for s in left if s.overruled == least]
    return plainest[0] if plainest and len({_figure_meanings(s, body) for s in left}) == 1 else None


def _figure_meanings(solution: _Solution, body: Sequence[Interval]) -> Meanings:
    """Give which columns of the body hold figures of which meaning."""
    fields = (*QUARTERLY, "annual_goal")
    return tuple(m if m is not None and m.field in fields else None for m in solution.of(body))


def _headings(solution: _Solution) -> Headings:
    groups = [Heading(0, first, last - first + 1, pieces) for first, last, pieces in solution.groups]
    leaves = [Heading(1, n, 1, c.pieces) for n, c in enumerate(solution.columns) if c.pieces]
    return Headings(tuple(c.at for c in solution.columns), (*groups, *leaves))


def _solutions(
    lines: Sequence[Sequence[Piece]], body: Sequence[Interval], words: bool, profile: Profile
) -> Iterator[_Solution]:
    """Give every reading of these lines as headings: which lines hold groups, what stands over what."""
    for split in range(len(lines)):
        lower = [b for line in lines[split:] for b in _blocks(line, body, words=words)]
        upper = [b for line in lines[:split] for b in _blocks(line, (), words=words)]
        leaves = _stacks(lower)
        for units in _levels(sorted(_stacks(upper), key=lambda u: around(u).x0)):
            for columns, doubtful in _with_leaves(body, leaves, units):
                if columns is not None:
                    yield from (replace(s, doubtful=doubtful or s.doubtful) for s in _assigned(columns, units, profile))


def _levels(units: list[list[Piece]]) -> Iterator[list[list[Piece]]]:
    """Give the upper headings as they are; and, where one stands over several others, with its words above theirs."""
    yield units
    boxes = [around(u) for u in units]
    for n, top in enumerate(boxes):
        lower = [i for i, b in enumerate(boxes) if b.top >= top.bottom - _NEAR * (b.bottom - b.top)]
        for first, last in ((a, b) for a in lower for b in lower if a < b):
            left, right = boxes[first].x0, boxes[last].x1
            inside = [i for i, b in enumerate(boxes) if left <= (b.x0 + b.x1) / 2 <= right and i != n]
            off = abs(top.x0 + top.x1 - left - right) / 2, abs(top.x0 - left), abs(top.x1 - right)
            if inside and set(inside) <= set(lower) and min(off) <= _OFF * (right - left) / len(inside):
                yield [[*units[n], *u] if i in inside else u for i, u in enumerate(units) if i != n]


def _blocks(line: Sequence[Piece], body: Sequence[Interval], *, words: bool) -> Iterator[list[Piece]]:
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


def _stacks(blocks: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
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


def _is_over(a: Interval, b: Interval) -> bool:
    """Tell whether two texts lie over each other by more than a neighbour may reach over its column."""
    return _share(a, b) > _OVER


def _with_leaves(
    body: Sequence[Interval], leaves: Sequence[Sequence[Piece]], units: Sequence[Sequence[Piece]]
) -> Iterator[tuple[list[_Column] | None, bool]]:
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
    plain = [*(_widened(b, own.get(i, ())) for i, b in enumerate(body)), *(_widened(None, f) for f in free)]
    yield _ordered([*plain, *_outer(plain, units)], body), False
    if free and len(own) < len(body):
        yield _paired(body, own, free, -1), True
        yield _paired(body, own, free, 1), True


def _below(heading: Interval, body: Sequence[Interval]) -> list[int]:
    """Give the columns that a heading stands over; one that it hardly touches only where there is no other."""
    shares = {i: s for i, b in enumerate(body) if (s := _share(heading, b)) > 0}
    most = max(shares.values(), default=0.0)
    return [i for i, s in shares.items() if s > _MORE * most]


def _widened(at: Interval | None, pieces: Sequence[Piece]) -> _Column:
    if not pieces:
        assert at is not None
        return _Column(at, ())
    box = around(pieces)
    low, high = (box.x0, box.x1) if at is None else (min(at[0], box.x0), max(at[1], box.x1))
    ordered = tuple(sorted(pieces, key=lambda p: (p.box.top, p.box.x0)))
    return _Column((low, high), ordered, _text(ordered))


def _ordered(columns: Sequence[_Column], body: Sequence[Interval]) -> list[_Column] | None:
    """Give columns in their order, cut where headings reach over a neighbour; None where they lie over each other."""
    ordered = sorted(columns, key=lambda c: c.at[0] + c.at[1])
    for n in range(len(ordered) - 1):
        left, right = ordered[n], ordered[n + 1]
        if left.at[1] <= right.at[0]:
            continue
        # A cut never goes through the texts below the headings.
        low = max((x1 for x0, x1 in body if left.at[0] <= x0 and x1 <= left.at[1]), default=None)
        high = min((x0 for x0, x1 in body if right.at[0] <= x0 and x1 <= right.at[1]), default=None)
        if low is None and high is None and _is_over(left.at, right.at):
            return None
        low, high = left.at[0] if low is None else low, right.at[1] if high is None else high
        if low > high:
            return None
        cut = min(max((left.at[1] + right.at[0]) / 2, low), high)
        ordered[n] = replace(left, at=(left.at[0], cut))
        ordered[n + 1] = replace(right, at=(cut, right.at[1]))
    return ordered


def _outer(columns: Sequence[_Column], units: Sequence[Sequence[Piece]]) -> Iterator[_Column]:
    """Give the columns that only a heading beside all others tells of."""
    left, right = min(c.at[0] for c in columns), max(c.at[1] for c in columns)
    for unit in units:
        box = around(unit)
        if box.x0 > right or box.x1 < left:
            yield _Column((box.x0, box.x1), ())


def _paired(
    body: Sequence[Interval], own: dict[int, Sequence[Piece]], free: Sequence[Sequence[Piece]], side: int
) -> list[_Column] | None:
    """Pair each column without a heading with the next one to its left (`side` -1) or right (1)."""
    own, left = dict(own), list(free)
    for i in (i for i in range(len(body)) if i not in own):
        centre = (body[i][0] + body[i][1]) / 2
        near = [f for f in left if (around(f).x0 + around(f).x1) / 2 * side > centre * side]
        if not near:
            return None
        own[i] = min(near, key=lambda f: _distance(f, centre))
        left = [f for f in left if f is not own[i]]
    plain = [_widened(b, own.get(i, ())) for i, b in enumerate(body)]
    return _ordered([*plain, *(_widened(None, f) for f in left)], body)


def _distance(pieces: Sequence[Piece], x: float) -> float:
    box = around(pieces)
    return abs((box.x0 + box.x1) / 2 - x)


def _assigned(columns: Sequence[_Column], units: Sequence[Sequence[Piece]], profile: Profile) -> Iterator[_Solution]:
    """Give every way to set the upper headings over columns, from the left."""
    alone = _meanings(_texts(columns, ()), profile)
    orphans = [bool(c.pieces) and _is_orphan(c.text, profile) for c in columns]
    for kept, groups, off in _ways(columns, units, orphans, slot_borders([c.at for c in columns])):
        texts = _texts(kept, groups)
        meanings = _meanings(texts, profile)
        overruled = sum(a is not None and a != b for a, b in zip(alone, meanings, strict=True))
        yield _Solution(kept, groups, min(off), meanings, overruled, _is_open(texts, meanings, profile))


def _is_open(texts: Sequence[str], meanings: Meanings, profile: Profile) -> bool:
    """Tell whether a goal or an achieved figure is left without a quarter beside others that have one."""
    if not any(m is not None and m.quarter is not None and m.field in _MEASURES for m in meanings):
        return False
    return any(
        m is None and text and (told := _meaning(f"{text} / T1", profile.id)) is not None and told.field in _MEASURES
        for text, m in zip(texts, meanings, strict=True)
    )


_Way = tuple[tuple[_Column, ...], tuple[_Group, ...], _Off]


def _ways(
    columns: Sequence[_Column], units: Sequence[Sequence[Piece]], orphans: Sequence[bool], edges: Sequence[float]
) -> Iterator[_Way]:
    """Give every way to set `units` over columns in their order: each over one column, or over several that have
    headings of their own; no orphan stays alone. With it goes by how much the groups miss the middle, the
    beginning and the end.
    """

    def go(i: int, u: int, kept: tuple[_Column, ...], groups: tuple[_Group, ...], off: _Off) -> Iterator[_Way]:
        if i == len(columns):
            if u == len(units):
                yield kept, groups, off
            return
        if u == len(units):
            if not any(orphans[i:]):
                yield (*kept, *columns[i:]), groups, off
            return
        box = around(units[u])
        if not orphans[i] and box.x1 > columns[i].at[1] and not _is_over((box.x0, box.x1), columns[i].at):
            yield from go(i + 1, u, (*kept, columns[i]), groups, off)
        if edges[i] <= (box.x0 + box.x1) / 2 <= edges[i + 1] and _is_clear(box, i, i, columns):
            own = _widened(columns[i].at, [*units[u], *columns[i].pieces])
            yield from go(i + 1, u + 1, (*kept, own), groups, off)
        for j in range(i + 1, len(columns)):
            if not (columns[i].pieces and columns[j].pieces):
                break
            missed = _missed(box, i, j, columns, edges)
            worst = max(off[0], missed[0]), max(off[1], missed[1]), max(off[2], missed[2])
            if min(worst) <= _OFF and _is_clear(box, i, j, columns):
                inner = columns[i : j + 1]
                yield from go(j + 1, u + 1, (*kept, *inner), (*groups, (i, j, tuple(units[u]))), worst)

    yield from go(0, 0, (), (), (0.0, 0.0, 0.0))


def _is_clear(box: Box, i: int, j: int, columns: Sequence[_Column]) -> bool:
    """Tell whether a heading over columns i to j reaches over none of the others."""
    return not any(_is_over((box.x0, box.x1), c.at) for c in (*columns[:i], *columns[j + 1 :]))


def _missed(box: Box, i: int, j: int, columns: Sequence[_Column], edges: Sequence[float]) -> _Off:
    """Give by what share of a column a heading misses the middle, the beginning and the end of columns i to j."""
    first, last = around(columns[i].pieces), around(columns[j].pieces)
    width = (edges[j + 1] - edges[i]) / (j + 1 - i)
    centre = (box.x0 + box.x1) / 2
    leaves = (first.x0 + first.x1 + last.x0 + last.x1) / 4
    middle = min(abs(centre - (edges[i] + edges[j + 1]) / 2), abs(centre - leaves))
    return middle / width, abs(box.x0 - first.x0) / width, abs(box.x1 - last.x1) / width


def _text(pieces: Sequence[Piece]) -> str:
    return "\n".join(" ".join(p.text.strip() for p in line) for line in lines_of(pieces))


def _meanings(texts: Sequence[str], profile: Profile) -> Meanings:
    return tuple(_meaning(t, profile.id) if t else None for t in texts)


def _texts(columns: Sequence[_Column], groups: Sequence[_Group]) -> list[str]:
    above = {n: text for a, b, pieces in groups for text in (_text(pieces),) for n in range(a, b + 1)}
    return [" / ".join(t for t in (above.get(n, ""), c.text) if t) for n, c in enumerate(columns)]


@lru_cache(maxsize=4096)
def _meaning(text: str, profile: str) -> Meaning | None:
    return next(p for p in load_profiles() if p.id == profile).meaning(text)


@lru_cache(maxsize=1024)
def _quarter(text: str, profile: str) -> int | None:
    return next(p for p in load_profiles() if p.id == profile).quarter_of(text)


def _is_orphan(text: str, profile: Profile) -> bool:
    """Tell whether a heading names a quarter and nothing else: it needs another above it."""
    return _quarter(text, profile.id) is not None and _meaning(text, profile.id) is None
