"""What a release changes against the one before: told figure by figure with its cause, held where it is too much."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import landing_fixture
import pytest
import release_fixture
from landing_fixture import Landed, document, row

from ingest.correction import Correction, parse_correction
from ingest.errors import WrongSettingError
from orchestration.command_line.releases import show_releases
from warehouse.compare import compare
from warehouse.corrections import apply_corrections
from warehouse.difference import CAUSES, Difference, Loss
from warehouse.difference_page import _told
from warehouse.errors import NoHeldReleaseError, NoReasonError, StaleHeldReleaseError, UnpublishableError
from warehouse.hold import HoldLimits, reasons_to_hold, refusals, standing_refusal
from warehouse.home import Home
from warehouse.landing_database import open_landing
from warehouse.release import (
    Candidate,
    ReleasePlan,
    allow,
    held_release,
    hold,
    list_releases,
    needs_release,
    new_candidate,
    plan_release,
    publish,
    published_id,
    recover,
    refuse,
    rollback,
)
from warehouse.withdrawal import reinstate, withdraw

FIRST = document("first", [row(f"1.{n}", goal=[10, 20, 30, 40], achieved=[n], annual=100) for n in range(1, 11)])
SECOND = document("second", [row("1.1", goal=[10, 20, 30, 40], achieved=[7, 8], annual=100)], days=90, quarter=2)
OTHER = document("other", [row("1.1", goal=[1], achieved=[2])], municipality="Mérida")

# The marts of these tests: of each figure what the latest report states, as simple as can be.
MARTS = """
create schema marts;
create table marts.dim_document as
select document_sha256, withdrawn_at is not null as is_withdrawn, false as is_held, plan
from landed.known_extraction;
create table marts.dim_indicator as select 1 as id;
create table marts.fct_measurement as
with figure as (
    select e.municipality, e.state, e.program_code, e.plan, e.fiscal_year, r.code as indicator_code, r.indicator,
        v.measure, v.quarter, v.value, v.quality, e.document_sha256, d.file as document_file
    from landed.corrected_value v
    join landed.corrected_row r using (extraction_number, row_number)
    join landed.current_extraction e using (extraction_number) join landed.document d using (document_sha256)
    where v.value is not null
    qualify row_number() over (
        partition by e.municipality, e.plan, r.code, v.measure, v.quarter order by e.quarter desc, e.recorded_at desc
    ) = 1
)
select municipality, any_value(state) as state, any_value(program_code) as program_code, plan, fiscal_year, q.quarter,
    indicator_code, any_value(indicator) as indicator,
    any_value(value) filter (where measure = 'goal' and f.quarter = q.quarter) as goal,
    any_value(quality) filter (where measure = 'goal' and f.quarter = q.quarter) as goal_quality,
    any_value(value) filter (where measure = 'achieved' and f.quarter = q.quarter) as achieved,
    any_value(quality) filter (where measure = 'achieved' and f.quarter = q.quarter) as achieved_quality,
    any_value(value) filter (where measure = 'annual_goal') as annual_goal,
    any_value(quality) filter (where measure = 'annual_goal') as annual_goal_quality,
    arg_max(document_sha256, measure = 'achieved' and f.quarter = q.quarter) as document_sha256,
    arg_max(document_file, measure = 'achieved' and f.quarter = q.quarter) as document_file
from figure f cross join (select unnest([1, 2, 3, 4]) as quarter) q
where f.quarter = q.quarter or f.measure = 'annual_goal'
group by all;
alter table marts.fct_measurement add column goal_document_sha256 varchar;
alter table marts.fct_measurement add column achieved_document_sha256 varchar;
update marts.fct_measurement set goal_document_sha256 = document_sha256, achieved_document_sha256 = document_sha256;
create view marts.measurements as select * from marts.fct_measurement;
create view marts.measurement_history as select * from marts.fct_measurement;
"""


@dataclass
class Bench:
    """A home whose landing is filled bit by bit, and releases of it."""

    home: Home
    landed: int = 0

    def land(self, *documents: Landed) -> None:
        if not self.landed:
            landing_fixture.fill(self.home.landing, documents)
        else:
            with duckdb.connect(str(self.home.landing)) as connection:
                for one in documents:
                    landing_fixture._land(connection, one)
        self.landed += len(documents)

    def candidate(self, mark: str = "mark") -> Candidate:
        made = new_candidate(self.home, mark)
        with duckdb.connect(str(made.database)) as connection:
            connection.execute(f"attach '{self.home.landing}' as landed (read_only)")
            connection.execute(MARTS)
        return made

    def compared(self, code: str = "code", mark: str = "mark") -> tuple[Candidate, Difference]:
        made = self.candidate(mark)
        return made, compare(self.home, made.database, code)

    def plan(self, code: str = "code", mark: str = "mark", limits: HoldLimits | None = None) -> ReleasePlan:
        made, difference = self.compared(code, mark)
        reasons = reasons_to_hold(difference, limits or HoldLimits())
        verdict = release_fixture.passed(made)
        return plan_release(self.home, made, code_version=code, fingerprint=mark, audit=verdict,
                            difference=difference, held_for=reasons)  # fmt: skip

    def publish(self, mark: str = "mark") -> str:
        plan = replace(self.plan(mark=mark), held_for=())
        return publish(self.home, plan).release_id

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(Home.at(tmp_path).create())
    made.land(FIRST)
    made.publish()
    return made


def counted(difference: Difference) -> set[tuple[str, str, str, int, int]]:
    return {(c.kind, c.cause, c.measure, c.figures, c.closed) for c in difference.counts}


def drop_rows(landed: Landed, kept: Iterable[int]) -> Landed:
    """Give a later reading of a document that has lost rows."""
    e = landed.extraction
    fewer = replace(e, rows=tuple(e.rows[n] for n in kept), extractor="newer")
    return replace(landed, extraction=fewer, recorded_at=landed.recorded_at.replace(year=2025))


def test_the_first_release_is_new_as_a_whole(bench: Bench) -> None:
    assert bench.ask("select kind, cause, measure, figures from marts.release_difference order by all") == [
        ("added", "document_added", "achieved", 10),
        ("added", "document_added", "annual_goal", 10),
        ("added", "document_added", "goal", 40),
    ]
    assert bench.ask("select count(*) from marts.release_change") == [(0,)]
    (release,) = list_releases(bench.home)
    assert release.difference["base"] is None
    assert release.difference["added"] == 60


def test_the_same_again_differs_in_nothing(bench: Bench) -> None:
    _, difference = bench.compared()
    assert difference.is_empty
    assert (difference.rows_before, difference.rows_after) == (40, 40)


def test_a_new_report_adds_and_restates_closed_quarters(bench: Bench) -> None:
    bench.land(SECOND)
    _, difference = bench.compared()
    assert counted(difference) == {
        ("added", "document_added", "achieved", 1, 0),
        ("changed", "document_added", "achieved", 1, 1),
    }
    (change,) = difference.largest
    assert (change.indicator_code, change.quarter, change.old_value, change.new_value) == ("1.1", 1, 1.0, 7.0)
    assert difference.loss == Loss(0, 40, 0, 10, 1, 20)


def test_a_release_that_does_not_tell_what_went_in_is_compared_as_well(bench: Bench) -> None:
    with duckdb.connect(str(bench.home.warehouse)) as connection:
        connection.execute("drop table marts.release_document")
    bench.land(SECOND)
    _, difference = bench.compared()
    assert counted(difference) == {
        ("added", "document_added", "achieved", 1, 0),
        ("changed", "document_added", "achieved", 1, 1),
    }
    assert [d.file for d in difference.documents] == ["second.pdf"]


def test_another_municipality_leaves_the_first_alone(bench: Bench) -> None:
    bench.land(OTHER)
    _, difference = bench.compared()
    assert {(c.kind, c.cause) for c in difference.counts} == {("added", "document_added")}


def test_a_withdrawal_is_told_with_its_reason_and_holds_nothing(bench: Bench) -> None:
    bench.land(SECOND)
    bench.publish()
    withdraw(bench.home, FIRST.extraction.sha256, "wrong annex", "Ana")
    _, difference = bench.compared()
    assert {(c.kind, c.cause) for c in difference.counts} == {("removed", "withdrawn")}
    assert [(d.file, d.cause, d.reason) for d in difference.documents] == [("first.pdf", "withdrawn", "wrong annex")]
    assert reasons_to_hold(difference, HoldLimits(0, 0, 0)) == ()
    bench.publish()
    reinstate(bench.home, FIRST.extraction.sha256, "", "Ana")
    _, difference = bench.compared()
    assert {(c.kind, c.cause) for c in difference.counts} == {("added", "reinstated")}


def decision(field: str, expect: float, **decided: object) -> Correction:
    return parse_correction(
        {"document": FIRST.extraction.sha256[:16], "page": 1, "indicator": "1.3", "field": field, "expect": expect,
         "reason": "r", "evidence": {"page": 1, "shows": "4"}, "by": "Ana", "date": date(2024, 1, 1), **decided},
        "one.yml, entry 1",
    )  # fmt: skip


def test_a_correction_is_told_as_one(bench: Bench) -> None:
    apply_corrections(bench.home, [decision("achieved.1", 3, value=4)])
    _, difference = bench.compared()
    assert counted(difference) == {("changed", "correction", "achieved", 1, 1)}
    assert reasons_to_hold(difference, HoldLimits(0, 0, 0)) == ()


@pytest.mark.parametrize("decided", [{"value": 4}, {"drop": True}, {"flag": True}], ids=lambda d: next(iter(d)))
def test_what_a_person_decided_is_told_from_what_other_code_does(bench: Bench, decided: dict[str, object]) -> None:
    apply_corrections(bench.home, [decision("achieved.1", 3, **decided)])
    _, difference = bench.compared(code="other code")
    assert {(c.cause, c.measure, c.figures) for c in difference.counts} == {("correction", "achieved", 1)}
    bench.publish()
    apply_corrections(bench.home, [])
    _, difference = bench.compared(code="other code")
    assert {(c.cause, c.measure, c.figures) for c in difference.counts} == {("correction", "achieved", 1)}


def test_a_correction_hides_nothing_that_other_code_does(bench: Bench) -> None:
    apply_corrections(bench.home, [decision("achieved.1", 3, value=4)])
    made = bench.candidate()
    with duckdb.connect(str(made.database)) as connection:
        connection.execute("update marts.fct_measurement set achieved = 5 where indicator_code in ('1.3', '1.4')")
    difference = compare(bench.home, made.database, "other code")
    assert {(c.kind, c.cause, c.new_value) for c in difference.largest} == {("changed", "code", 5)}
    assert {c.indicator_code for c in difference.largest} == {"1.3", "1.4"}


def test_another_reading_is_told_as_one_and_held_where_it_loses_too_much(bench: Bench) -> None:
    bench.land(drop_rows(FIRST, range(8)))
    _, difference = bench.compared()
    assert {(c.kind, c.cause) for c in difference.counts} == {("removed", "reading")}
    assert difference.loss == Loss(8, 40, 2, 10, 4, 20)
    reasons = reasons_to_hold(difference, HoldLimits())
    assert len(reasons) == 2
    assert "8 of 40 rows" in reasons[0]
    assert "INDICADORES_HOLD_LOST_ROWS_PCT allows 5 %" in reasons[0]
    assert reasons_to_hold(difference, HoldLimits(20, 20, 20)) == ()


def test_one_code_in_two_plans_of_a_year_is_compared_within_its_plan(bench: Bench) -> None:
    old = document("old", [row("9.1", goal=[10, 20, 30, 40])], days=1, plan="2021-2024")
    new = document("new", [row("9.1", goal=[None, None, None, 50])], days=2, quarter=4, plan="2024-2027")
    bench.land(old, new)
    bench.publish("two plans")
    fewer = replace(new.extraction, rows=(row("9.1", goal=[None, None, None, 5]),), extractor="newer")
    bench.land(replace(new, extraction=fewer, recorded_at=new.recorded_at.replace(year=2025)))
    _, difference = bench.compared()
    assert [(c.plan, c.quarter, c.old_value, c.new_value) for c in difference.largest] == [("2024-2027", 4, 50, 5)]
    assert counted(difference) == {("changed", "reading", "goal", 1, 1)}


def test_a_plan_that_is_learned_later_changes_no_figure(bench: Bench) -> None:
    told = replace(FIRST.extraction, header=replace(FIRST.extraction.header, plan="2021-2024"), extractor="newer")
    bench.land(replace(FIRST, extraction=told, recorded_at=FIRST.recorded_at.replace(year=2025)))
    candidate, difference = bench.compared()
    assert difference.is_empty
    assert difference.loss.lost_rows == 0
    with duckdb.connect(str(candidate.database), read_only=True) as connection:
        assert connection.execute("select distinct plan from marts.measurements").fetchall() == [("2021-2024",)]


def test_a_release_that_tells_no_plans_is_compared_without_them(bench: Bench) -> None:
    with duckdb.connect(str(bench.home.warehouse)) as connection:
        connection.execute("drop view marts.measurements; drop view marts.measurement_history")
        for table in ("fct_measurement", "dim_document"):
            connection.execute(f"alter table marts.{table} drop column plan")
        connection.execute("create view marts.measurements as select * from marts.fct_measurement")
    told = replace(FIRST.extraction, header=replace(FIRST.extraction.header, plan="2021-2024"), extractor="newer")
    bench.land(replace(FIRST, extraction=told, recorded_at=FIRST.recorded_at.replace(year=2025)))
    _, difference = bench.compared()
    assert difference.is_empty


def test_every_cause_has_words() -> None:
    assert {"withdrawn", "correction", "code", "unknown"} < set(CAUSES)


def test_values_of_another_quality_are_told(bench: Bench) -> None:
    e = FIRST.extraction
    doubted = [replace(r, annual_goal=landing_fixture.value(100, "disputed", "sum")) for r in e.rows]
    again = replace(FIRST, extraction=replace(e, rows=tuple(doubted), extractor="newer"))
    bench.land(replace(again, recorded_at=FIRST.recorded_at.replace(year=2025)))
    _, difference = bench.compared()
    assert counted(difference) == {("requalified", "reading", "annual_goal", 10, 0)}


def test_limits_come_from_the_environment_and_a_wrong_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDICADORES_HOLD_CLOSED_CHANGES_PCT", "3.5")
    assert HoldLimits.from_env() == HoldLimits(5, 5, 3.5)
    monkeypatch.setenv("INDICADORES_HOLD_LOST_ROWS_PCT", "lots")
    with pytest.raises(WrongSettingError, match="INDICADORES_HOLD_LOST_ROWS_PCT is 'lots'"):
        HoldLimits.from_env()


@pytest.fixture
def losing(bench: Bench) -> Bench:
    """A bench whose next release loses two of ten indicators, and is held."""
    bench.land(drop_rows(FIRST, range(8)))
    hold(bench.home, bench.plan(mark="fewer"))
    return bench


def test_a_held_release_is_kept_beside_what_is_published(losing: Bench) -> None:
    waiting = held_release(losing.home)
    assert waiting is not None
    assert len(waiting.held_for) == 2
    assert losing.ask("select count(*) from marts.measurements") == [(40,)]
    assert "2 of 10 indicators are gone" in (waiting.folder / "difference.html").read_text(encoding="utf-8")
    assert not needs_release(losing.home, "fewer")
    assert needs_release(losing.home, "something else")


def test_a_release_that_is_to_be_held_cannot_be_published(bench: Bench) -> None:
    bench.land(drop_rows(FIRST, range(8)))
    with pytest.raises(UnpublishableError, match="is to be held"):
        publish(bench.home, bench.plan())


def test_a_person_allows_it_with_a_reason(
    losing: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoReasonError):
        allow(losing.home, "", "Ana")
    released = allow(losing.home, "two were dropped from the plan", "Ana")
    assert losing.ask("select count(*) from marts.measurements") == [(32,)]
    assert released.published
    assert released.allowed is not None
    assert (released.allowed["reason"], released.allowed["by"]) == ("two were dropped from the plan", "Ana")
    monkeypatch.setenv("INDICADORES_HOME", str(losing.home.root))
    assert show_releases(as_json=False) == 0
    assert f"{released.release_id} was held; Ana allowed it on" in capsys.readouterr().out
    assert held_release(losing.home) is None
    with pytest.raises(NoHeldReleaseError):
        allow(losing.home, "again", "Ana")
    assert not needs_release(losing.home, "fewer")


def test_a_person_refuses_it_and_the_same_is_not_built_again(losing: Bench) -> None:
    refuse(losing.home, "the reader is wrong", "Ana")
    assert held_release(losing.home) is None
    assert losing.ask("select count(*) from marts.measurements") == [(40,)]
    assert [(r["fingerprint"], r["reason"]) for r in refusals(losing.home)] == [("fewer", "the reader is wrong")]
    assert not needs_release(losing.home, "fewer")
    assert needs_release(losing.home, "something else")
    with pytest.raises(NoHeldReleaseError):
        refuse(losing.home, "again", "Ana")


def test_a_refusal_stands_until_another_release_is_published(losing: Bench) -> None:
    refused = refuse(losing.home, "the reader is wrong", "Ana")
    standing = standing_refusal(losing.home)
    assert standing is not None
    assert standing["release_id"] == refused.release_id
    losing.land(SECOND)
    publish(losing.home, replace(losing.plan(mark="second"), held_for=()))
    assert standing_refusal(losing.home) is None


def test_a_held_release_compared_with_another_one_is_not_allowed(losing: Bench) -> None:
    first = published_id(losing.home)
    losing.land(SECOND)
    plan = replace(losing.plan(mark="second"), held_for=())
    publish(losing.home, plan)
    hold(losing.home, replace(losing.plan(mark="third"), held_for=("to be looked at",)))
    assert first is not None
    rollback(losing.home, first)
    with pytest.raises(StaleHeldReleaseError, match="is not published any more"):
        allow(losing.home, "r", "Ana")
    assert needs_release(losing.home, "third")


def test_what_is_published_later_supersedes_what_is_held(losing: Bench) -> None:
    with open_landing(losing.home) as connection:
        connection.execute("update gate set passed = false where extraction_id like '%newer%'")
    losing.publish("whole again")
    assert held_release(losing.home) is None


def test_a_newer_held_release_takes_the_place_of_the_older(losing: Bench) -> None:
    hold(losing.home, losing.plan(mark="fewer still"))
    assert len([f for f in losing.home.held.iterdir() if f.is_dir()]) == 1
    waiting = held_release(losing.home)
    assert waiting is not None
    assert waiting.fingerprint == "fewer still"


KILLED = """
import os, signal, warehouse.release as release
from warehouse.home import Home
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(release, sys.argv[2], die)
release.allow(Home.at(sys.argv[1]), "r", "Ana")
"""


@pytest.mark.parametrize(("step", "published"), [("mark_allowed", False), ("_switch", False), ("_keep", True)])
def test_allowing_that_is_killed_is_completed_by_the_next_run(losing: Bench, step: str, published: bool) -> None:
    before, waiting = published_id(losing.home), held_release(losing.home)
    assert waiting is not None
    process = release_fixture.start(KILLED, losing.home.root, step)
    process.communicate()
    assert process.returncode == -9
    assert (published_id(losing.home) == waiting.release_id) is published
    recover(losing.home)
    if published:
        assert held_release(losing.home) is None
        assert waiting.release_id in [r.release_id for r in list_releases(losing.home)]
    else:
        assert published_id(losing.home) == before
        assert allow(losing.home, "r", "Ana").release_id == waiting.release_id
    assert list(losing.home.candidates.iterdir()) == []


def test_the_difference_is_in_the_manifest_the_tables_and_a_page_that_needs_nothing_else(bench: Bench) -> None:
    bench.land(SECOND)
    bench.publish()
    newest = list_releases(bench.home)[0]
    said = json.loads((newest.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (said["difference"]["changed"], said["difference"]["added"]) == (1, 1)
    assert bench.ask("select indicator_code, old_value, new_value, cause from marts.release_change") == [
        ("1.1", 1.0, 7.0, "document_added")
    ]
    page = (newest.folder / "difference.html").read_text(encoding="utf-8")
    assert "1.1" in page
    assert "<h2>The change</h2>" in page
    assert "+600.0\u00a0%" in page
    assert not any(sign in page for sign in ("http", "<script", "<link", "src=", "url("))
    assert {"release_difference.parquet", "release_change.parquet", "release_document.parquet", "difference.html"} < {
        *newest.checksums
    }


def test_names_in_a_page_are_text(tmp_path: Path) -> None:
    bench = Bench(Home.at(tmp_path).create())
    bench.land(document("<b>x", [row("1.1", achieved=[1], indicator="<script>alert(1)</script>")]))
    bench.publish()
    bench.land(document("later", [row("1.1", achieved=[2], indicator="<script>alert(1)</script>")], days=1, quarter=2))
    bench.publish()
    page = (list_releases(bench.home)[0].folder / "difference.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_two_who_allow_at_once_publish_once(losing: Bench) -> None:
    both = "from warehouse.release import allow; from warehouse.home import Home; allow(Home.at(sys.argv[1]), 'r', 'A')"
    processes: list[subprocess.Popen[str]] = [release_fixture.start(both, losing.home.root) for _ in range(2)]
    for process in processes:
        process.communicate()
    assert sorted(p.returncode for p in processes) == [0, 1]
    assert losing.ask("select count(*) from marts.measurements") == [(32,)]
    assert len(list_releases(losing.home)) == 2


@pytest.mark.parametrize(
    ("value", "quality", "shown"),
    [(1100.0, "disputed", "1,100 (disputed)"), (None, "missing", "missing"), (11.0, "confirmed", 11.0)],
)
def test_the_page_tells_which_figures_are_in_doubt(value: float | None, quality: str, shown: object) -> None:
    assert _told(value, quality) == shown
