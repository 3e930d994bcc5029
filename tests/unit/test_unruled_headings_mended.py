"""Quarters above the columns of a scan without rules are named in their order, also where some take two lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")

import numpy as np

from ingest.scan.lines import TextLine
from ingest.scan.spots import Spot
from ingest.scan.unruled_scan import mend_headings

SIZE = 6.0


def spot(left: float, base: float, right: float | None = None) -> Spot:
    box = left, base - SIZE, left + 28 if right is None else right, base
    return Spot(box, [TextLine(box, base, np.zeros((8, 28), np.uint8))])


def mended(texts: Sequence[tuple[str, float, float]]) -> list[str]:
    """What headings at a left edge and a height say in the end."""
    said = [text for text, _, _ in texts]
    mend_headings([spot(left, base) for _, left, base in texts], said, 500.0, SIZE)
    return said


def test_quarters_whose_number_stands_above_their_word_are_the_third_and_the_fourth() -> None:
    row = [("I TRIMESTRE", 430, 131), ("II TRIMESTRE", 470, 131), ("m", 510, 129), ("TRIMESTRE", 510, 136),
           ("N", 550, 129), ("TRIMESTRE", 550, 136)]  # fmt: skip
    both = [*row, *((text, left + 160, base) for text, left, base in row)]
    said = [text for text in mended(both) if text]
    assert said == ["I TRIMESTRE", "II TRIMESTRE", "III TRIM", "IV TRIM"] * 2


def test_two_rows_of_quarters_below_each_other_are_two() -> None:
    upper = [(f"{n} TRIM", 430 + 40 * i, 100) for i, n in enumerate(("I", "II", "III", "IV"))]
    lower = [("TRIMESTRE", 430 + 40 * i, 107) for i in range(4)]
    assert mended([*upper, *lower])[:4] == [text for text, _, _ in upper]


def test_the_end_of_a_word_that_a_gap_parts_is_no_quarter() -> None:
    goals = [("I TRIMESTRE", 308, 84, 335), ("1", 337, 81, 339), ("TRIMESTRE", 336, 84, 361), ("m", 365, 81, 368),
             ("TRIMESTRE", 365, 87, 389), ("N", 393, 81, 397), ("TRIMESTRE", 393, 87, 417)]  # fmt: skip
    results = [("I TRIMEST", 421, 87, 441), ("TRE", 442, 87, 448), ("TRIMESTRE", 449, 87, 473), ("m", 478, 81, 481),
               ("TRIMESTRE", 477, 87, 502), ("IN", 506, 81, 510), ("TRIMESTRE", 506, 87, 530)]  # fmt: skip
    said = [text for text, _, _, _ in (*goals, *results)]
    spots = [spot(left, base, right) for _, left, base, right in (*goals, *results)]
    mend_headings(spots, said, 105.0, SIZE)
    assert said[8] == "TRE"
