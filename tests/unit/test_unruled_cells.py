"""Figures of scans without rules: cut out of the paper where a line, a stamp or a neighbour took them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingest.cells import Box, Cell, Placed
from ingest.readers.pieces import Piece
from ingest.readers.unruled import Found, Slot
from ingest.scan.engine import Gray, Recognition
from ingest.scan.lines import SIDE, Paper, TextLine
from ingest.scan.orient import Upright, _off_the_edges, _skew
from ingest.scan.spots import Engines, Spot
from ingest.scan.unruled_cells import cut_figures
from ingest.scan.unruled_parting import part_lines
from ingest.scan.unruled_scan import _spots

SIZE, WIDE, BASE = 18.0, 120, 60


class Saying:
    """A recognizer that says the same of every crop that holds ink, and nothing of others."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        said = [self.text if crop.min() < 120 else "" for crop in crops]
        return [Recognition(t, 0.99, t, 0.99) for t in said]


def asking(text: str) -> Engines:
    return Engines(Saying("first", text), Saying("second", text), Saying("third", text))


def paper_of(texts: Sequence[str], ring: int | None = None) -> Paper:
    """Give a paper with a row of figures, each in its column, and a ring of a stamp over column `ring`."""
    image = Image.new("L", (WIDE * len(texts), 120), 250)
    draw = ImageDraw.Draw(image)
    for n, text in enumerate(texts):
        draw.text((WIDE * n + WIDE // 2, BASE), text, fill=20, font=ImageFont.load_default(16), anchor="ms")
    if ring is not None:
        draw.ellipse((WIDE * ring + 25, 35, WIDE * ring + 150, 240), outline=120, width=9)
    page = Paper(np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), np.uint8), 200 / 72)
    page.size = SIZE
    return page


def row(paper: Paper, said: Sequence[str]) -> tuple[list[Placed], list[Spot]]:
    """Give the cells of the row, of which the first engine read `said`; "" has no line at all."""
    spots = []
    for n, text in enumerate(said):
        box = WIDE * n + 1.0, 0.0, WIDE * (n + 1) - 1.0, 120.0
        line = TextLine((box[0] + 30, BASE - 14.0, box[2] - 30, float(BASE)), BASE, paper.pixels[40:70, 30:60])
        read = [Recognition(text, 0.99, text, 0.99)] if text else []
        spots.append(Spot(box, [line] if text else [], {"first": read}))
    return [Placed(Cell("", 0), 0, n) for n in range(len(said))], spots


@pytest.mark.parametrize(("off", "order"), [(-22, (38, 60)), (22, (60, 82))])
def test_a_figure_that_goes_on_in_the_next_line_is_read_whole(off: int, order: tuple[int, int]) -> None:
    paper = paper_of(["24", "24", "24", "24"])
    image = Image.fromarray(paper.pixels)
    draw = ImageDraw.Draw(image)
    draw.text((WIDE * 3 + WIDE // 2, BASE + off), "24", fill=20, font=ImageFont.load_default(16), anchor="ms")
    paper = Paper(np.asarray(image), 200 / 72)
    paper.size = SIZE
    places, spots = row(paper, ["24", "24", "24", "24"])
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("24"))
    assert [len(s.lines) for s in spots] == [1, 1, 1, 2]
    assert [line.base for line in spots[3].lines] == pytest.approx(order, abs=4)


def test_a_figure_that_no_line_was_found_for_is_read() -> None:
    paper = paper_of(["24", "24", "24", "24"])
    places, spots = row(paper, ["24", "24", "24", ""])
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("24"))
    assert [s.said("first") for s in spots] == ["24"] * 4
    assert not any(s.blotted for s in spots)


def test_a_blank_cell_stays_blank_and_columns_of_texts_are_left_alone() -> None:
    paper = paper_of(["24", "24", "24", "", "24"])
    places, spots = row(paper, ["24", "24", "24", "", ""])
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("24"))
    assert [s.said("first") if s.read else "" for s in spots] == ["24", "24", "24", "", ""]
    assert spots[4].lines == []


def test_a_stamp_that_reaches_into_a_cell_makes_its_figure_doubtful() -> None:
    paper = paper_of(["24", "24", "24", "3044"], ring=3)
    places, spots = row(paper, ["24", "24", "24", "3.0"])
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("3044"))
    assert [s.blotted for s in spots] == [False, False, False, True]


def test_a_figure_in_two_lines_is_not_taken_for_its_first_line() -> None:
    paper = paper_of(["24", "24", "24", "1,234,"])
    places, spots = row(paper, ["24", "24", "24", "1,234,"])
    under = TextLine((0, BASE + 8.0, 20, BASE + 20.0), BASE + 20.0, paper.pixels[40:70, 30:60])
    spots[3].lines.append(under)
    spots[3].read["first"].append(Recognition("567", 0.99, "567", 0.99))
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("1,234"))
    assert spots[3].said("first") == "1,234,\n567"


def test_a_figure_that_was_cut_at_the_height_of_a_text_beside_it_is_cut_anew() -> None:
    paper = paper_of(["24", "24", "24", "24"])
    places, spots = row(paper, ["24", "24", "24", "24"])
    spots[3].lines = [replace(spots[3].lines[0], base=BASE - 9.0)]
    cut_figures(paper, paper, places, spots, {0, 1, 2, 3}, asking("24"))
    assert abs(spots[3].lines[0].base - BASE) < 2


def loose(texts: Sequence[tuple[float, float, str]], paper: Paper) -> list[Spot]:
    """Give spots from (left, base, text), each as wide as its letters."""
    spots = []
    for left, base, text in texts:
        box = left, base - 14, left + 10.0 * len(text), base + 1
        crop = paper.pixels[round(base - 18) : round(base + 6), round(left - SIDE * SIZE) : round(box[2] + SIDE * SIZE)]
        places = tuple((SIDE * SIZE + 10 * n + 5) / crop.shape[1] for n in range(len(text)))
        read = Recognition(text, 0.99, text, 0.99, places)
        spots.append(Spot(box, [TextLine(box, base, crop)], {"first": [read]}))
    return spots


@pytest.mark.parametrize(("said", "parts"), [("76.09% programadas", 2), ("cuadra programadas", 3)])
def test_a_line_is_parted_between_words_and_not_inside_a_figure(said: str, parts: int) -> None:
    image = Image.new("L", (900, 1000), 250)
    draw = ImageDraw.Draw(image)
    texts = [(50.0 + 100 * c, 200.0 + 60 * r, "24") for r in range(12) for c in range(5)]
    texts += [(600.0, 200.0 + 60 * r, said) for r in range(12)]
    for left, base, text in texts:
        for n, letter in enumerate(text):
            # Before the third letter there is a gap as wide as between columns, in all rows.
            gap = 4 if len(text) > 2 and n == 2 else 0
            if letter != " ":
                draw.rectangle((left + 10 * n + gap, base - 13, left + 10 * n + 8, base), fill=20)
    paper = Paper(np.asarray(image, np.uint8), 200 / 72)
    paper.size = SIZE
    found = part_lines(paper, loose(texts, paper), asking("24"))
    assert len(found) == 12 * 5 + 12 * parts


def test_headings_that_stand_close_together_are_parted_though_bands_cross_the_table_below_them() -> None:
    figures = [(50.0 + 100 * c, 200.0 + 60 * r, "24") for r in range(12) for c in range(5)]
    bands = [(160.0, 230.0 + 60 * r, "abcdefghijkl") for r in range(2)]
    headings = [(150.0, 110.0, "abcde fghijk"), (450.0, 110.0, "abc"), (150.0, 60.0, "abcde fghijk")]
    image = Image.new("L", (900, 1000), 250)
    draw = ImageDraw.Draw(image)
    for left, base, text in (*figures, *bands, *headings):
        for n in (n for n, letter in enumerate(text) if letter != " "):
            draw.rectangle((left + 10 * n, base - 13, left + 10 * n + 8, base), fill=20)
    paper = Paper(np.asarray(image, np.uint8), 200 / 72)
    paper.size = SIZE
    found = part_lines(paper, loose((*figures, *bands, *headings), paper), asking("24"))
    assert sorted(round(s.box[0]) for s in found if s.lines[0].base == 110.0) == [150, 210, 450]
    assert sum(s.lines[0].base in (230.0, 290.0) for s in found) == 2, "bands stay whole"
    assert sum(s.lines[0].base == 60.0 for s in found) == 1, "titles stay whole"


def test_the_dark_edges_of_a_copy_do_not_tell_how_its_page_lay() -> None:
    mask = np.zeros((800, 1000), np.uint8)
    for top in range(100, 300, 40):
        for x in range(50, 950, 12):
            y = round(top + x * np.tan(np.radians(1.0)))
            mask[y : y + 5, x : x + 7] = 1
    assert _skew(mask) == pytest.approx(-1.0, abs=0.1)
    mask[770:] = 1
    assert _skew(mask) == pytest.approx(0.0, abs=0.1), "the edge outweighs the text"
    assert _skew(_off_the_edges(mask)) == pytest.approx(-1.0, abs=0.1)


def test_a_rule_above_a_line_does_not_keep_its_words_together() -> None:
    image = Image.new("L", (400, 120), 250)
    draw = ImageDraw.Draw(image)
    for left in (20, 40, 60, 200, 220, 240):
        draw.rectangle((left, 50, left + 12, 60), fill=20)
    draw.line((0, 45, 400, 45), fill=20, width=1)
    paper = Paper(np.asarray(image, np.uint8), 200 / 72)
    paper.size = SIZE
    line = TextLine((20.0, 47.0, 252.0, 61.0), 60.0, paper.pixels[40:66, 14:258])
    assert [p.box[0] for p in paper.parted(line, [(100.0, 180.0)])] == [20.0, 180.0]


def test_a_text_that_opens_above_the_figures_of_its_row_says_what_it_was_read_as() -> None:
    paper = paper_of(["24"] * 5)
    read = loose(
        [(10, 26, "Objetivo"), (10, 41, "Realización"), (130, 60, "24"), (250, 60, "24"), (370, 60, "24")], paper
    )
    box = Box(0, 0, 10, 10)
    mended = [Piece(box, text, n) for n, text in enumerate(("Objetivo", "realizadcion", "24", "24", "24"))]
    slots = (Slot(0, 0, 1, (mended[0],)), *(Slot(1, max(0, n - 1), 1, (mended[n],)) for n in range(1, 5)))
    page = Upright(1, paper.pixels, 1.0, np.array([[1.0, 0, 0], [0, 1.0, 0]]), 0, 0.0)
    found = Found(1, (0, 120, 240, 360, 480), (0, 25, 80), slots)
    spots = _spots(found, page, paper, read, asking("24"))
    assert [s.said("first") for s in spots] == ["Objetivo", "Realización", "24", "24", "24"]
