"""Rows of a table without rules: codes tell how many there are, white gaps and borders where each ends.

Here belongs what goes down the page. Not here: columns (`unruled`), headings (`unruled_headings`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.profile import load_profiles
from ingest.readers.pieces import (
    FIGURE,
    Border,
    Interval,
    PageText,
    Piece,
    around,
    blocks_of,
    gaps,
    lines_of,
    merged,
    type_size,
)
from ingest.readers.unruled_anchors import between_figures, valley
from ingest.readers.unruled_setting import Setting, lines_of_figures

NAMED = 3
"""Texts that name columns, at least, make a line one of headings."""

_CODE = re.compile(r"(?P<code>\d{1,3}(?:\.\d{1,3}){1,7})\.?(?=\s|$)")
_OUTLINE = re.compile(r"\d[\d ]*\.[\d. ]*\d(?![\d.]*[,%])")
_TORN = re.compile(r"\d[\d.,:' ]{2,}(?=\s|$)")
_REACH = 0.5  # of the type size: a code that was torn begins no farther from where others do
_ROOT_PARTS = 2  # of a code are alike in all rows of a program
_TRIM = 0.08  # of the type size: letters stay that far inside the height of their type
_DEEP_TRIM = 0.25  # of the type size: lines that overlap no more can be told apart
_MARGIN, _EXACT_MARGIN = 0.12, 0.08  # of the type size: gaps between rows are that much wider than between lines
_SHORT = 5  # words: the line of a heading has no more
_BESIDE, _MOST = 0.6, 0.8  # of the type size: figures as near stand on the line of their code; so many rows' do
_LONE_GAP = 0.45  # of the type size: a gap between rows where a table has one row only
_ACROSS = 0.6  # of the width of the text: a border that long goes across the table
_SAME = 0.8  # points: borders that close are one
_FIGURES = 3  # on a line, to make it the line of figures of a row
_BAND_LINES = 2
_PAST = 2.5  # type sizes: the end of the table where nothing tells how far apart its rows are
_LONE = 1.5  # what a row of a scan costs that lacks its code or its figures; a band lacks both
_ABOUT = 1.25  # times the least cost of a parting
_AFTER = 1.7  # gaps between rows: what follows the last row at a greater distance is no part of the table


@dataclass(frozen=True, slots=True)
class Strip:
    """What stands between two cuts across a page: `codes` are the pieces that open an indicator's row, `figure_lines`
    tells how many lines hold figures that stand by themselves, as those of a row do.
    """

    page: int
    top: float
    bottom: float
    pieces: tuple[Piece, ...]
    codes: tuple[Piece, ...] = ()
    figure_lines: int = 0

    @property
    def is_row(self) -> bool:
        """Whether the strip is a row by its code or its figures."""
        return bool(self.codes) or self.figure_lines > 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The strips of a page: those above its first row, its rows with bands between them, and those below.

    `heading_ends` tells after how many lines above the headings may end, the likeliest first, where that is known.
    """

    page: PageText
    above: tuple[Strip, ...]
    body: tuple[Strip, ...]
    below: tuple[Strip, ...]
    gap: float
    heading_ends: tuple[int, ...] = ()


def find_codes(pages: Sequence[PageText]) -> list[list[Piece]]:
    """Give the codes that open rows on each page, from the top: those that stand below each other.

    The codes of a program begin alike, so that a decimal figure is none.
    """
    openings = [[p for p in _openings(page) if _CODE.match(p.text)] for page in pages]
    deep = [p for page in openings for p in page if p.text.count(".") >= _ROOT_PARTS]
    if not deep:
        return [[] for _ in pages]
    root = Counter(_root(p.text) for p in deep).most_common(1)[0][0]
    mine = [[p for p in page if _root(p.text) == root] for page in openings]
    columns = merged((p.box.x0, p.box.x0 + 0.5 * p.size) for page in mine for p in page)
    held = {c: sum(c[0] <= p.box.x0 <= c[1] for page in mine for p in page) for c in columns}
    best = max(columns, key=lambda c: held[c])
    found = [[p for p in page if best[0] <= p.box.x0 <= best[1]] for page in mine]
    return [f if page.words else _with_torn(page, f, best) for page, f in zip(pages, found, strict=True)]


def _with_torn(page: PageText, codes: list[Piece], column: Interval) -> list[Piece]:
    """Give codes with those of which a dot or a digit was misread: they stand where codes do, on a line of figures, or
    alone in a column of codes that the figures do not stand beside.
    """
    reach = _REACH * type_size(page.pieces)
    alone = 2 * sum(_CODE.fullmatch(c.text) is not None for c in codes) > len(codes)
    torn = [
        line[n]
        for line in lines_of(page.pieces)
        for n in range(len(line))
        if column[0] - reach <= line[n].box.x0 <= column[1] + reach
        and (
            _TORN.match(line[n].text)
            if sum(p.is_figure for p in line) >= _FIGURES
            else alone and "." in line[n].text and _TORN.fullmatch(line[n].text)
        )
    ]
    free = [t for t in torn if not any(abs(t.middle - c.middle) < t.size for c in codes)]
    return sorted([*codes, *free], key=lambda p: p.middle)


def _root(code: str) -> str:
    return ".".join(code.split(".")[:_ROOT_PARTS])


def _openings(page: PageText) -> Iterable[Piece]:
    for line in lines_of(page.pieces):
        for block in blocks_of(line, words=page.words):
            yield block[0]


def holds_several_rows(cells: Sequence[str]) -> bool:
    """Tell whether the cells of a grid, line by line, hold several rows each: most codes of a program stand in cells
    with others, and figures below each other.

    Codes of a scan may lack points, and figures that have points for commas look like codes; those of a program begin
    with the same digits.
    """
    lines = [cell.split("\n") for cell in cells]
    codes = [Counter(re.sub(r"\D", "", m[0])[:_ROOT_PARTS] for line in mine if (m := _OUTLINE.match(line)))
             for mine in lines]  # fmt: skip
    figures = sum(sum(FIGURE.fullmatch(line.strip()) is not None for line in mine) > 1 for mine in lines)
    root, _ = max(sum(codes, Counter()).items(), key=lambda c: c[1], default=("", 0))
    counts = [mine[root] for mine in codes]
    return figures >= _FIGURES and 2 * sum(n for n in counts if n > 1) > sum(counts)


def find_rows(pages: Sequence[PageText], codes: Sequence[Sequence[Piece]]) -> list[Rows] | None:
    """Part pages with codes into strips; None where it is not certain where rows end.

    The cuts are the gaps that are clearly wider than those between lines, or else borders across the table, or else
    the gaps above codes, where all texts of a row begin on the line of its code. The lines of the texts tell which
    parting is right, and show where no gap is wider.
    """
    setting = Setting(pages, codes)
    exact = all(page.words for page in pages)
    found: list[tuple[float, list[Rows]]] = []
    for trim in (_TRIM, _DEEP_TRIM) if exact else (_TRIM,):
        for rows, wide in _parted(pages, codes, trim, setting):
            cost = _cost(rows, setting) + (0.0 if exact else _odd(rows))
            if cost == 0 or (wide and not exact):
                return rows
            found.append((cost, rows))
    if not found:
        return None
    least = min(found, key=lambda f: f[0])
    # On a scan lines waver, so that of partings that cost about the same the surest is right.
    return found[0][1] if not exact and found[0][0] <= _ABOUT * least[0] else least[1]


def _cost(rows: Sequence[Rows], setting: Setting) -> float:
    heights = [[(s.top, s.bottom, bool(s.codes)) for s in r.body] for r in rows]
    coded = [[h[:2] for h in page if h[2]] for page in heights]
    return setting.cost([[h[:2] for h in page] for page in heights], coded)


def _odd(rows: Sequence[Rows]) -> float:
    """Give what it costs on a scan that strips are no rows with a code and figures: they may be parts of one."""
    return _LONE * sum(2 - bool(s.codes) - (s.figure_lines > 0) for r in rows for s in r.body)


def _parted(
    pages: Sequence[PageText], codes: Sequence[Sequence[Piece]], trim: float, setting: Setting
) -> Iterator[tuple[list[Rows], bool]]:
    """Give the partings in which every strip is one row or a band, the surest first; and whether gaps between rows are
    wider than all inside them.
    """
    size = type_size([p for page in pages for p in page.pieces])
    exact = all(page.words for page in pages)
    margin = (_EXACT_MARGIN if exact else _MARGIN) * size
    free = [_gaps(page, trim) for page in pages]
    between = [_between(g, c) for g, c in zip(free, codes, strict=True)]
    inner = [gap for page in between for interval in page for gap in interval]
    intervals = [interval for page in between for interval in page]
    if not all(intervals) and any(page.words for page in pages):
        return
    ruled = [_ruled(g, page) for g, page in zip(free, pages, strict=True)]
    least = min((max(map(_width, i), default=0.0) for i in intervals), default=_LONE_GAP * size)
    heads = [_below_headings(g, page, c[0]) for g, page, c in zip(free, pages, codes, strict=True)]

    def cut(cuts: Sequence[Sequence[Interval]]) -> list[Rows]:
        gap, inside = least or _LONE_GAP * size, setting.columns_of_figures or None if exact else None
        if not exact:
            ends = [_end(g, page, c[-1]) for g, page, c in zip(free, pages, codes, strict=True)]
            cuts = [sorted({*mine, *end}) for mine, end in zip(cuts, ends, strict=True)]
        return [_cut(*given, gap, inside) for given in zip(pages, codes, cuts, strict=True)]

    for wide, way in _ways(free, between, inner, ruled, pages, codes, least, margin):
        rows = cut([sorted({*c, *h}) for c, h in zip(way, heads, strict=True)])
        if all(map(_is_sound, rows)):
            yield rows, wide
    floors = [last_heading(page, c[0]) for page, c in zip(pages, codes, strict=True)]
    for found in setting.partings(free, floors):
        # On a scan what follows the last row as closely as lines do may be the rest of it, however its lines waver.
        kept = [[g for g in mine if exact or g[0] < c[-1].middle] for mine, c in zip(found, codes, strict=True)]
        rows = cut(kept)
        if all(map(_is_sound, rows)):
            yield rows, False


def _end(free: Sequence[Interval], page: PageText, code: Piece) -> list[Interval]:
    """Give the place below the last code where the table of a scan ends: where its rules down do, or at a wide gap."""
    if page.sides:
        bottom = median(s.bottom for s in page.sides)
        return [(bottom, bottom)] if bottom > code.middle else []
    return [g for g in free if g[0] > code.middle and _width(g) > _PAST * code.size][:1]


def _ways(
    free: Sequence[Sequence[Interval]],
    between: Sequence[Sequence[Sequence[Interval]]],
    inner: Sequence[Interval],
    ruled: Sequence[set[Interval]],
    pages: Sequence[PageText],
    codes: Sequence[Sequence[Piece]],
    least: float,
    margin: float,
) -> Iterable[tuple[bool, list[list[Interval]]]]:
    """Give the ways to cut the pages, the surest first; and whether that is by gaps that are wider than all others."""
    narrow = max((w for g in inner if (w := _width(g)) < least - 0.01), default=0.5 * least)
    wide = [[g for g in page if _width(g) > (narrow + least) / 2] for page in free]
    if narrow <= least - margin:
        yield True, [sorted({*w, *r}) for w, r in zip(wide, ruled, strict=True)]
    if all(any(g in r for g in i) for page, r in zip(between, ruled, strict=True) for i in page):
        yield False, [sorted(r | {g for g in w if not i or not _inside(g, i)})
                      for w, r, i in zip(wide, ruled, codes, strict=True)]  # fmt: skip
    above = [[_above(page, code) for code in mine] for page, mine in zip(free, codes, strict=True)]
    if all(gap is not None for page in above for gap in page[1:]):
        yield False, [sorted({g for g in page if g is not None}) for page in above]
    if not any(page.words for page in pages):
        at_codes = [_at_codes(page, mine) for page, mine in zip(pages, codes, strict=True)]
        if all(cuts or len(mine) == 1 for cuts, mine in zip(at_codes, codes, strict=True)):
            yield False, at_codes
        yield False, [between_figures(page, mine) for page, mine in zip(pages, codes, strict=True)]


def _at_codes(page: PageText, codes: Sequence[Piece]) -> list[Interval]:
    """Give a cut between each two codes where the fewest texts are cut: on a bad copy no gap goes all the way.

    [] where the figures do not stand on the lines of codes: they might be those of a neighbour.
    """
    figures = [line for line in lines_of(page.pieces) if sum(p.is_figure for p in line) >= _FIGURES]
    beside = [any(abs(c.middle - p.middle) <= _BESIDE * c.size for line in figures for p in line) for c in codes]
    if sum(beside) < _MOST * len(codes):
        return []
    return [valley(page, a.middle, b.middle) for a, b in pairwise(codes)]


def _inside(gap: Interval, codes: Sequence[Piece]) -> bool:
    return codes[0].middle < gap[0] and gap[1] < codes[-1].middle


def _gaps(page: PageText, trim: float) -> list[Interval]:
    return gaps((p.box.top + trim * p.size, p.box.bottom - trim * p.size) for p in page.pieces)


def _width(gap: Interval) -> float:
    return gap[1] - gap[0]


def _between(free: Sequence[Interval], codes: Sequence[Piece]) -> list[list[Interval]]:
    """Give the gaps between each two codes that follow each other."""
    return [
        [g for g in free if upper.middle < g[0] and g[1] < lower.middle] for upper, lower in pairwise(codes)
    ]  # fmt: skip


def _above(free: Sequence[Interval], code: Piece) -> Interval | None:
    """Give the gap that ends where the line of a code begins."""
    return next((g for g in free if abs(g[1] - code.box.top) <= 0.3 * code.size), None)


def _below_headings(free: Sequence[Interval], page: PageText, code: Piece) -> list[Interval]:
    """Give the widest gap between the last line of headings and the line of the first code; [] without headings."""
    floor = last_heading(page, code)
    mine = [g for g in free if floor < g[0] and g[1] < code.middle]
    return [max(mine, key=_width)] if mine and floor > float("-inf") else []


def last_heading(page: PageText, code: Piece) -> float:
    """Give the top of the last line of headings above a code; minus infinity without headings."""
    above = lines_of(p for p in page.pieces if p.box.bottom <= code.middle)
    return max((around(line).top for line in above if named(line) >= NAMED), default=float("-inf"))


def named(line: Sequence[Piece]) -> int:
    """Give how many texts of a line may name columns."""
    profile = load_profiles()[0]
    texts = [" ".join(p.text for p in b) for b in blocks_of(line, words=True) if len(b) <= _SHORT]
    return sum(profile.meaning(f"{t} / T1") is not None or profile.quarter_of(t) is not None for t in texts)


def _ruled(free: Sequence[Interval], page: PageText) -> set[Interval]:
    """Give the gaps in which a border goes across the table."""
    width = around(page.pieces)
    across = [y for y, reach in _reaches(page.borders) if reach >= _ACROSS * (width.x1 - width.x0)]
    return {gap for gap in free if any(gap[0] - 1 <= y <= gap[1] + 1 for y in across)}


def _reaches(borders: Sequence[Border]) -> list[Interval]:
    """Give the height of each border with what all borders at that height cover together."""
    heights: list[list[Border]] = []
    for border in sorted(borders, key=lambda b: b.y):
        if heights and border.y - heights[-1][0].y <= _SAME:
            heights[-1].append(border)
        else:
            heights.append([border])
    return [(mine[0].y, sum(b - a for a, b in merged((m.x0, m.x1) for m in mine))) for mine in heights]


def _cut(
    page: PageText,
    codes: Sequence[Piece],
    cuts: Sequence[Interval],
    gap: float,
    inside: Sequence[Interval] | None,
) -> Rows:
    borders = [(a + b) / 2 for a, b in cuts]
    held: dict[int, list[Piece]] = {}
    for piece in page.pieces:
        held.setdefault(bisect_right(borders, piece.middle), []).append(piece)
    numbers = {p.number for p in codes}
    strips = [_strip(page.page, held[i], numbers, inside) for i in sorted(held)]
    rows = [i for i, s in enumerate(strips) if s.codes]
    first, last = (rows[0], rows[-1]) if rows else (0, -1)
    while (
        last + 1 < len(strips)
        and strips[last + 1].top - strips[last].bottom <= _AFTER * gap
        and strips[last + 1].is_row
    ):
        last += 1
    return Rows(page, tuple(strips[:first]), tuple(strips[first : last + 1]), tuple(strips[last + 1 :]), gap)


def _strip(page: int, pieces: Sequence[Piece], codes: set[int], inside: Sequence[Interval] | None) -> Strip:
    box = around(pieces)
    mine = tuple(p for p in pieces if p.number in codes)
    return Strip(page, box.top, box.bottom, tuple(pieces), mine, len(lines_of_figures(lines_of(pieces), inside)))


def _is_sound(rows: Rows) -> bool:
    """Tell whether every strip among the rows is one row, with or without a code, or a band."""
    return all(
        len(s.codes) <= 1 and s.figure_lines <= 1 and (s.is_row or is_lone(s, words=rows.page.words)) for s in rows.body
    )


def is_lone(strip: Strip, *, words: bool) -> bool:
    """Tell whether a strip is one text on one or two lines, as a band across a table is."""
    lines = lines_of(strip.pieces)
    return len(lines) <= _BAND_LINES and all(len(blocks_of(line, words=words)) == 1 for line in lines)
