"""Coloured ink is lifted off dark print, and print in colour stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.pdfgen.canvas import Canvas

from ingest.readers.ruling import Place
from ingest.scan.colour import cleared, without_coloured_ink, without_marks
from ingest.scan.engine import Gray
from ingest.scan.lines import Paper, Pixels
from ingest.scan.page import image_pages, pdf_page

PAPER, PRINT, BLUE = (250, 248, 244), (25, 25, 25), (60, 80, 175)
BOXES: list[Pixels] = [(x, y, x + 190.0, y + 70.0) for y in (5.0, 85.0) for x in (5.0, 205.0)]
PLACES = [Place(0, 0, 1, 1), Place(0, 1, 1, 1), Place(1, 0, 1, 1), Place(1, 1, 1, 1)]


def page(print_of: tuple[tuple[int, int, int], ...] = (PRINT,) * 4, pen: tuple[int, int, int] | None = BLUE,
         fill: tuple[int, int, int] | None = None) -> Image.Image:  # fmt: skip
    """Draw four cells with a figure each, a pen across the last, and a fill in the second."""
    image = Image.new("RGB", (400, 160), PAPER)
    draw = ImageDraw.Draw(image)
    if fill is not None:
        draw.rectangle((203, 3, 397, 77), fill=fill)
    if pen is not None:
        draw.line((215, 90, 320, 154), fill=pen, width=8)
    for (x0, top, _, _), colour in zip(BOXES, print_of, strict=True):
        draw.text((x0 + 60, top + 30), "1,264", fill=colour, font=ImageFont.load_default(22))
    return image.filter(ImageFilter.GaussianBlur(0.6))


def grey(image: Image.Image) -> Gray:
    return np.asarray(image.convert("L"), np.uint8)


def lifted(image: Image.Image) -> Gray:
    found = without_coloured_ink(np.ascontiguousarray(np.asarray(image, np.uint8)[..., ::-1]))
    assert found is not None
    return found


def seen(image: Image.Image) -> tuple[Gray, set[Pixels]]:
    paper = Paper(grey(image), 200 / 72, 22.0)
    after, clear = cleared(paper, lifted(image), [(PLACES, BOXES)])
    return after.pixels, clear


def test_a_pen_is_lifted_and_the_print_below_it_stays_dark() -> None:
    crossed, plain = lifted(page()), grey(page(pen=None))
    only_pen = plain > 240
    assert float(np.percentile(crossed[only_pen], 1)) > 215, "the pen was at about 100"
    dark = plain < 80
    assert float(np.percentile(crossed[dark], 99)) < 140, "no print went with it"


@pytest.mark.parametrize("paper", [PAPER, (235, 225, 195), (200, 200, 200)])
def test_a_page_without_coloured_ink_has_none_to_lift(paper: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(3).normal(0, 5, (300, 400, 3))
    pixels = np.asarray(Image.new("RGB", (400, 300), paper), float) + noise
    pixels[100:120, 50:300] = 30
    assert without_coloured_ink(np.clip(pixels, 0, 255).astype(np.uint8)) is None


def test_only_cells_that_ink_runs_into_are_cleared() -> None:
    image = page()
    pixels, clear = seen(image)
    assert clear == {BOXES[3]}
    assert (pixels[:, :200] == grey(image)[:, :200]).all()
    assert (pixels[:80] == grey(image)[:80]).all()


def test_print_in_colour_is_no_mark() -> None:
    _, clear = seen(page((PRINT, BLUE, PRINT, PRINT), pen=None))
    assert clear == set()


def test_a_pen_over_a_column_printed_in_colour_stays() -> None:
    _, clear = seen(page((PRINT, BLUE, PRINT, BLUE)))
    assert clear == set()


def test_a_cell_filled_with_colour_keeps_its_text() -> None:
    _, clear = seen(page((PRINT, PAPER, PRINT, PRINT), pen=None, fill=(40, 90, 160)))
    assert clear == set()


def test_without_rules_marks_larger_than_letters_are_lifted_and_coloured_print_and_fills_stay() -> None:
    image = page((PRINT, BLUE, PAPER, PRINT))
    ImageDraw.Draw(image).rectangle((10, 90, 190, 154), outline=None, fill=(40, 90, 160))
    before = grey(image)
    after = without_marks(before, lifted(image), 22.0)
    assert (after[:80] == before[:80]).all(), "text in blue stays"
    assert (after[:, :200] == before[:, :200]).all(), "a fill stays"
    assert (after[85:, 205:] > 200).mean() > (before[85:, 205:] > 200).mean() + 0.02, "the pen is gone"


@pytest.mark.parametrize(("mode", "has_colour"), [("RGB", True), ("L", False)])
def test_a_scan_in_grey_is_not_looked_at_for_colours(mode: str, has_colour: bool, tmp_path: Path) -> None:
    image = page().convert(mode)
    picture, document = tmp_path / "page.png", tmp_path / "page.pdf"
    image.save(picture)
    canvas = Canvas(str(document), pagesize=(144, 57.6))
    canvas.drawImage(str(picture), 0, 0, 144, 57.6)
    canvas.save()
    with pypdfium2.PdfDocument(document) as pdf:
        of_pdf = pdf_page(pdf[0], 1, "page.pdf")
    of_picture = next(image_pages(picture, "page.png"))()
    assert [p.lifted is not None for p in (of_pdf, of_picture)] == [has_colour, has_colour]
    assert of_picture.pixels.shape == (160, 400)
    assert of_picture.lifted is None or of_picture.lifted.shape == of_picture.pixels.shape
