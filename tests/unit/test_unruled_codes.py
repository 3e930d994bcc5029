"""Codes that a bad scan left without dots are known by their place and by the program's code."""

from __future__ import annotations

from ingest.cells import Box
from ingest.readers.pieces import PageText, Piece
from ingest.scan.unruled_codes import root_of, with_codes_of

HEIGHT = 6.0
FIGURES = [("3.492.061", 373.0, 392.0), ("142.614", 403.0, 418.0), ("182", 437.0, 445.0)]


def read_as(openings: list[tuple[str, float, float]]) -> list[str]:
    """What rows open with in the end that are read to open so, from the one to the other place, beside figures."""
    boxes = [
        (text, Box(x0, 100.0 + 40 * n, x1, 100.0 + 40 * n + HEIGHT))
        for n, opening in enumerate(openings)
        for text, x0, x1 in (opening, *FIGURES)
    ]
    page = PageText(1, tuple(Piece(box, text, n) for n, (text, box) in enumerate(boxes)), words=False)
    return [p.text for p in with_codes_of(page, "3.1.4").pieces][:: 1 + len(FIGURES)]


def test_codes_that_lost_their_dots_are_told_by_how_they_begin() -> None:
    assert read_as([("314", 66, 75), ("3141", 64, 77), ("3.1.4.1,2.3", 61, 81)]) == ["3.1.4.1"] * 3


def test_a_speck_beside_a_code_is_no_other_code() -> None:
    assert read_as([("314.125", 61, 81), ("1", 80, 82)]) == ["3.1.4.1", "1"]


def test_a_text_after_a_code_stays() -> None:
    rows = [("3 1.4 Servicios de calidad", 58.0, 136.0), ("3.1.4.2 Licencias", 58.0, 137.0)]
    assert read_as(rows) == ["3.1.4.1 Servicios de calidad", "3.1.4.2 Licencias"]


def test_figures_that_begin_as_the_code_does_are_none() -> None:
    rows = [("3,141", 66.0, 80.0), ("2,718", 66.0, 80.0), ("1,618", 66.0, 80.0)]
    assert read_as(rows) == [text for text, _, _ in rows]


def test_a_page_names_the_program_that_codes_begin_with() -> None:
    assert root_of(["PROGRAMA PRESUPUESTARIO: 3.1.4 Gobierno Abierto", "3.1.4.1"]) == "3.1.4"
    assert root_of(["PROGRAMA PRESUPUESTARIO: E-12 Gobierno Abierto"]) is None
