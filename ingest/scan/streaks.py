"""Streaks: lines that a dirty glass draws along a page, told from the rules of a table.

A rule ends where another rule meets it, or where the other rules of its direction end. A streak knows nothing of the
table: it runs on beyond it, breaks off inside a cell, or crosses the bands that the rules leave free.
Here belongs which rules are none. Not here: where lines lie (`rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ingest.scan.engine import Gray
from ingest.scan.rules import Places, Rule

# All lengths in points.
_BOTH = 2  # ends
_ENOUGH = 2  # pieces of a rule with a streak on it tell that it is one
_GAP = 5.0  # ink that goes on so soon has not ended
_HIDDEN = 9.0  # nor where it goes on so soon beyond a rule that crosses it
_SHORT = 14.0  # shorter ink is no evidence
_MEETS = 5.0  # an end that near to another rule, or to the ends of other rules, is met by it
_EXACT = 3.0
_BEYOND = 20.0  # ink that goes on so far beyond the table belongs to none
_ALIKE = 0.4  # of the rules of a direction that end alike end there for a reason
_THERE, _BAND, _CROSSED = 0.5, 0.2, 0.9  # a band has fewer walls; a line that is there all along crosses it
_WORD = 2  # letters: fewer may be specks
_X_HEIGHT = 0.55  # of the type size
_APART = 1.2  # type sizes: a wider gap between texts is one between columns
_FAR_APART = 3.0  # and one between headings, which stand in the middle of their columns
_BREADTH = 0.9  # of a streak, to either side of where it lies
_FEW = 4  # columns are too few to tell what is a band


def without_streaks(
    rules: Sequence[Rule], crossing: Sequence[Rule], sides: Places, letters: Places, scale: float
) -> list[Rule]:
    """Give the rules across that are no streaks.

    `sides` are the shares of their steps between `crossing` that are inked, `letters` the boxes (x0, top, x1, bottom)
    of what may be letters. A streak may lie on a rule: what parts texts, row after row, is a rule.
    """
    meets = [np.array([float(c.where(rule.middle)) for c in crossing]) for rule in rules]
    runs = [_runs(rule, stops, scale) for rule, stops in zip(rules, meets, strict=True)]
    starts = np.array([r[0][0] if r else -1.0 for r in runs])
    ends = np.array([r[-1][1] if r else -1.0 for r in runs])
    kept, bands = [], _bands(sides)
    for i, (rule, mine) in enumerate(zip(rules, runs, strict=True)):
        stops = meets[i]
        free = _is_free(starts[i], stops, starts, scale) + _is_free(ends[i], stops, ends, scale) if mine else 0
        beyond = bool(mine) and _goes_beyond(mine, stops, starts, ends, scale)
        wild = beyond or free == _BOTH or _crosses_bands(sides, i, free)
        there = (sides[i] >= _THERE) | bands
        drawn_on = beyond and _parts_all_rows(there, (starts[i], ends[i]), stops, (starts, ends), scale)
        if not wild:
            kept.append(rule)
        elif drawn_on or _pieces_of_table(mine, stops, scale) >= _ENOUGH or _parts_texts(rules, i, stops, letters):
            kept.append(_within(rule, stops, bands))
    return kept


def lifted(pixels: Gray, streaks: Sequence[Rule], scale: float) -> Gray:
    """Give a page without the darkness that streaks across add to it; print beneath them stays darker than paper."""
    clean = pixels.copy()
    height = pixels.shape[0]
    reach, flank = max(1, round(_BREADTH * scale)), max(2, round(_BREADTH * scale))
    for rule in streaks:
        there = np.flatnonzero(np.diff(rule.seen) > 0)
        if not len(there):
            continue
        columns = np.arange(there[0], there[-1] + 1)
        at = np.rint(rule.where(columns.astype(float))).astype(np.intp)
        beside = [d for d in range(-reach - flank, reach + flank + 1) if abs(d) > reach]
        paper = np.median([pixels[np.clip(at + d, 0, height - 1), columns] for d in beside], axis=0)
        for distance in range(-reach, reach + 1):
            place = np.clip(at + distance, 0, height - 1), columns
            darkness = max(0.0, float(np.median(paper - pixels[place])))
            clean[place] = np.minimum(pixels[place] + darkness, 255).astype(np.uint8)
    return clean


def _runs(rule: Rule, stops: Places, scale: float) -> list[tuple[float, float]]:
    """Give from where to where its ink goes on without wide gaps. Where another rule crosses it hides its ink."""
    there = np.flatnonzero(np.diff(rule.seen) > 0)
    if not len(there):
        return []
    before, after = there[:-1], there[1:]
    hidden = np.abs(stops[:, None] - (before + after) / 2).min(axis=0) <= _EXACT * scale
    cuts = np.flatnonzero(after - before > np.where(hidden, _HIDDEN, _GAP) * scale)
    firsts, lasts = there[np.concatenate(([0], cuts + 1))], there[np.concatenate((cuts, [len(there) - 1]))]
    return [(float(a), float(b)) for a, b in zip(firsts, lasts, strict=True) if b - a >= _SHORT * scale]


def _is_free(end: float, stops: Places, others: Places, scale: float) -> bool:
    """Tell whether nothing explains that a line ends where it does."""
    return bool(np.abs(stops - end).min() > _MEETS * scale) and not _is_shared(end, others, scale)


def _is_shared(end: float, others: Places, scale: float) -> bool:
    return int((np.abs(others - end) <= _MEETS * scale).sum()) >= max(2.0, _ALIKE * len(others))


def _goes_beyond(
    runs: Sequence[tuple[float, float]], stops: Places, starts: Places, ends: Places, scale: float
) -> bool:
    first, last, far = float(stops[0]), float(stops[-1]), _BEYOND * scale
    return any(
        (a < first - far and b > first - far and not _is_shared(a, starts, scale))
        or (b > last + far and a < last + far and not _is_shared(b, ends, scale))
        for a, b in runs
    )


def _parts_all_rows(
    there: npt.NDArray[np.bool_],
    ends: tuple[float, float],
    stops: Places,
    others: tuple[Places, Places],
    scale: float,
) -> bool:
    """Tell whether a line that runs on at one end only begins where others do, and is there in all rows from there on.

    The stroke of a pen or a stamp may go on where a rule ends.
    """
    for n, end in enumerate(ends):
        near = int(np.abs(stops - end).argmin())
        rows = there[near:] if n == 0 else there[:near]
        outer = near < len(stops) / 3 if n == 0 else near > 2 * len(stops) / 3
        if outer and abs(stops[near] - end) <= _EXACT * scale and _is_shared(end, others[n], scale):
            return bool(rows.all())
    return False


def _pieces_of_table(runs: Sequence[tuple[float, float]], stops: Places, scale: float) -> int:
    """Count the pieces of a line that go from one rule to another: a streak may lie on a rule."""
    near = _EXACT * scale
    return sum(bool(np.abs(stops - a).min() <= near and np.abs(stops - b).min() <= near) for a, b in runs)


def _parts_texts(rules: Sequence[Rule], number: int, stops: Places, letters: Places) -> bool:
    """Tell whether texts stand on both sides of a rule and well apart, in several of the steps along it."""
    if not 0 < number < len(rules) - 1 or not len(letters):
        return False
    x = (letters[:, 0] + letters[:, 2]) / 2
    low, here, high = (r.where(x) for r in rules[number - 1 : number + 2])
    mine = letters[(letters[:, 1] > low) & (letters[:, 3] < high)]
    line = here[(letters[:, 1] > low) & (letters[:, 3] < high)]
    step = np.searchsorted(stops, (mine[:, 0] + mine[:, 2]) / 2)
    parted = 0
    for n in range(1, len(stops)):
        boxes, at = mine[step == n], line[step == n]
        before, after = boxes[boxes[:, 3] <= at + 1], boxes[boxes[:, 1] >= at - 1]
        if len(before) < _WORD or len(after) < _WORD or len(before) + len(after) < len(boxes):
            continue
        size = float(np.median(boxes[:, 2] - boxes[:, 0])) / _X_HEIGHT
        gap = after[:, 1].min() - before[:, 3].max()
        parted += _ENOUGH if gap > _FAR_APART * size else gap > _APART * size
    return parted >= _ENOUGH


def _within(rule: Rule, stops: Places, bands: npt.NDArray[np.bool_]) -> Rule:
    """Give a rule without the ink that a streak adds to it beyond the table and in its bands."""
    free = [(0.0, float(stops[0])), (float(stops[-1]), float(len(rule.seen)))]
    free += [(float(a), float(b)) for a, b, band in zip(stops, stops[1:], bands, strict=False) if band]
    there = np.diff(rule.seen)
    for a, b in free:
        there[max(0, int(a)) : max(0, int(b))] = 0
    return replace(rule, seen=np.concatenate(([0], np.cumsum(there, dtype=np.int64))))


def _bands(sides: Places) -> npt.NDArray[np.bool_]:
    """Tell which steps nearly all rules leave free."""
    inner = sides[1:-1]
    if len(inner) < _FEW:
        return np.zeros(sides.shape[1], np.bool_)
    return np.asarray((inner >= _THERE).mean(axis=0) < _BAND, np.bool_)


def _crosses_bands(sides: Places, number: int, free: int) -> bool:
    """Tell whether a line crosses what nearly all others leave free, and that not once by chance."""
    if not 0 < number < len(sides) - 1:
        return False
    crossed = int((_bands(sides) & (sides[number] >= _CROSSED)).sum())
    return crossed > 1 or (crossed == 1 and free > 0)
