"""Taking a wrong document out, and putting it back: recorded with time and reason, never deleted.

Here belong those two events. What a withdrawn document means for the marts is told by the views of `landing.sql`
and the models; the document itself stays in the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.errors import AmbiguousDocumentError, NoReasonError, NoSuchDocumentError
from warehouse.home import Home
from warehouse.landing import utc_now
from warehouse.landing_database import append, open_landing, transaction


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


@contextmanager
def document_in_landing(
    home: Home, prefix: str, *, read_only: bool = False
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, str]]:
    """Open landing, and give with it the sha256 and file of the one document that `prefix` names.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    digits = prefix.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{4,64}", digits):
        raise NoSuchDocumentError(
            f"{prefix!r} is no sha256", "Give its first digits, at least 4; `indicadores status` lists them"
        )
    if not home.landing.exists():
        raise NoSuchDocumentError(
            f"no document has landed in {home.root} yet", "Set INDICADORES_HOME to the right home"
        )
    with open_landing(home, read_only=read_only) as connection:
        found = connection.execute(_DOCUMENTS, [digits]).fetchall()
        if not found:
            raise NoSuchDocumentError(
                f"no document begins with {digits}", "`indicadores status` lists the documents with their ids"
            )
        if len(found) > 1:
            names = ", ".join(f"{sha[:16]} ({file})" for sha, file in found)
            raise AmbiguousDocumentError(f"{len(found)} documents begin with {digits}: {names}", "Give more digits")
        yield connection, *found[0]


# A document that could not be read is one as well, though nothing of it has landed.
_DOCUMENTS = """
select document_sha256, arg_min(file, recorded_at) as file
from (
    select document_sha256, file, received_at as recorded_at from document
    union all select document_sha256, file, recorded_at from quarantine where stage = 'reading'
)
where starts_with(document_sha256, ?)
group by document_sha256 order by all
"""


def _standing(connection: duckdb.DuckDBPyConnection, sha256: str) -> tuple[datetime, str, str | None] | None:
    return connection.execute(
        "select withdrawn_at, withdrawn_reason, withdrawn_by from withdrawn_document where document_sha256 = ?",
        [sha256],
    ).fetchone()
