"""Every file ends in a reading or in a refusal that a person understands; never in another exception."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.contract import to_json
from ingest.errors import (
    DamagedDocumentError,
    DocumentTooLargeError,
    EmptyDocumentError,
    EncryptedDocumentError,
    NotAReportError,
    TooCostlyError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
    VanishedDocumentError,
)
from ingest.extract import extractor_version, read_document
from ingest.readers import pdf_file
from ingest.readers.kinds import PageKind
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.sheets import make_sheet


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    draw(make_sheet(make_report(3, components=2, activities=3), "D"), path, Manner(page=(1008, 300)))
    return path


def contract(path: Path) -> dict[str, Any]:
    """What a reading says, without what names the file."""
    read = to_json(read_document(path))
    return {**read, "document": {k: v for k, v in read["document"].items() if k not in ("sha256", "file")}}


def encrypt(path: Path, user: str) -> None:
    canvas = Canvas(str(path), encrypt=StandardEncryption(user, "owner", strength=128), pagesize=(1008, 612))
    for i, words in enumerate(("Primer trimestre 2024", "meta programada", "indicador", "componente y actividad")):
        canvas.drawString(50, 500 - 20 * i, words)
    canvas.save()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.pdf", b"", EmptyDocumentError),
        ("blank.txt", b" \n \n", EmptyDocumentError),
        ("cut.pdf", b"%PDF-1.4\n1 0 obj\n<<", DamagedDocumentError),
        ("hollow.pdf", b"%PDF-1.4\n%%EOF\n", DamagedDocumentError),
        ("archive.zip", b"PK\x03\x04" + bytes(50), UnsupportedDocumentError),
        ("stored.zip", b"PK\x03\x04" + bytes(26) + b"report.pdf%PDF-1.4 ...", UnsupportedDocumentError),
        ("reports.tar", bytes(257) + b"ustar" + bytes(250) + b"%PDF-1.4 ...", UnsupportedDocumentError),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), UnsupportedDocumentError),
        ("page.png", b"\x89PNG\r\n\x1a\n" + bytes(50), DamagedDocumentError),
        ("page.jpg", b"\xff\xd8\xff\xe0" + bytes(50), DamagedDocumentError),
        ("letter.rtf", b"{\\rtf1 hola}", UnsupportedDocumentError),
    ],
)
def test_files_of_other_kinds_are_refused(
    name: str, content: bytes, error: type[UnreadableDocumentError], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error) as refused:
        read_document(tmp_path / name)
    assert name in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "report.pdf",
            b"Estimados: va el reporte del trimestre.\n",
            "by its name it is a PDF, by its bytes it is text",
        ),
        ("report.tif", "Acción".encode() * 1000, "by its name it is a TIFF image, by its bytes it is text"),
        ("report.png", b"\x00\xff\x01" * 99, "by its name it is a PNG image, by its bytes it is neither that nor text"),
        ("report.xlsx", b"Nivel;Meta\n", "by its name it is a spreadsheet, by its bytes it is text"),
        ("report.csv", b"Nivel,Meta\nActividad,12\n", "a table in a text file"),
        ("report.pdf", b"\n<!DOCTYPE html><title>404</title>", "a web page"),
        ("scan.jpg", b"GIF89a" + bytes(50), "a GIF image"),
        ("scan.jpg", b"BM\x9a\x00\x00\x00" + bytes(50), "a BMP image"),
        ("scan.jpg", b"\0\0\0\x18ftypheic" + bytes(50), "a HEIC image"),
        ("letter.txt", b"BMI de los trabajadores\n", "no indicator codes"),
        ("letter.txt", b"Gesti\xf3n del trimestre\n", "0xf3 at offset 5"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told_so(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableDocumentError, match=told):
        read_document(tmp_path / name)


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    rng = random.Random(1)
    for start in (b"", b"%PDF-1.7\n"):
        (tmp_path / "noise.pdf").write_bytes(start + rng.randbytes(5000))
        with pytest.raises(UnreadableDocumentError):
            read_document(tmp_path / "noise.pdf")


def test_a_missing_file_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(VanishedDocumentError):
        read_document(tmp_path / "gone.pdf")


def test_a_file_deleted_while_it_is_read_has_vanished(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "a.pdf"
    copy.write_bytes(report.read_bytes())
    check = pdf_file.check_pdf

    def check_and_delete(path: Path, file: str) -> list[PageKind]:
        kinds = check(path, file)
        path.unlink()
        return kinds

    monkeypatch.setattr(pdf_file, "check_pdf", check_and_delete)
    with pytest.raises(VanishedDocumentError):
        read_document(copy)


def test_a_user_password_is_refused_and_an_owner_password_is_not(tmp_path: Path) -> None:
    encrypt(tmp_path / "closed.pdf", "secret")
    with pytest.raises(EncryptedDocumentError, match="password"):
        read_document(tmp_path / "closed.pdf")
    encrypt(tmp_path / "open.pdf", "")
    with pytest.raises(
        NotAReportError, match="it has no table with the headings"
    ):  # it was read: it has words, but no table
        read_document(tmp_path / "open.pdf")


def test_a_novel_is_refused_at_once(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "novel.pdf"))
    for page in range(300):
        for line in range(40):
            canvas.drawString(
                50, 800 - 18 * line, f"En un lugar de la Mancha, de cuyo nombre {page} no quiero acordarme"
            )
        canvas.showPage()
    canvas.save()
    with pytest.raises(NotAReportError, match="words of an indicator report"):
        read_document(tmp_path / "novel.pdf")


def _image_page(canvas: Canvas, tmp_path: Path, hidden: str) -> None:
    from PIL import Image  # noqa: PLC0415

    Image.new("L", (60, 40), 200).save(tmp_path / "scan.png")
    text = canvas.beginText(50, 300)
    text.setTextRenderMode(3)
    text.textLine(hidden)
    canvas.drawText(text)
    canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, 600, 400)
    canvas.showPage()


@pytest.mark.parametrize("hidden", ["", "trimestre meta indicador programada componente"])
def test_an_image_without_a_table_is_no_report_whatever_its_hidden_text_says(hidden: str, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(600, 400))
    _image_page(canvas, tmp_path, hidden)
    canvas.save()
    with pytest.raises(NotAReportError, match="no text was found on its 1 page"):
        read_document(tmp_path / "scan.pdf")


def test_a_blank_scanned_page_among_digital_ones_changes_nothing_and_is_told(report: Path, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(600, 400))
    _image_page(canvas, tmp_path, "")
    canvas.save()
    mixed = pypdfium2.PdfDocument(report)
    mixed.import_pages(pypdfium2.PdfDocument(tmp_path / "scan.pdf"))
    mixed.save(tmp_path / "mixed.pdf")
    alone, among = read_document(report), read_document(tmp_path / "mixed.pdf")
    figures = [[(m, q, v.value) for m, q, v in row.values()] for row in alone.rows]
    assert [[(m, q, v.value) for m, q, v in row.values()] for row in among.rows] == figures
    assert (among.pages, "the page is blank") in {(r.page, r.reason) for r in among.rejected}


def test_too_many_pages_and_too_much_on_a_page_are_refused(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "MAX_CHARS", 500)
    with pytest.raises(DocumentTooLargeError, match="page 1 holds"):
        read_document(report)
    monkeypatch.setenv("INDICADORES_MAX_PAGES", "1")
    with pytest.raises(TooCostlyError, match=r"more than the 1 allowed.*INDICADORES_MAX_PAGES"):
        read_document(report)


def test_a_blank_page_is_told(report: Path, tmp_path: Path) -> None:
    pdf = pypdfium2.PdfDocument(report)
    pdf.new_page(600, 400)
    pdf.save(tmp_path / "a.pdf")
    read = read_document(tmp_path / "a.pdf")
    assert [(r.page, r.reason) for r in read.rejected] == [(read.pages, "the page is blank")]


def test_a_file_cut_off_anywhere_is_refused(report: Path, tmp_path: Path) -> None:
    content = report.read_bytes()
    for end in range(0, len(content) - 8, len(content) // 25):
        (tmp_path / "cut.pdf").write_bytes(content[:end])
        with pytest.raises(UnreadableDocumentError):
            read_document(tmp_path / "cut.pdf")


def test_a_spoilt_stream_is_refused_and_never_half_read(report: Path, tmp_path: Path) -> None:
    content = bytearray(report.read_bytes())
    start = next(m.end() for m in re.finditer(rb"stream\r?\n", content))
    content[start + 200] = ord("a") if content[start + 200] != ord("a") else ord("b")
    (tmp_path / "spoilt.pdf").write_bytes(content)
    with pytest.raises(DamagedDocumentError, match=r"spoilt|broken"):
        read_document(tmp_path / "spoilt.pdf")


def test_flipped_bytes_give_the_same_rows_or_are_told(report: Path, tmp_path: Path) -> None:
    rng, truth = random.Random(5), contract(report)
    refused = 0
    for _ in range(25):
        content = bytearray(report.read_bytes())
        content[rng.randrange(len(content))] = rng.randrange(256)
        (tmp_path / "flipped.pdf").write_bytes(content)
        try:
            found = contract(tmp_path / "flipped.pdf")
            assert found["rows"] == truth["rows"] or len(found["rejected"]) > len(truth["rejected"])
        except UnreadableDocumentError:
            refused += 1
    assert refused > 5


def test_the_reader_tells_its_progress(report: Path) -> None:
    told: list[tuple[int, int]] = []
    pages = read_document(report, progress=lambda done, of: told.append((done, of))).pages
    assert told == [(n, pages) for n in range(1, pages + 1)]


def test_two_readings_are_the_same_and_carry_the_version(report: Path) -> None:
    first, second = read_document(report), read_document(report, file="otro.pdf")
    assert first.rows == second.rows
    assert (second.file, first.extractor) == ("otro.pdf", extractor_version())
