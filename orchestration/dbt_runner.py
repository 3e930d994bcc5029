"""dbt in this process: parse the project once for each state of its files, and build into a private candidate.

Here belongs running dbt and what its events mean. In the same process a build costs a second where the command
costs six. Not here: Dagster's assets (`marts`), or what the models say (`dbt_project/`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.environment import DBT_PROJECT
from warehouse.errors import NothingPublishedError
from warehouse.home import Home
from warehouse.release import Candidate, code_version

RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogSnapshotResult"})


class DbtError(Exception):
    """dbt could not parse or build; the message names the nodes and the log."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """Where dbt works in a home. The candidate's path is the same for every build: dbt throws its parse away
    whenever a path of the profile changes, so the folder `link` points at the private build of the moment.
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
    def link(self) -> Path:
        """The link to the folder of the build of the moment."""
        return self.folder / "candidate"

    def point_at(self, candidate: Candidate) -> None:
        """Let dbt build into `candidate`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".candidate.{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(candidate.database.parent, target_is_directory=True)
        temporary.replace(self.link)

    def candidate(self) -> Candidate | None:
        """Give the build that dbt was last pointed at, or None where it is gone."""
        if not self.link.exists():
            return None
        build = self.link.resolve()
        return Candidate(build.parent.name, build.parent, build / DATABASE)


DATABASE = "warehouse.duckdb"
"""The name of a candidate's file; dbt names the database after it."""


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
    result = _invoke(bench, ["parse"])
    if not result.success:
        raise _failure("parse", result.errors, bench)
    for old in bench.folder.glob("manifest-*.json"):
        old.unlink(missing_ok=True)
    temporary = kept.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes((bench.target / "manifest.json").read_bytes())
    temporary.replace(kept)
    return kept


def build(home: Home, select: Sequence[str] = ()) -> BuildResult:
    """Run `dbt build` into the candidate of the workbench; `select` limits it. Failed nodes do not raise."""
    return _invoke(Workbench(home), ["build", "--no-write-json", *(["--select", " ".join(select)] if select else [])])


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
        result = _invoke(bench, ["docs", "generate", "--static", "--target-path", str(target)], database)
    if not result.success:
        raise _failure("docs generate", result.errors, bench)
    return target / "static_index.html"


def _invoke(bench: Workbench, command: list[str], database: Path | None = None) -> BuildResult:
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
        _close_database()
    if result.exception is not None:
        errors.append(str(result.exception))
    return BuildResult(tuple(events), result.success, tuple(errors))


def _flags(bench: Workbench, command: list[str]) -> list[str]:
    target = [] if "--target-path" in command else ["--target-path", str(bench.target)]
    return [
        "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), *target,
        "--log-path", str(bench.log.parent), "--log-level", "none", "--log-level-file", "info", "--no-use-colors",
    ]  # fmt: skip


@contextlib.contextmanager
def _profile(bench: Workbench, database: Path | None) -> Iterator[None]:
    """Set what the profile reads from the environment, and put back what was there."""
    wanted = {
        "INDICADORES_CANDIDATE": str(database or bench.link / DATABASE),
        "INDICADORES_LANDING": str(bench.home.landing),
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


def _close_database() -> None:
    """Close the files that dbt-duckdb keeps open for the life of the process, so that others may open them."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415

    manager: Any = DuckDBConnectionManager
    if manager._ENV is not None:
        manager._ENV.close()
    manager.close_all_connections()


def _failure(command: str, errors: Sequence[str], bench: Workbench) -> DbtError:
    said = "; ".join(dict.fromkeys(errors)) or "no reason given"
    return DbtError(f"dbt {command} failed: {said}. The log is {bench.log}")
