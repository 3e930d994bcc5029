"""Each page of a PDF is told for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import DamagedDocumentError
from ingest.readers.kinds import PageKind
from ingest.readers.pdf_file import check_pdf
from tests.pdfs import draw
from tests.reports import make_report
from tests.scans import Damage, page_images, put_page, scan
from tests.sheets import make_sheet


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kinds") / "report.pdf"
    draw(make_sheet(make_report(5), "A"), path)
    return path


def test_a_drawn_page_is_exact(report: Path) -> None:
    assert set(check_pdf(report, "a.pdf")) == {PageKind.EXACT}


def test_a_scan_is_an_image_and_hidden_text_does_not_make_it_exact(report: Path, tmp_path: Path) -> None:
    bare = scan(report, tmp_path / "bare.pdf", Damage(dpi=72))
    hidden = scan(report, tmp_path / "hidden.pdf", Damage(dpi=72, hidden="META REALIZADA 1,234 " * 30))
    assert set(check_pdf(bare, "a.pdf")) == {PageKind.IMAGE}
    assert set(check_pdf(hidden, "a.pdf")) == {PageKind.HIDDEN}


def test_pages_of_a_mixed_document_are_told_apart(report: Path, tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(50, 500, "Informe trimestral de metas")
    canvas.showPage()
    put_page(canvas, page_images(report, Damage(dpi=72))[0], Damage(dpi=72))
    canvas.save()
    assert check_pdf(path, "a.pdf") == [PageKind.EXACT, PageKind.IMAGE]


def test_text_that_is_written_over_a_background_is_exact_and_a_stamp_is_not(report: Path, tmp_path: Path) -> None:
    background = page_images(report, Damage(dpi=36))[0]
    path = tmp_path / "over.pdf"
    canvas = Canvas(str(path))
    for lines in (1, 30):
        canvas.setPageSize((612, 792))
        canvas.drawInlineImage(background, 0, 0, 612, 792)
        for number in range(lines):
            canvas.drawString(50, 700 - 20 * number, "Meta realizada del trimestre")
        canvas.showPage()
    canvas.save()
    assert check_pdf(path, "a.pdf") == [PageKind.IMAGE, PageKind.EXACT]


def test_a_broken_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(DamagedDocumentError):
        check_pdf(path, "a.pdf")
