"""Headings that cannot be read are told by the figures of their columns, where these leave one possibility only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.cells import Cell, Placed, Table
from ingest.headings import find_layout, likeliest_layout
from ingest.profile import Meaning, load_profiles
from ingest.scan.told_by_figures import with_told_columns

PROFILE = load_profiles()[0]
HEADINGS = ["Objetivo", "Indicador", "Meta anual", "Meta T1", "Meta T2", "Meta T3", "Meta T4", "Realizado T1",
            "% Trim T1", "% Anual T1"]  # fmt: skip
ROWS = [
    (100, 10, 20, 30, 40, 7, "70.00%", "7.00%"), (400, 70, 90, 130, 110, 77, "110.00%", "19.25%"),
    (1000, 250, 250, 400, 100, 120, "48.00%", "12.00%"), (62, 11, 17, 14, 20, 9, "81.82%", "14.52%"),
]  # fmt: skip
ANNUAL, GOAL, ACHIEVED, PROGRESS, ACCUMULATED = 2, 3, 7, 8, 9


def table(headings: list[str], rows: Sequence[tuple[object, ...]] = ROWS) -> Table:
    lines = [headings, *([f"1.2.3.1.{n} Calles", "Calles", *map(str, row)] for n, row in enumerate(rows, 1))]
    cells = [Placed(Cell(text, 1), r, c) for r, line in enumerate(lines) for c, text in enumerate(line)]
    return Table(1, len(lines), len(headings), tuple(cells))


def meaning(lost: dict[int, str], column: int, rows: Sequence[tuple[object, ...]] = ROWS) -> Meaning | None:
    headings = [lost.get(n, text) for n, text in enumerate(HEADINGS)]
    (told,) = with_told_columns([table(headings, rows)], PROFILE, 1)
    layout = find_layout(told, PROFILE)
    return layout.columns.get(column) if layout is not None else None


def test_each_heading_is_told_by_the_figures_below_it() -> None:
    for column in (ANNUAL, GOAL, ACHIEVED, PROGRESS, ACCUMULATED):
        whole = find_layout(table(HEADINGS), PROFILE)
        assert whole is not None
        assert meaning({column: "Xyz"}, column) == whole.columns[column]


def test_headings_that_are_lost_together_are_told_one_by_the_other() -> None:
    assert meaning({ACHIEVED: "", ACCUMULATED: "qq"}, ACCUMULATED) == Meaning("accumulated_pct", 1)


def test_figures_that_agree_with_nothing_tell_no_heading() -> None:
    strange = [(*row[:5], n, *row[6:]) for n, row in enumerate(ROWS, 3)]
    assert meaning({ACHIEVED: "Xyz"}, ACHIEVED, strange) is None


def test_two_rows_are_too_few_to_tell_a_heading() -> None:
    assert meaning({GOAL: "Xyz"}, GOAL, ROWS[:2]) is None


def test_a_column_that_may_be_two_things_is_told_to_be_none() -> None:
    twice = [(*row[:6], row[5], *row[6:]) for row in ROWS]
    headings = [*HEADINGS[:7], "Xyz", "Zyx", *HEADINGS[8:]]
    (told,) = with_told_columns([table(headings, twice)], PROFILE, 1)
    assert find_layout(told, PROFILE) is None


LONG = "Mejorar las calles de la ciudad"


@pytest.mark.parametrize(("lost", "texts", "told"), [
    ({0: "Xyz"}, (LONG, LONG), Meaning("objective")), ({1: "Xyz"}, (LONG, LONG), Meaning("indicator")),
    ({1: "Xyz"}, (LONG, "Calle"), None), ({0: "Indicador", 1: "Xyz"}, (LONG, LONG), None),
])  # fmt: skip
def test_of_two_columns_of_long_texts_the_first_is_that_of_objectives(
    lost: dict[int, str], texts: tuple[str, str], told: Meaning | None
) -> None:
    whole = table([lost.get(n, text) for n, text in enumerate(HEADINGS)])
    whole = replace(whole, columns=11, cells=tuple(replace(p, column=p.column + (p.column > 1)) for p in whole.cells))
    units = [Placed(Cell(LONG if row else "Unidad de medida", 1), row, 2) for row in range(whole.rows)]
    whole = replace(whole, cells=(*whole.cells, *units))
    said = {0: texts[0], 1: texts[1]}
    cells = [
        replace(p, cell=replace(p.cell, text=said.get(p.column, p.cell.text))) if p.row else p for p in whole.cells
    ]
    (found,) = with_told_columns([replace(whole, cells=tuple(cells))], PROFILE, 1)
    layout = likeliest_layout(found, PROFILE)
    assert layout is not None
    assert layout.columns.get(next(c for c, text in lost.items() if text == "Xyz")) == told


def test_what_stands_above_a_column_and_says_otherwise_is_believed() -> None:
    assert meaning({ACHIEVED: "Observaciones"}, ACHIEVED) is None


@pytest.mark.parametrize(("levels", "told"), [(["Actividad"] * 4, True), (["Calle", "Fin", "Plaza", "Pozo"], False)])
def test_a_column_of_levels_needs_no_heading(levels: list[str], told: bool) -> None:
    whole = table(HEADINGS)
    shifted = [replace(p, column=p.column + 1) for p in whole.cells]
    own = [Placed(Cell(text, 1), row, 0) for row, text in enumerate(["Xy", *levels])]
    (found,) = with_told_columns([replace(whole, columns=11, cells=(*own, *shifted))], PROFILE, 1)
    layout = find_layout(found, PROFILE)
    assert layout is not None
    assert (layout.columns.get(0) == Meaning("level")) is told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CL: Porcentaje de calles limpias", True),
        ("Tasa de variación de calles", True),
        ("Porcentaje", False),
        ("Calles limpias del centro", False),
    ],
)
def test_a_column_of_indicators_needs_no_heading(name: str, told: bool) -> None:
    blank = table(["" if text == "Indicador" else text for text in HEADINGS])
    named = [replace(p, cell=replace(p.cell, text=name)) if p.column == 1 and p.row else p for p in blank.cells]
    (found,) = with_told_columns([replace(blank, cells=tuple(named))], PROFILE, 1)
    assert (find_layout(found, PROFILE) is not None) is told


@pytest.mark.parametrize(
    ("codes", "told"), [([f"1.2.3.{n}" for n in range(4)], True), (["0.00", "0.50", "1.25", "3.50"], False)]
)
def test_codes_below_a_heading_that_was_misread_as_that_of_indicators_tell_which_is_wrong(
    codes: list[str], told: bool
) -> None:
    named = table(HEADINGS)
    texts = {0: "Calles limpias", 1: "CL: Porcentaje de calles limpias"}
    shifted = [
        replace(p, column=p.column + 1, cell=replace(p.cell, text=(p.row and texts.get(p.column)) or p.cell.text))
        for p in named.cells
    ]
    own = [Placed(Cell(text, 1), row, 0) for row, text in enumerate(["Oave del indicador", *codes])]
    (found,) = with_told_columns([replace(named, columns=11, cells=(*own, *shifted))], PROFILE, 1)
    assert (find_layout(found, PROFILE) is not None) is told


@pytest.mark.parametrize("below", [["T1", "T2", "T3", "T4"], ["T4", "T1", "T2", "T3"]])
def test_a_quarter_that_is_told_tells_the_others_in_their_order_under_one_heading(below: list[str]) -> None:
    upper = ["Objetivo", "Indicador", *("Meta",) * 4, "Mets reakada", "", "", "", "% Trim"]
    lower = ["", "", "T1", "T2", "T3", "T4", *below, ""]
    rows = [(f"1.2.3.1.{n} Calles", "Calles", n, n, n, g, n, n, n, a, f"{100 * a / g:.2f}%")
            for n, (g, a) in enumerate([(10, 7), (70, 77), (250, 120), (11, 9)], 1)]  # fmt: skip
    lines = [upper, lower, *rows]
    cells = [Placed(Cell(str(text), 1), r, c) for r, line in enumerate(lines) for c, text in enumerate(line)]
    cells = [replace(p, column_span=4) if (p.row, p.column) == (0, 6) else p for p in cells]
    cells = [p for p in cells if p.row or p.column not in (7, 8, 9)]
    (told,) = with_told_columns([Table(1, len(lines), len(upper), tuple(cells))], PROFILE, 4)
    layout = likeliest_layout(told, PROFILE)
    assert layout is not None
    found = {c: layout.columns[c] for c in range(6, 10) if c in layout.columns}
    in_order = {6 + n: Meaning("achieved", n + 1) for n in range(4)}
    assert found == (in_order if below[3] == "T4" else {9: Meaning("achieved", 4)})
