"""Reading the published warehouse with SQL, and only reading.

Here belongs the guarded query. Not here: how a result is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.errors import QueryError
from warehouse.home import Home
from warehouse.published import open_published


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query with the names and DuckDB types of their columns. `truncated`: there were more."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False


def query(home: Home, sql: str, limit: int | None = None) -> Result:
    """Run one reading statement on the published warehouse; names are looked up in schema marts.

    No file but the warehouse can be reached, and nothing written. `limit` cuts the result.

    Raises:
        NothingPublishedError: there is no published warehouse.
        QueryError: it is no single reading statement, or DuckDB refuses it.
    """
    with open_published(home) as connection:
        try:
            statement = _single_reading_statement(connection, sql)
            cursor = connection.execute(statement)
            columns = cursor.description or []
            rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit + 1)
        except duckdb.Error as error:
            problem = str(error).strip().removesuffix(".")
            raise QueryError(
                problem, "Correct the SQL; `select * from measurements limit 5` shows what there is"
            ) from error
    truncated = limit is not None and len(rows) > limit
    return Result(
        tuple(str(column[0]) for column in columns),
        tuple(str(column[1]) for column in columns),
        rows[:limit] if truncated else rows,
        truncated,
    )


def _single_reading_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Give the one statement of `sql`: a SELECT, or what DuckDB turns into one (FROM, SHOW, DESCRIBE, EXPLAIN)."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements were given", "Give exactly one query")
    allowed = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if statements[0].type not in allowed:
        kind = statements[0].type.name
        raise QueryError(f"{kind} is not a reading statement", "Only queries are run on the published warehouse")
    return statements[0]
