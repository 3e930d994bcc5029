"""Components as sums of their activities: learned from a report before it is used as evidence.

Many components have units of their own and are no sum of anything: only where the sums hold for most of a component's
figures are they evidence at all. Some publishers add unlike units (requests, litres and files make "services"); a sum
that holds supports its figures then too, but one that breaks is no inconsistency, as nobody owes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest.constraints import SUM_TOLERANCE, Check, number, shown
from ingest.indicators import IndicatorRow, Rule
from ingest.words import words

_FIELDS = ("annual_goal", *(f"{m}.{q}" for m in ("goal", "achieved") for q in range(1, 5)))
_LEAST_HOLDING = 4
_LEAST_SHARE = 0.75


def check_rollups(
    rows: Sequence[IndicatorRow], explained: Mapping[tuple[int, str], float]
) -> Iterator[tuple[int, Check, tuple[tuple[int, str], ...]]]:
    """Try the sums of every component for which they are learned to hold.

    Args:
        rows: the rows of a report.
        explained: figures, by (position of the row, field), that another constraint contradicts, each with what
            would agree there; a sum that holds with these is no finding of the component.

    Yields (position of the component, check, the activities' fields by position).
    """
    for position, children in _families(rows):
        tried = [(f, _sums(rows, position, children, f)) for f in _FIELDS]
        known = [(f, s) for f, s in tried if s is not None]
        holding = sum(abs(total - own) <= SUM_TOLERANCE for _, (own, total) in known)
        if holding < _LEAST_HOLDING or holding < _LEAST_SHARE * len(known):
            continue
        alike = len({words(rows[p].variable_unit or "") for p in (position, *children)}) == 1
        for field, (own, total) in known:
            holds = abs(total - own) <= SUM_TOLERANCE
            if not holds and (not alike or _is_explained(rows, position, children, field, explained)):
                continue
            detail = f"the activities sum to {shown(total)}, the component says {shown(own)}"
            yield position, Check(Rule.ROLLUP, (field,), holds, detail), tuple((c, field) for c in children)


def _families(rows: Sequence[IndicatorRow]) -> Iterator[tuple[int, list[int]]]:
    for position, row in enumerate(rows):
        children = [i for i, r in enumerate(rows) if r.code and row.code and r.code.rpartition(".")[0] == row.code]
        if row.level == "Componente" and children:
            yield position, children


def _sums(
    rows: Sequence[IndicatorRow], position: int, children: Sequence[int], field: str
) -> tuple[float, float] | None:
    own = number(rows[position], field)
    parts = [number(rows[c], field) for c in children]
    if own is None or any(p is None for p in parts):
        return None
    return own, sum(p for p in parts if p is not None)


def _is_explained(
    rows: Sequence[IndicatorRow],
    position: int,
    children: Sequence[int],
    field: str,
    explained: Mapping[tuple[int, str], float],
) -> bool:
    if not any((p, field) in explained for p in (position, *children)):
        return False
    own, *parts = (explained.get((p, field), number(rows[p], field)) for p in (position, *children))
    return own is not None and abs(sum(p or 0.0 for p in parts) - own) <= SUM_TOLERANCE
