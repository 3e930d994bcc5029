"""Landing: what documents said, as read, into the landing tables. Each document in one transaction.

Here belongs what is written to and asked of the landing tables before the gate. Not here: the database itself
(`landing_database`), the verdict (`gate`), or what is made of it (dbt).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.cells import Box, Cell, Span
from ingest.documents import Document
from ingest.errors import TooCostlyError, UnreadableDocumentError
from ingest.indicators import Extraction, IndicatorRow, Value
from ingest.limits import ReadingLimits, is_raised
from warehouse.landing_database import append, open_landing, transaction

__all__ = [
    "Landed",
    "Pending",
    "Refused",
    "end_held_files",
    "extraction_id",
    "hold_document",
    "hold_file",
    "land",
    "open_landing",
    "pending",
]

LABEL_UNSURE = "label_unsure"
"""The rule of a finding that tells which labels of a row may have been misread."""
Line = tuple[Any, ...]


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
    """What an extraction holds. `new` is False where it stood there already and nothing was written."""

    extraction_id: str
    new: bool
    rows: int
    values: int
    cells: int
    rejected: int


def extraction_id(sha256: str, extractor: str) -> str:
    """Name the reading of one document by one version of the extractor."""
    return f"{sha256[:16]}-{extractor}"


def utc_now() -> datetime:
    """Give the time as the tables keep it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def pending(
    connection: duckdb.DuckDBPyConnection,
    documents: Sequence[Document],
    extractor: str,
    limits: ReadingLimits | None = None,
) -> Pending:
    """Sort `documents` into those to read with `extractor`, those read, and those that it cannot read.

    A document that could not be read is worth a new try when the limit that it met is higher in `limits` (default:
    those of the environment).
    """
    names = [extraction_id(d.sha256, extractor) for d in documents]
    read = _extractions(connection, names)
    failed = _failures(connection, names)
    to_read: dict[str, Document] = {}
    known: dict[str, Document] = {}
    refused: dict[str, Refused] = {}
    for name, document in zip(names, documents, strict=True):
        failure = failed.get(name)
        if name in read:
            known.setdefault(name, document)
        elif failure is None or (failure[0] == TooCostlyError.reason and is_raised(failure[1], limits)):
            to_read.setdefault(name, document)
        else:
            refused.setdefault(name, Refused(document, *failure))
    return Pending(tuple(to_read.values()), tuple(known.values()), tuple(refused.values()))


def land(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    extraction: Extraction,
    crops: Mapping[tuple[int, str, int | None], str] | None = None,
) -> Landed:
    """Write the whole extraction in one transaction; the second time write nothing.

    `crops` are the pictures of values, by (row number, measure, quarter), as files in the home's `crops`. Rejected
    pieces of the extraction go to quarantine with stage `interpretation`.

    Raises:
        ValueError: the extraction is of another document, or names no extractor.
    """
    if extraction.sha256 != document.sha256:
        raise ValueError(f"{document.file}: the extraction is of another document, {extraction.sha256}")
    if not extraction.extractor:
        raise ValueError(f"{extraction.file}: the extraction does not name its extractor")
    name, now = extraction_id(document.sha256, extraction.extractor), utc_now()
    new = name not in _extractions(connection, [name])
    values = sum(1 for row in extraction.rows for _ in row.values())
    if new:
        with transaction(connection):
            _insert_document(connection, document, extraction, now)
            key = _next_number(connection)
            append(connection, "extraction", [(*_extraction_line(name, extraction, values, now), key)])
            append(connection, "header_doubt", [(name, field) for field in extraction.header.unsure])
            append(connection, "cell", _cell_lines(key, extraction.cells))
            append(connection, "row", _row_lines(key, extraction.rows))
            append(connection, "value", _value_lines(key, extraction.rows))
            append(connection, "crop", [(key, *place, file) for place, file in (crops or {}).items()])
            append(connection, "finding", _finding_lines(key, extraction.rows))
            append(connection, "quarantine", _rejected_lines(name, extraction, now), ignore_known=True)
    counts = (len(extraction.rows), values, len(extraction.cells), len(extraction.rejected))
    return Landed(name, new, *counts)


def hold_file(connection: duckdb.DuckDBPyConnection, error: UnreadableDocumentError, path: Path | None = None) -> None:
    """Record in quarantine (stage `receiving`) a file that could not even be archived, and where it lies."""
    key = identity("receiving", error.file, error.reason, str(error))
    line = (key, None, None, None, error.file, "receiving", error.reason, str(error), *_NO_CHECK, utc_now())
    append(connection, "quarantine", [line], ignore_known=True)
    if path is not None:
        connection.execute(
            "insert into held_file values (?, ?, null) on conflict do update set path = excluded.path, gone_at = null",
            [key, str(path.absolute())],
        )


def end_held_files(connection: duckdb.DuckDBPyConnection, looked_at: Iterable[Path]) -> None:
    """End what is held of files that are taken away, or among `looked_at`: `hold_file` those that are still unwell.

    They were never archived, so that nothing but the file itself could be put right.
    """
    seen = {str(path.absolute()) for path in looked_at}
    held = connection.execute("select quarantine_id, path from held_file where gone_at is null").fetchall()
    gone = [key for key, path in held if path in seen or not Path(path).exists()]
    connection.execute(
        "update held_file set gone_at = ? where list_contains(?::varchar[], quarantine_id)", [utc_now(), gone]
    )


def hold_document(
    connection: duckdb.DuckDBPyConnection, document: Document, extractor: str, error: UnreadableDocumentError
) -> None:
    """Record in quarantine (stage `reading`) an archived document that `extractor` could not read.

    `pending` then gives it as refused until the extractor or the limit that it met changes.
    """
    name = extraction_id(document.sha256, extractor)
    met = [str(error)] if isinstance(error, TooCostlyError) else []
    key = identity("reading", name, *met)
    where = (document.sha256, name, None, document.file)
    line = (key, *where, "reading", error.reason, str(error), *_NO_CHECK, utc_now())
    append(connection, "quarantine", [line], ignore_known=True)


def identity(*parts: object) -> str:
    """Give the id of a quarantine row: the same thing held for the same cause has the same id."""
    return hashlib.sha256("\x1f".join(str(p) for p in parts).encode()).hexdigest()[:32]


_NO_CHECK = (None, None, None, None)
"""Expectation, observed, page and text of a quarantine row that no expectation made."""


def _next_number(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute("select coalesce(max(extraction_number), 0) + 1 from extraction").fetchall()
    return int(found[0][0])


def _extractions(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> set[str]:
    found = connection.execute(
        "select extraction_id from extraction where list_contains(?::varchar[], extraction_id)", [list(names)]
    ).fetchall()
    return {name for (name,) in found}


def _failures(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give failed attempts, each with its reason and detail."""
    found = connection.execute(
        "select extraction_id, reason, detail from quarantine"
        " where stage = 'reading' and list_contains(?::varchar[], extraction_id) order by recorded_at",
        [list(names)],
    ).fetchall()
    return {name: (reason, detail) for name, reason, detail in found}


def _insert_document(
    connection: duckdb.DuckDBPyConnection, document: Document, extraction: Extraction, now: datetime
) -> None:
    # Kind, pages and issue are what the last reading saw; the file's name and time stay those of its arrival.
    connection.execute(
        "insert into document values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set kind = excluded.kind, pages = excluded.pages, issued_at = excluded.issued_at",
        [
            document.sha256,
            document.file,
            str(extraction.kind),
            document.bytes,
            extraction.pages,
            now,
            extraction.issued_at,
        ],
    )


def _extraction_line(name: str, extraction: Extraction, values: int, now: datetime) -> Line:
    head = extraction.header
    return (
        name,
        extraction.sha256,
        extraction.extractor,
        extraction.profile,
        head.municipality,
        head.state,
        head.entity,
        head.program_code,
        head.program_name,
        head.fiscal_year,
        head.quarter,
        len(extraction.rows),
        values,
        extraction.seconds,
        now,
        head.plan,
    )


def _cell_lines(key: int, cells: Iterable[Cell]) -> list[Line]:
    return [
        (key, number, c.text, c.page, *_box(c.box), *_span(c.span), c.confidence, c.engine or None)
        for number, c in enumerate(cells)
    ]


def _row_lines(key: int, rows: Iterable[IndicatorRow]) -> list[Line]:
    return [
        (
            key,
            number,
            r.page,
            r.level,
            r.code,
            r.department,
            r.objective,
            r.indicator,
            r.acronym,
            r.frequency,
            r.unit,
            r.variable_unit,
            r.justification,
        )
        for number, r in enumerate(rows)
    ]


def _value_lines(key: int, rows: Iterable[IndicatorRow]) -> list[Line]:
    return [
        (key, number, measure, quarter, *_value(value))
        for number, row in enumerate(rows)
        for measure, quarter, value in row.values()
    ]


def _value(v: Value) -> Line:
    place = (v.page, *_box(v.box), *_span(v.span))
    return (v.value, v.text, str(v.quality), v.reason, *place, v.confidence, v.engine)


def _finding_lines(key: int, rows: Iterable[IndicatorRow]) -> list[Line]:
    return [
        (key, number, place, rule, fields, detail)
        for number, row in enumerate(rows)
        for place, (rule, fields, detail) in enumerate(_findings(row))
    ]


def _findings(row: IndicatorRow) -> Iterator[tuple[str, list[str], str]]:
    yield from ((str(f.rule), list(f.fields), f.detail) for f in row.findings)
    if row.unsure:
        read = "; ".join(f"{label} {getattr(row, label)!r}" for label in row.unsure)
        yield LABEL_UNSURE, list(row.unsure), f"may have been misread: {read}"


def _rejected_lines(name: str, extraction: Extraction, now: datetime) -> list[Line]:
    stage = "interpretation"
    return [
        (
            identity(stage, name, number),
            extraction.sha256,
            name,
            None,
            extraction.file,
            stage,
            "not_understood",
            f"{piece.reason}. {piece.remedy}.",
            None,
            None,
            piece.page,
            piece.text,
            now,
        )
        for number, piece in enumerate(extraction.rejected)
    ]


def _box(box: Box | None) -> tuple[float | None, ...]:
    return (None,) * 4 if box is None else (box.x0, box.top, box.x1, box.bottom)


def _span(span: Span | None) -> tuple[int | None, int | None]:
    return (None, None) if span is None else (span.start, span.end)
