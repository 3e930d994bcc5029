"""Landing: what documents said, as read, into the landing tables. Each document in one transaction.

Here belongs what is written to and asked of the landing database before the gate. Not here: the verdict on it
(`gate`), or what is made of it (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ingest.documents import Document
from ingest.errors import UnreadableDocumentError
from ingest.indicators import Extraction
from warehouse.home import Home


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that this extractor has tried before and could not read: why, in words and in a word."""

    document: Document
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Documents sorted by what is left to do. Each sha256 appears once."""

    to_read: tuple[Document, ...]
    known: tuple[Document, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Landed:
    """What landing an extraction wrote. `new` is False where it stood there already and nothing was written."""

    extraction_id: str
    new: bool
    rows: int
    values: int
    cells: int
    rejected: int


def extraction_id(sha256: str, extractor: str) -> str:
    """Name the reading of one document by one version of the extractor."""
    return f"{sha256[:16]}-{extractor}"


@contextmanager
def open_landing(
    home: Home, *, read_only: bool = False, patience: float = 30.0
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the landing database, made or migrated where needed, for a short piece of work.

    Args:
        home: the home.
        read_only: open without writing; the database must exist.
        patience: seconds to wait while another process has it open.

    Raises:
        LandingBusyError: another process kept it open for longer than `patience`.
        LandingVersionError: a newer version of the project has written it.
        FileNotFoundError: `read_only`, and nothing has landed yet.
    """
    raise NotImplementedError
    yield


def pending(connection: duckdb.DuckDBPyConnection, documents: Sequence[Document], extractor: str) -> Pending:
    """Sort `documents` into those to read with `extractor`, those read, and those that it cannot read."""
    raise NotImplementedError


def land(connection: duckdb.DuckDBPyConnection, document: Document, extraction: Extraction) -> Landed:
    """Write the whole extraction in one transaction; the second time write nothing.

    Its rejected pieces go to quarantine with stage `interpretation`.

    Raises:
        ValueError: the extraction is of another document, or names no extractor.
    """
    raise NotImplementedError


def hold_file(connection: duckdb.DuckDBPyConnection, error: UnreadableDocumentError) -> None:
    """Record in quarantine (stage `receiving`) a file that could not even be archived."""
    raise NotImplementedError


def hold_document(
    connection: duckdb.DuckDBPyConnection, document: Document, extractor: str, error: UnreadableDocumentError
) -> None:
    """Record in quarantine (stage `reading`) an archived document that `extractor` could not read.

    `pending` then gives it as refused until the extractor, or the file's ending, changes.
    """
    raise NotImplementedError
