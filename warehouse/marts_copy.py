"""Copying schema marts from one database to another: tables, views, macros, comments, and nothing of the old database.

Here belongs what DuckDB's own COPY FROM DATABASE does not do: one schema only, and views that do not name the
database that they were made in. Not here: what is done with the copy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.errors import UnpublishableError

SCHEMA = "marts"


@dataclass(frozen=True, slots=True)
class Mart:
    """A table or view: its name, the SQL that made it, its columns with their types, its number of rows."""

    name: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro that gives a table: its name, the names of its parameters, its query."""

    name: str
    parameters: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Marts:
    """What stands in schema marts. `views` and `macros` are in an order in which they can be made."""

    tables: tuple[Mart, ...]
    views: tuple[Mart, ...]
    macros: tuple[Macro, ...] = ()


def read_marts(connection: duckdb.DuckDBPyConnection) -> Marts:
    """Read what stands in schema marts of the connection's database.

    Raises:
        UnpublishableError: there is something in it that a copy would lose.
    """
    _refuse_other_objects(connection)
    tables = connection.execute(
        "select table_name, sql from duckdb_tables()"
        " where database_name = current_database() and schema_name = ? order by table_name",
        [SCHEMA],
    ).fetchall()
    views = connection.execute(
        "select view_name, sql from duckdb_views()"
        " where database_name = current_database() and schema_name = ? and not internal order by view_oid",
        [SCHEMA],
    ).fetchall()
    try:
        return Marts(
            tuple(Mart(name, sql, *_shape(connection, name)) for name, sql in tables),
            tuple(Mart(name, sql, *_shape(connection, name)) for name, sql in views),
            _macros(connection),
        )
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        problem = f"a view of schema {SCHEMA} reads what is not in the candidate ({error})"
        raise UnpublishableError(problem, "Let it read marts only") from error


def copy_marts(connection: duckdb.DuckDBPyConnection, marts: Marts, source: str, target: str) -> dict[str, int]:
    """Copy the marts from the attached database `source` to `target`, and compare; give the rows of each.

    Raises:
        UnpublishableError: a table or view of the copy differs from the original, or reads what is not in it.
    """
    connection.execute(f"use {target}")
    connection.execute(f"create schema {SCHEMA}")
    for table in marts.tables:
        connection.execute(table.sql)
        connection.execute(f"insert into {_path(target, table.name)} from {_path(source, table.name)}")
    for view in marts.views:
        names = ", ".join(_name(column) for column, _ in view.columns)
        body = _without_database(connection, view, source)
        try:
            connection.execute(f"create view {SCHEMA}.{_name(view.name)} ({names}) as {body}")
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            problem = f"the view {view.name} reads what is not in schema {SCHEMA} ({error})"
            raise UnpublishableError(problem, "Let it read marts only") from error
    for macro in marts.macros:
        _copy_macro(connection, macro, source)
    _copy_comments(connection, source, target)
    return {m.name: _compared(connection, m) for m in (*marts.tables, *marts.views)}


def _shape(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """Give the columns and the number of rows of a table or view of the connection's database."""
    path = f"{SCHEMA}.{_name(name)}"
    columns = connection.execute(f"describe {path}").fetchall()
    (rows,) = connection.execute(f"select count(*) from {path}").fetchall()[0]
    return tuple((str(column[0]), str(column[1])) for column in columns), int(rows)


def _refuse_other_objects(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse scalar macros, sequences, types and indexes: copying them is not written yet, losing them is worse."""
    found = connection.execute(
        "select 'function ' || function_name from duckdb_functions()"
        " where database_name = current_database() and schema_name = $1 and not internal"
        " and function_type <> 'table_macro'"
        " union all select 'sequence ' || sequence_name from duckdb_sequences()"
        " where database_name = current_database() and schema_name = $1"
        " union all select 'type ' || type_name from duckdb_types()"
        " where database_name = current_database() and schema_name = $1 and not internal"
        " union all select 'index ' || index_name from duckdb_indexes()"
        " where database_name = current_database() and schema_name = $1",
        [SCHEMA],
    ).fetchall()
    if found:
        names = ", ".join(sorted(str(name) for (name,) in found))
        raise UnpublishableError(
            f"schema {SCHEMA} holds what a release cannot carry: {names}", "Move it to another schema"
        )


def _macros(connection: duckdb.DuckDBPyConnection) -> tuple[Macro, ...]:
    found = connection.execute(
        "select function_name, parameters, macro_definition from duckdb_functions()"
        " where database_name = current_database() and schema_name = ? and not internal order by function_oid",
        [SCHEMA],
    ).fetchall()
    return tuple(Macro(name, tuple(parameters), query) for name, parameters, query in found)


def _copy_macro(connection: duckdb.DuckDBPyConnection, macro: Macro, source: str) -> None:
    tree = _tree(connection, macro.query)
    if tree is None:
        raise UnpublishableError(f"the macro {macro.name} holds no query that can be parsed", "Write it as one SELECT")
    path, parameters = f"{SCHEMA}.{_name(macro.name)}", ", ".join(map(_name, macro.parameters))
    try:
        connection.execute(f"create macro {path}({parameters}) as table {_written(connection, tree, source)}")
        connection.execute(f"explain from {path}({', '.join('null' for _ in macro.parameters)})")
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        problem = f"the macro {macro.name} reads what is not in schema {SCHEMA} ({error})"
        raise UnpublishableError(problem, "Let it read marts only") from error


def _without_database(connection: duckdb.DuckDBPyConnection, view: Mart, source: str) -> str:
    """Give the query of a view without the name of the database that it was made in."""
    return _written(connection, _parsed(connection, view), source)


def _written(connection: duckdb.DuckDBPyConnection, tree: Any, source: str) -> str:  # noqa: ANN401
    """Write a parsed query without the name of the database `source`.

    DuckDB's own parser takes a query apart and puts it together; names in texts or aliases stay as they are.
    """
    _forget_catalog(tree, source)
    (body,) = connection.execute("select json_deserialize_sql(?::json)", [json.dumps(tree)]).fetchall()[0]
    return str(body)


def _parsed(connection: duckdb.DuckDBPyConnection, view: Mart) -> Any:  # noqa: ANN401
    """Parse the query in `CREATE VIEW name (columns) AS query`: what stands after the first ` AS ` that parses."""
    start = 0
    while (start := view.sql.find(" AS ", start)) >= 0:
        start += len(" AS ")
        query = view.sql[start:].rstrip().rstrip(";")
        tree = _tree(connection, query)
        if tree is not None:
            return tree
    raise UnpublishableError(f"the view {view.name} holds no query that can be parsed", "Make it a table")


def _tree(connection: duckdb.DuckDBPyConnection, query: str) -> Any:  # noqa: ANN401
    """Parse a query; None where it is none."""
    tree = json.loads(connection.execute("select json_serialize_sql(?)", [query]).fetchall()[0][0])
    return None if tree["error"] else tree


def _forget_catalog(node: Any, source: str) -> None:  # noqa: ANN401
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node.get("catalog_name") == source:
            node["catalog_name"] = ""
        for child in node.values():
            _forget_catalog(child, source)
    elif isinstance(node, list):
        for child in node:
            _forget_catalog(child, source)


def _copy_comments(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    found = connection.execute(
        "select 'table', table_name, null, comment from duckdb_tables()"
        " where database_name = $1 and schema_name = $2 and comment is not null"
        " union all select 'view', view_name, null, comment from duckdb_views()"
        " where database_name = $1 and schema_name = $2 and comment is not null"
        " union all select 'column', table_name, column_name, comment from duckdb_columns()"
        " where database_name = $1 and schema_name = $2 and comment is not null",
        [source, SCHEMA],
    ).fetchall()
    for kind, name, column, comment in found:
        path = _path(target, name) + (f".{_name(column)}" if column is not None else "")
        connection.execute(f"comment on {kind} {path} is '{comment.replace(chr(39), 2 * chr(39))}'")


def _compared(connection: duckdb.DuckDBPyConnection, mart: Mart) -> int:
    """Count the rows of the copy; refuse it where they, or its columns, are not those of the original."""
    columns, rows = _shape(connection, mart.name)
    if columns != mart.columns or rows != mart.rows:
        raise UnpublishableError(
            f"the copy of {mart.name} has {rows} rows, columns {columns};"
            f" the original {mart.rows} rows, columns {mart.columns}",
            "This is a fault of the program: report it with the candidate",
        )
    return rows


def _path(database: str, name: str) -> str:
    return f"{database}.{SCHEMA}.{_name(name)}"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
