"""Scans made of drawn reports: pages become images that are turned, skewed, stamped, copied badly or compressed.

Here belongs the damage, and how much of each a kind of scan has. Not here: what hands, copiers and phones do to a page
(`wear`), what the reports say (`reports`), how they are drawn (`pdfs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests import wear

Grey = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Damage:
    """What happens between a printed page and its scan, in this order.

    `stamp` is the middle of a grey ring in points on the page before it is turned; `stamps` so many more stand
    anywhere, `dated` so many oval ones with a date, slanted, and `pens` so many strokes of a pen; `signature` runs
    over the foot of the page. `through`: how far the other side shows; `bands`: share of toner lost in bands; `bars`
    of a marker lie anywhere, `over` so many stamps and `scrawls` so many loops of a black pen over the middle;
    `holes`: punched ones; `cut`: points lost at a side. `broken`: share of ink that a copy loses, in patches; `skew`
    and quarter turns `turn` in degrees clockwise; `keystone`: degrees by which lines at opposite sides differ;
    `curl`: pixels of a curve towards a book's spine; `wave`: pixels that the paper slipped in the copier. `blur` in
    pixels; `contrast`: how far ink is from paper, 1 all the way; `shadow`: share of light lost across the page;
    `edges`: dark borders; `again`: the share it is shrunk to before it is enlarged again; `grain` in grey levels;
    `salt`: share of pixels that are black at random, and of those that are white; `speckle`: of those that are
    specks; `streaks`: lines down the page. With 1 of `bits`, what is darker than `threshold` is black. `jpeg`:
    quality, 0 for none. `hidden` is the text laid over the image without being seen.
    """

    dpi: int = 200
    turn: int = 0
    skew: float = 0.0
    grain: float = 3.0
    blur: float = 0.5
    bits: int = 8
    threshold: int = 128
    stamp: tuple[float, float] | None = None
    hidden: str = ""
    stamps: int = 0
    dated: int = 0
    pens: int = 0
    signature: bool = False
    broken: float = 0.0
    wave: float = 0.0
    contrast: float = 1.0
    shadow: float = 0.0
    edges: bool = False
    speckle: float = 0.0
    streaks: int = 0
    jpeg: int = 0
    through: float = 0.0
    bands: float = 0.0
    over: int = 0
    scrawls: int = 0
    bars: int = 0
    cut: float = 0.0
    holes: int = 0
    keystone: float = 0.0
    curl: float = 0.0
    again: float = 1.0
    salt: float = 0.0
    seed: int = 0


KINDS = {
    "clean300": Damage(dpi=300, skew=0.15, grain=2, blur=0.3, jpeg=90),
    "office200": Damage(skew=0.7, grain=5, blur=0.6, contrast=0.92, stamps=1, signature=True, jpeg=75),
    "skew200": Damage(skew=2.0, grain=5, blur=0.6, contrast=0.92, jpeg=75),
    "rotated200": Damage(skew=0.7, turn=90, grain=5, blur=0.6, contrast=0.92, stamps=1, jpeg=75),
    "hidden200": Damage(skew=0.7, grain=5, blur=0.6, stamps=1, jpeg=70, hidden="1,0O9 25.0096 78,4l2 . , 3"),
    "bw200": Damage(skew=0.9, grain=6, blur=0.5, contrast=0.92, stamps=1, speckle=3e-4, bits=1, threshold=172),
    "poor150": Damage(
        dpi=150, skew=1.2, grain=9, blur=0.6, contrast=0.8, stamps=2, shadow=0.12, speckle=2e-4, jpeg=45
    ),
    "photocopy200": Damage(
        skew=1.5, grain=10, blur=0.7, contrast=0.72, stamps=1, signature=True, broken=0.05, wave=2.5, shadow=0.2,
        edges=True, speckle=5e-4, streaks=3, jpeg=50,
    ),
}  # fmt: skip
"""Kinds of scan as offices make them; `damage_of` makes one page's damage of such a kind."""

WORN = {
    "clean300": Damage(dpi=300, skew=0.3, keystone=0.15, grain=2, blur=0.4, jpeg=85),
    "office200": Damage(
        skew=0.8, keystone=0.35, grain=4, blur=0.6, contrast=0.9, over=3, scrawls=3, bars=3, holes=2, through=0.06,
        bands=0.15, jpeg=60,
    ),
    "skew200": Damage(skew=2.5, keystone=0.6, curl=3, grain=4, blur=0.6, contrast=0.9, through=0.08, cut=6, jpeg=55),
    "rotated200": Damage(
        skew=1.0, turn=90, keystone=0.4, grain=4, blur=0.7, contrast=0.9, over=2, scrawls=4, cut=6, jpeg=60
    ),
    "hidden200": Damage(
        skew=0.8, keystone=0.4, curl=5, grain=4, blur=0.6, over=3, bars=3, holes=2, jpeg=50,
        hidden="1,0O9 25.0096 78,4l2 . , 3",
    ),
    "bw200": Damage(
        skew=1.0, keystone=0.35, grain=8, blur=0.6, over=1, scrawls=2, holes=2, salt=1e-3, bits=1, threshold=140
    ),
    "poor150": Damage(
        dpi=150, skew=1.0, keystone=0.6, grain=6, blur=0.5, contrast=0.8, over=1, bands=0.3, through=0.1, shadow=0.15,
        again=0.92, jpeg=45,
    ),
    "photocopy200": Damage(
        skew=1.2, keystone=0.5, curl=6, grain=9, blur=0.8, contrast=0.75, over=1, scrawls=1, bands=0.5, broken=0.03,
        cut=8, shadow=0.15, edges=True, salt=5e-4, jpeg=40,
    ),
}  # fmt: skip
"""The same kinds with another damage: pages photographed aslant, stamps and pens over figures, worn drums."""


def damage_of(kind: str, seed: int, kinds: Mapping[str, Damage] = KINDS) -> Damage:
    """Give a damage of a kind: its skew is the most that its pages have, to either side; it turns either way."""
    chance = np.random.default_rng(seed)
    most = kinds[kind]
    turn = int(chance.choice((90, 180, 270))) if most.turn else 0
    return replace(most, skew=float(chance.uniform(-most.skew, most.skew)), turn=turn, seed=seed)


def page_images(pdf: Path, damage: Damage = Damage()) -> list[Image.Image]:
    """Give the pages of a PDF as a scanner would."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            _scanned(page.render(scale=damage.dpi / 72, grayscale=True).to_pil(), damage, np.random.default_rng(number))
            for number, page in enumerate(document, start=1000 * damage.seed)
        ]


def _scanned(image: Image.Image, damage: Damage, chance: np.random.Generator) -> Image.Image:
    image = Image.fromarray(np.minimum(np.asarray(image), np.asarray(_marks(image.size, damage, chance))))
    image = _worn(image, damage, chance)
    if damage.broken:
        image = _broken(image, damage, chance)
    image = image.rotate(-damage.skew, Image.Resampling.BICUBIC, fillcolor=255)
    if damage.keystone or damage.curl:
        slopes = chance.uniform(0.5, 1, 2) * chance.choice((-1, 1), 2) * damage.keystone
        bent = wear.bent(np.asarray(image, float), tuple(slopes), damage.curl, left=chance.random() < 0.5)
        image = Image.fromarray(bent.astype(np.uint8))
    if damage.wave:
        image = _waved(image, damage, chance)
    image = image.filter(ImageFilter.GaussianBlur(damage.blur))
    pixels = 255 - (255 - np.asarray(image, float)) * damage.contrast
    pixels *= _light(pixels.shape, damage, chance)
    if damage.again < 1:
        pixels = wear.resampled(pixels, damage.again)
    pixels += chance.normal(0, damage.grain, pixels.shape)
    if damage.salt:
        pixels = wear.salted(pixels, damage.salt, chance)
    _spoil(pixels, damage, chance)
    grey = np.clip(pixels, 0, 255).astype(np.uint8)
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(grey, -damage.turn // 90)))
    if damage.bits > 1:
        return turned
    return turned.point(lambda v: 255 * (v >= damage.threshold)).convert("1", dither=Image.Dither.NONE)


def _worn(image: Image.Image, damage: Damage, chance: np.random.Generator) -> Image.Image:
    """Do to a printed page what is done to it before it lies on the glass."""
    pixels, dpi = np.asarray(image, float), damage.dpi
    if damage.through:
        pixels = wear.shown_through(pixels, damage.through)
    if damage.bands:
        pixels = wear.banded(pixels, dpi, damage.bands, chance)
    if damage.bars:
        pixels = wear.marked(pixels.copy(), damage.bars, dpi, chance)
    if damage.over:
        pixels = np.minimum(pixels, np.asarray(wear.stamped_over(image.size, damage.over, dpi, chance), float))
    if damage.scrawls:
        pixels = np.minimum(pixels, np.asarray(wear.scrawled(image.size, damage.scrawls, dpi, chance), float))
    if damage.holes:
        pixels = wear.punched(pixels, damage.holes, dpi, chance)
    if damage.cut:
        pixels = wear.cut(pixels, damage.cut, dpi, chance)
    return Image.fromarray(pixels.astype(np.uint8))


def _marks(size: tuple[int, int], damage: Damage, chance: np.random.Generator) -> Image.Image:
    """Draw what hands put on a page: a ring, round stamps with words, a signature."""
    sheet = Image.new("L", size, 255)
    draw = ImageDraw.Draw(sheet)
    dpi = damage.dpi
    if damage.stamp is not None:
        x, y = (v * dpi / 72 for v in damage.stamp)
        r = 0.35 * dpi
        draw.ellipse((x - r, y - r / 2, x + r, y + r / 2), outline=130, width=round(dpi / 30))
    for _ in range(damage.stamps):
        x, y = chance.uniform(0.15, 0.85, 2) * size
        r, grey = chance.uniform(0.45, 0.7) * dpi, int(chance.integers(110, 165))
        draw.ellipse((x - r, y - r, x + r, y + r), outline=grey, width=round(dpi / 50))
        draw.ellipse((x - 0.8 * r, y - 0.8 * r, x + 0.8 * r, y + 0.8 * r), outline=grey, width=round(dpi / 100))
        draw.text((x, y), "RECIBIDO", fill=grey, font=ImageFont.load_default(dpi / 9), anchor="mm")
    for _ in range(damage.dated):
        tile, place = _dated_stamp(dpi, chance), chance.uniform(0.1, 0.9, 2) * size
        corner = (round(place[0] - tile.width / 2), round(place[1] - tile.height / 2))
        sheet.paste(tile, corner, tile.point(lambda v: 255 * (v < 255)))
    for _ in range(damage.pens):
        start, grey = chance.uniform(0.1, 0.9, 2) * size, int(chance.integers(40, 120))
        way = start + np.cumsum(chance.normal(0, 0.1 * dpi, (int(chance.integers(3, 9)), 2)), axis=0)
        draw.line([(a, b) for a, b in way], fill=grey, width=max(1, round(dpi / chance.uniform(60, 130))))
    if damage.signature:
        x, y = size[0] * chance.uniform(0.15, 0.75), size[1] * chance.uniform(0.75, 0.9)
        swing = np.cumsum(chance.normal(0, 0.12 * dpi, (14, 2)), axis=0) + (np.arange(14) * 0.09 * dpi)[:, None] * (
            1,
            0,
        )
        draw.line([(x + a, y + b) for a, b in swing], fill=90, width=round(dpi / 70), joint="curve")
    return sheet


def _dated_stamp(dpi: int, chance: np.random.Generator) -> Image.Image:
    """Draw an oval stamp of an office, with the day on which it received the page."""
    wide, grey = round(chance.uniform(0.8, 1.7) * dpi), int(chance.integers(60, 165))
    high, line = round(wide * chance.uniform(0.5, 0.8)), chance.uniform(50, 110)
    tile = Image.new("L", (wide, high), 255)
    draw = ImageDraw.Draw(tile)
    draw.ellipse((2, 2, wide - 2, high - 2), outline=grey, width=round(dpi / line) + 1)
    inset = 0.06 * wide
    draw.ellipse((inset, inset, wide - inset, high - inset), outline=grey, width=max(1, round(dpi / 130)))
    date = f"{chance.integers(1, 29):02d} {chance.choice(('ENE', 'ABR', 'JUL', 'OCT'))} {chance.integers(2021, 2027)}"
    bold = int(chance.integers(0, 2))
    for n, words in enumerate((chance.choice(("RECIBIDO", "CONTRALORIA")), chance.choice(("PLANEACION", "123")), date)):
        font = ImageFont.load_default(0.13 * wide * chance.uniform(0.6, 1.0))
        at = (wide / 2, high * (0.28 + 0.22 * n))
        draw.text(at, str(words), fill=grey, font=font, anchor="mm", stroke_width=bold, stroke_fill=grey)
    return tile.rotate(chance.uniform(-25, 25), Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _broken(image: Image.Image, damage: Damage, chance: np.random.Generator) -> Image.Image:
    """Take ink away in fine patches, as a copy of a copy does."""
    step = max(2, round(damage.dpi / 100))
    coarse = chance.random((image.height // step + 1, image.width // step + 1)) < damage.broken
    holes = Image.fromarray((255 * coarse).astype(np.uint8)).resize(
        ((image.width // step + 1) * step, (image.height // step + 1) * step), Image.Resampling.BICUBIC
    )
    lost = np.asarray(holes, float)[: image.height, : image.width] / 255
    pixels = np.asarray(image, float)
    return Image.fromarray((pixels + (255 - pixels) * 0.85 * lost).astype(np.uint8))


def _waved(image: Image.Image, damage: Damage, chance: np.random.Generator) -> Image.Image:
    import cv2  # noqa: PLC0415 - only bad copies need it

    x, y = np.meshgrid(np.arange(image.width, dtype=np.float32), np.arange(image.height, dtype=np.float32))
    a, b = chance.uniform(0, 6.28, 2)
    down = damage.wave * np.sin(x / (2.3 * damage.dpi) + a)
    across = 0.5 * damage.wave * np.sin(y / (1.7 * damage.dpi) + b)
    moved = cv2.remap(
        np.asarray(image), (x + across).astype(np.float32), (y + down).astype(np.float32), cv2.INTER_LINEAR,
        borderValue=255,
    )  # fmt: skip
    return Image.fromarray(moved)


def _light(shape: tuple[int, ...], damage: Damage, chance: np.random.Generator) -> Grey:
    """Give the share of light that reaches each place: less towards one side, hardly any at the edges."""
    height, width = shape
    across, down = np.linspace(0, 1, width)[None], np.linspace(0, 1, height)[:, None]
    slope = chance.uniform(-1, 1, 2)
    far = slope[0] * across + slope[1] * down
    light: Grey = 1 - damage.shadow * (far - far.min()) / max(1e-9, float(np.ptp(far)))
    if damage.edges:
        reach = chance.uniform(0.006, 0.02, 2)
        light = light * (1 - 0.8 * np.exp(-across / reach[0])) * (1 - 0.8 * np.exp(-(1 - down) / reach[1]))
    return light


def _spoil(pixels: Grey, damage: Damage, chance: np.random.Generator) -> None:
    """Put specks of one to three pixels and streaks down the page on it."""
    height, width = pixels.shape
    for size, share in ((1, 0.55), (2, 0.4), (3, 0.05)):
        count = int(damage.speckle * share * pixels.size / size)
        for y, x in zip(chance.integers(0, height, count), chance.integers(0, width, count), strict=True):
            pixels[y : y + size, x : x + size] = chance.uniform(10, 110)
    for x in chance.integers(0, width, damage.streaks):
        wide, start = int(chance.integers(1, 3)), int(chance.integers(0, height // 2))
        end = start + int(chance.integers(height // 4, height))
        pixels[start:end, x : x + wide] -= chance.uniform(25, 70)


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
    if damage.jpeg and damage.bits > 1:
        image.save(data, "JPEG", quality=damage.jpeg)
    else:
        image.save(data, "PNG")
    data.seek(0)
    canvas.drawImage(ImageReader(data), 0, 0, width, height)
    if damage.hidden:
        text = canvas.beginText(40, height / 2)
        text.setTextRenderMode(3)
        text.textLine(damage.hidden)
        canvas.drawText(text)
    canvas.showPage()
