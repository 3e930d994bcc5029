"""The Parquet files of a release: what has not changed since the release before is linked, not written again.

A fact lies in a folder of its own, in up to 256 files by the first two digits of `municipality_id`; so do the
indicators, which grow with the facts. Any other table is one file. Here belongs writing them. Not here: their
checksums in the manifest (`release_build`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.documents import sha256_of
from warehouse.errors import UnpublishableError
from warehouse.files import sync_file, sync_folder
from warehouse.marts import SCHEMA, Mart

KEY = "municipality_id"

_DIGITS = 2

_DIVIDED = ("fct_", "dim_indicator")

_THREADS = 2
"""A table waits for the disk, or for its catalog, while another is written."""


@dataclass(frozen=True, slots=True)
class Former:
    """The release before: its folder, its checksums, and the first digits of the municipalities that have changed."""

    folder: Path
    checksums: dict[str, str]
    changed: frozenset[str]


def changed_since(connection: duckdb.DuckDBPyConnection, folder: Path) -> frozenset[str]:
    """Give the first digits of the municipalities whose marts differ from those of the release in `folder`.

    `connection` is to the candidate; the release was built by the same code.
    """
    found = connection.execute(
        f"select distinct left(coalesce(n.{KEY}, o.{KEY}), {_DIGITS}) from {SCHEMA}.mart_build n"
        f" full join read_parquet('{_quoted(folder / 'mart_build.parquet')}') o on n.{KEY} = o.{KEY}"
        " where n.fingerprint is distinct from o.fingerprint"
    ).fetchall()
    return frozenset(str(digits) for (digits,) in found)


def write_tables(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Mart], folder: Path, former: Former | None
) -> dict[str, str]:
    """Write, or link, the files of tables into `folder`, durably; give their names with their sha256.

    Raises:
        UnpublishableError: they do not hold the rows of their table.
    """
    largest_first = sorted(tables, key=lambda table: -table.rows)
    with ThreadPoolExecutor(_THREADS) as pool:
        written = pool.map(lambda table: _write_table(connection.cursor(), table, folder, former), largest_first)
        return {name: sha256 for checksums in written for name, sha256 in checksums.items()}


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: Mart, folder: Path, former: Former | None
) -> dict[str, str]:
    source = f'from {SCHEMA}."{table.name}"'
    if not _is_divided(table):
        path = folder / f"{table.name}.parquet"
        _copy(connection, source, path)
        _compare(connection, table, [path])
        return {path.name: sha256_of(path)}
    (folder / table.name).mkdir()
    checksums: dict[str, str] = {}
    for digits in _parts(connection, table):
        name = f"{table.name}/{digits}.parquet"
        if former is not None and digits not in former.changed and _is_linked(former, name, folder / name):
            checksums[name] = former.checksums[name]
            continue
        # Bounds tell DuckDB which blocks it need not read; a prefix does not.
        _copy(connection, f"{source} where {KEY} >= '{digits}' and {KEY} < '{digits}g'", folder / name)
        checksums[name] = sha256_of(folder / name)
    sync_folder(folder / table.name)
    _compare(connection, table, [folder / name for name in checksums])
    return checksums


def _is_linked(former: Former, name: str, target: Path) -> bool:
    """Link a file of the release before; False where it has none, or the file system knows no links."""
    if name not in former.checksums:
        return False
    try:
        os.link(former.folder / name, target)
    except OSError:
        return False
    return True


def _is_divided(table: Mart) -> bool:
    return table.name.startswith(_DIVIDED) and KEY in {column for column, _ in table.columns}


def _parts(connection: duckdb.DuckDBPyConnection, table: Mart) -> list[str]:
    """Give the first digits of the municipalities of a table."""
    found = connection.execute(
        f'select distinct left({KEY}, {_DIGITS}) from (select distinct {KEY} from {SCHEMA}."{table.name}") order by 1'
    ).fetchall()
    return [digits for (digits,) in found]


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"copy ({query}) to '{_quoted(path)}' (format parquet, compression zstd, compression_level 1)")
    sync_file(path)


def _compare(connection: duckdb.DuckDBPyConnection, table: Mart, files: Sequence[Path]) -> None:
    rows = 0
    if files:
        names = ", ".join(f"'{_quoted(file)}'" for file in files)
        ((rows,),) = connection.execute(f"select sum(num_rows) from parquet_file_metadata([{names}])").fetchall()
    if rows != table.rows:
        raise UnpublishableError(
            f"the Parquet files of {table.name} hold {rows} rows, the table {table.rows}",
            "This is a fault of the program: report it with the candidate",
        )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
