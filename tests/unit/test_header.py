"""What a report says of itself, by its labels."""

from __future__ import annotations

import pytest

from ingest.header import read_header
from ingest.profile import load_profiles

PROFILE = load_profiles()[0]


def test_the_lines_of_a_report_give_its_header() -> None:
    lines = (
        "H. AYUNTAMIENTO DEL MUNICIPIO DE SAN LUIS POTOSÍ, SAN LUIS POTOSÍ",
        "SEGUNDO TRIMESTRE 2024",
        "PROGRAMA PRESUPUESTARIO: 4.2.3 Desarrollo Urbano",
        "DEPENDENCIA O ENTIDAD: Secretaría de Ecología",
    )
    header = read_header(lines, PROFILE)
    assert (header.municipality, header.state) == ("San Luis Potosí", "San Luis Potosí")
    assert (header.program_code, header.program_name) == ("4.2.3", "Desarrollo Urbano")
    assert (header.entity, header.fiscal_year, header.quarter) == ("Secretaría de Ecología", 2024, 2)


def test_a_state_after_another_mark_than_a_comma_is_no_part_of_the_town() -> None:
    header = read_header(["AYUNTAMIENTO DEL MUNICIPIO DE MÉRIDA. YUCATÁN"], PROFILE)
    assert (header.municipality, header.state) == ("Mérida", "Yucatán")
    assert read_header(["MUNICIPIO DE DR. MORA"], PROFILE).municipality == "Dr. Mora"


@pytest.mark.parametrize("said", ["4.2:3 Desarrollo", "4.2 .3 Desarrollo", "4.2,3 Desarrollo", "4;2.3 Desarrollo"])
def test_a_point_of_the_programs_code_that_was_read_as_another_mark_leaves_it_whole(said: str) -> None:
    header = read_header([f"PROGRAMA PRESUPUESTARIO: {said}"], PROFILE)
    assert (header.program_code, header.program_name) == ("4.2.3", "Desarrollo")


def test_what_is_not_said_stays_unknown() -> None:
    header = read_header(("INFORME", "Avance 12 de 30"), PROFILE)
    assert all(getattr(header, f) is None for f in ("municipality", "state", "entity", "fiscal_year", "quarter"))


@pytest.mark.parametrize(
    ("line", "quarter", "year"),
    [
        ("1er. Trimestre de 2025", 1, 2025),
        ("TRIMESTRE: CUARTO 2022", 4, 2022),
        ("ENERO - MARZO 2026", 1, 2026),
        ("III TRIMESTRE DEL EJERCICIO FISCAL 2023", 3, 2023),
        ("Avance del ejercicio 2024", None, 2024),
        ("12024", None, None),
    ],
)
def test_the_period_is_said_in_many_ways(line: str, quarter: int | None, year: int | None) -> None:
    header = read_header((line,), PROFILE)
    assert (header.quarter, header.fiscal_year) == (quarter, year)


def test_a_label_that_ends_its_line_names_what_the_next_line_says() -> None:
    header = read_header(("PROGRAMA PRESUPUESTARIO:", "2.6.8 Gobierno Abierto", "ENTIDAD:", "NOTA:"), PROFILE)
    assert (header.program_code, header.program_name, header.entity) == ("2.6.8", "Gobierno Abierto", None)


@pytest.mark.parametrize(
    "line",
    [
        "Plan Municipal de Desarrollo 2021-2024",
        "PMD 2021 – 2024",
        "ALINEACIÓN: PLAN MUNICIPAL DE DESARROLLO (PMD) 2021 A 2024, EJE 1",
        "Alineado al Plan Municipal de Desarrollo de Benito Juárez 2021-2024 | Plan Estatal de Desarrollo 2023-2027",
    ],
)
def test_a_plan_is_known_by_its_years_and_they_are_not_the_report_s(line: str) -> None:
    header = read_header((f"{line} SEGUNDO TRIMESTRE 2024",), PROFILE)
    assert (header.plan, header.quarter, header.fiscal_year) == ("2021-2024", 2, 2024)


@pytest.mark.parametrize(
    "line",
    [
        "El indicador se modificó con la actualización del PMD 2021-2024.",  # a sentence
        "Plan Estatal de Desarrollo 2021-2024",
        "Plan Municipal de Desarrollo y Plan Estatal 2021-2024",
        "PMD 2024-2021",  # misread
        "PMD 2010-2013",  # the year is not in it
        "PMD 1921-2024",
        "PMD 2021-2024; PMD 2024-2027",  # two
    ],
)
def test_what_may_be_no_municipal_plan_of_the_report_is_none(line: str) -> None:
    assert read_header(("SEGUNDO TRIMESTRE 2024", line), PROFILE).plan is None


def test_years_of_a_government_are_not_the_report_s() -> None:
    header = read_header(("ADMINISTRACIÓN 2021-2024 SEGUNDO TRIMESTRE 2023",), PROFILE)
    assert (header.quarter, header.fiscal_year) == (2, 2023)
