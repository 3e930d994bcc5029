"""The skeleton of a torn report: codes are read by their place in the sequence that they count."""

from __future__ import annotations

from ingest.torn.codes import find_skeleton
from tests.unit.test_torn_tokens import lines_of


def codes_of(text: str) -> list[str]:
    skeleton = find_skeleton(lines_of(text))
    return [] if skeleton is None else [p.text for p in skeleton.places]


HEAD = "PROGRAMA PRESUPUESTARIO: 1.4.1 Administración\n"


def test_lost_and_wrong_separators_are_the_same_code() -> None:
    assert codes_of(HEAD + "1.4,1 Contribuir a\n14.1.1 Las y los\n1.41.1,1 Uno\n141111 Dos\n1.4.1.1.1.2. Tres") == [
        "1.4.1", "1.4.1.1", "1.4.1.1.1", "1.4.1.1.1.1", "1.4.1.1.1.2",
    ]  # fmt: skip


def test_a_misread_digit_is_read_by_its_neighbours() -> None:
    text = HEAD + "1.4.1.1.2 C\n1.4.1.1.2.4 A\n1.4.1.1.2.6 B\n1.4.1.1.2.6 C\n1.4.1.1.2.7 D"
    skeleton = find_skeleton(lines_of(text))
    assert skeleton is not None
    marks = {p.text: p.mark.line for p in skeleton.places if p.mark is not None}
    assert marks["1.4.1.1.2.5"] == 3
    assert marks["1.4.1.1.2.6"] == 4


def test_parents_and_elder_siblings_are_deduced_without_a_place() -> None:
    skeleton = find_skeleton(lines_of(HEAD + "1.4.1.1.1.2 A\n1.4.1.1.1.3 B"))
    assert skeleton is not None
    assert [(p.text, p.mark is not None) for p in skeleton.places] == [
        ("1.4.1", False), ("1.4.1.1", False), ("1.4.1.1.1", False),
        ("1.4.1.1.1.1", False), ("1.4.1.1.1.2", True), ("1.4.1.1.1.3", True),
    ]  # fmt: skip


def test_an_exact_code_out_of_order_is_kept() -> None:
    text = HEAD + "1.4.1.1.2.3 Z\n1.4.1.1.1 A\n1.4.1.1.1.1 B\n1.4.1.1.1.2 C\n1.4.1.1.2 D\n1.4.1.1.2.1 E\n1.4.1.1.2.2 F"
    skeleton = find_skeleton(lines_of(text))
    assert skeleton is not None
    assert {p.text: p.mark.line for p in skeleton.places if p.mark}["1.4.1.1.2.3"] == 1


def test_an_activity_with_nothing_but_its_level_word_comes_after_the_last_one() -> None:
    words = "Cosa\nPCC: Porcentaje\nde cosas\nUNIDAD\nDE MEDIDA\nTrimestral\n"
    rows = "".join(f"Actividad\n1.4.1.1.1.{n} {words}" for n in (1, 2))
    tail = f"Actividad\n{words}Componente\n1.4.1.1.2 Otra\nActividad\n1.4.1.1.2.1 Mas"
    assert "1.4.1.1.1.3" in codes_of(HEAD + rows + tail)


def test_a_novel_has_no_skeleton() -> None:
    assert codes_of("En un lugar de la Mancha\nde cuyo nombre no quiero acordarme\n1605 y 1615") == []
