"""Lines of text on an upright page: in a cell, or outside tables, each as a crop that a recognizer takes.

Here belongs where letters stand. A line is cut out at a fixed height about its base line, whatever letters it has: how
tight a crop is decides more about what is read than the model does. Not here: what the letters are.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from ingest.scan.engine import Gray
from ingest.scan.ink import Mask, components, ink

Pixels = tuple[float, float, float, float]
"""x0, top, x1, bottom in upright pixels."""

_USUAL, _ENOUGH = 7.0, 20  # the size of type in points; letters that tell it
# Shares of the type size.
_RISE, _FALL, SIDE = 1.0, 0.3, 0.32  # what a crop takes above and below the base line and beside the text
_LEAST, _MOST = 0.3, 1.7  # the height of letters
_BLOT = 1.2  # figures are no higher
_LONG = 9.0  # letters that touch each other are no longer
_GAP = 0.9  # a wider gap parts texts outside tables
_TEXT_GAP, _LEVEL = 0.45, 0.3  # a gap as narrow may part texts whose lines differ in height by more
_GUTTER = 0.16  # the narrowest gap between two columns
_MANY = 15.0  # type sizes: a strip that high has many lines
_STRAY = 0.015  # of the height: marks that cross a gutter, as stamps do
_THIN, _DASH = 0.25, 2.0  # no letter is so low and so long
_VALLEY = 0.33  # between two lines there is less ink than this share of theirs
_X_HEIGHT, _CAPITALS = 0.55, 0.68
_LARGER, _LARGEST = 0.85, 0.95  # letters of a title, and of a word, are no higher in the page's own type
_TITLE = 8.0  # type sizes: a title is longer
_SPECK, _NEAR = 0.45, 1.2  # no letter is smaller both ways, and what belongs to one is no farther from it
_SHARED, _LOST = 0.2, 0.1  # what halves of a letter have above each other, at least; what is lost between them, at most
_STEP = 0.8  # points: letters of one line end no farther from each other
_GAPS, _PARTED = 6, 1.5  # on a line of figures, at least; of the height of its letters
_STANDING = 1.4  # times as long as high: a text that may stand on end


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text: its box, its base line, and its crop from the page."""

    box: Pixels
    base: float
    crop: Gray


class Paper:
    """An upright page to find lines on: its pixels, its ink, and the size of most of its type in pixels."""

    def __init__(self, pixels: Gray, scale: float, size: float | None = None) -> None:
        self.pixels, self.scale = pixels, scale
        self.ink = ink(pixels, int(11 * scale))
        self.size = _page_size(self.ink, scale) if size is None else size

    def sized_by(self, boxes: Sequence[Pixels]) -> Paper:
        """Give the page with the size of the type inside `boxes`, tables, where that is smaller.

        Titles are set in larger type, and a short table has fewer letters than they have.
        """
        inside = np.zeros_like(self.ink)
        for box in boxes:
            x0, top, x1, bottom = (max(0, round(v)) for v in box)
            inside[top:bottom, x0:x1] = self.ink[top:bottom, x0:x1]
        sized = copy(self)
        sized.size = min(self.size, _type_size(_letters(inside, self.scale), self.size))
        return sized

    def lines(self, box: Pixels) -> list[TextLine]:
        """Give the lines of text inside `box`, from the top; [] where it is blank but for specks and remnants."""
        x0, top, x1, bottom = (round(v) for v in box)
        x0, top = max(0, x0), max(0, top)
        letters = self.letters(self.ink[top:bottom, x0:x1])
        return [self._line(x0 + a, x0 + b, top + base, size) for a, b, base, size in _found(letters, self.size)]

    def standing(self, box: Pixels) -> tuple[Gray, Gray] | None:
        """Give the crop of a text that is turned to read upwards or downwards, both ways up, where it may be one."""
        x0, top, x1, bottom = (round(v) for v in box)
        x0, top = max(0, x0), max(0, top)
        letters = self.letters(np.ascontiguousarray(np.rot90(self.ink[top:bottom, x0:x1], -1)))
        stats = components(letters)[1][1:]
        if not len(stats):
            return None
        long = (stats[:, 0] + stats[:, 2]).max() - stats[:, 0].min()
        high = (stats[:, 1] + stats[:, 3]).max() - stats[:, 1].min()
        if long < _STANDING * high:
            return None
        turned = np.rot90(self.pixels[top:bottom, x0:x1], -1)
        margin = round(SIDE * self.size)
        a, b = max(0, int(stats[:, 0].min()) - margin), int((stats[:, 0] + stats[:, 2]).max()) + margin
        c, d = max(0, int(stats[:, 1].min()) - margin), int((stats[:, 1] + stats[:, 3]).max()) + margin
        crop = np.ascontiguousarray(turned[c:d, a:b])
        return crop, np.ascontiguousarray(np.rot90(crop, 2))

    def is_blotted(self, box: Pixels) -> bool:
        """Tell whether `box` holds ink that no line of usual type leaves: of a stamp, a signature or a blot."""
        x0, top, x1, bottom = (max(0, round(v)) for v in box)
        return is_blot(self.ink[top:bottom, x0:x1], self.size)

    def gutters(self, top: float, bottom: float) -> list[tuple[float, float]]:
        """Give the white gaps (from, to) that go down the whole way between two heights, but for stray marks."""
        marks = self._marks(self.ink[max(0, round(top)) : round(bottom)])
        filled: npt.NDArray[np.bool_] = np.asarray((marks > 0).mean(axis=0) > _STRAY, np.bool_)
        # In few lines the gaps between words lie below each other by chance.
        least = _GUTTER if bottom - top >= _MANY * self.size else 3 * _GUTTER
        return [(a, b) for a, b in _runs(~filled) if b - a >= least * self.size]

    def parted(self, line: TextLine, gutters: Sequence[tuple[float, float]], least: float = _GUTTER) -> list[TextLine]:
        """Part a line at its own gaps of `least` type sizes that lie on a gutter; [line] where there is none."""
        x0, x1 = round(line.box[0]), round(line.box[2])
        up, down = max(0, round(line.base - 0.9 * self.size)), round(line.base + 0.2 * self.size)
        marks = self._marks(self.ink[up:down, x0:x1])
        white = np.asarray(~marks.any(axis=0), np.bool_)
        gaps = [(x0 + a, x0 + b) for a, b in _runs(white) if b - a >= least * self.size]
        both = [(max(a, c), min(b, d), min(b - a, d - c)) for a, b in gaps for c, d in gutters]
        inner = [(a, b) for a, b, narrower in both if b - a >= 0.6 * narrower and x0 < a and b < x1]
        if not inner:
            return [line]
        starts, ends = [x0, *(b for _, b in inner)], [*(a for a, _ in inner), x1]
        middles = [(a + b) / 2 for a, b in inner]
        sides = pairwise([float("-inf"), *middles, float("inf")])
        return [
            self._line(a, b, line.base, self.size, within)
            for a, b, within in zip(starts, ends, sides, strict=True)
            if b > a
        ]

    def cut(self, line: TextLine, places: Sequence[float]) -> list[TextLine]:
        """Cut a line at `places`, ordered, whatever white there is; a part without print is none."""
        up, down = max(0, round(line.base - 0.9 * self.size)), round(line.base + 0.2 * self.size)
        ends = [line.box[0], *places, line.box[2]]
        sides = pairwise([float("-inf"), *places, float("inf")])
        parts = []
        for (a, b), within in zip(pairwise(ends), sides, strict=True):
            start = round(a)
            marks = np.flatnonzero(self._marks(self.ink[up:down, start : round(b)]).any(axis=0))
            if len(marks):
                x0, x1 = start + int(marks[0]), start + int(marks[-1]) + 1
                parts.append(self._line(x0, x1, line.base, self.size, within))
        return parts

    def outside(self, taken: Sequence[Pixels]) -> list[TextLine]:
        """Give the lines of text outside the boxes `taken`, parted at wide gaps."""
        free = self.ink.copy()
        for box in taken:
            x0, top, x1, bottom = (max(0, round(v)) for v in box)
            free[top:bottom, x0:x1] = 0
        letters = self.letters(free)
        smeared = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, round(_GAP * self.size) | 1), np.uint8))
        labels, stats = components(smeared)
        found = []
        for number in range(1, len(stats)):
            x, y, w, h, _ = (int(v) for v in stats[number])
            mine = letters[y : y + h, x : x + w] * (labels[y : y + h, x : x + w] == number)
            for left, part in _side_by_side(mine, self.size):
                start = x + left
                found += [self._line(start + a, start + b, y + base, s) for a, b, base, s in _found(part, self.size)]
        return found

    def letters(self, mask: Mask) -> Mask:
        """Give the ink of letters: what is too small, too large, or a remnant of a rule at the edge is taken out."""
        labels, stats = components(mask)
        height, width = mask.shape
        x, y, w, h = (stats[:, i] for i in range(4))
        keep = (h >= _LEAST * self.size) & (h <= 2 * _MOST * self.size) & (w <= _LONG * self.size)
        edge = (x == 0) | (y == 0) | (x + w == width) | (y + h == height)
        inked = stats[:, cv2.CC_STAT_AREA] >= 0.03 * self.size * self.size
        inked[0] = False
        keep &= ~(edge & ((w < 0.2 * self.size) | (h < 0.2 * self.size))) & inked
        alone = _specks(stats, keep, self.size)
        keep[alone] = False
        if len(alone):
            keep[_halves(stats, alone, np.flatnonzero(inked & ~edge & (h < _LEAST * self.size)), self.size)] = True
        kept: Mask = keep.astype(np.uint8)[labels]
        return kept

    def _marks(self, mask: Mask) -> Mask:
        """Give the ink of letters and of the points between them; a rule across the page is none."""
        labels, stats = components(mask)
        wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
        keep = stats[:, cv2.CC_STAT_AREA] >= max(2.0, 0.008 * self.size * self.size)
        keep &= (high <= 2 * _MOST * self.size) & ((high > _THIN * self.size) | (wide < _DASH * self.size))
        keep[0] = False
        kept: Mask = keep.astype(np.uint8)[labels]
        return kept

    def _line(
        self, x0: float, x1: float, base: float, size: float, within: tuple[float, float] | None = None
    ) -> TextLine:
        """Give the line of text from `x0` to `x1`, with nothing on its crop of what stands not `within` two places."""
        height, width = self.pixels.shape
        left, right = max(0, round(x0 - SIDE * size)), min(width, round(x1 + SIDE * size))
        up, down = max(0, round(base - _RISE * size)), min(height, round(base + _FALL * size))
        crop = self.pixels[up:down, left:right]
        if within is not None:
            # A neighbour's first stroke would be read as a digit more.
            a, b = (min(max(round(x), left), right) for x in np.clip(within, left, right))
            crop = np.pad(crop[:, a - left : b - left], ((0, 0), (a - left, right - b)), mode="edge")
        if size < 17:
            # Small type is mostly noise at the scale of its strokes.
            crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.5), np.uint8)
        return TextLine((x0, base - 0.75 * size, x1, base + 0.05 * size), base, np.ascontiguousarray(crop))


def is_blot(mask: Mask, size: float) -> bool:
    """Tell whether ink in a cell runs over its edge, or is higher than letters of `size`."""
    if not mask.size:
        return False
    stats = components(mask)[1][1:]
    x, y, w, h = (stats[:, i] for i in range(4))
    edge = (x == 0) | (y == 0) | (x + w == mask.shape[1]) | (y + h == mask.shape[0])
    crossing = edge & (np.minimum(w, h) > 0.25 * size) & (np.maximum(w, h) > 0.5 * size)
    return bool((crossing | (h > _BLOT * size)).any())


def _specks(stats: npt.NDArray[np.int32], keep: npt.NDArray[np.bool_], size: float) -> npt.NDArray[np.intp]:
    """Give the numbers of marks too small for letters that no mark stands near to: points and accents have letters."""
    here = np.flatnonzero(keep)
    x, y, w, h = (stats[here, i].astype(float) for i in range(4))
    small = np.flatnonzero((w < _SPECK * size) & (h < _SPECK * size))
    if not len(small):
        return small
    across = np.maximum(x[small, None] - (x + w), x - (x + w)[small, None])
    down = np.maximum(y[small, None] - (y + h), y - (y + h)[small, None])
    near = (across <= _NEAR * size) & (down <= _NEAR * size / 2)
    return np.asarray(here[small[near.sum(axis=1) == 1]], np.intp)  # each is near to itself


def _halves(
    stats: npt.NDArray[np.int32], alone: npt.NDArray[np.intp], low: npt.NDArray[np.intp], size: float
) -> npt.NDArray[np.intp]:
    """Give the numbers of marks of which one `alone` and a `low` one make a letter that lost a thin stroke."""
    one, other = (stats[n].astype(float) for n in (alone, low))
    across = np.minimum((one[:, 0] + one[:, 2])[:, None], other[:, 0] + other[:, 2])
    across -= np.maximum(one[:, 0][:, None], other[:, 0])
    top, bottom = np.minimum(one[:, 1][:, None], other[:, 1]), (one[:, 1] + one[:, 3])[:, None]
    high = np.maximum(bottom, other[:, 1] + other[:, 3]) - top
    lost = high - one[:, 3][:, None] - other[:, 3]
    first, second = np.nonzero((across >= _SHARED * size) & (lost <= _LOST * size) & (high >= _SPECK * size))
    return np.unique(np.concatenate([alone[first], low[second]]))


def _page_size(mask: Mask, scale: float) -> float:
    """Give the size of most of the type of a page in pixels: no larger than that of its figures, as titles may be."""
    letters = _letters(mask, scale)
    return min(_type_size(letters, _USUAL * scale), _figure_height(letters, scale) / _X_HEIGHT)


def _type_size(letters: npt.NDArray[np.int32], otherwise: float) -> float:
    """Give the size of most of the type in pixels, by the height of its letters; `otherwise` where they are few."""
    return float(np.median(letters[:, cv2.CC_STAT_HEIGHT])) / _X_HEIGHT if len(letters) >= _ENOUGH else otherwise


def _letters(mask: Mask, scale: float) -> npt.NDArray[np.int32]:
    """Give the boxes of marks as high and as wide as letters."""
    stats = components(mask)[1][1:]
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    return stats[
        (np.maximum(w, h) >= 2.1 * scale) & (h >= 1.8 * scale) & (h <= 12 * scale) & (w <= 2 * h) & (h <= 4 * w)
    ]


def _figure_height(letters: npt.NDArray[np.int32], scale: float) -> float:
    """Give how high the figures are on lines with as many gaps as a row of these has; without such lines, no bound."""
    ends = letters[:, cv2.CC_STAT_TOP] + letters[:, cv2.CC_STAT_HEIGHT]
    order = np.argsort(ends)
    highest = []
    for line in np.split(letters[order], np.flatnonzero(np.diff(ends[order]) > _STEP * scale) + 1):
        x, _, w, h = line[np.argsort(line[:, 0]), :4].T
        if np.count_nonzero(x[1:] - (x + w)[:-1] > _PARTED * np.median(h)) >= _GAPS:
            highest.append(float(np.percentile(h, 75)))
    return float(np.median(highest)) if highest else float("inf")


def _found(letters: Mask, size: float) -> list[tuple[float, float, float, float]]:
    """Give (x0, x1, base line, type size) of each line in a mask of letters, from the top."""
    profile = letters.sum(axis=1, dtype=np.float32)
    if not profile.any():
        return []
    rows = np.flatnonzero(profile)
    if rows[-1] + 1 - rows[0] <= 1.25 * size:
        across = np.flatnonzero(letters.any(axis=0))
        base, high = _base(letters, size)
        own = _own_size(high, size, _LARGER) if _is_title(across, size) else size
        return [(float(across[0]), float(across[-1] + 1), base, own)]
    profile = cv2.blur(profile[:, None], (1, max(1, round(0.08 * size)))).ravel()
    reach = max(3, 2 * round(0.5 * size) + 1)
    around = cv2.dilate(profile[:, None], np.ones((reach, 1), np.uint8)).ravel()
    lines = []
    for a, b in _runs((profile > _VALLEY * around) & (profile > 0)):
        if b - a < 0.28 * size:
            continue
        across = np.flatnonzero(letters[a:b].any(axis=0))
        if not len(across):
            continue
        own = _own_size(b - a, size, _LARGER if _is_title(across, size) else _LARGEST)
        lines.append((float(across[0]), float(across[-1] + 1), float(b), own))
    return lines


def _side_by_side(letters: Mask, size: float) -> list[tuple[int, Mask]]:
    """Part letters that hang together at the gaps between texts whose lines stand at other heights, from the left.

    A figure in the middle of its row stands between two lines of the text beside it, and would be cut through by them.
    """
    white = np.asarray(~letters.any(axis=0), np.bool_)
    gaps = [(a, b) for a, b in _runs(white) if b - a >= _TEXT_GAP * size]
    starts, ends = [0, *(b for _, b in gaps)], [*(a for a, _ in gaps), letters.shape[1]]
    parts = [(a, b, [line[2] for line in _found(letters[:, a:b], size)]) for a, b in zip(starts, ends, strict=True)]
    joined = parts[:1]
    for start, end, bases in parts[1:]:
        first, _, before = joined[-1]
        fewer, more = sorted((bases, before), key=len)
        if all(min((abs(a - b) for b in more), default=0.0) <= _LEVEL * size for a in fewer):
            joined[-1] = first, end, before if len(before) >= len(bases) else bases
        else:
            joined.append((start, end, bases))
    return [(a, letters[:, a:b]) for a, b, _ in joined]


def _base(letters: Mask, size: float) -> tuple[float, float]:
    """Give the base line, where most letters end (commas and tails go below it), and the height of a single line."""
    stats = components(letters)[1][1:]
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    ends = stats[:, cv2.CC_STAT_TOP] + heights
    tall = heights >= 0.4 * size
    if not tall.any():
        tall[:] = True
    return float(np.median(ends[tall])), float(np.median(heights[tall]))


def _is_title(across: npt.NDArray[np.intp], size: float) -> bool:
    """Tell whether letters that fill these columns may be a title: a short piece of larger print is of a stamp."""
    return bool(across[-1] + 1 - across[0] >= _TITLE * size)


def _own_size(high: float, size: float, larger: float) -> float:
    """Give the type size of a line whose letters are `high`: the page's own `size`, unless they are so much `larger`.

    Titles are set in larger type, and their accents stand higher.
    """
    return size if high <= larger * size else high / _CAPITALS


def _runs(there: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    turns = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True)]
