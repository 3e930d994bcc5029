"""Figures that stay in doubt under stamps: which of the readings there the row as a whole agrees with best.

A stamp shakes a whole row at a time: several figures of it are misread at once, some alike by every engine. Here
belongs the number that such a figure is published with. It is `disputed` whatever is found here: so many changes at
once prove nothing. Not here: what can be told for sure (`weigh`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.cells import Opinion
from ingest.constraints import shown
from ingest.indicators import IndicatorRow, Quality, Rule, Value
from ingest.numbers import NumberFormat
from ingest.readers.digital_pdf import UNSURE
from ingest.recognized.fields import Field, number_of
from ingest.recognized.relations import Printing, Relation, relations_of
from ingest.recognized.search import FREE, likeliest, support
from ingest.recognized.working import Worked
from ingest.scan.figures import as_count, as_percentage
from ingest.words import one_line

_UNHEARD, _LEFT = 0.3, 0.5
"""Weight of what nobody read beside one for each look, and how much of what the engines doubt is added to it."""
_PIECE = 0.3
"""What a number among strokes or words is worth beside one that was read alone."""
_LEAST = 0.1
"""What the reading of an engine counts that is not sure of it at all."""
_ALIKE = 2.0
"""How much cheaper than any other number a look-alike is."""
_RESULTS = ("achieved", "progress_pct", "accumulated_pct")
_FIGURE = re.compile(r"\d(?:[\d.,:;]*\d)?%?")
_STROKES = str.maketrans(":;", ".,")  # a stroke through a mark makes two of it


def with_likeliest(
    row: IndicatorRow, worked: Worked, quarter: int | None, printing: Printing, form: NumberFormat
) -> IndicatorRow:
    """Give a row whose figures in doubt are the numbers that agree best, where a stamp lies over any of them.

    `quarter` is that of the report: what a stamp covers of a later one is no result that was lost.
    """
    weighed = dict(_weighed(row, worked.fields, quarter, form, printing.decimals))
    doubted = {name for name, f in weighed.items() if not f.sure}
    if not any(weighed[name].value.confidence == UNSURE or math.isnan(weighed[name].read) for name in doubted):
        return row
    numbers = {name: f.read for name, f in weighed.items()}
    own = relations_of(row, numbers, worked.statements, quarter, printing)
    sums = [r for r in worked.relations if r.rule is Rule.ROLLUP and set(r.fields) <= weighed.keys()]
    found = _told(weighed, [*own, *sums])
    return row.mapped(lambda name, value: _put(value, found[name]) if name in doubted else value)


def _told(weighed: Mapping[str, Field], relations: Sequence[Relation]) -> dict[str, float]:
    """Give the likeliest figures; one that is not read needs a relation with no other that nobody read."""
    found = likeliest(weighed, relations)
    unproven = {name for name, f in weighed.items() if _is_unproven(name, f, relations, found)}
    if unproven:
        kept = {n: _settled(n, f.value, f.read) if n in unproven else f for n, f in weighed.items()}
        return _told(kept, relations)
    unread = {name for name, f in weighed.items() if math.isnan(f.read)}
    unheard = {name for name in unread if found[name] not in weighed[name].costs}

    def is_told(name: str) -> bool:
        others = unread - {name} if name in unheard else unheard
        return any(others.isdisjoint(r.fields) for r in support(name, relations, found))

    return {name: math.nan if name in unread and not is_told(name) else number for name, number in found.items()}


def _is_unproven(name: str, field: Field, relations: Sequence[Relation], found: Mapping[str, float]) -> bool:
    """Tell whether one relation alone would change what all engines read: the publisher's slip is as likely."""
    changed = not math.isnan(field.read) and found[name] not in field.costs
    return changed and len(field.texts) == 1 and len({r.rule for r in support(name, relations, found)}) == 1


def _weighed(
    row: IndicatorRow, fields: Mapping[str, Field], quarter: int | None, form: NumberFormat, places: int | None
) -> Iterator[tuple[str, Field]]:
    """Give the figures of a row with what each may be; one that is settled can be nothing else. A blank is none."""
    for name, value in row.named():
        number = value.value
        if number is not None and value.quality is not Quality.DISPUTED:
            yield name, _settled(name, value, number)
        elif number is not None and value.confidence != UNSURE:
            own = fields.get(name)
            yield name, replace(own, value=value, read=number, sure=False) if own else _settled(name, value, number)
        elif number is not None or not _is_later(name, quarter):
            field = _shaken(name, value, form, places)
            if field is not None:
                yield name, field


def _settled(name: str, value: Value, number: float) -> Field:
    return Field(name, value, number, (), {number: 0.0}, math.inf, sure=True)


def _is_later(name: str, quarter: int | None) -> bool:
    measure, _, of = name.partition(".")
    return quarter is not None and measure in _RESULTS and int(of) > quarter


def _shaken(name: str, value: Value, form: NumberFormat, places: int | None) -> Field | None:
    measure = name.partition(".")[0]
    heard, unheard = _heard(value, measure, form, places)
    is_blank = value.value is None and not value.reason
    if not heard and (is_blank or (value.value is None and measure.endswith("_pct"))):
        return None  # percentages are left out where they say nothing, and any follows from the other figures
    total = sum(heard.values()) + unheard
    other = FREE - math.log(unheard / total)
    costs = {number: -math.log(weight / total) for number, weight in heard.items()}
    if value.value is not None:
        costs.setdefault(value.value, other)
    read = math.nan if value.value is None else value.value
    if is_blank:
        return Field(name, value, read, (), costs, math.inf, sure=False)  # nothing lies over it: print would be seen
    texts = tuple(shown(number) for number in heard)
    return Field(name, value, read, texts, costs, other - _ALIKE, sure=False, any_other=other)


def _heard(value: Value, measure: str, form: NumberFormat, places: int | None) -> tuple[dict[float, float], float]:
    """Give the numbers that were read at a place with their weights, and the weight of what nobody read.

    Every look at it weighs the same, however many read it: engines agree on what a stroke of a stamp makes of a digit,
    and each agrees with itself where the picture is nearly the same.
    """
    looks: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in value.opinions:
        if opinion.confidence is not None:
            looks[(opinion.engine or "").partition(", look ")[2]].append(opinion)
    weights: dict[float, float] = defaultdict(float)
    unheard = _UNHEARD
    for opinions in looks.values():
        for opinion in opinions:
            sure = max(_LEAST, opinion.confidence or 0.0)
            unheard += _LEFT * (1 - sure) / len(opinions)
            for number, share in _numbers(opinion.text, measure, form, places):
                weights[number] += share * sure / len(opinions)
    return dict(weights), unheard


def _numbers(text: str, measure: str, form: NumberFormat, places: int | None) -> list[tuple[float, float]]:
    """Give the numbers that a reading may stand for with their shares: where it is none, those among its strokes."""
    whole = number_of(text, measure, form, places)
    if whole is not None:
        return [(whole, 1.0)]
    pieces = _FIGURE.findall(text.translate(_STROKES))
    if measure.endswith("_pct"):
        said = [as_percentage(piece, 2 if places is None else places) for piece in pieces]
    else:
        said = [as_count(piece) for piece in pieces]
    numbers = (number_of(s, measure, form, places) for s in said)
    return [(number, _PIECE) for number in dict.fromkeys(numbers) if number is not None]


def _put(value: Value, number: float) -> Value:
    if math.isnan(number) or number == value.value:
        return value
    read = one_line(value.text or "") or "nothing"
    reason = f"{read!r} was read, {shown(number)} agrees better with the row, but not surely"
    return replace(value, value=number, quality=Quality.DISPUTED, reason=reason)
