"""When a publisher made a file, as the file tells; nothing where it is not sure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.cells import Kind
from ingest.issued import issued_at, pdf_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20240430101500-05'00'", datetime(2024, 4, 30, 15, 15)),
        ("D:20240430101500+05'30", datetime(2024, 4, 30, 4, 45)),
        ("D:20240430101500Z", datetime(2024, 4, 30, 10, 15)),
        ("20240430", datetime(2024, 4, 30)),
    ],
)
def test_a_date_is_brought_to_utc(text: str, moment: datetime) -> None:
    assert pdf_date(text) == moment


@pytest.mark.parametrize("text", ["", "D:2024", "D:20241399", "30 de abril de 2024", "D:00010101000000+14'00'"])
def test_what_is_no_whole_date_tells_nothing(text: str) -> None:
    assert pdf_date(text) is None


def test_a_digital_report_tells_and_a_scan_does_not(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    page = Canvas(str(path))
    page.drawString(10, 10, "report")
    page.save()
    found = issued_at(path, Kind.DIGITAL_PDF)
    assert found is not None
    assert found.year >= 2024
    assert issued_at(path, Kind.SCANNED_PDF) is None
    assert issued_at(path, Kind.OCR_TEXT) is None
