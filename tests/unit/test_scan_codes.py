"""Codes of scanned rows: what the outline settles is told apart from what was read."""

from __future__ import annotations

from ingest.cells import RULES, Cell, Opinion, Placed, Table
from ingest.scan.row_codes import with_codes

FIGURES = ("400", "100", "100", "100", "100")


def table(*objectives: tuple[str, ...]) -> Table:
    """A table of rows with the level, the objective as read (one text for each engine), and figures."""
    cells = []
    for row, readings in enumerate(objectives):
        texts = ("Actividad", readings[0], *FIGURES)
        opinions = tuple(Opinion(text, f"engine {n}", 0.9) for n, text in enumerate(readings))
        for column, text in enumerate(texts):
            own = opinions if column == 1 else ()
            cells.append(Placed(Cell(text, 1, confidence=0.9, engine="engine 0", opinions=own), row, column))
    return Table(1, len(objectives), len(FIGURES) + 2, tuple(cells))


def objectives(*rows: tuple[str, ...]) -> list[Cell]:
    (found,) = with_codes([table(*rows)], [Cell("Programa presupuestario: 1.2.3 Obras", 1)])
    return [place.cell for place in found.cells if place.column == 1]


def test_codes_that_were_read_are_sure() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in range(1, 5)]
    assert all(cell.confidence == 0.9 for cell in objectives(*rows))


def test_points_that_were_lost_leave_a_code_sure() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles",) for n in (1, 3, 4)]
    found = objectives(rows[0], ("123112 Calles", "1.2.3.1.12 Calles"), *rows[1:])
    assert found[1].text.startswith("1.2.3.1.1.2 ")
    assert found[1].confidence != 0.0


def test_a_code_that_no_engine_read_and_the_outline_tells_is_doubted() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 3, 4)]
    found = objectives(rows[0], ("1.2.3.1.1.7 Calles", "1.2.3.1.1.Z Calles"), *rows[1:])
    assert found[1].text == "1.2.3.1.1.2 Calles"
    assert (found[1].confidence, found[1].engine) == (0.0, RULES)


def test_a_code_after_which_another_number_stands_is_doubted() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 2, 3)]
    found = objectives(*rows, ("1.2.3.1.2 1 Plazas", "1.2.3.1.2 1 Plazas"))
    assert (found[3].confidence, found[3].engine) == (0.0, RULES)
