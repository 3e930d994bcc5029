"""Sentences say figures in many ways; digits that name things are none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.justification import Scope, parse_justification
from tests.reports import QUARTER_SENTENCES, REASONS, VARIANT_SENTENCES, YEAR_SENTENCES


@pytest.mark.parametrize("sentence", [*QUARTER_SENTENCES, *VARIANT_SENTENCES])
@pytest.mark.parametrize("reason", REASONS[1:])
@pytest.mark.parametrize("subject", ["baches", "servicios de la línea 070", "consultas a personas de 65 años y más"])
def test_every_form_of_sentence_is_understood(sentence: str, reason: str, subject: str) -> None:
    text = sentence.format(p="88.50", a="1,770", g="2,000", x=subject, q="segundo") + reason
    (said,) = parse_justification(text, names=f"Porcentaje de {subject} atendidas")
    assert said.scope is Scope.QUARTER
    assert said.achieved is not None
    assert said.goal is not None
    assert said.pct is not None
    assert (said.achieved.value, said.goal.value, said.pct.value) == (1770, 2000, 88.5)
    assert text[said.goal.span.start : said.goal.span.end] == "2,000"


@pytest.mark.parametrize("sentence", YEAR_SENTENCES)
def test_the_year_is_told_from_the_quarter(sentence: str) -> None:
    quarter = QUARTER_SENTENCES[0].format(p="100", a="5", g="5", x="obras", q="tercer")
    text = quarter + sentence.format(c="75.00", ta="15", y="20", x="obras", q="tercer", year=2024)
    first, second = parse_justification(text)
    assert (first.scope, second.scope) == (Scope.QUARTER, Scope.YEAR)
    assert second.achieved is not None
    assert second.goal is not None
    assert second.pct is not None
    assert (second.achieved.value, second.goal.value, second.pct.value) == (15, 20, 75)


def test_a_sentence_on_the_annual_goal_is_of_the_year() -> None:
    (said,) = parse_justification("Se cumplió con el avance anual del 46.5%.")
    assert said.scope is Scope.YEAR


def test_a_word_that_is_joined_to_the_digits_of_a_name_is_read() -> None:
    (said,) = parse_justification("Se acumula un total de 1,102 servicios de la línea 070de 2,262 programados.")
    assert (said.achieved and said.achieved.value, said.goal and said.goal.value) == (1102, 2262)


@pytest.mark.parametrize("when", ["Al trimestre 3 de 2026", "Al trimestre 3, 2026", "Al tercer trimestre 2 2026"])
def test_the_number_of_a_quarter_before_its_year_is_no_figure(when: str) -> None:
    (said,) = parse_justification(f"{when} se acumula un total de 1,102 obras de 2,262 programadas.")
    assert (said.achieved and said.achieved.value, said.goal and said.goal.value) == (1102, 2262)
    assert said.others == ()


@pytest.mark.parametrize(
    "text", ["", "Se cumple con la meta programada.", "Conforme a la Ley 3 de 3 y el artículo 134."]
)
def test_a_sentence_without_figures_says_nothing(text: str) -> None:
    assert parse_justification(text) == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_justification(text, names=text[:20])


def test_long_texts_take_no_time() -> None:
    rng = random.Random(1)
    text = " ".join(rng.choice(("de", "las", "12", "3,456", "programadas", "meta", "%", "total")) for _ in range(3000))
    parse_justification(text)
