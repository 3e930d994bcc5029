"""Alignment of two sequences in order, and how certain each pair is."""

from __future__ import annotations

import itertools
import random

from ingest.torn.align import align


def best_by_trying_all(scores: list[list[float]], item: float, row: float) -> float:
    items, rows = len(scores), len(scores[0])
    best = -1e9
    for size in range(min(items, rows) + 1):
        for left in itertools.combinations(range(items), size):
            for right in itertools.combinations(range(rows), size):
                total = sum(scores[i][j] for i, j in zip(left, right, strict=True))
                best = max(best, total - item * (items - size) - row * (rows - size))
    return best


def test_the_alignment_is_as_good_as_the_best_of_all() -> None:
    rng = random.Random(7)
    for _ in range(60):
        items, rows = rng.randint(1, 4), rng.randint(1, 5)
        scores = [[round(rng.uniform(-1, 3), 2) for _ in range(rows)] for _ in range(items)]
        found = align(scores, skip_item=1.0, skip_row=0.25)
        total = sum(scores[i][row] for i, (row, _) in found.items())
        total -= 1.0 * (items - len(found)) + 0.25 * (rows - len(found))
        assert abs(total - best_by_trying_all(scores, 1.0, 0.25)) < 1e-9
        assert [row for _, (row, _) in sorted(found.items())] == sorted({row for row, _ in found.values()})


def test_equal_ways_leave_no_margin() -> None:
    found = align([[1.0, 1.0]], skip_item=1.0, skip_row=0.1)
    assert found[0][1] == 0


def test_a_pair_that_nothing_rivals_has_its_margin() -> None:
    (row, margin) = align([[0.0, 4.0, 0.0]], skip_item=1.0, skip_row=0.1)[0]
    assert (row, margin) == (1, 4.0)


def test_shared_rows_take_items_that_follow_each_other() -> None:
    found = align([[3.0, 0.0], [3.0, 0.0], [0.0, 3.0]], skip_item=0.3, skip_row=0.1, shared=True)
    assert [found[n][0] for n in range(3)] == [0, 0, 1]
    alone = align([[3.0, 0.0], [3.0, 0.0], [0.0, 3.0]], skip_item=0.3, skip_row=0.1)
    assert len(alone) == 2
