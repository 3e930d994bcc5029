"""Words compared without accents, case and punctuation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.words import as_name, has_words, one_line, plain, words, words_over_lines


@given(st.text())
def test_plain_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_words_leave_accents_case_and_marks_behind() -> None:
    assert words("PORCENTAJE de Avance / 1er. Trim. (%)") == ("porcentaje", "de", "avance", "1er", "trim", "%")


def test_a_star_stands_for_any_ending_and_nothing_else() -> None:
    assert has_words("program* anual", words("Meta PROGRAMADA Anual"))
    assert not has_words("prog anual", words("Meta programada anual"))


def test_words_broken_by_narrow_columns_are_mended() -> None:
    assert "frecuencia" in words_over_lines("FRE\nCUEN\nCIA DE\nMEDICIÓN")
    assert words_over_lines("META\nANUAL")[:2] == ("meta", "anual")


def test_names_in_capitals_become_names() -> None:
    assert as_name("SAN LUIS POTOSÍ") == "San Luis Potosí"
    assert as_name("TLAJOMULCO DE ZÚÑIGA") == "Tlajomulco de Zúñiga"
    assert as_name("Benito Juárez") == "Benito Juárez"
    assert one_line(" a \n b ") == "a b"
