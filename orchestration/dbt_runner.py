"""dbt in this process: parse the project once for each state of its files, and build into a private database.

Here belongs running dbt and what its events mean. In the same process a build costs a second where the command
costs six. Not here: Dagster's assets (`marts`), or what the models say (`dbt_project/`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.environment import DBT_PROJECT, PROJECT
from warehouse.blocks import read_ahead
from warehouse.errors import NothingPublishedError
from warehouse.files import write_durably
from warehouse.home import Home
from warehouse.manifest import DATABASE
from warehouse.release import Candidate, code_version
from warehouse.release_build import STORAGE_VERSION

_BUILD_MEMORY = 5000 << 20
"""Bytes: enough to build 300,000 rows of reports, what the project takes at once, mostly in memory."""

_DAMAGED = ("Corrupt database file", "not a valid DuckDB database file")
"""What DuckDB says of a file whose blocks do not match their checksums."""

RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})


Look = Callable[[duckdb.DuckDBPyConnection], None]


class DbtError(Exception):
    """dbt could not parse or build; the message names the nodes and the log."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """Where dbt works in a home. `database` is kept from build to build: dbt makes anew what has changed in it.

    Paths are the same for every build: dbt throws its parse away whenever a path of the profile changes.
    """

    home: Home

    @property
    def folder(self) -> Path:
        """Artifacts and logs."""
        return self.home.dagster / "dbt"

    @property
    def target(self) -> Path:
        """dbt's target folder; keeps the partial parse between runs."""
        return self.folder / "target"

    @property
    def log(self) -> Path:
        """dbt's log."""
        return self.folder / "logs" / "dbt.log"

    @property
    def database(self) -> Path:
        """The file with the marts; dbt names the database after it."""
        return self.home.build / DATABASE

    @property
    def link(self) -> Path:
        """The link to the folder of the candidate of the moment."""
        return self.folder / "candidate"

    def point_at(self, candidate: Candidate) -> None:
        """Let what is built next be `candidate`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".candidate.{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(candidate.folder, target_is_directory=True)
        temporary.replace(self.link)

    def candidate(self) -> Candidate | None:
        """Give the candidate that was last built, or None where it is gone."""
        if not self.link.exists():
            return None
        folder = self.link.resolve()
        return Candidate(folder.name, folder, self.database)

    def prepare(self) -> None:
        """Remove what other models have built, and make the database where it is not there."""
        marker, code = self.home.build / "code", code_version(DBT_PROJECT, PROJECT / "warehouse")
        self.home.build.mkdir(exist_ok=True)
        if not self.database.exists() or not marker.exists() or marker.read_text(encoding="utf-8") != code:
            self.clear()
            with duckdb.connect() as connection:
                connection.execute(f"attach '{self.database}' (storage_version '{STORAGE_VERSION}')")
            write_durably(marker, code)

    def clear(self) -> None:
        """Remove what was built: the next build makes all anew."""
        for old in self.home.build.glob("*.duckdb*"):
            if old.is_file():
                old.unlink()


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What dbt did: the result event of each node as a dictionary, and the messages of what failed."""

    events: tuple[dict[str, Any], ...]
    success: bool
    errors: tuple[str, ...]


def manifest_of(home: Home) -> Path:
    """Give the manifest of the project as its files stand now; parse where it was not parsed yet.

    Raises:
        DbtError: the project does not parse.
    """
    bench = Workbench(home)
    kept = bench.folder / f"manifest-{code_version(DBT_PROJECT)[:16]}.json"
    if kept.exists():
        return kept
    with _invoked(bench, ["parse"]) as (result, _):
        if not result.success:
            raise _failure("parse", result.errors, bench)
    for old in bench.folder.glob("manifest-*.json"):
        old.unlink(missing_ok=True)
    temporary = kept.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes((bench.target / "manifest.json").read_bytes())
    temporary.replace(kept)
    return kept


def build(home: Home, select: Sequence[str] = (), look: Look | None = None) -> BuildResult:
    """Run `dbt build` into the workbench until all that is new is built; `select` limits it to one part of that.

    What of the marts does not change is left as it is. Failed nodes do not raise. Each node has its last event.
    Unit tests look at the models and at no data: they belong to the tests of the project, and would cost as much again.
    `look` sees what the last run has built, if it did: what comes before the marts is in memory, and gone afterwards.
    A kept database that a crash of the machine or a hand has damaged is thrown away, and all is built anew.
    """
    bench = Workbench(home)
    bench.prepare()
    result = _build(bench, select, look)
    if any(sign in error for sign in _DAMAGED for error in result.errors):
        bench.clear()
        bench.prepare()
        result = _build(bench, select, look)
    read_ahead(bench.database)  # while it is audited, for it is published next
    return result


def _build(bench: Workbench, select: Sequence[str], look: Look | None) -> BuildResult:
    chosen = ["--exclude-resource-type", "unit_test", *(["--select", " ".join(select)] if select else [])]
    events: dict[str, dict[str, Any]] = {}
    while True:
        with _invoked(bench, ["build", "--no-write-json", *chosen]) as (result, connection):
            events.update((event["data"]["node_info"]["unique_id"], event) for event in result.events)
            if connection is not None and result.success:
                if not select and _is_left(connection):
                    continue
                if look is not None:
                    look(connection)
            return replace(result, events=tuple(events.values()))


def _is_left(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether there are municipalities that the last build, which takes so many at once, has not come to."""
    return bool(connection.execute(_LEFT).fetchall()[0][0])


_LEFT = """
select count(*)
from scratch.staging.stg_municipality
full join marts.mart_build using (municipality_id)
where stg_municipality.fingerprint is distinct from mart_build.fingerprint
"""


def generate_docs(home: Home) -> Path:
    """Build the dbt docs of the published warehouse as one page that works offline; give the page.

    Raises:
        NothingPublishedError: there is no published warehouse.
        DbtError: dbt could not build them.
    """
    bench, target = Workbench(home), home.docs / "dbt"
    if not home.warehouse.exists():
        raise NothingPublishedError(f"nothing is published in {home.root}", "Run `indicadores refresh` first")
    with tempfile.TemporaryDirectory(dir=bench.folder) as copy:  # dbt opens for writing, which must shut nobody out
        database = Path(shutil.copy(home.warehouse, Path(copy) / DATABASE))
        with _invoked(bench, ["docs", "generate", "--static", "--target-path", str(target)], database) as (result, _):
            if not result.success:
                raise _failure("docs generate", result.errors, bench)
    return target / "static_index.html"


@contextlib.contextmanager
def _invoked(
    bench: Workbench, command: list[str], database: Path | None = None
) -> Iterator[tuple[BuildResult, duckdb.DuckDBPyConnection | None]]:
    """Run dbt; give what it did, with a connection to what it has open, if it came to open it."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  imports for two seconds
    from dbt_common.events.functions import msg_to_dict  # noqa: PLC0415

    events: list[dict[str, Any]] = []
    errors: list[str] = []

    def listen(message: Any) -> None:  # noqa: ANN401  a protobuf class without types
        if message.info.name in RESULT_EVENTS:
            events.append(msg_to_dict(message))
        if message.info.level == "error" and message.info.msg.strip():
            errors.append(message.info.msg.strip())

    bench.target.mkdir(parents=True, exist_ok=True)
    with _profile(bench, database):
        result = dbtRunner(callbacks=[listen]).invoke([*command, *_flags(bench, command)])
    if result.exception is not None:
        errors.append(str(result.exception))
    with _open_database() as connection:
        yield BuildResult(tuple(events), result.success, tuple(errors)), connection


def _flags(bench: Workbench, command: list[str]) -> list[str]:
    target = [] if "--target-path" in command else ["--target-path", str(bench.target)]
    return [
        "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), *target,
        "--log-path", str(bench.log.parent), "--log-level", "none", "--log-level-file", "info", "--no-use-colors",
    ]  # fmt: skip


def build_memory() -> int:
    """Give how many bytes DuckDB may take for a build: of a small machine half."""
    return min(_BUILD_MEMORY, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)


@contextlib.contextmanager
def _profile(bench: Workbench, database: Path | None) -> Iterator[None]:
    """Set what the profile reads from the environment, and put back what was there."""
    wanted = {
        "INDICADORES_CANDIDATE": str(database or bench.database),
        "INDICADORES_SCRATCH": ":memory:",
        "INDICADORES_LANDING": str(bench.home.landing),
        "INDICADORES_BUILD_MEMORY": f"{build_memory() >> 20}MB",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _open_database() -> Iterator[duckdb.DuckDBPyConnection | None]:
    """Give a connection to what dbt-duckdb keeps open for the life of the process, then close that for others."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    manager: Any = DuckDBConnectionManager
    try:
        opened = None if manager._ENV is None else manager._ENV.conn
        yield None if opened is None else opened.cursor()
    finally:
        if manager._ENV is not None:
            manager._ENV.close()
        manager.close_all_connections()


def _failure(command: str, errors: Sequence[str], bench: Workbench) -> DbtError:
    said = "; ".join(dict.fromkeys(errors)) or "no reason given"
    return DbtError(f"dbt {command} failed: {said}. The log is {bench.log}")
