"""Grids of ruled tables on scans: what is a rule, what is a streak, where walls are."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from ingest.scan.engine import Gray
from ingest.scan.grid import ScanGrid, _bridge, find_ruling
from ingest.scan.lines import Paper
from ingest.scan.rules import Rule
from ingest.scan.streaks import without_streaks

SCALE = 200 / 72
XS = (100, 220, 420, 640, 760, 880, 1000)
YS = (120, 160, 240, 330, 370, 450, 540, 620)
BAND = 3
"""The row that no rule down crosses."""


def page(*, outer: bool = True, grain: float = 4.0) -> Gray:
    """Draw a table with a band, words in its cells and a signature line below it."""
    sheet = np.full((900, 1200), 245, np.uint8)
    for number, y in enumerate(YS):
        if outer or number not in (0, len(YS) - 1):
            cv2.line(sheet, (XS[0], y), (XS[-1], y), 60, 2)
    for number, x in enumerate(XS):
        if outer or number not in (0, len(XS) - 1):
            for row, (top, bottom) in enumerate(pairwise(YS)):
                if row != BAND or number in (0, len(XS) - 1):
                    cv2.line(sheet, (x, top), (x, bottom), 60, 2)
    for row, top in enumerate(YS[:-1]):
        for left in XS[:-1] if row != BAND else XS[2:3]:
            cv2.putText(sheet, "1,250", (left + 25, top + 28), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 40, 1, cv2.LINE_AA)
    cv2.line(sheet, (500, 760), (800, 760), 60, 2)
    noise = np.random.default_rng(1).normal(0, grain, sheet.shape)
    return np.clip(sheet + noise, 0, 255).astype(np.uint8)


def streaked(sheet: Gray, x: int, top: int, bottom: int) -> Gray:
    """Draw what dirt on the glass leaves: a fine line down the page."""
    spoilt = sheet.copy()
    spoilt[top:bottom, x : x + 2] = np.clip(spoilt[top:bottom, x : x + 2].astype(int) - 70, 0, 255)
    return spoilt


def shape(grids: list[ScanGrid]) -> list[tuple[int, int]]:
    return [(len(g.grid.ys) - 1, len(g.grid.xs) - 1) for g in grids]


def find_scan_grids(sheet: Gray, scale: float) -> list[ScanGrid]:
    return find_ruling(sheet, scale).grids


def spans(grid: ScanGrid, row: int) -> list[int]:
    return [p.column_span for p in grid.grid.places if p.row == row]


def test_a_table_gives_its_cells_and_the_line_for_a_signature_none() -> None:
    found = find_scan_grids(page(), SCALE)
    assert shape(found) == [(7, 6)]
    assert spans(found[0], BAND) == [6]
    assert spans(found[0], 0) == [1] * 6


@pytest.mark.parametrize(("top", "bottom"), [(0, 900), (0, 480), (280, 900), (200, 500)])
@pytest.mark.parametrize("x", [135, 700, 960])
def test_a_streak_down_the_page_makes_no_column(x: int, top: int, bottom: int) -> None:
    found = find_scan_grids(streaked(page(), x, top, bottom), SCALE)
    assert shape(found) == [(7, 6)]
    assert spans(found[0], BAND) == [6]


def test_a_streak_across_the_page_makes_no_row() -> None:
    found = find_scan_grids(np.ascontiguousarray(streaked(np.ascontiguousarray(page().T), 390, 0, 1200).T), SCALE)
    assert shape(found) == [(7, 6)]


def test_a_rule_that_a_streak_lies_on_stays_a_rule() -> None:
    found = find_scan_grids(streaked(page(), XS[2] + 2, 0, 900), SCALE)
    assert shape(found) == [(7, 6)]
    assert spans(found[0], BAND) == [6]


def drawn(at: float, start: int, end: int) -> Rule:
    """A rule at `at` whose ink goes from `start` to `end`."""
    seen = np.clip(np.arange(801) - start, 0, end - start).astype(np.int64)
    return Rule(np.array([0.0, 800.0]), np.array([at, at]), at, seen)


@pytest.mark.parametrize(("start", "end", "is_rule"), [(100, 600, True), (0, 500, True), (150, 600, False)])
def test_a_rule_that_a_pen_draws_on_beyond_the_table_stays_one(start: int, end: int, is_rule: bool) -> None:
    rules = [drawn(x, 100, 500) for x in (0, 50, 150, 200, 250)]
    rules.insert(2, drawn(100, start, end))
    crossing = [drawn(y, 0, 250) for y in range(100, 501, 40)]
    sides = np.ones((len(rules), len(crossing) - 1))
    sides[2, : max(0, start - 100) // 40] = 0.0
    kept = without_streaks(rules, crossing, sides, np.zeros((0, 4)), 1.0)
    assert [r.middle for r in kept] == [r.middle for r in rules if is_rule or r.middle != 100]


def test_a_table_without_outer_rules_keeps_its_outer_columns() -> None:
    found = find_scan_grids(page(outer=False), SCALE)
    assert shape(found) == [(7, 6)]
    assert found[0].grid.xs[0] == pytest.approx(XS[0] / SCALE, abs=2)
    assert found[0].grid.xs[-1] == pytest.approx(XS[-1] / SCALE, abs=2)


def test_faint_and_broken_walls_of_low_rows_are_seen() -> None:
    sheet = page(grain=8)
    ground = sheet[YS[0] : YS[1]].astype(float)
    chance = np.random.default_rng(2)
    holes = cv2.resize((chance.random((20, 600)) < 0.08).astype(np.float32), (1200, 40), interpolation=cv2.INTER_LINEAR)
    sheet[YS[0] : YS[1]] = np.clip(200 - (200 - 0.6 * (ground - 45)) * (1 - 0.6 * holes), 0, 255).astype(np.uint8)
    assert spans(find_scan_grids(sheet, SCALE)[0], 0) == [1] * 6


def test_a_word_that_crosses_the_line_of_a_wall_makes_none_in_a_band() -> None:
    sheet = page()
    cv2.putText(
        sheet, "DIRECCION DE OBRAS PUBLICAS ILLI", (350, 356), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 40, 1, cv2.LINE_AA
    )
    assert spans(find_scan_grids(sheet, SCALE)[0], BAND) == [6]


def test_a_band_that_lost_its_sides_parts_no_table() -> None:
    sheet = page()
    for x in (XS[0], XS[-1]):
        sheet[YS[BAND] + 3 : YS[BAND + 1] - 3, x - 3 : x + 4] = 245
    found = find_scan_grids(sheet, SCALE)
    assert shape(found) == [(7, 6)]
    assert spans(found[0], BAND) == [6]


def test_a_rule_across_that_a_stamp_lies_over_parts_its_cells_where_it_is_darker_than_the_stamp() -> None:
    sides, raised = np.array([[0.9, 0.1, 0.9, 0.1, 0.9]]), np.array([[0.9, 0.8, 0.9, 0.2, 0.9]])
    _bridge(sides, raised)
    assert sides.tolist() == [[0.9, 1.0, 0.9, 0.1, 0.9]]


def test_a_page_of_text_has_no_grid() -> None:
    sheet = np.full((900, 1200), 245, np.uint8)
    for y in range(60, 860, 22):
        cv2.putText(sheet, "Lorem ipsum 1,250 dolor sit amet 12.50% il", (60, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 30, 1)
    assert find_scan_grids(sheet, SCALE) == []


def dashed(sheet: Gray, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw dashes of 3 points with gaps of 2."""
    length = max(end[0] - start[0], end[1] - start[1])
    across = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    for at in range(0, length, 14):
        a, b = (tuple(round(s + w * v) for s, w in zip(start, across, strict=True)) for v in (at, min(at + 8, length)))
        cv2.line(sheet, a, b, 60, 2)


def test_dashed_rules_make_a_table() -> None:
    sheet = np.full((900, 1200), 245, np.uint8)
    for y in YS:
        dashed(sheet, (XS[0], y), (XS[-1], y))
    for x in XS:
        dashed(sheet, (x, YS[0]), (x, YS[-1]))
    for top in YS[:-1]:
        for left in XS[:-1]:
            cv2.putText(sheet, "1,250", (left + 25, top + 28), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 40, 1, cv2.LINE_AA)
    assert shape(find_scan_grids(sheet, SCALE)) == [(7, 6)]


def test_a_frame_is_no_table() -> None:
    sheet = np.full((900, 1200), 245, np.uint8)
    for y in (100, 160, 220):
        cv2.line(sheet, (100, y), (1000, y), 60, 2)
    for x in (100, 1000):
        cv2.line(sheet, (x, 100), (x, 220), 60, 2)
    assert find_scan_grids(sheet, SCALE) == []


def test_a_line_of_text_that_a_streak_crosses_stays_whole() -> None:
    sheet = page()
    cv2.putText(sheet, "PROGRAMA PRESUPUESTARIO 4.2.3", (300, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 40, 1, cv2.LINE_AA)
    spoilt = streaked(sheet, 450, 0, 900)
    ruling = find_ruling(spoilt, SCALE)
    table = (0.0, 100.0, 1200.0, 900.0)
    whole = Paper(sheet, SCALE).outside([table])
    lifted = Paper(ruling.lifted(spoilt, SCALE), SCALE).outside([table])
    assert len(whole) == len(lifted) == 1
    assert lifted[0].box == pytest.approx(whole[0].box, abs=3)
    assert lifted[0].crop.min() < 100


def test_a_page_without_streaks_stays_as_it_is() -> None:
    sheet = page()
    ruling = find_ruling(sheet, SCALE)
    assert not ruling.down
    outside = ruling.lifted(sheet, SCALE)[:740]
    assert np.array_equal(outside, sheet[:740])
