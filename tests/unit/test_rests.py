"""The end of a last row that stands alone on the next page is told, and the row's texts are doubted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cells import Box, Cell, Kind, Reading
from ingest.interpret import interpret
from ingest.profile import load_profiles
from tests.grids import HEADINGS, TITLES, row, table

PROFILE = load_profiles()[0]


def line(text: str, x0: float, x1: float, *, page: int = 2, top: float = 5.0) -> Cell:
    return Cell(text, page, Box(x0, top, x1, top + 5), engine="test")


def read(*lines: Cell) -> tuple[tuple[str, ...], list[str]]:
    """Give the labels of the last row that are doubted, and what was rejected; columns are 10 points wide."""
    titles = tuple(Cell(t, 1, Box(0, 0, 1, 1), engine="test") for t in TITLES)
    grid = table(HEADINGS, row("1.2.3"), row("1.2.3.1"))
    _, rows, rejected = interpret(Reading(Kind.DIGITAL_PDF, 2, (grid,), (*titles, *lines), engine="test"), PROFILE)
    assert rows[0].unsure == ()
    return rows[-1].unsure, [r.text for r in rejected if r.page == 2]


def test_texts_within_columns_on_the_next_page_may_be_the_end_of_the_last_row() -> None:
    unsure, rejected = read(
        line("a la población", 11, 19), line("de obras", 20, 29), line("y más obras", 20, 29, top=12)
    )
    assert unsure == ("indicator", "objective")
    assert rejected == ["a la población | de obras | y más obras"]


@pytest.mark.parametrize(
    "other",
    [
        line("Nota: las metas se ajustaron", 0, 60),
        line("Elaboró: el titular", 11, 19),
        line("2", 11, 19),
        line("Obras", 41, 49),
        line("PRIMER TRIMESTRE 2024", 11, 19),
    ],
    ids=["a note", "a signature", "a page number", "a text below figures", "a title again"],
)
def test_other_texts_on_a_page_without_a_table_are_none(other: Cell) -> None:
    assert read(other, line("obras", 11, 19, top=99) if other.text.startswith("Nota") else other) == ((), [])


def test_one_word_that_an_engine_read_is_no_end_of_a_row() -> None:
    assert read(replace(line("Elabor", 11, 19), confidence=0.9)) == ((), [])
    assert read(replace(line("obras de riego", 11, 19), confidence=0.9))[0] == ("objective",)


def test_what_follows_a_signature_is_none() -> None:
    assert read(line("Revisó", 11, 19), line("obras del director", 20, 29, top=12)) == ((), [])
