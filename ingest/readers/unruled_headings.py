"""Headings above the columns of a table without rules: which stand over one column, and which over several.

Here belongs the search: a heading over several columns stands over their middle (or begins with the first of them),
and gives them a meaning that they lack alone. White space leaves doubts about both, so that every reading is found
that the places allow, and the figures below must agree with the one that is taken (`unruled_sense`); where they do not,
or fit two readings, there are no headings. Not here: rows and the columns of the body (`unruled`, `unruled_rows`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from ingest.cells import Box
from ingest.profile import FIGURES, QUARTERLY, Meaning, Profile, load_profiles
from ingest.readers.pieces import Interval, Piece, around, lines_of
from ingest.readers.unruled_heads import (
    OFF,
    Column,
    Upper,
    below,
    heading_blocks,
    heading_text,
    is_over,
    levels,
    slot_borders,
    stacks,
    with_leaves,
)
from ingest.readers.unruled_rows import Rows
from ingest.readers.unruled_sense import agreement
from ingest.words import one_line

Meanings = tuple[Meaning | None, ...]
_Group = tuple[int, int, tuple[Piece, ...]]
"""First column, last column, pieces."""
_Off = tuple[float, float, float]
"""By what share of a column headings miss the middle of their columns, their beginning, and their end."""

_MEASURES = ("goal", "achieved")
_LINES = 9  # of headings, at most
_BELOW = 3  # strips between the headings and the first row, at most
_APART = 6.0  # type sizes: lines of headings are no farther apart
_CLEAR = 0.15  # of a column: a reading that fits better by less is not certain
_TRIED, _HELD = 3, 0.5  # with as many statements, less than this share of them holding is a contradiction
_CLEARLY = 1.5  # times as many statements hold: that settles a doubt between two readings for both of which some speak
_FEW, _MOST = 2, 0.8  # and as many, with this share holding, settle a doubt


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the headings: row 0 for groups, 1 for the columns below. `told` is what it says by other evidence than
    its pieces.
    """

    row: int
    column: int
    span: int
    pieces: tuple[Piece, ...]
    told: str = ""


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a table: its columns with those that only a heading tells of, and the cells above them.

    `lost`: some column of figures has none that means anything. `unsure` are the columns whose meaning nothing tells
    but their place among the others.
    """

    columns: tuple[Interval, ...]
    cells: tuple[Heading, ...]
    lost: bool = False
    unsure: frozenset[int] = frozenset()

    @property
    def top(self) -> float:
        """The top of the headings."""
        return min(p.box.top for c in self.cells for p in c.pieces)

    @property
    def bottom(self) -> float:
        """The bottom of the headings."""
        return max(p.box.bottom for c in self.cells for p in c.pieces)


@dataclass(frozen=True, slots=True)
class _Solution:
    columns: tuple[Column, ...]
    groups: tuple[_Group, ...]
    cost: float
    meanings: Meanings
    overruled: int
    """How many columns would mean something else by their own headings."""
    doubtful: bool = False

    @property
    def patterns(self) -> int:
        """How many different rows of headings stand under the groups; publishers repeat one for each quarter."""
        return len({tuple(one_line(c.text) for c in self.columns[a : b + 1]) for a, b, _ in self.groups})

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


def find_headings(rows: Rows, columns: Sequence[Interval]) -> Headings | None:
    """Find the headings above the first row of a page; None where there are none, or their meaning is not certain."""
    figures = [c for c in columns if _holds_figures(c, rows)]
    groups = ([lines] for lines in _lines_above(rows)) if rows.heading_ends else [_lines_above(rows)]
    taken = next((t for g in groups if (t := _taken(_candidates(g), rows, columns, figures)) is not None), None)
    return None if taken is None else replace(_headings(taken), lost=None in taken.of(figures))


def _taken(
    candidates: Iterable[Sequence[Sequence[Piece]]],
    rows: Rows,
    columns: Sequence[Interval],
    figures: Sequence[Interval],
) -> _Solution | None:
    """Give the reading that is certain among those of the lines that may be the headings."""
    profile = load_profiles()[0]
    found = [s for lines in candidates for s in _solutions(lines, columns, rows.page.words, profile)]
    found = [s for s in found if _is_whole(s, figures, profile) and _is_in_order(s, figures, exact=rows.page.words)]
    found = _proven(found, rows)
    best = max((s.known for s in found), default=0)
    by_meaning: dict[tuple[Meanings, Meanings], list[_Solution]] = {}
    for solution in found:
        if solution.known == best:
            by_meaning.setdefault((solution.meanings, solution.of(columns)), []).append(solution)
    return _certain(sorted((_plainest(s) for s in by_meaning.values()), key=lambda s: s.cost), rows, columns)


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

    return [s for s in found if not s.doubtful or (s.known >= least and _has_goals(s.meanings) and is_proven(s))]


def _has_goals(meanings: Meanings) -> bool:
    """Tell whether each quarter with a result has a goal, where other quarters have one.

    Where a quarter's results are as planned its goals prove a reading that takes them for results.
    """
    goals, results = ({m.quarter for m in meanings if m is not None and m.field == f and m.quarter} for f in _MEASURES)
    return not goals or results <= goals


def _is_whole(solution: _Solution, figures: Sequence[Interval], profile: Profile) -> bool:
    """Tell whether a reading has the columns that every report has, and a heading over every column of figures."""
    covered = {n for first, last, _ in solution.groups for n in range(first, last + 1)}
    headed = [c.at for n, c in enumerate(solution.columns) if c.pieces or n in covered]
    named = {m.field for m in solution.meanings if m is not None}
    return profile.required <= named and all(any(a <= c[0] and c[1] <= b for a, b in headed) for c in figures)


def _is_in_order(solution: _Solution, figures: Sequence[Interval], *, exact: bool) -> bool:
    """Tell whether the quarters of each measure go up from the left, as in every report.

    In a scan a lost stroke makes one quarter of another: where headings of figures were lost, those that are left must
    stand as far apart as their quarters.
    """
    times = Counter(solution.meanings)
    lost = not exact and None in solution.of(figures)
    for field in QUARTERLY:
        mine = [
            (n, m.quarter)
            for n, m in enumerate(solution.meanings)
            if m is not None and m.field == field and m.quarter is not None and times[m] == 1
        ]
        steps = [(right - left, later - first) for (left, first), (right, later) in pairwise(mine)]
        if any(later <= 0 for _, later in steps):
            return False
        strides = {across / later for across, later in steps}
        if lost and (len(strides) > 1 or min(strides, default=1) < 1 or (len(mine) == 1 and solution.doubtful)):
            return False
    return True


def _holds_figures(column: Interval, rows: Rows) -> bool:
    mine = [p for s in rows.body for p in s.pieces if column[0] <= p.centre <= column[1]]
    return bool(mine) and 2 * sum(p.is_figure for p in mine) > len(mine)


def _candidates(ends: Iterable[Sequence[Sequence[Piece]]]) -> Iterator[Sequence[Sequence[Piece]]]:
    """Give the lines that may be the headings: the last ones of those down to where they may end."""
    for lines in ends:
        for number in range(1, min(_LINES, len(lines)) + 1):
            mine = lines[-number:]
            if number > 1 and mine[1][0].middle - mine[0][0].middle > _APART * mine[0][0].size:
                break
            yield mine


def _lines_above(rows: Rows) -> Iterator[list[list[Piece]]]:
    """Give the lines above the rows down to each place where the headings may end: at the rows, or at the bands and the
    rest of a row that these open with.
    """
    if rows.heading_ends:
        lines = lines_of([p for s in rows.above for p in s.pieces])
        yield from (lines[:end] for end in rows.heading_ends)
        return
    for left_out in range(min(_BELOW, len(rows.above) - 1), -1, -1):
        yield lines_of([p for s in rows.above[: len(rows.above) - left_out] for p in s.pieces])
    if len(rows.above) == 1:
        # Where white gaps part nothing, the lines are all that bands above the first row can be told by.
        lines = lines_of(rows.above[0].pieces)
        yield from (lines[:-n] for n in range(1, min(_BELOW + 1, len(lines))))


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
    if not plainest or len({_figure_meanings(s, body) for s in left}) > 1:
        return None
    # Publishers repeat a group for each quarter; a heading over a blank column beside texts without one is theirs.
    return min(plainest, key=lambda s: (s.patterns, s.of(body).count(None)))


def _figure_meanings(solution: _Solution, body: Sequence[Interval]) -> Meanings:
    """Give which columns of the body hold figures of which meaning."""
    return tuple(m if m is not None and m.field in FIGURES else None for m in solution.of(body))


def _headings(solution: _Solution) -> Headings:
    groups = [Heading(0, first, last - first + 1, pieces) for first, last, pieces in solution.groups]
    leaves = [Heading(1, n, 1, c.pieces) for n, c in enumerate(solution.columns) if c.pieces]
    return Headings(tuple(c.at for c in solution.columns), (*groups, *leaves))


def _solutions(
    lines: Sequence[Sequence[Piece]], body: Sequence[Interval], words: bool, profile: Profile
) -> Iterator[_Solution]:
    """Give every reading of these lines as headings: which lines hold groups, what stands over what."""
    for split in range(len(lines)):
        lower = [b for line in lines[split:] for b in heading_blocks(line, body, words=words)]
        upper = [b for line in lines[:split] for b in heading_blocks(line, (), words=words)]
        leaves = stacks(lower)
        for units in levels(stacks(upper)):
            for columns, doubtful in with_leaves(body, leaves, units):
                if columns is not None:
                    yield from (replace(s, doubtful=doubtful or s.doubtful) for s in _assigned(columns, units, profile))


def _assigned(columns: Sequence[Column], units: Sequence[Upper], profile: Profile) -> Iterator[_Solution]:
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


_Way = tuple[tuple[Column, ...], tuple[_Group, ...], _Off]


def _ways(
    columns: Sequence[Column], units: Sequence[Upper], orphans: Sequence[bool], edges: Sequence[float]
) -> Iterator[_Way]:
    """Give every way to set `units` over columns in their order: each over one column, or over several that have
    headings of their own; no orphan stays alone. With it goes by how much the groups miss the middle, the
    beginning and the end.
    """

    def go(i: int, u: int, kept: tuple[Column, ...], groups: tuple[_Group, ...], off: _Off) -> Iterator[_Way]:
        if i == len(columns):
            if u == len(units):
                yield kept, groups, off
            return
        if u == len(units):
            if not any(orphans[i:]):
                yield (*kept, *columns[i:]), groups, off
            return
        box = units[u].box
        if not orphans[i] and box.x1 > columns[i].at[1] and not is_over((box.x0, box.x1), columns[i].at):
            yield from go(i + 1, u, (*kept, columns[i]), groups, off)
        whole = around(units[u].pieces)
        if edges[i] <= (whole.x0 + whole.x1) / 2 <= edges[i + 1] and _is_clear(whole, i, i, columns):
            yield from go(i + 1, u + 1, (*kept, below(units[u], columns[i])), groups, off)
        for j in range(i + 1, len(columns)):
            if not (columns[i].pieces and columns[j].pieces):
                break
            missed = _missed(box, i, j, columns, edges)
            worst = max(off[0], missed[0]), max(off[1], missed[1]), max(off[2], missed[2])
            if min(worst) <= OFF and _is_clear(box, i, j, columns):
                inner = columns[i : j + 1]
                yield from go(j + 1, u + 1, (*kept, *inner), (*groups, (i, j, units[u].pieces)), worst)

    yield from go(0, 0, (), (), (0.0, 0.0, 0.0))


def _is_clear(box: Box, i: int, j: int, columns: Sequence[Column]) -> bool:
    """Tell whether a heading over columns i to j reaches over none of the others."""
    return not any(is_over((box.x0, box.x1), c.at) for c in (*columns[:i], *columns[j + 1 :]))


def _missed(box: Box, i: int, j: int, columns: Sequence[Column], edges: Sequence[float]) -> _Off:
    """Give by what share of a column a heading misses the middle, the beginning and the end of columns i to j."""
    first, last = around(columns[i].pieces), around(columns[j].pieces)
    width = (edges[j + 1] - edges[i]) / (j + 1 - i)
    centre = (box.x0 + box.x1) / 2
    leaves = (first.x0 + first.x1 + last.x0 + last.x1) / 4
    middle = min(abs(centre - (edges[i] + edges[j + 1]) / 2), abs(centre - leaves))
    return middle / width, abs(box.x0 - first.x0) / width, abs(box.x1 - last.x1) / width


def _meanings(texts: Sequence[str], profile: Profile) -> Meanings:
    return tuple(_meaning(t, profile.id) if t else None for t in texts)


def _texts(columns: Sequence[Column], groups: Sequence[_Group]) -> list[str]:
    above = {n: text for a, b, pieces in groups for text in (heading_text(pieces),) for n in range(a, b + 1)}
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
