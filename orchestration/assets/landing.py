"""Landing as assets: reading each document, and the gate that decides what may go on.

Here belongs telling Dagster what was read, held and admitted. Not here: reading (`ingest`), landing and judging
(`warehouse`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

import warehouse
from ingest.cells import Kind
from ingest.documents import Document
from ingest.errors import UnreadableDocumentError
from ingest.extract import extractor_version
from ingest.indicators import Extraction
from ingest.limits import ReadingLimits
from ingest.safely import call_safely, close, read_safely
from orchestration.assets.documents import DOCUMENTS, ONE_RUN, OWNERS, documents
from orchestration.intake import document_of
from orchestration.previews import (
    SENTENCES,
    cell_text,
    disputed_list,
    doubt_list,
    markdown_table,
    marked,
    picture_list,
    quality_counts,
    rows_preview,
)
from orchestration.progress import Pace, tell
from orchestration.resources import HomeResource, LimitsResource, RefreshLock
from orchestration.suite_checks import expectation_results, expectation_specs
from warehouse.corrections import Applied, apply_corrections
from warehouse.gate import Verdict, judge_landing
from warehouse.home import Home
from warehouse.landing import Pending, hold_document, hold_file, land, open_landing, pending

EXTRACTION = dg.AssetKey(["landing", "extraction"])
ADMITTED = dg.AssetKey(["landing", "admitted"])


def landing_schema() -> dg.TableSchema:
    """Give the columns of the landing tables with the comments of `landing.sql`, named `table.column`."""
    sql = (Path(warehouse.__file__).parent / "landing.sql").read_text()
    columns: list[dg.TableColumn] = []
    for table, body in re.findall(r"create table if not exists (\w+) \((.*?)^\);", sql, re.DOTALL | re.MULTILINE):
        for line in body.splitlines():
            code, _, comment = line.partition("--")
            for name, kind in re.findall(
                r"(\w+)\s+(varchar\[\]|varchar|bigint|integer|double|boolean|timestamp)", code
            ):
                columns.append(
                    dg.TableColumn(f"{table}.{name}", kind, description=re.sub("[<>]", "", comment).strip() or None)
                )
    return dg.TableSchema(columns=columns)


@dg.asset(
    key=EXTRACTION,
    deps=[documents],
    partitions_def=DOCUMENTS,
    backfill_policy=ONE_RUN,
    group_name="landing",
    owners=OWNERS,
    kinds={"python", "duckdb"},
    metadata={"dagster/column_schema": landing_schema(), "dagster/table_name": "landing.main"},
    description=(
        "What each document says, as read: its cells, rows, values with their place on the page, and findings. "
        "Append-only: the same document and the same extractor are never read twice; a newer extractor adds a "
        "reading. A document that cannot be read is held in quarantine with its reason, and the others go on."
    ),
)
def extraction(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    limits: LimitsResource,
    lock: RefreshLock,  # noqa: ARG001
) -> None:
    """Read the documents of this run that this extractor has not read, and land each in one transaction."""
    place, extractor, allowed = home.open(), extractor_version(), limits.limits()
    found = _find(place, context.partition_keys)
    with open_landing(place) as connection:
        work = pending(connection, list(found.values()), extractor, allowed)
    try:
        readings = _read_all(context, place, work.to_read, extractor, allowed)
    finally:
        close()
    for key in context.partition_keys:
        document = found.get(key)
        state = _state(place, document, work, readings) or _as_before(context, key)
        context.add_asset_metadata(state, partition_key=key)


@dg.multi_asset(
    name="landing_gate",
    specs=[
        dg.AssetSpec(
            ADMITTED,
            deps=[EXTRACTION],
            group_name="landing",
            owners=OWNERS,
            kinds={"great_expectations", "duckdb"},
            description=(
                "What the landing suite lets pass: of each document the newest reading that it admits, without the "
                "rows that it holds. dbt reads nothing else. A document that fails stops here, others go on."
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "landing_suite",
            asset=ADMITTED,
            blocking=True,
            description=(
                "The verdict of the landing suite. Warns where documents or rows are held back; fails, and stops "
                "everything after it, where no document at all may pass."
            ),
        ),
        dg.AssetCheckSpec(
            "corrections_fit",
            asset=ADMITTED,
            description=(
                "Each correction in git fits what is read. One that is outdated or ambiguous holds its document; one "
                "that fits no document is unused. The others apply."
            ),
        ),
        *expectation_specs("landing", ADMITTED),
    ],
    can_subset=True,
)
def landing_gate(
    context: dg.AssetExecutionContext,
    home: HomeResource,
    lock: RefreshLock,  # noqa: ARG001
) -> Iterator[dg.MaterializeResult[None]]:
    """Lay corrections over what has landed, judge what was not judged, and tell what may pass."""
    tell("gate")
    place = home.open()
    corrections = apply_corrections(place)
    verdicts = judge_landing(place)
    state = _gate_state(place)
    results = [
        _suite_result(verdicts, state),
        _corrections_result(corrections),
        *expectation_results(verdicts, ADMITTED, dg.AssetCheckSeverity.WARN),
    ]
    wanted = {key.name for key in context.selected_asset_check_keys}
    yield dg.MaterializeResult(
        asset_key=ADMITTED,
        metadata={
            "documents admitted": state.admitted,
            "documents stopped": state.stopped,
            "rows held": state.held_rows,
            "documents judged in this run": len(verdicts),
            "corrections applied": len(corrections.fits),
            "admitted": dg.MetadataValue.md(state.table),
            "held": dg.MetadataValue.md(state.held),
        },
        check_results=[r for r in results if r.check_name in wanted],
    )


def _find(home: Home, keys: Sequence[str]) -> dict[str, Document]:
    """Give the archived document of each key. One that is gone is held, and missing in what this gives."""
    found = {}
    for key in keys:
        try:
            found[key] = document_of(home, key)
        except UnreadableDocumentError as error:
            with open_landing(home) as connection:
                hold_file(connection, error)
    return found


def _read_all(
    context: dg.AssetExecutionContext, home: Home, todo: Sequence[Document], extractor: str, limits: ReadingLimits
) -> dict[str, Extraction | UnreadableDocumentError]:
    """Read and land each document; give by sha256 what came of it."""
    readings: dict[str, Extraction | UnreadableDocumentError] = {}
    for number, document in enumerate(todo):
        tell("read", number, len(todo), document.file)
        pace = Pace()

        def told(done: int, pages: int, pace: Pace = pace, number: int = number, file: str = document.file) -> None:
            said = pace.at(done, pages)
            tell("read", number, len(todo), f"{said}, {file}")
            if pace.is_due():
                context.log.info(f"{file}: {said}")

        reading = readings[document.sha256] = _read(context, document, limits, told)
        crops = _cut(context, home, document, reading, limits) if isinstance(reading, Extraction) else {}
        with open_landing(home) as connection:
            if isinstance(reading, Extraction):
                land(connection, document, reading, crops)
                context.log.info(f"{document.file}: {len(reading.rows)} rows in {reading.seconds:.2f} s")
            else:
                hold_document(connection, document, extractor, reading)
                context.log.warning(f"held: {reading}")
    tell("read", len(todo), len(todo))
    return readings


def _read(
    context: dg.AssetExecutionContext, document: Document, limits: ReadingLimits, told: Callable[[int, int], None]
) -> Extraction | UnreadableDocumentError:
    try:
        return read_safely(document.path, file=document.file, limits=limits, progress=told)
    except UnreadableDocumentError as error:
        for note in getattr(error, "__notes__", ()):  # the traceback of a reader that failed
            context.log.error(note)
        return error


def _cut(
    context: dg.AssetExecutionContext, home: Home, document: Document, reading: Extraction, limits: ReadingLimits
) -> dict[tuple[int, str, int | None], str]:
    """Keep a picture of each value that a person has to look at; give their files. A reading lands without, too."""
    from ingest.pictures import crops_of  # noqa: PLC0415 - loads a PDF library

    wanted = crops_of(reading)
    if not wanted or reading.kind not in (Kind.DIGITAL_PDF, Kind.SCANNED_PDF):
        return {}
    folder = home.crops_of(document.sha256)
    try:
        there = call_safely(
            "ingest.pictures:cut_crops",
            document.path,
            file=document.file,
            limits=limits,
            crops=list(wanted.values()),
            folder=str(folder),
        )
    except UnreadableDocumentError as error:
        context.log.warning(f"no pictures of its values: {error}")
        return {}
    place = folder.relative_to(home.crops)
    return {key: f"{place}/{crop.name}" for key, crop in wanted.items() if crop.name in set(there)}


def _state(
    home: Home, document: Document | None, work: Pending, readings: dict[str, Extraction | UnreadableDocumentError]
) -> dict[str, object]:
    """Give what a partition's page shows of its document; nothing where this run had nothing to do with it."""
    if document is None:
        return {"state": "held: its copy is not in the archive"}
    reading = readings.get(document.sha256)
    refused = next((r for r in work.refused if r.document.sha256 == document.sha256), None)
    if isinstance(reading, Extraction):
        return _reading_metadata(reading, home.crops_of(reading.sha256))
    if isinstance(reading, UnreadableDocumentError):
        return {"state": f"held: {reading.reason}", "why": str(reading)}
    if refused is not None:
        return {"state": f"held before: {refused.reason}", "why": refused.detail}
    return {}


def _as_before(context: dg.AssetExecutionContext, key: str) -> dict[str, object]:
    """Give what the page showed when this extractor read the document, so that a later run does not hide it."""
    records = dg.AssetRecordsFilter(asset_key=EXTRACTION, asset_partitions=[key])
    last = next(iter(context.instance.fetch_materializations(records, limit=1).records), None)
    shown = last.asset_materialization.metadata if last is not None and last.asset_materialization is not None else {}
    return {**shown, "state": "unchanged: this extractor has read it before"}


def _reading_metadata(reading: Extraction, pictures: Path) -> dict[str, object]:
    header = reading.header
    town, code, name, year = (
        marked(getattr(header, field), field, header.unsure)
        for field in ("municipality", "program_code", "program_name", "fiscal_year")
    )
    program = f"{code or '?'} {name}".rstrip()
    return {
        "state": "read",
        "kind": reading.kind.value,
        "pages": reading.pages,
        "report": f"{town or '?'}, {program}, {year or '?'} Q{header.quarter or '?'}",
        **({"may be misread": ", ".join(header.unsure).replace("_", " ")} if header.unsure else {}),
        "seconds": round(reading.seconds, 2),
        "dagster/partition_row_count": len(reading.rows),
        **{f"values {quality}": count for quality, count in quality_counts(reading).items()},
        "findings": sum(len(row.findings) for row in reading.rows),
        "labels that may be misread": sum(len(row.unsure) for row in reading.rows),
        "pieces not understood": len(reading.rejected),
        "rows": dg.MetadataValue.md(rows_preview(reading)),
        "disputed values": dg.MetadataValue.md(disputed_list(reading)),
        "doubtful labels and pieces not understood": dg.MetadataValue.md(doubt_list(reading)),
        **_pictures(reading, pictures),
    }


def _pictures(reading: Extraction, folder: Path) -> dict[str, object]:
    """Give where the pictures of this document's doubtful values lie, and which is which."""
    if not folder.is_dir():
        return {}
    return {
        "pictures": dg.MetadataValue.path(folder),
        "what to look at": dg.MetadataValue.md(picture_list(reading, folder)),
    }


@dataclass(frozen=True, slots=True)
class _GateState:
    """What the gate lets pass of all documents, counted, and as Markdown what passes and what is held."""

    admitted: int
    stopped: int
    held_rows: int
    table: str
    held: str


def _gate_state(home: Home) -> _GateState:
    """Ask landing what is admitted and what is held, over all documents."""
    with open_landing(home) as connection:
        admitted = connection.execute(_ADMITTED).fetchall()
        held = connection.execute(_HELD).fetchall()
        (known,) = connection.execute("select count(distinct document_sha256) from extraction").fetchone() or (0,)
    columns = ["file", "municipality", "program", "year", "quarter", "rows", "may be misread", "held rows"]
    return _GateState(
        admitted=len(admitted),
        stopped=known - len(admitted),
        held_rows=sum(line[-1] for line in admitted),
        table=markdown_table(columns, admitted),
        held="\n".join(_held_line(*line) for line in held) or "Nothing is held.",
    )


_ADMITTED = """
select d.file, e.municipality, e.program_code, e.fiscal_year::varchar, e.quarter, e.row_count,
       (select string_agg(replace(h.field, '_', ' '), ', ' order by h.field) from open_header_doubt h
        where h.extraction_id = e.extraction_id),
       (select count(distinct q.row_number) from quarantine q
        where q.extraction_id = e.extraction_id and q.stage = 'landing_suite')
from known_extraction e join document d using (document_sha256)
order by all
"""
_HELD = """
select file, stage, reason, array_to_string(list_sort(list_distinct(list(page))), ', '), count(*),
    any_value(detail order by page)
from open_quarantine
group by file, document_sha256, stage, reason
order by all
"""


def _held_line(file: str, stage: str, reason: str, pages: str | None, things: int, detail: str) -> str:
    """Give a line of a Markdown list: it wraps where a table would run out of the page."""
    where = f", page {pages}" if pages else ""
    times = f", {things} times, the first" if things > 1 else ""
    return f"- **{cell_text(file)}** ({stage}, {reason}{where}{times}): {cell_text(detail, SENTENCES)}"


def _suite_result(verdicts: Sequence[Verdict], state: _GateState) -> dg.AssetCheckResult:
    """Give the verdict over the home: an error only where no document may pass, for that must stop what follows."""
    nothing_passes = state.admitted == 0 or (bool(verdicts) and not any(v.passed for v in verdicts))
    clean = not (state.stopped or state.held_rows)
    return dg.AssetCheckResult(
        check_name="landing_suite",
        asset_key=ADMITTED,
        passed=clean and not nothing_passes,
        severity=dg.AssetCheckSeverity.ERROR if nothing_passes else dg.AssetCheckSeverity.WARN,
        description="no document may pass" if nothing_passes else None,
        metadata={
            "documents admitted": state.admitted,
            "documents stopped": state.stopped,
            "rows held": state.held_rows,
            "held": dg.MetadataValue.md(state.held),
        },
    )


def _corrections_result(applied: Applied) -> dg.AssetCheckResult:
    """Give the check of the corrections. It blocks nothing: only the documents of those that do not fit are held."""
    listed = [f"- {trouble.trouble}: {trouble.detail}" for trouble in applied.troubles]
    return dg.AssetCheckResult(
        check_name="corrections_fit",
        asset_key=ADMITTED,
        passed=not applied.troubles,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "entries": applied.entries,
            "applied": len(applied.fits),
            "new": applied.begun,
            "taken back": applied.ended,
            "do not fit": dg.MetadataValue.md("\n".join(listed[:50]) or "none"),
        },
    )
