"""A page of a scan whose table has no rules: lines of text become rows and columns by what stands where.

Here belongs the way from lines on paper to the pieces that `find_unruled` takes, and back to cells. Not here: the
geometry of alignment (`readers.unruled`), tables with rules (`grid`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from ingest.cells import Box, Cell, Placed, Table
from ingest.profile import Profile, load_profiles
from ingest.readers.pieces import PageText, Piece
from ingest.readers.unruled import Found, find_unruled
from ingest.scan import figures, wording
from ingest.scan.engine import Recognition
from ingest.scan.lines import SIDE, Paper, TextLine
from ingest.scan.neighbours import told_by_neighbours
from ingest.scan.orient import Upright
from ingest.scan.spots import Engines, Spot, ask_lines, in_order, merged, text_cell
from ingest.scan.tables import read_table
from ingest.scan.unruled_cells import cut_figures
from ingest.scan.unruled_told import tell_headings
from ingest.words import words

_FIGURES = 3  # on a line, to make it the line of figures of a row
_SURE = 0.9  # a line above the tables that is read with less is read again
_BLUR = 0.25  # of the type size: a heading may reach that far over the next column
# Shares of the type size.
_SPECK, _HIGH, _LONG = 0.008, 3.4, 9.0  # the area of a speck; letters that touch each other are no higher, no longer
_GUTTER, _FEW_LINES = (
    0.16,
    4.0,
)  # the narrowest gap between two columns, and how much wider it is where there are few lines
_SAME_BASE = 0.4  # lines side by side differ by less
_BETWEEN = 0.6  # of the height of capitals: words of one heading stand closer
_THIN = 0.02  # of a line: a row of pixels with less ink is none of its capitals
_IN_FIGURES, _HAIR = 0.4, 0.04  # gaps inside figures are narrower; gaps between letters are wider
_FEW_FIGURES = 2  # with a gap at one place, to tell that it is one of theirs
_DIGITS = 0.6  # of the letters and digits of a figure or a code that is misread
_NAMED, _FEW_WORDS = 3, 5  # texts that name columns, to make a line of headings; none has more words
_LEADING = 1.15  # times the usual distance: lines of one text are no farther apart
_MANY = 15.0  # a strip that high has many lines
_STRAY = 0.015  # of the height: marks that cross a gutter, as stamps do
_FIGURE_AND_TEXT = re.compile(r"\d[\d.,]*(?:\s\d+)?\s?[%96]{0,2}\s*(?=\s[^\W\d]|[^\W\d])")
_WHOLE_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:,\d{3})*\.\d+\s?%")
_LIKE_CODE = re.compile(r"\d[\d.,]*\.\d[\d.,]*")
_BESIDE = 0.8  # of the type size: a figure in the middle of its row differs as much from a line of the text beside it
_REACH = 1.0  # of the type size: how near the end of a figure is known by its share of the letters
_YEAR, _EVEN = 4, 0.2  # quarters; of the distance between their headings: these differ by no more
_SHORT = 3  # letters: a heading of a quarter without the word for it, such as T1
_NOTHING = Cell("", 0)


@dataclass(frozen=True, slots=True)
class Unruled:
    """What a page without rules was read as: its text in pieces, and the table that was found by these, if one was."""

    text: PageText
    found: Found | None = None


def read_unruled(
    page: Upright, paper: Paper, loose: list[Spot], ask: Engines, told: Found | None
) -> tuple[list[Table], list[Cell], Unruled]:
    """Find the table of a page without rules; give it and the lines outside it.

    `told` is the table where other pages told it, by the pieces that an earlier reading of this page gave.
    """
    parted = _parted(paper, loose, ask)
    text = _text_of(page, paper, parted, ask)
    found = told or _found(text)
    seen = Unruled(text, found)
    if found is None and len(parted) != len(loose):
        parted, found = loose, _found(_text_of(page, paper, loose, ask))
    loose = parted
    ask_lines(ask.second, [s for s in loose if s.confidence(ask.first.name, figure=False) < _SURE])
    scale = page.scale
    if found is None:
        return [], [text_cell(page, s, ask) for s in in_order(loose)], seen
    held = {p.number for slot in found.slots for p in slot.pieces}
    first = min(_figure_rows(paper, loose, ask.first.name), default=0.0) - paper.size
    above = set(_above(loose, first))
    for piece in (p for slot in found.slots for p in slot.pieces if p.number in above):
        _settle(loose[piece.number], piece.text, ask)
    spots = []
    for slot in found.slots:
        edges = (found.column_edges[slot.column], found.column_edges[slot.column + slot.column_span])
        ends = (found.row_edges[slot.row], found.row_edges[slot.row + 1])
        left, up, right, down = (v * scale for v in (edges[0], ends[0], edges[1], ends[1]))
        spot = merged((left, up, right, down), [loose[p.number] for p in slot.pieces if p.number >= 0], ask)
        spot.blotted = slot.stained
        if slot.told:
            _tell(spot, slot.told, paper, ask)
        spots.append(spot)
    places = [Placed(_NOTHING, s.row, s.column, 1, s.column_span) for s in found.slots]
    cut_figures(paper, places, spots, found.figures, ask)
    size = len(found.row_edges) - 1, len(found.column_edges) - 1
    table = read_table(page, paper, places, spots, size, found.column_edges, ask, None)
    outside = in_order([s for n, s in enumerate(loose) if n not in held])
    return [table], [text_cell(page, s, ask) for s in outside], seen


def _found(text: PageText) -> Found | None:
    """Find rows and columns among lines of text."""
    return next(iter(find_unruled([text], tell_headings)), None)


def _text_of(page: Upright, paper: Paper, loose: Sequence[Spot], ask: Engines) -> PageText:
    """Give the lines of a page as pieces, what is read above the figures mended by the words of headings."""
    scale, name = page.scale, ask.first.name
    rows = _figure_rows(paper, loose, name)
    inset = _BLUR * paper.size
    boxes = []
    for spot in loose:
        x0, y0, x1, y1 = spot.box
        above = bool(rows) and spot.lines[0].base < rows[0] - paper.size
        blur = min(inset, (x1 - x0) / 4) * above
        boxes.append(Box((x0 + blur) / scale, y0 / scale, (x1 - blur) / scale, y1 / scale))
    said = [figures.as_printed(s.said(name)) for s in loose]
    _mend_codes(loose, said, ask)
    if rows:
        _ask_again(loose, said, rows[0] - paper.size, ask)
        _mend_headings(loose, said, rows[0] - paper.size, paper.size)
    pieces = tuple(Piece(box, text, n) for n, (box, text) in enumerate(zip(boxes, said, strict=True)) if text)
    return PageText(page.number, pieces, words=False)


def _parted(paper: Paper, loose: list[Spot], ask: Engines) -> list[Spot]:
    """Part lines that run over the white gap between two columns, which may be as narrow as that between words."""
    name = ask.first.name
    rows = _figure_rows(paper, loose, name)
    if not rows:
        return loose
    first, last = rows[0] - paper.size, rows[-1] + 3.5 * paper.size
    below = _below_headings(first, loose, paper.size, name)
    top = below or _top_of_row(first, loose, paper.size)
    gutters = [
        g for g in _gutters(paper, below or top - paper.size, last)
        if g[1] - g[0] >= _IN_FIGURES * paper.size or not _parts_figures(g, loose, name)
    ]  # fmt: skip
    kept, new = [], []
    for spot in loose:
        line, said = spot.lines[0], spot.said(name).strip()
        figure = _is_mostly_digits(said)
        inside = top <= line.base <= last + 4 * paper.size
        # What stands alone on its line may be a band across the table.
        alone = not figure and not any(
            s is not spot and abs(s.lines[0].base - line.base) < _SAME_BASE * paper.size for s in loose
        )
        places = gutters if inside and not alone else _wide_gaps(paper, line, gutters)
        parts = paper.parted(line, places, _IN_FIGURES if figure else _GUTTER)
        if repeated := [] if inside else _between_repeated(line, spot.read[name][0], paper.size):
            parts = paper.parted(line, repeated, _HAIR)
        if len(parts) > 1 and not _WHOLE_FIGURE.fullmatch(said):
            new += [Spot(part.box, [part]) for part in parts]
        else:
            kept.append(spot)
    ask_lines(ask.first, new)
    return _parted_figures(paper, [*kept, *new], rows, ask)


def _parts_figures(gutter: tuple[float, float], loose: Sequence[Spot], name: str) -> bool:
    """Tell whether a gap goes through figures: those of one column that are alike have gaps at the same places."""
    inside = (s for s in loose if s.box[0] < gutter[0] and gutter[1] < s.box[2])
    return sum(figures.is_figure(s.said(name)) for s in inside) >= _FEW_FIGURES


def _is_mostly_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= max(1, _DIGITS * sum(map(str.isalnum, text)))


def _wide_gaps(paper: Paper, line: TextLine, gutters: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give the gaps of a line, over a gutter, that are wider than those between its words.

    A heading over a group of columns has no such gap; neighbours that stand close together have one at each column.
    """
    x0, _, x1, _ = (round(v) for v in line.box)
    band = paper.ink[max(0, round(line.base - 0.9 * paper.size)) : round(line.base + 0.2 * paper.size), x0:x1]
    high = round(0.9 * paper.size) - int(np.argmax(band.mean(axis=1) > _THIN)) if band.size else 0
    turns = np.flatnonzero(np.diff(np.concatenate(([1], band.any(axis=0).astype(np.int8), [1]))))
    own = [(x0 + a, x0 + b) for a, b in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)]
    wide = [(float(a), float(b)) for a, b in own if b - a >= _BETWEEN * high]
    return [g for g in wide if any(g[0] < b and a < g[1] for a, b in gutters)]


def _between_repeated(line: TextLine, read: Recognition, size: float) -> list[tuple[float, float]]:
    """Give where, in a line that says nothing but the word for a quarter again and again, one ends and the next begins.

    Narrow columns leave no more between such headings than there is between letters.
    """
    stems = sorted((w.rstrip("*") for w in load_profiles()[0].quarter_words), key=len, reverse=True)
    found = list(re.finditer("|".join(stems), read.text.lower()))
    if len(read.places) != len(read.text) or sum(len(m[0]) for m in found) < sum(map(str.isalnum, read.text)):
        return []
    left, wide = line.box[0] - SIDE * size, line.crop.shape[1]
    return [(left + wide * read.places[a.end() - 1], left + wide * read.places[b.start()]) for a, b in pairwise(found)]


def _below_headings(last: float, loose: Sequence[Spot], size: float, name: str) -> float:
    """Give the height right below the last line above `last` that names columns; 0 where there is none."""
    profile = load_profiles()[0]
    bases = [s.lines[0].base for s in loose]
    said = {n: loose[n].said(name) for n in _above(loose, last)}
    short = [n for n, text in said.items() if len(text.split()) <= _FEW_WORDS]
    named = [n for n in short if profile.meaning(f"{said[n]} / T1") or wording.stands_for(said[n], profile)]
    lines = _lines(sorted(named, key=lambda n: bases[n]), bases, 0.4 * size)
    return max((bases[line[-1]] + 0.3 * size for line in lines if len(line) >= _NAMED), default=0.0)


def _top_of_row(base: float, loose: Sequence[Spot], size: float) -> float:
    """Give the first of the lines that follow each other as closely as those of one text, down to `base`."""
    reach = _LEADING * _leading(loose, size)
    top = base
    for other in sorted((s.lines[0].base for s in loose if s.lines[0].base < base), reverse=True):
        if top - other > reach:
            break
        top = other
    return top - 0.1 * size


def _leading(loose: Sequence[Spot], size: float) -> float:
    """Give the usual distance of lines that begin below each other."""
    places = sorted((round(s.box[0] / size), s.lines[0].base) for s in loose)
    steps = [b - a for (left, a), (right, b) in pairwise(places) if left == right and 0.8 * size < b - a < 2.5 * size]
    return median(steps) if steps else 1.2 * size


def _gutters(paper: Paper, top: float, bottom: float) -> list[tuple[float, float]]:
    """Give the white gaps that go down the whole way between two heights, but for stray marks and lines across."""
    strip = np.ascontiguousarray(paper.ink[max(0, round(top)) : round(bottom)])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strip, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= max(2.0, _SPECK * paper.size**2)
    keep &= (stats[:, cv2.CC_STAT_HEIGHT] <= _HIGH * paper.size) & (stats[:, cv2.CC_STAT_WIDTH] <= _LONG * paper.size)
    keep[0] = False
    filled = (keep[labels].mean(axis=0) > _STRAY).astype(np.int8)
    turns = np.flatnonzero(np.diff(np.concatenate(([1], filled, [1]))))
    # In few lines the gaps between words lie below each other by chance.
    least = _GUTTER if bottom - top >= _MANY * paper.size else _FEW_LINES * _GUTTER
    gaps = zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)
    return [(float(a), float(b)) for a, b in gaps if b - a >= least * paper.size]


def _parted_figures(paper: Paper, loose: Sequence[Spot], rows: Sequence[float], ask: Engines) -> list[Spot]:
    """Part a figure on a line of figures from a text that stands so close after it that both were read as one."""
    name, size = ask.first.name, paper.size
    kept, new = [], []
    for spot in loose:
        line, said = spot.lines[0], spot.said(name)
        near = [r for r in rows if abs(line.base - r) < _BESIDE * size]
        match = _FIGURE_AND_TEXT.match(said) if near else None
        parts = [line]
        if match is not None:
            place = line.box[0] + match.end() / len(said) * (line.box[2] - line.box[0])
            parts = paper.parted(line, [(place - _REACH * size, place + _REACH * size)])
        if len(parts) > 1:
            x0, _, x1, _ = parts[0].box
            # The figure may stand higher or lower than the line of text that it was taken for a part of.
            own = paper.lines((x0 - 1, near[0] - size, x1 + 1, near[0] + 0.4 * size))
            new += [Spot(part.box, [part]) for part in (*own[:1], *parts[1:])]
        else:
            kept.append(spot)
    ask_lines(ask.first, new)
    return [*kept, *new]


def _figure_rows(paper: Paper, loose: Sequence[Spot], name: str) -> list[float]:
    """Give the base lines of figures that stand beside others, from the top."""
    heights = sorted(s.lines[0].base for s in loose if figures.is_figure(s.said(name)))
    return [h for h in heights if sum(abs(h - other) < 0.4 * paper.size for other in heights) >= _FIGURES]


def _ask_again(loose: Sequence[Spot], said: list[str], last: float, ask: Engines) -> None:
    """Let the second model read the headings that the first doubts; what names more of a report's columns is right."""
    profile = load_profiles()[0]
    doubted = [
        n
        for n in _above(loose, last)
        if loose[n].confidence(ask.first.name, figure=False) < _SURE or not wording.known(said[n], profile)
    ]
    ask_lines(ask.second, [loose[n] for n in doubted])

    def names(text: str) -> tuple[int, bool]:
        return wording.known(wording.mended(text, profile), profile), profile.quarter_of(text) is not None

    for n in doubted:
        said[n] = max((said[n], figures.as_printed(loose[n].said(ask.second.name))), key=names)


def _tell(spot: Spot, text: str, paper: Paper, ask: Engines) -> None:
    """Let a heading say what its column tells; where nothing of it was found, its whole place is the place of it."""
    spot.lines = spot.lines[:1] or [TextLine(spot.box, spot.box[3], paper.pixels[:1, :1])]
    told = Recognition(text, 1.0, text, 1.0)
    spot.read = {engine.name: [told] for engine in (ask.first, ask.second)}


def _settle(spot: Spot, text: str, ask: Engines) -> None:
    """Let a heading say what its words and its neighbours tell, so that its column means what it was found to mean."""
    if text:
        told = replace(spot.read[ask.first.name][0], text=text, confidence=1.0)
        spot.read = {engine.name: [told] for engine in (ask.first, ask.second)}


def _mend_codes(loose: Sequence[Spot], said: list[str], ask: Engines) -> None:
    """Let the second model read what looks like the code of a row and is doubted; the deeper of two codes is right."""
    doubted = [n for n, text in enumerate(said) if _LIKE_CODE.match(text) and not figures.is_figure(text)]
    doubted = [n for n in doubted if loose[n].confidence(ask.first.name, figure=False) < _SURE]
    ask_lines(ask.second, [loose[n] for n in doubted])
    for n in doubted:
        other = loose[n].said(ask.second.name)
        if _depth(other) > _depth(said[n]):
            said[n] = other


def _depth(text: str) -> int:
    match = _LIKE_CODE.match(text)
    return match[0].count(".") if match is not None else 0


def _above(loose: Sequence[Spot], last: float) -> list[int]:
    return [n for n, s in enumerate(loose) if s.lines[0].base < last]


def _mend_headings(loose: Sequence[Spot], said: list[str], last: float, size: float) -> None:
    """Mend, in `said`, the texts above the height `last` by the words of headings, and by the order of quarters."""
    profile = load_profiles()[0]
    above = _above(loose, last)
    for n in above:
        quarter = wording.stands_for(said[n], profile)
        # A number that hangs together with the word for a quarter would be taken for a part of it.
        whole = said[n] if quarter is None else wording.named_quarter(quarter, said[n], profile)
        said[n] = wording.mended(whole, profile)
    bases = [s.lines[0].base for s in loose]
    ordered = sorted((n for n in above if said[n]), key=lambda n: bases[n])
    quarters = [n for n in ordered if _says_quarter(said[n], profile) and profile.meaning(said[n]) is None]
    for line in _lines(quarters, bases, 0.4 * size):
        beside = [n for n in ordered if abs(bases[n] - bases[line[0]]) < 0.4 * size]
        mine = sorted(line, key=lambda n: loose[n].box[0])
        bare = [n for n in mine if profile.quarter_of(said[n]) is None]
        _mend_quarters(mine, sorted(beside, key=lambda n: loose[n].box[0]), said, loose, profile)
        for n in bare:
            _drop_number_above(n, ordered, said, loose, size, profile)


def _lines(ordered: Sequence[int], bases: Sequence[float], near: float) -> list[list[int]]:
    lines: list[list[int]] = []
    for n in ordered:
        if lines and bases[n] - bases[lines[-1][-1]] < near:
            lines[-1].append(n)
        else:
            lines.append([n])
    return lines


def _with_lost(
    named: list[int], line: Sequence[int], said: Sequence[str], loose: Sequence[Spot], profile: Profile
) -> list[int]:
    """Give the headings of three quarters with the one that is lost, where it stands as far from its neighbours."""
    for other in (n for n in line if n not in named):
        four = [n for n in line if n in (*named, other)]
        quarters = [profile.quarter_of(said[n]) for n in four]
        places = [(loose[n].box[0] + loose[n].box[2]) / 2 for n in four]
        steps = [b - a for a, b in pairwise(places)]
        even = max(steps) - min(steps) <= _EVEN * min(steps)
        if even and all(q == i + 1 for i, (n, q) in enumerate(zip(four, quarters, strict=True)) if n != other):
            return four
    return named


def _mend_quarters(
    mine: list[int], line: Sequence[int], said: list[str], loose: Sequence[Spot], profile: Profile
) -> None:
    """Name the quarters of headings that come in fours, where they may be those that their order tells."""
    if len(mine) == _YEAR - 1 and len(mine := _with_lost(mine, line, said, loose, profile)) == _YEAR:
        for quarter, n in enumerate(mine, 1):
            said[n] = wording.named_quarter(quarter, said[n], profile)
        return
    heads = [Placed(Cell(said[n], 0), 0, place) for place, n in enumerate(mine)]
    for (_, place), text in told_by_neighbours(heads, profile).items():
        said[mine[place]] = text


def _drop_number_above(
    n: int, above: Sequence[int], said: list[str], loose: Sequence[Spot], size: float, profile: Profile
) -> None:
    """Leave out what a number was read as that stands above the word for a quarter, which now names the quarter."""
    if profile.quarter_of(said[n]) is None:
        return
    (x0, _, x1, _), base = loose[n].box, loose[n].lines[0].base
    for other in above:
        a, _, b, _ = loose[other].box
        over = x0 < (a + b) / 2 < x1 and 0.4 * size < base - loose[other].lines[0].base < 1.5 * size
        if over and len("".join(words(said[other]))) <= _SHORT:
            said[other] = ""


def _says_quarter(text: str, profile: Profile) -> bool:
    said = words(text)
    quarter = any(word == w.rstrip("*") for word in said for w in profile.quarter_words)
    return len("".join(said)) <= _SHORT or quarter
