"""What the format of a column, of headings and of an outline says about text that was misread."""

from __future__ import annotations

import pytest

from ingest.cells import Cell, Placed
from ingest.profile import load_profiles
from ingest.scan import figures, outline, wording

PROFILE = load_profiles()[0]


@pytest.mark.parametrize("read", ["100.0096", "100.009", "100.00%6", "100.00%", "100,00%", "10000%", "100.006%"])
def test_a_percent_sign_never_becomes_digits(read: str) -> None:
    assert figures.as_percentage(read, 2) == "100.00%"


@pytest.mark.parametrize("read", ["1", "12:31", "", "9.1"])
def test_what_is_no_percentage_stays_as_it_was_read(read: str) -> None:
    assert figures.as_percentage(read, 2) == read


@pytest.mark.parametrize(
    ("read", "printed"),
    [("526.141.24", "526,141.24"), ("1.485,834.06", "1,485,834.06"),
     ("11.001.", "11,001"), ("2,415-", "2,415"), ("1009,615", "1,009,615"), ("3036", "3036"), ("-5", "-5"), ("0", "0"),
     ("1.5", "1.5"), ("1,23", "1,23")],
)  # fmt: skip
def test_marks_beside_a_count_are_put_right_and_digits_kept(read: str, printed: str) -> None:
    assert figures.as_count(read) == printed


def test_grouped_counts_are_no_percentages() -> None:
    assert not figures.is_percent_column(["1,090", "22,415", "3,722"])
    assert figures.is_percent_column(["16.6796", "26.38%", "48.929"])


def test_decimals_are_told_by_signs_that_were_read_only() -> None:
    assert figures.decimals(["97.73%", "100.00%", "46.6296"]) == 2
    assert figures.decimals(["46.6296"]) is None
    assert figures.decimals(["97.7%", "46.62%"]) is None


@pytest.mark.parametrize(("text", "expected"), [("4.2.3.1", True), ("1,206,528", False), ("97.73%", False)])
def test_codes_are_no_figures(text: str, expected: bool) -> None:
    assert figures.is_code(text) is expected
    assert figures.is_figure(text) is not expected


@pytest.mark.parametrize(
    ("read", "meant"),
    [("UNDAD DE MEDDA", "UNIDAD DE MEDIDA"), ("META REALZADA", "META REALIZADA"), ("METAREALIZADA", "META REALIZADA"),
     ("NVEL", "NIVEL"), ("Sentido del indicador", "Sentido del indicador"), ("Presupuesto", "Presupuesto")],
)  # fmt: skip
def test_heading_words_near_those_of_the_profile_are_mended(read: str, meant: str) -> None:
    assert wording.mended(read, PROFILE) == meant


def test_labels_of_units_that_run_together_are_told_apart() -> None:
    said = wording.labelled("UNIDAD DE MEDIDADE LAS VARABLES: Obras", PROFILE)
    assert said == "UNIDAD DE MEDIDA DE LAS VARIABLES: Obras"
    assert wording.labelled("Metros de obra", PROFILE) == "Metros de obra"


def heads(*texts: str, row: int = 0, column: int = 3) -> list[Placed]:
    return [Placed(Cell(t, 1), row, column + i) for i, t in enumerate(texts)]


@pytest.mark.parametrize(
    "read",
    [("I TRIMESTRE", "I TRIMESTRE", "III TRIMESTRE", "V TRIMESTRE"),
     ("ITRIMESTRE", "II TRIMESTRE", "I TRIMESTRE", "N TRIMESTRE"),
     ("I TRIMESTRE", "I TRIMESTRE", "I TRIMESTRE", "IV TRIMESTRE"),
     ("TRIMESTRE", "TRIMESTRE", "I TRIMESTRE", "N TRIMESTRE"), ("n", "T2", "13", "T4"),
     ("ter. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim.")],
)  # fmt: skip
def test_headings_of_quarters_stand_in_their_order(read: tuple[str, ...]) -> None:
    placed = heads(*read)
    changed = wording.quarters_in_order(placed, PROFILE)
    texts = [changed.get((p.row, p.column), p.cell.text) for p in placed]
    assert [PROFILE.quarter_of(t) for t in texts] == [1, 2, 3, 4]


def test_headings_that_name_no_quarter_are_left_alone() -> None:
    assert wording.quarters_in_order(heads("Prog.", "Real.", "Dif.", "%"), PROFILE) == {}
    assert wording.quarters_in_order(heads("T1", "T2", "T3", "T4"), PROFILE) == {}
    astray = ("I TRIMESTRE", "I TRIMESTRE", "II TRIMESTRE", "II TRIMESTRE")
    assert wording.quarters_in_order(heads(*astray), PROFILE) == {}


@pytest.mark.parametrize(
    ("read", "codes"),
    [
        ([["1.4.1"], ["14.1.1"], ["14.1.1.1"], ["14.1.1.1.1"]], ["1.4.1", "1.4.1.1", "1.4.1.1.1", "1.4.1.1.1.1"]),
        ([["4.2.3"], ["4.2.3.1"], ["4.2.3.11"], ["42311.1"]], ["4.2.3", "4.2.3.1", "4.2.3.1.1", "4.2.3.1.1.1"]),
        ([["4.2.3.1", "4.2.3.7"], ["4.2.3.9", "4.2.3.2"]], ["4.2.3.1", "4.2.3.2"]),
        ([["4.2.3.1"], ["4.2.3.11"]], ["4.2.3.1", "4.2.3.1.1"]),
    ],
)
def test_codes_get_their_dots_back_from_the_outline(read: list[list[str]], codes: list[str]) -> None:
    places = [outline.Place(tuple(r)) for r in read]
    assert mended_codes(places, codes[0] if codes[0].count(".") == 2 else None) == codes


def test_a_code_that_no_order_explains_stays_as_it_was_read() -> None:
    far = [outline.Place(("4.2.3",)), outline.Place(("4.2.3.7.9",), sure=True)]
    assert mended_codes(far, "4.2.3") == ["4.2.3", "4.2.3.7.9"]
    other = [outline.Place(("8.8.8",)), outline.Place(("9.9.9.9",))]
    assert mended_codes(other, "4.2.3")[1] == "9.9.9.9"


def mended_codes(places: list[outline.Place], root: str | None) -> list[str | None]:
    return [told.code for told in outline.told_codes(places, root)]


BAD = ["4.2.3", "4231", "4.2.3.1.1", "4.23.1.1.1", "423112", "423.1.1.3", "4.231.2", "4.2.3.1.2.1", "423.12.2"]
GOOD = ["4.2.3", "4.2.3.1", "4.2.3.1.1", "4.2.3.1.1.1", "4.2.3.1.1.2", "4.2.3.1.1.3", "4.2.3.1.2", "4.2.3.1.2.1",
        "4.2.3.1.2.2"]  # fmt: skip


def test_lost_dots_of_many_rows_are_told_by_their_order() -> None:
    assert mended_codes([outline.Place((b,)) for b in BAD], "4.2.3") == GOOD


def test_a_row_whose_code_cannot_be_read_has_that_of_its_place_where_it_is_determined() -> None:
    places = [outline.Place((c,), sure=True) for c in GOOD]
    places[4] = outline.Place((), depth=6)
    assert mended_codes(places, "4.2.3") == GOOD
    open_end = [*places[:4], outline.Place(())]
    assert mended_codes(open_end, "4.2.3")[4] is None


def test_two_engines_that_agree_on_a_code_are_believed_against_the_order() -> None:
    places = [outline.Place((c,), sure=True) for c in ("4.2.3", "4.2.3.1", "4.2.3.1.5", "4.2.3.1.5.1", "4.2.3.1.9")]
    assert mended_codes(places, "4.2.3") == [p.readings[0] for p in places]


def test_a_text_that_opens_with_words_has_no_code() -> None:
    assert outline.opening_code("Contribuir a 4.2.3") is None
    assert outline.opening_code("4.2.3 Contribuir") == "4.2.3"
    assert outline.opening_code(". 413132") == "413132"
    assert outline.opening_code("4.2.3.1.2 Integración") == "4.2.3.1.2"
    assert outline.opening_code("2 23.1.15 Conclusión") == "2 23.1.15"
    assert outline.opening_code("4.2.3.1.2Licitaciones") == "4.2.3.1.2"
    assert outline.reworded("423.1Obras", "423.1", "4.2.3.1") == "4.2.3.1 Obras"
