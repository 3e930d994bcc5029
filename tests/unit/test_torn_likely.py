"""Numbers that nothing confirms: given in their likeliest column, disputed always, and never invented."""

from __future__ import annotations

from ingest.torn.anchor import Anchored, Evidence
from ingest.torn.codes import Mark, Place
from ingest.torn.columns import Schema
from ingest.torn.likely import fill_likely
from ingest.torn.regroup import regroup
from ingest.torn.sheet import Sheet
from ingest.torn.solve import solve
from ingest.torn.statements import Narrative, find_narratives
from ingest.torn.tokens import Run, find_runs
from tests.unit.test_torn_tokens import lines_of

PAIRED = (
    "annual_goal", "goal.1", "achieved.1", "goal.2", "achieved.2", "goal.3", "achieved.3", "goal.4", "achieved.4",
)  # fmt: skip
SCHEMA = Schema(PAIRED, ("progress_pct.4", "accumulated_pct.4"), 4)
SAYS = "Meta Trimestral: En el cuarto trimestre se registraron {} multas de las {} que se tenían programadas."


def parts(text: str) -> tuple[tuple[Run, ...], tuple[Narrative, ...]]:
    lines = lines_of(text)
    runs = find_runs(lines)
    return runs, find_narratives(lines, runs)


def filled(text: str, *, sure: bool = False) -> Sheet:
    runs, narratives = parts(text)
    narrative = narratives[0] if narratives else None
    sheet = solve(SCHEMA, runs, narrative, runs_sure=sure, narrative_sure=sure)
    fill_likely(sheet, runs, narrative)
    return sheet


def test_an_incomplete_run_goes_where_the_justification_and_its_order_put_it() -> None:
    sheet = filled(f"Trimestral 9,130 3,606 3,501 1,077 1,077 2,049 2,050 100.05%\n{SAYS.format('2,050', '2,049')}")
    assert sheet.values(PAIRED) == {
        "annual_goal": 9130, "goal.1": 3606, "achieved.1": 3501, "goal.3": 1077, "achieved.3": 1077,
        "goal.4": 2049, "achieved.4": 2050,
    }  # fmt: skip
    assert sheet.value("progress_pct.4") == 100.05


def test_what_is_only_likely_is_never_good() -> None:
    sheet = filled(f"Trimestral 9,130 3,606 2,101 1,077 2,049 2,050 100.05%\n{SAYS.format('2,050', '2,049')}")
    assert sheet.values(PAIRED)
    assert not any(found.is_good for found in sheet.figures.values())


def test_lost_goals_that_could_be_an_even_share_stay_missing() -> None:
    sheet = filled("Trimestral 4,840 1,210 1,003 82.89%")
    assert sheet.value("annual_goal") == 4840
    assert {sheet.value(f"goal.{q}") for q in (1, 2, 3, 4)} <= {1210, None}
    assert [sheet.value(f"goal.{q}") for q in (1, 2, 3, 4)].count(1210) <= 1


def test_a_row_that_is_whole_and_sure_is_left_as_it_is() -> None:
    text = f"Trimestral 10 1 2 2 2 3 3 4 5 125.00% 120.00%\n{SAYS.format('5', '4')}"
    runs, (narrative,) = parts(text)
    sheet = solve(SCHEMA, runs, narrative, runs_sure=True, narrative_sure=True)
    before = {slot: (f.token, f.value, f.dispute) for slot, f in sheet.figures.items()}
    fill_likely(sheet, runs, narrative)
    assert {slot: (f.token, f.value, f.dispute) for slot, f in sheet.figures.items()} == before
    assert sheet.figures["annual_goal"].is_good


def test_good_values_stay_where_others_are_filled_in() -> None:
    text = f"Trimestral 9,130 3,606 2,101 1,077 2,049 2,050 100.05%\n{SAYS.format('2,050', '2,049')}"
    runs, (narrative,) = parts(text)
    sheet = solve(SCHEMA, runs, narrative, runs_sure=True, narrative_sure=True)
    good = {slot: f.value for slot, f in sheet.figures.items() if f.is_good}
    fill_likely(sheet, runs, narrative)
    assert good
    assert {slot: f.value for slot, f in sheet.figures.items() if f.is_good} == good


def test_a_lone_percentage_goes_to_the_column_that_the_justification_tells() -> None:
    says = "Meta Trimestral: Se logra el 90.00%. Meta Anual: Avance acumulado, equivalente al 101.29% de la meta."
    sheet = filled(f"Trimestral 809,950 289,266 299,728 101.29%\n{says}")
    found = sheet.figures["accumulated_pct.4"]
    assert (found.value, found.is_good) == (101.29, False)
    assert sheet.value("progress_pct.4") == 90


SWAPPED = f"""Trimestral 809,950 289,266 299,728 117,999 117,999 207,734 207,734 100.00%
{SAYS.format("99", "99")}
{SAYS.format("207,734", "207,734")}"""


def evidence(code: tuple[int, ...], line: int | None, told: Narrative, margin: float, *runs: Run) -> Evidence:
    mark = Mark(line, 0, 5, 1, "code") if line is not None else None
    return Evidence(Place(code, mark), told, margin, tuple((run, margin) for run in runs), (), ())


def test_a_justification_follows_the_run_that_repeats_its_figures() -> None:
    (run,), (first, second) = parts(SWAPPED)
    rows = (evidence((1, 3, 3), None, first, 0.0, run), evidence((1, 3, 3, 1), None, second, 0.0))
    one, two = regroup(Anchored(rows, (), ())).evidence
    assert one.narrative is second
    assert [r for r, _ in one.runs] == [run]
    assert (two.narrative, two.runs) == (first, ())
    assert (one.narrative_margin, one.steady, two.narrative_margin) == (0.0, (), 0.0)


def test_what_is_certain_or_stands_with_its_code_does_not_change_its_place() -> None:
    (run,), (first, second) = parts(SWAPPED)
    certain = (evidence((1, 3, 3), None, first, 3.0), evidence((1, 3, 3, 1), None, second, 3.0, run))
    assert [e.narrative for e in regroup(Anchored(certain, (), ())).evidence] == [first, second]
    coded = (evidence((1, 3, 3), 1, first, 0.0), evidence((1, 3, 3, 1), 2, second, 0.0, run))
    assert [e.narrative for e in regroup(Anchored(coded, (), ())).evidence] == [first, second]


def test_a_parent_whose_code_is_lost_comes_before_a_row_that_is_only_deduced() -> None:
    _, (first, second) = parts(SWAPPED)
    empty = Evidence(Place((1, 3, 3), None), None, 0.0, (), (), ())
    rows = (empty, evidence((1, 3, 3, 1), None, first, 0.0), evidence((1, 3, 3, 1, 1), None, second, 0.0))
    assert [e.narrative for e in regroup(Anchored(rows, (), ())).evidence] == [first, second, None]
