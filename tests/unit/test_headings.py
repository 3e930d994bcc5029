"""Columns get their meaning from heading rows, and keep it on tables without any."""

from __future__ import annotations

import pytest

from ingest.headings import find_layout
from ingest.profile import Meaning, load_profiles
from tests.grids import HEADINGS, row, table

PROFILE = load_profiles()[0]


def test_as_many_rows_are_headings_as_give_meaning() -> None:
    upper = [*HEADINGS[:3], "Meta programada", "", "", "", "", "Meta realizada", "% de avance", "Justificación"]
    lower = ["", "", "", "Anual", "T1", "T2", "T3", "T4", "T1", "Trimestral", ""]
    layout = find_layout(table(upper, lower, row("1.2.3"), spans={(0, 3): (1, 5)}), PROFILE)
    assert layout is not None
    assert layout.heading_rows == 2
    assert layout.columns[3] == Meaning("annual_goal")
    assert layout.columns[7] == Meaning("goal", 4)


def test_a_table_without_the_words_of_the_format_has_no_layout() -> None:
    assert find_layout(table(["Partida", "Importe"], ["1000", "5"]), PROFILE) is None


def test_two_columns_of_one_meaning_are_both_told_and_neither_taken() -> None:
    headings = [*HEADINGS[:9], "Meta T4", "Justificación"]
    layout = find_layout(table(headings, row("1.2.3")), PROFILE)
    assert layout is not None
    assert Meaning("goal", 4) not in layout.columns.values()
    assert layout.unknown == ("Meta T4", "Meta T4")


def test_results_of_a_quarter_without_a_goal_are_told_and_not_taken_where_other_quarters_have_one() -> None:
    headings = [h.replace("Meta T2", "Prog. Real. T2") for h in HEADINGS]
    layout = find_layout(table(headings, row("1.2.3")), PROFILE)
    assert layout is not None
    assert {m.field for m in layout.columns.values() if m.quarter == 1} == {"goal", "achieved"}
    assert not any(m.quarter == 2 for m in layout.columns.values())
    assert layout.unknown == ("Prog. Real. T2",)


@pytest.mark.parametrize("blank", [True, False])
def test_a_blank_column_below_a_heading_that_it_shares_is_none(blank: bool) -> None:
    headings = [*HEADINGS[:8], "", *HEADINGS[8:]]
    figures = row("1.2.3")
    parted = [*figures[:8], "" if blank else "7", *figures[8:]]
    layout = find_layout(table(headings, parted, spans={(0, 7): (1, 2)}), PROFILE)
    assert layout is not None
    assert (layout.columns.get(7) == Meaning("goal", 4)) is blank
    assert 8 not in layout.columns


def test_a_continued_table_with_other_borders_is_matched_by_place() -> None:
    layout = find_layout(table(HEADINGS, row("1.2.3")), PROFILE)
    assert layout is not None
    merged = table(row("1.2.4")[:8])
    assert layout.of(merged)[7] == Meaning("goal", 4)
    assert 8 not in layout.of(merged)


def test_a_row_of_figures_is_never_taken_for_headings() -> None:
    headings = ["COLOR", *HEADINGS[1:]]
    first = row("1.2.3", level="Unidad de medida")
    layout = find_layout(table(headings, first), PROFILE)
    assert layout is not None
    assert layout.heading_rows == 1
    assert layout.unknown == ("COLOR",)
