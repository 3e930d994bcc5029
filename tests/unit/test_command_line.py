"""The command line as a user and a program meet it: what stands on which stream, and how it ends."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from ingest.errors import EncryptedDocumentError
from ingest.indicators import Extraction
from orchestration.command_line import read, refresh
from orchestration.command_line.exits import MEANING, Exit, exit_of
from orchestration.command_line.output import csv_text, kept_messages
from orchestration.intake import Work
from orchestration.run import Outcome
from tests.commands import Run, runner
from warehouse import errors
from warehouse.home import Home
from warehouse.lock import held
from warehouse.status import status

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
COMMANDS = (
    "read",
    "refresh",
    "status",
    "query",
    "releases",
    "rollback",
    "doctor",
    "docs",
    "ui",
    "withdraw",
    "release",
    "correct",
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("INDICADORES_HOME", str(tmp_path / "home"))
    return runner(monkeypatch, capsys)


@pytest.fixture(scope="module")
def report() -> Path:
    return next(iter(sorted(SAMPLES.glob("*q1*.pdf"))))


def test_every_exit_code_has_a_meaning_and_its_own_number() -> None:
    assert set(MEANING) == set(Exit)
    assert len({code.value for code in Exit}) == len(Exit)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EncryptedDocumentError("a.pdf", "it wants a password", "Save it without"), Exit.UNREADABLE),
        (errors.HomeBusyError("busy", "wait"), Exit.BUSY),
        (errors.NothingPublishedError("nothing", "refresh"), Exit.NOTHING_PUBLISHED),
        (errors.UnpublishableError("audit", "look"), Exit.REFUSED),
        (errors.NoSuchReleaseError("no", "choose"), Exit.USAGE),
        (errors.QueryError("syntax", "correct"), Exit.USAGE),
        (errors.DamagedReleaseError("damaged", "roll back"), Exit.UNSOUND),
        (PermissionError("no"), Exit.FAILED),
        (ZeroDivisionError(), None),
    ],
)
def test_each_failure_that_a_user_can_act_on_has_its_exit_code(error: Exception, code: Exit | None) -> None:
    assert exit_of(error) is code


def test_every_failure_of_the_warehouse_has_an_exit_code() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert kinds
    assert all(exit_of(kind("problem", "remedy")) is not None for kind in kinds)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_gives_an_example(run: Run, command: str) -> None:
    said = run(command, "--help")
    assert said.code == Exit.DONE
    assert f"indicadores {command}" in said.out


def test_help_names_all_commands_and_exit_codes(run: Run) -> None:
    said = run("--help")
    words = " ".join(said.out.replace("│", " ").split())
    assert all(command in words for command in COMMANDS)
    assert all(f"{code.value} {meaning.replace('`', '')}" in words for code, meaning in MEANING.items())


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["read", "--format", "xml", "a.pdf"], ["refresh", "/no/such/file.pdf"], ["query", "--nope", "x"]],
)
def test_a_wrong_command_ends_with_2_and_no_traceback(run: Run, arguments: list[str]) -> None:
    said = run(*arguments)
    assert said.code == Exit.USAGE
    assert said.out == ""
    assert said.err
    assert "Traceback" not in said.err


def test_one_file_reads_to_one_json_object_and_nothing_else_on_stdout(run: Run, report: Path) -> None:
    said = run("read", report, "--format", "json")
    content = json.loads(said.out)
    assert said.code == Exit.DONE
    assert content["document"]["file"] == report.name
    assert content["rows"]


def test_several_files_read_to_a_list_of_those_that_could_be_read(run: Run, report: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    said = run("read", empty, report, "--format", "json")
    assert [one["document"]["file"] for one in json.loads(said.out)] == [report.name]
    assert said.code == Exit.UNREADABLE
    assert "empty.pdf" in said.err


def test_several_files_of_which_none_can_be_read_are_an_empty_list(run: Run, tmp_path: Path) -> None:
    said = run("read", tmp_path / "one.pdf", tmp_path / "two.pdf", "--format", "json")
    assert (said.code, json.loads(said.out)) == (Exit.UNREADABLE, [])
    assert "one.pdf" in said.err
    assert "two.pdf" in said.err


def test_a_folder_is_no_report(run: Run, tmp_path: Path) -> None:
    said = run("read", tmp_path)
    assert said.code == Exit.UNREADABLE
    assert "folder" in said.err


def test_csv_has_one_line_for_each_figure_of_the_json(run: Run, report: Path) -> None:
    rows = json.loads(run("read", report, "--format", "json").out)["rows"]
    figures = sum(
        value is not None
        for row in rows
        for value in [row["annual_goal"], *row["goal"], *row["achieved"], *row["progress_pct"], *row["accumulated_pct"]]
    )
    lines = list(csv.DictReader(io.StringIO(run("read", report, "--format", "csv").out)))
    assert len(lines) == figures > 0
    assert {line["code"] for line in lines} == {row["code"] for row in rows}


def test_the_table_shows_each_code_and_no_colours_when_piped(run: Run, report: Path) -> None:
    codes = [row["code"] for row in json.loads(run("read", report, "--format", "json").out)["rows"]]
    out = run("read", report).out
    assert all(code in out for code in codes)
    assert "\x1b" not in out


def test_labels_that_may_be_misread_are_marked(run: Run, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read.read_safely

    def doubted(path: Path, **options: Any) -> Extraction:  # noqa: ANN401 - passed on as they are
        found = whole(path, **options)
        first = replace(found.rows[0], unsure=("level", "department"), department="Tesorena")
        header = replace(found.header, municipality="Tulun", entity=None, unsure=("municipality", "entity"))
        return replace(found, header=header, rows=(first, *found.rows[1:]))

    monkeypatch.setattr(read, "read_safely", doubted)
    out = run("read", report, "--quiet").out
    assert f"Tulun? · {whole(report).header.state} · ? · " in out
    assert f"{whole(report).rows[0].level}?" in out
    assert "the department may be misread: Tesorena" in out
    lines = list(csv.DictReader(io.StringIO(run("read", report, "--format", "csv").out)))
    assert {line["unsure"] for line in lines} == {"level department", ""}


@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_out_writes_to_the_file_what_would_be_printed(run: Run, report: Path, tmp_path: Path, output: str) -> None:
    target = tmp_path / "out"
    said = run("read", report, "--format", output, "--out", target, "--quiet")
    assert (said.code, said.out, said.err) == (Exit.DONE, "", "")
    assert report.name in target.read_text(encoding="utf-8")


def test_show_draws_each_page_and_says_of_a_text_that_it_has_none(run: Run, report: Path, tmp_path: Path) -> None:
    text = next(SAMPLES.glob("*.txt"))
    said = run("read", report, text, "--show", tmp_path / "new" / "pages")
    assert said.code == Exit.DONE
    assert {p.suffix for p in (tmp_path / "new" / "pages").iterdir()} == {".png"}
    assert f"{text.name}: this kind of document (ocr_text) has no pages to draw" in said.err
    assert "Pages drawn" in said.err


def test_out_in_a_folder_that_is_not_there_is_told_without_traceback(run: Run, report: Path, tmp_path: Path) -> None:
    said = run("read", report, "--format", "json", "--out", tmp_path / "no" / "out.json")
    assert said.code == Exit.FAILED
    assert "out.json" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("success", [True, False])
def test_only_a_run_that_ended_well_is_said_to_have_refreshed(
    success: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home.at(tmp_path).create()
    work = Work((), (), (), (), (), (), unjudged=1, admitted=0, release_needed=True, corrections_due=False)
    outcome = Outcome("a-run", success, () if success else ("a seed is no table",), ())
    refresh._tell(refresh.Result(home, work, outcome, status(home), 1.0, None), quiet=False)
    said = capsys.readouterr()
    assert ("Refreshed" in said.out) is success
    assert ("a seed is no table" in said.err) is not success


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("disk I/O error\nSQL ..."), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_failure_on_a_full_disk_is_told_as_that(
    error: Exception, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> int:
        raise error

    monkeypatch.setattr("orchestration.command_line.status.show_status", broken)
    (tmp_path / "home").mkdir()
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
    said = run("status")
    assert (said.code, said.out) == (Exit.FAILED, "")
    told = " ".join(said.err.split())
    assert f"the disk of {tmp_path / 'home'} is full (0.0 MB free): make room" in told
    assert told.endswith(f"It showed as {type(error).__name__}: {str(error).splitlines()[0]}")


def test_what_no_user_can_mend_is_a_defect(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("orchestration.command_line.status.show_status", broken)
    with pytest.raises(ZeroDivisionError):
        run("status")


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/h/refresh.lock"), "Give your user the right"),
        (OSError(errno.EROFS, "Read-only file system", "/h/refresh.lock"), "Give your user the right"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/h/refresh.lock"), "Set INDICADORES_HOME to a folder"),
        (OSError(errno.ENOSPC, "No space left on device", "/h/refresh.lock"), "Make room"),
        (duckdb.IOException('IO Error: Cannot open file "/h/refresh.lock": Permission denied'), "the right to it"),
    ],
)
def test_a_file_that_the_system_does_not_give_is_named_with_the_remedy(
    error: Exception, remedy: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise error

    monkeypatch.setattr("orchestration.command_line.status.show_status", broken)
    said = run("status")
    assert (said.code, said.out) == (Exit.FAILED, "")
    assert "/h/refresh.lock" in said.err
    assert remedy in said.err
    assert "Errno" not in said.err


def test_before_the_first_refresh_a_query_says_that_nothing_is_published(run: Run) -> None:
    said = run("query", "select 1")
    assert said.code == Exit.NOTHING_PUBLISHED
    assert "refresh" in said.err


def test_before_the_first_refresh_status_and_releases_say_what_to_do(run: Run) -> None:
    assert "inbox" in run("status").out
    assert "refresh" in run("releases").out
    assert json.loads(run("releases", "--json").out) == []


def test_a_refresh_of_an_empty_inbox_has_nothing_to_do(run: Run, tmp_path: Path) -> None:
    said = run("refresh")
    assert said.code == Exit.DONE
    assert "Nothing new" in said.out
    assert not (tmp_path / "home" / "warehouse.duckdb").exists()


def test_a_second_refresh_is_told_who_holds_the_lock(run: Run, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home").create()
    with held(home.refresh_lock, "the other refresh"):
        said = run("refresh", "--wait", "0")
    assert said.code == Exit.BUSY
    assert "the other refresh" in said.err


def test_rolling_back_to_an_unknown_release_is_a_wrong_command(run: Run) -> None:
    said = run("rollback", "20200101T000000Z-00000000")
    assert said.code == Exit.USAGE
    assert "20200101T000000Z-00000000" in said.err


def test_the_doctor_finds_this_installation_and_a_new_home_sound(run: Run) -> None:
    said = run("doctor", "--json")
    content = json.loads(said.out)
    unsound = [f for f in content["findings"] if not f["sound"] and f["topic"] not in ("Disk", "Packages")]
    assert unsound == []
    assert (said.code == Exit.DONE) == content["sound"]


def test_the_doctor_tells_the_remedy_for_a_published_file_that_is_damaged(run: Run, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home").create()
    home.warehouse.write_bytes(b"not a database")
    said = run("doctor")
    assert said.code == Exit.UNSOUND
    assert str(home.warehouse) in said.out
    assert "roll back" in said.out.lower()


def test_help_is_there_at_once() -> None:
    code = "import sys; sys.argv = ['indicadores', '--help']; from orchestration.command_line import main; main()"
    timed = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=False
    )
    assert timed.returncode == 0
    heavy = ("pandas", "duckdb", "dagster", "dbt", "pdfplumber", "great_expectations")
    loaded = {line.rpartition("|")[2].strip() for line in timed.stderr.splitlines()}
    assert not loaded & set(heavy)


def test_csv_leaves_null_empty_and_quotes_what_must_be() -> None:
    assert csv_text(["a", "b"], [[None, 'say "x", y'], [1.5, "línea\nnueva"]]) == (
        'a,b\n,"say ""x"", y"\n1.5,"línea\nnueva"\n'
    )


def test_progress_is_shown_while_a_step_turns_stderr_away(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with kept_messages() as screen, (tmp_path / "step.err").open("w") as log:
        before = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            screen.print("page 3 of 60")
        finally:
            os.dup2(before, 2)
            os.close(before)
    assert "page 3 of 60" in capfd.readouterr().err
    assert not (tmp_path / "step.err").read_text()


@pytest.mark.parametrize(("before", "is_new"), [("20260101T000000Z-r", False), (None, True)])
def test_scorecards_are_shown_of_what_this_refresh_has_published(
    before: str | None,
    is_new: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(refresh, "scorecard", lambda _home: [("Tulum", *"12345678")])
    monkeypatch.setattr(refresh, "_tell_difference", lambda _release: None)
    published = SimpleNamespace(release=SimpleNamespace(release_id="20260101T000000Z-r"))
    result: Any = SimpleNamespace(home=Home.at(tmp_path), state=published, before=before)
    refresh._tell_published(result)
    said = capsys.readouterr().out
    assert ("Scorecard of Tulum" in said) is is_new
    assert "Published" in said
