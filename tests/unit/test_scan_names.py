"""Names of a report are spelled as it spells them where they could be read; sentences and figures stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cells import Cell, Kind, Opinion, Placed, Reading, Table
from ingest.indicators import IndicatorRow
from ingest.interpret import interpret
from ingest.profile import load_profiles
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


HEADINGS = ("Nivel", "Objetivo", "Indicador", "Unidad de medida del indicador", "Frecuencia", "Meta 1er Trim",
            "Realizado 1er Trim")  # fmt: skip


def table(*rows: tuple[str | Cell, ...]) -> Table:
    cells = [
        Placed(said if isinstance(said, Cell) else Cell(said, 1, confidence=0.99, engine="model"), r, c)
        for r, row in enumerate((HEADINGS, *rows))
        for c, said in enumerate(row)
    ]
    return Table(1, len(rows) + 1, len(HEADINGS), tuple(cells))


def doubtful(text: str, confidence: float = 0.5, *opinions: str) -> Cell:
    said = tuple(Opinion(o, f"model {n}", confidence) for n, o in enumerate((text, *opinions)))
    return Cell(text, 1, confidence=confidence, engine="model", opinions=said if opinions else ())


def test_a_sentence_keeps_a_word_that_is_like_another_department_s() -> None:
    row = ("Fin", "1.2.3 Servicios", doubtful("Servicios de sistemas de información", 0.6), "Porcentaje", "Anual",
           "5", "5")  # fmt: skip
    (mended,), _ = with_names([table(row)], [])
    assert mended.cells[9].cell.text == "Servicios de sistemas de información"


@pytest.mark.parametrize(
    ("unit", "frequency"),
    [
        ("Porcerte", "Tmestral"),
        (". Porcentaje", "Trimestal"),
        ("Porcentaje", "V Trimestral RECIBIDO"),
    ],
)
def test_units_and_frequencies_are_those_that_the_report_and_the_format_know(unit: str, frequency: str) -> None:
    well = [("Actividad", f"1.2.3.1.1.{n} A", "Calles", "Porcentaje", "Trimestral", "5", "5") for n in range(1, 4)]
    row = ("Actividad", "1.2.3.1.1.4 A", "Calles", doubtful(unit), doubtful(frequency, 0.98), "5", "5")
    (mended,), _ = with_names([table(*well, row)], [])
    assert [p.cell.text for p in mended.cells[-4:-2]] == ["Porcentaje", "Trimestral"]


@pytest.mark.parametrize(
    ("read", "unit"),
    [
        ("Infomes", "Informes"),
        ("nformes", "Informes"),
        ("Consu ltas", "Consultas"),
        ("Kilómeros", "Kilómetros"),
        ("Becas", "Becas"),
        ("Xolotls", "Xolotls"),
    ],
)
def test_a_unit_is_mended_by_the_language_and_the_sentences_of_the_report(read: str, unit: str) -> None:
    well = [("Actividad", f"1.2.3.1.1.{n} A", "A", "Calles" * n, "Trimestral", "5", "5") for n in (1, 2)]
    row = ("Actividad", "1.2.3.1.1.4 Consultas", "Informes de consultas", doubtful(read, 0.7), "Anual", "5", "5")
    (mended,), _ = with_names([table(*well, row)], [])
    assert mended.cells[-4].cell.text == unit


@pytest.mark.parametrize(
    ("read", "text"),
    [
        ("A Árboles del parque", "Árboles del parque"),
        ("AÁrboles del parque", "Árboles del parque"),
        ("Calles de Potosíy sus barrios", "Calles de Potosí y sus barrios"),
        ("Obras de la ley", "Obras de la ley"),
        ("Calles y sus bcalidades", "Calles y sus localidades"),
    ],
)
def test_letters_that_accents_were_read_as_and_lost_spaces_are_put_right(read: str, text: str) -> None:
    row = ("Actividad", "1.2.3.1.1.4 A", doubtful(read, 0.7), "Calles", "Anual", "5", "5")
    title = Cell("SAN LUIS POTOSÍ, SAN LUIS POTOSÍ, Potosí", 1, confidence=0.99, engine="model")
    (mended,), _ = with_names([table(row)], [title])
    assert mended.cells[9].cell.text == text


@pytest.mark.parametrize(("text", "doubted"), [("Porcentaje de xervzcios", True), ("Porcentaje de de la línea", True),
                                              ("Porcentaje\nde\nde la línea", True), ("Porcentaje de obras", False),
                                              ("IMM: Porcentaje de obras", False)])  # fmt: skip
def test_a_sentence_with_a_word_that_is_none_is_doubted(text: str, *, doubted: bool) -> None:
    row = ("Actividad", "1.2.3.1.1.4 A", doubtful(text, 0.8), "Calles", "Anual", "5", "5")
    tables, lines = with_names([table(row)], [])
    read = Reading(Kind.SCANNED_PDF, 1, tuple(tables), tuple(lines), engine="model")
    assert ("indicator" in interpret(read, load_profiles()[0])[1][0].unsure) is doubted


def test_the_accent_of_a_capital_that_models_lose_is_that_of_the_word_elsewhere() -> None:
    row = ("Actividad", "1.2.3.1.1.4 A", doubtful("Plantas y árboles", 0.9), "Arboles", "Anual", "5", "5")
    (mended,), _ = with_names([table(row)], [])
    assert mended.cells[-4].cell.text == "Árboles"


def test_a_department_that_nothing_settles_is_an_unsure_label_of_its_rows() -> None:
    garbled = doubtful("Componente (Drecon de Xzolotl)", 0.4, "Componente (Dcon de Xolot1)")
    rows = [
        (garbled, "1.2.3.1.1 Calles", "Calles limpias", "Porcentaje", "Anual", "5", "5"),
        ("Actividad", "1.2.3.1.1.1 Calles", "Calles limpias", "Porcentaje", "Anual", "5", "5"),
        ("Fin (Dirección de Ingresos)", "1.2.3 Calles", "Calles limpias", "Porcentaje", "Anual", "5", "5"),
    ]
    tables, _ = with_names([table(*rows)], [])
    reading = Reading(Kind.SCANNED_PDF, 1, tuple(tables), (Cell("1er Trimestre 2024", 1),))
    _, found, _ = interpret(reading, load_profiles()[0])
    assert [r.unsure for r in found] == [("department",), ("department",), ()]
    assert found[2].department == "Dirección de Ingresos"


def test_a_row_that_names_no_department_where_most_rows_do_has_an_unsure_one() -> None:
    named = [(f"Fin (Zona {n})", f"1.2.{n} Calles", "Calles", "Porcentaje", "Anual", "5", "5") for n in (1, 2, 3)]
    reading = Reading(
        Kind.SCANNED_PDF, 1, (table(*named, ("Fin", "1.2.4 Calles", "Calles", "Porcentaje", "Anual", "5", "5")),),
        (Cell("1er Trimestre 2024", 1),),
    )  # fmt: skip
    _, found, _ = interpret(reading, load_profiles()[0])
    assert [r.unsure for r in found] == [(), (), (), ("department",)]


def test_a_line_that_is_no_row_leaves_a_doubt_of_the_department_that_a_band_named_before_it() -> None:
    rows = [("Componente", f"1.2.3.1.{n} Calles", "Calles limpias", "Porcentaje", "Anual", "5", "5") for n in (1, 2, 3)]
    cells = list(table(rows[0], rows[1], ("LLRECIBIDO", *[""] * 6), rows[2]).cells)
    banded = [replace(p, row=p.row + (p.row > 0)) for p in cells]
    banded.append(Placed(Cell("Tesorería", 1, confidence=0.98, engine="model"), 1, 0, 1, len(HEADINGS)))
    reading = Reading(
        Kind.SCANNED_PDF, 1, (Table(1, 6, len(HEADINGS), tuple(banded)),), (Cell("1er Trimestre 2024", 1),)
    )
    _, found, rejected = interpret(reading, load_profiles()[0])
    assert [(r.department, r.unsure) for r in found] == [("Tesorería", ())] * 2 + [("Tesorería", ("department",))]
    assert [r.text for r in rejected if "indicator code" in r.reason] == ["LLRECIBIDO"]


def test_a_level_that_is_blank_or_misread_is_an_unsure_label() -> None:
    rows = [
        (level, f"1.2.3.{n} Calles", "Calles", "Porcentaje", "Anual", "5", "5") for n, level in enumerate(("", "XQ"))
    ]
    reading = Reading(Kind.SCANNED_PDF, 1, (table(*rows),), (Cell("1er Trimestre 2024", 1),))
    _, found, _ = interpret(reading, load_profiles()[0])
    assert [r.unsure for r in found] == [("level",), ("level",)]


def read(*rows: tuple[str | Cell, ...]) -> list[IndicatorRow]:
    tables, _ = with_names([table(*rows)], [])
    reading = Reading(Kind.SCANNED_PDF, 1, tuple(tables), (Cell("1er Trimestre 2024", 1),))
    return list(interpret(reading, load_profiles()[0])[1])


@pytest.mark.parametrize(
    ("level", "department"),
    [
        ("Componente. (Oficialía Mayor)", "Oficialía Mayor"),
        ("Conponerte (Oficialía Mayor)", "Oficialía Mayor"),
        ("Conponerte: ((Oficialía Mayor)", "Oficialía Mayor"),
    ],
)
def test_a_level_that_is_misread_or_has_a_mark_behind_it_still_names_its_department(
    level: str, department: str
) -> None:
    (row,) = read((doubtful(level, 0.93), "1.2.3.1.1 Calles", "Calles", "Porcentaje", "Anual", "5", "5"))
    assert (row.level, row.department, row.unsure) == ("Componente", department, ())


def test_a_second_level_in_a_cell_is_no_department_and_makes_the_level_unsure() -> None:
    level = doubtful("Actividades omponente", 0.93)
    (row,) = read((level, "1.2.3.1.1 Calles", "Calles", "Porcentaje", "Anual", "5", "5"))
    assert (row.level, row.department, row.unsure) == ("Actividad", None, ("level",))


def test_a_department_beside_a_level_that_cannot_be_told_is_unsure() -> None:
    (row,) = read(
        (doubtful("11 (Teso Municipal)", 0.93), "1.2.3.1.1 Calles", "Calles", "Porcentaje", "Anual", "5", "5")
    )
    assert (row.department, row.unsure) == ("Teso Municipal", ("level", "department"))


def test_a_unit_of_other_words_is_never_made_a_long_and_common_one() -> None:
    common = [
        ("Fin", f"1.2.{n} Calles", "Calles", "Dictámenes de impacto ambiental", "Anual", "5", "5") for n in range(3)
    ]
    own = ("Fin", "1.2.4 Calles", "Calles", doubtful("Pláticas de educación ambiental", 0.93), "Anual", "5", "5")
    assert read(*common, own)[3].unit == "Pláticas de educación ambiental"


@pytest.mark.parametrize(
    ("unit", "frequency", "unsure"),
    [
        ("Informes", "Anual", ()),
        ("Isdomes", "Anual", ("unit",)),
        ("Informes7", "Anual", ("unit",)),
        ("Informes V", "Anual", ("unit",)),
        ("Informes UNIDAD DE MEDIDA DE LAS", "Anual", ("unit",)),
        ("", "Anual", ("unit",)),
        ("Informes", "ma1B", ("frequency",)),
        ("Informes", "imestral", ("frequency",)),
        ("Informes", "Wimestral", ("frequency",)),
        ("Informes", "Trmestral", ()),
        ("Informes", "INSTITUTO DE LA JUVENTUD", ("frequency",)),
    ],
)
def test_units_and_frequencies_that_nothing_vouches_for_are_unsure(
    unit: str, frequency: str, unsure: tuple[str, ...]
) -> None:
    named = [(f"Fin (Zona {n})", f"1.2.{n} Calles", "Calles", "Calles", "Anual", "5", "5") for n in (1, 2, 3)]
    row = ("Fin (Zona 1)", "1.2.4 Calles", "Calles", doubtful(unit, 0.9), doubtful(frequency, 0.9), "5", "5")
    assert [r.unsure for r in read(*named, row)] == [(), (), (), unsure]


def test_departments_are_unsure_where_no_row_names_one_and_a_text_may_be_the_end_of_a_band() -> None:
    rows = [("Fin", f"1.2.{n} Calles", "Calles", "Porcentaje", "Anual", "5", "5") for n in (1, 2)]
    assert [r.unsure for r in read(*rows)] == [(), ()]
    banded = ("Fin", "1.2.3 Calles", "Calles", "Porcentaje", doubtful("Arual OFICIALÍA MAYQR", 0.9), "5", "5")
    assert [r.unsure for r in read(*rows, banded)] == [("department",)] * 2 + [("frequency", "department")]


def test_a_frequency_that_is_misread_surely_and_again_and_again_is_unsure() -> None:
    rows = [
        ("Fin (Zona 1)", f"1.2.{n} Calles", "Calles", "Calles", frequency, "5", "5")
        for n, frequency in enumerate(("Tnmestrol", "Tnmestrol", "Tnmestrol", "Única"), start=1)
    ]
    assert [r.unsure for r in read(*rows)] == [("frequency",)] * 3 + [()]


def test_codes_that_two_rows_have_are_unsure() -> None:
    rows = [("Fin (Zona 1)", f"{code} Calles", "Calles", "Calles", "Anual", "5", "5") for code in ("1.2.3", "1.2.4")]
    assert [r.unsure for r in read(*rows, rows[0])] == [("code",), (), ("code",)]


def test_words_of_the_heading_that_a_space_broke_are_whole_again() -> None:
    town = Table(1, 3, 10, tuple(band("Calles de San Luis Potosí", 0.98, row) for row in range(3)))
    lines = [Cell("AYUN TAMIENTO DE SAN LUIS POT OSI, SAN LUIS POTOSI", 1, confidence=0.7, engine="model")]
    assert [c.text for c in with_names([town], lines)[1]] == ["AYUNTAMIENTO DE SAN LUIS POTOSÍ, SAN LUIS POTOSÍ"]


@pytest.mark.parametrize(("read", "meant"), [
    ("CUARTQ TRIMESTRE 2024", "CUARTO TRIMESTRE 2024"),
    ("Tercor Trimestre 2024", "Tercer Trimestre 2024"),
    ("XXXXX TRIMESTRE 2024", "XXXXX TRIMESTRE 2024"),
    ("PROGRAMA PRESUPUESTARIO: 3.4.3 Gobiemo Abierto", "PROGRAMA PRESUPUESTARIO: 3.4.3 Gobierno Abierto"),
    ("MUNICIPIO DE XICOTEPEG", "MUNICIPIO DE XICOTEPEG"),
])  # fmt: skip
def test_a_title_is_spelled_as_the_format_and_the_language_know_it(read: str, meant: str) -> None:
    town = Table(1, 1, 10, (band("Calles", 0.98, 0),))
    assert [c.text for c in with_names([town], [Cell(read, 1, confidence=0.93, engine="model")])[1]] == [meant]


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("PROGRAMA PRESUPUESTARIO: 1.2.3 gobierno Abierto y.Eficiente", "1.2.3 Gobierno Abierto y Eficiente"),
        ("PROGRAMA PRESUPUESTARIO: 1.2.3 Gobièrno:Abierto.", "1.2.3 Gobierno Abierto"),
        ("DEPENDENCIA O ENTIDAD: Sistema DIF Mùnicipal.", "Sistema DIF Municipal"),
        ("DEPENDENCIA O ENTIDAD: Oficialía Mayor", "Oficialía Mayor"),
        ("MUNICIPIO DE LÉÓN", "MUNICIPIO DE LEÓN"),
    ],
)
def test_titles_have_no_specks_and_no_accents_that_no_word_has(read: str, said: str) -> None:
    lines = [Cell(read, 1, confidence=0.8, engine="model"), Cell("Calles de León", 1, confidence=0.9, engine="model")]
    assert with_names([table()], lines)[1][0].text.endswith(said)
