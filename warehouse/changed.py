"""Which municipalities a candidate and the published release differ in: what is to be audited and compared.

Here belongs that question. What a release says of the others was audited and compared when it was built, from the
same documents by the same code. Not here: auditing (`gate`), or comparing (`difference`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

EVERYTHING = "true"
"""The condition that all municipalities meet."""

_MANY = 200
"""With more municipalities than these a list is no help, and everything is looked at."""


def where_changed(connection: duckdb.DuckDBPyConnection, fresh: str, former: str, code_version: str) -> str:
    """Give the condition on the column `municipality` that all meet that differ between two attached databases.

    Args:
        connection: where both are attached.
        fresh: the name of the candidate's database.
        former: the name of the published one.
        code_version: of the code that built the candidate. What another code built is compared as a whole.
    """
    if not _tells(connection, fresh) or not _tells(connection, former) or _code(connection, former) != code_version:
        return EVERYTHING
    names = [name for (name,) in connection.execute(_CHANGED.format(fresh=fresh, former=former)).fetchall()]
    return EVERYTHING if len(names) > _MANY else _condition(names)


def parts(connection: duckdb.DuckDBPyConnection, fresh: str, where: str) -> list[str]:
    """Give conditions that together are `where`, none of which many more than `_AT_ONCE` statements meet.

    A municipality is never divided.
    """
    if where != EVERYTHING or not _tells(connection, fresh):
        return [where]
    groups: list[list[str | None]] = [[]]
    size = 0
    for name, statements in connection.execute(_SIZES.format(fresh=fresh)).fetchall():
        if size and size + statements > _AT_ONCE:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += statements
    return [where] if len(groups) == 1 else [_condition(names) for names in groups]


def _condition(names: Sequence[str | None]) -> str:
    texts = [f"'{name.replace(chr(39), 2 * chr(39))}'" for name in names if name is not None]
    listed = [f"municipality in ({', '.join(texts)})"] if texts else []
    return " or ".join([*listed, *(["municipality is null"] if None in names else [])]) or "false"


_AT_ONCE = 2_000_000
"""How many statements are looked at in one go: some gigabytes of data frames."""

_SIZES = """
select municipality, sum(statements)::bigint
from (
    select municipality_id, count(*) as statements from {fresh}.marts.fct_measurement_history group by municipality_id
)
join {fresh}.marts.dim_municipality using (municipality_id)
group by municipality order by municipality
"""


# By name: two municipalities of one name in two states are both looked at where one differs.
_CHANGED = """
with changed as (
    select coalesce(n.municipality_id, o.municipality_id) as municipality_id
    from {fresh}.marts.mart_build n
    full join {former}.marts.mart_build o on n.municipality_id = o.municipality_id
    where n.fingerprint is distinct from o.fingerprint
)
select municipality from {fresh}.marts.dim_municipality semi join changed using (municipality_id)
union
select municipality from {former}.marts.dim_municipality semi join changed using (municipality_id)
"""


def _tells(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where database_name = ? and schema_name = 'marts'"
            " and table_name = 'mart_build'",
            [database],
        ).fetchall()
    )


def _code(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    return str(connection.execute(f"select code_version from {database}.marts.release").fetchall()[0][0])
