"""What `indicadores status` shows a person: what is held, with its remedy, and what waits for review, newest first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import landing_fixture
import pytest
from landed_documents import HEADER, archived, extraction
from landed_documents import row as plain_row
from landing_fixture import document, row, value

from ingest.correction import parse_correction
from ingest.indicators import Rejected
from orchestration.assets.landing import _gate_state
from orchestration.command_line.exits import Exit
from orchestration.command_line.status import FEW
from tests.commands import Run, runner
from warehouse.corrections import apply_corrections
from warehouse.gate import judge_landing
from warehouse.home import Home
from warehouse.landing import land
from warehouse.landing_database import open_landing

DOUBTED = [row(f"1.{n}", goal=[value(10 + n, "disputed", "sum")]) for n in range(1, FEW + 3)]
OLD = document("old", [row("1.1", goal=[value(5, "disputed", "sum")])])
NEW = document("new", DOUBTED, days=90, quarter=2)
SHA = NEW.extraction.sha256


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    monkeypatch.setenv("INDICADORES_HOME", str(tmp_path / "home"))
    return Home.from_env().create()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def test_the_review_list_counts_by_document_and_begins_with_the_newest(home: Home, run: Run) -> None:
    landing_fixture.fill(home.landing, [OLD, NEW])
    said = run("status").out
    review = said[said.index("For review") :]
    assert f"{len(DOUBTED) + 1} figures of 2 documents" in review
    assert review.index("new.pdf") < review.index("old.pdf")
    assert review.count("goal.1") == FEW + 1
    assert f"and {len(DOUBTED) - FEW} more" in review


def test_all_of_one_document_is_shown_by_its_id(home: Home, run: Run) -> None:
    landing_fixture.fill(home.landing, [OLD, NEW])
    said = run("status", SHA[:8])
    assert said.out.count("goal.1") == len(DOUBTED)
    assert "old.pdf" not in said.out
    assert {i["file"] for i in json.loads(run("status", SHA[:8], "--json").out)["review"]} == {"new.pdf"}


@pytest.mark.parametrize(
    ("wrong", "told"), [("ffffffff", "no document begins with ffffffff"), (SHA[:3], "is no sha256"), (" ", "is no sha")]
)
def test_an_id_that_no_document_has_is_told_as_other_commands_tell_it(
    home: Home, run: Run, wrong: str, told: str
) -> None:
    landing_fixture.fill(home.landing, [OLD, NEW])
    for command in (("status", wrong), ("withdraw", wrong, "--reason", "x"), ("correct", wrong)):
        said = run(*command)
        assert (said.code, told in said.err) == (Exit.USAGE, True)


def test_rows_of_one_code_are_told_once_and_a_rejected_piece_with_its_text_and_remedy(home: Home, run: Run) -> None:
    read = archived(home)
    piece = Rejected(2, "TOTAL 1,200", "a table row without an indicator code")
    with open_landing(home) as connection:
        land(connection, read, extraction(read, (plain_row("1.1.1"),) + (plain_row("1.1.2"),) * 2, rejected=(piece,)))
    judge_landing(home)
    said = run("status").out
    assert said.count("another row of the document has the same code") == 1
    assert "1 (2 times)" in said
    assert "“TOTAL 1,200”: a table row without an indicator code. Look at the page" in said


def test_what_a_report_says_of_itself_is_marked_where_it_may_be_misread_until_a_person_decides(
    home: Home, run: Run
) -> None:
    read = archived(home)
    header = replace(HEADER, municipality="Tulun", fiscal_year=2024, unsure=("municipality", "fiscal_year"))
    with open_landing(home) as connection:
        land(connection, read, extraction(read, header=header))
    judge_landing(home)
    assert "Tulun? " in run("status").out
    assert "2024? Q" in run("status").out
    raw = {"document": read.sha256[:16], "field": "municipality", "expect": "Tulun", "value": "Tulum", "reason": "n",
           "evidence": {"page": 1, "shows": "Tulum"}, "by": "Ana", "date": date(2024, 5, 1)}  # fmt: skip
    apply_corrections(home, [parse_correction(raw, "one.yml, entry 1")])
    judge_landing(home)
    said = run("status").out
    assert "Tulum " in said
    assert "2024? Q" in said


def test_the_gate_tells_dagster_what_is_held_where_and_what_to_do(home: Home) -> None:
    read = archived(home)
    with open_landing(home) as connection:
        land(connection, read, extraction(read, (plain_row("1.1.1"),) + (plain_row("1.1.2"),) * 2))
    judge_landing(home)
    state = _gate_state(home)
    assert (state.admitted, state.held_rows) == (1, 2)
    place = (
        f"- **{read.file}** (landing_suite, code_is_unique_in_document, page 1, 2 times, the first): 1.1.2: another row"
    )
    assert state.held.startswith(place)
