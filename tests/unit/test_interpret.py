"""Cells become rows: what belongs together, what is blank, what is no number, what is no row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cells import Box, Cell, Kind
from ingest.indicators import Quality
from ingest.interpret import interpret, matches, read_value
from ingest.profile import load_profiles
from tests.grids import HEADINGS, reading, row, table

PROFILE = load_profiles()[0]
BLANK = ["", "", "", "", "", "", "", "", "", "", ""]


def test_a_row_gives_its_figures_with_their_cells() -> None:
    _, (indicator,), rejected = interpret(reading(table(HEADINGS, row("1.2.3.", level="Actividad (DIF)"))), PROFILE)
    assert (indicator.code, indicator.level, indicator.department, indicator.objective) == (
        "1.2.3", "Actividad", "DIF", "Atender")  # fmt: skip
    assert [v.value for v in indicator.goal if v] == [1, 2, 3, 4]
    assert indicator.goal[1] is not None
    assert indicator.goal[1].box == Box(50, 10, 60, 20)
    assert indicator.achieved[1] is None, "the format does not print it"
    assert indicator.progress_pct[0] is not None, "a percentage without a quarter is that of the report"
    assert not rejected


@pytest.mark.parametrize(
    ("text", "value", "quality"),
    [
        ("1,234", 1234, Quality.UNCHECKED),
        ("1,234,\n567", 1234567, Quality.UNCHECKED),
        ("100.0\n0%", 100, Quality.UNCHECKED),
        ("97.5\n%", 97.5, Quality.UNCHECKED),
        ("12\n345", None, Quality.DISPUTED),
        ("10% 20%", None, Quality.DISPUTED),
        ("", None, Quality.MISSING),
        ("N/A", None, Quality.MISSING),
        ("$ -", None, Quality.MISSING),
        ("doce", None, Quality.MISSING),
    ],
)
def test_what_a_figure_cell_says(text: str, value: float | None, quality: Quality) -> None:
    found = read_value(Cell(text, 1), PROFILE)
    assert (found.value, found.quality) == (value, quality)
    assert (found.reason is None) == (quality is Quality.UNCHECKED or text == "")


def test_a_figure_of_which_the_reader_is_not_sure_is_disputed() -> None:
    assert read_value(Cell("12", 1, confidence=0.0), PROFILE).quality is Quality.DISPUTED
    assert read_value(Cell("12", 1, confidence=0.9), PROFILE).quality is Quality.UNCHECKED


def test_a_figure_cell_over_two_columns_is_disputed_in_both() -> None:
    _, (indicator,), _ = interpret(reading(table(HEADINGS, row("1.2.3"), spans={(1, 4): (1, 2)})), PROFILE)
    assert [v.quality for v in indicator.goal[:2] if v] == [Quality.DISPUTED] * 2


def test_a_figure_cell_over_two_rows_is_disputed_in_both() -> None:
    grid = table(HEADINGS, row("1.2.3"), row("1.2.4"), spans={(1, 3): (2, 1)})
    _, rows, _ = interpret(reading(grid), PROFILE)
    assert [r.annual_goal.quality for r in rows if r.annual_goal] == [Quality.DISPUTED] * 2


def test_bands_name_the_department_of_the_rows_below() -> None:
    band = ["DIRECCIÓN DE INGRESOS", *BLANK[1:]]
    grid = table(HEADINGS, band, row("1.2.3"), spans={(1, 0): (1, 11)})
    _, (indicator,), _ = interpret(reading(grid), PROFILE)
    assert indicator.department == "DIRECCIÓN DE INGRESOS"


def test_units_have_no_colon_of_their_label_that_is_printed_or_read_twice() -> None:
    units = "UNIDAD DE MEDIDA DEL INDICADOR:\n: Porcentaje\nUNIDAD DE MEDIDA DE LAS VARIABLES: Becas"
    grid = table((*HEADINGS, "Unidad de medida"), [*row("1.2.3"), units])
    read = interpret(reading(grid), PROFILE)[1][0]
    assert (read.unit, read.variable_unit) == ("Porcentaje", "Becas")


def test_a_level_in_parentheses_is_no_department() -> None:
    read = interpret(reading(table(HEADINGS, row("1.2.3", level="Actividad (COMPONENTES)"))), PROFILE)[1][0]
    assert (read.level, read.department) == ("Actividad", None)


def test_a_band_that_names_a_level_leaves_the_department() -> None:
    bands = [["DIRECCIÓN DE INGRESOS", *BLANK[1:]], ["COMPONENTES", *BLANK[1:]]]
    grid = table(HEADINGS, *bands, row("1.2.3"), spans={(1, 0): (1, 11), (2, 0): (1, 11)})
    assert interpret(reading(grid), PROFILE)[1][0].department == "DIRECCIÓN DE INGRESOS"


def test_an_activity_takes_the_department_of_its_component() -> None:
    grid = table(HEADINGS, row("1.2.3.1", level="Componente (DIF)"), row("1.2.3.1.4"), row("9.9.9.1"))
    _, rows, _ = interpret(reading(grid), PROFILE)
    assert [r.department for r in rows] == ["DIF", "DIF", None]


def test_an_empty_department_in_parentheses_is_none() -> None:
    _, (indicator,), _ = interpret(reading(table(HEADINGS, row("1.2.3", level="Fin ( )"))), PROFILE)
    assert not indicator.department


@pytest.mark.parametrize("code_in_second", [False, True])
def test_halves_of_a_row_over_a_page_break_are_one(code_in_second: bool) -> None:
    whole = row("1.2.3", why="Se cumplió la meta")
    first, second = [*whole[:10], "Se cumplió"], [*BLANK[:10], "la meta"]
    if code_in_second:
        first, second = [*BLANK[:10], "Se cumplió"], [*whole[:10], "la meta"]
    pages = (table(HEADINGS, row("1.2.2"), first), table(HEADINGS, second, row("1.2.4"), page=2))
    _, rows, rejected = interpret(reading(*pages), PROFILE)
    assert [r.code for r in rows] == ["1.2.2", "1.2.3", "1.2.4"]
    assert rows[1].justification == "Se cumplió la meta"
    assert [v.value for v in rows[1].goal if v] == [1, 2, 3, 4]
    assert not rejected


@pytest.mark.parametrize("rest", [[*BLANK[:10], "la meta"], None])
def test_a_row_without_a_code_after_a_page_break_is_no_half_of_a_row_with_figures_of_its_own(
    rest: list[str] | None,
) -> None:
    codeless = ["Actividad", "Atender", *row("1.2.4")[2:]]
    pages = table(HEADINGS, row("1.2.3")), table(*([rest] if rest else []), codeless, row("1.2.5"), page=2)
    _, rows, rejected = interpret(reading(*pages), PROFILE)
    assert [r.code for r in rows] == ["1.2.3", "1.2.5"]
    assert [v.value for v in rows[0].goal if v] == [1, 2, 3, 4]
    assert [r.reason for r in rejected] == ["a table row without an indicator code"]


@pytest.mark.parametrize("is_scan", [True, False])
def test_a_code_and_the_figures_below_it_are_one_doubted_row_of_a_scan(is_scan: bool) -> None:
    whole = row("1.2.3")
    grid = table(HEADINGS, row("1.2.2"), [*whole[:2], *BLANK[2:]], ["", "a todos", *whole[2:]])
    confidence = 0.9 if is_scan else None
    cells = tuple(replace(p, cell=replace(p.cell, confidence=confidence)) for p in grid.cells)
    _, (_, last), rejected = interpret(reading(replace(grid, cells=cells)), PROFILE)
    assert [v.value for v in last.goal if v] == ([1, 2, 3, 4] if is_scan else [None] * 4)
    assert last.objective == ("Atender a todos" if is_scan else "Atender")
    assert (last.doubt is not None, len(rejected)) == ((True, 0) if is_scan else (False, 1))


def test_the_figures_of_a_row_are_disputed_where_others_of_it_stand_with_those_of_another_row() -> None:
    two = row("1.2.3", goals=("1\n7", "2\n8", "3", "4"))
    _, (indicator,), _ = interpret(reading(table(HEADINGS, two)), PROFILE)
    assert {v.quality for v in (*indicator.goal, indicator.annual_goal) if v} == {Quality.DISPUTED}
    assert [v.value for v in indicator.goal if v] == [None, None, 3, 4]


def test_results_of_quarters_after_the_reports_own_are_disputed_and_zeros_are_not() -> None:
    headings = [*HEADINGS[:9], "Real T2", *HEADINGS[9:]]
    rows = [row("1.2.3"), row("1.2.4")]
    later = [[*r[:9], printed, *r[9:]] for r, printed in zip(rows, ("5", "0"), strict=True)]
    _, found, _ = interpret(reading(table(headings, *later)), PROFILE)
    assert [(r.achieved[1].value, r.achieved[1].quality) for r in found if r.achieved[1]] == [
        (5, Quality.DISPUTED),
        (0, Quality.UNCHECKED),
    ]


def test_a_department_split_by_a_page_break_is_whole() -> None:
    first = row("1.2.3", level="Componente\n(Dirección de")
    second = ["Ingresos)", *BLANK[1:]]
    _, rows, _ = interpret(reading(table(HEADINGS, first), table(second, row("1.2.4"), page=2)), PROFILE)
    assert rows[0].department == "Dirección de Ingresos"


def test_a_level_that_is_printed_again_after_the_break_stays_once() -> None:
    pages = (table(HEADINGS, row("1.2.3")), table(["Actividad", *BLANK[1:10], "más"], page=2))
    _, (indicator,), _ = interpret(reading(*pages), PROFILE)
    assert (indicator.level, indicator.justification) == ("Actividad", "más")


def test_totals_and_notes_are_rejected_and_join_no_row() -> None:
    total = ["", "TOTAL", "", "99", "9", "9", "9", "9", "9", "", ""]
    pages = (table(HEADINGS, row("1.2.3"), total), table(HEADINGS, row("1.2.4"), page=2))
    _, rows, rejected = interpret(reading(*pages), PROFILE)
    assert [r.code for r in rows] == ["1.2.3", "1.2.4"]
    assert [r.annual_goal.text for r in rows if r.annual_goal] == ["10", "10"]
    assert "TOTAL" in rejected[0].text


def test_headings_in_the_middle_of_a_table_are_no_row() -> None:
    _, rows, rejected = interpret(reading(table(HEADINGS, row("1.2.3"), HEADINGS, row("1.2.4"))), PROFILE)
    assert [r.code for r in rows] == ["1.2.3", "1.2.4"]
    assert not rejected


@pytest.mark.parametrize(
    "objective", ["1.2.3.\n4 Atender", "1.2.3\n.4 Atender", "1.2.3.4. Atender", "1.2.3.4\nAtender"]
)
def test_a_code_that_a_line_breaks_is_whole(objective: str) -> None:
    line = row("9.9.9")
    line[1] = objective
    _, (indicator,), _ = interpret(reading(table(HEADINGS, line)), PROFILE)
    assert (indicator.code, indicator.objective) == ("1.2.3.4", "Atender")


def test_what_is_no_part_of_the_format_is_rejected_with_its_reason() -> None:
    foreign = table(["Partida", "Importe"], ["1000", "5"])
    _, rows, rejected = interpret(reading(foreign, table(HEADINGS, row("1.2.3"), page=3)), PROFILE)
    assert len(rows) == 1
    assert [(r.page, r.reason) for r in rejected] == [
        (2, "the page is blank"), (1, "a table without headings of a known format")]  # fmt: skip


def test_a_report_that_hides_its_quarter_says_so() -> None:
    _, _, rejected = interpret(reading(table(HEADINGS, row("1.2.3")), titles=("Municipio de Tepic",)), PROFILE)
    assert "does not say its quarter" in rejected[0].reason


def test_titles_in_a_box_are_read_too() -> None:
    box = table(["Municipio de León, Guanajuato", "logo"], ["TERCER TRIMESTRE 2023", ""])
    header, _, _ = interpret(reading(box, table(HEADINGS, row("1.2.3")), titles=()), PROFILE)
    assert (header.municipality, header.quarter, header.fiscal_year) == ("León", 3, 2023)


def test_a_reading_matches_by_its_headings_only() -> None:
    assert matches(reading(table(HEADINGS, row("1.2.3"))), PROFILE)
    assert not matches(reading(table(row("1.2.3"))), PROFILE)


@pytest.mark.parametrize("texts", [("1.2.3.4 Atender",), ("10", "20", "1,030")])
def test_indicators_and_figures_outside_tables_are_told(texts: tuple[str, ...]) -> None:
    seen = reading(table(HEADINGS, row("1.2.3")))
    lines = tuple(Cell(text, 1) for text in texts)
    _, rows, rejected = interpret(replace(seen, lines=seen.lines + lines), PROFILE)
    assert len(rows) == 1
    assert [piece.text for piece in rejected] == [" | ".join(texts)]


def test_page_numbers_and_titles_outside_tables_are_no_loss() -> None:
    seen = reading(table(HEADINGS, row("1.2.3")))
    lines = tuple(Cell(text, 1) for text in ("Programa presupuestario: 1.2.3 Atender", "2", "2024", "1.2.3 Programa"))
    assert not interpret(replace(seen, lines=seen.lines + lines), PROFILE)[2]


def test_levels_of_a_scan_that_are_not_those_of_the_codes_as_deep_are_doubted() -> None:
    rows = [row(f"1.2.3.{n}", level=level) for n, level in enumerate(("Componente", "Componente", "Actividad"), 1)]
    tie = [row(f"1.2.3.1.{n}", level=level) for n, level in enumerate(("Actividad", "Componente"), 1)]
    exact = reading(table(HEADINGS, *rows, *tie))
    for kind, doubted in ((Kind.SCANNED_PDF, ["1.2.3.3", "1.2.3.1.1", "1.2.3.1.2"]), (exact.kind, [])):
        _, found, _ = interpret(replace(exact, kind=kind), PROFILE)
        assert [r.code for r in found if "level" in r.unsure] == doubted


@pytest.mark.parametrize(("kind", "heading", "doubted"), [
    (Kind.SCANNED_PDF, "N1VE1 X", {"level", "department", "frequency", "unit", "variable_unit"}),
    (Kind.SCANNED_PDF, "Nivel", set()), (Kind.DIGITAL_PDF, "N1VE1 X", set()),
])  # fmt: skip
def test_a_column_of_a_scan_without_a_known_heading_may_hold_what_its_rows_lack(
    kind: Kind, heading: str, doubted: set[str]
) -> None:
    exact = reading(table((heading, *HEADINGS[1:]), row("1.2.3.1")))
    sure = None if kind is Kind.DIGITAL_PDF else 0.95
    cells = tuple(replace(p, cell=replace(p.cell, confidence=sure)) for p in exact.tables[0].cells)
    _, (found,), _ = interpret(replace(exact, kind=kind, tables=(replace(exact.tables[0], cells=cells),)), PROFILE)
    assert {*found.unsure} == doubted


@pytest.mark.parametrize(("confidence", "doubted"), [(0.95, True), (None, False)])
def test_a_scan_without_a_column_of_levels_may_have_lost_it(confidence: float | None, doubted: bool) -> None:
    exact = reading(table(HEADINGS[1:], row("1.2.3.1")[1:]))
    cells = tuple(replace(p, cell=replace(p.cell, confidence=confidence)) for p in exact.tables[0].cells)
    _, (found,), _ = interpret(replace(exact, tables=(replace(exact.tables[0], cells=cells),)), PROFILE)
    assert found.level is None
    assert ("level" in found.unsure) is doubted
