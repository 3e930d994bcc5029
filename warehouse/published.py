"""Opening the published warehouse for reading, always as it is now.

Here belongs that one way in. Not here: what is asked of it (`query`, `manifest`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.errors import DamagedReleaseError, NothingPublishedError
from warehouse.home import Home


@contextmanager
def open_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse read-only, names being looked up in its schema marts.

    It is attached to a private database in memory: `duckdb.connect(path)` would give, in a process that has the
    file open already, that older file again. Nothing but this file can be reached, and no setting changed.

    Raises:
        NothingPublishedError: there is no published warehouse.
        DamagedReleaseError: the file cannot be opened as a database.
    """
    if not home.warehouse.exists():
        raise NothingPublishedError(
            f"nothing is published in {home.root} yet", "Put reports into the inbox and run `indicadores refresh`"
        )
    with duckdb.connect() as connection:
        path = str(home.warehouse).replace("'", "''")
        try:
            connection.execute(f"attach '{path}' as warehouse (read_only)")
            connection.execute("use warehouse.marts")
        except duckdb.Error as error:
            raise DamagedReleaseError(
                f"{home.warehouse} cannot be opened as a published warehouse ({error})",
                f"Close programs that write to it; else move it away and roll back to a release in {home.releases}",
            ) from error
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
