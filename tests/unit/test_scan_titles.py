"""What a scanned report says of itself is doubted where nothing vouches for its words."""

from __future__ import annotations

import pytest

from ingest.cells import Cell, Kind, Reading
from ingest.indicators import Header, IndicatorRow
from ingest.scan.titles import checked, remarks

BLANK = (None, None, None, None)


def row(code: str) -> IndicatorRow:
    return IndicatorRow(
        1, "Fin", code, None, None, None, None, None, None, None, None, BLANK, BLANK, BLANK, BLANK, None
    )


def judged(header: Header, *lines: tuple[str, float], codes: tuple[str, ...] = ("4.2.3",)) -> Header:
    cells = tuple(Cell(text, 1, confidence=sure, engine="model") for text, sure in lines)
    return checked(header, Reading(Kind.SCANNED_PDF, 1, (), cells), [row(c) for c in codes])


def doubted(header: Header) -> tuple[str, ...]:
    """Give the fields that were read and are unsure."""
    return tuple(field for field in header.unsure if getattr(header, field) is not None)


@pytest.mark.parametrize("read", ["Y.ucatán", ":yucatán", "Yucatan", "Yucetán", "YUCATÁN"])
def test_a_state_is_the_one_of_the_list_that_it_is_near(read: str) -> None:
    header = judged(Header(state=read), (f"MUNICIPIO DE MÉRIDA, {read}", 0.5))
    assert (header.state, doubted(header)) == ("Yucatán", ())


def test_a_state_that_is_near_none_stays_and_is_unsure_unless_it_was_read_surely() -> None:
    said = Header(state="Cundinomorca")
    assert doubted(judged(said, ("MUNICIPIO DE TENJO, CUNDINOMORCA", 0.6))) == ("state",)
    sure = judged(said, ("MUNICIPIO DE TENJO, CUNDINOMORCA", 0.98))
    assert (sure.state, doubted(sure)) == (said.state, ())


@pytest.mark.parametrize(
    ("entity", "confidence", "sure"),
    [
        ("Dirección de Obras Públicas", 0.5, True),
        ("Dirección de Ooras Públicas", 0.7, False),
        ("Sistea DIF Municipal", 0.7, False),
        ("Tesorería' Municipal", 0.7, False),
        ("O ENTIDAD: Oficialía Mayor", 0.7, False),
        ("Sistema DIF. Municipal", 0.7, False),
        ("Te", 0.99, False),
        ("DIF", 0.7, True),
    ],
)
def test_an_office_is_sure_where_its_words_are_words(entity: str, confidence: float, *, sure: bool) -> None:
    header = judged(Header(entity=entity), (f"DEPENDENCIA: {entity}", confidence))
    assert doubted(header) == (() if sure else ("entity",))


def test_the_name_of_a_town_is_sure_where_it_stands_twice_or_was_read_well() -> None:
    town, title = Header(municipality="Cozumel"), "MUNICIPIO DE COZUMEL"
    assert doubted(judged(town, (title, 0.7))) == ("municipality",)
    assert doubted(judged(town, (title, 0.93))) == ()
    assert doubted(judged(town, (title, 0.7), ("Habitantes de Cozumel", 0.7))) == ()


@pytest.mark.parametrize(
    ("code", "name", "sure"),
    [("4.2.3", "Obras", True), ("4.2", "3 Obras", False), ("4.2.8", "Obras", False), ("4.2", "Obras", True)],
)
def test_the_code_of_a_program_is_sure_where_the_codes_of_rows_begin_with_it(
    code: str, name: str, *, sure: bool
) -> None:
    header = judged(Header(program_code=code, program_name=name), (f"PROGRAMA: {code} {name}", 0.98))
    assert ("program_code" not in header.unsure) is sure


def test_a_year_is_unsure_where_the_line_that_has_it_was_read_badly() -> None:
    year = Header(fiscal_year=2024, quarter=2)
    assert doubted(judged(year, ("SEGUNDO TRIMESTRE 2024", 0.4))) == ("fiscal_year",)
    assert doubted(judged(year, ("SEGUNDO TRIMESTRE 2024", 0.4), ("EJERCICIO 2024", 0.8))) == ()


def test_what_was_not_read_at_all_is_unsure_and_told_in_one_piece() -> None:
    header = judged(Header(entity="Tesorería", quarter=2), ("DEPENDENCIA: Tesorería", 0.98))
    assert header.unsure == ("municipality", "state", "program_name", "program_code", "fiscal_year")
    (piece,) = remarks(header)
    assert (piece.text, piece.page) == ("", 1)
    assert "not read, or are not printed: municipality, state, program name, program code, fiscal year" in piece.reason
    assert "--field municipality | state" in piece.remedy


def test_each_unsure_field_is_a_piece_to_look_at() -> None:
    (piece,) = remarks(Header(entity="Tesoreria Munlcipal", unsure=("entity",)))
    assert piece.text == "Tesoreria Munlcipal"
    assert piece.reason.startswith("the entity of the report, read as 'Tesoreria Munlcipal', may be misread: compare")
