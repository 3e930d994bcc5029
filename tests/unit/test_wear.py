"""The wear of drawn scans is what it says: pages aslant, figures under stamps, pixels of salt."""

from __future__ import annotations

import numpy as np
import pytest

from tests import wear

DPI = 200


def slope(pixels: np.ndarray, rows: slice) -> float:
    """The slope of the dark line in these rows, in degrees."""
    heights = np.argmin(pixels[rows], axis=0)[50:-50]
    return float(np.degrees(np.polyfit(np.arange(len(heights)), heights, 1)[0]))


def test_lines_at_the_top_and_the_bottom_of_a_page_seen_aslant_differ_in_slope() -> None:
    page = np.full((1000, 1500), 255.0)
    page[30:33] = page[967:970] = 0
    seen = wear.bent(page, (0.6, 0.0), 0.0, left=True)
    assert slope(seen, slice(0, 100)) == pytest.approx(0.3, abs=0.05)
    assert slope(seen, slice(900, 1000)) == pytest.approx(-0.3, abs=0.05)


def test_stamps_and_pens_leave_ink_where_the_figures_of_a_table_stand() -> None:
    for put in (wear.stamped_over, wear.scrawled):
        sheet = np.asarray(put((1500, 1000), 3, DPI, np.random.default_rng(1)))
        assert (sheet[200:850, 400:1400] < 200).mean() > 0.002


def test_as_many_pixels_are_black_as_white() -> None:
    seen = wear.salted(np.full((400, 400), 128.0), 0.01, np.random.default_rng(1))
    assert (seen == 0).mean() == pytest.approx(0.01, abs=0.002)
    assert (seen == 255).mean() == pytest.approx(0.01, abs=0.002)
