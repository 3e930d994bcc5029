"""Codes of scanned rows: what the outline settles is told apart from what was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cells import RULES, Cell, Opinion, Placed, Table
from ingest.scan.depths import depths_of
from ingest.scan.outline import Place
from ingest.scan.row_codes import _opened_by, with_codes

FIGURES = ("400", "100", "100", "100", "100")


def table(*objectives: tuple[str, ...]) -> Table:
    """A table of rows with the level, the objective as read (one text for each engine), and figures."""
    return leveled(*(("Actividad", *readings) for readings in objectives))


def leveled(*rows: tuple[str, ...]) -> Table:
    """A table of rows with the level, the objective as read (one text for each engine), and figures."""
    cells = []
    for row, (level, *readings) in enumerate(rows):
        texts = (level, readings[0], *FIGURES)
        opinions = tuple(Opinion(text, f"engine {n}", 0.9) for n, text in enumerate(readings))
        for column, text in enumerate(texts):
            own = opinions if column == 1 else ()
            cells.append(Placed(Cell(text, 1, confidence=0.9, engine="engine 0", opinions=own), row, column))
    return Table(1, len(rows), len(FIGURES) + 2, tuple(cells))


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


@pytest.mark.parametrize("speck", ["-", "·", "| ", "'"])
def test_what_stands_before_a_code_that_is_known_is_a_speck(speck: str) -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in range(1, 5)]
    rows[1] = (speck + rows[1][0], rows[1][1])
    found = objectives(*rows)
    assert (found[1].text, found[1].confidence) == ("1.2.3.1.1.2 Calles", 0.9)


@pytest.mark.parametrize(("dotted", "expected"), [(4, "1.2.3.1.1."), (2, "1.2.3.1.1."), (1, "12.3.1.1.")])
def test_codes_have_the_dots_of_half_of_them_where_the_name_of_the_program_lost_one(dotted: int, expected: str) -> None:
    rows = [(("1.2" if n <= dotted else "12") + f".3.1.1.{n} Calles",) for n in range(1, 5)]
    (found,) = with_codes([table(*rows)], [Cell("Programa presupuestario: 12.3 Obras", 1)])
    assert [place.cell.text for place in found.cells if place.column == 1] == [
        f"{expected}{n} Calles" for n in range(1, 5)
    ]


def test_dots_that_were_read_stay_though_the_title_lost_the_end_of_the_programs_code() -> None:
    rows = [
        ("Fin", "12.1 Fin", "1.2.1 Fin"),
        ("", "1.2.1.1 Fin", "1.2.11 Fin"),
        ("Componente", "1.2.1.1.1 Obras", "1.2.1.1.1 Obras"),
        *(("Actividad", f"1.2.1.1.1.{n} Obras", f"1.21.11.{n} Obras") for n in range(1, 6)),
        ("Componente", "1.2.1.1.2 Plazas", "1.2.1.12 Plazas"),
        *(("Actividad", f"1.2.1.1.2.{n} Plazas", f"12.1.12.{n} Plazas") for n in (1, 2)),
        ("Actividad", "1.2.1.12.3 Plazas", "12.112.3 Plazas"),
    ]
    (found,) = with_codes([leveled(*rows)], [Cell("Programa presupuestario: 1.2. 1 Obras", 1)])
    cells = [p.cell for p in found.cells if p.column == 1]
    assert [cell.text.split()[0] for cell in cells] == ["1.2.1", *(r[1].split()[0] for r in rows[1:-1]), "1.2.1.1.2.3"]
    assert all(cell.confidence != 0.0 for cell in cells)


def test_a_code_that_no_engine_read_and_the_outline_tells_is_doubted() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 3, 4)]
    found = objectives(rows[0], ("1.2.3.1.1.7 Calles", "1.2.3.1.1.Z Calles"), *rows[1:])
    assert found[1].text == "1.2.3.1.1.2 Calles"
    assert (found[1].confidence, found[1].engine) == (0.0, RULES)


def test_a_punched_hole_in_the_place_of_a_code_is_no_reading_of_it() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 3, 4)]
    found = objectives(rows[0], ("0 Calles", "0 Calles"), *rows[1:])
    assert found[1].text.startswith("1.2.3.1.1.2 ")
    assert (found[1].confidence, found[1].engine) == (0.0, RULES)


def test_a_code_after_which_another_number_stands_is_doubted() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 2, 3)]
    found = objectives(*rows, ("1.2.3.1.2 1 Plazas", "1.2.3.1.2 1 Plazas"))
    assert (found[3].confidence, found[3].engine) == (0.0, RULES)


LEVELED = [("Fin", "1.2.3"), ("Propósito", "12.3.1"), ("Componente", "12.3.11"), ("Actividad", "1.2.3.1.11"),
           ("Actividad", "1.2.31.1.2"), ("Componente", "1.2.3.12"), ("Actividad", "12.3.1.21")]  # fmt: skip
WHOLE = ["1.2.3", "1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.1", "1.2.3.1.1.2", "1.2.3.1.2", "1.2.3.1.2.1"]


def coded(*tables: Table) -> list[Cell]:
    found = with_codes(tables, [Cell("Programa presupuestario: 1.2.3 Obras", 1)])
    return [place.cell for t in found for place in t.cells if place.column == 1]


def test_levels_tell_the_points_that_most_codes_lost() -> None:
    found = coded(leveled(*((level, f"{code} Calles", f"{code} Calles") for level, code in LEVELED)))
    assert [cell.text for cell in found] == [f"{code} Calles" for code in WHOLE]
    assert all(cell.confidence == 0.9 for cell in found)


def test_codes_that_stand_alone_in_their_column_lose_what_a_stamp_adds() -> None:
    rows = [[level, code, code] for level, code in zip((lv for lv, _ in LEVELED), WHOLE, strict=True)]
    rows[3][1] = "1.2.3.1.1.1 41.31.11"
    found = coded(leveled(*map(tuple, rows)))
    assert [cell.text for cell in found] == WHOLE


def test_the_last_row_of_a_report_has_a_code_though_none_can_be_read() -> None:
    rows = [
        (level, f"{code} Calles", f"{code} Calles") for level, code in zip((v for v, _ in LEVELED), WHOLE, strict=True)
    ]
    found = coded(leveled(*rows[:-1], ("Actividad", "Calles", "Calles")))
    assert (found[-1].text, found[-1].confidence) == ("1.2.3.1.2.1 Calles", 0.0)


def test_half_a_row_at_the_end_of_a_page_gets_no_code() -> None:
    rows = [
        (level, f"{code} Calles", f"{code} Calles") for level, code in zip((v for v, _ in LEVELED), WHOLE, strict=True)
    ]
    first = leveled(*rows[:-1], ("Actividad", "Calles", "Calles"))
    rest = Table(2, 1, 7, (Placed(Cell("1.2.3.1.2.1 y plazas", 2, engine="engine 0"), 0, 1),))
    assert coded(first, rest)[len(rows) - 1].text == "Calles"


def test_depths_that_codes_show_are_the_only_ones_unless_levels_share_them() -> None:
    levels = ["Componente", "Actividad", "Actividad"]
    clear = [Place(("1.2.3.1",)), Place(("1.2.3.1.1",)), Place(("1.2.3.1.2",))]
    assert depths_of(clear, levels, "1.2.3") == [[4, 5, 5]]
    lost = [Place(("1.2.3.1",)), Place(("1.2.3.11",)), Place(("1.2.3.12",))]
    assert [4, 5, 5] in depths_of(lost, levels, "1.2.3")
    assert [4, 4, 4] not in depths_of(lost, levels, "1.2.3")


def test_a_level_that_cannot_be_read_is_that_of_all_codes_as_long() -> None:
    rows = [[level, f"{code} Calles", f"{code} Calles"] for (level, _), code in zip(LEVELED, WHOLE, strict=True)]
    rows[3][0], rows[4][0] = "AcoNrtad", "Actvktad"
    rows.append(["Actividad", "1.2.3.1.2.2 Plazas", "1.2.3.1.2.2 Plazas"])
    (found,) = with_codes([leveled(*map(tuple, rows))], [Cell("Programa presupuestario: 1.2.3 Obras", 1)])
    assert [p.cell.text for p in found.cells if p.column == 0 and p.row in (3, 4)] == ["Actividad"] * 2


def test_a_number_after_a_code_is_its_last_where_the_outline_wants_one() -> None:
    codes = ["1.2.3.1.1", "1.2.3.1.1.1", "1.2.3.1.1 2", "1.2.3.1.1.3"]
    levels = ["Componente", *["Actividad"] * 3]
    rows = [(level, f"{code} Calles", f"{code} Calles") for level, code in zip(levels, codes, strict=True)]
    assert [cell.text for cell in coded(leveled(*rows))][2] == "1.2.3.1.1.2 Calles"


def test_the_first_row_takes_part_though_its_code_lost_most_points() -> None:
    rows = [(level, f"{code} Calles", f"{code} Calles") for (level, _), code in zip(LEVELED, WHOLE, strict=True)]
    for lost in ("1.2 3 Calles", "1.2 Calles"):
        found = coded(leveled(("Fn", lost, lost), *rows[1:]))
        assert [cell.text.split()[0] for cell in found] == WHOLE


@pytest.mark.parametrize(("read", "named"), [
    ("Act ividad", "Actividad"),
    ("Ac ti vidad (Tesorería)", "Actividad (Tesorería)"),
    ("A8t (Tesorería)", "Actividad (Tesorería)"),
])  # fmt: skip
def test_no_piece_of_a_broken_level_stays_to_name_a_department(read: str, named: str) -> None:
    assert _opened_by("Actividad", read) == named


def test_a_page_without_the_column_of_levels_keeps_its_codes_where_they_stand() -> None:
    first = leveled(*((level, code, code) for (level, _), code in zip(LEVELED[:-2], WHOLE[:-2], strict=True)))
    rows = [(code, "Plazas de todas las colonias", *FIGURES) for code in (".1.2.3.1.2.1", "1.23.1.2.2")]
    cells = [Placed(Cell(t, 2, confidence=0.9), row, c) for row, texts in enumerate(rows) for c, t in enumerate(texts)]
    found = with_codes(
        [first, Table(2, 2, len(rows[0]), tuple(cells))], [Cell("Programa presupuestario: 1.2.3 Obras", 1)]
    )
    assert [p.cell.text for p in found[1].cells if p.column == 0] == ["1.2.3.1.2.1", "1.2.3.1.2.2"]
    assert {p.cell.text for p in found[1].cells if p.column == 1} == {"Plazas de todas las colonias"}


def test_spaces_stand_where_the_points_of_a_code_were_lost() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 2, 4)]
    found = objectives(*rows[:2], ("1 2 3.1 1.3 Calles", "1 2 3.1.1 3 Calles"), rows[2])
    assert found[2].text == "1.2.3.1.1.3 Calles"
    assert found[2].confidence != 0.0


def test_a_code_that_lost_its_beginning_is_told_by_its_end_and_doubted() -> None:
    rows = [(f"1.2.3.1.1.{n} Calles", f"1.2.3.1.1.{n} Calles") for n in (1, 2, 4)]
    found = objectives(*rows[:2], ("1 3 Calles", "1 3 Calles"), rows[2])
    assert (found[2].text, found[2].confidence) == ("1.2.3.1.1.3 Calles", 0.0)


def test_figures_that_look_like_the_codes_of_the_program_make_no_column_of_codes() -> None:
    first = table(("1.2.3.1.1.1 Calles",), ("1.2.3.1.1.2 Calles",))
    second = table(("1 2 3.1.1.3 Calles",), ("1.2.3.1.1.4 Calles",))
    figures = [replace(p, cell=replace(p.cell, text=f"123,{p.row}18")) if p.column == 3 else p for p in second.cells]
    told = with_codes([first, replace(second, cells=tuple(figures))], [Cell("Programa presupuestario: 1.2.3 Obras", 1)])
    assert [p.cell.text for p in told[1].cells if p.column == 1] == ["1.2.3.1.1.3 Calles", "1.2.3.1.1.4 Calles"]
    assert [p.cell.text for p in told[1].cells if p.column == 3] == ["123,018", "123,118"]


def test_codes_that_all_lost_their_points_stand_in_their_column_though_a_text_reads_as_a_code() -> None:
    rows = leveled(*(("Actividad", code) for code in ("1231", "12311", "123111", "123112")))
    odd = [replace(p, cell=replace(p.cell, text="1.2.3m")) if (p.row, p.column) == (2, 0) else p for p in rows.cells]
    (found,) = with_codes([replace(rows, cells=tuple(odd))], [Cell("Programa presupuestario: 1.2.3 Obras", 1)])
    assert [p.cell.text for p in found.cells if p.column == 1] == ["1.2.3.1", "1.2.3.1.1", "1.2.3.1.1.1", "1.2.3.1.1.2"]
