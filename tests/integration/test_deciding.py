"""What a person decides at the command line: correcting, withdrawing, allowing; and what is said where it cannot be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import landing_fixture
import pytest
import yaml
from landing_fixture import document, row, value

from ingest.correction import load_corrections
from ingest.documents import Document
from ingest.errors import NotAReportError
from orchestration.command_line.exits import Exit
from tests.commands import Run, runner
from warehouse.corrections import apply_corrections
from warehouse.home import Home
from warehouse.landing import hold_document
from warehouse.landing_database import open_landing
from warehouse.status import status

FIRST = document("first", [row("1.1", goal=[value(10, "disputed", "sum")], annual=12), row("1.2"), row("1.2")])
SHA = FIRST.extraction.sha256
WORDS = ("--reason", "misread", "--evidence", "12 in the table", "--by", "Ana")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    folder = tmp_path / "corrections"
    folder.mkdir()
    monkeypatch.setenv("INDICADORES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("INDICADORES_CORRECTIONS", str(folder))
    made = Home.from_env().create()
    landing_fixture.fill(made.landing, [FIRST])
    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def written(tmp_path: Path) -> list[dict[str, Any]]:
    files = sorted((tmp_path / "corrections").glob("*.yml"))
    return [entry for file in files for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]


def test_a_correction_is_written_as_a_file_that_fits(home: Home, run: Run, tmp_path: Path) -> None:
    said = run("correct", SHA[:8], "--indicator", "1.1", "--field", "goal.1", "--value", "12", *WORDS)
    assert said.code == Exit.DONE
    assert "goal.1: read 10 (disputed), printed 10" in said.out
    (entry,) = written(tmp_path)
    assert (entry["expect"], entry["value"], entry["indicator"], entry["page"]) == (10, 12, "1.1", 1)
    assert entry["date"] == date.today()
    assert len(apply_corrections(home, load_corrections()).fits) == 1


@pytest.mark.usefixtures("home")
def test_what_is_not_given_is_asked_for_and_the_review_list_is_offered(run: Run, tmp_path: Path) -> None:
    said = run("correct", typed="1\n1,200\n12\nthe page is clear\n12 in the table\nAna\n")
    assert said.code == Exit.DONE, said.err
    assert "Why it waits: sum" in said.out
    assert "'1,200' is no number" in said.out
    assert "For review" in said.out
    (entry,) = written(tmp_path)
    assert (entry["field"], entry["value"], entry["reason"], entry["by"]) == ("goal.1", 12, "the page is clear", "Ana")


def test_of_several_documents_with_figures_for_review_one_is_chosen_first(home: Home, run: Run, tmp_path: Path) -> None:
    second = document("second", [row("1.1", goal=[value(11, "disputed", "sum")])], days=90, quarter=2)
    landing_fixture.fill(home.landing, [second])
    said = run("correct", typed="3\n1\n1\n12\nthe page is clear\n12 in the table\nAna\n")
    assert said.code == Exit.DONE, said.err
    assert "There is no 3 in the list" in said.out
    assert written(tmp_path)[0]["document"] == second.extraction.sha256[:16]


def test_a_doubt_of_a_person_stands_in_the_review_list_with_its_reason(home: Home, run: Run) -> None:
    run("correct", SHA, "--indicator", "1.1", "--field", "annual_goal", "--flag", *WORDS)
    apply_corrections(home, load_corrections())
    reasons = [i.reason for i in status(home).review if i.measure == "annual_goal"]
    assert reasons == ["a person doubts it: misread"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("action", ["accept", "flag", "drop"])
def test_another_action_than_a_value_is_written(run: Run, tmp_path: Path, action: str) -> None:
    assert run("correct", SHA, "--indicator", "1.1", "--field", "goal.1", f"--{action}", *WORDS).code == Exit.DONE
    assert written(tmp_path)[0][action] is True


@pytest.mark.usefixtures("home")
def test_what_the_report_says_of_itself_is_corrected(run: Run, tmp_path: Path) -> None:
    assert run("correct", SHA, "--field", "quarter", "--value", "2", *WORDS).code == Exit.DONE
    (entry,) = written(tmp_path)
    assert (entry["expect"], entry["value"], "page" in entry) == (1, 2, False)


@pytest.mark.usefixtures("home")
def test_a_row_that_shares_its_code_is_named_by_its_number(run: Run, tmp_path: Path) -> None:
    said = run("correct", SHA, "--indicator", "1.2", "--drop", *WORDS)
    assert (said.code, written(tmp_path)) == (Exit.USAGE, [])
    assert "row 1, page 1" in said.err
    assert run("correct", SHA, "--indicator", "1.2", "--row", "2", "--drop", *WORDS).code == Exit.DONE
    assert written(tmp_path)[0]["row"] == 2


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ffffffff", "--indicator", "1.1", "--field", "goal.1", "--value", "1"), "no document begins with ffffffff"),
        ((SHA, "--indicator", "9.9", "--field", "goal.1", "--value", "1"), "no row of first.pdf has the code 9.9"),
        ((SHA, "--indicator", "1.1", "--field", "goal.9", "--value", "1"), "prints no goal.9"),
        ((SHA, "--indicator", "1.1", "--field", "goal.1", "--value", "1,200"), "'1,200' is no number"),
        ((SHA, "--indicator", "1.1", "--field", "goal.1", "--value", "1", "--drop"), "Give exactly one of them"),
        ((SHA, "--indicator", "1.1", "--field", "goal.2", "--accept"), "there is nothing to accept"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    said = run("correct", *arguments, *WORDS)
    assert said.code == Exit.USAGE
    assert told in said.err
    assert written(tmp_path) == []


@pytest.mark.usefixtures("home")
def test_the_same_value_is_not_corrected_twice(run: Run, tmp_path: Path) -> None:
    arguments = ("correct", SHA, "--indicator", "1.1", "--field", "goal.1", "--value")
    assert run(*arguments, "12", *WORDS).code == Exit.DONE
    assert "has this file already" in run(*arguments[:-1]).err  # before anything is asked
    next(iter((tmp_path / "corrections").iterdir())).rename(tmp_path / "corrections" / "mine.yml")
    said = run(*arguments, "13", *WORDS)
    assert said.code == Exit.USAGE
    assert "mine.yml, entry 1 decides on it as well" in said.err
    assert len(written(tmp_path)) == 1


@pytest.mark.usefixtures("home")
def test_corrections_are_checked_for_ci(run: Run, tmp_path: Path) -> None:
    assert run("correct", "--check").code == Exit.DONE
    run("correct", SHA, "--indicator", "1.1", "--field", "goal.1", "--value", "12", *WORDS)
    file = next(iter((tmp_path / "corrections").iterdir()))
    file.write_text(file.read_text(encoding="utf-8").replace("expect: 10", "expect: 11"), encoding="utf-8")
    said = run("correct", "--check", "--json")
    assert said.code == Exit.UNSOUND
    assert json.loads(said.out)["do_not_fit"][0]["trouble"] == "correction_outdated"
    file.write_text("- document: nonsense", encoding="utf-8")
    said = run("correct", "--check")
    assert said.code == Exit.USAGE
    assert f"{file.name}, entry 1" in said.err
    assert "Corrections" in run("doctor").out


def test_a_document_is_withdrawn_with_a_reason_and_put_back(home: Home, run: Run) -> None:
    def withdrawn() -> list[tuple[str, str]]:
        with open_landing(home, read_only=True) as connection:
            return connection.execute("select withdrawn_reason, withdrawn_by from withdrawn_document").fetchall()

    assert run("withdraw", SHA[:8], "--no-publish").code == Exit.USAGE
    said = run("withdraw", SHA[:8], "--reason", "wrong annex", "--by", "Ana", "--no-publish")
    assert (said.code, withdrawn()) == (Exit.DONE, [("wrong annex", "Ana")])
    assert "Withdrawn: first.pdf" in said.out
    assert "already, since" in run("withdraw", SHA, "--reason", "x", "--no-publish").out
    assert "withdrawn" in run("status").out
    assert run("withdraw", SHA, "--undo", "--no-publish").code == Exit.DONE
    assert withdrawn() == []
    said = run("withdraw", "ffffffff", "--reason", "x", "--no-publish")
    assert (said.code, "no document begins with ffffffff" in said.err) == (Exit.USAGE, True)


def test_a_document_that_cannot_be_read_is_withdrawn_by_the_id_that_status_shows(home: Home, run: Run) -> None:
    stray = Document("ab" * 32, "novel.pdf", 9, home.archive / "novel.pdf")
    with open_landing(home) as connection:
        hold_document(connection, stray, "v1", NotAReportError("novel.pdf", "it is a novel", "Leave it out"))
    said = run("status").out
    assert "abababab" in said
    assert "indicadores withdraw ID" in said
    assert run("withdraw", "abababab", "--reason", "a novel", "--no-publish").code == Exit.DONE
    assert "novel.pdf" not in run("status").out


def test_a_refusal_is_told_where_people_ask_what_is_published(home: Home, run: Run) -> None:
    said = [{"release_id": "20260114T101500Z-1a2b3c4d", "reason": "a wrong reader", "by": "Ana", "at": "2026-01-14"}]
    home.held.mkdir()
    (home.held / "refused.json").write_text(json.dumps(said), encoding="utf-8")
    for command in ("status", "release"):
        assert "was refused by Ana on 2026-01-14 (a wrong reader)" in run(command).err
    assert json.loads(run("status", "--json").out)["refused"] == said[0]


@pytest.mark.usefixtures("home")
def test_where_nothing_is_held_there_is_nothing_to_allow(run: Run) -> None:
    assert run("release").out.strip() == "No release is held."
    said = run("release", "--allow", "--reason", "x")
    assert (said.code, "no release is held" in said.err) == (Exit.USAGE, True)
    assert run("release", "--allow", "--refuse").code == Exit.USAGE
