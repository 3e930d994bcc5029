"""Light print on dark fills is shown as dark print on paper; pages without such fills stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingest.scan.engine import Gray
from ingest.scan.fills import without_dark_fills

SCALE = 200 / 72
FILL = (60, 40, 540, 120)


def page(fill: int | None, print_on_it: int, box: tuple[int, int, int, int] = FILL) -> Gray:
    """Draw a heading of two lines, filled or not, above a line of figures."""
    image = Image.new("L", (640, 300), 248)
    draw = ImageDraw.Draw(image)
    if fill is not None:
        draw.rectangle(box, fill=fill)
    for y in (52, 84):
        draw.text((80, y), "META PROGRAMADA ANUAL", fill=print_on_it, font=ImageFont.load_default(24))
    draw.text((80, 180), "12,345   67.89%", fill=20, font=ImageFont.load_default(24))
    noise = np.random.default_rng(2).normal(0, 4, (300, 640))
    return np.clip(np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), float) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("fill", [20, 70, 130])
def test_white_print_on_a_dark_fill_becomes_dark_print_on_paper(fill: int) -> None:
    seen, found = without_dark_fills(page(fill, 250), SCALE)
    assert len(found) == 1
    plain = page(None, 20)
    inside = np.s_[50:115, 70:530]
    assert abs(float(np.median(seen[inside])) - 248) < 12
    assert float(seen[inside][plain[inside] < 60].mean()) < 90, "where letters are it is dark"
    assert float(seen[inside][plain[inside] > 230].mean()) > 220
    assert (seen[150:] == page(fill, 250)[150:]).all()


@pytest.mark.parametrize(("fill", "print_on_it", "box"), [
    (None, 20, FILL),
    (200, 20, FILL),  # a light fill
    (60, 60, FILL),  # nothing on it
    (30, 250, (0, 0, 639, 120)),  # at the edge of the page
    (30, 250, (60, 40, 140, 50)),  # no larger than a rule or a mark
])  # fmt: skip
def test_other_pages_stay(fill: int | None, print_on_it: int, box: tuple[int, int, int, int]) -> None:
    before = page(fill, print_on_it, box)
    seen, found = without_dark_fills(before, SCALE)
    assert found == []
    assert seen is before
