"""Reading the published warehouse with SQL, and only reading.

Here belongs the guarded query. Not here: how a result is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from warehouse.home import Home


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query with the names and DuckDB types of their columns. `truncated`: there were more."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    truncated: bool = False


def query(home: Home, sql: str, limit: int | None = None) -> Result:
    """Run one reading statement on the published warehouse; names are looked up in schema marts first.

    No file but the warehouse can be reached, and nothing written. `limit` cuts the result.

    Raises:
        NothingPublishedError: there is no published warehouse.
        QueryError: it is no single reading statement, or DuckDB refuses it.
    """
    raise NotImplementedError
