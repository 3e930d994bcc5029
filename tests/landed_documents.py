"""Readings made by hand, to be landed: an archived document and what a reader would have found in it."""

from __future__ import annotations

from pathlib import Path

from ingest.cells import Box, Cell, Kind
from ingest.documents import Document, archive_document
from ingest.indicators import Extraction, Finding, Header, IndicatorRow, Quality, Rejected, Rule, Value
from warehouse.home import Home

HEADER = Header("Tulum", "Quintana Roo", "Oficialía Mayor", "1.4", "Gobierno", 2024, 2)
BOX = Box(10, 20, 30, 40)


def archived(home: Home, name: str = "report.pdf", content: bytes = b"a report") -> Document:
    """Put a file into the inbox and archive it."""
    source = home.inbox / name
    source.write_bytes(content)
    return archive_document(source, home.archive)


def value(number: float | None, quality: Quality = Quality.UNCHECKED, reason: str | None = None) -> Value:
    """Make a figure as printed at a place on page 1; None is a blank."""
    if number is None:
        return Value(None, None, Quality.MISSING)
    return Value(number, f"{number:g}", quality, reason, 1, BOX, None, 0.9, "test")


def row(code: str | None, level: str | None = "Actividad", figure: Value | None = None) -> IndicatorRow:
    """Make a row whose annual goal is `figure`; the quarters' goals and results are ordinary."""
    figures = (value(1), value(2), value(3), value(4))
    blanks = (value(None), value(None), None, None)
    return IndicatorRow(
        page=1, level=level, code=code, department="Tesorería", objective=None, indicator="Trámites", acronym=None,
        frequency=None, unit="Porcentaje", variable_unit="Trámites", annual_goal=figure or value(10),
        goal=figures, achieved=figures, progress_pct=blanks, accumulated_pct=blanks, justification="Se logró.",
    )  # fmt: skip


def finding() -> Finding:
    """Make an ordinary finding."""
    return Finding(Rule.QUARTERS_SUM, ("annual_goal", "goal.1"), "10 is printed, the quarters make 11")


def extraction(
    document: Document,
    rows: tuple[IndicatorRow, ...] = (),
    header: Header = HEADER,
    *,
    extractor: str = "v1",
    kind: Kind = Kind.DIGITAL_PDF,
    rejected: tuple[Rejected, ...] = (),
) -> Extraction:
    """Make the reading of `document`; without `rows`, of two ordinary ones."""
    return Extraction(
        sha256=document.sha256, file=document.file, kind=kind, pages=2, profile="test", header=header,
        rows=rows or (row("1.1.1"), row("1.1.2")), rejected=rejected, cells=(Cell("10", 1, BOX), Cell("ñ", 2)),
        extractor=extractor, seconds=0.5,
    )  # fmt: skip


def home_at(folder: Path) -> Home:
    """Make a home in `folder`."""
    return Home.at(folder / "home").create()
