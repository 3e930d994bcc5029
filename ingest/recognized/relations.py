"""What the figures of a row owe each other, in a form that can be solved for each of them.

The rules are those of `constraints`, which tells people about them; here they are equations for a search. Not here:
which figure is wrong where one does not hold (`weigh`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.constraints import SUM_TOLERANCE, Accumulation, accumulation, decimals_of, field_value, number, same_pct
from ingest.indicators import IndicatorRow, Rule
from ingest.justification import Figure, Scope, Statement
from ingest.numbers import cut_off, half_up

Numbers = Mapping[str, float]
GOALS = ("goal.1", "goal.2", "goal.3", "goal.4")
_TRUNCATED, _SHARE = 2, 0.15
"""Percentages, and the share of those that tell, that a report prints truncated if it does so at all."""


@dataclass(frozen=True, slots=True)
class Printing:
    """How a report prints percentages: with how many decimals (None: not the same everywhere), truncated or rounded."""

    decimals: int | None = None
    truncates: bool = True

    def of(self, exact: float, decimals: int) -> tuple[float, ...]:
        """Give what may stand for `exact`, the rounded one first."""
        printed = half_up(exact, decimals), cut_off(exact, decimals)
        return tuple(dict.fromkeys(printed if self.truncates else printed[:1]))


@dataclass(frozen=True, slots=True)
class Relation:
    """One equation: 100 x the sum of `parts` / `base` is `pct`, or the sum of `parts` is `base`, or one of `said`.

    Exactly one of these forms: with `base` and `pct`; with `base` alone; with `said` (numbers with their decimals and
    texts, of which one must fit the sum of `parts`).
    """

    rule: Rule
    parts: tuple[str, ...]
    base: str | None = None
    pct: str | None = None
    decimals: int = 2
    said: tuple[Figure, ...] = ()
    printing: Printing = Printing()

    @property
    def fields(self) -> tuple[str, ...]:
        """The figures concerned."""
        return tuple(f for f in (*self.parts, self.base, self.pct) if f is not None)

    def holds(self, numbers: Numbers) -> bool:
        """Tell whether it holds; all its figures must be there."""
        total = sum(numbers[p] for p in self.parts)
        if self.said:
            return any(_restates(figure, total, self._is_percentage) for figure in self.said)
        assert self.base is not None
        base = numbers[self.base]
        if self.pct is None:
            return abs(total - base) <= SUM_TOLERANCE
        return base != 0 and same_pct(100 * total / base, numbers[self.pct], self.decimals)

    def is_exact(self, numbers: Numbers) -> bool:
        """Tell whether a percentage is what it should be, and not merely beside it in the last place."""
        total = sum(numbers[p] for p in self.parts)
        if self.said and self._is_percentage:
            return any(abs(f.value - p) < 1e-6 for f in self.said for p in Printing().of(total, f.decimals))
        if self.pct is None:
            return True
        assert self.base is not None
        return any(abs(numbers[self.pct] - p) < 1e-6 for p in self._as_printed(total, numbers[self.base]))

    def solved_for(self, field: str, numbers: Numbers) -> tuple[float, ...]:
        """Give the values of `field` with which it holds, as they would be printed; none where it is too blunt."""
        rest = sum(numbers[p] for p in self.parts if p != field)
        if self.said:
            return tuple(f.value - rest for f in self.said if f.value >= rest)
        assert self.base is not None
        if self.pct is None:
            value = rest if field == self.base else numbers[self.base] - rest
            return (value,) if value >= 0 else ()
        return self._solved_ratio(field, rest, numbers)

    def is_sharp(self, field: str, numbers: Numbers) -> bool:
        """Tell whether another value of `field` next to its own would break it: only then does it confirm."""
        if self.said:
            # "100 %" says nothing of the decimals that the table prints.
            return not self._is_percentage or any(abs(f.value - numbers[field]) < 1e-6 for f in self.said)
        if self.pct is None or field == self.pct:
            return True
        assert self.base is not None
        base = numbers[self.base]
        if base <= 0:
            return False
        total = sum(numbers[p] for p in self.parts)
        step = 100 / base if field in self.parts else 100 * total / base**2
        return step > 2.02 * 10.0**-self.decimals

    @property
    def _is_percentage(self) -> bool:
        return self.parts[0].startswith(("progress_pct", "accumulated_pct"))

    def _solved_ratio(self, field: str, rest: float, numbers: Numbers) -> tuple[float, ...]:
        assert self.base is not None
        assert self.pct is not None
        pct, base = numbers[self.pct], numbers[self.base]
        if field == self.pct:
            return self._as_printed(rest, base)
        if field == self.base:
            value = float(round(100 * rest / pct)) if pct else -1.0
        else:
            value = float(round(pct * base / 100 - rest))
        solved = {**numbers, field: value}
        return (value,) if value >= 0 and self.holds(solved) and self.is_sharp(field, solved) else ()

    def _as_printed(self, total: float, base: float) -> tuple[float, ...]:
        return self.printing.of(100 * total / base, self.decimals) if base else ()


def relations_of(
    row: IndicatorRow, numbers: Numbers, statements: tuple[Statement, ...], quarter: int | None, printing: Printing
) -> Iterator[Relation]:
    """Give the relations of a row among the figures that `numbers` has."""
    has = numbers.keys()
    is_sum = accumulation(row) is Accumulation.SUM and not _repeats_the_year(numbers)
    if is_sum and {"annual_goal", *GOALS} <= has:
        yield Relation(Rule.QUARTERS_SUM, GOALS, "annual_goal")
    for q in range(1, 5):
        a, g, p, c = f"achieved.{q}", f"goal.{q}", f"progress_pct.{q}", f"accumulated_pct.{q}"
        if {a, g, p} <= has and numbers[g]:
            yield Relation(Rule.PROGRESS, (a,), g, p, _decimals(row, p, printing), printing=printing)
        done = tuple(f"achieved.{i}" for i in range(1, q + 1))
        if is_sum and {*done, "annual_goal", c} <= has and numbers["annual_goal"]:
            yield Relation(Rule.ACCUMULATED, done, "annual_goal", c, _decimals(row, c, printing), printing=printing)
    for statement in statements if quarter is not None else ():
        year = statement.scope is Scope.YEAR
        if not year or is_sum:
            yield from (r for r in _restated(statement, quarter or 0, year=year) if set(r.fields) <= has)


def printing_of(rows: Sequence[IndicatorRow]) -> Printing:
    """Learn how a report prints percentages from what most of them do."""
    decimals: Counter[int] = Counter()
    truncated: Counter[bool] = Counter()
    for row in rows:
        for field, parts, base in _PERCENTAGES:
            value = field_value(row, field)
            if value is None or value.value is None or "." not in (value.text or ""):
                continue
            places = decimals_of(row, field)
            decimals[places] += field.startswith("progress_pct")
            done, goal = [number(row, part) for part in parts], number(row, base)
            total = sum(d for d in done if d is not None)
            printed = Printing().of(100 * total / goal, places) if None not in done and goal else ()
            if len(printed) == 2 and value.value in printed:
                truncated[value.value == printed[1]] += 1
    most = max(decimals, key=lambda n: decimals[n], default=None)
    same = most is not None and decimals[most] >= 0.6 * decimals.total()
    return Printing(most if same else None, truncated[True] >= max(_TRUNCATED, _SHARE * truncated.total()))


_ACHIEVED = tuple(f"achieved.{q}" for q in range(1, 5))
_PERCENTAGES = (
    *((f"progress_pct.{q}", (f"achieved.{q}",), f"goal.{q}") for q in range(1, 5)),
    *((f"accumulated_pct.{q}", _ACHIEVED[:q], "annual_goal") for q in range(1, 5)),
)


def _decimals(row: IndicatorRow, field: str, printing: Printing) -> int:
    return decimals_of(row, field) if printing.decimals is None else printing.decimals


def _repeats_the_year(numbers: Numbers) -> bool:
    """Tell whether quarters repeat the annual goal, so that it cannot be their sum even where one is misread."""
    annual = numbers.get("annual_goal")
    return bool(annual) and sum(numbers.get(g) == annual for g in GOALS) >= 2


def _restated(said: Statement, quarter: int, *, year: bool) -> Iterator[Relation]:
    parts = tuple(f"achieved.{q}" for q in range(1, quarter + 1)) if year else (f"achieved.{quarter}",)
    goal = "annual_goal" if year else f"goal.{quarter}"
    if said.achieved is not None:
        yield Relation(Rule.JUSTIFICATION, parts, said=(said.achieved, *said.others))
    if said.goal is not None:
        yield Relation(Rule.JUSTIFICATION, (goal,), said=(said.goal, *said.others))
    if said.pct is not None:
        pct = f"{'accumulated_pct' if year else 'progress_pct'}.{quarter}"
        yield Relation(Rule.JUSTIFICATION, (pct,), said=(said.pct, *said.other_pcts))


def _restates(figure: Figure, total: float, is_percentage: bool) -> bool:
    if is_percentage:
        return same_pct(total, figure.value, figure.decimals)
    return abs(total - figure.value) <= SUM_TOLERANCE
