"""Names of a report are spelled as it spells them where they could be read; sentences and figures stay."""

from __future__ import annotations

import pytest

from ingest.cells import Cell, Placed, Table
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.scan.names import with_names


def band(text: str, sure: float, row: int = 0) -> Placed:
    return Placed(Cell(text, 1, confidence=sure, engine="model"), row, 0, 1, 10)


def said(*places: Placed) -> list[str]:
    (table,), _ = with_names([Table(1, len(places), 10, places)], [])
    return [p.cell.text for p in table.cells]


def test_a_common_word_of_departments_is_mended_and_keeps_its_reading_as_an_opinion() -> None:
    (table,), _ = with_names([Table(1, 1, 10, (band("DRECCIÓN DE DESARROLO URBANO", 0.6),))], [])
    (place,) = table.cells
    assert place.cell.text == "DIRECCIÓN DE DESARROLLO URBANO"
    assert [o.text for o in place.cell.opinions] == ["DRECCIÓN DE DESARROLO URBANO"]


def test_accents_are_those_of_the_best_reading_in_the_report() -> None:
    line = Cell("MUNICIPIO DE MERIDA", 1, confidence=0.7, engine="model")
    table = Table(1, 1, 10, (band("Habitantes de Mérida", 0.98),))
    assert [c.text for c in with_names([table], [line])[1]] == ["MUNICIPIO DE MÉRIDA"]


@pytest.mark.parametrize(
    "text",
    ["Dirección de Zonas Urbanas", "Unidad de Limpias", "Coordinación de Ferias", "1,234", "PROGRAMA PRESUPUESTARIO"],
)
def test_other_words_and_other_numbers_of_a_word_stay(text: str) -> None:
    assert said(band(text, 0.5)) == [text]


def test_the_name_of_a_town_is_never_made_a_common_word() -> None:
    line = Cell("MUNICIPIO DE MERIDA", 1, confidence=0.7, engine="model")
    heading = Table(1, 1, 10, tuple(band("UNIDAD DE MEDIDA", 0.99, row) for row in range(5)))
    assert [c.text for c in with_names([heading], [line])[1]] == ["MUNICIPIO DE MERIDA"]


def test_what_a_stamp_leaves_beside_a_name_is_dropped_where_the_name_is_known() -> None:
    assert said(band("UNIDAD DE PARQUES", 0.95), band("DLANE UNIDAD DE PARQUES", 0.4, 1))[1] == "UNIDAD DE PARQUES"
    assert said(band("DLANE UNIDAD DE PARQUES", 0.4)) == ["DLANE UNIDAD DE PARQUES"]


def test_what_is_sure_or_exact_stays() -> None:
    assert said(band("DRECCIÓN GENERAL", 0.99)) == ["DRECCIÓN GENERAL"]
    exact = Placed(Cell("DRECCIÓN GENERAL", 1, engine=EXACT), 0, 0, 1, 10)
    assert said(exact) == ["DRECCIÓN GENERAL"]
