"""The likeliest figures of a row: a search over misreadings, with the row's relations as evidence.

Here belongs one row's search and what it leaves certain. An explanation changes at most two readings; whatever relation
does not hold then is laid on the publisher, at a price. Not here: several rows, or what becomes of a value (`weigh`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.indicators import Rule
from ingest.recognized.fields import Field
from ingest.recognized.relations import Relation
from ingest.torn.glyphs import one_misreading

Changes = tuple[tuple[str, float], ...]

_SLIP = 4.6
"""Cost of a figure that the publisher misprinted: about one in a hundred."""
_COINCIDENCE = 3.0
"""Cost of a publisher's slip that looks exactly like a misreading, too."""
_BESIDE = 2.0
"""Cost of a percentage that is off by one in the last place."""
_SAID = {Rule.JUSTIFICATION: 3.0, Rule.ROLLUP: 3.0}
_SAID_ALIKE = 1.2
"""Cost of a restated figure that looks like a misreading of the table's."""
FREE = 3.0
"""Cost of a number that nobody read, or that a slip explains: unlike those that were read, one fits any relation."""
_LOST = 9.0
"""Cost of a figure that stays unread: what a relation tells of it is better."""
_MOST_SHAKEN, _KEPT = 6, 40
"""Figures of a row that may be misread under stamps, and the explanations of which each step goes on."""
_MOST = 2
"""Changes of readings that one explanation may make: where more went wrong, chance fits anything."""


@dataclass(slots=True)
class Solution:
    """The best explanation of a row: the figures, what was changed, and how much worse any other value is."""

    numbers: dict[str, float]
    changes: Changes
    cost: float
    broken: tuple[Relation, ...]
    margins: dict[str, float] = field(default_factory=dict)


def solve(fields: Mapping[str, Field], relations: Sequence[Relation]) -> Solution:
    """Find the figures that explain best what was read and what the row says of them."""
    search = _Search(fields, relations)
    explained = {changes: search.cost(changes) for changes in search.explanations()}
    best = min(explained, key=lambda c: (explained[c], len(c)))
    numbers = search.with_changes(best)
    solution = Solution(numbers, best, explained[best], tuple(r for r in relations if not r.holds(numbers)))
    for name, chosen in numbers.items():
        other = (
            cost for changes, cost in explained.items() if dict(changes).get(name, fields[name].read) != chosen
        )  # fmt: skip
        nearest = min(other, default=math.inf)
        solution.margins[name] = min(nearest, search.blind(name, best, explained[best])) - explained[best]
    return solution


def likeliest(fields: Mapping[str, Field], relations: Sequence[Relation]) -> dict[str, float]:
    """Give the figures that agree best, however many were misread; NaN where a figure is not read and nothing tells it.

    So many changes prove nothing: whoever asks holds each of these figures in doubt.
    """
    search = _Search(fields, relations, dearer=FREE)
    layer: dict[Changes, float] = {(): search.cost(())}
    best: Changes = ()
    least = layer[best]
    for _ in range(_MOST_SHAKEN):
        further = {tuple(sorted((*changes, change))) for changes in layer for change in search.further(changes)}
        costs = sorted((search.cost(changes), changes) for changes in further)
        if costs and costs[0][0] < least:
            least, best = costs[0]
        layer = {changes: cost for cost, changes in costs[:_KEPT]}
    return search.with_changes(best)


class _Search:
    def __init__(self, fields: Mapping[str, Field], relations: Sequence[Relation], dearer: float = 0.0) -> None:
        self.fields, self.relations, self.dearer = fields, relations, dearer
        self.read = {name: f.read for name, f in fields.items()}
        self.touching = {name: [r for r in relations if name in r.fields] for name in fields}

    def with_changes(self, changes: Changes) -> dict[str, float]:
        return {**self.read, **dict(changes)}

    def explanations(self) -> Iterator[Changes]:
        """Give every set of changes worth a look, the empty one first."""
        seen: set[Changes] = {()}
        yield ()
        layer: list[Changes] = [()]
        for _ in range(_MOST):
            further = []
            for changes in layer:
                for change in self.further(changes):
                    more = tuple(sorted((*changes, change)))
                    if more not in seen:
                        seen.add(more)
                        further.append(more)
                        yield more
            layer = further

    def further(self, changes: Changes) -> Iterator[tuple[str, float]]:
        """Give further single changes: other opinions, and what a relation that is broken would have."""
        numbers = self.with_changes(changes)
        changed = {name for name, _ in changes}
        for name, f in self.fields.items():
            if name not in changed:
                yield from ((name, n) for n in f.costs if n != f.read)
        for relation in self.relations:
            lost = [name for name in relation.fields if math.isnan(numbers[name])]  # these are not read
            if len(lost) > 1 or (not lost and relation.holds(numbers) and relation.is_exact(numbers)):
                continue
            for name in lost or relation.fields:
                if name in changed:
                    continue
                for number in relation.solved_for(name, numbers):
                    if number != self.read[name] and math.isfinite(self.fields[name].cost(number)):
                        yield name, number

    def cost(self, changes: Changes) -> float:
        """Give the cost of an explanation: its readings, and the slips that its broken relations need."""
        numbers = self.with_changes(changes)
        changed = dict(changes)
        now = ((f, changed.get(name, f.read)) for name, f in self.fields.items())
        readings = sum(_LOST if math.isnan(number) else f.cost(number) for f, number in now)
        told = [r for r in self.relations if not any(math.isnan(numbers[name]) for name in r.fields)]
        broken = [r for r in told if not r.holds(numbers)]
        beside = sum(not r.is_exact(numbers) for r in told if r not in broken)
        return readings + self._slips(broken, numbers) + _BESIDE * beside

    def blind(self, name: str, changes: Changes, cost: float) -> float:
        """Give the cost of `name` being a look-alike that no relation tells apart from what was chosen."""
        numbers = self.with_changes(changes)
        if support(name, self.touching[name], numbers):
            # A look-alike breaks that relation, and the publisher would have to have slipped.
            return cost + self.fields[name].look_alike + _SLIP
        return cost + self.fields[name].look_alike

    def _slips(self, broken: list[Relation], numbers: Mapping[str, float]) -> float:
        """Give the least cost of slips that explain the broken relations, the widest explanation first."""
        total = 0.0
        own = [r for r in broken if r.rule in _SAID]
        table = [r for r in broken if r.rule not in _SAID]
        while table:
            counts = {name: sum(name in r.fields for r in (*table, *own)) for r in table for name in r.fields}
            most = max(counts.values())
            alike = any(self._is_alike(name, table, numbers) for name, n in counts.items() if n == most)
            widest = max(counts, key=lambda n: counts[n])
            total += _SLIP + self.dearer + (_COINCIDENCE if alike else 0.0)
            table = [r for r in table if widest not in r.fields]
            own = [r for r in own if widest not in r.fields]
        return total + sum(_said_cost(r, numbers) + self.dearer for r in own)

    def _is_alike(self, name: str, broken: Sequence[Relation], numbers: Mapping[str, float]) -> bool:
        """Tell whether a broken relation would hold with a look-alike of `name`."""
        wanted = {n for r in broken if name in r.fields for n in r.solved_for(name, numbers)}
        return any(one_misreading(text, n) for text in self.fields[name].texts for n in wanted)


def _said_cost(relation: Relation, numbers: Mapping[str, float]) -> float:
    return _SAID_ALIKE if may_be_misread(relation, numbers) else _SAID[relation.rule]


def may_be_misread(relation: Relation, numbers: Mapping[str, float]) -> bool:
    """Tell whether the justification may well say what the table says, but for a misreading of its own."""
    said = sum(numbers[p] for p in relation.parts)
    return relation.rule is Rule.JUSTIFICATION and any(one_misreading(f.text, said) for f in relation.said)


def support(name: str, relations: Sequence[Relation], numbers: Mapping[str, float]) -> list[Relation]:
    """Give the relations that hold and would not hold with another value of `name` beside its own."""
    return [
        r
        for r in relations
        if name in r.fields and r.holds(numbers) and r.is_exact(numbers) and r.is_sharp(name, numbers)
    ]
