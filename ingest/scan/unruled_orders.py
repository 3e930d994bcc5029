"""Orders that the columns of figures of a report may have, and which of them rows and headings speak for.

Reports set the quarters of their measures in few orders: measure by measure, or quarter by quarter. Where the figures
add up in one of these, and in no other, it tells what each column is. On a bad scan few rows add up, and few headings
are whole; together they still tell one order from all others. Here belongs that choice. Not here: which columns hold
figures, what stands above them (`unruled_told`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.profile import QUARTERLY, Meaning
from ingest.scan.told_by_figures import relations

_HOLDS, _LEAST = 0.25, 2  # share and number of the relations about a column that must hold: each has several figures
_ENOUGH = 4  # relations that hold, on the whole
_CLEAR = 0.5  # times as many may hold for another order
_CLEARLY, _MARGIN = 0.85, 3  # times as much may speak for another order where headings are asked, and so much less
_NAMED, _MOST_NAMED = 0.5, 0.8  # of the columns have a heading that agrees; so many, where hardly a figure adds up
_OPEN = 0.3  # of the columns may be others in an order that has nearly as much for it
_AGAINST = 0.2  # of the columns have a heading that does not, at most
_OWN_QUARTER = 2  # headings: what it tells that the results end with the report's own quarter
_QUARTERS = (1, 2, 3, 4)

Order = tuple[Meaning, ...]
Rows = Sequence[Mapping[int, float]]
"""The figures of each row by column."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What is left of the heading of a column: the field and the quarter that it names, where it names them."""

    field: str | None = None
    quarter: int | None = None

    def agreement(self, meaning: Meaning) -> int:
        """Give how much speaks for a meaning: 1 for each thing that agrees, -1 for each that does not."""
        told = [self.field == meaning.field] if self.field is not None else []
        if self.quarter is not None and meaning.quarter is not None:
            told.append(self.quarter == meaning.quarter)
        return sum(1 if agrees else -1 for agrees in told)


@dataclass(frozen=True, slots=True)
class Told:
    """What columns of figures mean; of the `unsure` only their place among the others tells it."""

    meanings: Mapping[int, Meaning]
    unsure: frozenset[int] = frozenset()


def told_by_sums(rows: Rows, choices: Sequence[Sequence[int]]) -> Told | None:
    """Give the one order in which each column takes part in sums or shares that hold; None without one.

    `choices` are the columns that may be those of figures, the likeliest first.
    """
    for columns in choices:
        found = {}
        for order in _possible(len(columns)):
            held, tried = _held(rows, columns, order)
            if all(_is_proven(m, held, tried) for m in order):
                found[order] = _relations(rows, columns, order)
        best = max(found, key=lambda o: found[o], default=())
        if best and found[best] >= _ENOUGH:
            rival = max((n for order, n in found.items() if order != best), default=0)
            return Told(dict(zip(columns, best, strict=True))) if rival <= _CLEAR * found[best] else None
    return None


def told_by_headings(rows: Rows, columns: Sequence[int], hints: Mapping[int, Hint], quarter: int | None) -> Told | None:
    """Give the order that figures and what is left of headings speak for together; None without one.

    `quarter` is the report's own, if it is known. Columns about which another order has nearly as much for it are
    unsure; with many of them, nothing is told.
    """
    found = {
        order: _relations(rows, columns, order)
        + sum(hints[c].agreement(m) for c, m in zip(columns, order, strict=True) if c in hints)
        + _OWN_QUARTER * (quarter is not None and _ends_with(order, quarter))
        for order in _possible(len(columns))
    }
    best = max(found, key=lambda o: found[o], default=())
    least = min(_CLEARLY * found.get(best, 0), found.get(best, 0) - _MARGIN)
    near = [order for order, speaks in found.items() if speaks > least]
    open_columns = {c for order in near for c, a, b in zip(columns, order, best, strict=True) if a != b}
    if not best or len(open_columns) > _OPEN * len(best):
        return None
    agree = {c: hints[c].agreement(m) for c, m in zip(columns, best, strict=True) if c in hints}
    named, against = sum(a > 0 for a in agree.values()), sum(a < 0 for a in agree.values())
    enough = _NAMED if _relations(rows, columns, best) >= _LEAST else _MOST_NAMED
    if named < enough * len(best) or against > _AGAINST * len(best):
        return None
    held, tried = _held(rows, columns, best)
    unsure = [
        c for c, m in zip(columns, best, strict=True) if agree.get(c, 0) <= 0 and not _is_proven(m, held, tried)
    ]  # fmt: skip
    return Told(dict(zip(columns, best, strict=True)), frozenset(unsure) | open_columns)


def _ends_with(order: Order, quarter: int) -> bool:
    """Tell whether an order has results up to a quarter, and percentages that stand alone are that quarter's."""
    done = sum(m.field == "achieved" for m in order)
    rates = [m.quarter for m in order if m.field in QUARTERLY[2:]]
    return done == quarter and (len(rates) > len(QUARTERLY[2:]) or set(rates) <= {quarter})


def _possible(size: int) -> Iterator[Order]:
    """Give the orders of so many columns.

    Columns of quarters to come are blank, so that any number of results may be there. Percentages that stand alone are
    those of any one of their quarters.
    """
    annual = (Meaning("annual_goal"),)
    for done in _QUARTERS:
        goals = tuple(Meaning("goal", q) for q in _QUARTERS)
        achieved = tuple(Meaning("achieved", q) for q in _QUARTERS[:done])
        pairs = tuple(m for q in _QUARTERS for m in (goals[q - 1], *achieved[q - 1 : q]))
        measures = [(*annual, *goals, *achieved), (*goals, *annual, *achieved), (*goals, *achieved, *annual)]
        for start in (*measures, (*annual, *pairs), (*pairs, *annual)):
            yield from ((*start, *rates) for rates in _rates(done) if len(start) + len(rates) == size)
        with_rates = tuple(
            m for q in _QUARTERS for m in (goals[q - 1], *(Meaning(f, q) for f in QUARTERLY[1:] if q <= done))
        )
        for fields in (QUARTERLY[:3], QUARTERLY):
            mine = tuple(m for m in with_rates if m.field in fields)
            for whole in ((*annual, *mine), (*mine, *annual)):
                if len(whole) == size:
                    yield whole


def _rates(done: int) -> Iterator[Order]:
    """Give the columns of percentages that may follow results of `done` quarters."""
    yield ()
    for quarter in _QUARTERS[:done]:
        progress, accumulated = (Meaning(f, quarter) for f in QUARTERLY[2:])
        yield from ((progress,), (accumulated,), (progress, accumulated), (accumulated, progress))
    by_quarter = [tuple(Meaning(f, q) for q in _QUARTERS[:done]) for f in QUARTERLY[2:]]
    yield by_quarter[0]
    yield (*by_quarter[0], *by_quarter[1])
    yield tuple(m for pair in zip(*by_quarter, strict=True) for m in pair)


def _relations(rows: Rows, columns: Sequence[int], order: Order) -> int:
    """Give how many relations hold in the rows."""
    named = ({m: row[c] for c, m in zip(columns, order, strict=True) if c in row} for row in rows)
    return sum(holds for numbers in named for _, holds in relations(numbers))


def _held(rows: Rows, columns: Sequence[int], order: Order) -> tuple[Counter[Meaning], Counter[Meaning]]:
    """Give for each column in how many relations it takes part that hold, and in how many that were tried."""
    held: Counter[Meaning] = Counter()
    tried: Counter[Meaning] = Counter()
    for row in rows:
        for about, holds in relations({m: row[c] for c, m in zip(columns, order, strict=True) if c in row}):
            for meaning in about:
                tried[meaning] += 1
                held[meaning] += holds
    return held, tried


def _is_proven(meaning: Meaning, held: Counter[Meaning], tried: Counter[Meaning]) -> bool:
    return held[meaning] >= max(_LEAST, _HOLDS * tried[meaning])
