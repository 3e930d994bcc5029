"""Rules down a table that has none across: they are told from streaks, and part the lines that run over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ingest.scan.engine import Gray
from ingest.scan.grid import find_ruling
from ingest.scan.lines import Paper
from ingest.scan.rules import Rule
from ingest.scan.sides import cut_at, sides_of

SCALE = 200 / 72
XS = (200, 420, 640, 860, 1000)
TOP, BOTTOM = 200, 700
HEADING, ROW = 180, 400
"""Base lines: a heading stands above the rules, a row beside them."""


def sheet(xs: Sequence[int] = XS) -> Gray:
    """Draw rules down a page with lines of text that run over them."""
    page = np.full((900, 1200), 245, np.uint8)
    for x in xs:
        cv2.line(page, (x, TOP), (x, BOTTOM), 110, 2)
    for y in (HEADING, ROW, *range(460, BOTTOM, 60)):
        for x in range(240, 960, 14):
            cv2.putText(page, "n", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 40, 1, cv2.LINE_AA)
    noise = np.random.default_rng(1).normal(0, 4, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def slanted(page: Gray, by: int) -> Gray:
    """Draw a fine rule that moves over by so many pixels on its way down."""
    turned = page.astype(float)
    rows = np.arange(TOP, BOTTOM)
    at = XS[1] - 40 + by * (rows - TOP) / (BOTTOM - TOP)
    for x in range(XS[1] - 50, XS[1] - 20):
        turned[rows, x] -= 150 * np.clip(1 - np.abs(x - at), 0, 1)
    return np.clip(turned, 0, 255).astype(np.uint8)


def found(page: Gray) -> list[int]:
    return [round(r.middle) for r in find_ruling(page, SCALE).sides]


def near(places: Sequence[float], expected: Sequence[float]) -> bool:
    return len(places) == len(expected) and all(abs(a - b) <= 2 for a, b in zip(places, expected, strict=True))


def test_rules_that_begin_and_end_together_part_columns() -> None:
    assert near(found(sheet()), XS)


def test_a_short_line_and_a_few_lines_are_no_rules_of_a_table() -> None:
    page = sheet()
    cv2.line(page, (1100, 300), (1100, 420), 60, 2)
    assert near(found(page), XS)
    assert found(sheet(XS[:3])) == []


def test_strokes_that_stand_close_together_are_of_a_signature() -> None:
    assert found(sheet((600, 620, 655, 690, 720))) == []


def test_a_line_that_goes_on_beyond_the_others_is_a_streak() -> None:
    page = sheet()
    cv2.line(page, (540, 20), (540, 880), 110, 2)
    assert near(found(page), XS)


def test_a_rule_that_breaks_off_again_and_again_is_one_all_the_same() -> None:
    page = sheet()
    for y in range(TOP, BOTTOM, 60):
        page[y : y + 26, XS[2] - 3 : XS[2] + 4] = 245
    assert near(found(page), XS)


def test_rules_part_a_line_of_a_row_and_leave_a_heading_above_them_whole() -> None:
    page = sheet()
    ruling = find_ruling(page, SCALE)
    assert near([s.x * SCALE for s in sides_of(ruling.sides, SCALE)], XS)
    paper = Paper(ruling.lifted(page, SCALE), SCALE, 20)
    heading, row = (paper.lines((210.0, base - 22.0, 990.0, base + 8.0))[0] for base in (HEADING, ROW))
    assert cut_at(ruling.sides, heading, paper, in_rows=False) == [heading]
    parts = cut_at(ruling.sides, row, paper, in_rows=True)
    ends = [*(x for x in XS if row.box[0] < x < row.box[2]), 1200]
    assert len(parts) == len(ends)
    assert all(part.box[2] <= end for part, end in zip(parts, ends, strict=True))


def test_a_heading_that_two_columns_share_is_cut_where_a_rule_goes_on_above_it() -> None:
    page = sheet()
    paper = Paper(page, SCALE, 20)
    (line,) = paper.lines((430.0, ROW - 22.0, 850.0, ROW + 8.0))
    rules: tuple[Rule, ...] = find_ruling(page, SCALE).sides
    assert len(cut_at(rules, line, paper, in_rows=False)) == 2


@pytest.mark.parametrize("by", [0, 1, 3])
def test_nothing_is_left_of_a_rule_that_is_lifted_and_letters_stay(by: int) -> None:
    page = slanted(sheet(), by)
    ruling = find_ruling(page, SCALE)
    clean = ruling.lifted(page, SCALE)
    empty = clean[TOP + 20 : ROW - 40, XS[1] - 60 : XS[1] - 20]
    assert len(ruling.sides) == len(XS) + 1
    assert page[TOP + 20 : ROW - 40, XS[1] - 60 : XS[1] - 20].min() < 120
    assert empty.min() > 170
    letters = np.s_[ROW - 12 : ROW + 3, 500:600]
    assert np.array_equal(clean[letters], page[letters])


def test_a_title_is_whole_where_the_stem_of_a_letter_stands_above_a_rule() -> None:
    page, base = sheet(), TOP - 60
    for x in range(XS[1] - 70, XS[1] + 71, 14):
        cv2.line(page, (x, base - 20), (x, base), 20, 4)
    paper = Paper(page, SCALE, 20)
    (line,) = paper.lines((XS[1] - 90.0, base - 22.0, XS[1] + 90.0, base + 8.0))
    rule = find_ruling(page, SCALE).sides[1]
    there = np.diff(rule.seen)
    there[base - 22 : base + 8] = 1
    seen = replace(rule, seen=np.concatenate(([0], np.cumsum(there, dtype=np.int64))))
    assert cut_at([seen], line, paper, in_rows=False) == [line]
