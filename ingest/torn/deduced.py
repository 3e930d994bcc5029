"""Indicators whose code was lost at the end of a component, deduced from justifications that belong to nobody else.

Between the last code read of a component and the code of the next one only the next activities of that component can
stand. Such a row is added where the justifications, in their order, fit the codes clearly better with it. It is certain
of nothing: everything in it is disputed. Not here: lost codes between two that were read (`codes`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from ingest.cells import Cell
from ingest.torn.align import align
from ingest.torn.anchor import SKIP_NARRATIVE, SKIP_ROW, beside_codes, narrative_scores, shared_bonus, stands_at_top
from ingest.torn.codes import Code, Place, Skeleton
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Run

_PENALTY, _SUM = 0.5, 3.0
_MOST_CHOICES = 40


def with_deduced_rows(
    lines: Sequence[Cell], skeleton: Skeleton, narratives: Sequence[Narrative], runs: Sequence[Run]
) -> Skeleton:
    """Add the activities for which there is a justification, and no code."""
    lost = [Place(code, None) for code in _next_activities(skeleton)]
    if not lost or not narratives:
        return skeleton
    places = sorted((*skeleton.places, *lost), key=lambda place: place.code)
    added = {n for n, place in enumerate(places) if place in lost}
    telling = narrative_scores(lines, places, narratives, stands_at_top(skeleton.places, narratives))
    bonus = shared_bonus(narratives, runs, beside_codes(places, runs), len(places))
    scores = [
        [t + b - (SKIP_ROW + _PENALTY) * (n in added) for n, (t, b) in enumerate(zip(*own, strict=True))]
        for own in zip(telling, bonus, strict=True)
    ]
    used = {row for row, _ in _aligned(scores).values()} & added
    if not used:
        return skeleton
    best = max(
        _choices(sorted(added), len(used)), key=lambda kept: _worth(scores, places, narratives, added - set(kept))
    )
    return replace(skeleton, places=tuple(place for n, place in enumerate(places) if n not in added or n in best))


def _choices(added: Sequence[int], count: int) -> Iterable[tuple[int, ...]]:
    """Every choice of so many of the rows, or a part of them where these are very many."""
    return itertools.islice(itertools.combinations(added, count), _MOST_CHOICES)


def _aligned(scores: Sequence[Sequence[float]]) -> dict[int, tuple[int, float]]:
    return align(scores, skip_item=SKIP_NARRATIVE, skip_row=SKIP_ROW)


def _worth(
    scores: Sequence[Sequence[float]],
    places: Sequence[Place],
    narratives: Sequence[Narrative],
    without: AbstractSet[int],
) -> float:
    """How well the justifications fit the rows left, and these the sums of the components."""
    kept = [n for n in range(len(places)) if n not in without]
    found = _aligned([[own[n] for n in kept] for own in scores])
    worth = sum(scores[item][kept[row]] for item, (row, _) in found.items())
    worth -= SKIP_NARRATIVE * (len(narratives) - len(found)) + SKIP_ROW * (len(kept) - len(found))
    told = {places[kept[row]].code: narratives[item] for item, (row, _) in found.items()}
    return worth + _SUM * sum(_adds_up(code, told, [places[n].code for n in kept]) for code in told)


def _adds_up(component: Code, told: Mapping[Code, Narrative], codes: Sequence[Code]) -> bool:
    """Whether the achieved values that the activities' justifications state sum to that of the component's."""
    activities = [code for code in codes if code[:-1] == component]
    total = told[component].quarter.achieved
    parts = [told[code].quarter.achieved if code in told else None for code in activities]
    if total is None or total.value is None or total.value < 10 or len(parts) < 2:
        return False
    return all(p is not None for p in parts) and sum((p.value or 0.0) if p else 0.0 for p in parts) == total.value


def _next_activities(skeleton: Skeleton) -> list[Code]:
    """The code after the last activity of each component."""
    depth = len(skeleton.program) + 2
    codes = [place.code for place in skeleton.places]
    components = [code for code in codes if len(code) == depth]
    last = {
        c: max((code[-1] for code in codes if len(code) > depth and code[:depth] == c), default=0) for c in components
    }
    return [(*component, number + 1) for component, number in last.items()]
