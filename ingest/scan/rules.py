"""Straight, thin strokes on an upright page become rules, which may bend and break.

Here belongs where a rule lies and where its ink is seen. Not here: which rules make a table (`grid`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ingest.scan.engine import Gray
from ingest.scan.ink import Mask, components

Places = npt.NDArray[np.float64]

# All lengths in points.
ACROSS, DOWN = 14.0, 8.0  # the shortest pieces of rules across and down that letters cannot make
_THICK = 2.6  # rules are no thicker
_ONE = 2.2  # pieces no farther off their line belong to it
_NEAR = 12.0  # and pieces that far off on the whole need not be looked at
_STEP = 6.0  # the bends of a line are that far apart
_LETTER = 1.6  # letters are higher
_DASH = 1.6  # dashes are no thicker
_CORE, _FLANK = 0.4, 1.2  # how far off a rule its own ink is sought, and how broad what lies beside it
_LONGER, _DASH_GAP = 1.8, 3.5  # times as long as thick; the gaps between dashes are no wider
_MANY_DASHES = 200
_LEAST = 4.0  # fragments that count as the rule being there


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that may bend: where it lies across its direction (`at[i]` at `along[i]`), in pixels.

    `middle` is where it lies on the whole; `seen[i]` counts the pixels up to `i`, along it, where its ink is.
    """

    along: Places
    at: Places
    middle: float
    seen: npt.NDArray[np.int64]

    def where(self, along: float | Places) -> Places:
        """Give where it lies at `along`; beyond its ends as at the ends."""
        return np.asarray(np.interp(along, self.along, self.at), float)

    def share(self, start: float, end: float) -> float:
        """Give the share of a stretch of it that is inked."""
        a = max(0, int(start))
        b = min(len(self.seen) - 1, max(a, a + int(np.ceil(end - start))))
        return float(self.seen[b] - self.seen[a]) / (b - a) if b > a else 0.0


def with_ridges(rules: Sequence[Rule], pixels: Gray, scale: float) -> list[Rule]:
    """Give rules across whose ink is seen wherever `pixels` are darker along them than on both sides.

    That shows faint and broken rules, and rules on a dark ground, but also strokes of letters that lie on a rule.
    """
    height, width = pixels.shape
    columns = np.arange(width)
    core = max(1, round(_CORE * scale))
    flank = range(core + 2, core + 1 + max(3, round(_FLANK * scale)))
    found = []
    for rule in rules:
        at = np.rint(rule.where(columns.astype(float))).astype(np.intp)

        def beside(distance: int, at: npt.NDArray[np.intp] = at) -> Gray:
            return pixels[np.clip(at + distance, 0, height - 1), columns]

        darkest = np.min([beside(d) for d in range(-core, core + 1)], axis=0).astype(np.int16)
        above, below = (np.median([beside(way * d) for d in flank], axis=0) for way in (-1, 1))
        depth = np.minimum(above, below) - darkest
        there = np.diff(rule.seen) > 0
        usual = float(np.median(depth[there])) if there.any() else 255.0
        seen = np.concatenate(([0], np.cumsum(depth > max(_FAINT * usual, _FAINTEST), dtype=np.int64)))
        found.append(replace(rule, seen=seen))
    return found


def rules_across(mask: Mask, shortest: float, scale: float) -> list[Rule]:
    """Give the rules across a page of ink, from the top; their pieces are no shorter than `shortest` points."""
    there = _rule_ink(mask, scale)
    lines = _lines(_pieces(mask, shortest * scale, scale), scale)
    return sorted((_rule(along, at, there) for along, at in map(_joined, lines)), key=lambda r: r.middle)


@dataclass(frozen=True, slots=True)
class Strokes:
    """What the ink of a page is made of: strokes longer than letters, and boxes (x0, top, x1, bottom) of letters.

    `dashes` are the long strokes with all that dashes in a row make, or None on a page with few dashes.
    """

    long: Mask
    letters: Places
    dashes: Mask | None


def part_strokes(mask: Mask, scale: float) -> Strokes:
    """Part the ink of a page into long strokes, which rules may be, dashes, and letters."""
    labels, stats = components(mask)
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / scale, stats[:, cv2.CC_STAT_HEIGHT] / scale
    keep = (wide >= ACROSS) | (high >= ACROSS)
    keep |= (high <= _DASH) & (wide >= _LEAST) | (wide <= _DASH) & (high >= DOWN)
    keep[0] = False
    long: Mask = keep.astype(np.uint8)[labels]
    letters = stats[~keep & (high >= _LETTER) & (high < DOWN)][:, :4].astype(float)
    letters[:, 2:] += letters[:, :2]
    thin = ~keep & (np.minimum(wide, high) <= _DASH) & (np.maximum(wide, high) <= ACROSS)
    across, down = thin & (wide >= _LONGER * high), thin & (high >= _LONGER * wide)
    dashes = None
    # Letters are hardly ever wider than high, so that only dashes across tell of dashed rules.
    if across.sum() >= _MANY_DASHES:
        gap = round(_DASH_GAP * scale)
        rows = cv2.morphologyEx(across.astype(np.uint8)[labels], cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
        columns = cv2.morphologyEx(down.astype(np.uint8)[labels], cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
        dashes = np.asarray(np.max([long, rows, columns], axis=0), np.uint8)
    return Strokes(long, letters, dashes)


def _rule_ink(mask: Mask, scale: float) -> Mask:
    """Give the ink that may belong to a rule across, with room for it to lie a little off."""
    # Letters that touch a rule, or stand in its way, are thicker than it.
    thick = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(_THICK * scale) + 1, 1), np.uint8)))
    fine = cv2.subtract(mask, thick)
    thin = cv2.morphologyEx(fine, cv2.MORPH_OPEN, np.ones((1, max(3, round(_LEAST * scale))), np.uint8))
    room: Mask = np.asarray(cv2.dilate(thin, np.ones((max(3, 2 * round(0.5 * scale) + 1), 1), np.uint8)), np.uint8)
    return room


_FAINT = 0.4  # of the usual depth of a rule: where it is no deeper it is not seen
_FAINTEST = 6.0  # grey levels

_Piece = tuple[Places, Places]
"""A piece of a rule: `along` and `at`."""


def _pieces(mask: Mask, shortest: float, scale: float) -> list[_Piece]:
    """Give the straight, thin pieces of ink that go across `mask`."""
    bridged = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, round(shortest)), np.uint8))
    joined = cv2.dilate(opened, np.ones((3, 1), np.uint8))
    labels, stats = components(joined)
    found = []
    for number in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[number])
        here = (labels[y : y + h, x : x + w] == number) & (opened[y : y + h, x : x + w] > 0)
        thickness = here.sum(axis=0)
        seen = thickness > 0
        if not seen.any() or np.median(thickness[seen]) > _THICK * scale:
            continue
        heights = (np.arange(y, y + h, dtype=np.float64) @ here)[seen] / thickness[seen]
        places = np.arange(x, x + w)[seen]
        found.append(_bent(places.astype(float), heights + 0.5, scale))
    return found


def _bent(along: Places, at: Places, scale: float) -> _Piece:
    """Make a piece of its pixels: medians over short steps, so that letters that touch it do not bend it."""
    step = max(4.0, _STEP * scale)
    bins = ((along - along[0]) / step).astype(int)
    cuts = np.concatenate(([0], np.flatnonzero(np.diff(bins)) + 1))
    counts = np.diff(np.append(cuts, len(along)))
    xs = np.add.reduceat(along, cuts) / counts
    ordered = at[np.lexsort((at, bins))]
    ys = (ordered[cuts + (counts - 1) // 2] + ordered[cuts + counts // 2]) / 2
    return np.concatenate((along[:1], xs, along[-1:])), np.concatenate((ys[:1], ys, ys[-1:]))


def _lines(pieces: list[_Piece], scale: float) -> list[list[_Piece]]:
    """Join pieces that lie on one line, the longest first."""
    lines: list[list[_Piece]] = []
    ends: list[tuple[float, float]] = []
    for piece in sorted(pieces, key=lambda p: p[0][0] - p[0][-1]):
        low, high = float(piece[1].min()) - _NEAR * scale, float(piece[1].max()) + _NEAR * scale
        near = (n for n, (a, b) in enumerate(ends) if a <= high and b >= low)
        offs = [(_off(lines[n], piece), n) for n in near]
        off, best = min(offs, default=(float("inf"), -1))
        if off <= _ONE * scale:
            lines[best].append(piece)
        else:
            lines.append([piece])
            ends.append((float(piece[1].min()), float(piece[1].max())))
    return lines


def _off(line: Sequence[_Piece], piece: _Piece) -> float:
    """Give how far a piece lies off a line, judged at the nearest place where both are."""
    start, end = piece[0][0], piece[0][-1]
    nearest = min(line, key=lambda p: max(p[0][0] - end, start - p[0][-1]))
    middle = (max(nearest[0][0], start) + min(nearest[0][-1], end)) / 2
    return abs(float(np.interp(middle, *nearest)) - float(np.interp(middle, *piece)))


def _joined(line: Sequence[_Piece]) -> _Piece:
    along = np.concatenate([a for a, _ in line])
    at = np.concatenate([b for _, b in line])
    order = np.argsort(along, kind="stable")
    return along[order], at[order]


def _rule(along: Places, at: Places, there: Mask) -> Rule:
    height, width = there.shape
    columns = np.arange(width)
    places = np.clip(np.rint(np.interp(columns, along, at)), 0, height - 1).astype(np.intp)
    seen = np.concatenate(([0], np.cumsum(there[places, columns], dtype=np.int64)))
    return Rule(along, at, float(np.median(at)), seen)
