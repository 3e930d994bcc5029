"""Taking a wrong document out, and putting it back: recorded with time and reason, never deleted.

Here belong those two events. What a withdrawn document means for the marts is told by the views of `landing.sql`
and the models; the document itself stays in the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.errors import NoReasonError
from warehouse.home import Home
from warehouse.landing import utc_now
from warehouse.landing_database import append, transaction
from warehouse.named import document_in_landing


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What stands of a document: since when it is withdrawn, why and by whom; `withdrawn_at` None: it counts.

    `new` is False where it stood so already and nothing was written.
    """

    sha256: str
    file: str
    new: bool
    withdrawn_at: datetime | None
    reason: str | None
    by: str | None


def withdraw(home: Home, prefix: str, reason: str, by: str) -> Withdrawal:
    """Take the document out whose sha256 begins with `prefix`. The second time it changes nothing.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
        NoReasonError: `reason` is empty.
    """
    if not reason.strip():
        raise NoReasonError(f"no reason is given for withdrawing {prefix}", 'Say why, with --reason "..."')
    with document_in_landing(home, prefix) as (connection, sha256, file), transaction(connection):
        before = _standing(connection, sha256)
        if before is None:
            append(connection, "withdrawal", [(sha256, reason.strip(), by, utc_now(), None, None, None)])
        stands = _standing(connection, sha256)
        return Withdrawal(sha256, file, before is None, *(stands or (None, None, None)))


def reinstate(home: Home, prefix: str, reason: str, by: str) -> Withdrawal:
    """Put a withdrawn document back, with the reason where one is given. Where it is not withdrawn nothing is changed.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    with document_in_landing(home, prefix) as (connection, sha256, file), transaction(connection):
        before = _standing(connection, sha256)
        connection.execute(
            "update withdrawal set restored_at = ?, restored_reason = ?, restored_by = ?"
            " where document_sha256 = ? and restored_at is null",
            [utc_now(), reason.strip() or None, by, sha256],
        )
        return Withdrawal(sha256, file, before is not None, None, None, None)


def _standing(connection: duckdb.DuckDBPyConnection, sha256: str) -> tuple[datetime, str, str | None] | None:
    return connection.execute(
        "select withdrawn_at, withdrawn_reason, withdrawn_by from withdrawn_document where document_sha256 = ?",
        [sha256],
    ).fetchone()
