"""Where few rows add up and few headings are whole, both together tell the order of columns; else nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.profile import Meaning
from ingest.scan.unruled_orders import Hint, told_by_headings, told_by_sums

COLUMNS = tuple(range(10))
# Annual goal, four goals, three results, both percentages; all but the first row misread somewhere.
ROWS = [
    (100, 10, 20, 30, 40, 7, 15, 30, 100.00, 52.00),
    (400, 70, 9, 130, 110, 77, 66, 130, 100.00, 19.00),
    (1000, 25, 250, 400, 100, 120, 200, 200, 50.00, 5.20),
    (62, 11, 1, 14, 20, 9, 7, 7, 50.00, 3.70),
]
HINTS = {
    0: Hint("annual_goal"), 1: Hint(None, 1), 2: Hint("goal", 2), 4: Hint("goal", 4), 5: Hint("achieved", 1),
    7: Hint(None, 3), 8: Hint("progress_pct"),
}  # fmt: skip
MEANT = [
    Meaning("annual_goal"), *(Meaning("goal", q) for q in (1, 2, 3, 4)), *(Meaning("achieved", q) for q in (1, 2, 3)),
    Meaning("progress_pct", 3), Meaning("accumulated_pct", 3),
]  # fmt: skip


def rows(figures: Sequence[tuple[float, ...]] = ROWS) -> list[dict[int, float]]:
    return [dict(enumerate(map(float, row))) for row in figures]


def test_figures_and_what_is_left_of_headings_tell_the_order_together() -> None:
    assert told_by_sums(rows(), [COLUMNS]) is None
    told = told_by_headings(rows(), COLUMNS, HINTS, 3)
    assert told is not None
    assert list(told.meanings.values()) == MEANT


def test_a_column_that_only_its_place_tells_is_unsure() -> None:
    told = told_by_headings(rows(), COLUMNS, HINTS, 3)
    assert told is not None
    assert told.unsure == {6, 9}


def test_too_few_headings_tell_nothing() -> None:
    assert told_by_headings(rows(), COLUMNS, {c: HINTS[c] for c in (0, 2, 4)}, 3) is None


def test_headings_that_fit_two_orders_tell_nothing() -> None:
    measures = {c: Hint(h.field) for c, h in HINTS.items() if c < 8}
    assert told_by_headings(rows([]), COLUMNS, measures, None) is None


def test_headings_that_contradict_the_order_tell_nothing() -> None:
    turned = {**HINTS, 1: Hint("achieved"), 2: Hint("achieved"), 3: Hint("achieved")}
    assert told_by_headings(rows(), COLUMNS, turned, 3) is None
