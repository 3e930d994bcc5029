"""Runs of the dbt project for tests: parse once, build a landing file into a warehouse file.

Not here: how the application runs dbt (`orchestration`); these tests hold the project itself to its word.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import landing_fixture
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from landing_fixture import Landed

TIMES = (
    "known_from", "known_to", "received_at", "recorded_at", "recorded_from", "recorded_until", "extraction_id",
    "superseded_at", "withdrawn_at", "held_restatement_id",
)  # fmt: skip
"""Columns of the marts that tell when something came to us, or are made from the name of a reading, which does here."""

FILES = ("landing.duckdb", "warehouse.duckdb", "scratch.duckdb")

PROJECT = Path(__file__).parents[2] / "dbt_project"


def build(folder: Path, documents: Iterable[Landed], *arguments: str) -> Path:
    """Land `documents` in order, build everything with all data tests, and give the warehouse file.

    Raises:
        AssertionError: a node failed.
    """
    outcome = try_build(folder, documents, *arguments)
    failed = {node: status for node, status in outcome.items() if status not in ("success", "pass")}
    assert not failed, failed
    return folder / "warehouse.duckdb"


def try_build(folder: Path, documents: Iterable[Landed], *arguments: str) -> Mapping[str, str]:
    """Land and build; give the status of each node by its name, failed or not."""
    landing_fixture.fill(folder / "landing.duckdb", documents)
    return run(folder, "build", "--exclude-resource-type", "unit_test", *arguments)


def run(folder: Path, *arguments: str) -> Mapping[str, str]:
    """Run dbt on the landing and warehouse files of `folder`; give the status of each node by its name."""
    bench = _bench()
    for name in FILES:
        (bench / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copy(folder / name, bench / name)
    result = dbtRunner(manifest=manifest()).invoke([*arguments, *_flags(bench)])
    _let_go()
    if result.exception is not None:
        raise result.exception
    for name in FILES[1:]:
        shutil.copy(bench / name, folder / name)
    executed: Any = result.result
    return {r.node.name: str(r.status) for r in executed.results if r.node.resource_type != "exposure"}


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give the rows of each mart, sorted, without what tells when they came or what was known between."""
    with duckdb.connect(str(path), read_only=True) as marts:
        names = marts.execute("select table_name from information_schema.tables where table_schema = 'marts'")
        return {
            name: marts.execute(
                f"select columns(c -> not list_contains(?, c)) from marts.{name} order by all", [list(TIMES)]
            ).fetchall()
            for (name,) in names.fetchall()
            if name not in ("fct_measurement_known", "mart_build")  # what was known when, and hashes with times
        }


@functools.cache
def manifest() -> Any:  # noqa: ANN401  dbt's own class
    """Parse the project, once for all tests of the process."""
    result = dbtRunner().invoke(["parse", *_flags(_bench())])
    assert result.success, result.exception
    return result.result


def semantic_manifest() -> Path:
    """Give the file in which dbt tells the semantic models and metrics of the project."""
    manifest()
    return _bench() / "target" / "semantic_manifest.json"


@functools.cache
def _bench() -> Path:
    """Give a folder for dbt's work; its paths stay the same, so that one parse serves all builds."""
    bench = Path(tempfile.mkdtemp(prefix="dbt-"))
    atexit.register(shutil.rmtree, bench, ignore_errors=True)
    os.environ["INDICADORES_CANDIDATE"] = str(bench / "warehouse.duckdb")
    os.environ["INDICADORES_LANDING"] = str(bench / "landing.duckdb")
    os.environ["INDICADORES_SCRATCH"] = str(bench / "scratch.duckdb")
    return bench


def _flags(bench: Path) -> list[str]:
    return [
        "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(bench / "target"), "--log-path", str(bench / "logs"),
    ]  # fmt: skip


def _let_go() -> None:
    """Close the files that dbt-duckdb keeps open for the life of the process."""
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()
