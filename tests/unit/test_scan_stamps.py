"""What is seen in cells that a stamp crosses."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingest.cells import Cell, Placed
from ingest.scan.engine import Gray, Recognition
from ingest.scan.lines import Paper, TextLine
from ingest.scan.spots import Engines, Spot
from ingest.scan.stamps import _between_edges, beneath, is_cut, look_beneath

SCALE = 200 / 72
BASE = 60
PRINT_DEPTH = 150.0
BOX = (0.0, 0.0, 160.0, 100.0)


def cell(printed: str, *, ring: bool = False, letters: bool = False) -> Gray:
    image = Image.new("L", (160, 100), 250)
    draw = ImageDraw.Draw(image)
    if ring:
        draw.ellipse((-60, 30, 130, 300), outline=140, width=9)
    if letters:
        draw.text((80, 40), "RECIBIDO", fill=140, font=ImageFont.load_default(34), anchor="ms", stroke_width=1)
        draw.text((80, 92), "2024", fill=140, font=ImageFont.load_default(34), anchor="ms", stroke_width=1)
    under = Image.new("L", image.size, 250)
    ImageDraw.Draw(under).text((80, BASE), printed, fill=20, font=ImageFont.load_default(16), anchor="ms")
    both = Image.fromarray(np.minimum(np.asarray(image), np.asarray(under)))
    return np.asarray(both.filter(ImageFilter.GaussianBlur(0.6)), np.uint8)


def paper(pixels: Gray) -> Paper:
    page = Paper(pixels, SCALE)
    page.size = 18.0
    return page


def shape(line: TextLine | None) -> list[int]:
    """Give where the strokes of a line begin and end across it."""
    assert line is not None
    dark = (line.crop < 150).any(axis=0).astype(np.int8)
    return [int(n) for n in np.flatnonzero(np.diff(dark))]


def test_a_figure_beneath_a_ring_is_seen_without_it() -> None:
    stamped = beneath(paper(cell("5871", ring=True)), BOX, BASE, PRINT_DEPTH)
    plain = beneath(paper(cell("5871")), BOX, BASE, PRINT_DEPTH)
    assert stamped[0] is not None
    assert float(np.percentile(stamped[0].crop, 30)) > 200, "the ring is gone"
    assert len(shape(stamped[0])) == pytest.approx(len(shape(plain[0])), abs=2)


def test_the_letters_of_a_stamp_above_and_below_are_no_figure() -> None:
    assert beneath(paper(cell("", letters=True)), BOX, BASE, PRINT_DEPTH)[:2] == (None, None)
    assert beneath(paper(cell("58", letters=True)), BOX, BASE, PRINT_DEPTH)[0] is not None


class Saying:
    """A recognizer that says the same of every crop."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        return [Recognition(self.text, 0.99, self.text, 0.99) for _ in crops]


def table(bases: list[list[float]], ask: Engines) -> tuple[list[Placed], list[Spot]]:
    places, spots = [], []
    for row, line in enumerate(bases):
        for column, base in enumerate(line):
            box = (160.0 * column, 100.0 * row, 160.0 * column + 160, 100.0 * row + 100)
            crop = np.full((23, 40), 250, np.uint8)
            crop[8:20:3, 8:32] = 90
            spot = Spot(box, [TextLine((box[0] + 60, base - 14, box[0] + 100, base), base, crop)])
            spot.read = {ask.first.name: ask.first.read([crop])}
            places.append(Placed(Cell("", 0), row, column))
            spots.append(spot)
    return places, spots


@pytest.mark.parametrize(("at", "is_stamped"), [(160.0, False), (164.0, False), (180.0, True)])
def test_a_figure_off_the_base_line_of_its_row_is_a_stamps(at: float, is_stamped: bool) -> None:
    ask = Engines(Saying("first", "24"), Saying("second", "24"), Saying("third", "24"))
    places, spots = table([[60.0] * 4, [160.0, 160.0, at, 160.0], [260.0] * 4], ask)
    blank = Image.new("L", (640, 300), 250)
    look_beneath(paper(np.asarray(blank, np.uint8)), places, spots, 0, ask)
    assert spots[6].blotted is is_stamped
    assert bool(spots[6].lines) is not is_stamped, "beneath the stamp nothing is printed"
    assert not any(s.blotted for n, s in enumerate(spots) if n != 6)


def test_a_figure_of_which_a_digit_hangs_on_a_stroke_is_looked_at_as_a_whole_too() -> None:
    image = Image.new("L", (640, 300), 250)
    draw = ImageDraw.Draw(image)
    draw.text((400, 160), "5871", fill=20, font=ImageFont.load_default(16), anchor="ms")
    draw.line((385, 105, 385, 195), fill=30, width=4)
    ask = Engines(Saying("first", "24"), Saying("second", "24"), Saying("third", "24"))
    places, spots = table([[60.0] * 4, [160.0] * 4, [260.0] * 4], ask)
    spots[6].lines, spots[6].blotted, spots[6].read = [], True, {"first": []}
    look_beneath(paper(np.asarray(image, np.uint8)), places, spots, 0, ask)
    assert spots[6].lines, "that no line was found there before is no reason not to look"
    whole = _between_edges(paper(np.asarray(image, np.uint8)), spots[6].box, 160)
    assert whole is not None
    assert (whole.box[0], whole.box[2]) == pytest.approx((382, 417), abs=3)


def on_page(printed: str, at: tuple[int, int], rule: int | None = None) -> tuple[Paper, Spot]:
    image = Image.new("L", (400, 300), 250)
    draw = ImageDraw.Draw(image)
    draw.text(at, printed, fill=20, font=ImageFont.load_default(16), anchor="rs")
    if rule is not None:
        draw.line((rule, 0, rule + 4, 300), fill=20, width=2)
    page = paper(np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), np.uint8))
    line = TextLine((at[0] - 60, at[1] - 13, at[0], at[1]), at[1], page.pixels)
    return page, Spot((100.0, 50.0, 260.0, 250.0), [line])


def test_print_that_runs_into_the_edge_of_its_cell_is_cut() -> None:
    assert is_cut(*on_page("1,050,739", (262, 150)))
    assert not is_cut(*on_page("1,050,739", (245, 150)))
    assert not is_cut(*on_page("1,050,739", (240, 150), rule=256)), "a slanted rule goes on above and below"
