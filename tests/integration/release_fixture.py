"""Candidates made by hand, and processes that publish them: for tests of publishing, not of what is published."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.home import Home
from warehouse.release import Candidate, Release, new_candidate, plan_release, publish
from warehouse.release_build import STORAGE_VERSION
from warehouse.verdicts import Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 20_000
"""Rows of each candidate's fact table: enough that building it takes a while."""


def make_candidate(home: Home, number: int, rows: int = ROWS) -> Candidate:
    """Build a candidate in which every row of every table carries `number`."""
    candidate = new_candidate(home, f"{number:08x}", START + timedelta(seconds=number))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{candidate.database}' as warehouse (storage_version '{STORAGE_VERSION}')")
        connection.execute("use warehouse; create schema marts")
        connection.execute(
            f"create table marts.fct_measurement as select i::integer as id, {number} as number from range({rows}) t(i)"
        )
        connection.execute("comment on table marts.fct_measurement is 'One row per indicator''s quarter'")
        connection.execute("comment on column marts.fct_measurement.number is 'Número'")
        connection.execute(
            f"create table marts.dim_indicator (id integer primary key, number integer not null);"
            f"insert into marts.dim_indicator select i, {number} from range({rows // 10}) t(i)"
        )
        connection.execute(
            f"create table marts.dim_document as select 'sha-{number}' as document_sha256,"
            " false as is_withdrawn, false as is_held"
        )
        connection.execute(
            "create view warehouse.marts.measurements as (with m as (select * from warehouse.marts.fct_measurement)"
            " select m.id as \"the id\", m.number, 'x AS warehouse.marts.y' as text"
            " from m where exists (select 1 from warehouse.marts.dim_indicator d where d.id = m.id // 10))"
        )
        connection.execute(
            'create view marts.measurement_history as select number from warehouse.marts.measurements order by "the id"'
        )
        connection.execute("comment on view marts.measurements is 'Flat'")
    return candidate


def passed(candidate: Candidate) -> Verdict:
    """Make the verdict of an audit that found nothing."""
    return Verdict(candidate.release_id, "release", "test", True, (), ())


def publish_number(home: Home, number: int, keep: int = 8, rows: int = ROWS) -> Release:
    """Build and publish a candidate of `number`; its fingerprint is `f<number>`."""
    candidate = make_candidate(home, number, rows)
    plan = plan_release(home, candidate, code_version="c", fingerprint=f"f{number}", audit=passed(candidate))
    return publish(home, plan, keep=keep)


def published_number(path: Path) -> int:
    """Read a published file as any program would, and give the one number that all of it must carry."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "select distinct number from (select number from marts.fct_measurement union all"
            " select number from marts.dim_indicator union all select number from marts.measurement_history"
            " union all select substr(document_sha256, 5)::integer from marts.dim_document"
            " union all select ('0x' || right(release_id, 8))::integer from marts.release)"
        ).fetchall()
        (count,) = connection.execute("select count(*) from marts.measurements").fetchall()[0]
    assert len(found) == 1, found
    assert count > 0
    return int(found[0][0])


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start Python on a script that may import this module."""
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    setup = f"import sys; sys.path[:0] = {folders!r}\n"
    return subprocess.Popen(
        [sys.executable, "-c", setup + script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
