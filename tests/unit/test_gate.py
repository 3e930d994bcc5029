from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest.cells import Box, Kind
from ingest.indicators import Extraction, Header, IndicatorRow, Quality, Value
from tests.landed_documents import BOX, HEADER, archived, extraction, home_at, row, value
from warehouse import gate
from warehouse.errors import SuiteError
from warehouse.frames import landing_frames
from warehouse.gate import Suite, Verdict, judge_landing, unjudged
from warehouse.home import Home
from warehouse.landing import land, open_landing
from warehouse.verdicts import NO_ROW_LEFT, judge

GOOD = row("1.1.1")
LANDING = Suite.load("landing")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def verdict_on(home: Home, read: Extraction) -> Verdict:
    """Land a reading and give what the suite says of it, without recording."""
    document = archived(home)
    with open_landing(home) as connection:
        name = land(connection, document, replace(read, sha256=document.sha256)).extraction_id
        frames = landing_frames(connection, [name])
    (verdict,) = judge(LANDING, frames, [name])
    return verdict


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if not check.passed}


def on_rows(home: Home, *rows: IndicatorRow, kind: Kind = Kind.DIGITAL_PDF) -> Verdict:
    return verdict_on(home, extraction(archived(home), (GOOD, *rows), kind=kind))


def figure(**changes: Any) -> IndicatorRow:  # noqa: ANN401
    return row("1.1.2", figure=replace(value(10), **changes))


def test_an_ordinary_document_passes_with_every_expectation(home: Home) -> None:
    verdict = on_rows(home, row("1.1.2"))
    assert verdict.passed
    assert (failed(verdict), verdict.held) == (set(), ())
    assert verdict.evaluated == sum(len(suite["expectations"]) for suite in LANDING.frames.values())
    assert {c.frame: c.evaluated for c in verdict.checks} == {"document": 1, "row": 2, "value": 26}


HEADERS = {
    "fiscal_year_is_known": replace(HEADER, fiscal_year=None),
    "fiscal_year_is_plausible": replace(HEADER, fiscal_year=205),
    "quarter_is_known": replace(HEADER, quarter=None),
    "quarter_is_1_to_4": replace(HEADER, quarter=5),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_document_of_unknown_period_stops(judged: Mapping[str, Verdict], name: str) -> None:
    verdict = judged[name]
    assert not verdict.passed
    assert failed(verdict) == {name}
    assert [(h.row_number, h.expectation) for h in verdict.held] == [(None, name)]


def test_a_document_of_unknown_place_passes_with_a_warning(home: Home) -> None:
    verdict = verdict_on(home, extraction(archived(home), header=Header(fiscal_year=2024, quarter=2)))
    assert verdict.passed
    assert failed(verdict) == {"municipality_is_known", "program_code_is_known"}


def test_a_document_without_rows_stops(home: Home) -> None:
    document = archived(home)
    verdict = verdict_on(home, replace(extraction(document), rows=()))
    assert not verdict.passed
    assert failed(verdict) == {"has_rows"}


@pytest.mark.parametrize(("table", "name"), [("row", "rows_are_all_landed"), ("value", "values_are_all_landed")])
def test_a_document_that_is_not_wholly_landed_stops(home: Home, table: str, name: str) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        subject = land(connection, document, extraction(document)).extraction_id
        connection.execute(f'delete from "{table}" where row_number = 1')
        (verdict,) = judge(LANDING, landing_frames(connection, [subject]), [subject])
    assert not verdict.passed
    assert name in failed(verdict)


MISSING = Quality.MISSING
ROWS: Mapping[str, tuple[str, IndicatorRow]] = {
    "no code": ("code_is_known", row(None)),
    "line end in code": ("code_is_well_formed", row("1.1.2\n")),
    "words as code": ("code_is_well_formed", row("Total")),
    "unknown level": ("level_is_one_of_four", row("1.1.2", level="Meta")),
    "page beyond the end": ("page_is_in_document", replace(row("1.1.2"), page=3)),
    "page 0": ("page_counts_from_1", replace(row("1.1.2"), page=0)),
    "good without number": ("good_value_has_a_number", figure(value=None)),
    "missing with number": ("missing_value_has_no_number", figure(quality=MISSING)),
    "dispute without reason": ("disputed_value_has_a_reason", figure(quality=Quality.DISPUTED)),
    "repair without reason": ("changed_value_has_a_reason", figure(quality=Quality.REPAIRED)),
    "correction without reason": ("changed_value_has_a_reason", figure(quality=Quality.CORRECTED)),
    "not finite": ("number_is_finite", figure(value=float("inf"))),
    "no page": ("printed_value_has_a_page", figure(page=None)),
    "no place": ("printed_value_has_a_place", figure(box=None)),
    "empty box": ("place_has_an_extent", figure(box=Box(10, 20, 10, 40))),
    "box turned round": ("place_has_an_extent", figure(box=Box(10, 40, 30, 20))),
    "deduced but unmarked": ("deduced_value_is_marked", figure(text=None, box=None, page=None)),
    "figure beyond the end": ("value_page_is_in_document", figure(page=3)),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_right_is_held_and_the_others_go_on(judged: Mapping[str, Verdict], case: str) -> None:
    verdict = judged[case]
    assert verdict.passed
    assert verdict.held_rows == {1}
    assert {h.expectation for h in verdict.held} == {ROWS[case][0]}


GAPS = {
    "level_is_known": row("1.1.2", level=None),
    "indicator_is_named": replace(row("1.1.2"), indicator=None),
    "department_is_known": replace(row("1.1.2"), department=None),
    "confidence_is_a_share": figure(confidence=1.5),
    "printed_value_is_not_negative": figure(value=-10.0),
    "has_a_figure": replace(
        row("1.1.2"),
        annual_goal=Value(None, None, MISSING),
        goal=(None, None, None, None),
        achieved=(Value(None, None, MISSING), None, None, None),
    ),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_gap_is_told_but_holds_nothing(judged: Mapping[str, Verdict], name: str) -> None:
    verdict = judged[name]
    assert (verdict.passed, verdict.held, failed(verdict)) == (True, (), {name})


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """Give the verdict on each case as a document of its own, all landed and judged together."""
    home = home_at(tmp_path_factory.mktemp("cases"))
    rows = {**{case: bad for case, (_, bad) in ROWS.items()}, **GAPS}
    subjects = {}
    with open_landing(home) as connection:
        for case in (*HEADERS, *rows):
            document = archived(home, f"{case}.pdf", case.encode())
            header = HEADERS.get(case, HEADER)
            read = extraction(document, (GOOD, rows.get(case, row("1.1.2"))), header)
            subjects[case] = land(connection, document, read).extraction_id
        frames = landing_frames(connection, list(subjects.values()))
    return dict(zip(subjects, judge(LANDING, frames, subjects.values()), strict=True))


def test_two_rows_of_one_code_are_both_held(home: Home) -> None:
    verdict = on_rows(home, row("1.1.2"), row("1.1.2"))
    assert verdict.passed
    assert [(h.row_number, h.expectation, h.observed) for h in verdict.held] == [
        (1, "code_is_unique_in_document", "code = 1.1.2"),
        (2, "code_is_unique_in_document", "code = 1.1.2"),
    ]
    (told,) = {h.detail for h in verdict.held}
    assert "another row of the document has the same code" in told


def test_two_rows_without_code_are_not_told_to_be_the_same(home: Home) -> None:
    verdict = on_rows(home, row(None), row(None))
    assert {h.expectation for h in verdict.held} == {"code_is_known"}


def test_a_code_with_as_many_parts_as_those_of_another_level_is_held(home: Home) -> None:
    components = (row("1.1", "Componente"), row("1.2", "Componente"))
    activities = (row("1.1.2"), row("1.1.3"), row("1.9"), row("1.1.2.1.9"))  # no level has codes of five parts
    verdict = on_rows(home, *components, *activities)
    assert [(h.row_number, h.expectation) for h in verdict.held] == [(5, "code_depth_agrees_with_level")]


@pytest.mark.parametrize("measure", ["quality", "measure", "quarter", "twice"])
def test_a_figure_that_only_a_fault_of_ours_can_make_is_held(home: Home, measure: str) -> None:
    expected = {
        "quality": "quality_is_known",
        "measure": "measure_is_known",
        "quarter": "quarter_of_value_is_1_to_4",
        "twice": "figure_is_unique_in_row",
    }[measure]
    changes = {
        "quality": "set quality = 'fine'",
        "measure": "set measure = 'meta'",
        "quarter": "set quarter = 5",
        "twice": "set quarter = 2",
    }[measure]
    document = archived(home)
    with open_landing(home) as connection:
        subject = land(connection, document, extraction(document)).extraction_id
        connection.execute(f"update value {changes} where row_number = 1 and measure = 'goal' and quarter = 1")
        (verdict,) = judge(LANDING, landing_frames(connection, [subject]), [subject])
    assert {(h.row_number, h.expectation) for h in verdict.held} == {(1, expected)}


def test_a_recognized_negative_is_held(home: Home) -> None:
    verdict = on_rows(home, figure(value=-10.0), kind=Kind.SCANNED_PDF)
    assert {h.expectation for h in verdict.held} == {"recognized_value_is_not_negative"}


@pytest.mark.parametrize(
    ("kind", "name", "held"),
    [
        (Kind.OCR_TEXT, "recognized_percentage_is_plausible", {1}),
        (Kind.DIGITAL_PDF, "printed_percentage_is_plausible", set()),
    ],
)
def test_a_percentage_beyond_belief(home: Home, kind: Kind, name: str, held: set[int]) -> None:
    bad = replace(row("1.1.2"), progress_pct=(value(100_001), None, None, None))
    verdict = on_rows(home, bad, kind=kind)
    assert (failed(verdict), verdict.held_rows) == ({name}, held)


def test_a_goal_beyond_a_hundred_thousand_is_no_percentage(home: Home) -> None:
    assert on_rows(home, figure(value=1_206_528.0), kind=Kind.OCR_TEXT).held == ()


def test_blanks_and_disputes_are_no_failure(home: Home) -> None:
    blank = Value(None, None, MISSING)
    words = Value(None, "N/D", MISSING, "not a number", 1, BOX)
    disputed = replace(value(-7), quality=Quality.DISPUTED, reason="sum")
    deduced = Value(3.0, None, Quality.REPAIRED, "quarters_sum")
    rows = [row(f"1.1.{n}", figure=v) for n, v in enumerate((blank, words, disputed, deduced), start=2)]
    assert failed(on_rows(home, *rows, kind=Kind.OCR_TEXT)) == set()


def test_a_document_of_which_every_row_is_held_stops(home: Home) -> None:
    verdict = verdict_on(home, extraction(archived(home), (row(None), row("x y"))))
    assert not verdict.passed
    assert verdict.held[-1].expectation == NO_ROW_LEFT


def test_what_is_held_says_which_row_where_why_and_what_to_do(judged: Mapping[str, Verdict]) -> None:
    (held,) = judged["good without number"].held
    assert (held.row_number, held.field, held.page) == (1, "annual_goal", 1)
    assert held.observed == "value = nothing"
    assert held.detail == (
        "1.1.2 annual_goal: this does not hold: A figure that claims to be right has a number."
        " This is a fault of the program: report it with the document."
    )


def test_a_failing_document_stops_and_the_others_go_on(home: Home) -> None:
    good, bad = archived(home, "good.pdf", b"good"), archived(home, "bad.pdf", b"bad")
    with open_landing(home) as connection:
        land(connection, good, extraction(good, (GOOD, row(None))))
        land(connection, bad, extraction(bad, header=Header()))
    verdicts = {v.subject[:16]: v for v in judge_landing(home)}
    assert verdicts[good.sha256[:16]].passed
    assert not verdicts[bad.sha256[:16]].passed
    assert judge_landing(home) == []
    with open_landing(home) as connection:
        current = connection.execute("select document_sha256 from current_extraction").fetchall()
        held = connection.execute(
            "select file, row_number, expectation, observed from quarantine where stage = 'landing_suite' order by all"
        ).fetchall()
    assert current == [(good.sha256,)]
    assert held == [
        ("bad.pdf", None, "fiscal_year_is_known", "fiscal_year = nothing"),
        ("bad.pdf", None, "quarter_is_known", "quarter = nothing"),
        ("good.pdf", 1, "code_is_known", "code = nothing"),
    ]


def test_a_newer_reading_that_fails_leaves_the_older_one_current(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        land(connection, document, extraction(document, extractor="v1"))
        land(connection, document, extraction(document, header=Header(), extractor="v2"))
    judge_landing(home)
    with open_landing(home) as connection:
        assert connection.execute("select extractor from current_extraction").fetchall() == [("v1",)]


def test_a_changed_suite_judges_again_and_replaces_what_was_held(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        name = land(connection, document, extraction(document, (GOOD, row(None)))).extraction_id
    judge_landing(home)
    without = {**LANDING.frames["row"]}
    without["expectations"] = [e for e in without["expectations"] if e["meta"]["name"] != "code_is_known"]
    milder = replace(LANDING, version="milder", frames={**LANDING.frames, "row": without})
    monkeypatch.setattr(gate.Suite, "load", staticmethod(lambda _name: milder))
    with open_landing(home) as connection:
        assert unjudged(connection, milder) == [name]
    judge_landing(home)
    with open_landing(home) as connection:
        assert connection.execute("select count(*) from quarantine").fetchall() == [(0,)]
        assert connection.execute("select count(*) from gate").fetchall() == [(2,)]


def test_a_row_counts_until_a_later_suite_holds_it_and_again_once_one_lets_it_pass(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row without a code, which this suite holds, and not the milder one; a row that no suite lets pass."""
    document = archived(home)
    broken = replace(row("1.1.3"), annual_goal=Value(None, "7", Quality.CONFIRMED, None, 1, BOX))
    without = {**LANDING.frames["row"]}
    without["expectations"] = [e for e in without["expectations"] if e["meta"]["name"] != "code_is_known"]
    milder = replace(LANDING, frames={**LANDING.frames, "row": without})
    with open_landing(home) as connection:
        land(connection, document, extraction(document, (GOOD, row(None), broken)))
    for number, suite in enumerate((milder, LANDING, LANDING, milder)):
        version = replace(suite, version=str(number))
        monkeypatch.setattr(gate.Suite, "load", staticmethod(lambda _name, version=version: version))
        judge_landing(home)
    with open_landing(home) as connection:
        held = connection.execute(
            "select row_number, held_at = recorded_at, released_at is null from row_hold"
            " join extraction using (extraction_id) order by all"
        ).fetchall()
        verdicts = connection.execute("select recorded_at from gate order by all").fetchall()
        times = connection.execute("select held_at, released_at from row_hold where row_number = 1").fetchall()
    assert held == [(1, False, False), (2, True, True)]
    assert times == [(verdicts[1][0], verdicts[3][0])]


def test_a_reading_that_never_landed_cannot_be_judged(home: Home) -> None:
    with pytest.raises(SuiteError, match="nowhere-v1 is not in landing"):
        judge_landing(home, ["nowhere-v1"])


def test_a_suite_that_names_what_is_not_there_is_an_error_and_no_pass() -> None:
    frames = {"row": pd.DataFrame({"subject": ["a"], "code": ["1"]})}
    expectation = {
        "type": "expect_column_values_to_not_be_null", "kwargs": {"column": "cod"}, "severity": "critical",
        "description": "x", "meta": {"name": "x", "remedy": "y"},
    }  # fmt: skip
    suite = Suite("s", "1", {"row": {"name": "s.row", "expectations": [expectation], "meta": {}}})
    with pytest.raises(SuiteError, match="looks at cod, which is not there"):
        judge(suite, frames, ["a"])
    with pytest.raises(SuiteError, match="looks at row, which is not there"):
        judge(suite, {}, ["a"])


def test_an_expectation_that_breaks_is_an_error_and_no_pass() -> None:
    frames = {"row": pd.DataFrame({"subject": ["a"], "code": [object()]})}
    expectation = {
        "type": "expect_column_values_to_be_between", "kwargs": {"column": "code", "min_value": 0},
        "severity": "critical", "description": "x", "meta": {"name": "broken", "remedy": "y"},
    }  # fmt: skip
    suite = Suite("s", "1", {"row": {"name": "s.row", "expectations": [expectation], "meta": {}}})
    with pytest.raises(SuiteError, match="broken could not be evaluated"):
        judge(suite, frames, ["a"])


@pytest.mark.parametrize("name", ["landing", "release"])
def test_every_expectation_has_a_name_a_severity_and_words_for_people(name: str) -> None:
    suites = json.loads((Path(gate.__file__).parent / "suites" / f"{name}.json").read_text(encoding="utf-8"))
    for frame in suites["frames"].values():
        names = [e["meta"]["name"] for e in frame["expectations"]]
        assert len(set(names)) == len(names) > 0
        for expectation in frame["expectations"]:
            assert expectation["severity"] in ("critical", "warning", "info")
            assert expectation["description"]
            assert expectation["meta"]["remedy"]


def test_the_library_is_not_imported_where_there_is_nothing_to_judge(tmp_path: Path) -> None:
    script = (
        "import sys; from warehouse.home import Home; from warehouse.gate import judge_landing\n"
        "import warehouse.status, warehouse.release, warehouse.query\n"
        f"assert judge_landing(Home.at({str(tmp_path)!r}).create()) == []\n"
        "assert 'great_expectations' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
