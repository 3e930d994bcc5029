"""Lines of a scan that run over the gap between two columns are parted there, also where the gap does not go all the
way down.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ingest.readers.pieces import Piece
from ingest.readers.unruled import Found, Slot
from ingest.scan.engine import Gray, Recognition
from ingest.scan.lines import Paper
from ingest.scan.spots import Engines, Spot
from ingest.scan.unruled_parting import part_between
from ingest.scan.unruled_scan import _is_of_headings

SIZE, SCALE = 18.0, 2.0
FONT = ImageFont.load_default(size=18)
COLUMNS = [(10.0, 98.0), (102.0, 190.0)]
"""In points."""


class Saying:
    """A recognizer that says one thing of all crops."""

    def __init__(self, text: str) -> None:
        self.name, self.text = "first", text

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        return [Recognition(self.text, 0.99, self.text, 0.99) for _ in crops]


def loose(texts: Sequence[tuple[int, int, str]], said: str) -> tuple[Paper, list[Spot], Engines]:
    """Give lines that each begin and end at a place, with a gap of 5 pixels in them at a third."""
    image = Image.new("L", (400, 300), 250)
    draw = ImageDraw.Draw(image)
    for base, gap, text in texts:
        draw.text((gap - 3, base), text, fill=20, font=FONT, anchor="rs")
        draw.text((gap + 3, base), text, fill=20, font=FONT, anchor="ls")
    paper = Paper(np.asarray(image, np.uint8), SCALE)
    paper.size = SIZE
    spots = [Spot(line.box, [line]) for line in paper.outside([])]
    ask = Engines(Saying(said), Saying(said), Saying(said))
    for spot in spots:
        spot.read = {"first": ask.first.read([spot.lines[0].crop])}
    return paper, spots, ask


SLANTED = [(60, 196, "mmm"), (120, 200, "mmm"), (180, 204, "mmm")]


def test_texts_are_parted_at_their_own_gaps_beside_a_border_that_slants() -> None:
    paper, spots, ask = loose(SLANTED, "obras de la")
    parts = part_between(COLUMNS, (0.0, 150.0), paper, spots, ask)
    assert (len(spots), len(parts)) == (3, 6)
    assert all(s.box[2] <= gap or s.box[0] >= gap for s, gap in zip(
        sorted(parts, key=lambda s: (s.lines[0].base, s.box[0])), (196, 196, 200, 200, 204, 204), strict=True
    ))  # fmt: skip
    assert {s.said("first") for s in parts} == {"obras de la"}


def test_figures_and_what_stands_outside_the_rows_are_not_parted_there() -> None:
    paper, spots, ask = loose(SLANTED, "1,250 300")
    assert part_between(COLUMNS, (0.0, 150.0), paper, spots, ask) == spots
    paper, spots, ask = loose(SLANTED, "obras de la")
    assert len(part_between(COLUMNS, (40.0, 150.0), paper, spots, ask)) == 5


@pytest.mark.parametrize(
    ("said", "column", "expected"), [("Trim. 3", 1, True), ("TERCER TRIMESTRE 2025", 1, False), ("Trim. 3", 0, False),
                                     ("Obtenido", 1, False)]
)  # fmt: skip
def test_a_quarter_above_figures_is_not_the_reports_own(said: str, column: int, expected: bool) -> None:
    paper, (first, *_), _ = loose([(60, 20 + 200 * column + 60, "mm")], said)
    pieces: tuple[Piece, ...] = ()
    found = Found(1, (0.0, 100.0, 200.0), (0.0, 150.0), (Slot(0, 0, 1, pieces),), figures=frozenset({1}))
    assert _is_of_headings(first, found, paper.scale, "first") is expected
