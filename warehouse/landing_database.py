"""The landing database: opening it for a short while, its schema and version, writing many lines at once.

Here belongs how landing is kept. Not here: what is kept (`landing`, `landing.sql`).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from warehouse.errors import LandingBusyError, LandingVersionError
from warehouse.home import Home

VERSION = 2
"""Version of the landing tables. Raise it with a change that `landing.sql` cannot make to old tables."""


class Migration(NamedTuple):
    """SQL that turns the tables of one version into those of the next, around `landing.sql` making what is lacking."""

    before: str
    after: str


_NUMBERED = ("cell", "row", "value", "crop", "finding")

MIGRATIONS: dict[int, Migration] = {
    # Extractions have numbers, and the large tables name them so: a number is found several times as fast as a text.
    2: Migration(
        "alter table extraction add column if not exists plan varchar;"
        + "".join(f'alter table "{table}" rename to "former_{table}";' for table in ("extraction", *_NUMBERED)),
        "insert into extraction by name select *, row_number() over (order by recorded_at, extraction_id)"
        " as extraction_number from former_extraction;"
        + "".join(
            f'insert into "{table}" by name select f.* exclude (extraction_id), extraction_number'
            f' from "former_{table}" f join extraction using (extraction_id);'
            for table in _NUMBERED
        )
        + "".join(f'drop table "former_{table}";' for table in ("extraction", *_NUMBERED)),
    ),
}
"""How to come to each version above 1."""

_PAUSE = 0.05


@contextmanager
def open_landing(home: Home, *, read_only: bool = False, patience: float = 30.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the landing database, made or migrated where needed, for a short piece of work.

    Args:
        home: the home.
        read_only: open without writing; the database must exist.
        patience: seconds to wait while another process has it open.

    Raises:
        LandingBusyError: another process kept it open for longer than `patience`.
        LandingVersionError: a newer version of the project has written it.
        FileNotFoundError: `read_only`, and nothing has landed yet.
    """
    if read_only and not home.landing.exists():
        raise FileNotFoundError(home.landing)
    connection = _connect(home.landing, read_only, patience)
    try:
        if read_only and _version(connection) != (VERSION, _definition()[1]):
            connection.close()
            with open_landing(home, patience=patience):
                pass  # brings the tables up to date
            connection = _connect(home.landing, read_only, patience)
        elif not read_only:
            _ensure_schema(connection, home.landing)
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the block as one transaction: all of it or, on any error, nothing."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def append(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    lines: Sequence[Sequence[Any]],
    *,
    ignore_known: bool = False,
) -> None:
    """Add lines, each with a value for every column, to a landing table.

    Column by column as lists: one statement for any number of lines, some hundred times faster than one each.
    `ignore_known` passes over lines whose primary key is there.
    """
    if not lines:
        return
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'main' and table_name = ?"
        " order by column_index",
        [table],
    ).fetchall()
    given = [list(column) for column in zip(*lines, strict=True)]
    if len(given) != len(columns):
        raise ValueError(f"{table} has {len(columns)} columns, the lines have {len(given)}")
    parts = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
    conflict = " on conflict do nothing" if ignore_known else ""
    connection.execute(f'insert into "{table}" select {parts}{conflict}', _storable(given))


def _storable(columns: list[list[Any]]) -> list[list[Any]]:
    """Replace what is no text in UTF-8 (lone surrogates, as broken PDFs give them): DuckDB takes none."""
    return [
        [v.encode("utf-8", "replace").decode() if isinstance(v, str) and not v.isascii() else v for v in column]
        for column in columns
    ]


def _connect(path: Path, read_only: bool, patience: float) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except (duckdb.IOException, duckdb.ConnectionException, duckdb.BinderException) as error:
            if not _is_busy(error):
                raise
            if time.monotonic() >= deadline:
                raise LandingBusyError(
                    f"{path} is open in another process ({_who(error)})",
                    "Wait until the refresh has finished, or close the program that has it open",
                ) from error
        time.sleep(_PAUSE)


def _is_busy(error: duckdb.Error) -> bool:
    """Whether the error is a lock's: of another process, or of this one reading while it wants to write."""
    signs = ("Could not set lock", "different configuration", "already attached")
    return any(sign in str(error) for sign in signs)


def _who(error: duckdb.Error) -> str:
    """Give the holder as DuckDB names it: its program and process id."""
    found = re.search(r"Conflicting lock is held in (.+?)(?:\. |$)", str(error))
    return found[1] if found else "or otherwise in this one"


def _ensure_schema(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make or migrate the tables where they are not what `landing.sql` says."""
    definition, digest = _definition()
    version, known = _version(connection)
    if version > VERSION:
        raise LandingVersionError(
            f"{path} has landing tables of version {version}, this program knows up to {VERSION}",
            "Update the program, or use another home",
        )
    if known == digest and version == VERSION:
        return
    with transaction(connection):
        steps = [MIGRATIONS[step] for step in range(version + 1, VERSION + 1)] if version else []
        for step in steps:
            connection.execute(step.before)
        connection.execute(definition)
        for step in steps:
            connection.execute(step.after)
        connection.execute("create table if not exists landing_version (version integer, definition varchar)")
        connection.execute("delete from landing_version")
        connection.execute("insert into landing_version values (?, ?)", [VERSION, digest])


def _definition() -> tuple[str, str]:
    """Give the SQL that makes the landing tables, and its hash."""
    definition = Path(__file__).with_name("landing.sql").read_text(encoding="utf-8")
    return definition, hashlib.sha256(definition.encode()).hexdigest()[:16]


def _version(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Give the version and definition of the tables that are there; (0, "") where there are none."""
    there = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and table_name = 'landing_version'"
    ).fetchone()
    if there is None:
        return 0, ""
    version, definition = connection.execute("select version, definition from landing_version").fetchall()[0]
    return int(version), str(definition)
