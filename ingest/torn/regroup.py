"""A second look at evidence whose indicator is not certain: what shares figures belongs together, whatever the order.

The alignment takes justifications and runs in the order of the text. Where an engine mixed up the order, figures that
a run and a justification share tell that they are of one row, and where the run stands tells of which. What is moved
here is certain of nothing afterwards: its figures are disputed, as they were. Not here: evidence that is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.torn.anchor import SURE, Anchored, Evidence, shared_weight
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run

_SHARED, _MOVING = 1.2, 2.0
_NEAR_LINES = 10


@dataclass(frozen=True, slots=True)
class _Unit:
    """A justification with the runs that go with it."""

    narrative: Narrative | None
    runs: tuple[Run, ...]

    @property
    def linked(self) -> tuple[Run, ...]:
        if self.narrative is None:
            return ()
        return tuple(run for run in self.runs if shared_weight(self.narrative, [run]) >= _SHARED)

    @property
    def start(self) -> int:
        """The line in which its numbers or its justification begin; a number by itself may be anything."""
        firsts = [run.first for run in self.runs if len(run.tokens) > 1 or run in self.linked]
        return min(firsts + ([self.narrative.first] if self.narrative is not None else []))

    def precedes(self, other: _Unit) -> bool:
        """Whether this unit's numbers stand closely before all of the other one."""
        firsts = [run.first for run in self.linked]
        return any(0 < other.start - first <= _NEAR_LINES for first in firsts)


def regroup(anchored: Anchored) -> Anchored:
    """Move runs to the justification whose figures they repeat, and both to the row where the runs stand."""
    evidence, loose = _with_own_runs(anchored)
    begin = 0
    while begin < len(evidence):
        end = begin
        while end < len(evidence) and is_open(evidence[end]):
            end += 1
        _reorder(evidence, begin, end)
        begin = end + 1
    return replace(anchored, evidence=tuple(evidence), loose_runs=loose)


def is_open(evidence: Evidence) -> bool:
    """Whether it is not certain what belongs to a row, and its code does not stand among it either."""
    if evidence.narrative_margin >= SURE or any(_is_sure(evidence, run) for run, _ in evidence.runs):
        return False
    mark, told = evidence.place.mark, evidence.narrative
    return mark is None or told is None or not (told.first - 1 <= mark.line <= told.last + 1)


def _is_sure(evidence: Evidence, run: Run) -> bool:
    return run in evidence.steady and any(own is run and margin >= SURE for own, margin in evidence.runs)


def _with_own_runs(anchored: Anchored) -> tuple[list[Evidence], tuple[Run, ...]]:
    """Give each run that is not sure to the one row whose justification repeats its figures, if there is such a row."""
    evidence = list(anchored.evidence)
    told = [(n, e.narrative) for n, e in enumerate(evidence) if e.narrative is not None]
    owners = {id(run): n for n, e in enumerate(evidence) for run, _ in e.runs}
    runs = [run for e in evidence for run, _ in e.runs] + list(anchored.loose_runs)
    for run in runs:
        owner = owners.get(id(run))
        if owner is not None and _is_sure(evidence[owner], run):
            continue
        weights = sorted(((shared_weight(narrative, [run]), n) for n, narrative in told), reverse=True)
        best = weights[0] if weights else (0.0, -1)
        rival = max((w for w, n in weights if n != best[1]), default=0.0)
        if best[0] < _MOVING or best[0] - rival < 1.0 or best[1] == owner:
            continue
        if owner is not None:
            kept = tuple(pair for pair in evidence[owner].runs if pair[0] is not run)
            evidence[owner] = replace(evidence[owner], runs=kept)
        evidence[best[1]] = replace(evidence[best[1]], runs=(*evidence[best[1]].runs, (run, 0.0)))
        owners[id(run)] = best[1]
    return evidence, tuple(run for run in anchored.loose_runs if id(run) not in owners)


def _reorder(evidence: list[Evidence], begin: int, end: int) -> None:
    """Put the units of consecutive open rows in the order in which their numbers stand."""
    rows = _rows_to_fill(evidence, begin, end)
    units = [_Unit(evidence[n].narrative, tuple(r for r, _ in evidence[n].runs)) for n in range(begin, end)]
    units = _sorted([u for u in units if u.narrative is not None])
    before = {n: evidence[n].narrative for n in range(begin, end)}
    after = dict(zip(rows, units, strict=True))
    for n in range(begin, end):
        unit = after.get(n)
        if unit is None and before[n] is None:
            continue
        if unit is None or unit.narrative is not before[n]:
            unit = unit or _Unit(None, ())
            runs = tuple((run, 0.0) for run in unit.runs)
            evidence[n] = Evidence(evidence[n].place, unit.narrative, 0.0, runs, (), ())


def _sorted(units: Sequence[_Unit]) -> list[_Unit]:
    ordered = list(units)
    for n in range(1, len(ordered)):
        m = n
        while m > 0 and ordered[m].precedes(ordered[m - 1]):
            ordered[m - 1], ordered[m] = ordered[m], ordered[m - 1]
            m -= 1
    return ordered


def _rows_to_fill(evidence: Sequence[Evidence], begin: int, end: int) -> list[int]:
    """The rows of an open stretch that get its justifications: a row that surely exists before one only deduced."""
    rows = [n for n in range(begin, end) if evidence[n].narrative is not None]
    parents = {e.place.code[:k] for e in evidence for k in range(1, len(e.place.code))}
    lost: int | None = None
    for n in range(begin, end):
        place, has_any = evidence[n].place, evidence[n].narrative is not None or bool(evidence[n].runs)
        if place.mark is not None:
            lost = None
        elif not has_any and place.code in parents and lost is None:
            lost = n
        elif lost is not None and n in rows and place.code not in parents:
            rows[rows.index(n)], lost = lost, None
    return sorted(rows)
