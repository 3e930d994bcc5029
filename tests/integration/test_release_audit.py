from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from release_fixture import start

from ingest.indicators import Quality, Value
from tests.landed_documents import archived, extraction, home_at, row, value
from warehouse import changed
from warehouse.errors import UnpublishableError
from warehouse.frames import release_frames
from warehouse.gate import Suite, Verdict, audit_release, judge_landing
from warehouse.home import Home
from warehouse.landing import land, open_landing
from warehouse.release import Candidate, fingerprint, needs_release, new_candidate, plan_release, publish
from warehouse.status import status
from warehouse.verdicts import judge

MARTS = """
create schema marts;
create table marts.dim_municipality as select 'm' as municipality_id, 'Tulum' as municipality;
create table marts.dim_program as select 'p' as program_id, '1.4' as program_code;
create table marts.dim_document as
select
    document_sha256, file as document_file, kind, pages, 'm' as municipality_id, 'p' as program_id,
    fiscal_year as stated_in_year, e.quarter as stated_in_quarter, row_count, received_at,
    false as is_withdrawn, false as is_held
from landing.current_extraction e join landing.document using (document_sha256);
create table marts.measurement_history as
select
    'Tulum' as municipality, 'Quintana Roo' as state, '1.4' as program_code, r.code as indicator_code, r.indicator,
    null::varchar as plan, e.fiscal_year, q.quarter, g.value as goal, g.quality as goal_quality, a.value as achieved,
    a.quality as achieved_quality, y.value as annual_goal, y.quality as annual_goal_quality,
    case when g.value <> 0 then 100 * a.value / g.value end as progress_pct,
    d.document_sha256, d.file as document_file, r.page
from landing.current_extraction e
join landing.document d using (document_sha256)
join landing.row r using (extraction_number)
cross join (select unnest([1, 2, 3, 4]) as quarter) q
left join landing.value g on g.extraction_number = r.extraction_number and g.row_number = r.row_number
    and g.measure = 'goal' and g.quarter = q.quarter
left join landing.value a on a.extraction_number = r.extraction_number and a.row_number = r.row_number
    and a.measure = 'achieved' and a.quarter = q.quarter
left join landing.value y on y.extraction_number = r.extraction_number and y.row_number = r.row_number
    and y.measure = 'annual_goal'
where not exists (
    select 1 from landing.quarantine h
    where h.extraction_id = e.extraction_id and h.row_number = r.row_number and h.stage = 'landing_suite'
);
create table marts.measurements as select * from marts.measurement_history;
create table marts.fct_measurement as select 1 as x;
create table marts.dim_indicator as select 1 as x;
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give a home of the test's own."""
    return filled_home(tmp_path)


def filled_home(folder: Path) -> Home:
    """Make a home with a document of four rows, of which one is held and two are not ordinary."""
    home = home_at(folder)
    document = archived(home)
    disputed = replace(value(7), quality=Quality.DISPUTED, reason="sum")
    blank = Value(None, None, Quality.MISSING)
    rows = (
        row("1.1"),
        replace(row("1.2"), goal=(value(0), disputed, blank, value(4)), annual_goal=disputed),
        replace(row("1.3"), achieved=(value(1), blank, blank, blank)),
        row(None),
    )
    with open_landing(home) as connection:
        land(connection, document, extraction(document, rows))
    judge_landing(home)
    return home


def candidate_of(home: Home, *changes: str) -> Candidate:
    """Build the marts as dbt would, and then do to them what a wrong model might."""
    candidate = new_candidate(home, fingerprint(home, "code"))
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute(f"attach '{home.landing}' as landing (read_only)")
        connection.execute(MARTS)
        for change in changes:
            connection.execute(change)
    return candidate


def audit(home: Home, *changes: str) -> Verdict:
    candidate = candidate_of(home, *changes)
    return audit_release(home, candidate.database, candidate.release_id)


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if not check.passed}


def test_marts_that_say_what_landed_pass_with_every_expectation(home: Home) -> None:
    verdict = audit(home)
    assert (failed(verdict), verdict.passed) == (set(), True)
    assert verdict.evaluated == sum(len(s["expectations"]) for s in Suite.load("release").frames.values())
    sizes = {check.frame: check.evaluated for check in verdict.checks}
    assert sizes == {"document": 1, "admitted_row": 3, "statement": 27, "measurement": 12}


ONE = "where indicator_code = '1.1' and quarter = 1"
HISTORY, BEST = "update marts.measurement_history set", "update marts.measurements set"
WRONG = {
    "a document that never landed": (
        "document_is_landed",
        "insert into marts.dim_document select * replace ('other' as document_sha256) from marts.dim_document",
    ),
    "a document that is lost": ("document_is_published", "delete from marts.dim_document"),
    "a row that is lost": ("row_is_not_lost", "delete from marts.measurement_history where indicator_code = '1.1'"),
    "a figure that nobody stated": ("published_value_is_landed", f"{HISTORY} indicator_code = '9' {ONE}"),
    "a figure that was changed": ("published_value_is_as_landed", f"{HISTORY} goal = 99 {ONE}"),
    "an annual goal that was changed": (
        "published_value_is_as_landed",
        f"{HISTORY} annual_goal = 99 where indicator_code = '1.1'",
    ),
    "a blank that became a number": (
        "published_value_has_a_landed_number",
        f"{HISTORY} goal = 0 where indicator_code = '1.2' and quarter = 3",
    ),
    "a number that became a blank": ("landed_number_is_published", f"{HISTORY} achieved = null {ONE}"),
    "a dispute that was settled by no one": (
        "doubt_is_published",
        f"{HISTORY} goal_quality = 'confirmed' where goal_quality = 'disputed'",
    ),
    "a statement twice": (
        "statement_is_unique",
        f"insert into marts.measurement_history from marts.measurement_history {ONE}",
    ),
    "a measurement twice": ("measurement_is_unique", f"insert into marts.measurements from marts.measurements {ONE}"),
    "no quarter": ("quarter_is_present", f"{BEST} quarter = null {ONE}"),
    "a fifth quarter": ("quarter_is_1_to_4", f"{BEST} quarter = 5 {ONE}"),
    "no year": ("fiscal_year_is_present", f"{BEST} fiscal_year = null {ONE}"),
    "no code": ("code_is_present", f"{BEST} indicator_code = null {ONE}"),
    "a good goal without number": ("good_goal_has_a_number", f"{BEST} goal = null {ONE}"),
    "a good result without number": ("good_achieved_has_a_number", f"{BEST} achieved = null {ONE}"),
    "a good goal from nowhere": ("good_goal_is_landed", f"{BEST} goal = 99 {ONE}"),
    "a good goal that was disputed": (
        "good_goal_is_landed",
        f"{BEST} goal_quality = 'confirmed' where goal_quality = 'disputed'",
    ),
    "a good result from nowhere": ("good_achieved_is_landed", f"{BEST} achieved = 99 {ONE}"),
    "no document": ("measurement_names_its_document", f"{BEST} document_sha256 = null {ONE}"),
    "no page": ("number_names_its_page", f"{BEST} page = null {ONE}"),
    "a wrong progress": ("progress_is_achieved_by_goal", f"{BEST} progress_pct = 100.01 {ONE}"),
    "no progress": ("progress_is_computed", f"{BEST} progress_pct = null {ONE}"),
    "a progress by a goal of 0": ("goal_0_gives_no_progress", f"{BEST} progress_pct = 100 where goal = 0"),
    "a progress by a blank": ("goal_0_gives_no_progress", f"{BEST} progress_pct = 0 where goal is null"),
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """Give the verdict on the marts of each case; all are judged in one go, which is quicker."""
    home = filled_home(tmp_path_factory.mktemp("cases"))
    frames = []
    for case, (_, change) in WRONG.items():
        with duckdb.connect() as connection:
            connection.execute(f"attach '{candidate_of(home, change).database}' as warehouse (read_only)")
            connection.execute(f"attach '{home.landing}' as landed (read_only)")
            connection.execute("use warehouse")
            frames.append(release_frames(connection, case))
    together = {name: pd.concat([f[name] for f in frames], ignore_index=True) for name in frames[0]}
    return dict(zip(WRONG, judge(Suite.load("release"), together, WRONG), strict=True))


@pytest.mark.parametrize("case", WRONG)
def test_marts_that_say_something_else_are_not_published(audited: Mapping[str, Verdict], case: str) -> None:
    verdict = audited[case]
    assert not verdict.passed
    assert WRONG[case][0] in failed(verdict)
    assert all(held.row_number is None for held in verdict.held)


def test_every_expectation_of_the_release_has_a_case_that_it_fails() -> None:
    names = {e["meta"]["name"] for s in Suite.load("release").frames.values() for e in s["expectations"]}
    assert names == {name for name, _ in WRONG.values()}


def test_marts_that_lack_a_column_are_refused_by_name(home: Home) -> None:
    with pytest.raises(UnpublishableError, match="goal_quality"):
        audit(home, "alter table marts.measurement_history drop column goal_quality")
    with pytest.raises(UnpublishableError, match="dim_document"):
        audit(home, "drop table marts.dim_document")


def test_auditing_reads_and_writes_nothing(home: Home) -> None:
    candidate = candidate_of(home)
    before = (home.landing.read_bytes(), candidate.database.read_bytes())
    audit_release(home, candidate.database, candidate.release_id)
    assert (home.landing.read_bytes(), candidate.database.read_bytes()) == before


def published(home: Home) -> None:
    candidate, mark = candidate_of(home), fingerprint(home, "code")
    verdict = audit_release(home, candidate.database, candidate.release_id)
    publish(home, plan_release(home, candidate, code_version="code", fingerprint=mark, audit=verdict))


def test_the_same_documents_code_and_suites_need_no_new_release(home: Home) -> None:
    published(home)
    assert not needs_release(home, fingerprint(home, "code"))
    assert needs_release(home, fingerprint(home, "other code"))
    with open_landing(home) as connection:
        other = archived(home, "b.pdf", b"another")
        land(connection, other, extraction(other))
    assert not needs_release(home, fingerprint(home, "code"))  # not judged yet
    judge_landing(home)
    assert needs_release(home, fingerprint(home, "code"))


def test_the_state_of_a_home_tells_documents_quarantine_and_review(home: Home) -> None:
    found = status(home)
    (document,) = found.documents
    assert (document.state, document.rows, document.held_rows) == ("admitted", 4, 1)
    assert document.qualities["disputed"] == 2
    assert [(q.stage, q.reason) for q in found.quarantine] == [("landing_suite", "code_is_known")]
    assert [(r.code, r.measure, r.quarter, r.value, r.reason) for r in found.review] == [
        ("1.2", "annual_goal", None, 7.0, "sum"),
        ("1.2", "goal", 2, 7.0, "sum"),
    ]


HOLDS = "import duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_while_a_refresh_writes_the_state_is_that_of_the_published_file(home: Home) -> None:
    published(home)
    writer = start(HOLDS, home.landing)
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == "open"
    try:
        found = status(home, patience=0.2)
    finally:
        writer.communicate("")
    assert (found.landing_busy, found.quarantine) == (True, ())
    assert [(d.file, d.state, d.municipality) for d in found.documents] == [("report.pdf", "published", "Tulum")]
    assert [(r.code, r.measure, r.quarter) for r in found.review] == [("1.2", "goal", 2)]
    assert found.release is not None
    assert found.release.published
    assert not status(home, patience=0.2).landing_busy


BUILT = """
create table marts.mart_build as select 'm' as municipality_id, '{fingerprint}' as fingerprint;
create table marts.fct_measurement_history as select 'm' as municipality_id from marts.measurement_history;
"""


def published_with(home: Home, fingerprint: str, code: str = "code") -> None:
    candidate = candidate_of(home, BUILT.format(fingerprint=fingerprint))
    verdict = audit_release(home, candidate.database, candidate.release_id)
    publish(home, plan_release(home, candidate, code_version=code, fingerprint=fingerprint, audit=verdict))


@pytest.mark.parametrize(
    ("fingerprint", "code", "looked_at"), [("same", "code", 0), ("other", "code", 27), ("same", "older code", 27)]
)
def test_what_is_built_from_the_same_by_the_same_code_is_not_audited_again(
    home: Home, fingerprint: str, code: str, looked_at: int
) -> None:
    published_with(home, "same", code)
    candidate = candidate_of(home, BUILT.format(fingerprint=fingerprint))
    verdict = audit_release(home, candidate.database, candidate.release_id, "code")
    sizes = {check.frame: check.evaluated for check in verdict.checks}
    assert (sizes["document"], sizes["statement"], verdict.passed) == (1, looked_at, True)


def test_what_is_audited_in_parts_is_audited_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed, "_AT_ONCE", 1)
    other = (
        BUILT.format(fingerprint="f"),
        "insert into marts.mart_build values ('n', 'f')",
        "insert into marts.dim_municipality values ('n', 'Bacalar')",
        "insert into marts.fct_measurement_history values ('n')",
    )
    whole = audit(home, *other)
    sizes = {check.frame: check.evaluated for check in whole.checks}
    assert sizes == {"document": 1, "admitted_row": 3, "statement": 27, "measurement": 12}
    assert whole.passed
    spoilt = audit(home, *other, "update marts.measurement_history set goal = goal + 1 where goal is not null")
    assert not spoilt.passed
    assert "published_value_is_as_landed" in failed(spoilt)
