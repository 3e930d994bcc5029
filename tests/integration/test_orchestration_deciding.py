"""A whole refresh with what people decide: corrections that hold or publish, and a release that waits to be allowed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from ingest.extract import extractor_version
from orchestration.command_line.exits import Exit
from orchestration.command_line.refresh import Options, refresh_home
from orchestration.environment import prepare_home, prepare_process
from orchestration.intake import Work, plan_work, receive
from orchestration.run import Outcome, run_work
from orchestration.wiring import define
from warehouse.home import Home
from warehouse.query import query
from warehouse.release import list_releases, published_id
from warehouse.status import status

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FIRST, SECOND = (SAMPLES / f"tulum_2024_q{quarter}.synthetic.pdf" for quarter in (1, 2))
prepare_process()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("INDICADORES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home" / "dagster"))
    monkeypatch.setenv("INDICADORES_CORRECTIONS", str(tmp_path))
    return prepare_home(Home.at(tmp_path / "home"))


def plan(home: Home, *places: Path) -> Work:
    return plan_work(home, receive(home, places), extractor_version())


def refresh(home: Home, *places: Path) -> Outcome:
    outcome = run_work(home, plan(home, *places), keep=5)
    assert outcome.success, outcome.errors
    return outcome


def published(home: Home, run_id: str) -> list[dict[str, Any]]:
    """Give the metadata of the published warehouse that a run materialized."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        found = [e.dagster_event for e in instance.all_logs(run_id) if e.dagster_event]
    return [
        dict(e.step_materialization_data.materialization.metadata)
        for e in found
        if e.is_step_materialization and e.asset_key is not None and e.asset_key.path == ["release", "warehouse"]
    ]


def correct(folder: Path, expect: float, value: float) -> None:
    entry = {
        "document": hashlib.sha256(FIRST.read_bytes()).hexdigest()[:16], "page": 1, "indicator": "2.2.2.1.3.1",
        "field": "achieved.1", "expect": expect, "value": value, "reason": "misread",
        "evidence": {"page": 1, "shows": str(value)}, "by": "Ana", "date": date(2024, 5, 1),
    }  # fmt: skip
    (folder / "one.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")


def failed(outcome: Outcome) -> dict[str, bool]:
    """Give the checks that failed, and whether each blocked."""
    return {check.name: check.blocking for check in outcome.failed_checks}


def test_an_outdated_correction_holds_its_document_and_one_that_fits_is_published_without_a_new_document(
    home: Home, tmp_path: Path
) -> None:
    read = 172.0
    correct(tmp_path, expect=read + 1, value=171)
    outcome = refresh(home, FIRST, SECOND)
    assert failed(outcome)["corrections_fit"] is False
    assert query(home, "select distinct document_file from measurements").rows == [(SECOND.name,)]
    assert [i.reason for i in status(home).quarantine] == ["correction_outdated"]
    correct(tmp_path, expect=read, value=171)
    assert not plan(home).is_nothing
    assert "corrections_fit" not in failed(refresh(home))
    best = "select achieved, achieved_quality from measurements where indicator_code = '2.2.2.1.3.1' and quarter = 1"
    assert query(home, best).rows == [(171.0, "corrected")]
    assert [(i.value, i.held) for i in status(home).review if i.held] == [(215.0, True)]
    assert plan(home, FIRST, SECOND).is_nothing


def decide(home: Home, decision: dict[str, str]) -> bool:
    """Run the job by which a held release is decided in the UI; give whether it succeeded."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        job = define(home).resolve_job_def("decide_release")
        config = {"ops": {"decide": {"config": decision}}}
        return job.execute_in_process(run_config=config, instance=instance, raise_on_error=False).success


def test_a_release_that_changes_too_much_waits_until_a_person_allows_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = refresh(home, FIRST)
    assert len(published(home, first.run_id)) == 1
    before = published_id(home)
    monkeypatch.setenv("INDICADORES_HOLD_CLOSED_CHANGES_PCT", "0")
    outcome = refresh(home, SECOND)
    assert failed(outcome)["difference_is_expected"] is False
    assert published(home, outcome.run_id) == []
    assert published_id(home) == before
    waiting = status(home).held
    assert waiting is not None
    assert "quarters already reported" in waiting.held_for[0]
    assert plan(home, SECOND).is_nothing, "the same is not built again while it waits"
    options = Options(reread=False, wait=0, keep=3, quiet=False, as_json=False)
    assert refresh_home([SECOND], options) == Exit.RELEASE_HELD
    said = capsys.readouterr().out
    assert "a release is held until you allow or refuse it" in said
    assert "up to date" not in said
    for reason, by, success in ((" ", "Ana", False), ("looked at", "", False), ("looked at", "Ana", True)):
        decision = {"decision": "ALLOW", "reason": reason, "by": by}
        assert decide(home, decision) is success
        assert (published_id(home) == waiting.release_id) is success
    assert list_releases(home)[0].allowed is not None
    assert status(home).held is None
    assert len(list_releases(home)) == 2
    assert plan(home, SECOND).is_nothing
