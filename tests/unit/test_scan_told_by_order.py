"""A table of which a row of headings is lost is told by the order of its figures, where that leaves one possibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.cells import Cell, Placed, Table
from ingest.headings import find_layout, likeliest_layout
from ingest.profile import Meaning, load_profiles
from ingest.scan.told_by_order import with_ordered_columns

PROFILE = load_profiles()[0]
GROUPS = [("Objetivo", 1), ("Indicador", 1), ("META PROGRAMADA AN112", 5), ("REALIZADO", 2), ("% TRIMESTRAL", 2)]
ROWS = [
    (100, 10, 20, 30, 40, 7, 22, "70.00%", "110.00%"), (400, 70, 90, 130, 110, 77, 45, "110.00%", "50.00%"),
    (1000, 250, 250, 400, 100, 120, 250, "48.00%", "100.00%"), (62, 11, 17, 14, 20, 9, 17, "81.82%", "100.00%"),
]  # fmt: skip
ORDER = [
    Meaning("annual_goal"), *(Meaning("goal", q) for q in (1, 2, 3, 4)), *(Meaning("achieved", q) for q in (1, 2)),
    *(Meaning("progress_pct", q) for q in (1, 2)),
]  # fmt: skip


def table(rows: Sequence[tuple[object, ...]] = ROWS, groups: Sequence[tuple[str, int]] = GROUPS) -> Table:
    heads, column = [], 0
    for text, span in groups:
        heads.append(Placed(Cell(text, 1), 0, column, 1, span))
        column += span
    lines = [[f"1.2.3.1.{n} Calles", "Calles", *map(str, row)] for n, row in enumerate(rows, 1)]
    cells = [Placed(Cell(text, 1), r, c) for r, line in enumerate(lines, 1) for c, text in enumerate(line)]
    return Table(1, len(lines) + 1, column, (*heads, *cells))


def test_columns_below_a_lost_row_of_headings_are_told_together() -> None:
    assert find_layout(table(), PROFILE) is None
    (told,) = with_ordered_columns([table()], PROFILE, 2)
    layout = find_layout(told, PROFILE)
    assert layout is not None
    assert [layout.columns.get(c) for c in range(2, 11)] == ORDER
    assert [p.cell.text for p in told.cells if p.row] == [p.cell.text for p in table().cells if p.row]


def test_figures_that_no_order_explains_tell_nothing() -> None:
    strange = [tuple(f"{n}.{m}7" for m in range(9)) for n in (3, 5, 8, 13)]
    without = [("Objetivo", 1), ("Indicador", 1), *(("Xyz", 1) for _ in range(9))]
    assert with_ordered_columns([table(strange, without)], PROFILE, 2) == [table(strange, without)]


def test_a_column_whose_heading_was_read_well_and_is_none_of_the_formats_tells_that_no_order_fits() -> None:
    groups = [*GROUPS[:3], ("REALIZADO", 1), ("Presupuesto", 1), GROUPS[4]]
    spoiled = table(groups=groups)
    read = [replace(p, cell=replace(p.cell, confidence=0.98)) if p.row == 0 else p for p in spoiled.cells]
    surely = replace(spoiled, cells=tuple(read))
    assert with_ordered_columns([surely], PROFILE, 2) == [surely]
    assert with_ordered_columns([spoiled], PROFILE, 2) != [spoiled]


def test_an_order_that_a_heading_contradicts_is_not_taken() -> None:
    named = [*GROUPS[:2], ("Xyz", 5), ("Realizado T4", 1), ("Xyz", 1), ("% TRIMESTRAL", 2)]
    (same,) = with_ordered_columns([table(groups=named)], PROFILE, 2)
    layout = likeliest_layout(same, PROFILE)
    assert layout is not None
    assert layout.columns[7] == Meaning("achieved", 4)
    assert 8 not in layout.columns


def test_a_table_whose_columns_all_have_a_heading_stays_as_it_is() -> None:
    words = [f"{m.field.replace('annual_goal', 'Meta anual').replace('achieved', 'Realizado').replace('_pct', ' %')}"
             f" {'' if m.quarter is None else f'T{m.quarter}'}" for m in ORDER]  # fmt: skip
    words = [w.replace("goal", "Meta").replace("progress %", "% trimestral") for w in words]
    whole = table(groups=[("Objetivo", 1), ("Indicador", 1), *((w, 1) for w in words)])
    assert find_layout(whole, PROFILE) is not None
    assert with_ordered_columns([whole], PROFILE, 2) == [whole]
