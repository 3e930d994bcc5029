"""Corrections in landing: laid over what was read, recorded as events, and held where they do not fit.

Here belongs bringing the entries from git together with the landing tables. Not here: the entries themselves
(`ingest.correction`), which reading one fits (`ingest.correction_match`), or the views over both (`landing.sql`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.correction import ATTRIBUTES, HEADER, Correction, corrections_digest, load_corrections
from ingest.correction_match import Figure, Fit, Matched, Misfit, Reading, ReadRow, is_of, match
from warehouse.errors import NoSuchDocumentError
from warehouse.home import Home
from warehouse.landing import identity, utc_now
from warehouse.landing_database import append, open_landing, transaction
from warehouse.named import document_in_landing

STAGE = "correction"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the corrections: how many entries there are, which fit, what a person has to settle.

    `begun` and `ended` count what applies now and did not before, or the other way round.
    """

    entries: int
    fits: tuple[Fit, ...]
    troubles: tuple[Misfit, ...]
    begun: int
    ended: int


def apply_corrections(home: Home, corrections: Sequence[Correction] | None = None) -> Applied:
    """Compare all corrections (default: those of the corrections folder) with what has landed, and record the result.

    What is new begins to apply, what was taken back or fits no more ends; an entry that does not fit holds its
    document in quarantine. All in one transaction; the second time nothing is written.

    Raises:
        CorrectionFileError: a file of corrections cannot be used.
    """
    entries = load_corrections() if corrections is None else tuple(corrections)
    with open_landing(home) as connection, transaction(connection):
        matched = match(entries, readings(connection, entries))
        begun, ended = _record_fits(connection, matched.fits)
        _record_misfits(connection, matched.misfits)
        if corrections_are_due(connection, entries):
            line = (corrections_digest(entries), len(entries), len(matched.troubles), utc_now())
            append(connection, "correction_check", [line])
    return Applied(len(entries), matched.fits, matched.troubles, begun, ended)


def check_corrections(home: Home, corrections: Sequence[Correction] | None = None) -> Matched:
    """Compare all corrections with what has landed, and record nothing.

    Raises:
        CorrectionFileError: a file of corrections cannot be used.
        LandingBusyError: another process keeps the landing database open.
    """
    entries = load_corrections() if corrections is None else tuple(corrections)
    if not home.landing.exists():
        return match(entries, ())
    with open_landing(home, read_only=True) as connection:
        return match(entries, readings(connection, entries))


def corrections_are_due(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> bool:
    """Whether these corrections are others than those that were compared with landing the last time."""
    last = connection.execute("select digest from correction_check order by recorded_at desc limit 1").fetchone()
    return (last[0] if last else corrections_digest(())) != corrections_digest(corrections)


def readings(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> list[Reading]:
    """Give, as read, every reading of the documents that `corrections` are about; oldest first."""
    if not corrections:
        return []
    by_period = any(not isinstance(c.document, str) for c in corrections)
    headers = _headers(connection, by_period, [c.document for c in corrections if isinstance(c.document, str)])
    return _with_rows(connection, [r for r in headers if any(is_of(c, r) for c in corrections)])


def newest_reading(home: Home, prefix: str) -> tuple[Reading, dict[tuple[int, str], Path]]:
    """Give the newest reading of the one document whose sha256 begins so, and the pictures of its values.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    with document_in_landing(home, prefix, read_only=True) as (connection, sha256, file):
        found = [r for r in _headers(connection, False, [sha256]) if r.is_newest]
        if not found:
            raise NoSuchDocumentError(f"{file} could not be read", "`indicadores status` tells why")
        pictures = connection.execute(
            "select row_number, measure || coalesce('.' || quarter, ''), file"
            f" from {_NAMED} join crop using (extraction_number)",
            [[found[0].extraction_id]],
        ).fetchall()
        reading = _with_rows(connection, found)[0]
    return reading, {(row, field): home.crops / name for row, field, name in pictures}


def _headers(connection: duckdb.DuckDBPyConnection, every: bool, prefixes: Sequence[str]) -> list[Reading]:
    found = connection.execute(
        f"select e.extraction_id, e.document_sha256, d.file, a.extraction_id is not null,"
        f" {', '.join(f'e.{name}' for name in HEADER)}"
        " from extraction e join document d using (document_sha256)"
        " left join last_attempt a on a.extraction_id = e.extraction_id"
        " where ? or exists (from unnest(?::varchar[]) p(prefix) where starts_with(e.document_sha256, prefix))"
        " order by e.recorded_at, e.extraction_id",
        [every, list(prefixes)],
    ).fetchall()
    return [
        Reading(name, sha, file, dict(zip(HEADER, header, strict=True)), (), newest)
        for name, sha, file, newest, *header in found
    ]


def _with_rows(connection: duckdb.DuckDBPyConnection, headers: Sequence[Reading]) -> list[Reading]:
    rows = _rows(connection, [r.extraction_id for r in headers])
    return [replace(r, rows=rows.get(r.extraction_id, ())) for r in headers]


_NAMED = (
    "(select extraction_id, extraction_number from extraction where list_contains(?::varchar[], extraction_id)) named"
)


def _rows(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, list[ReadRow]]:
    figures: dict[tuple[str, int], dict[str, Figure]] = defaultdict(dict)
    for name, number, field, *figure in connection.execute(
        "select extraction_id, row_number, measure || coalesce('.' || quarter, ''), value, text, quality"
        f" from {_NAMED} join value using (extraction_number)",
        [list(names)],
    ).fetchall():
        figures[name, number][field] = Figure(*figure)
    rows: dict[str, list[ReadRow]] = defaultdict(list)
    for name, number, page, *texts in connection.execute(
        f"select extraction_id, row_number, page, {', '.join(ATTRIBUTES)}"
        f" from {_NAMED} join row using (extraction_number) order by extraction_id, row_number",
        [list(names)],
    ).fetchall():
        attributes = dict(zip(ATTRIBUTES, texts, strict=True))
        rows[name].append(ReadRow(number, page, attributes, figures[name, number]))
    return rows


def _record_fits(connection: duckdb.DuckDBPyConnection, fits: Iterable[Fit]) -> tuple[int, int]:
    """Write an event for each correction that begins or ends to apply; give how many did."""
    now = utc_now()
    wanted = {(f.reading.extraction_id, f.correction.id): f for f in fits}
    standing = {(line[1], line[0]): line for line in connection.execute("select * from applied_correction").fetchall()}
    begun = [_line(f, now) for key, f in wanted.items() if key not in standing]
    ended = [(*line[:-1], False, now) for key, line in standing.items() if key not in wanted]
    append(connection, "correction", [*begun, *ended])
    return len(begun), len(ended)


def _line(fit: Fit, now: datetime) -> tuple[Any, ...]:
    c = fit.correction
    number = c.value if isinstance(c.value, float) else None
    text = c.value if isinstance(c.value, str) else None
    return (
        c.id,
        fit.reading.extraction_id,
        fit.reading.sha256,
        fit.row,
        c.field,
        str(c.action),
        fit.old.value,
        fit.old.text,
        fit.old.quality or None,
        number,
        text,
        c.reason,
        c.evidence_page,
        c.evidence,
        c.by,
        c.date,
        c.source,
        True,
        now,
    )


def _record_misfits(connection: duckdb.DuckDBPyConnection, misfits: Iterable[Misfit]) -> None:
    """Bring what is held for corrections to what does not fit now; what was held before keeps its time."""
    now = utc_now()
    lines = [_held(m, now) for m in misfits]
    connection.execute(
        "delete from quarantine where stage = ? and not list_contains(?::varchar[], quarantine_id)",
        [STAGE, [line[0] for line in lines]],
    )
    append(connection, "quarantine", lines, ignore_known=True)
    connection.execute(
        "update correction_hold set released_at = $now where released_at is null and extraction_id not in"
        " (select extraction_id from quarantine where stage = $stage and extraction_id is not null)",
        {"now": now, "stage": STAGE},
    )
    connection.execute(_HOLD, {"now": now, "stage": STAGE})


# What the gate has not let pass before has never counted: it is held from its beginning.
_HOLD = """
insert into correction_hold
select
    e.extraction_id, e.document_sha256,
    if(exists (from gate g where g.extraction_id = e.extraction_id and g.passed), $now, e.recorded_at), null
from extraction e
semi join (from quarantine where stage = $stage) q using (extraction_id)
anti join (from correction_hold where released_at is null) h using (extraction_id)
"""


def _held(misfit: Misfit, now: datetime) -> tuple[Any, ...]:
    c, reading = misfit.correction, misfit.reading
    name = None if reading is None else reading.extraction_id
    file = c.source.partition(",")[0] if reading is None else reading.file
    return (
        identity(STAGE, c.id, name, misfit.detail),
        None if reading is None else reading.sha256,
        name,
        None,
        file,
        STAGE,
        str(misfit.trouble),
        misfit.detail,
        None,
        None,
        c.page,
        None,
        now,
    )
