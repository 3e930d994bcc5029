"""Rows of headings whose quarters were read as digits are not rows of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ingest.cells import Cell, Opinion, Placed, Table
from ingest.header import read_header
from ingest.profile import Meaning, load_profiles
from ingest.scan.neighbours import parted_groups, told_by_neighbours, told_of_lost
from ingest.scan.outline import column_of_codes
from ingest.scan.repeated import with_repeated_headings
from ingest.scan.wording import mended, name_quarters, stands_for, understood, without_specks

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


def test_one_heading_that_can_be_read_tells_those_under_the_other_quarters_that_are_like_it() -> None:
    upper = heads(0, 0, ["I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"], span=2)
    lower = heads(1, 0, ["Prog.", "Real.", "Prog.", "Rool.", "Prog.", "Reel.", "Prog.", ""])
    assert after([*upper, *lower])[4:] == ["Prog.", "Real."] * 4
    strange = heads(1, 0, ["Prog.", "Real.", "Prog.", "Dif.", "Prog.", "Reel.", "Prog.", "Nota"])
    assert after([*upper, *strange])[4:] == ["Prog.", "Real.", "Prog.", "Dif.", "Prog.", "Reel.", "Prog.", "Nota"]


def test_neighbours_that_are_no_quarters_are_left_alone() -> None:
    for texts in (["Prog.", "Real.", "Dif.", "%"], ["Causa", "Efecto", "Otros", "Notas"], ["I", "I", "II", "II"]):
        assert after(heads(0, 3, texts)) == texts


def test_a_column_of_codes_is_told_by_what_stands_in_it() -> None:
    texts = {0: ["Fin", "Componente"], 1: ["1.2.3", "1.2.3.1", "1.2.3.1.1", ""], 2: ["10", "1,000", "2.5"]}
    assert column_of_codes(texts, PROFILE) == 1
    assert column_of_codes({**texts, 3: texts[1]}, PROFILE) is None
    millions = ["1.453.672", "2.097.648", "3.313.664", "8.181"]
    assert column_of_codes({**texts, 3: millions}, PROFILE) == 1, "commas were read as points"


def test_a_heading_that_models_read_unlike_is_the_one_of_the_profile_that_it_is_clearly_like() -> None:
    def told(*readings: str) -> str:
        opinions = tuple(Opinion(t, f"engine {n}", 0.3) for n, t in enumerate(readings))
        place = Placed(Cell(readings[0], 1, opinions=opinions), 0, 3)
        return told_by_neighbours([place], PROFILE).get((0, 3), readings[0])

    assert PROFILE.meaning(told("Aca0ad0", "Akarcad0") + " / T2") == Meaning("achieved", 2)
    assert told("Efecto", "Efecto") == "Efecto"
    for text in ("Presupuesto", "Sentido del efecto", "Línea base", "Medios de verificación"):
        assert told(text, f"{text}.s") == text


def test_specks_in_a_heading_are_no_lines_of_it() -> None:
    assert without_specks("1\nAvance acumulado\n.", PROFILE) == "Avance acumulado"
    for text in ("1\nTRIMESTRE", "%\nAcumulado", "T\n1", "Meta\nanual"):
        assert without_specks(text, PROFILE) == text


@pytest.mark.parametrize("title", ["SEGUNDOT RIMESTRE 2023", "SEGUNDOTRIMESTRE 2023", "SEGUNDO TRIMESTRE 2023"])
def test_the_quarter_of_a_title_is_told_wherever_its_spaces_stand(title: str) -> None:
    assert read_header([title], PROFILE).quarter == 2


@pytest.mark.parametrize("lost", range(4))
def test_a_quarter_of_which_nothing_is_left_is_told_by_the_other_three(lost: int) -> None:
    goals = [Placed(Cell("META PROGRAMADA", 1), 0, 1, 1, 5), Placed(Cell("META REALIZADA", 1), 0, 6, 1, 4)]
    placed = [*goals, *heads(1, 1, ["ANUAL", "T1", "T2", "T3", "T4", "T1", "T2", "T3", "T4"])]
    blank = next(p for p in placed if (p.row, p.column) == (1, 2 + lost))
    rest = [p for p in placed if p is not blank]
    assert told_of_lost([blank], rest, PROFILE) == {(1, 2 + lost): f"T{lost + 1}"}


def test_nothing_is_told_of_a_heading_where_two_quarters_are_lost() -> None:
    placed = heads(1, 1, ["ANUAL", "T1", "T2", "T3", "T4"])
    assert told_of_lost(placed[1:3], [placed[0], *placed[3:]], PROFILE) == {}


def test_a_quarter_that_a_false_rule_cuts_in_two_is_told_by_the_other_three() -> None:
    halves = heads(0, 1, ["I TRIME", "ESTRE"])
    placed = [*halves, *heads(0, 3, ["II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"], span=2)]
    told = told_of_lost([], placed, PROFILE)
    assert [stands_for(told[p.row, p.column], PROFILE) for p in halves] == [1, 1]
    others = heads(0, 1, ["META ANUAL", "VARIABLES"])
    assert told_of_lost([], [*others, *placed[2:]], PROFILE) == {}


def test_a_blank_under_a_quarter_is_what_stands_under_the_others() -> None:
    above = heads(0, 1, ["I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"], span=2)
    below = heads(1, 1, ["Prog.", "Real."] * 4)
    rest = [p for p in below if p.column != 5]
    assert told_of_lost(heads(1, 5, [""]), [*above, *rest], PROFILE) == {(1, 5): "Prog."}


@pytest.mark.parametrize(
    ("texts", "field"), [(["Thoe L", "% Anual"], "progress_pct"), (["% Trim.", "Amval"], "accumulated_pct")]
)
def test_one_of_two_percentages_is_told_by_the_other(texts: list[str], field: str) -> None:
    placed = [*heads(0, 1, ["Avance"], span=2), *heads(1, 1, texts)]
    ((at, told),) = told_of_lost([], placed, PROFILE).items()
    assert texts[at[1] - 1] in ("Thoe L", "Amval")
    assert PROFILE.meaning(f"Avance / {told}") == Meaning(field)
    assert told_of_lost([], [*heads(0, 1, ["Avance"], span=2), *heads(1, 1, ["Thoe L", "Amval"])], PROFILE) == {}


def test_two_quarters_that_are_lost_are_told_where_the_four_end_their_group() -> None:
    goals = [Placed(Cell("META PROGRAMADA", 1), 0, 1, 1, 5), Placed(Cell("META REALIZADA", 1), 0, 6, 1, 4)]
    placed = [*goals, *heads(1, 1, ["ANUAL", "T1", "T2"]), *heads(1, 6, ["T1", "T2", "T3", "T4"])]
    assert told_of_lost(heads(1, 4, ["", ""]), placed, PROFILE) == {(1, 4): "T3", (1, 5): "T4"}


@pytest.mark.parametrize("read", [["n", "12", "73", "T4"], ["T1", "", "13", "r"], ["71", "72", "n", "74"]])
def test_four_columns_of_a_measure_are_its_quarters(read: list[str]) -> None:
    group = Placed(Cell("META PROGRAMADA", 1), 0, 1, 1, 5)
    placed = [group, *heads(1, 1, ["ANUAL", *read])]
    told = told_of_lost([p for p in placed if not p.cell.text], [p for p in placed if p.cell.text], PROFILE)
    named = [told.get((1, 2 + n), text) for n, text in enumerate(read)]
    assert [stands_for(text, PROFILE) for text in named] == [1, 2, 3, 4]


@pytest.mark.parametrize("read", [["n", "", "x", "T4"], ["T2", "12", "73", "74"], ["Prog.", "T2", "T3", "T4"]])
def test_columns_of_a_measure_that_may_be_something_else_are_left_alone(read: list[str]) -> None:
    placed = [Placed(Cell("META PROGRAMADA", 1), 0, 1, 1, 4), *heads(1, 1, read)]
    assert told_of_lost([], placed, PROFILE) == {}


@pytest.mark.parametrize(("blank", "group"), [(5, 1), (6, 7)])
def test_a_blank_that_a_false_rule_parts_from_a_group_is_part_of_it(blank: int, group: int) -> None:
    spans = {1: 4, 6: 4} if blank == 5 else {1: 5, 7: 3}
    groups = [Placed(Cell(t, 1), 0, c, 1, n) for t, (c, n) in zip(("META", "REALIZADO"), spans.items(), strict=True)]
    below = heads(1, 1, ["ANUAL", "T1", "T2", "T3", "T4", "T1", "T2", "T3", "T4"])
    ((joined, empty),) = parted_groups(heads(0, blank, [""]), [*groups, *below], PROFILE)
    assert (joined.column, empty.column) == (group, blank)


def test_a_blank_beside_a_group_with_its_quarters_is_none_of_it() -> None:
    group = Placed(Cell("REALIZADO", 1), 0, 1, 1, 4)
    below = heads(1, 1, ["T1", "T2", "T3", "T4", "DIFERENCIA"])
    assert parted_groups(heads(0, 5, [""]), [group, *below], PROFILE) == []


def test_a_speck_above_quarters_names_none() -> None:
    group = Placed(Cell("1\n% de cumplimiento trimestral", 1), 0, 1, 1, 4)
    told = told_by_neighbours([group, *heads(1, 1, ["T1", "T2", "T3", "T4"])], PROFILE)
    assert told == {(0, 1): "% de cumplimiento trimestral"}


def test_no_measure_is_taken_for_a_percentage() -> None:
    read = [*heads(0, 1, ["META REALIZADA", "% TRIMESTRAL", "% ANUAL"], span=4), *heads(1, 1, ["n", "m", "n", "u"])]
    assert told_of_lost([], [*read, *heads(1, 5, ["T1", "T2", "T3", "T4"] * 2)], PROFILE) == {}


def table(page: int, indicator: str, row: Sequence[str]) -> Table:
    top = heads(0, 0, ["NIVEL", "OBJETIVO", indicator, "META ANUAL", "T1", "T2"])
    return Table(page, 2, 6, (*top, *heads(1, 0, row)))


def test_a_heading_that_a_stamp_took_on_one_page_is_told_by_another_page() -> None:
    row = ["Actividad", "Texto", "Nombre propio", "7", "3", "4"]
    whole = table(2, "NOMBRE DEL INDICADOR", [*row[:2], "Meta anual", "7", "3", "4"])
    first, second = with_repeated_headings([table(1, "RECIBIDO Nombre del i", row), whole], PROFILE)
    assert [c.cell.text for c in first.cells][2] == "NOMBRE DEL INDICADOR"
    assert first.cells[2].cell.opinions[0].text == "RECIBIDO Nombre del i"
    assert [c.cell.text for c in first.cells[6:]] == row
    assert second == whole


def test_one_of_two_groups_of_percentages_is_told_by_the_other_and_a_single_column_is_not() -> None:
    groups = heads(0, 1, ["96 de curapemento timestial", "% acumulado"], span=4)
    ((at, told),) = told_of_lost([], [*groups, *heads(1, 1, ["T1", "T2", "T3", "T4"] * 2)], PROFILE).items()
    assert (at, PROFILE.meaning(f"{told} / T2")) == ((0, 1), Meaning("progress_pct", 2))
    assert told_of_lost([], heads(0, 1, ["Diferencia", "% acumulado"]), PROFILE) == {}
    others = heads(0, 1, ["META REALIZADA", "% de avance"], span=4)
    assert told_of_lost([], [*others, *heads(1, 1, ["T1", "T2", "T3", "T4"] * 2)], PROFILE) == {}


def test_a_misread_group_that_a_short_word_of_the_profile_begins_is_told_by_its_likeness() -> None:
    group = Placed(
        Cell("Mesa prograrada", 1, opinions=(Opinion("ea progamada", "a"), Opinion("Mesa prograrada", "b"))), 0, 1, 1, 4
    )
    told = told_by_neighbours([group, *heads(1, 1, ["T1", "T2", "T3", "T4"])], PROFILE)
    assert PROFILE.meaning(f"{told[0, 1]} / T3") == Meaning("goal", 3)


def test_the_reading_of_a_heading_that_is_near_its_words_is_worth_more_than_one_that_is_near_none() -> None:
    assert understood("Meta aicanzada", PROFILE) > understood("Meta acan2ata", PROFILE)
    assert understood("Meta alcanzada", PROFILE) > understood("Meta aicanzada", PROFILE)


def test_a_heading_of_which_one_word_of_a_phrase_is_left_is_told_by_its_likeness() -> None:
    readings = (Opinion("Re.men narratvo", "a"), Opinion("Remen narrativo", "b"))
    faded = Placed(Cell("Remen narrativo", 1, opinions=readings), 0, 2)
    told = told_by_neighbours([*heads(0, 0, ["Nivel", "Clave"]), faded], PROFILE)
    assert PROFILE.meaning(told[0, 2]) == Meaning("objective")


def test_a_heading_under_a_quarter_is_told_by_the_reading_that_is_most_like_the_others() -> None:
    quarters = heads(0, 0, ["I TRIM", "II TRIM", "III TRIM", "IV TRIM"], span=2)
    below = heads(1, 0, ["Prog", "Real", "P100", "Real", "Prog", "Real", "Prog", "Real"])
    below[2] = replace(below[2], cell=replace(below[2].cell, opinions=(Opinion("P100", "a"), Opinion("P1og", "b"))))
    assert told_by_neighbours([*quarters, *below], PROFILE)[1, 2] == "Prog"


@pytest.mark.parametrize(("group", "first", "told"), [
    ("PROGRAMADO", "Programado iul", Meaning("annual_goal")),
    ("PROGRAMADO", "T1", Meaning("goal", 1)),
    ("REALIZADO", "Realizado iul", None),
])  # fmt: skip
def test_the_unknown_heading_before_the_quarters_of_goals_is_that_of_the_year(
    group: str, first: str, told: Meaning | None
) -> None:
    below = heads(1, 0, [first, "T1", "T2", "T3", "T4"])
    texts = told_by_neighbours([*heads(0, 0, [group], span=5), *below], PROFILE)
    assert PROFILE.meaning(f"{group} / {texts.get((1, 0), first)}") == told


def test_a_quarter_that_cannot_be_told_is_never_taken_for_a_percentage() -> None:
    readings = (Opinion("to. Tim.", "a"), Opinion("40. Trim.", "b"))
    child = Placed(Cell("40. Trim.", 1, opinions=readings), 1, 3)
    assert (1, 3) not in told_by_neighbours([*heads(0, 1, ["META REALIZADA"], span=4), child], PROFILE)


def test_the_halves_of_a_group_that_a_false_rule_parts_are_one_quarter_of_four() -> None:
    groups = [*heads(0, 0, ["I TRIME", "ESTRE"]), *heads(0, 2, ["TRIMESTRE", "I TRIMESTRE", "N TRIMESTRE"], span=2)]
    told = told_by_neighbours(groups, PROFILE)
    assert [stands_for(told.get((0, c), ""), PROFILE) for c in (0, 1, 2, 4, 6)] == [1, 1, 2, 3, 4]


@pytest.mark.parametrize(("read", "printed"), [
    ("Nombre del indic ador", "Nombre del indicador"),
    ("RMETAPROGRAMADA", "META PROGRAMADA"),
    ("Resumen narrativo", "Resumen narrativo"),
])  # fmt: skip
def test_a_word_of_a_heading_is_mended_that_a_space_broke_or_a_stamp_touches(read: str, printed: str) -> None:
    assert mended(read, PROFILE) == printed


def test_a_group_that_names_a_quarter_is_no_percentage_whatever_stands_beside_it() -> None:
    groups = heads(0, 0, ["T1", "T2", "T3", "T4", "% AVANCE"], span=2)
    below = heads(1, 0, [*["Prog.", "Real."] * 4, "62mm.", "90 Amul"])
    assert (0, 6) not in told_of_lost([], [*groups, *below], PROFILE)


def test_a_false_column_in_the_first_quarter_does_not_make_the_others_the_first_three() -> None:
    groups = [*heads(0, 0, ["TRIMESTRE"], span=3), *heads(0, 3, ["I TRIMESTRE", "# TRIMESTRE", "N TRIMESTRE"], span=2)]
    told = told_by_neighbours(groups, PROFILE)
    assert [stands_for(told.get((0, c), ""), PROFILE) for c in (0, 3, 5, 7)] == [1, 2, 3, 4]
