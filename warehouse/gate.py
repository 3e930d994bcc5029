"""The gate: what has landed is judged before dbt may see it, and a candidate's marts before they are published.

Here belongs when a suite is run, on what, and the record of its verdict. Not here: how a suite is run and decides
(`verdicts`), or what it expects (`suites/*.json`).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse import expectations
from warehouse.changed import EVERYTHING, parts, where_changed
from warehouse.data_docs import build_data_docs
from warehouse.errors import SuiteError, UnpublishableError
from warehouse.frames import Frames, landing_frames, release_frames
from warehouse.home import Home
from warehouse.landing import identity, utc_now
from warehouse.landing_database import append, open_landing, transaction
from warehouse.verdicts import Check, Held, Suite, Verdict, judge, together

__all__ = [
    "Check",
    "Held",
    "Suite",
    "Verdict",
    "audit_release",
    "build_data_docs",
    "judge_landing",
    "record",
    "unjudged",
]

STAGE = "landing_suite"


def unjudged(connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[str]:
    """Give the extractions that this version of the suite has not judged yet, oldest first.

    After a change of the suite that is every extraction: an older one counts again where a newer one fails. One whose
    corrections have changed since is another one to the suite.
    """
    found = connection.execute(
        "select e.extraction_id from extraction e"
        " left join (select extraction_id, max(recorded_at) as judged_at from gate"
        "   where suite = ? and suite_version = ? group by all) g using (extraction_id)"
        " left join (select extraction_id, max(recorded_at) as corrected_at from correction group by all) c"
        "   using (extraction_id)"
        " where judged_at is null or corrected_at > judged_at"
        " order by e.recorded_at, e.extraction_id",
        [suite.name, suite.version],
    ).fetchall()
    return [name for (name,) in found]


def judge_landing(home: Home, extraction_ids: Sequence[str] | None = None) -> list[Verdict]:
    """Judge what has landed and was not judged (or the given extractions) and record gate and quarantine.

    All are judged in one go, and the verdicts recorded in one transaction; the database is not kept open between.
    Great Expectations is imported only where there is something to judge.

    Raises:
        SuiteError: an expectation could not be evaluated, or an extraction is not in landing.
        LandingBusyError: another process keeps the landing database open.
    """
    suite = Suite.load("landing")
    with open_landing(home) as connection:
        names = unjudged(connection, suite) if extraction_ids is None else list(extraction_ids)
        if not names:
            return []
        frames = landing_frames(connection, names)
    unknown = set(names) - set(frames["document"]["subject"])
    if unknown:
        raise SuiteError(f"{', '.join(sorted(unknown))} is not in landing", "Land the document first")
    verdicts = judge(suite, frames, names, home.validations)
    with open_landing(home) as connection, transaction(connection):
        for verdict in verdicts:
            record(connection, verdict)
    return verdicts


def record(connection: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Write a verdict on an extraction; call it in a transaction.

    What an earlier version of the suite held of it is not held any more: its quarantine rows are replaced, and
    `row_hold` keeps from when to when each was held.
    """
    now = utc_now()
    _hold_rows(connection, verdict, now)
    connection.execute("delete from quarantine where stage = ? and extraction_id = ?", [STAGE, verdict.subject])
    (sha256, file) = connection.execute(
        "select document_sha256, file from extraction join document using (document_sha256) where extraction_id = ?",
        [verdict.subject],
    ).fetchall()[0]
    lines = [
        (
            identity(STAGE, verdict.subject, held.row_number, held.field, held.expectation),
            sha256,
            verdict.subject,
            held.row_number,
            file,
            STAGE,
            held.expectation,
            held.detail,
            held.expectation,
            held.observed,
            held.page,
            None,
            now,
        )
        for held in verdict.held
    ]
    append(connection, "quarantine", lines, ignore_known=True)
    counts = (verdict.evaluated, verdict.failed)
    judged = (verdict.subject, verdict.suite, verdict.suite_version, verdict.passed, *counts, now)
    append(connection, "gate", [judged])


def _hold_rows(connection: duckdb.DuckDBPyConnection, verdict: Verdict, now: datetime) -> None:
    """End the holds of rows that a verdict lets pass, and begin those of the rows that it holds and that were not held.

    What the first verdict on a reading holds of it has never counted.
    """
    said = {"subject": verdict.subject, "rows": sorted(verdict.held_rows), "now": now}
    connection.execute(
        "update row_hold set released_at = $now where extraction_id = $subject and released_at is null"
        " and not list_contains($rows::integer[], row_number)",
        said,
    )
    connection.execute(
        "insert into row_hold select extraction_id, document_sha256, held.row_number,"
        " case when exists (from gate g where g.extraction_id = $subject) then $now else recorded_at end, null"
        " from extraction, (select unnest($rows::integer[]) as row_number) held"
        " where extraction_id = $subject and not exists (from row_hold h where h.extraction_id = $subject"
        " and h.row_number = held.row_number and h.released_at is null)",
        said,
    )


def audit_release(home: Home, candidate: Path, subject: str, code_version: str | None = None) -> Verdict:
    """Run the release suite over the marts of the candidate database, beside what landed. Records nothing.

    Args:
        home: the home; its landing database is read.
        candidate: the database that dbt has built.
        subject: the release id.
        code_version: of the code that built it. With it only the municipalities are looked at in which the candidate
            differs from the published release, where that was built by the same code.

    Raises:
        UnpublishableError: the candidate lacks a mart or a column that every release must have.
        SuiteError: an expectation could not be evaluated.
    """
    suite = Suite.load("release")
    with open_landing(home, read_only=True):
        pass  # waits until no other process writes; attaching it below cannot wait
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(home.landing)}' as landed (read_only)")
        # Views name the database that they were made in, so that it must keep its name.
        connection.execute(f"attach '{_quoted(candidate)}' as {candidate.stem} (read_only)")
        connection.execute(f"use {candidate.stem}")
        try:
            where = _where(connection, home, candidate.stem, code_version)
            verdicts: list[Verdict] = []
            with closing(_frames_of(connection, subject, parts(connection, candidate.stem, where))) as coming:
                for frames in coming:
                    if verdicts:  # all documents are in the first part
                        frames["document"] = frames["document"].head(0)
                    verdicts += judge(suite, frames, [subject], home.validations)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            problem = f"{candidate} lacks something that each release must have: {error}"
            raise UnpublishableError(problem, "Build all models, then try again") from error
    return together(verdicts)


def _frames_of(
    connection: duckdb.DuckDBPyConnection, subject: str, conditions: Sequence[str]
) -> Generator[Frames, None, None]:
    """Give the frames of each part; DuckDB makes those of the next one while one is judged."""
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(release_frames, connection, subject, conditions[0])
        expectations.prepare()
        for condition in conditions[1:]:
            frames, coming = coming.result(), ahead.submit(release_frames, connection, subject, condition)
            yield frames
        yield coming.result()


def _where(connection: duckdb.DuckDBPyConnection, home: Home, candidate: str, code_version: str | None) -> str:
    if code_version is None or not home.warehouse.exists():
        return EVERYTHING
    connection.execute(f"attach '{_quoted(home.warehouse)}' as former_release (read_only)")
    return where_changed(connection, candidate, "former_release", code_version)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
