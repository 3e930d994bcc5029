"""What confirms a figure of a torn row, and what only seems to."""

from __future__ import annotations

from ingest.torn.codes import find_skeleton
from ingest.torn.columns import Schema
from ingest.torn.likely import fill_likely
from ingest.torn.sheet import Sheet
from ingest.torn.solve import solve
from ingest.torn.statements import find_narratives, quotient_fits
from ingest.torn.tokens import find_runs
from tests.unit.test_torn_tokens import lines_of

GROUPED = ("annual_goal", "goal.1", "goal.2", "goal.3", "goal.4", "achieved.1", "achieved.2")
SCHEMA = Schema(GROUPED, ("progress_pct.2", "accumulated_pct.2"), 2)
SAYS = "Meta Trimestral: Se alcanzó el {p}% de avance con {a} multas de {g} programadas."
GOALS = GROUPED[1:5]


def solved(numbers: str, *, p: str, a: str, g: str) -> Sheet:
    lines = lines_of(f"{numbers}\n{SAYS.format(p=p, a=a, g=g)}")
    runs = find_runs(lines)
    (told,) = find_narratives(lines, runs)
    return solve(SCHEMA, runs, told, runs_sure=True, narrative_sure=True)


def good(sheet: Sheet) -> set[str]:
    return {slot for slot, found in sheet.figures.items() if found.is_good}


def test_goals_in_one_line_that_sum_to_the_year_are_confirmed() -> None:
    assert {"annual_goal", *GOALS} <= good(solved("Trimestral 1,000 100 200 300 400 90 180", p="90", a="180", g="200"))


def test_the_sum_of_goals_in_several_lines_does_not_confirm_their_order() -> None:
    stacked = "\n".join(["1,000", "100", "300", "200", "400", "90", "180"])
    found = good(solved(stacked, p="90", a="180", g="250"))
    assert "annual_goal" in found
    assert not found & {"goal.1", "goal.2", "goal.3", "goal.4"}


def test_goals_are_not_confirmed_where_the_justification_has_the_quarters_goal_elsewhere() -> None:
    found = good(solved("Trimestral 1,000 100 300 200 400 90 180", p="90", a="180", g="200"))
    assert not found & {"goal.1", "goal.3", "goal.4"}


def test_a_figure_that_a_justification_states_twice_is_not_good_where_the_table_lost_it() -> None:
    sheet = solved("Trimestral 1,997,398 170,971 566,099", p="100", a="243,570", g="243,570")
    assert (sheet.value("goal.2"), sheet.value("achieved.2")) == (243570, 243570)
    assert not good(sheet) & {"goal.2", "achieved.2"}


def test_a_percentage_that_fits_the_neighbour_as_well_singles_nothing_out() -> None:
    assert quotient_fits(6510, 8138, 79.99)
    assert quotient_fits(6510, 8139, 79.99)
    assert not quotient_fits(6510, 8138, 79.99, sharp=True)
    assert quotient_fits(1003, 1210, 82.89, sharp=True)


def test_what_a_justification_says_is_given_before_a_reading_that_nothing_backs_and_disputed() -> None:
    lines = lines_of(f"Trimestral 520 13 12\n{SAYS.format(p='92.31', a='120', g='130')}")
    runs = find_runs(lines)
    (told,) = find_narratives(lines, runs)
    sheet = solve(SCHEMA, runs, told, runs_sure=False, narrative_sure=False)
    fill_likely(sheet, runs, told)
    assert (sheet.value("goal.2"), sheet.value("achieved.2")) == (130, 120)
    assert good(sheet) == set()


def test_a_garbled_code_whose_line_names_another_level_is_doubted() -> None:
    skeleton = find_skeleton(
        lines_of(
            "Programa presupuestario: 3.7.4 Servicios\nComponente 3.7.4.1.1 Podas\nActividad 3.7.4.1.1.1 Poda\n"
            "Actividad 374.12 Consultas\nComponente 3.7.4.1.3 Informes\nActividad 3.7.4.1.3.1 Informe"
        )
    )
    assert skeleton is not None
    doubted = {place.text for place in skeleton.places if place.doubted}
    placed = {place.text: place.mark.line for place in skeleton.places if place.mark is not None}
    assert placed.get("3.7.4.1.2") != 3 or "3.7.4.1.2" in doubted
    assert not doubted & {"3.7.4.1.1", "3.7.4.1.3", "3.7.4.1.1.1", "3.7.4.1.3.1"}


def test_a_claim_with_the_percentage_of_the_year_is_no_claim_for_the_quarter() -> None:
    sheet = solved("Trimestral 3,782 507 507 100.00% 40.59%", p="40.59", a="1,535", g="3,782")
    assert sheet.narrative is not None
    assert (sheet.narrative.quarter.goal, sheet.value("goal.2") == 3782) == (None, False)
