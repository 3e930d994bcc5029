"""A figure that lost a digit stands off the axis of its column, though what is left of it is read surely."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2")

import numpy as np

from ingest.scan.axes import off_axis
from ingest.scan.engine import Recognition
from ingest.scan.lines import TextLine
from ingest.scan.spots import Spot

SIZE, WIDE = 20.0, 10.0  # pixels: of the type, and of a digit
CELL = (100.0, 0.0, 300.0, 40.0)


def spot(text: str, share: float, *, lost: str = "", shift: float = 0.0) -> Spot:
    """A figure aligned at a `share` of the width of its cell, of which the first digits, `lost`, faded."""
    whole = WIDE * len(lost + text)
    start = 100 + share * (200 - whole) + WIDE * len(lost) + shift
    line = TextLine((start, 10, start + WIDE * len(text), 30), 30, np.zeros((2, 2), np.uint8))
    return Spot(CELL, [line], {"one": [Recognition(text, 0.99, text, 0.99)]})


def off(*columns: list[Spot]) -> list[str]:
    return [s.said("one") for s in off_axis(columns, "one", SIZE)]


COUNTS = ("1,234", "56", "789", "12", "3", "45,678")


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_figures_on_the_axis_of_their_column_are_none(share: float) -> None:
    assert off([spot(t, share) for t in COUNTS]) == []


def test_a_centred_figure_that_lost_a_digit_is_off_its_axis() -> None:
    assert off([*(spot(t, 0.5) for t in COUNTS), spot("16", 0.5, lost="2")]) == ["16"]


def test_figures_of_few_rows_or_of_several_axes_tell_nothing() -> None:
    assert off([spot("16", 0.5, lost="2"), *(spot(t, 0.5) for t in COUNTS[:3])]) == []
    mixed = [spot(t, share) for t in COUNTS for share in (0.3, 0.5)]
    assert off(mixed) == []


def test_a_sign_that_was_misread_makes_no_figure_doubtful() -> None:
    rates = [spot(t, 0.5) for t in ("100.00%", "97.5%", "8%", "12.50%", "33.33%")]
    assert off([*rates, spot("66.67", 0.5, shift=-WIDE / 2)]) == []
    assert off([*rates, spot("6.67%", 0.5, lost="6")]) == ["6.67%"]
