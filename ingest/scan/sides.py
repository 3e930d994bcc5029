"""Rules down the page of a table that has none across: they part its columns, though they make no grid.

Here belongs which long lines down a page are such rules, the page without them, and lines of text that run over them.
Such rules begin and end together; streaks, strokes of letters and frames do not. Not here: rules that make a grid
(`grid`), the search for rows and columns (`readers.unruled`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ingest.readers.pieces import Side
from ingest.scan.engine import Gray
from ingest.scan.lines import Paper, TextLine
from ingest.scan.rules import Places, Rule, with_ridges

_LONG = 30.0  # points: no stroke of a letter, nor of a word that stands on end, is longer
_INKED = 0.2  # of its length: a line that may be a rule is seen at least so far
_ALIKE = 0.5  # of the height between where most lines begin and end
_BEYOND, _ON = 20.0, 0.3  # points, and the share of them where it is seen: so a streak goes on beyond a table
_SEEN = 0.4  # of the height of the table: there a rule is darker than what stands on both sides of it
_BEND = 2  # the degree of the curve that a rule follows on paper that is not quite flat
_FEWEST = 4  # rules down a table; what is left of a frame, and streaks, are fewer
_BREADTH = 0.9  # points to either side of where a rule lies
_STEP = 0.25  # pixels
_SPREAD = 0.4  # of the width of the page: the strokes of a signature stand closer together
_THERE = 0.5  # of the height of a heading: a rule that is seen there parts it
_TRACE, _ABOUT = 0.25, 0.5  # of the height of a line of a row, with so many type sizes above and below it
_WITHIN = 0.3  # of the type size: a rule that a text reaches over no farther is at its edge


def table_sides(down: Sequence[Rule], pixels: Gray, scale: float) -> tuple[Rule, ...]:
    """Give those of the lines `down` a page that are rules between columns, from the left; () where they are few."""
    may = [r for r in down if r.along[-1] - r.along[0] >= _LONG * scale and _inked(r) >= _INKED]
    if len(may) < _FEWEST:
        return ()
    top, bottom = (float(np.median([r.along[end] for r in may])) for end in (0, -1))
    may = [r for r in may if min(bottom, r.along[-1]) - max(top, r.along[0]) >= _ALIKE * (bottom - top)]
    may = [r for r in may if not _goes_on(r, top, bottom, _BEYOND * scale)]
    ridges = with_ridges([_smooth(r) for r in may], np.ascontiguousarray(pixels.T), scale)
    sides = [r for r in ridges if r.share(max(top, r.along[0]), min(bottom, r.along[-1])) >= _SEEN]
    if len(sides) < _FEWEST or sides[-1].middle - sides[0].middle < _SPREAD * pixels.shape[1]:
        return ()
    return tuple(map(_within_ends, sides))


def _goes_on(rule: Rule, top: float, bottom: float, far: float) -> bool:
    """Tell whether a line goes on beyond where most others end."""
    ends = (float(rule.along[0]), top), (bottom, float(rule.along[-1]))
    return any(b - a > far and rule.share(a, b) >= _ON for a, b in ends)


def _smooth(rule: Rule) -> Rule:
    """Give a rule without its wavering between two pixels, which would leave remnants of it where it is lifted."""
    bend = np.polynomial.Polynomial.fit(rule.along, rule.at, _BEND)
    return replace(rule, at=bend(rule.along))


def _inked(rule: Rule) -> float:
    return rule.share(float(rule.along[0]), float(rule.along[-1]))


def _within_ends(rule: Rule) -> Rule:
    """Give a rule that is seen nowhere beyond its ends."""
    there = np.diff(rule.seen)
    there[: int(rule.along[0])] = 0
    there[int(rule.along[-1]) + 1 :] = 0
    return replace(rule, seen=np.concatenate(([0], np.cumsum(there, dtype=np.int64))))


def without_sides(pixels: Gray, rules: Sequence[Rule], scale: float) -> Gray:
    """Give a page without the darkness that rules down it add; print that touches them stays darker than paper.

    A rule lies between two pixels, and now nearer to one, now to the other.
    """
    clean = pixels.copy()
    width = pixels.shape[1]
    reach = max(1, round(_BREADTH * scale)) + 1
    steps = np.arange(-reach - 1, reach + 1.01, _STEP)
    for rule in rules:
        rows = np.arange(int(rule.along[0]), int(rule.along[-1]) + 1)
        at = rule.where(rows.astype(float))
        beside = [pixels[rows, np.clip(np.rint(at + d), 0, width - 1).astype(np.intp)]
                  for d in (-reach - 3, -reach - 2, reach + 2, reach + 3)]  # fmt: skip
        paper = np.median(beside, axis=0)
        usual = [max(0.0, float(np.median(paper - _between(pixels, rows, at + d)))) for d in steps]
        for distance in range(-reach, reach + 1):
            column = np.rint(at) + distance
            place = rows, np.clip(column, 0, width - 1).astype(np.intp)
            darkness = np.interp(column - at, steps, usual)
            clean[place] = np.clip(pixels[place] + darkness, 0, 255).astype(np.uint8)
    return clean


def _between(pixels: Gray, rows: npt.NDArray[np.int_], at: Places) -> Places:
    """Give how dark each of `rows` is at a place between two pixels."""
    low = np.clip(np.floor(at), 0, pixels.shape[1] - 2).astype(np.intp)
    share = np.clip(at - low, 0, 1)
    return np.asarray((1 - share) * pixels[rows, low] + share * pixels[rows, low + 1], float)


def sides_of(rules: Sequence[Rule], scale: float) -> tuple[Side, ...]:
    """Give rules down an upright page in points."""
    return tuple(Side(r.middle / scale, float(r.along[0]) / scale, float(r.along[-1]) / scale) for r in rules)


def cut_at(rules: Sequence[Rule], line: TextLine, paper: Paper, *, in_rows: bool) -> list[TextLine]:
    """Cut a line of text where rules go through it; [line] where none does.

    `in_rows`: it is one of a row, where only a band runs over rules; a heading over several columns stands above those
    between them.
    """
    x0, top, x1, bottom = line.box
    near, about = _WITHIN * paper.size, _ABOUT * paper.size

    def is_there(rule: Rule) -> bool:
        if in_rows:
            return rule.share(top - about, bottom + about) >= _TRACE
        return rule.along[0] < top - about or rule.share(top, bottom) >= _THERE

    # A rule that begins below a title only seems to go on where the stem of a letter stands above it.
    through = (r for r in rules if r.along[-1] > top and r.along[0] < bottom + about and is_there(r))
    places = (float(r.where((top + bottom) / 2)) for r in through)
    inner = sorted(x for x in places if x0 + near < x < x1 - near)
    return paper.cut(line, inner) if inner else [line]
