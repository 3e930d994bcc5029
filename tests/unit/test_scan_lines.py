"""Lines of text are found in cells, also on end, and words that stand apart are parted."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ingest.scan.engine import Gray, Recognition
from ingest.scan.lines import Paper
from ingest.scan.spaces import spaced

SCALE = 200 / 72
FONT = ImageFont.load_default(size=20)


def drawn(text: str, size: tuple[int, int] = (400, 80), at: tuple[int, int] = (40, 30)) -> Gray:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).text(at, text, fill=0, font=FONT)
    return np.asarray(image)


def read_as(text: str, printed: str) -> tuple[Recognition, Gray]:
    """A line that is printed with spaces and read without some of them, each letter told where it stands."""
    pixels = drawn(printed)
    (line,) = Paper(pixels, SCALE).lines((0, 0, 400, 80))
    left = line.box[0] - 0.32 * Paper(pixels, SCALE).size
    places, start = [], 0
    for letter in text:
        at = printed.index(letter, start)
        start = at + 1
        middle = 40 + FONT.getlength(printed[:at]) + FONT.getlength(letter) / 2
        places.append((middle - left) / line.crop.shape[1])
    return Recognition(text, 1.0, "", 1.0, tuple(places)), line.crop


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("DIRECCION DE ECOLOGIA", "DIRECCIONDEECOLOGIA"),
        ("DGPM / DP", "DGPM/DP"),
        ("Ecologia y Urbano", "Ecologiay Urbano"),
    ],
)
def test_a_space_that_was_lost_is_put_back(printed: str, read: str) -> None:
    assert spaced(*read_as(read, printed)).text == printed


@pytest.mark.parametrize("text", ["Desarrollo Urbano", "4.6.3.1 de", "1 1 1", "de 1,111", "(DGPM/DP)"])
def test_what_stands_together_stays_together(text: str) -> None:
    assert spaced(*read_as(text, text)).text == text


def test_a_reading_that_does_not_tell_places_stays_as_it_is() -> None:
    read, crop = read_as("DGPM/DP", "DGPM / DP")
    bare = Recognition(read.text, 1.0, "", 1.0)
    assert spaced(bare, crop) == bare


@pytest.mark.parametrize("text", ["FIN", "COMPONENTE"])
def test_a_text_on_end_is_cut_out_both_ways_up(text: str) -> None:
    level = np.full((400, 60), 255, np.uint8)
    turned = np.ascontiguousarray(np.rot90(drawn(text, (300, 60), (60, 20))))
    level[50 : 50 + turned.shape[0]] = turned
    both = Paper(level, SCALE).standing((0, 0, 60, 400))
    assert both is not None
    up, down = both
    assert up.shape[1] > 1.2 * up.shape[0]
    assert np.array_equal(down, np.rot90(up, 2))


def test_a_text_that_is_level_does_not_stand_on_end() -> None:
    paper = Paper(drawn("Indicador de gestión", (260, 300), (5, 140)), SCALE)
    assert paper.standing((0, 0, 260, 300)) is None


def test_a_title_in_larger_type_is_cut_out_with_the_accents_of_its_capitals() -> None:
    image = Image.new("L", (700, 400), 255)
    draw = ImageDraw.Draw(image)
    for row in range(8):
        draw.text((40, 120 + 30 * row), "palabras de un texto cualquiera con sus letras", fill=0, font=FONT)
    title = ImageFont.load_default(size=32)
    draw.text((40, 40), "MUNICIPIO DE LE\u00d3N", fill=0, font=title)
    paper = Paper(np.asarray(image), SCALE)
    top = draw.textbbox((40, 40), "MUNICIPIO DE LE\u00d3N", font=title)[1]
    (line,) = paper.lines((0, 0, 700, 100))
    assert line.base - line.crop.shape[0] * 1.0 / 1.3 <= top


def test_a_figure_beside_two_lines_of_text_is_a_line_of_its_own() -> None:
    image = Image.new("L", (700, 120), 255)
    draw = ImageDraw.Draw(image)
    draw.text((30, 43), "67.01%", fill=0, font=FONT)
    for top in (30, 54):
        draw.text((110, top), "metros cuadrados de obra", fill=0, font=FONT)
    lines = sorted(Paper(np.asarray(image), SCALE, 20.0).outside([]), key=lambda line: line.base)
    assert [line.box[0] > 100 for line in lines] == [True, False, True]


def test_words_of_one_line_that_stand_apart_stay_together() -> None:
    pixels = drawn("Meta  anual  1,250 pagos", (500, 80))
    assert len(Paper(pixels, SCALE, 24.0).outside([])) == 1


def test_a_place_without_extent_or_beyond_the_page_has_no_lines() -> None:
    paper = Paper(drawn("Obras"), SCALE)
    assert [paper.lines(box) for box in ((40, 10, 40, 70), (500, 10, 600, 70), (40, 90, 90, 120))] == [[], [], []]


@pytest.mark.parametrize("cut", [False, True])
def test_a_part_of_a_line_shows_nothing_of_the_letters_beside_it(cut: bool) -> None:
    paper = Paper(drawn("1.2.1 Licencias"), SCALE)
    (line,) = paper.lines((0, 0, 400, 80))
    a, b = 40 + FONT.getlength("1.2.1"), 40 + FONT.getlength("1.2.1 ")
    parts = paper.cut(line, [(a + b) / 2]) if cut else paper.parted(line, [(a, b)])
    alone = Paper(drawn("1.2.1"), SCALE, paper.size).lines((0, 0, 400, 80))
    assert len(parts) == 2
    assert (parts[0].crop < 128).sum() == (alone[0].crop < 128).sum() > 0


@pytest.mark.parametrize(("lost", "lines"), [(3, 1), (8, 0)])
def test_a_figure_that_lost_a_thin_stroke_is_found_and_two_specks_are_none(lost: int, lines: int) -> None:
    paper = np.full((80, 400), 255, np.uint8)
    paper[30:37, 100:107] = 0
    paper[37 + lost : 40 + lost, 99:107] = 0
    assert len(Paper(paper, SCALE, 23.6).lines((0, 0, 400, 80))) == lines


def test_a_figure_in_small_type_below_large_titles_is_no_speck() -> None:
    """Titles have most letters of a page with a short table, and set in their type a single digit would be larger."""
    image = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(image)
    for y in (10, 60, 110):
        draw.text((20, y), "MUNICIPIO DE BAHIA DE BANDERAS", fill=0, font=ImageFont.load_default(size=36))
    draw.text((20, 220), "Porcentaje de obras entregadas en el trimestre", fill=0, font=ImageFont.load_default(size=16))
    draw.text((600, 220), "3", fill=0, font=ImageFont.load_default(size=16))
    paper, table = Paper(np.asarray(image), SCALE), (0.0, 200.0, 900.0, 260.0)
    cell = (560.0, 205.0, 680.0, 255.0)
    assert not paper.lines(cell)
    assert len(paper.sized_by([table]).lines(cell)) == 1


@pytest.mark.parametrize(("figures", "is_found"), [(8, True), (3, False)])
def test_figures_of_a_row_bound_the_type_of_a_page_whose_titles_outweigh_it(figures: int, is_found: bool) -> None:
    """Few figures on a line may be of a title; a row has more."""
    image = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(image)
    for y in (10, 60, 110):
        draw.text((20, y), "MUNICIPIO DE BAHIA DE BANDERAS", fill=0, font=ImageFont.load_default(size=36))
    for place in range(figures):
        draw.text((100 + 90 * place, 220), "3", fill=0, font=ImageFont.load_default(size=16))
    assert bool(Paper(np.asarray(image), SCALE).lines((60, 205, 150, 255))) is is_found
