"""The Parquet files of a release: what has not changed since the release before is linked, not written again.

A table that grows with the documents lies in a folder of its own, in a file for each beginning of `municipality_id`, of
three digits: mostly for each municipality. Any other table is one file. Here belongs writing them. Not here: their
checksums in the manifest (`release_build`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.documents import sha256_of
from warehouse.errors import UnpublishableError
from warehouse.files import sync_file, sync_folder
from warehouse.marts import SCHEMA, Mart

KEY = "municipality_id"

_DIGITS = 3
"""With fewer, what one municipality adds had others written again; with all, a country would have many small files."""

_DIVIDED = ("fct_", "dim_indicator", "dim_document", "mart_data_quality", "mart_department_scorecard")

_THREADS = 2
"""A table waits for the disk, or for its catalog, while another is written."""


class File(NamedTuple):
    """What a release says of one of its Parquet files."""

    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Former:
    """The release before: its folder, its files by name, the first digits of the municipalities that have changed."""

    folder: Path
    files: Mapping[str, File]
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
) -> dict[str, File]:
    """Write, or link, the files of tables into `folder`, durably; give them by their names.

    Raises:
        UnpublishableError: they do not hold the rows of their table.
    """
    largest_first = sorted(tables, key=lambda table: -table.rows)
    with ThreadPoolExecutor(_THREADS) as pool:
        written = pool.map(lambda table: _write_table(connection.cursor(), table, folder, former), largest_first)
        return {name: file for files in written for name, file in files.items()}


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: Mart, folder: Path, former: Former | None
) -> dict[str, File]:
    source = f'from {SCHEMA}."{table.name}"'
    files: dict[str, File] = {}
    if not _is_divided(table):
        name = f"{table.name}.parquet"
        files[name] = _copy(connection, source, folder / name)
    else:
        (folder / table.name).mkdir()
        for digits in _parts(connection, table):
            name = f"{table.name}/{digits}.parquet"
            if former is not None and digits not in former.changed and _is_linked(former, name, folder / name):
                files[name] = former.files[name]
                continue
            # Bounds tell DuckDB which blocks it need not read; a prefix does not.
            part = f"{source} where {KEY} >= '{digits}' and {KEY} < '{digits}g'"
            files[name] = _copy(connection, part, folder / name)
        sync_folder(folder / table.name)
    if (rows := sum(file.rows for file in files.values())) != table.rows:
        raise UnpublishableError(
            f"the Parquet files of {table.name} hold {rows} rows, the table {table.rows}",
            "This is a fault of the program: report it with the candidate",
        )
    return files


def _is_linked(former: Former, name: str, target: Path) -> bool:
    """Link a file of the release before; False where it has none, or the file system knows no links."""
    if name not in former.files:
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


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> File:
    name = _quoted(path)
    connection.execute(f"copy ({query}) to '{name}' (format parquet, compression zstd, compression_level 1)")
    sync_file(path)
    ((rows,),) = connection.execute(f"select num_rows from parquet_file_metadata('{name}')").fetchall()
    return File(sha256_of(path), rows)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
