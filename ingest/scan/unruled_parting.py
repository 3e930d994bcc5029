"""Lines of a page without rules, parted where columns are: a gap may be as narrow as that between words.

Here belongs which lines of a page are parted, and where. Not here: what they say of rows and columns (`unruled_scan`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from ingest.profile import load_profiles
from ingest.readers.pieces import Interval
from ingest.readers.unruled_heads import slot_borders
from ingest.scan import figures, wording
from ingest.scan.doubts import opens_with_code
from ingest.scan.engine import Recognition
from ingest.scan.ink import components
from ingest.scan.lines import SIDE, Paper, Pixels, TextLine
from ingest.scan.rules import Rule
from ingest.scan.sides import cut_at
from ingest.scan.spots import Engines, Spot, ask_lines

_FIGURES = 3  # on a line, to make it the line of figures of a row
# Shares of the type size.
_SPECK, _HIGH, _LONG = 0.008, 3.4, 9.0  # the area of a speck; letters that touch each other are no higher, no longer
_GUTTER, _FEW_LINES = 0.16, 4.0  # the narrowest gap between two columns; times as wide where there are few lines
_TAIL = 0.3  # of the height of a line: letters hang below it
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
_LONG_FIGURE = re.compile(r"\d[\d.,]+%?|\d%")
_BESIDE = 0.8  # of the type size: a figure in the middle of its row differs as much from a line of the text beside it
_BORDER = 0.35  # of the type size: a gap between two texts is no farther from the border of their columns
_REACH = 1.0  # of the type size: how near the end of a figure is known by its share of the letters


def part_at(sides: Sequence[Rule], paper: Paper, loose: Sequence[Spot], ask: Engines) -> list[Spot]:
    """Part lines that run over the rules between columns, and leave out what is no more than a remnant of a rule."""
    rows = figure_rows(paper, loose, ask.first.name)
    first = rows[0] - paper.size if rows else float("inf")
    body = _below_headings(first, loose, paper.size, ask.first.name) or first
    parts = [cut_at(sides, spot.lines[0], paper, in_rows=spot.lines[0].base > body) for spot in loose]
    new = {n: [Spot(line.box, [line]) for line in mine] for n, mine in enumerate(parts) if len(mine) != 1}
    ask_lines(ask.first, [spot for mine in new.values() for spot in mine])
    return [spot for n, old in enumerate(loose) for spot in new.get(n, [old])]


def part_between(
    columns: Sequence[Interval], body: Interval, paper: Paper, loose: Sequence[Spot], ask: Engines
) -> list[Spot]:
    """Part the texts of rows at their own gaps beside the borders of `columns`, where no gap goes all the way down.

    `body` is from where to where rows go, both in points.
    """
    name, scale = ask.first.name, paper.scale
    reach = _BORDER * paper.size
    gutters = [(x * scale - reach, x * scale + reach) for x in slot_borders(columns)[1:-1]]
    kept, new = [], []
    for spot in loose:
        line = spot.lines[0]
        inside = body[0] * scale < line.base < body[1] * scale and not _is_mostly_digits(spot.said(name))
        parts = paper.parted(line, gutters) if inside else [line]
        if len(parts) > 1:
            new += [Spot(part.box, [part]) for part in parts]
        else:
            kept.append(spot)
    ask_lines(ask.first, new)
    return [*kept, *new]


def part_lines(paper: Paper, loose: list[Spot], ask: Engines) -> list[Spot]:
    """Part lines that run over the white gap between two columns, which may be as narrow as that between words."""
    name = ask.first.name
    rows = figure_rows(paper, loose, name)
    if not rows:
        return loose
    first, last = rows[0] - paper.size, rows[-1] + 3.5 * paper.size
    below = _below_headings(first, loose, paper.size, name)
    top = below or _top_of_row(first, loose, paper.size)
    lone = {id(s) for s in loose if _is_alone(s, loose, paper.size)}
    bands = [s.box for s in loose if id(s) in lone]
    # A band breaks the gaps between columns whose headings stand close together.
    gutters, above = (
        [
            g for g in _gutters(paper, below or top - paper.size, last, without)
            if g[1] - g[0] >= _IN_FIGURES * paper.size or not _parts_figures(g, loose, name)
        ]
        for without in ((), bands)
    )  # fmt: skip
    kept, new = [], []
    for spot in loose:
        line, said = spot.lines[0], spot.said(name).strip()
        figure = _is_mostly_digits(said)
        inside = top <= line.base <= last + 4 * paper.size
        # What stands alone on its line may be a band across the table.
        alone = not figure and id(spot) in lone
        headings = above if not inside and id(spot) not in lone else gutters
        places = gutters if inside and not alone else _wide_gaps(paper, line, headings)
        places = [
            g for g in places if g[1] - g[0] >= _IN_FIGURES * paper.size or not _cuts_figure(g, spot, paper, name)
        ]
        parts = paper.parted(line, places, _IN_FIGURES if figure else _GUTTER)
        if repeated := [] if inside else _between_repeated(line, spot.read[name][0], paper.size):
            parts = paper.parted(line, repeated, _HAIR)
        if len(parts) > 1 and not _WHOLE_FIGURE.fullmatch(said):
            new += [Spot(part.box, [part]) for part in parts]
        else:
            kept.append(spot)
    ask_lines(ask.first, new)
    return _parted_figures(paper, [*kept, *new], rows, ask)


def _is_alone(spot: Spot, loose: Sequence[Spot], size: float) -> bool:
    return not any(s is not spot and abs(s.lines[0].base - spot.lines[0].base) < _SAME_BASE * size for s in loose)


def _parts_figures(gutter: tuple[float, float], loose: Sequence[Spot], name: str) -> bool:
    """Tell whether a gap goes through figures: those of one column that are alike have gaps at the same places."""
    inside = (s for s in loose if s.box[0] < gutter[0] and gutter[1] < s.box[2])
    return sum(figures.is_figure(s.said(name)) for s in inside) >= _FEW_FIGURES


def _cuts_figure(gutter: tuple[float, float], spot: Spot, paper: Paper, name: str) -> bool:
    """Tell whether a gap of a line lies inside one of the figures that the line was read to hold."""
    line, read = spot.lines[0], spot.read[name][0]
    if len(read.places) != len(read.text):
        return False
    left, wide, middle = line.box[0] - SIDE * paper.size, line.crop.shape[1], (gutter[0] + gutter[1]) / 2
    return any(
        left + wide * read.places[m.start()] < middle < left + wide * read.places[m.end() - 1]
        for m in _LONG_FIGURE.finditer(read.text)
    )


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
    said = {n: loose[n].said(name) for n in lines_above(loose, last)}
    short = [n for n, text in said.items() if len(text.split()) <= _FEW_WORDS]
    named = [n for n in short if profile.meaning(f"{said[n]} / T1") or wording.stands_for(said[n], profile)]
    lines = in_lines(sorted(named, key=lambda n: bases[n]), bases, 0.4 * size)
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


def _gutters(paper: Paper, top: float, bottom: float, without: Sequence[Pixels]) -> list[tuple[float, float]]:
    """Give the white gaps that go down the whole way between two heights, but for stray marks, lines across and what
    stands in the boxes `without`.
    """
    start = max(0, round(top))
    strip = paper.ink[start : round(bottom)].copy()
    for x0, up, x1, down in without:
        reach = _TAIL * (down - up)
        strip[max(0, round(up - start)) : max(0, round(down + reach - start)), round(x0) : round(x1)] = 0
    labels, stats = components(strip)
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
        match = _FIGURE_AND_TEXT.match(said) if near and not opens_with_code(said) else None
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


def figure_rows(paper: Paper, loose: Sequence[Spot], name: str) -> list[float]:
    """Give the base lines of figures that stand beside others, from the top."""
    heights = sorted(s.lines[0].base for s in loose if figures.is_figure(s.said(name)))
    return [h for h in heights if sum(abs(h - other) < 0.4 * paper.size for other in heights) >= _FIGURES]


def lines_above(loose: Sequence[Spot], last: float) -> list[int]:
    """Give the numbers of the lines above the height `last`."""
    return [n for n, s in enumerate(loose) if s.lines[0].base < last]


def in_lines(ordered: Sequence[int], bases: Sequence[float], near: float) -> list[list[int]]:
    """Give numbers, in the order of their `bases`, by the line that they stand on: there these differ by less."""
    lines: list[list[int]] = []
    for n in ordered:
        if lines and bases[n] - bases[lines[-1][-1]] < near:
            lines[-1].append(n)
        else:
            lines.append([n])
    return lines
