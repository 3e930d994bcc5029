"""Figures that stand off the axis of their column: what a copy lost of them leaves the rest out of place.

Publishers set the figures of a table centred, or to the left or the right; a centred one that lost a digit stands half
a digit beside the others, though what is left of it is read surely. Here belongs where figures stand in their columns.
Not here: what lies over them or cuts them (`stamps`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from ingest.scan import figures
from ingest.scan.spots import Spot

_DIGIT = 0.5  # of the type size: the width of a digit
_OFF = 0.4  # of a digit: half of one would be half of the digit that was lost
_STEADY = 0.12  # of a digit: so far, on the median, figures stand off an axis that they have
_LEAST = 5  # figures that show an axis
_MOST = 0.25  # of a column: where more are off, they have several axes


def off_axis(columns: Iterable[Sequence[Spot]], engine: str, size: float) -> Iterator[Spot]:
    """Give the figures, as `engine` reads them, that stand off the axis of their column; `size` is that of the type.

    All columns are aligned in one way, the one in which most figures stand where the others of their column do.
    """
    shown = [mine for spots in columns if len(mine := _showing(spots, engine)) >= _LEAST]
    ways = [[_offsets(spots, share) for spots in shown] for share in (0.0, 0.5, 1.0)]
    if not shown:
        return
    best = min(ways, key=lambda way: median(abs(x) for offsets in way for x in offsets))
    digit = _DIGIT * size
    for spots, offsets in zip(shown, best, strict=True):
        off = [abs(x) >= _OFF * digit for x in offsets]
        if median(map(abs, offsets)) <= _STEADY * digit and sum(off) <= _MOST * len(off):
            yield from (s for s, is_off in zip(spots, off, strict=True) if is_off)


def _showing(spots: Sequence[Spot], engine: str) -> list[Spot]:
    """Give the figures that show where the axis of their column is: a sign that was misread would move it."""
    read = [(s, s.said(engine)) for s in spots if len(s.lines) == 1 and not s.blotted]
    rates = [s for s, text in read if text.endswith("%") and figures.is_figure(text)]
    counts = [s for s, text in read if any(c.isdigit() for c in text) and all(c.isdigit() or c in ".," for c in text)]
    return max(rates, counts, key=len)


def _offsets(spots: Sequence[Spot], share: float) -> list[float]:
    """Give how far each figure stands from its usual place in the cell, at a `share` of its width from the left."""
    places = [
        s.lines[0].box[0] + share * (s.lines[0].box[2] - s.lines[0].box[0]) - s.box[0] - share * (s.box[2] - s.box[0])
        for s in spots
    ]
    usual = median(places)
    return [place - usual for place in places]
