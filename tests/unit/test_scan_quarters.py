"""Rows of headings whose quarters were read as digits are not rows of figures."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.cells import Cell, Placed
from ingest.profile import load_profiles
from ingest.scan.neighbours import column_of_codes, told_by_neighbours
from ingest.scan.wording import name_quarters, stands_for

PROFILE = load_profiles()[0]


@pytest.mark.parametrize(
    "texts",
    [
        ["ANUAL", "1", "12", "13", "T4", "1", "12", "T3", "T4"],
        ["n", "T2", "13", "T4", "1", "T2", "n", "T4"],
        ["ANUAL", "1", "12", "3", "TA", "1", "12", "T3", "T4", "n", "12", "3", "Y4", "1", "T2", "n", "TA"],
    ],
)
def test_quarters_in_their_order_are_headings_though_digits_were_read(texts: list[str]) -> None:
    assert name_quarters(texts, PROFILE)


@pytest.mark.parametrize(
    "texts",
    [
        ["Fin", "10", "1", "2", "3", "4", "1", "2", "3", "4"],
        ["11", "II", "11", "11", "11", "11", "I1", "11"],
        ["1", "12", "13", "T4", "637", "132", "168", "137", "200", "129"],
        [],
    ],
)
def test_figures_are_no_headings_whatever_they_look_like(texts: list[str]) -> None:
    assert not name_quarters(texts, PROFILE)


def heads(row: int, column: int, texts: Sequence[str], span: int = 1) -> list[Placed]:
    return [Placed(Cell(t, 1), row, column + n * span, 1, span) for n, t in enumerate(texts)]


def after(placed: list[Placed]) -> list[str]:
    told = told_by_neighbours(placed, PROFILE)
    return [told.get((p.row, p.column), p.cell.text) for p in placed]


@pytest.mark.parametrize(
    "texts",
    [
        ["ler. Trim.", "alo. Trim.", "Jer. Trim.", "40. Trim."],
        ["ler. Tan.", "2do.Tam", "er. Tim", "40. Trm."],
        ["TRIMESTRE", "TRIMESTRE", "I TRIMESTRE", "N TRIMESTRE"],
    ],
)
def test_four_neighbours_that_are_like_quarters_are_the_quarters(texts: list[str]) -> None:
    assert [stands_for(t, PROFILE) for t in after(heads(0, 3, ["META ANUAL", *texts]))[1:]] == [1, 2, 3, 4]


def test_lost_strokes_do_not_shift_the_quarters_to_a_neighbour_that_is_none() -> None:
    texts = ["I TRIMESTRE", "I TRIMESTRE", "II TRIMESTRE", "IV TRIMESTRE", "AVANCE"]
    told = after(heads(0, 8, texts, span=2))
    assert [stands_for(t, PROFILE) for t in told] == [1, 2, 3, 4, None]


def test_what_stands_under_most_quarters_stands_under_the_others() -> None:
    upper = heads(0, 0, ["1er. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim."], span=2)
    lower = heads(1, 0, ["Pog", "Real.", "Prog.", "Real.", "Prog.", "Peal.", "Prog.", "Real."])
    assert after([*upper, *lower])[4:] == ["Prog.", "Real."] * 4


def test_neighbours_that_are_no_quarters_are_left_alone() -> None:
    for texts in (["Prog.", "Real.", "Dif.", "%"], ["Causa", "Efecto", "Otros", "Notas"], ["I", "I", "II", "II"]):
        assert after(heads(0, 3, texts)) == texts


def test_a_column_of_codes_is_told_by_what_stands_in_it() -> None:
    texts = {0: ["Fin", "Componente"], 1: ["1.2.3", "1.2.3.1", "1.2.3.1.1", ""], 2: ["10", "1,000", "2.5"]}
    assert column_of_codes(texts, PROFILE) == 1
    assert column_of_codes({**texts, 3: texts[1]}, PROFILE) is None
