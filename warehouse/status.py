"""What a home holds, for a person: documents, the last release, quarantine and what waits for review.

Here belongs gathering that. It disturbs nobody and works while a refresh runs. Not here: how it is shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import duckdb

from warehouse.errors import LandingBusyError, NothingPublishedError
from warehouse.hold import standing_refusal
from warehouse.home import Home
from warehouse.landing_database import open_landing
from warehouse.lock import Holder, holder
from warehouse.published import open_published
from warehouse.release import Release, held_release, published_release


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """One document as last read. `state`: `admitted`, `withdrawn`, `stopped` (by the gate), `unjudged`, or `published`.

    `published` is said where landing could not be read. `qualities` counts the values by quality; `held_rows` are
    the rows of these that the gate holds. `unsure` are the fields of its heading that may be misread, or were not read.
    """

    sha256: str
    file: str
    kind: str
    pages: int
    state: str
    municipality: str | None
    program_code: str | None
    fiscal_year: int | None
    quarter: int | None
    rows: int
    held_rows: int
    received_at: datetime
    qualities: dict[str, int]
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    """One thing held: what, where, why, and (in `detail`) the remedy. `sha256` is None where nothing was archived."""

    file: str
    sha256: str | None
    stage: str
    reason: str
    detail: str
    page: int | None
    text: str | None
    expectation: str | None
    observed: str | None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One value for a person to look at: disputed, or stated anew after a person had corrected it (`held` is True).

    `quarter` is None for the annual goal. A held statement does not count until a person accepts or corrects it.
    """

    file: str
    sha256: str
    page: int | None
    code: str | None
    indicator: str | None
    measure: str
    quarter: int | None
    value: float | None
    text: str | None
    reason: str | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home: documents as they came; quarantine and review with what came last first.

    `landing_busy`: landing could not be read, because a refresh writes; documents and review are then those of
    the published warehouse, and quarantine is empty. `held`: the release that waits for a person. `refused`: what a
    person said in refusing one, where none has followed it: what has landed since is not published.
    """

    release: Release | None
    held: Release | None
    refused: dict[str, str] | None
    busy: Holder | None
    landing_busy: bool
    documents: tuple[DocumentStatus, ...]
    quarantine: tuple[QuarantineItem, ...]
    review: tuple[ReviewItem, ...]


def status(home: Home, patience: float = 1.0) -> Status:
    """Gather the state of the home; `patience` is how many seconds to wait for the landing database."""
    busy = holder(home.refresh_lock)
    releases = published_release(home), held_release(home), standing_refusal(home)
    held = _held_restatements(home)
    try:
        with open_landing(home, read_only=True, patience=patience) as connection:
            review = (*held, *_review(connection))
            return Status(*releases, busy, False, _documents(connection), _quarantine(connection), review)
    except FileNotFoundError:
        return Status(*releases, busy, False, (), (), ())
    except LandingBusyError:
        documents, review = _published(home)
        return Status(*releases, busy, True, documents, (), (*held, *review))


_DOCUMENTS = """
with
newest as (
    select * from extraction
    qualify row_number() over (partition by document_sha256 order by recorded_at desc, extraction_id desc) = 1
),
shown as (  -- the admitted reading, or the newest where none is admitted
    select * exclude (withdrawn_at, withdrawn_reason), if(withdrawn_at is null, 'admitted', 'withdrawn') as verdict
    from known_extraction
    union all
    select n.*, case when exists (select 1 from gate g where g.extraction_id = n.extraction_id)
        then 'stopped' else 'unjudged' end as verdict
    from newest n anti join known_extraction c using (document_sha256)
),
qualities as (
    select extraction_number, to_json(map(list(quality order by quality), list(n order by quality))) as counts
    from (select extraction_number, quality, count(*) as n from corrected_value group by all)
    group by extraction_number
)
select
    d.document_sha256, d.file, d.kind, d.pages, s.verdict, s.municipality, s.program_code, s.fiscal_year, s.quarter,
    s.row_count,
    (
        select count(distinct q.row_number) from quarantine q
        where q.stage = 'landing_suite' and q.extraction_id = s.extraction_id
    ),
    d.received_at, coalesce(counts, '{}'),
    (select list(h.field order by h.field) from open_header_doubt h where h.extraction_id = s.extraction_id)
from shown s join document d using (document_sha256) left join qualities using (extraction_number)
order by d.received_at, d.file
"""


def _documents(connection: duckdb.DuckDBPyConnection) -> tuple[DocumentStatus, ...]:
    found = connection.execute(_DOCUMENTS).fetchall()
    return tuple(_document(line[:12], json.loads(line[12]), tuple(line[13] or ())) for line in found)


def _document(line: tuple[Any, ...], qualities: dict[str, int], unsure: tuple[str, ...] = ()) -> DocumentStatus:
    names = [f.name for f in fields(DocumentStatus)][: len(line)]
    return DocumentStatus(**dict(zip(names, line, strict=True)), qualities=qualities, unsure=unsure)


def _quarantine(connection: duckdb.DuckDBPyConnection) -> tuple[QuarantineItem, ...]:
    found = connection.execute(
        "select file, document_sha256, stage, reason, detail, page, text, expectation, observed from open_quarantine"
        " order by recorded_at desc, file, page, row_number, expectation"
    ).fetchall()
    return tuple(QuarantineItem(*line) for line in found)


def _review(connection: duckdb.DuckDBPyConnection) -> tuple[ReviewItem, ...]:
    found = connection.execute(
        "select d.file, d.document_sha256, coalesce(v.page, r.page), r.code, r.indicator, v.measure, v.quarter,"
        " v.value, v.text, coalesce('a person doubts it: ' || c.reason, v.reason)"
        " from corrected_value v join current_extraction using (extraction_number)"
        " join document d using (document_sha256) join corrected_row r using (extraction_number, row_number)"
        " left join applied_correction c on c.extraction_id = v.extraction_id and c.correction_id = v.correction_id"
        " where v.quality = 'disputed' and not exists (select 1 from quarantine q"
        "   where q.stage = 'landing_suite' and q.extraction_id = r.extraction_id"
        "   and q.row_number = r.row_number)"
        " order by d.received_at desc, d.file, d.document_sha256, r.row_number, v.measure, v.quarter"
    ).fetchall()
    return tuple(ReviewItem(*line) for line in found)


_HELD_RESTATEMENTS = """
select document_file, document_sha256, page, indicator_code, indicator, measure, quarter, new_value, new_text,
    'a person corrected it to ' || format('{:.15g}', kept_value) || '; accept or correct what this later report states',
    true
from fct_held_restatement
order by document_file, indicator_code, measure, quarter
"""


def _held_restatements(home: Home) -> tuple[ReviewItem, ...]:
    """Give what was published as held back; nothing where the release is of a version that held nothing back."""
    try:
        with open_published(home) as connection:
            if not connection.execute(_HAS_HELD).fetchall():
                return ()
            return tuple(ReviewItem(*line) for line in connection.execute(_HELD_RESTATEMENTS).fetchall())
    except NothingPublishedError:
        return ()


_HAS_HELD = "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'fct_held_restatement'"

_PUBLISHED_DOCUMENTS = """
select
    document_sha256, document_file, kind, pages, 'published', municipality, program_code, stated_in_year,
    stated_in_quarter, row_count, 0, received_at
from dim_document
left join dim_municipality using (municipality_id)
left join dim_program using (program_id)
order by received_at, document_file
"""

_PUBLISHED_REVIEW = """
select document_file, document_sha256, page, indicator_code, indicator, 'goal', quarter, goal, null, null
from measurements where goal_quality = 'disputed'
union all
select document_file, document_sha256, page, indicator_code, indicator, 'achieved', quarter, achieved, null, null
from measurements where achieved_quality = 'disputed'
order by all
"""


def _published(home: Home) -> tuple[tuple[DocumentStatus, ...], tuple[ReviewItem, ...]]:
    try:
        with open_published(home) as connection:
            documents = connection.execute(_PUBLISHED_DOCUMENTS).fetchall()
            review = connection.execute(_PUBLISHED_REVIEW).fetchall()
    except NothingPublishedError:
        return (), ()
    shown = tuple(_document(line, {}) for line in documents)
    places = {d.sha256: n for n, d in enumerate(reversed(shown))}
    items = sorted((ReviewItem(*line) for line in review), key=lambda item: places[item.sha256])
    return shown, tuple(items)
