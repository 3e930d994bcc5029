"""Departments behind torn level words, read as their publisher spells them where it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.directory import DirectoryError, Publisher, find_publisher, known_name, load_publishers

KNOWN = Publisher("Tepic", "Nayarit", ("Dirección de Recursos Materiales", "Dirección de Recursos Humanos", "DTIC"))


@pytest.mark.parametrize(
    ("read", "taken", "name"),
    [
        ("DIRECCION DE REGURSOS MATERIALES", (), "Dirección de Recursos Materiales"),
        ("DTlC", (), "DTIC"),
        ("de R", ("Dirección de Recursos Materiales",), "Dirección de Recursos Humanos"),
        ("de R", (), None),
        ("Tesorería", (), None),
        ("", (), None),
    ],
)
def test_a_garbled_department_is_the_only_one_that_it_can_be(
    read: str, taken: tuple[str, ...], name: str | None
) -> None:
    assert known_name(read, KNOWN, taken) == name


def test_a_publisher_is_known_by_its_municipality_and_its_departments_together() -> None:
    (publisher,) = load_publishers()
    few, enough = publisher.departments[:2], publisher.departments[:4]
    assert find_publisher(["benito judrez para el año"], enough) == publisher
    assert find_publisher(["benito judrez"], few) is None
    assert find_publisher(["mérida"], enough) is None


def test_a_directory_without_departments_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("municipality: Tepic\n", encoding="utf-8")
    with pytest.raises(DirectoryError, match=r"x\.yml"):
        load_publishers(tmp_path)
