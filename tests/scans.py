"""Scans made of drawn reports: pages become images that are turned, skewed, blurred, stamped or grainy.

Here belongs the damage. Not here: what the reports say (`reports`), how they are drawn (`pdfs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True)
class Damage:
    """What a scanner does: quarter turns and skew in degrees clockwise, grain in grey levels, blur in pixels.

    `stamp` is the middle of a grey ring in points on the page before it is turned; `hidden` the hidden text.
    """

    dpi: int = 200
    turn: int = 0
    skew: float = 0.0
    grain: float = 3.0
    blur: float = 0.5
    bits: int = 8
    stamp: tuple[float, float] | None = None
    hidden: str = ""


def page_images(pdf: Path, damage: Damage = Damage()) -> list[Image.Image]:
    """Give the pages of a PDF as a scanner would."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_scanned(page.render(scale=damage.dpi / 72, grayscale=True).to_pil(), damage) for page in document]


def _scanned(image: Image.Image, damage: Damage) -> Image.Image:
    if damage.stamp is not None:
        ring = Image.new("L", image.size, 255)
        x, y = (v * damage.dpi / 72 for v in damage.stamp)
        r = 0.35 * damage.dpi
        ImageDraw.Draw(ring).ellipse((x - r, y - r / 2, x + r, y + r / 2), outline=130, width=round(damage.dpi / 30))
        image = Image.fromarray(np.minimum(np.asarray(image), np.asarray(ring)))
    image = image.rotate(-damage.skew, Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(damage.blur))
    grain = np.random.default_rng(0).normal(0, damage.grain, (image.height, image.width))
    pixels = np.clip(np.asarray(image, float) + grain, 0, 255).astype(np.uint8)
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(pixels, -damage.turn // 90)))
    return turned.convert("1", dither=Image.Dither.NONE) if damage.bits == 1 else turned


def scan(pdf: Path, path: Path, damage: Damage = Damage()) -> Path:
    """Write a scan of `pdf`: a PDF for `.pdf`, otherwise an image in the format that the ending tells."""
    images = page_images(pdf, damage)
    if path.suffix != ".pdf":
        dpi = (damage.dpi, damage.dpi)
        images[0].save(path, dpi=dpi, **({"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}))
        return path
    canvas = Canvas(str(path))
    for image in images:
        put_page(canvas, image, damage)
    canvas.save()
    return path


def put_page(canvas: Canvas, image: Image.Image, damage: Damage = Damage()) -> None:
    """Add a page that is one image, with hidden text over it where there is any."""
    width, height = (72 * side / damage.dpi for side in image.size)
    canvas.setPageSize((width, height))
    data = BytesIO()
    image.save(data, "PNG")
    data.seek(0)
    canvas.drawImage(ImageReader(data), 0, 0, width, height)
    if damage.hidden:
        text = canvas.beginText(40, height / 2)
        text.setTextRenderMode(3)
        text.textLine(damage.hidden)
        canvas.drawText(text)
    canvas.showPage()
