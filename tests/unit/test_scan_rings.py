"""Rings of stamps are taken off a page by their shape; what is printed on them stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.scan.engine import Gray
from ingest.scan.ink import ink
from ingest.scan.rings import without_rings

SIZE = 20.0


def page(*, ring: int | None = None, wide: int = 110, rule: bool = False) -> Gray:
    """Draw lines of print, with an oval ring of a grey over them, and a rule through it."""
    image = Image.new("L", (700, 500), 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(16)
    for y in range(40, 480, 40):
        draw.text((40, y), "Oficialía Mayor 0.00 1,008 OOO licencias de funcionamiento expedidas", fill=20, font=font)
    if rule:
        draw.line((0, 258, 700, 258), fill=20, width=3)
    if ring is not None:
        mark = Image.new("L", image.size, 255)
        ImageDraw.Draw(mark).ellipse((350 - wide, 170, 350 + wide, 350), outline=ring, width=4)
        image = Image.fromarray(np.minimum(np.asarray(image), np.asarray(mark)))
    return np.asarray(cv2.GaussianBlur(np.asarray(image), (0, 0), 0.6), np.uint8)


def lifted(pixels: Gray) -> Gray:
    return without_rings(pixels, ink(pixels, 30), SIZE)


@pytest.mark.parametrize(("wide", "rule"), [(90, False), (160, False), (110, True)])
def test_a_ring_is_taken_off_and_the_print_on_it_stays(wide: int, rule: bool) -> None:
    clean, stamped = page(rule=rule), page(ring=140, wide=wide, rule=rule)
    off_before, off_after = (np.abs(p.astype(int) - clean) for p in (stamped, lifted(stamped)))
    assert (off_after > 60).sum() < 0.15 * (off_before > 60).sum()
    dark = clean < 60
    assert (lifted(stamped)[dark] < 90).mean() > 0.99


def test_a_page_without_a_ring_stays_as_it_is() -> None:
    clean = page(rule=True)
    assert lifted(clean) is clean


def test_a_ring_as_dark_as_print_stays_for_what_it_crosses_would_go_with_it() -> None:
    stamped = page(ring=20)
    assert (lifted(stamped) == stamped).all()


def test_an_arc_is_no_ring() -> None:
    stamped = page(ring=140)
    stamped[255:] = page()[255:]
    assert lifted(stamped) is stamped
