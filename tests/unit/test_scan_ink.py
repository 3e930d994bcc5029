"""What is print on a page and what is grain, specks and the like."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ingest.scan.engine import Gray
from ingest.scan.ink import ink
from ingest.scan.lines import Paper

SCALE = 200 / 72


def paper(words: list[tuple[str, int, int]], *, grain: float = 10.0, specks: int = 0) -> Gray:
    """Draw words at (left, base line) on paper with grain and specks of a point."""
    chance = np.random.default_rng(3)
    sheet = np.full((700, 1000), 220, np.uint8)
    for text, x, y in words:
        cv2.putText(sheet, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 60, 1, cv2.LINE_AA)
    for y, x in zip(chance.integers(0, 690, specks), chance.integers(0, 990, specks), strict=True):
        sheet[y : y + 3, x : x + 3] = 70
    return np.clip(sheet + chance.normal(0, grain, sheet.shape), 0, 255).astype(np.uint8)


def test_the_grain_of_a_page_with_little_print_is_no_ink() -> None:
    assert ink(paper([("Elaboro", 100, 100)]), int(11 * SCALE)).mean() < 0.002


def test_the_print_of_a_page_with_little_print_is_ink() -> None:
    lines = Paper(paper([("Elaboro", 100, 100), ("Titular de la Dependencia", 100, 140)]), SCALE).outside([])
    assert [round(line.base) for line in sorted(lines, key=lambda t: t.base)] == [
        pytest.approx(100, abs=4),
        pytest.approx(140, abs=4),
    ]


def test_specks_make_no_lines_outside_tables() -> None:
    words = [("Elaboro 1,250.50 ni mas ni menos", 100, 60 + 40 * n) for n in range(6)]
    found = Paper(paper(words, specks=120), SCALE).outside([(0, 330, 1000, 700)])
    assert len(found) == len(words)


def test_a_lone_speck_leaves_a_cell_blank_and_a_lone_digit_does_not() -> None:
    words = [("Elaboro 1,250.50 ni mas ni menos", 100, 60 + 40 * n) for n in range(6)]
    sheet = paper([*words, ("7", 500, 500)], grain=3)
    sheet[488:494, 298:304] = 60
    page = Paper(sheet, SCALE)
    assert page.lines((250, 460, 380, 520)) == []
    assert len(page.lines((450, 460, 580, 520))) == 1


def test_points_and_accents_stay_with_their_letters() -> None:
    words = [("Elaboro 1,250.50 ni mas ni menos", 100, 60 + 40 * n) for n in range(6)]
    sheet = paper([*words, ("1,250.50", 500, 500)], grain=3)
    line = Paper(sheet, SCALE).lines((450, 460, 700, 520))[0]
    assert line.box[2] - line.box[0] == pytest.approx(cv2.getTextSize("1,250.50", 0, 0.6, 1)[0][0], abs=8)
