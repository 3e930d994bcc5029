"""Rows of a bad scan, told by their lines of figures where white gaps and codes leave a doubt.

Each row has one line of figures, whichever of its codes can be read. Here belongs where the rows end that these tell.
Not here: surer ways to part rows (`unruled_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.pieces import Interval, PageText, Piece, lines_of

_FIGURES = 3  # on a line, to make it the line of figures of a row
_BESIDE = 0.6  # of the type size: figures as near stand on the line of their code
_TRIM = 0.08  # of the type size: letters stay that far inside the height of their type


def between_figures(page: PageText, codes: Sequence[Piece]) -> list[Interval]:
    """Give a cut between each two lines of figures; [] where rows have none, or codes stand elsewhere than theirs.

    A code stands on the line of its figures or above it, below the figures of the row before.
    """
    heights = [median(p.middle for p in line if p.is_figure) for line in lines_of(page.pieces) if _is_anchor(line)]
    first = next((h for h in heights if h >= codes[0].middle - _BESIDE * codes[0].size), None)
    if first is None:
        return []
    heights = [h for h in heights if h >= first]
    above = [[c for c in codes if upper < c.middle - _BESIDE * c.size <= lower] for upper, lower in pairwise(heights)]
    if any(len(mine) > 1 for mine in above):
        return []
    return [
        valley(page, upper, mine[0].middle if mine else lower)
        for (upper, lower), mine in zip(pairwise(heights), above, strict=True)
    ]


def _is_anchor(line: Sequence[Piece]) -> bool:
    return sum(p.is_figure for p in line) >= _FIGURES


def valley(page: PageText, upper: float, lower: float) -> Interval:
    """Give the place between two heights that the fewest pieces cover, the broadest of such places."""
    spans = [(p.box.top + _TRIM * p.size, p.box.bottom - _TRIM * p.size) for p in page.pieces]
    ends = sorted({y for span in spans for y in span if upper < y < lower} | {upper, lower})
    places = [(sum(a < (low + high) / 2 < b for a, b in spans), low - high, low) for low, high in pairwise(ends)]
    _, breadth, low = min(places)
    return low, low - breadth
