"""Which places of a scanned table are read once, twice, or more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")

import numpy as np

from ingest.cells import Cell, Placed
from ingest.scan.engine import Gray, Recognition
from ingest.scan.lines import Paper, TextLine
from ingest.scan.orient import Upright
from ingest.scan.spots import Engines, Spot
from ingest.scan.tables import read_table

HEADINGS = ("Nivel", "Objetivo", "Meta anual", "T1", "Xqwz")
ROW = ("Componente", "Calles", "10", "2", "7")
PAGE = Upright(1, np.full((200, 200), 255, np.uint8), 1.0, np.array([[1.0, 0, 0], [0, 1.0, 0]]), 0, 0.0)


class Knowing:
    """A recognizer that knows what every crop says by its shade, and notes what it was asked."""

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        self.name, self.texts, self.asked = name, texts, set[str]()

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        said = [self.texts[crop[0, 0]] for crop in crops]
        self.asked.update(said)
        return [Recognition(text, 0.99, text, 0.99) for text in said]


@pytest.mark.parametrize(
    ("confidence", "again", "once_more"), [(0.99, {"Xqwz"}, {"Xqwz"}), (0.5, set(HEADINGS), {"Xqwz"})]
)
def test_headings_of_known_words_that_are_read_well_are_read_once(
    confidence: float, again: set[str], once_more: set[str]
) -> None:
    texts = [*HEADINGS, *ROW * 3]
    places = [Placed(Cell("", 0), n // 5, n % 5) for n in range(len(texts))]
    spots = []
    for n, text in enumerate(texts):
        box = (40.0 * (n % 5), 20.0 * (n // 5), 40.0 * (n % 5) + 40, 20.0 * (n // 5) + 20)
        sure = confidence if n < len(HEADINGS) else 0.99
        line = TextLine(box, box[3], np.full((20, 40), n, np.uint8))
        spots.append(Spot(box, [line], {"first": [Recognition(text, sure, text, sure)]}))
    ask = Engines(Knowing("first", texts), Knowing("second", texts), Knowing("third", texts))
    edges = tuple(40.0 * n for n in range(6))
    table = read_table(PAGE, Paper(PAGE.pixels, 1.0), places, spots, (4, 5), edges, ask, None)
    assert [p.cell.text for p in table.cells[:5]] == list(HEADINGS)
    assert (ask.second.asked & set(HEADINGS), ask.third.asked & set(HEADINGS)) == (again, once_more)  # type: ignore[attr-defined]
    assert ask.second.asked >= {"10", "2", "7"}  # type: ignore[attr-defined]


def printed(texts: Sequence[str], columns: int, sure: float) -> tuple[list[Placed], list[Spot]]:
    """Give the cells of a table, whose texts from the second row on are read with so much confidence."""
    places, spots = [], []
    for n, text in enumerate(texts):
        row, column = divmod(n, columns)
        box = (40.0 * column, 20.0 * row, 40.0 * column + 40, 20.0 * row + 20)
        confidence = sure if row and not text.isdigit() else 0.99
        line = TextLine(box, box[3], np.full((20, 40), n, np.uint8))
        places.append(Placed(Cell("", 0), row, column))
        spots.append(Spot(box, [line], {"first": [Recognition(text, confidence, text, confidence)]}))
    return places, spots


@pytest.mark.parametrize(("cut", "confidence"), [(True, 0.0), (False, 0.95)])
def test_a_band_of_which_a_part_was_not_found_is_not_sure(cut: bool, confidence: float) -> None:
    texts = [*HEADINGS, *ROW, "OBRAS"]
    places, spots = printed(texts, 5, 0.95)
    places[-1] = Placed(Cell("", 0), 2, 0, 1, 5)
    spots[-1].cut = cut
    ask = Engines(Knowing("first", texts), Knowing("second", texts), Knowing("third", texts))
    edges = tuple(40.0 * n for n in range(6))
    table = read_table(PAGE, Paper(PAGE.pixels, 1.0), places, spots, (3, 5), edges, ask, None)
    assert (table.cells[-1].cell.text, table.cells[-1].cell.confidence) == ("OBRAS", confidence)
