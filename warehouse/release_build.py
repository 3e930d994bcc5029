"""Building a release: name a candidate, plan what of it is published, write the files of the release.

The candidate's database becomes that of the release, byte by byte: what publishing costs must not follow the size of
the warehouse. Here belongs everything up to the finished folder. Not here: the switch (`release`), or what stands in
a database (`marts`), how Parquet is laid out (`parquet`), or what releases share (`blocks`).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ingest.documents import sha256_of
from warehouse import blocks
from warehouse.compare import difference_store
from warehouse.difference import DIFFERENCE_TABLES, Difference
from warehouse.difference_page import difference_page
from warehouse.errors import DamagedReleaseError, UnpublishableError
from warehouse.files import sync_file, sync_folder
from warehouse.home import Home
from warehouse.landing_database import open_landing
from warehouse.lock import held
from warehouse.manifest import (
    DATABASE,
    DIFFERENCE_PAGE,
    RECIPE,
    STAMP,
    Release,
    known_blocks,
    published_id,
    read_manifest,
    release_ids,
    write_manifest,
    write_recipe,
)
from warehouse.marts import SCHEMA, Mart, Marts, forget_database, read_marts
from warehouse.parquet import File, Former, changed_since, write_tables
from warehouse.spare import take_spare
from warehouse.verdicts import Suite, Verdict

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that must be able to read the published file."""

SWITCH_WAIT = 60.0
"""Seconds to wait for another process that switches or keeps blocks at this moment, which takes well under that."""

REQUIRED = frozenset({"fct_measurement", "dim_indicator", "dim_document", "measurements", "measurement_history"})
"""Tables and views without which nothing is published."""

_NO_CODE = frozenset({"target", "logs", "dbt_packages", "corrections"})
"""Folders that dbt writes, and what people decided, which the fingerprint holds by itself."""

_SOURCES = frozenset({".py", ".sql", ".yml", ".yaml", ".json", ".csv"})


BUILD = "build"
"""Folder of a candidate that has its database to itself."""

_OWN = ("release", *DIFFERENCE_TABLES)
"""Tables that a release has beside the marts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A private build. dbt writes `database`; `folder` holds, later, the files of the release."""

    release_id: str
    folder: Path
    database: Path


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """All that publishing needs to know, decided beforehand. `documents` are sha256s.

    `difference` is what it changes; None where nobody compared it. `held_for`: why it has to wait for a person.
    `former` is the release whose Parquet files are linked where nothing has changed, if there is one.
    """

    home: Home
    candidate: Candidate
    built_at: datetime
    code_version: str
    fingerprint: str
    documents: tuple[str, ...]
    marts: Marts
    difference: Difference | None = None
    held_for: tuple[str, ...] = ()
    former: Former | None = None


def fingerprint(home: Home, code_version: str) -> str:
    """Give the hash of all that decides what a release holds: admitted rows, corrections, code and suites."""
    admitted: list[tuple[str]] = []
    if home.landing.exists():
        with open_landing(home, read_only=True) as connection:
            admitted = connection.execute(
                "select concat_ws(' ', extraction_id, withdrawn_at) from known_extraction"
                " union all select concat_ws(' ', extraction_id, correction_id) from applied_correction order by all"
            ).fetchall()
    digest = hashlib.sha256()
    for part in (code_version, *(Suite.load(name).version for name in ("landing", "release"))):
        digest.update(f"{part}\n".encode())
    for (name,) in admitted:
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()


def code_version(*roots: Path) -> str:
    """Give a hash over the names and contents of the source files below `roots`, for `fingerprint`."""
    digest = hashlib.sha256()
    for root in roots:
        if not root.is_dir():
            raise NotADirectoryError(root)
        for path in sorted(p for p in root.rglob("*") if p.suffix in _SOURCES and _is_source(p, root)):
            digest.update(f"{root.name}/{path.relative_to(root).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def new_candidate(home: Home, fingerprint: str, now: datetime | None = None, database: Path | None = None) -> Candidate:
    """Make the folder of a private build and name it. The caller holds `home.refresh_lock`.

    `database` is where it is built, if not in its own folder.

    The id begins with the time, and no two ids with the same, so that ids sort by age. The database is called as the
    published one: dbt names it after its file.
    """
    moment = now or datetime.now(UTC)
    places = (place for place in (home.candidates, home.held, home.releases) if place.is_dir())
    taken = {folder.name.partition("-")[0] for place in places for folder in place.iterdir()}
    while (stamp := moment.strftime(STAMP)) in taken:
        moment += timedelta(seconds=1)
    release_id = f"{stamp}-{fingerprint[:8]}"
    folder = home.candidates / release_id
    place = database or folder / BUILD / DATABASE
    place.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    return Candidate(release_id, folder, place)


def plan_release(
    home: Home,
    candidate: Candidate,
    *,
    code_version: str,
    fingerprint: str,
    audit: Verdict,
    now: datetime | None = None,
    difference: Difference | None = None,
    held_for: tuple[str, ...] = (),
) -> ReleasePlan:
    """Look at the finished candidate and decide what is published. Writes nothing.

    `difference` is what `compare` found of this candidate, `held_for` what `hold.reasons_to_hold` says.

    Raises:
        UnpublishableError: the audit did not pass or is of another candidate, or the candidate lacks a mart.
    """
    if audit.subject != candidate.release_id or audit.suite != "release":
        problem = f"the audit is of {audit.subject} by the suite {audit.suite}, not of {candidate.release_id}"
        raise UnpublishableError(problem, "Audit this candidate")
    if not audit.passed:
        failed = [c.name for c in audit.checks if not c.passed and c.severity == "critical"]
        raise UnpublishableError(
            f"{candidate.release_id} did not pass the release suite: {', '.join(failed)}",
            "Look at Data Docs for what failed; what is published stays",
        )
    if candidate.folder.parent != home.candidates:
        raise UnpublishableError(f"{candidate.folder} is not in {home.candidates}", "Build in the same home")
    if not candidate.database.exists():
        raise UnpublishableError(f"{candidate.database} is not there", "Build the marts first")
    with duckdb.connect(str(candidate.database), read_only=True) as connection:
        marts = read_marts(connection, without=_OWN)
        _check_complete(candidate, marts)
        former = _former(home, connection, marts, code_version)
        found = connection.execute(
            f"select document_sha256 from {SCHEMA}.dim_document where not is_withdrawn and not is_held order by all"
        ).fetchall()
    documents = tuple(str(sha256) for (sha256,) in found)
    moment = (now or datetime.now(UTC)).replace(tzinfo=None, microsecond=0)
    return ReleasePlan(
        home, candidate, moment, code_version, fingerprint, documents, marts, difference, held_for, former
    )


def build(plan: ReleasePlan, tell: Callable[[str], None]) -> Release:
    """Write the files of the release into the candidate's folder: Parquet, the recipe of the database, the manifest.

    All are durable. A copy of the database for publishing stands there too, which is not before it is switched: it is
    no file of the release, for the recipe gives it again.
    """
    folder, database = plan.candidate.folder, plan.candidate.database
    _clear(folder)
    tell("finishing the marts")
    with duckdb.connect(str(database)) as connection:
        own = _finish(connection, plan)
    tell("writing Parquet")
    with duckdb.connect(str(database), read_only=True) as connection:
        files = write_tables(connection, (*plan.marts.tables, *own), folder, plan.former)
    tell("keeping the database")
    copy = folder / DATABASE
    before, known = take_spare(plan.home, copy), known_blocks(plan.home)
    with held(plan.home.switch_lock, f"keep {plan.candidate.release_id}", SWITCH_WAIT):
        # Nobody must remove blocks as unused between the look at which are stored and the recipe that names them.
        write_recipe(folder, blocks.keep(plan.home.blocks, database, copy, before, known))
    checksums = {name: file.sha256 for name, file in files.items()}
    for file in (folder / RECIPE, *_write_page(plan)):
        sync_file(file)
        checksums[file.name] = sha256_of(file)
    sync_folder(folder)
    release = Release(
        release_id=plan.candidate.release_id,
        built_at=plan.built_at,
        code_version=plan.code_version,
        fingerprint=plan.fingerprint,
        documents=plan.documents,
        rows={table.name: table.rows for table in plan.marts.tables},
        checksums=checksums,
        parquet_rows={name: file.rows for name, file in files.items()},
        storage_version=STORAGE_VERSION,
        folder=folder,
        difference={} if plan.difference is None else plan.difference.summary(),
        held_for=plan.held_for,
    )
    write_manifest(release)
    return release


def _clear(folder: Path) -> None:
    """Remove what an attempt that failed has left, but for the private build."""
    for left in folder.iterdir():
        if not left.is_dir():
            left.unlink()
        elif left.name != BUILD:
            shutil.rmtree(left)


def _former(home: Home, connection: duckdb.DuckDBPyConnection, marts: Marts, code_version: str) -> Former | None:
    """Give the published release, where it is whole, the same code has built it and both tell what from; else None."""
    published = published_id(home)
    if published is None or published not in release_ids(home) or "mart_build" not in {m.name for m in marts.tables}:
        return None
    try:
        release = read_manifest(home.releases / published)
    except DamagedReleaseError:  # `verify` tells that
        return None
    if release.code_version != code_version or "mart_build.parquet" not in release.checksums:
        return None
    files = {name: File(release.checksums[name], rows) for name, rows in release.parquet_rows.items()}
    return Former(release.folder, files, changed_since(connection, release.folder))


def _finish(connection: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> tuple[Mart, ...]:
    """Make of the candidate's database that of the release; give the tables that it now has beside the marts."""
    connection.execute("begin")
    forget_database(connection, plan.marts)
    for table in _OWN:  # those of the release before
        connection.execute(f"drop table if exists {SCHEMA}.{table}")
    _write_release_row(connection, plan)
    if plan.difference is not None:
        _write_difference(connection, plan)
    connection.execute("commit")
    connection.execute("checkpoint")
    known = {table.name for table in plan.marts.tables}
    return tuple(table for table in read_marts(connection).tables if table.name not in known)


def _is_source(path: Path, root: Path) -> bool:
    folders = path.relative_to(root).parts[:-1]
    return path.is_file() and not any(f.startswith((".", "__")) or f in _NO_CODE for f in folders)


def _check_complete(candidate: Candidate, marts: Marts) -> None:
    lacking = REQUIRED - {m.name for m in (*marts.tables, *marts.views)}
    if lacking:
        raise UnpublishableError(
            f"{candidate.database} lacks {', '.join(sorted(lacking))} in schema {SCHEMA}",
            "Build all models, then try again",
        )


def _write_release_row(connection: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> None:
    connection.execute(
        f"create table {SCHEMA}.release (release_id varchar not null, built_at timestamp not null,"
        " code_version varchar not null, fingerprint varchar not null, documents integer not null)"
    )
    connection.execute(
        f"insert into {SCHEMA}.release values (?, ?, ?, ?, ?)",
        [
            plan.candidate.release_id,
            plan.built_at,
            plan.code_version,
            plan.fingerprint,
            len(plan.documents),
        ],
    )
    comments = {
        "": "One row: which release this file is",
        "release_id": "Name of the release; begins with the UTC time of its build",
        "built_at": "UTC time at which the release was planned",
        "code_version": "Hash of the code that built it",
        "fingerprint": "Hash of all that decides what it holds: admitted readings, corrections, code, suites",
        "documents": "Number of documents in it",
    }
    for column, comment in comments.items():
        kind, name = ("column", f".{column}") if column else ("table", "")
        connection.execute(f"comment on {kind} {SCHEMA}.release{name} is '{comment}'")


def _write_difference(connection: duckdb.DuckDBPyConnection, plan: ReleasePlan) -> None:
    """Copy what `compare` has left of the candidate into the release."""
    connection.execute(f"attach '{_quoted(difference_store(plan.candidate.database))}' as compared (read_only)")
    for table, comments in DIFFERENCE_TABLES.items():
        connection.execute(f"create table {SCHEMA}.{table} as from compared.{table}")
        for column, comment in comments.items():
            what = f"column {SCHEMA}.{table}.{column}" if column else f"table {SCHEMA}.{table}"
            connection.execute(f"comment on {what} is '{comment.replace(chr(39), 2 * chr(39))}'")


def _write_page(plan: ReleasePlan) -> list[Path]:
    """Write the page on what differs; give its path, or nothing where nobody compared."""
    if plan.difference is None:
        return []
    page = plan.candidate.folder / DIFFERENCE_PAGE
    said = difference_page(plan.candidate.release_id, plan.built_at, plan.difference, plan.held_for)
    page.write_text(said, encoding="utf-8")
    return [page]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
