"""The document that a person names by the first digits of its sha256.

Here belongs finding it. Not here: what is done with it (`withdrawal`, `corrections`, `status`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb

from warehouse.errors import AmbiguousDocumentError, NoSuchDocumentError
from warehouse.home import Home
from warehouse.landing_database import open_landing


def named_document(files: Mapping[str, str], prefix: str) -> str:
    """Give the sha256, of those that `files` names the file of, which alone begins with `prefix`.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    digits = _digits(prefix)
    if not re.fullmatch(r"[0-9a-f]{4,64}", digits):
        raise NoSuchDocumentError(
            f"{prefix!r} is no sha256", "Give its first digits, at least 4; `indicadores status` lists them"
        )
    found = sorted(sha256 for sha256 in files if sha256.startswith(digits))
    if not found:
        raise NoSuchDocumentError(
            f"no document begins with {digits}", "`indicadores status` lists the documents with their ids"
        )
    if len(found) > 1:
        names = ", ".join(f"{sha256[:16]} ({files[sha256]})" for sha256 in found)
        raise AmbiguousDocumentError(f"{len(found)} documents begin with {digits}: {names}", "Give more digits")
    return found[0]


@contextmanager
def document_in_landing(
    home: Home, prefix: str, *, read_only: bool = False
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, str]]:
    """Open landing, and give with it the sha256 and file of the one document that `prefix` names.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    if not home.landing.exists():
        raise NoSuchDocumentError(
            f"no document has landed in {home.root} yet", "Set INDICADORES_HOME to the right home"
        )
    with open_landing(home, read_only=read_only) as connection:
        files = dict(connection.execute(_DOCUMENTS, [_digits(prefix)]).fetchall())
        sha256 = named_document(files, prefix)
        yield connection, sha256, files[sha256]


def _digits(prefix: str) -> str:
    return prefix.strip().lower()


# A document that could not be read is one as well, though nothing of it has landed.
_DOCUMENTS = """
select document_sha256, arg_min(file, recorded_at) as file
from (
    select document_sha256, file, received_at as recorded_at from document
    union all select document_sha256, file, recorded_at from quarantine where stage = 'reading'
)
where starts_with(document_sha256, ?)
group by document_sha256
"""
