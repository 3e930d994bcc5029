"""Constraints, roll-ups and what follows for quality: each check is seen to hold, to fail, and not to be tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.constraints import Accumulation, accumulation, check_row, decimals_of, shown
from ingest.indicators import IndicatorRow, Quality, Quarterly, Rule, Value
from ingest.justification import parse_justification
from ingest.numbers import MEXICAN
from ingest.reconcile import reconcile
from ingest.rollup import check_rollups

Figures = Sequence[float | None]


def value(number: float | None, text: str | None = None) -> Value:
    quality = Quality.MISSING if number is None else Quality.UNCHECKED
    printed = "" if number is None else f"{number:,.0f}" if number == int(number) else f"{number:,}"
    return Value(number, printed if text is None else text, quality)


def quarters(numbers: Figures) -> Quarterly:
    first, second, third, fourth = (value(n) for n in (*numbers, None, None, None, None)[:4])
    return first, second, third, fourth


def indicator(annual: float | None, goals: Figures, achieved: Figures = (), pct: Figures = (), cum: Figures = (),
              why: str = "", **labels: str) -> IndicatorRow:  # fmt: skip
    known = {"level": "Actividad", "code": "1.1.1.1.1", "variable_unit": "Obras"} | labels
    return IndicatorRow(
        page=1, level=known["level"], code=known["code"], department=None, objective=None,
        indicator=known.get("indicator"), acronym=None, frequency=None, unit=None,
        variable_unit=known["variable_unit"], annual_goal=value(annual), goal=quarters(goals),
        achieved=quarters(achieved),
        progress_pct=quarters(pct), accumulated_pct=quarters(cum), justification=why,
    )  # fmt: skip


def broken(row: IndicatorRow, quarter: int | None = 1) -> set[Rule]:
    statements = parse_justification(row.justification or "")
    return {c.rule for c in check_row(row, statements, quarter) if not c.holds}


def tried(row: IndicatorRow, quarter: int | None = 1) -> set[Rule]:
    return {c.rule for c in check_row(row, parse_justification(row.justification or ""), quarter)}


def test_quarters_that_do_not_sum_to_the_year_are_a_finding() -> None:
    assert broken(indicator(10, (1, 2, 3, 4))) == set()
    assert broken(indicator(11, (1, 2, 3, 4))) == {Rule.QUARTERS_SUM}
    assert tried(indicator(10, (1, 2, 3))) == set()
    assert tried(indicator(None, (1, 2, 3, 4))) == set()


@pytest.mark.parametrize(
    ("annual", "goals", "expected"),
    [(100, (100, 100, 100, 100), Accumulation.CONSTANT), (100, (25, 50, 75, 100), Accumulation.LAST),
     (100, (25, 25, 25, 25), Accumulation.SUM), (4, (0, 0, 0, 4), Accumulation.SUM),
     (0, (0, 0, 0, 0), Accumulation.SUM),
     (104, (1, 1, 1, 1), Accumulation.SUM)],
)  # fmt: skip
def test_goals_that_repeat_or_climb_are_no_sums(annual: float, goals: Figures, expected: Accumulation) -> None:
    row = indicator(annual, goals)
    assert accumulation(row) is expected
    if expected is not Accumulation.SUM:
        assert broken(row) == set()


@pytest.mark.parametrize("printed", [148.28, 148.29, 148.3, 148.0])
def test_rounded_and_truncated_percentages_agree(printed: float) -> None:
    assert broken(indicator(None, (350,), (519,), (printed,))) == set()


def test_a_wrong_percentage_is_a_finding() -> None:
    assert broken(indicator(None, (350,), (519,), (138.28,))) == {Rule.PROGRESS}
    assert broken(indicator(100, (25, 25, 25, 25), (25, 20), cum=(25, 55))) == {Rule.ACCUMULATED}
    assert broken(indicator(100, (25, 25, 25, 25), (25, 20), cum=(25, 45))) == set()


def test_a_goal_of_zero_owes_no_percentage() -> None:
    assert Rule.PROGRESS not in tried(indicator(None, (0,), (5,), (100,)))
    assert Rule.ACCUMULATED not in tried(indicator(0, (0, 0, 0, 0), (5,), cum=(100,)))


@pytest.mark.parametrize(
    ("why", "rules"),
    [
        ("Se logra el 80% al registrar 8 obras de un total de 10 programadas.", set()),
        ("Se logra el 90% al registrar 8 obras de un total de 10 programadas.", {Rule.JUSTIFICATION}),
        ("Se logra el 80% al registrar 8 obras de un total de 12 programadas.", {Rule.JUSTIFICATION}),
        ("Se logra el 80% al registrar 7 obras de un total de 10 programadas.", {Rule.JUSTIFICATION}),
        ("Con un aumento de 5%, se logra el 80%: 8 obras de 10 programadas.", set()),
        ("Se logra el 80% al registrar 8 obras en 3 colonias de un total de 10 programadas.", set()),
        ("Avance acumulado de 8 obras, equivalente al 20.00% de la meta anual de 40.", set()),
        ("Avance acumulado de 8 obras, equivalente al 20.00% de la meta anual de 41.", {Rule.JUSTIFICATION}),
    ],
)
def test_the_justification_is_held_against_the_table(why: str, rules: set[Rule]) -> None:
    row = indicator(40, (10, 10, 10, 10), (8,), (80,), (20,), why)
    assert broken(row) == rules
    assert Rule.JUSTIFICATION not in tried(row, quarter=None)


def test_qualities_follow_the_evidence() -> None:
    good, bad, bare = reconcile(
        (
            indicator(10, (1, 2, 3, 4), (1,), (100,), (10,)),
            indicator(12, (1, 2, 3, 4), (1,), (100,), code="1.1.1.1.2"),
            indicator(None, (7,), code="1.1.1.1.3"),
        ),
        1,
        MEXICAN,
    )
    assert good.annual_goal is not None
    assert good.annual_goal.quality is Quality.CONFIRMED
    assert not good.findings
    assert bad.annual_goal is not None
    assert (bad.annual_goal.quality, bad.annual_goal.value) == (Quality.DISPUTED, 12)
    assert "sum to 10" in (bad.annual_goal.reason or "")
    assert [f.rule for f in bad.findings] == [Rule.QUARTERS_SUM]
    assert bad.goal[1] is not None
    assert bad.goal[1].quality is Quality.DISPUTED
    assert bare.goal[0] is not None
    assert bare.goal[0].quality is Quality.UNCHECKED
    assert bare.goal[1] is not None
    assert bare.goal[1].quality is Quality.MISSING


def family(component: Figures, *activities: Figures, unit: str = "Obras") -> list[IndicatorRow]:
    rows = [
        indicator(sum(g or 0 for g in component), component, level="Componente", code="1.1.1.1", variable_unit=unit)
    ]
    for number, goals in enumerate(activities, start=1):
        rows.append(indicator(sum(g or 0 for g in goals), goals, code=f"1.1.1.1.{number}"))
    return rows


def broken_rollups(rows: list[IndicatorRow]) -> list[tuple[str, ...]]:
    return [c.fields for _, c, _ in check_rollups(rows, {}) if not c.holds]


def test_a_component_that_is_no_sum_of_its_activities_is_a_finding() -> None:
    assert broken_rollups(family((3, 5, 7, 9), (1, 2, 3, 4), (2, 3, 4, 5))) == []
    whole = family((3, 5, 7, 9), (1, 2, 3, 4), (2, 3, 4, 5))
    wrong = [indicator(25, (3, 5, 7, 9), level="Componente", code="1.1.1.1"), *whole[1:]]
    assert broken_rollups(wrong) == [("annual_goal",)]


def test_a_sum_over_unlike_units_is_owed_by_nobody() -> None:
    rows = family((3, 5, 7, 9), (1, 2, 3, 4), (2, 3, 4, 5), unit="Servicios")
    rows[0] = indicator(25, (3, 5, 7, 9), level="Componente", code="1.1.1.1", variable_unit="Servicios")
    assert broken_rollups(rows) == []


def test_components_that_never_were_sums_are_left_alone() -> None:
    assert list(check_rollups(family((50, 60, 70, 80), (1, 2, 3, 4)), {})) == []


def test_figures_are_shown_as_people_write_them() -> None:
    assert (shown(1206528), shown(97.5), shown(None)) == ("1,206,528", "97.50", "nothing")
    assert decimals_of(indicator(None, (1,), pct=(97.73,)), "progress_pct.1") == 2


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.integers(1, 1000))
def test_true_arithmetic_is_never_a_finding_and_a_shifted_year_always(goals: list[int], shift: int) -> None:
    assert broken(indicator(sum(goals), goals)) == set()
    shifted = indicator(sum(goals) + shift, goals)
    assert broken(shifted) == ({Rule.QUARTERS_SUM} if accumulation(shifted) is Accumulation.SUM else set())


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 2))
def test_printed_percentages_of_any_precision_agree(goal: int, achieved: int, decimals: int) -> None:
    printed = round(100 * achieved / goal, decimals)
    row = indicator(None, (goal,), (achieved,), (printed,))
    assert broken(row) == set()
