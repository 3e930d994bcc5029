"""Codes that a bad scan left without dots are known by their place and by the program's code."""

from __future__ import annotations

from ingest.scan.unruled_codes import codes_of

PROGRAM = "PROGRAMA PRESUPUESTARIO: 3.1.4 Gobierno Abierto"
HEIGHT = 6.0


def found(rows: list[list[tuple[str, float, float]]]) -> dict[int, str]:
    """The codes of a page that names its program above `rows` of texts, each with where it begins and ends."""
    said, boxes = [PROGRAM], [(10.0, 0.0, 300.0, HEIGHT)]
    for number, row in enumerate(rows):
        top = 100 + 40 * number
        said += [text for text, _, _ in row]
        boxes += [(x0, top, x1, top + HEIGHT) for _, x0, x1 in row]
    return codes_of(said, boxes, 95.0, 500.0)


def test_codes_that_lost_their_dots_are_told_by_how_they_begin() -> None:
    rows = [
        [("314", 66.0, 75.0), ("3.492.061", 373.0, 392.0)],
        [("3141", 64.0, 77.0), ("3013.154", 373.0, 392.0)],
        [("314.111", 61.0, 81.0), ("86", 387.0, 392.0)],
    ]
    assert found(rows) == {1: "3.1.4.1", 3: "3.1.4.1", 5: "3.1.4.1"}


def test_a_text_after_a_code_stays() -> None:
    rows = [[("3 1.4 Servicios de calidad", 58.0, 136.0)], [("3.1.4.1 Licencias", 58.0, 137.0)]]
    assert found(rows) == {1: "3.1.4.1 Servicios de calidad"}


def test_figures_that_begin_as_the_code_does_are_none() -> None:
    rows = [
        [("Fin", 16.0, 40.0), ("3,141", 373.0, 392.0)],
        [("Componente", 16.0, 40.0), ("2,718", 373.0, 392.0)],
        [("Actividad", 16.0, 40.0), ("1,618", 373.0, 392.0)],
    ]
    assert found(rows) == {}
