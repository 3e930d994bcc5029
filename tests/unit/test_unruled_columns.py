"""Columns of a scan without rules: what most rows leave white parts them, whatever a stamp says over them."""

from __future__ import annotations

from itertools import pairwise

from ingest.cells import Box
from ingest.readers.pieces import Piece
from ingest.readers.unruled_columns import _columns_below_stamps
from ingest.readers.unruled_rows import Strip

PLACES = (10.0, 110.0, 160.0, 210.0, 260.0)
"""Where the columns begin: the objective, and four of figures."""


def row(number: int, *, stamp: str = "") -> Strip:
    top = 40.0 * number
    texts = (f"1.2.3.{number} Obras", "120", "30", "40", "50")
    pieces = [
        Piece(Box(x, top + 10, x + 5.0 * len(t), top + 16), t, n)
        for n, (x, t) in enumerate(zip(PLACES, texts, strict=True))
    ]
    if stamp:
        pieces.append(Piece(Box(165, top + 11, 215, top + 17), stamp, 9))
    return Strip(1, top, top + 40, tuple(pieces), tuple(pieces[:1]), 1)


def test_the_words_of_a_stamp_over_many_rows_join_no_columns_of_figures() -> None:
    plain = _columns_below_stamps([row(n) for n in range(6)])
    assert len(plain) == len(PLACES)
    stamped = _columns_below_stamps([row(n, stamp="AYUNTA" if n < 3 else "") for n in range(6)])
    assert len(stamped) == len(PLACES)
    assert all(a[1] <= b[0] for a, b in pairwise(stamped))


def test_a_text_over_one_column_of_figures_widens_it() -> None:
    rows = [row(n) for n in range(6)]
    wide = Piece(Box(155, 14, 190, 20), "ninguna", 9)
    rows = [Strip(1, r.top, r.bottom, (*r.pieces, wide), r.codes, 1) if n == 0 else r for n, r in enumerate(rows)]
    assert (155, 190) in [(round(a), round(b)) for a, b in _columns_below_stamps(rows)]
