"""From readings and evidence to values: which are confirmed, repaired or disputed, and what the publisher got wrong.

Here belongs what follows for each value of a report. Not here: the search in a row (`search`). A value needs more than
the engines' word: what no relation supports is `unchecked` at best, and only where this scan's engines hardly differ.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.cells import Span
from ingest.constraints import shown
from ingest.indicators import IndicatorRow, Quality, Rule, Value
from ingest.justification import Figure
from ingest.numbers import NumberFormat
from ingest.readers.digital_pdf import UNSURE
from ingest.recognized.codes import doubt_of_codes
from ingest.recognized.faded import without_faded
from ingest.recognized.fields import Field, disagreement_of, fields_of
from ingest.recognized.findings import findings_of
from ingest.recognized.relations import Printing, Relation, printing_of, relations_of
from ingest.recognized.search import may_be_misread, support
from ingest.recognized.shaken import with_likeliest
from ingest.recognized.working import MARGIN, Worked, statements_of, work
from ingest.rollup import check_rollups
from ingest.torn.glyphs import digits_of
from ingest.words import one_line

GOOD_SCAN = 0.006
"""Share of figures on which engines differ up to which small differences in a justification are the publisher's."""
TRUSTED = 7.0
"""Cost of a look-alike from which on agreeing engines are believed without support: about one error in 3,000."""

_HEARD = 1.4
"""Cost of what about a quarter of the engines' words says."""

_TRIED, _LEAST_HOLDING = 10, 0.4
"""Relations of a report, and the share of them that holds, below which its columns are in doubt."""


def reconcile_recognized(
    rows: Sequence[IndicatorRow], quarter: int | None, form: NumberFormat
) -> tuple[IndicatorRow, ...]:
    """Give the rows with the quality of each value, repairs with their reason, and the findings of each row.

    A value becomes `confirmed` where a relation supports it and no other value is nearly as likely, `repaired` where
    that holds of another value than the one read, and `disputed`, as read, where nothing settles it.
    """
    disagreement, printing = disagreement_of(rows, form), printing_of(rows)
    told = [statements_of(row, form) for row in rows]
    worked = [
        work(r, fields_of(r, form, disagreement, printing.decimals), t, quarter, printing, ())
        for r, t in zip(rows, told, strict=True)
    ]
    sums = _rollups(worked)
    again = [
        work(w.row, w.fields, w.statements, quarter, printing, tuple(sums.get(n, ()))) if n in sums else w
        for n, w in enumerate(worked)
    ]
    settled = [_without_borrowed(_judged(w), w, is_good=disagreement <= GOOD_SCAN) for w in again]
    judged = [
        _deduced(_deduced(r, w, quarter, printing), w, quarter, printing) for r, w in zip(settled, again, strict=True)
    ]
    if disagreement > GOOD_SCAN:
        judged = without_faded(judged, printing.decimals)
    if doubt := _doubt_of_columns(again):
        judged = [row.mapped(lambda _, value: _doubted(value, doubt)) for row in judged]
    codes = Counter(row.code for row in rows)
    same = "another row has the same code"
    doubted = doubt_of_codes(judged)
    of_codes = [same if codes[r.code] > 1 else doubted(r) for r in judged]
    judged = [r.doubted("code") if doubt else r for r, doubt in zip(judged, of_codes, strict=True)]
    doubts = [code if code == same else r.doubt or code for r, code in zip(judged, of_codes, strict=True)]
    judged = [r.mapped(_doubter(doubt)) if doubt else r for r, doubt in zip(judged, doubts, strict=True)]
    found = [
        replace(row, findings=tuple(findings_of(row, w, quarter, form, is_good=disagreement <= GOOD_SCAN)))
        for row, w in zip(judged, again, strict=True)
    ]
    return tuple(with_likeliest(r, w, quarter, printing, form) for r, w in zip(found, again, strict=True))


def _doubt_of_columns(worked: Sequence[Worked]) -> str | None:
    """Tell why the columns of a report may have been mistaken for one another; None where nothing speaks for it.

    A heading that was misread moves a whole column: its figures are read well, and are wrong all the same.
    """
    holding = [r.holds(w.solution.numbers) for w in worked for r in w.relations]
    if len(holding) >= _TRIED and sum(holding) < _LEAST_HOLDING * len(holding):
        return f"of {len(holding)} relations among the report's figures only {sum(holding)} hold"
    for measure in ("goal", "achieved"):
        printed = {q for w in worked for m, q, _ in w.row.values() if m == measure and q is not None}
        if len(printed) > 1 and printed != set(range(1, max(printed) + 1)):
            quarters = " and ".join(str(q) for q in sorted(printed))
            return f"of the {measure} only the quarters {quarters} have a heading that can be read"
    return None


def _doubter(doubt: str) -> Callable[[str, Value], Value]:
    return lambda _, value: _doubted(value, doubt)


def _doubted(value: Value, doubt: str) -> Value:
    if value.value is None or not value.quality.is_good:
        return value
    return replace(
        value, quality=Quality.DISPUTED, reason=f"{doubt}: columns or rows may have been mistaken for one another"
    )


def _rollups(worked: Sequence[Worked]) -> dict[int, list[Relation]]:
    """Give, by row, what sums of components that are learned to hold say of its figures."""
    chosen = [_with_numbers(w) for w in worked]
    sums: dict[int, list[Relation]] = {}
    for position, check, parts in check_rollups(chosen, {}):
        (name,) = check.fields
        members = [position, *(p for p, _ in parts)]
        if any(name not in worked[m].fields for m in members):
            continue
        own = worked[position].solution.numbers[name]
        total = sum(worked[p].solution.numbers[name] for p, _ in parts)
        for member in members:
            mine = worked[member].solution.numbers[name]
            wanted = total if member == position else own - (total - mine)
            unsure = any(worked[m].solution.margins[name] < MARGIN for m in members if m != member)
            if wanted >= 0 and not unsure:
                said = Figure(wanted, shown(wanted), 0, Span(0, 0))
                sums.setdefault(member, []).append(Relation(Rule.ROLLUP, (name,), said=(said,)))
    return sums


def _with_numbers(worked: Worked) -> IndicatorRow:
    def changed(name: str, value: Value) -> Value:
        number = worked.solution.numbers.get(name)
        return value if number is None else replace(value, value=number)

    return worked.row.mapped(changed)


def _judged(worked: Worked) -> IndicatorRow:
    return worked.row.mapped(lambda name, value: _value(worked, name, value) if name in worked.fields else value)


def _value(worked: Worked, name: str, value: Value) -> Value:
    solution, field = worked.solution, worked.fields[name]
    number = solution.numbers[name]
    backing = support(name, worked.relations, solution.numbers)
    against = [r for r in solution.broken if name in r.fields and not may_be_misread(r, solution.numbers)]
    is_clear = solution.margins[name] >= MARGIN and len(backing) > len(against)
    if number != value.value:
        # What was read, and agrees with another place as it was read there, is no misreading.
        read = {name: f.read for name, f in worked.fields.items()}
        agreed = any(name in r.fields and r.holds(read) for r in solution.broken)
        return _changed(value, field, number, backing, is_clear=is_clear and not against and not agreed)
    if is_clear:
        return replace(value, value=number, quality=Quality.CONFIRMED, reason=None)
    if against:
        rules = ", ".join(sorted({r.rule.value for r in against}))
        return _disputed(value, field, f"{rules}: the row's figures do not agree, and the reading is not sure enough")
    if backing:
        return _disputed(value, field, _UNSETTLED)
    return _alone(worked, name, value, _UNSETTLED)


def _alone(worked: Worked, name: str, value: Value, why: str) -> Value:
    """Give a value that nothing supports: as read where all engines are sure of it, else `disputed`."""
    field = worked.fields[name]
    trusted = field.sure and field.look_alike >= TRUSTED and value.value == field.read
    if trusted and not _is_beside(worked, name):
        return replace(value, quality=Quality.UNCHECKED, reason=None)
    return _disputed(value, field, why)


def _without_borrowed(row: IndicatorRow, worked: Worked, *, is_good: bool) -> IndicatorRow:
    """Give a row in which nothing is confirmed by figures that are disputed themselves.

    On a bad scan, nor is a percentage that another place tells one off in its last digit: that may be a misreading.
    """
    numbers = worked.solution.numbers
    doubted = {name for name, value in row.named() if value.quality is Quality.DISPUTED}

    def checked(name: str, value: Value) -> Value:
        if value.quality not in _GOOD or name not in worked.fields:
            return value
        backing = support(name, worked.relations, numbers)
        if backing and all(doubted & set(r.fields) for r in backing):
            return _alone(worked, name, value, "what agrees with it is disputed itself")
        if not is_good and name.partition(".")[0] in _PERCENTAGES and _is_beside(worked, name):
            return _disputed(value, worked.fields[name], "another place tells it one off in the last digit")
        return value

    return row.mapped(checked)


def _changed(value: Value, field: Field, number: float, backing: Sequence[Relation], *, is_clear: bool) -> Value:
    """Give a value that the row would have otherwise than it was read: `repaired` where that is sure."""
    # What hardly any engine read needs more than one relation: a publisher's slip looks like a misreading, too.
    # So does a digit that a stamp hides, or that a stroke of it is read as.
    is_shaken = value.confidence == UNSURE and len(digits_of(number)) != len(digits_of(field.read))
    heard = field.costs.get(number, math.inf) <= _HEARD and not is_shaken
    if is_clear and (heard or len({r.rule for r in backing}) > 1):
        reason = f"{backing[0].rule.value}: {shown(number)} where {(value.text or '').strip()!r} was read"
        return replace(value, value=number, quality=Quality.REPAIRED, reason=reason)
    if field.sure:
        return _disputed(value, field, f"{shown(number)} would agree better with the row, but not surely")
    why = f"{shown(field.read)} was read, {shown(number)} agrees better with the row, but not surely"
    return replace(_disputed(value, field, why), value=number)


def _is_beside(worked: Worked, name: str) -> bool:
    """Tell whether a relation is off by one in the last place: another value of `name` would fit it better."""
    numbers = worked.solution.numbers
    return any(name in r.fields and not r.is_exact(numbers) for r in worked.relations)


def _deduced(row: IndicatorRow, worked: Worked, quarter: int | None, printing: Printing) -> IndicatorRow:
    """Fill figures that cannot be read (a stamp lies over them) where the rest of the row tells them.

    `repaired` where two relations agree on the number; where only one tells it, it is `disputed`. A blank stays one,
    but for a blank under a stamp, which may be none.
    """
    unread = {name for name, value in row.named() if _is_unread(value)}
    settled = {
        name: v.value for name, v in row.named() if v.value is not None and v.quality in (_GOOD | {Quality.UNCHECKED})
    }
    told: dict[str, list[tuple[Rule, float]]] = {name: [] for name in unread}
    everything = {**settled, **dict.fromkeys(unread, -1.0)}
    for relation in relations_of(row, everything, worked.statements, quarter, printing):
        unknown = [name for name in relation.fields if name in unread]
        if len(unknown) == 1:
            solved = relation.solved_for(unknown[0], everything)[:1]
            told[unknown[0]] += [(relation.rule, n) for n in solved if abs(n - round(n, 2)) < _CENT]
    return row.mapped(lambda name, value: _told(value, told.get(name, [])))


def _is_unread(value: Value) -> bool:
    if value.quality is Quality.DISPUTED:
        return value.confidence == 0.0 and not _TOLD.search(value.reason or "")
    printed = (value.text or "").strip() or value.confidence == 0.0
    return value.value is None and value.quality is Quality.MISSING and bool(printed and value.reason)


def _told(value: Value, told: Sequence[tuple[Rule, float]]) -> Value:
    numbers = {round(n, 4) for _, n in told}
    if len(numbers) != 1 or value.value in numbers:
        return value
    if value.value is not None and {rule for rule, _ in told} <= {Rule.JUSTIFICATION}:
        return value  # sentences err more than tables
    (number,) = numbers
    rules = " and ".join(sorted({rule.value for rule, _ in told}))
    reason = f"{rules}: {shown(number)} where {one_line(value.text or '') or 'nothing'!r} was read"
    if len(told) > 1:
        return replace(value, value=number, quality=Quality.REPAIRED, reason=reason)
    return replace(value, value=number, quality=Quality.DISPUTED, reason=f"{reason}; {_ALONE}")


_UNSETTLED = "nothing in the report settles the reading"
_PERCENTAGES = ("progress_pct", "accumulated_pct")
_CENT = 1e-6  # figures have two decimals at most: more are a percent sign that was misread
_ALONE = "nothing else tells it"
_TOLD = re.compile(rf"; {_ALONE}$")
_GOOD = {Quality.CONFIRMED, Quality.REPAIRED}


def _disputed(value: Value, field: Field, why: str) -> Value:
    others = sorted(n for n in field.costs if n != field.read)
    also = f"; also read: {', '.join(map(shown, others))}" if others else ""
    return replace(value, value=field.read, quality=Quality.DISPUTED, reason=f"{why}{also}")
