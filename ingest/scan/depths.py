"""Of how many numbers the codes of each level are: what most rows show, or else all that it may be.

Here belongs the link between levels and codes. Not here: which code a row has (`outline`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from ingest.indicators import LEVELS
from ingest.scan.outline import Place

_USUAL = 0.6  # of the rows of a level show its depth
_SPARE = 1  # numbers that the outline may leave out between two levels
_UNKNOWN_ROOTS = (2, 3)  # numbers of a program's code that the report does not name


def depths_of(places: Sequence[Place], levels: Sequence[str | None], root: str | None) -> list[list[int | None]]:
    """Give the depths that the codes of rows may have, one list of them for each way.

    A lower level has longer codes. What most rows of each level show is the only way where that holds of it; codes
    that lost their points show too little, so that otherwise all ways are given that do.
    """
    shown = _shown(places, levels, root)
    usual = {level: n.most_common(1)[0] for level, n in shown.items()}
    clear = {level: depth for level, (depth, times) in usual.items() if times > _USUAL * shown[level].total()}
    named = [level for level in LEVELS if level in levels]
    told = [clear[level] for level in named if level in clear]
    if len(named) < 2 or (len(told) == len(named) and _rises(told)):
        return [[clear.get(level) if level else None for level in levels]]
    return [[way[level] if level else None for level in levels] for way in _ways(named, root)]


def _shown(places: Sequence[Place], levels: Sequence[str | None], root: str | None) -> dict[str, Counter[int]]:
    shown: dict[str, Counter[int]] = {}
    for place, level in zip(places, levels, strict=True):
        for reading in place.readings[:1]:
            if level is not None and (root is None or reading == root or reading.startswith(f"{root}.")):
                shown.setdefault(level, Counter())[reading.rstrip(".").count(".") + 1] += 1
    return shown


def _rises(depths: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(depths))


def _ways(named: Sequence[str], root: str | None) -> Iterator[dict[str, int]]:
    """Give the depths that the levels of a report may have: the first is that of the program's code, or below it."""
    above = LEVELS.index(named[0])
    for first in [root.count(".") + 1] if root else _UNKNOWN_ROOTS:
        most = first + above + len(named) + _SPARE
        for depths in combinations(range(first, most), len(named)):
            yield dict(zip(named, depths, strict=True))
