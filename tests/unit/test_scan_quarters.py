"""Rows of headings whose quarters were read as digits are not rows of figures."""

from __future__ import annotations

import pytest

from ingest.profile import load_profiles
from ingest.scan.wording import name_quarters

PROFILE = load_profiles()[0]


@pytest.mark.parametrize(
    "texts",
    [
        ["ANUAL", "1", "12", "13", "T4", "1", "12", "T3", "T4"],
        ["n", "T2", "13", "T4", "1", "T2", "n", "T4"],
    ],
)
def test_quarters_in_their_order_are_headings_though_digits_were_read(texts: list[str]) -> None:
    assert name_quarters(texts, PROFILE)


@pytest.mark.parametrize(
    "texts",
    [
        ["Fin", "10", "1", "2", "3", "4", "1", "2", "3", "4"],
        ["11", "II", "11", "11", "11", "11", "I1", "11"],
        ["1", "12", "13", "T4", "637", "132", "168", "137", "200", "129"],
        [],
    ],
)
def test_figures_are_no_headings_whatever_they_look_like(texts: list[str]) -> None:
    assert not name_quarters(texts, PROFILE)
