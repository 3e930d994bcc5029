"""The whole way, run by Dagster in this process: what blocks, what goes on, what is published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from ingest.cells import Kind
from ingest.errors import NotAReportError
from ingest.extract import extractor_version, read_document
from ingest.indicators import Extraction, Quality
from ingest.safely import SafeReader
from orchestration import jobs
from orchestration.assets import landing, release
from orchestration.command_line.exits import Exit
from orchestration.command_line.refresh import Options, refresh_home
from orchestration.dbt_runner import Workbench
from orchestration.environment import prepare_home, prepare_process
from orchestration.intake import Work, document_of, keys_for, partition_key, plan_work, receive
from orchestration.resources import HomeResource
from orchestration.run import COMMAND_LINE, LAUNCHED_BY, Outcome, run_work
from orchestration.wiring import define
from warehouse.gate import Verdict, audit_release
from warehouse.home import Home
from warehouse.landing import open_landing
from warehouse.query import query
from warehouse.release import published_id, rollback
from warehouse.status import status

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
prepare_process()


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parse the dbt project once for all tests: the manifest does not depend on the home."""
    home = Home.at(tmp_path_factory.mktemp("parsed"))
    define(home)
    return home.dagster / "dbt"


@pytest.fixture
def home(tmp_path: Path, parsed: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("INDICADORES_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    made = prepare_home(Home.at(tmp_path))
    folder = made.dagster / "dbt"
    folder.mkdir()
    for manifest in parsed.glob("manifest-*.json"):
        (folder / manifest.name).write_bytes(manifest.read_bytes())
    return made


@pytest.fixture
def reports() -> list[Path]:
    found = sorted(SAMPLES.glob("*_q[12]*.pdf"))
    assert len(found) >= 2
    return found[-2:]


def plan(home: Home, *places: Path) -> Work:
    return plan_work(home, receive(home, places or [home.inbox]), extractor_version())


def refresh(home: Home, *places: Path) -> Outcome:
    return run_work(home, plan(home, *places), keep=3)


def events(home: Home, run_id: str) -> list[dg.DagsterEvent]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        return [e.dagster_event for e in instance.all_logs(run_id) if e.dagster_event]


def steps(home: Home, run_id: str) -> dict[str, str]:
    ends = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED")
    return {e.step_key or "": e.event_type_value for e in events(home, run_id) if e.event_type_value in ends}


def materialized(home: Home, run_id: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for event in events(home, run_id):
        if event.is_step_materialization and event.asset_key is not None:
            name = "/".join(event.asset_key.path) + (f"[{event.partition}]" if event.partition else "")
            found[name] = dict(event.step_materialization_data.materialization.metadata)
    return found


def run_command(home: Home, *words: str) -> dict[str, Any]:
    """Run the command line as a user does; give the JSON that it prints."""
    command = [str(Path(sys.executable).with_name("indicadores")), *words]
    environment = {**os.environ, "INDICADORES_HOME": str(home.root)}
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    return said


def altered(monkeypatch: pytest.MonkeyPatch, file: str, change: Callable[[Extraction], Extraction]) -> None:
    """Let the reader give `change(extraction)` for one file, and what it really reads for the others."""

    def read(path: Path, *, file: str | None = None, **_: object) -> Extraction:
        reading = read_document(path, file=file)
        return change(reading) if file == name else reading

    name = file
    monkeypatch.setattr(landing, "read_safely", read)


def without_year(reading: Extraction) -> Extraction:
    return replace(reading, header=replace(reading.header, fiscal_year=None))


def without_first_code(reading: Extraction) -> Extraction:
    return replace(reading, rows=(replace(reading.rows[0], code="???"), *reading.rows[1:]))


def test_new_documents_are_read_in_one_run_and_published_with_what_people_ask_for(
    home: Home, reports: list[Path]
) -> None:
    (home.inbox / "empty.pdf").touch()
    outcome = refresh(home, *reports, home.inbox)
    assert outcome.success, outcome.errors
    seen = materialized(home, outcome.run_id)
    keys = [partition_key(d) for d in plan(home, *reports).known]
    assert len(keys) == len(reports)
    for key in keys:
        facts = seen[f"landing/extraction[{key}]"]
        assert facts["values confirmed"].value > 0
        assert "| page | level |" in facts["rows"].value
        assert "disputed" in facts["disputed values"].value.lower() or "| page |" in facts["disputed values"].value
    assert "| department |" in seen["release/warehouse"]["scorecard"].value.replace("| municipality ", "")
    measurements = seen["marts/fct_measurement"]
    assert measurements["dagster/row_count"].value == query(home, "select count(*) from fct_measurement").rows[0][0] > 0
    assert "by quality" in measurements
    assert published_id(home) == seen["release/warehouse"]["release"].value
    held = {(item.file, item.stage) for item in status(home).quarantine}
    assert ("empty.pdf", "receiving") in held
    assert plan(home, *reports, home.inbox).is_nothing
    with open_landing(home, patience=0.0) as connection:  # nothing is left open by dbt or the audit
        assert connection.execute("select distinct kind from document").fetchall() == [(Kind.DIGITAL_PDF.value,)]
    duckdb.connect(str(home.warehouse)).close()
    drop(home, reports[0], age=60)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert look(instance, home).skip_reason is not None
        again = define(home).resolve_job_def("reread").execute_in_process(instance=instance, partition_key=keys[0])
    said = run_command(home, "refresh", "--json", *map(str, reports))
    assert not said["new"]
    assert said["scorecard"]
    assert {"goals_met", "in_doubt", "no_figure"} <= said["scorecard"][0].keys()
    copy = shutil.copy(reports[0], home.inbox / "under another name.pdf")
    said = run_command(home, "refresh", "--json", str(copy))
    assert not said["new"]
    assert said["copies"] == [{"file": "under another name.pdf", "document": reports[0].name}]
    facts = materialized(home, again.run_id)[f"landing/extraction[{keys[0]}]"]
    assert facts["state"].value.startswith("unchanged")
    assert facts["values confirmed"].value > 0, "a run that had nothing to read does not hide what was read"


def test_every_asset_has_a_description_an_owner_kinds_and_a_group(home: Home) -> None:
    specs = [spec for spec in define(home).resolve_all_asset_specs() if spec.key != dg.AssetKey("landing")]
    assert {spec.group_name for spec in specs} == {
        "documents",
        "landing",
        "staging",
        "intermediate",
        "marts",
        "reference",
        "release",
    }
    for spec in specs:
        assert spec.description, spec.key
        assert spec.owners == ["team:datos"], spec.key
        assert spec.kinds, spec.key
    columns = {spec.key.to_user_string(): spec.metadata.get("dagster/column_schema") for spec in specs}
    described = [column.description for column in columns["marts/fct_measurement"].columns]
    assert all(described)
    assert {"row.code", "value.quality"} <= {column.name for column in columns["landing/extraction"].columns}


def test_all_models_wait_for_the_gate_and_all_of_the_marts_are_waited_for(home: Home) -> None:
    """Dagster forgets that dbt waits for a blocking check where tests of sources are made checks."""
    job = define(home).resolve_job_def("refresh")
    before = {
        node.name: {one.node for definition in inputs.values() for one in definition.get_node_dependencies()}
        for node, inputs in job.graph.dependencies.items()
    }
    assert "landing_gate" in before["dbt_models"]
    assert "dbt_models" in before["release"]
    assert "landing__extraction" in before["landing_gate"]


def test_a_document_that_the_gate_stops_never_reaches_the_marts_and_others_do(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = reports
    altered(monkeypatch, bad.name, without_year)
    outcome = refresh(home, bad, good)
    assert outcome.success, outcome.errors
    assert query(home, "select distinct document_file from measurement_history").rows == [(good.name,)]
    assert {d.file: d.state for d in status(home).documents} == {bad.name: "stopped", good.name: "admitted"}
    failed = {check.name: check for check in outcome.failed_checks}
    assert "landing_suite" in failed
    assert not failed["landing_suite"].blocking


def test_a_row_that_the_gate_holds_never_reaches_the_marts_and_other_rows_do(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    altered(monkeypatch, reports[0].name, without_first_code)
    outcome = refresh(home, reports[0])
    assert outcome.success, outcome.errors
    codes = {code for (code,) in query(home, "select distinct indicator_code from measurements").rows}
    assert codes
    assert "???" not in codes
    assert [d.held_rows for d in status(home).documents] == [1]


def test_where_no_document_may_pass_dbt_and_the_release_do_not_run(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    altered(monkeypatch, reports[0].name, without_year)
    outcome = refresh(home, reports[0])
    assert not outcome.success
    assert [c.name for c in outcome.failed_checks if c.blocking] == ["landing_suite"]
    assert "STEP_SUCCESS" not in {steps(home, outcome.run_id).get(step) for step in ("dbt_models", "release")}
    assert published_id(home) is None
    assert not list(home.candidates.iterdir())


def test_what_the_release_suite_refuses_is_not_published_and_what_was_published_stays(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refresh(home, reports[0]).success
    before = published_id(home)

    def refuse(at: Home, candidate: Path, subject: str, code: str) -> Verdict:
        verdict = audit_release(at, candidate, subject, code)
        checks = (replace(verdict.checks[0], passed=False, severity="critical", failed=1), *verdict.checks[1:])
        return replace(verdict, passed=False, checks=checks)

    monkeypatch.setattr(release, "audit_release", refuse)
    outcome = refresh(home, *reports)
    assert not outcome.success
    assert "release_suite" in {c.name for c in outcome.failed_checks if c.blocking}
    assert published_id(home) == before
    assert query(home, "select count(distinct document_file) from measurement_history").rows == [(1,)]
    monkeypatch.undo()
    assert not plan(home, *reports).is_nothing, "what was refused must be tried again"


def test_what_the_tests_of_the_marts_warn_of_stands_on_the_screen_and_stops_nothing(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def with_a_plan(reading: Extraction) -> Extraction:
        return replace(reading, header=replace(reading.header, plan=f"{reading.header.fiscal_year}-2099"))

    altered(monkeypatch, reports[1].name, with_a_plan)
    assert refresh_home(reports, Options(reread=False, wait=0, keep=3, quiet=True, as_json=False)) == Exit.DONE
    assert published_id(home) is not None
    told = " ".join(capsys.readouterr().err.split())
    assert told.startswith("Warning: Reports of which no municipal plan is known")
    assert "dbt_project/seeds/municipal_plan.csv" in told
    assert told.endswith(f"Found: {reports[0].name}.")


def test_a_reader_that_breaks_holds_its_document_and_no_other(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = SafeReader("tests.bad_readers:break_on_first_quarters")
    monkeypatch.setattr(landing, "read_safely", reader.read)
    monkeypatch.setattr(landing, "close", reader.close)
    assert refresh(home, *reports).success
    held = [item for item in status(home).quarantine if item.stage == "reading"]
    assert [(item.file, item.reason) for item in held] == [(reports[0].name, "reader_failed")]
    assert "ZeroDivisionError" in held[0].detail
    assert query(home, "select distinct document_file from measurement_history").rows == [(reports[1].name,)]


def test_a_value_that_a_person_has_to_look_at_has_its_picture_in_the_home_and_in_the_run(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dispute(reading: Extraction) -> Extraction:
        goal = reading.rows[0].annual_goal
        assert goal is not None
        doubtful = replace(goal, quality=Quality.DISPUTED, reason="a test")
        return replace(reading, rows=(replace(reading.rows[0], annual_goal=doubtful), *reading.rows[1:]))

    altered(monkeypatch, reports[0].name, dispute)
    outcome = refresh(home, reports[0])
    with open_landing(home, read_only=True) as connection:
        found = connection.execute("select row_number, measure, quarter, file from crop").fetchall()
    assert (0, "annual_goal", None) in [line[:3] for line in found]
    assert all((home.crops / line[3]).stat().st_size > 0 for line in found)
    (facts,) = [f for name, f in materialized(home, outcome.run_id).items() if name.startswith("landing/extraction[")]
    assert f"![{Path(found[0][3]).stem}](data:image/png;base64," in facts["what to look at"].value
    assert str((home.crops / found[0][3]).parent) == facts["pictures"].value


def test_a_document_that_met_a_limit_is_held_and_tried_again_when_the_limit_is_raised(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDICADORES_MAX_PAGES", "1")
    refresh(home, reports[0])
    (held,) = status(home).quarantine
    assert (held.stage, held.reason) == ("reading", "too_costly")
    assert "INDICADORES_MAX_PAGES=1 " in held.detail
    assert [r.reason for r in plan(home, reports[0]).refused] == ["too_costly"]
    monkeypatch.setenv("INDICADORES_MAX_PAGES", "500")
    assert refresh(home, reports[0]).success
    assert status(home).quarantine == ()


def test_a_document_that_cannot_be_read_is_held_and_not_tried_again_by_the_same_extractor(
    home: Home, reports: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(reading: Extraction) -> Extraction:
        raise NotAReportError(reading.file, "it is a novel", "Take it out of the inbox")

    altered(monkeypatch, reports[0].name, refuse)
    options = Options(reread=False, wait=0, keep=3, quiet=False, as_json=False)
    assert refresh_home(reports, options) == Exit.HELD
    assert f"What this release changes: {home.releases / str(published_id(home))}" in capsys.readouterr().out
    assert refresh_home(reports, replace(options, quiet=True)) == Exit.HELD
    assert capsys.readouterr() == ("", f"Held: {reports[0].name}: it is a novel. Take it out of the inbox.\n")
    again = plan(home, *reports)
    assert again.is_nothing
    assert [r.reason for r in again.refused] == ["not_a_report"]


def test_a_kept_build_that_was_damaged_is_made_anew(home: Home, reports: list[Path]) -> None:
    assert refresh(home, reports[0]).success
    kept = Workbench(home).database
    damaged = bytearray(kept.read_bytes())
    for start in range(300_000, len(damaged), 200_000):
        damaged[start : start + 64] = bytes(64)
    kept.write_bytes(damaged)
    assert refresh(home, *reports).success
    assert query(home, "select count(distinct document_file) from measurement_history").rows == [(2,)]


def test_a_rollback_stays_until_new_documents_come(home: Home, reports: list[Path]) -> None:
    refresh(home, reports[0])
    first = published_id(home)
    refresh(home, *reports)
    assert published_id(home) != first
    rollback(home, str(first))
    assert plan(home, *reports).is_nothing
    republished = run_work(home, replace(plan(home, *reports), release_needed=True), keep=3)
    assert republished.success
    assert published_id(home) == first, "a run started by hand must not undo a rollback"
    assert not list(home.candidates.iterdir()), "a build that is not published leaves nothing behind"


def test_runs_of_a_killed_command_are_closed_and_their_documents_read(home: Home, reports: list[Path]) -> None:
    receive(home, reports)  # archived, and killed before they were read
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        dead = instance.create_run_for_job(define(home).resolve_job_def("publish"), tags={LAUNCHED_BY: COMMAND_LINE})
    work = plan(home)
    assert {d.sha256 for d in work.leftover} == {d.sha256 for d in receive(home, reports).documents}
    assert {d.file for d in work.leftover} == {r.name for r in reports}, "the name outlives the run that received it"
    assert run_work(home, work, keep=3).success
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        run = instance.get_run_by_id(dead.run_id)
        assert run is not None
        assert run.status is dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as opened:
        yield opened


def look(instance: dg.DagsterInstance, home: Home, cursor: str | None = None) -> Any:  # noqa: ANN401
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    return jobs.inbox_sensor(context, home=HomeResource(path=str(home.root)))


def drop(home: Home, report: Path, age: float) -> None:
    target = home.inbox / report.name
    target.write_bytes(report.read_bytes())
    os.utime(target, (time.time() - age, time.time() - age))


def test_the_sensor_asks_for_one_run_for_all_complete_files_and_waits_for_those_being_copied(
    home: Home, reports: list[Path], instance: dg.DagsterInstance
) -> None:
    drop(home, reports[0], age=60)
    drop(home, reports[1], age=0)
    result = look(instance, home)
    assert len(result.run_requests) == 1
    assert [list(r.partition_keys) for r in result.dynamic_partitions_requests] == [[_key(home, reports[0])]]
    assert isinstance(look(instance, home, result.cursor), dg.SkipReason)
    drop(home, reports[1], age=60)
    later = look(instance, home, result.cursor)
    assert len(later.run_requests) == 1
    assert set(later.run_requests[0].tags.values()) >= {_key(home, reports[0]), _key(home, reports[1])}


def test_a_partition_key_gives_back_its_document_whatever_its_name(home: Home) -> None:
    names = ["Informe, 2° trimestre [final] (1).pdf", "a%20b...c@d.pdf", 'comillas "x".PDF', "ñandú\ttab.pdf"]
    for number, name in enumerate(names):
        (home.inbox / name).write_bytes(f"document {number}".encode())
    for document in receive(home, [home.inbox]).documents:
        key = partition_key(document)
        assert document_of(home, key) == document
        assert not set(key) & set('",\t\\[]()')
        assert "..." not in key
        assert list(keys_for([replace(document, file="another name.pdf")], [key])) == [key]


def _key(home: Home, report: Path) -> str:
    (document,) = receive(home, [report]).documents
    return partition_key(document)
