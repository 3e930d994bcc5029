"""Schema marts of a database file: what stands in it, and making its views and macros fit to be opened anywhere.

A view names the database that it was made in, and is lost where the file has another name. Here belongs mending that.
Not here: what is done with the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.errors import UnpublishableError

SCHEMA = "marts"


@dataclass(frozen=True, slots=True)
class Mart:
    """A table or view: its name, the SQL that made it, its columns with their types, the number of a table's rows."""

    name: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    rows: int = 0


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


def read_marts(connection: duckdb.DuckDBPyConnection, without: Collection[str] = ()) -> Marts:
    """Read what stands in schema marts of the connection's database, but for the tables named in `without`.

    Raises:
        UnpublishableError: there is something in the database that no release is to hold.
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
            tuple(
                Mart(name, sql, _columns(connection, name), _rows(connection, name))
                for name, sql in tables if name not in without
            ),
            tuple(Mart(name, sql, _columns(connection, name)) for name, sql in views),
            _macros(connection),
        )  # fmt: skip
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        problem = f"a view of schema {SCHEMA} reads what is not in the candidate ({error})"
        raise UnpublishableError(problem, "Let it read marts only") from error


def forget_database(connection: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    """Let the views and macros of the connection's database name no database, and be otherwise as they are.

    Raises:
        UnpublishableError: one of them reads what is not in schema marts, or cannot be parsed.
    """
    (database,) = connection.execute("select current_database()").fetchall()[0]
    for view in marts.views:
        comments = _comments(connection, view.name)
        names = ", ".join(_name(column) for column, _ in view.columns)
        body = _written(connection, _parsed(connection, view), database)
        connection.execute(f"create or replace view {SCHEMA}.{_name(view.name)} ({names}) as {body}")
        for what, comment in comments:
            connection.execute(f"comment on {what} is '{comment.replace(chr(39), 2 * chr(39))}'")
    for macro in marts.macros:
        _rewrite_macro(connection, macro, database)
    for view in marts.views:
        if _columns(connection, view.name) != view.columns:
            raise UnpublishableError(
                f"the view {view.name} has other columns than before", "This is a fault of the program: report it"
            )


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[str, str], ...]:
    described = connection.execute(f"describe {SCHEMA}.{_name(name)}").fetchall()
    return tuple((str(column[0]), str(column[1])) for column in described)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(connection.execute(f"select count(*) from {SCHEMA}.{_name(name)}").fetchall()[0][0])


def _refuse_other_objects(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse what nobody asked to be published: other schemas, scalar macros, sequences, types, indexes."""
    found = connection.execute(
        "select 'function ' || function_name from duckdb_functions()"
        " where database_name = current_database() and schema_name = $1 and not internal"
        " and function_type <> 'table_macro'"
        " union all select 'sequence ' || sequence_name from duckdb_sequences()"
        " where database_name = current_database() and schema_name = $1"
        " union all select 'type ' || type_name from duckdb_types()"
        " where database_name = current_database() and schema_name = $1 and not internal"
        " union all select 'index ' || index_name from duckdb_indexes()"
        " where database_name = current_database() and schema_name = $1"
        " union all select 'schema ' || schema_name from duckdb_schemas()"
        " where database_name = current_database() and not internal and schema_name not in ($1, 'main')"
        " union all select 'table ' || schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name = 'main'",
        [SCHEMA],
    ).fetchall()
    if found:
        names = ", ".join(sorted(str(name) for (name,) in found))
        raise UnpublishableError(
            f"the candidate holds what is not to be published: {names}", "Let the models build it elsewhere"
        )


def _macros(connection: duckdb.DuckDBPyConnection) -> tuple[Macro, ...]:
    found = connection.execute(
        "select function_name, parameters, macro_definition from duckdb_functions()"
        " where database_name = current_database() and schema_name = ? and not internal order by function_oid",
        [SCHEMA],
    ).fetchall()
    return tuple(Macro(name, tuple(parameters), query) for name, parameters, query in found)


def _rewrite_macro(connection: duckdb.DuckDBPyConnection, macro: Macro, database: str) -> None:
    tree = _tree(connection, macro.query)
    if tree is None:
        raise UnpublishableError(f"the macro {macro.name} holds no query that can be parsed", "Write it as one SELECT")
    path, parameters = f"{SCHEMA}.{_name(macro.name)}", ", ".join(map(_name, macro.parameters))
    try:
        body = _written(connection, tree, database)
        connection.execute(f"create or replace macro {path}({parameters}) as table {body}")
        connection.execute(f"explain from {path}({', '.join('null' for _ in macro.parameters)})")
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        problem = f"the macro {macro.name} reads what is not in schema {SCHEMA} ({error})"
        raise UnpublishableError(problem, "Let it read marts only") from error


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


def _comments(connection: duckdb.DuckDBPyConnection, view: str) -> list[tuple[str, str]]:
    """Give what is commented on of a view, as COMMENT ON names it, with the comments."""
    found = connection.execute(
        "select null, comment from duckdb_views()"
        " where database_name = current_database() and schema_name = $1 and view_name = $2 and comment is not null"
        " union all select column_name, comment from duckdb_columns()"
        " where database_name = current_database() and schema_name = $1 and table_name = $2 and comment is not null",
        [SCHEMA, view],
    ).fetchall()
    path = f"{SCHEMA}.{_name(view)}"
    return [(f"view {path}" if column is None else f"column {path}.{_name(column)}", text) for column, text in found]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
