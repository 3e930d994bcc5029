"""Aligning two sequences that each keep their order, with the certainty of every pair.

Here belongs the algorithm alone. Not here: what is aligned, and how pairs are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NEVER = -1e9


def align(
    scores: Sequence[Sequence[float]], *, skip_item: float, skip_row: float, shared: bool = False
) -> dict[int, tuple[int, float]]:
    """Align items with rows, both in order, for the greatest sum of scores.

    Args:
        scores: for each item its score with each row.
        skip_item: cost of leaving an item without a row.
        skip_row: cost of leaving a row without an item.
        shared: whether a row may take several items that follow each other.

    Returns:
        For each item that has a row: the row, and by how much every alignment without that pair is worse.
    """
    items, rows = len(scores), len(scores[0]) if scores else 0
    if not items or not rows:
        return {}
    before = _forward(scores, skip_item, skip_row, shared)
    mirrored = [list(reversed(row)) for row in reversed(scores)]
    after = _forward(mirrored, skip_item, skip_row, shared)
    found: dict[int, tuple[int, float]] = {}
    for i, row in _trace(before, scores, skip_item, skip_row, shared).items():
        rest = after[items - 1 - i]
        ways = [before[i].open(j, shared) + scores[i][j] + rest.open(rows - 1 - j, shared) for j in range(rows)]
        skipped = max(before[i].closed[j] + rest.closed[rows - j] for j in range(rows + 1)) - skip_item
        rival = max([skipped, *(way for j, way in enumerate(ways) if j != row)])
        found[i] = (row, ways[row] - rival)
    return found


@dataclass(frozen=True, slots=True)
class _Best:
    """Best sums over the first items: `closed[j]` uses the first j rows, `ending[j]` has its last item in row j."""

    closed: list[float]
    ending: list[float]

    def open(self, row: int, shared: bool) -> float:
        """The best sum after which an item may go to `row`."""
        return max(self.closed[row], self.ending[row]) if shared else self.closed[row]


def _forward(scores: Sequence[Sequence[float]], skip_item: float, skip_row: float, shared: bool) -> list[_Best]:
    rows = len(scores[0])
    best = _Best([-skip_row * j for j in range(rows + 1)], [_NEVER] * rows)
    table = [best]
    for row_scores in scores:
        ending = [max(best.open(j, shared) + row_scores[j], best.ending[j] - skip_item) for j in range(rows)]
        closed = [best.closed[0] - skip_item]
        for j in range(1, rows + 1):
            closed.append(max(best.closed[j] - skip_item, closed[j - 1] - skip_row, ending[j - 1]))
        best = _Best(closed, ending)
        table.append(best)
    return table


def _trace(
    table: Sequence[_Best], scores: Sequence[Sequence[float]], skip_item: float, skip_row: float, shared: bool
) -> dict[int, int]:
    """One best alignment, read back from the end."""
    found: dict[int, int] = {}
    i, j, inside = len(scores), len(scores[0]), False
    while i > 0 and (j > 0 or inside):
        best, earlier = table[i], table[i - 1]
        if inside:  # the last item is in row j, or was skipped after one in row j
            if best.ending[j] == earlier.ending[j] - skip_item:
                i -= 1
                continue
            found[i - 1] = j
            i, inside = i - 1, shared and earlier.ending[j] > earlier.closed[j]
        elif best.closed[j] == best.ending[j - 1]:
            j, inside = j - 1, True
        elif best.closed[j] == best.closed[j - 1] - skip_row:
            j -= 1
        else:
            i -= 1
    return found
