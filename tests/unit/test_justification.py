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
