"""Departments of a scan: one name for all readings of it, and doubt where nothing settles it."""

from __future__ import annotations

import pytest

from ingest.scan.departments import Name, Said, settled
from ingest.scan.vocabulary import Spelling

NONE = Spelling.of([])


def named(*reads: tuple[tuple[str, float], ...], spelling: Spelling = NONE) -> list[Name]:
    return settled([tuple(Said(*said) for said in read) for read in reads], spelling)


def test_a_garbled_name_is_the_one_that_was_read_well_elsewhere() -> None:
    well, garbled = (("Dirección de Fomento Textil", 0.99),), (("Drecclón de Fomerto Texil", 0.4),)
    assert named(well, garbled) == [Name("Dirección de Fomento Textil", sure=True)] * 2


def test_two_names_that_a_reading_may_be_leave_it_unsure() -> None:
    reads = (("Zona Nortes", 0.99),), (("Zona Portes", 0.99),), (("Zona Lortes", 0.3),)
    assert [n.sure for n in named(*reads)] == [True, True, False]


@pytest.mark.parametrize(("well", "other"), [("Dirección de Ingresos", "Dirección de Egresos"),
                                             ("Regiduría 3", "Regiduría 8"), ("DGPM / DP", "DGPM / DA")])  # fmt: skip
def test_another_department_of_a_like_name_is_never_made_the_first(well: str, other: str) -> None:
    assert named(((well, 0.99),), ((other, 0.7),))[1].text == other


def test_what_one_engine_read_badly_is_given_with_doubt_and_not_made_up() -> None:
    assert named((("Drecón de Xzolotl", 0.4), ("Dicon de Xzolot1", 0.3))) == [Name("Drecón de Xzolotl", sure=False)]


@pytest.mark.parametrize("read", ["O", "O O", "Dirección de Ingresos O", "O Dirección de Ingresos"])
def test_a_punched_hole_is_no_letter_of_a_name(read: str) -> None:
    assert not named(((read, 0.99), (read, 0.98)))[0].sure
    beside = named((("Dirección de Ingresos", 0.99),), ((read, 0.98),))[1]
    assert beside == Name("Dirección de Ingresos", sure=True) if "Ingresos" in read else not beside.sure


@pytest.mark.parametrize("read", ["Instituto Municipal de la", "IMM Actividad"])
def test_a_name_that_goes_on_in_another_row_is_doubted(read: str) -> None:
    assert [n.sure for n in named(((read, 0.99), (read, 0.98)), ((read, 0.8), (read, 0.9)))] == [False, False]


def test_two_engines_that_agree_after_mending_common_words_settle_a_name() -> None:
    read = ("Drección de Ecologia", 0.68), ("Direcclón de Ecologia", 0.55)
    assert named(read) == [Name("Dirección de Ecología", sure=True)]


def test_a_slash_that_one_engine_saw_is_no_thin_letter() -> None:
    assert named((("DGPMIDP", 0.96), ("DGPM/DP", 0.79))) == [Name("DGPM/DP", sure=True)]


def test_brackets_about_an_ordinary_word_are_specks() -> None:
    read = ("Dirección de Parques y (Jardines)", 0.9), ("Dirección de Parques y Jardines", 0.9)
    lower = ("Dirección de Parques y (jardines)", 0.6), ("Dirección de Parques y jardines", 0.5)
    assert named(lower)[0].text == "Dirección de Parques y jardines"
    assert named(read)[0].text == "Dirección de Parques y (Jardines)"


def test_agreeing_engines_are_not_believed_where_a_word_looks_like_a_misreading() -> None:
    assert not named((("Direcdón de Xzolotl", 0.8), ("Direcdón de Xzolotl", 0.8)))[0].sure


@pytest.mark.parametrize(("read", "name"), [
    ("SECRETARÍA DÉL AYUNTAMIENTO", "SECRETARÍA DEL AYUNTAMIENTO"),
    ("Subdirección dé Panteones", "Subdirección de Panteones"),
    ("DGPM/ DP", "DGPM / DP"),
    ("DGPM /DP", "DGPM / DP"),
    ("DGPM/DP", "DGPM/DP"),
    ("Instituto Municipal de la Mujer (IMM", "Instituto Municipal de la Mujer (IMM)"),
    ("Secretaría Municipal de Ecologíay Desarrollo Urbano", "Secretaría Municipal de Ecología y Desarrollo Urbano"),
    ("Dirección de Recu rsos Materiales", "Dirección de Recursos Materiales"),
    ("Oficialia Mayor", "Oficialía Mayor"),
    ("Obras y Sérvicios Urbanos", "Obras y Servicios Urbanos"),
    ("Dirección-de Alumbrado Público", "Dirección de Alumbrado Público"),
    ("DIRECCIÓN DE PARQUES.Y JARDINES", "DIRECCIÓN DE PARQUES Y JARDINES"),
    ("Dirección de. Ingresos", "Dirección de Ingresos"),
    ("DIRECCIÓN DE.INGRESOS", "DIRECCIÓN DE INGRESOS"),
    ("Dirección de: Ingresos", "Dirección de Ingresos"),
    ("COORDINACIÓN DE SALUD. / CS", "COORDINACIÓN DE SALUD / CS"),
    ("Instituto Municipal. de la Mujer", "Instituto Municipal de la Mujer"),
    ("Dir. Gral. de Obras", "Dir. Gral. de Obras"),
    ("Instituto Municipal de la Mujer (MM)", "Instituto Municipal de la Mujer (IMM)"),
    ("Sistema Municipal DIF (DIF)", "Sistema Municipal DIF (DIF)"),
    ("Tesorería) Municipal", "Tesorería Municipal"),
    ("Instituto Municipal de la Mujer (IM M)", "Instituto Municipal de la Mujer (IMM)"),
    ("TESORERÍA MUNICIPAL REC IBIDo", "TESORERÍA MUNICIPAL"),
    ("DIRECCIÓN DE PARQUES YJARDINES", "DIRECCIÓN DE PARQUES Y JARDINES"),
    ("SECRETARÍATÉCNICA", "SECRETARÍA TÉCNICA"),
    ("Instituto Municipal [de la Mujer (IMM)", "Instituto Municipal de la Mujer (IMM)"),
    ("Dirección de (Obras Públicas", "Dirección de Obras Públicas"),
    ("Instituto de Cultura (ICA))", "Instituto de Cultura (ICA)"),
    ("COORDINACIÓN DE ARÇHIVO HISTÓRICO", "COORDINACIÓN DE ARCHIVO HISTÓRICO"),
    ("Dirección de Éducación, Cultura y Deporte", "Dirección de Educación, Cultura y Deporte"),
])  # fmt: skip
def test_brackets_slashes_spaces_and_accents_are_put_right(read: str, name: str) -> None:
    assert named(((read, 0.95),))[0].text == name


def test_a_word_of_a_stamp_is_dropped_and_leaves_a_doubt() -> None:
    assert named((("SISTEMA DIF MUNICIPAL RECIBIDO", 0.96),)) == [Name("SISTEMA DIF MUNICIPAL", sure=False)]


def test_of_two_readings_the_one_with_the_brackets_is_right() -> None:
    read = ("INSTITUTO DE LA MUJER IDLM)", 0.67), ("INSTITUTO DE LA MUJER (IDLM)", 0.99)
    assert named(read) == [Name("INSTITUTO DE LA MUJER (IDLM)", sure=True)]


def test_a_word_of_a_stamp_before_a_name_is_dropped_too() -> None:
    assert named((("RECIBIDO DGPM / DP", 0.96),)) == [Name("DGPM / DP", sure=False)]


@pytest.mark.parametrize("torn", [
    "nstituto Municipal de la Mujer (IMM)",
    "Direcón de Parques y Jardines",
    "Instituto Municipal de 1 Mujer (IMM)",
    "Dirección de Parques y",
    "DE SALUD / CS",
    "COORDINACIÓN DE SALUD s",
    "DGPM DF",
    "INSTITUTO MUNICIPAL DE LA MUJER IMM",
    "COORDINACIÓN DE 54LUD",
    "ES",
])  # fmt: skip
def test_a_remnant_of_a_name_is_doubted_however_surely_it_is_read(torn: str) -> None:
    assert named(((torn, 0.98),), (("Oficialía Mayor", 0.98),))[0] == Name(torn, sure=False)


@pytest.mark.parametrize("name", ["DIF", "SAPA", "IMPLAN", "DTIC", "ICCAL / DT", "Sistema DIF Municipal", "OOMAPAS",
                                  "Dirección de Turismo de Cozumel", "Regiduría 3", "Unidad C4",
                                  "Zona A", "La Casa de la Mujer"])  # fmt: skip
def test_acronyms_and_new_names_that_are_read_well_are_sure(name: str) -> None:
    assert named(((name, 0.99),))[0] == Name(name, sure=True)


def test_a_remnant_is_the_one_name_that_it_is_left_of() -> None:
    torn, whole = (("nstituto Municipal de la Mujer", 0.98),), (("Instituto Municipal de la Mujer", 0.98),)
    assert named(torn, whole)[0] == Name("Instituto Municipal de la Mujer", sure=True)


@pytest.mark.parametrize("second", [("DGPMIDP", 1.0), ("DGM/DP", 0.8)])
def test_acronyms_that_two_readings_give_otherwise_are_doubted(second: tuple[str, float]) -> None:
    assert not named((("DGPM IDP", 0.98), second))[0].sure


def test_acronyms_that_stand_twice_are_sure() -> None:
    assert [n.sure for n in named((("DP", 0.98),), (("DP", 0.98),))] == [True, True]


def test_a_name_that_is_the_beginning_of_another_is_doubted_unless_it_stands_oftener() -> None:
    short, long = (("Dirección de Obras", 0.99),), (("Dirección de Obras Públicas", 0.99),)
    assert [n.sure for n in named(short, long)] == [False, True]
    assert [n.sure for n in named(short, short, long)] == [True, True, True]


def test_a_name_is_never_made_a_word_that_is_farther_than_another() -> None:
    read = ("Tesoreria Municipat", 0.84), ("Tesorería Municipat", 0.53)
    assert named(read) == [Name("Tesorería Municipal", sure=True)]


def test_models_that_agree_on_words_of_no_language_are_not_believed() -> None:
    alike = ("Instituto Menicipel de Tlalnec", 0.91), ("Instituto Menicipel de Tlalnec", 0.93)
    assert not named(alike)[0].sure
    assert named((("Delegación Tlalnepantla", 0.98),)) == [Name("Delegación Tlalnepantla", sure=True)]


def test_an_acronym_is_vouched_for_by_the_words_that_it_stands_for() -> None:
    kept, misread = "Instituto Municipal de Planeación (IMPLAN)", "Instituto Municipal de Planeación (IWPLAN)"
    assert [named(((name, 0.93), (name, 0.92)))[0].sure for name in (kept, misread)] == [True, False]


def test_a_comma_where_nothing_is_listed_leaves_a_doubt() -> None:
    assert not named((("Dirección de Obras, Públicas", 0.93), ("Dirección de Obras, Públicas", 0.92)))[0].sure


def test_three_letters_that_one_model_did_not_read_surely_may_be_of_a_stamp() -> None:
    assert [named(((text, sure),))[0].sure for text, sure in (("DES", 0.93), ("DES", 0.98), ("ICCAL", 0.93))] == [
        False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "read", ["\u00b7Contraloría Municipal", "Contraloría &Municipal", "Contraloría Municipal \u00bb~"]
)
def test_marks_at_the_words_of_a_name_are_specks(read: str) -> None:
    assert named(((read, 0.98),)) == [Name("Contraloría Municipal", sure=True)]


def test_what_a_name_has_in_quotes_or_brackets_stays() -> None:
    for name in ('Casa de la Cultura "Juan Rulfo"', "Instituto Municipal de Planeación (IMPLAN)"):
        assert named(((name, 0.98),))[0].text == name


def test_a_common_word_with_another_ending_that_is_not_read_surely_leaves_a_doubt() -> None:
    for sure, expected in ((0.93, False), (0.98, True)):
        assert named((("Dirección de Reglamentas", sure),)) == [Name("Dirección de Reglamentas", sure=expected)]
    assert named((("Dirección de Reglamentos", 0.93),))[0].sure


def test_a_comma_of_a_list_that_one_reading_has_stays() -> None:
    read = ("Dirección de Educación Cultura y Deporte", 0.95), ("Dirección de Educación, Cultura y Deporte", 0.9)
    assert named(read)[0].text == "Dirección de Educación, Cultura y Deporte"
