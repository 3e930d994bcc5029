"""The figures of a row as they were read: what each may be, and how unlikely each possibility is.

Here belong opinions turned into numbers with costs. A cost is the negative natural logarithm of a probability, so that
costs of independent things add up. Not here: what the figures owe each other (`relations`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.indicators import IndicatorRow, Quality, Value
from ingest.numbers import NumberFormat, parse_number
from ingest.scan.figures import as_count, as_percentage
from ingest.torn.glyphs import one_misreading

SURE = 0.9
"""Confidence from which on an engine's word counts in full."""

_UNREAD = 0.3
"""Weight, beside one for each engine, of what no engine read."""
_SHAPES = 3.0
"""About how many look-alikes a figure has that its row could mean."""
_EXACT = 20.0
_COMMON_ERROR = 0.5
"""Engines err alike: where they differ on a share d of figures, about half of d squared agree and are wrong."""


@dataclass(frozen=True, slots=True)
class Field:
    """A figure of a row: its value as landed, what it may be with the cost of each, and the cost of a look-alike.

    `read` is the reading that stands in the cell. `sure` tells that all engines agree, and where they do, how seldom
    that is wrong in this document decides whether that is enough. `any_other` is the cost of a number that is no
    misreading of anything read: under a stamp, engines may read anything.
    """

    name: str
    value: Value
    read: float
    texts: tuple[str, ...]
    costs: Mapping[float, float]
    look_alike: float
    sure: bool
    any_other: float = math.inf

    def cost(self, number: float) -> float:
        """Give the cost of the figure being `number`; infinite where that cannot be, or is not printed so."""
        if number in self.costs:
            return self.costs[number]
        if any(one_misreading(text, number) for text in self.texts):
            return self.look_alike
        is_printed = number == round(number, 2 if "_pct" in self.name else 0)
        return self.any_other if is_printed else math.inf


def fields_of(row: IndicatorRow, form: NumberFormat, disagreement: float, places: int | None) -> dict[str, Field]:
    """Give the figures of a row that can be weighed, by name; blanks and figures of merged cells are none.

    `places` are the decimals that percentages of the report print, where they all print as many.
    """
    found = {}
    for name, value in row.named():
        field = _field(name, value, form, disagreement, places)
        if field is not None:
            found[name] = field
    return found


def disagreement_of(rows: Iterable[IndicatorRow], form: NumberFormat) -> float:
    """Give the share of figures on which the engines differ: what is known of how bad a scan is."""
    differing = asked = 0
    for row in rows:
        for measure, _, value in row.values():
            votes = _votes(value, measure, form)
            if len(votes) > 1:
                asked += 1
                differing += len({number for number, _ in votes}) > 1
    return (differing + 0.5) / (asked + 20)


def _field(name: str, value: Value, form: NumberFormat, disagreement: float, places: int | None) -> Field | None:
    if value.quality is Quality.DISPUTED and value.confidence != 0.0:
        return None  # interpretation disputes it: the figure may be another place's
    if not (value.text or "").strip():
        return None  # a blank stays blank, whatever a speck looked like to one engine
    measure = name.partition(".")[0]
    texts = tuple(dict.fromkeys(t for t in (value.text or "", *(o.text for o in value.opinions)) if t.strip()))
    numbers = [n for n in (number_of(text, measure, form, places) for text in texts) if n is not None]
    if not numbers:
        return None
    votes = _votes(value, measure, form, places)
    return _weighed(name, value, numbers[0], texts, votes, set(numbers) - {numbers[0]}, disagreement)


def _weighed(
    name: str,
    value: Value,
    read: float,
    texts: tuple[str, ...],
    votes: Sequence[tuple[float, float]],
    others: set[float],
    disagreement: float,
) -> Field:
    if not value.opinions and value.confidence is None:
        return Field(name, value, read, texts, {read: 0.0}, _EXACT, sure=True)
    if len(votes) > 1 and {n for n, _ in votes} != {read}:
        return _contested(name, value, read, texts, votes, others)
    sure = len(votes) > 1 and value.confidence != 0.0
    if len(votes) > 1:
        wrong = _error_of_agreement(disagreement, [c for _, c in votes])
    else:
        wrong = max(0.02, 0.5 * disagreement, 1.0 - (votes[0][1] if votes else value.confidence or 0.0))
    costs = {read: -math.log(max(0.05, 1 - wrong))} | {n: -math.log(wrong / 2) for n in others}
    return Field(name, value, read, texts, costs, -math.log(wrong / _SHAPES), sure=sure)


def _contested(
    name: str,
    value: Value,
    read: float,
    texts: tuple[str, ...],
    votes: Sequence[tuple[float, float]],
    others: set[float],
) -> Field:
    weights: dict[float, float] = {}
    for number, confidence in votes:
        weights[number] = weights.get(number, 0.0) + max(0.1, confidence)
    for number in {read, *others}:
        weights.setdefault(number, 0.3)
    total = sum(weights.values()) + _UNREAD
    costs = {number: -math.log(weight / total) for number, weight in weights.items()}
    return Field(name, value, read, texts, costs, -math.log(_UNREAD / total / _SHAPES), sure=False)


def _votes(value: Value, measure: str, form: NumberFormat, places: int | None = None) -> list[tuple[float, float]]:
    """Give what each engine read as a number, with its confidence. A hidden text layer has none, and no vote."""
    return [
        (number, opinion.confidence)
        for opinion in value.opinions
        if opinion.confidence is not None and (number := number_of(opinion.text, measure, form, places)) is not None
    ]


def number_of(text: str, measure: str, form: NumberFormat, places: int | None) -> float | None:
    """Give the number that a text as read stands for; digits that a percent sign became are no decimals."""
    flat = "".join(text.split())
    if not measure.endswith("_pct"):
        number = parse_number(flat, form)
        return parse_number(as_count(flat), form) if number is None else number
    number = parse_number(flat, form)
    decimals = len(flat.rpartition(form.decimal)[2].rstrip("%")) if form.decimal in flat else 0
    if number is None or (places is not None and decimals > places):
        return parse_number(as_percentage(flat, 2 if places is None else places), form)
    return number


def _error_of_agreement(disagreement: float, confidences: Sequence[float]) -> float:
    wrong = max(1e-5, _COMMON_ERROR * disagreement**2)
    least = min(confidences)
    return min(0.2, wrong * (1 if least >= SURE else 10 if least >= 0.7 else 30))
