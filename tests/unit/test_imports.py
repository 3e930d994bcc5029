"""Imports point one way: orchestration -> warehouse -> ingest; and `ingest` knows no tool of the other two."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = frozenset({"dagster", "dagster_dbt", "dagster_shared", "dbt", "duckdb", "great_expectations", "typer", "rich"})
FORBIDDEN = {
    "ingest": TOOLS | {"warehouse", "orchestration"},
    "warehouse": frozenset({"dagster", "dagster_dbt", "dbt", "typer", "rich", "orchestration"}),
    "orchestration": frozenset({"tests"}),
}


def imported(source: str) -> Iterator[str]:
    """Give the top-level names that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute | ast.Name)
            and (getattr(node.func, "attr", None) or getattr(node.func, "id", None)) in ("import_module", "__import__")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value).partition(".")[0]


def modules(package: str) -> list[Path]:
    return sorted((PROJECT / package).rglob("*.py"))


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_imports_nothing_that_stands_above_it(package: str) -> None:
    found = modules(package)
    assert found, f"no module found in {package}"
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in found
        for name in sorted(set(imported(path.read_text(encoding="utf-8"))) & FORBIDDEN[package])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        "import duckdb",
        "import duckdb.typing as t",
        "from duckdb import connect",
        "def f():\n    from duckdb import connect",
        "import importlib\nimportlib.import_module('duckdb')",
        "if TYPE_CHECKING:\n    import duckdb",
    ],
)
def test_the_check_sees_an_import_however_it_is_written(source: str) -> None:
    assert "duckdb" in set(imported(source))


def test_the_check_takes_neither_relative_imports_nor_words_for_imports() -> None:
    assert set(imported("from .duckdb import x\nduckdb = 'import duckdb'\n")) == set()


def test_reading_from_the_command_line_needs_neither_dagster_nor_dbt_nor_great_expectations() -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = (
        "import sys, orchestration.command_line.application, orchestration.command_line.read,"
        " orchestration.command_line.status, orchestration.command_line.refresh, orchestration.command_line.query\n"
        "heavy = {'dagster', 'dbt', 'great_expectations', 'dagster_dbt'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert done.stdout.strip() == "[]"


def test_dbt_reads_landing_only_in_staging() -> None:
    models = sorted((PROJECT / "dbt_project" / "models").rglob("*.sql"))
    assert models
    outside = [p.name for p in models if "source(" in p.read_text(encoding="utf-8") and p.parent.name != "staging"]
    assert outside == []
