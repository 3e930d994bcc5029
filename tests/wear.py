"""What hands, copiers and phones do to a printed page, one function each: pixels in, pixels out.

Here belongs one kind of wear at a time. Not here: how much of which a scan has, and in what order (`scans`).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Grey = npt.NDArray[np.float64]
Chance = np.random.Generator


def shown_through(pixels: Grey, share: float) -> Grey:
    """Let the other side of the paper show: here the page's own print, as if printed on both sides alike."""
    other = cv2.GaussianBlur(np.ascontiguousarray(pixels[:, ::-1]), (0, 0), 1.5)
    seen: Grey = np.minimum(pixels, 255 - share * (255 - other))
    return seen


def banded(pixels: Grey, dpi: int, share: float, chance: Chance) -> Grey:
    """Take toner away in bands across the page, as a worn drum does."""
    down = np.arange(len(pixels)) / dpi
    phase, period = chance.uniform(0, 6.28), chance.uniform(0.8, 1.6)
    left = 1 - share * np.clip(np.sin(6.28 * down / period + phase), 0, 1) ** 2
    faded: Grey = 255 - (255 - pixels) * left[:, None]
    return faded


def cut(pixels: Grey, points: float, dpi: int, chance: Chance) -> Grey:
    """Lose a strip at a side: the page lay beyond the glass, and the strip is paper at the other side."""
    lost = round(points * dpi / 72)
    way = (1, lost) if chance.random() < 0.5 else (0, lost) if chance.random() < 0.5 else (1, -lost)
    moved = np.roll(pixels, way[1], axis=way[0])
    strip = slice(0, lost) if way[1] > 0 else slice(-lost, None)
    moved[(slice(None), strip) if way[0] else strip] = 255
    return moved


def punched(pixels: Grey, holes: int, dpi: int, chance: Chance) -> Grey:
    """Punch holes at the left, dark or light as the lid of the scanner, and put a staple into a corner."""
    sheet = Image.fromarray(pixels.astype(np.uint8))
    draw = ImageDraw.Draw(sheet)
    middle, apart, r = len(pixels) / 2, 80 / 25.4 * dpi, 3 / 25.4 * dpi
    x, lid = chance.uniform(0.3, 0.5) * dpi, int(chance.choice((25, 225)))
    for n in range(holes):
        y = middle + (n - (holes - 1) / 2) * apart
        draw.ellipse((x - r, y - r, x + r, y + r), fill=lid, outline=min(lid, 150), width=2)
    if holes:
        a, b = chance.uniform(0.15, 0.5, 2) * dpi
        draw.line((a, b, a + 0.35 * dpi, b + chance.uniform(-0.2, 0.2) * dpi), fill=45, width=max(2, dpi // 70))
    return np.asarray(sheet, float)


def marked(pixels: Grey, bars: int, dpi: int, chance: Chance) -> Grey:
    """Draw a marker over lines of the page; in a grey scan its colour is a light grey."""
    for _ in range(bars):
        y, x = chance.uniform(0.2, 0.8) * len(pixels), chance.uniform(0.05, 0.7) * pixels.shape[1]
        high, wide = chance.uniform(0.1, 0.2) * dpi, chance.uniform(0.8, 4) * dpi
        where = slice(round(y), round(y + high)), slice(round(x), round(x + wide))
        pixels[where] *= chance.uniform(0.68, 0.85)
    return pixels


def stamped_over(size: tuple[int, int], stamps: int, dpi: int, chance: Chance) -> Image.Image:
    """Draw stamps whose words lie over the middle of the page, where the figures of a table stand."""
    sheet = Image.new("L", size, 255)
    for _ in range(stamps):
        wide, high = (round(v * dpi) for v in (chance.uniform(1.1, 2.0), chance.uniform(0.55, 1.0)))
        grey, line = int(chance.integers(95, 185)), max(2, round(dpi / chance.uniform(50, 110)))
        tile = Image.new("L", (wide, high), 255)
        draw = ImageDraw.Draw(tile)
        draw.rounded_rectangle((2, 2, wide - 3, high - 3), radius=int(chance.choice((1, 20))), outline=grey, width=line)
        words = ("H. AYUNTAMIENTO", str(chance.choice(("RECIBIDO", "COTEJADO", "REVISADO"))),
                 f"{chance.integers(1, 29)}/{chance.integers(1, 13):02d}/2025 {chance.integers(8, 18)}:30")  # fmt: skip
        for n, text in enumerate(words):
            font = ImageFont.load_default(min(0.24 * high, 1.5 * wide / len(text)) * chance.uniform(0.75, 1.1))
            draw.text((wide / 2, high * (0.22 + 0.28 * n)), text, fill=grey, font=font, anchor="mm")
        tile = tile.rotate(chance.uniform(-20, 20), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        x, y = chance.uniform(0.3, 0.8) * size[0], chance.uniform(0.25, 0.8) * size[1]
        at = round(x - tile.width / 2), round(y - tile.height / 2)
        sheet.paste(tile, at, tile.point(lambda v: 255 * (v < 250)))
    return sheet


def scrawled(size: tuple[int, int], scrawls: int, dpi: int, chance: Chance) -> Image.Image:
    """Draw loops of a nearly black pen, as initials and signatures are, over the middle of the page."""
    sheet = Image.new("L", (2 * size[0], 2 * size[1]), 255)
    draw = ImageDraw.Draw(sheet)
    for _ in range(scrawls):
        t = np.linspace(0, chance.uniform(2, 4) * 6.28, 160)
        r, a, b = chance.uniform(0.12, 0.4) * dpi, *chance.uniform(0.5, 1.6, 2)
        x = chance.uniform(0.3, 0.85) * size[0] + r * np.sin(a * t) + 0.12 * r * t
        y = chance.uniform(0.25, 0.8) * size[1] + r * chance.uniform(0.3, 0.9) * np.cos(b * t + 1)
        way = [(2 * p, 2 * q) for p, q in zip(x, y, strict=True)]
        draw.line(way, fill=int(chance.integers(8, 60)), width=round(2 * dpi / chance.uniform(70, 150)), joint="curve")
    return sheet.resize(size, Image.Resampling.BOX)


def bent(pixels: Grey, keystone: tuple[float, float], curl: float, *, left: bool) -> Grey:
    """Look at the page from aside, and with a book's spine at one side.

    `keystone`: by how many degrees lines at the top and the bottom, and at both sides, differ in slope.
    """
    high, wide = pixels.shape
    across, down = (np.tan(np.radians(k / 2)) / 2 for k in keystone)
    dy, dx = across * wide, down * high
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    seen = flat + np.array([(-dx, -dy), (dx, dy), (-dx, -dy), (dx, dy)], np.float32)
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    way = cv2.getPerspectiveTransform(seen, flat)
    below = way[2, 0] * x + way[2, 1] * y + way[2, 2]
    u = (way[0, 0] * x + way[0, 1] * y + way[0, 2]) / below
    v = (way[1, 0] * x + way[1, 1] * y + way[1, 2]) / below
    near = np.exp(-(u if left else wide - u) / (0.12 * wide))
    u, v = u + (curl if left else -curl) * near, v + curl * near * (1 - 2 * v / high)
    maps = u.astype(np.float32), v.astype(np.float32)
    moved = cv2.remap(pixels.astype(np.float32), *maps, cv2.INTER_CUBIC, borderValue=255)
    return np.clip(np.asarray(moved, float), 0, 255)


def resampled(pixels: Grey, share: float) -> Grey:
    """Shrink the page and enlarge it again, as programs do that send it."""
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    again: Grey = np.asarray(cv2.resize(small, pixels.shape[::-1], interpolation=cv2.INTER_LINEAR), float)
    return again


def salted(pixels: Grey, share: float, chance: Chance) -> Grey:
    """Make so large a share of the pixels black, and as many white."""
    drawn = chance.random(pixels.shape)
    return np.where(drawn < share, 0, np.where(drawn > 1 - share, 255, pixels))
