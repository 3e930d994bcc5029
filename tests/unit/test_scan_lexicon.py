"""Misread words of sentences become the words that they were, where that is clear; names and terms stay."""

from __future__ import annotations

import pytest

from ingest.cells import Cell
from ingest.scan.engine import Recognition
from ingest.scan.lexicon import is_word, mended, sense
from ingest.scan.spots import _better
from ingest.scan.vocabulary import Spelling


@pytest.mark.parametrize(("read", "printed"), [
    ("Municipio y sus iocalidades", "Municipio y sus localidades"),
    ("vialdades rehabiitadas", "vialidades rehabilitadas"),
    ("obras conduidas", "obras concluidas"),
    ("gobiemo", "gobierno"),
    ("la poblacon", "la población"),
    ("PTL: Condusión de obras", "PTL: Conclusión de obras"),
])  # fmt: skip
def test_a_misread_word_is_told_by_the_language(read: str, printed: str) -> None:
    assert mended(read, {}) == printed


@pytest.mark.parametrize("text", [
    "caidad",  # calidad, or caridad
    "PEPIA= PAEBA",
    "PPEA: PCpp",
    "Iba de a poco con a veces",
    "el tianguis y la credencialización",
    "en Ménda",  # may be a name
    "las 12 obras de la av. Juárez",
])  # fmt: skip
def test_what_may_be_a_name_a_term_or_two_words_stays(text: str) -> None:
    assert mended(text, {}) == text


def test_of_two_words_that_a_misread_one_may_be_the_report_prints_one() -> None:
    assert mended("de caidad", {"calidad": 0.9}) == "de calidad"


def test_a_word_of_the_language_is_changed_only_into_one_that_the_report_has_read_better() -> None:
    assert is_word("realzadas")
    assert mended("acciones realzadas", {"realizadas": 0.9, "realzadas": 0.2}) == "acciones realizadas"
    assert mended("acciones realzadas", {"realizadas": 0.9, "realzadas": 0.9}) == "acciones realzadas"


def test_a_word_that_is_none_is_told_by_a_near_one_of_the_report_unless_it_is_read_well_itself() -> None:
    assert mended("el alurbrado", {"alumbrado": 0.5}) == "el alumbrado"
    assert mended("el alurbrado", {"alumbrado": 5.0, "alurbrado": 2.0}) == "el alurbrado"


def test_of_two_readings_that_are_as_sure_the_one_that_makes_sense_is_taken() -> None:
    assert sense("licencias de obra") > sense("licancias de obra")
    readings = [Recognition(text, 0.6, "", 0.0) for text in ("lcencias de ohra", "licencias de obra")]
    assert _better(readings, ["a", "b"]).text == "licencias de obra"


def test_a_name_that_was_read_surely_with_its_accent_has_it_everywhere() -> None:
    cells = [Cell("San Luis Potosí", 1, confidence=0.98, engine="m"), *[Cell("Potosi", 1, confidence=0.9)] * 9]
    assert Spelling.of(cells).accented("Potosi") == "Potosí"
    assert (
        Spelling.of([Cell("logró", 1, confidence=0.98), *[Cell("logro", 1, confidence=0.9)] * 9]).accented("logro")
        == "logro"
    )


@pytest.mark.parametrize(("read", "printed"), [
    ("por Ia normatividad de Ios servicios Iaborales", "por la normatividad de los servicios laborales"),
    ("en as colonias, en beneficio de a población", "en las colonias, en beneficio de la población"),
    ("PPEAl: Porcentaje", "PPEAI: Porcentaje"),
])  # fmt: skip
def test_a_thin_letter_of_short_words_and_acronyms_is_put_right(read: str, printed: str) -> None:
    assert mended(read, {}) == printed
