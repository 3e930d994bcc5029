"""Landing tables for tests of the transformation, filled without any reader.

Here belong the ways to say what documents state: by hand, or from the truth that lies beside a facsimile.
Not here: the real way into landing (`warehouse.landing`), which the transformation must not depend on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest.cells import Box, Kind
from ingest.indicators import (
    MEASURES,
    Extraction,
    Finding,
    Header,
    IndicatorRow,
    Quality,
    Quarterly,
    Rule,
    Value,
)

DDL = Path(__file__).parents[2] / "warehouse" / "landing.sql"
START = datetime(2024, 1, 1)
HEADER = Header("Tulum", "Quintana Roo", "Oficialía Mayor", "1.4", "Gobierno Abierto", 2024, 1)
BLANK = Value(None, None, Quality.MISSING, page=1)


@dataclass(frozen=True)
class Landed:
    """A document in landing: its reading, when it came, and the rows that the landing suite holds back."""

    extraction: Extraction
    received_at: datetime = START
    recorded_at: datetime = START
    passed: bool = True
    quarantined: tuple[int, ...] = ()


def value(number: float | None, quality: str = "unchecked", reason: str | None = None) -> Value:
    """Make a value as a reader would: a blank is missing, a number stands somewhere on page 1."""
    if number is None and quality == "unchecked":
        return BLANK
    text = None if number is None else f"{number:g}"
    return Value(number, text, Quality(quality), reason, 1, Box(10, 20, 30, 40), None, 0.9, "test")


def row(
    code: str | None,
    *,
    goal: Sequence[float | Value | None] = (),
    achieved: Sequence[float | Value | None] = (),
    annual: float | Value | None = None,
    accumulated_pct: Sequence[float | Value | None] = (),
    **attributes: object,
) -> IndicatorRow:
    """Make an indicator row; figures not given are blank, attributes not given are ordinary."""
    plain: dict[str, Any] = {
        "page": 1, "level": "Actividad", "department": "Tesorería", "objective": "Objetivo", "indicator": "Indicador",
        "acronym": "IND", "frequency": "Trimestral", "unit": "Porcentaje", "variable_unit": "Solicitudes",
        "justification": None, "findings": (),
    }  # fmt: skip
    return IndicatorRow(
        code=code,
        annual_goal=_value(annual),
        goal=_quarterly(goal),
        achieved=_quarterly(achieved),
        progress_pct=_quarterly(()),
        accumulated_pct=_quarterly(accumulated_pct),
        **(plain | attributes),
    )


def document(
    name: str,
    rows: Iterable[IndicatorRow],
    *,
    kind: Kind = Kind.DIGITAL_PDF,
    days: int = 0,
    header: Header = HEADER,
    extractor: str = "test",
    issued_at: datetime | None = None,
    **header_changes: object,
) -> Landed:
    """Make a landed document, received and recorded `days` after the start."""
    extraction = Extraction(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        file=f"{name}.pdf",
        kind=kind,
        pages=1,
        profile="test",
        header=replace(header, **header_changes),  # type: ignore[arg-type]
        rows=tuple(rows),
        rejected=(),
        extractor=extractor,
        issued_at=issued_at,
    )
    at = START + timedelta(days=days)
    return Landed(extraction, at, at)


def document_of_truth(path: Path) -> Landed:
    """Make the landed document that a perfect reader would make of the facsimile whose truth is at `path`."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    stated = truth["document"]
    kind = Kind.SCANNED_PDF if "office" in path.stem else Kind.DIGITAL_PDF
    extraction = Extraction(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        file=f"{path.stem}.pdf",
        kind=kind,
        pages=len(truth["pages"]),
        profile="pbr_sed",
        header=Header(
            stated["municipality"], stated["state"], stated["entity"], stated["program_code"],
            stated["program_name"], stated["year"], stated["quarter"],
        ),
        rows=tuple(_row_of_truth(r) for r in truth["rows"]),
        rejected=(),
        extractor="truth",
    )  # fmt: skip
    return Landed(extraction, datetime.now(UTC).replace(tzinfo=None), datetime.now(UTC).replace(tzinfo=None))


def fill(path: Path, documents: Iterable[Landed]) -> None:
    """Create the landing tables at `path` and land `documents` in the order given."""
    with duckdb.connect(str(path)) as con:
        con.execute(DDL.read_text(encoding="utf-8"))
        for one in documents:
            con.execute("begin")
            _land(con, one)
            con.execute("commit")


def _land(con: duckdb.DuckDBPyConnection, landed: Landed) -> None:
    e, h = landed.extraction, landed.extraction.header
    extraction_id = f"{e.sha256[:16]}-{e.extractor}-{landed.recorded_at:%Y%m%d%H%M%S}"
    con.execute(
        "insert or ignore into document values (?, ?, ?, ?, ?, ?, ?)",
        [e.sha256, e.file, e.kind, 1000, e.pages, landed.received_at, e.issued_at],
    )
    key = (con.execute("select count(*) + 1 from extraction").fetchone() or (1,))[0]
    con.execute(
        f"insert into extraction values ({_marks(17)})",
        [
            extraction_id, e.sha256, e.extractor, e.profile, h.municipality, h.state, h.entity, h.program_code,
            h.program_name, h.fiscal_year, h.quarter, len(e.rows), 0, 0.1, landed.recorded_at,
            h.plan, key,
        ],
    )  # fmt: skip
    con.execute(
        "insert into gate values (?, 'landing', 'test', ?, 1, ?, ?)",
        [extraction_id, landed.passed, int(not landed.passed), landed.recorded_at],
    )
    for number, one in enumerate(e.rows):
        _land_row(con, key, number, one)
    for number in landed.quarantined:
        con.execute(
            "insert into quarantine (quarantine_id, document_sha256, extraction_id, row_number, file, stage, reason,"
            " detail, recorded_at) values (?, ?, ?, ?, ?, 'landing_suite', 'test', 'held', ?)",
            [f"{extraction_id}-{number}", e.sha256, extraction_id, number, e.file, landed.recorded_at],
        )
        con.execute(
            "insert into row_hold values (?, ?, ?, ?, null)", [extraction_id, e.sha256, number, landed.recorded_at]
        )


def _land_row(con: duckdb.DuckDBPyConnection, key: int, number: int, one: IndicatorRow) -> None:
    con.execute(
        f"insert into row values ({_marks(13)})",
        [
            key, number, one.page, one.level, one.code, one.department, one.objective, one.indicator,
            one.acronym, one.frequency, one.unit, one.variable_unit, one.justification,
        ],
    )  # fmt: skip
    values = [
        (
            key, number, measure, quarter, v.value, v.text, v.quality, v.reason, v.page,
            *(v.box.as_list() if v.box else [None] * 4),
            v.span.start if v.span else None, v.span.end if v.span else None, v.confidence, v.engine,
        )
        for measure, quarter, v in one.values()
    ]  # fmt: skip
    if values:
        con.executemany(f"insert into value values ({_marks(17)})", values)
    for order, finding in enumerate(one.findings):
        con.execute(
            "insert into finding values (?, ?, ?, ?, ?, ?)",
            [key, number, order, finding.rule, list(finding.fields), finding.detail],
        )
    if one.unsure:
        con.execute(
            "insert into finding values (?, ?, ?, 'label_unsure', ?, 'may have been misread')",
            [key, number, len(one.findings), list(one.unsure)],
        )


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _value(given: float | Value | None) -> Value:
    return given if isinstance(given, Value) else value(given)


def _quarterly(given: Sequence[float | Value | None]) -> Quarterly:
    first, second, third, fourth = (_value(v) for v in (*given, *[None] * (4 - len(given))))
    return first, second, third, fourth


def _row_of_truth(truth: dict[str, Any]) -> IndicatorRow:
    figures = {
        measure: _quarterly(truth[key])
        for measure, key in zip(MEASURES, ("planned", "achieved", "pct_quarter", "pct_annual"), strict=True)
    }
    planted = [Finding(Rule.JUSTIFICATION, ("goal.1",), str(p)) for p in truth.get("planted", [])]
    return IndicatorRow(
        page=1,
        annual_goal=_value(truth["annual"]),
        justification=truth["narrative"],
        findings=tuple(planted),
        **{k: truth[k] for k in ("level", "code", "department", "objective", "indicator", "acronym", "frequency",
                                 "unit", "variable_unit")},
        **figures,
    )  # fmt: skip
