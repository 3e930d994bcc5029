"""Pictures of what was understood: pages with the boxes of their values, and single values cut out of their page.

Here belongs drawing. It runs in the reading process (`safely.call_safely`), for rendering a stranger's file is as
dangerous as reading it. Not here: which pictures are wanted, or where they are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from ingest.cells import Box
from ingest.errors import DamagedDocumentError
from ingest.indicators import Extraction, Quality, Value
from ingest.marks import Doubt, Piece, doubts, pieces
from ingest.words import shortened

COLOURS = {
    Quality.CONFIRMED: (22, 130, 60),
    Quality.UNCHECKED: (40, 90, 200),
    Quality.REPAIRED: (215, 120, 0),
    Quality.CORRECTED: (130, 50, 170),
    Quality.DISPUTED: (205, 20, 30),
    Quality.MISSING: (110, 110, 110),
}
"""Colours that stay apart for most colour-blind people; each also has its own kind of line or label."""

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

DOUBTED: Colour = (0, 135, 150)
"""Of labels that may be misread."""
REJECTED: Colour = (120, 65, 10)
"""Of what was not understood."""

PAGE_DPI = 130
CROP_DPI = 200
_POINTS = 72.0
_MOST_PIXELS = 30_000_000
_MARGIN = 6.0  # points around a value that is cut out: its borders and a little of its neighbours
_ROUND = 8  # pixels between the entries of the legend
_PIECE = 160  # letters that are shown of what was not understood

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Crop:
    """A value to cut out: its page from 1, its box in points, and the name of the file."""

    page: int
    box: Box
    name: str


def draw_pages(
    path: Path, *, file: str, progress: Progress, extraction: Extraction, folder: str, stem: str
) -> list[str]:
    """Draw each page with its values in the colours of their quality, its doubted labels, and what was not understood.

    Gives the paths of the PNG files.

    Raises:
        DamagedDocumentError: a page cannot be drawn.
    """
    found = _by_page(extraction)
    written = []
    with _pages(path, file) as (count, render):
        digits = max(3, len(str(count)))
        for number in range(1, count + 1):
            picture, scale = render(number, PAGE_DPI)
            marked = _marked(picture, scale, found.get(number, []), extraction, number)
            target = Path(folder) / f"{stem}.page-{number:0{digits}d}.png"
            _save(marked, target)
            written.append(str(target))
            progress(number, count)
    return written


def cut_crops(path: Path, *, file: str, progress: Progress, crops: Sequence[Crop], folder: str) -> list[str]:
    """Cut each of `crops` that is not in `folder` yet out of its page; give the names of all that are there then.

    Raises:
        DamagedDocumentError: a page cannot be drawn.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    wanted = sorted((c for c in crops if not (place / c.name).exists()), key=lambda c: c.page)
    with _pages(path, file) as (count, render):
        drawn, picture, scale = 0, None, 1.0
        for crop in wanted:
            if not 1 <= crop.page <= count:
                continue
            if crop.page != drawn or picture is None:
                drawn, (picture, scale) = crop.page, render(crop.page, CROP_DPI)
                progress(crop.page, count)
            _save(_cut(picture, scale, crop.box), place / crop.name)
    return sorted(c.name for c in crops if (place / c.name).exists())


def crops_of(extraction: Extraction) -> dict[tuple[int, str, int | None], Crop]:
    """Give what a person has to look at, by (row number, measure, quarter): disputed, repaired, missing with a reason.

    The name tells the place, so that a second reading of the document finds the pictures of the first.
    """
    doubtful = (Quality.DISPUTED, Quality.REPAIRED, Quality.MISSING)
    return {
        (number, measure, quarter): Crop(value.page, value.box, _name(value.page, value.box))
        for number, row in enumerate(extraction.rows)
        for measure, quarter, value in row.values()
        if value.quality in doubtful and value.reason and value.page is not None and value.box is not None
    }


def _name(page: int, box: Box) -> str:
    return f"p{page}-" + "-".join(f"{v:.1f}" for v in box.as_list()) + ".png"


Render = Callable[[int, float], tuple[Image.Image, float]]


@contextmanager
def _pages(path: Path, file: str) -> Iterator[tuple[int, Render]]:
    """Give the number of pages, and a function that draws one at a resolution and tells pixels to a point."""
    with path.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    if not is_pdf:
        yield _frames(path, file)
        return
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise DamagedDocumentError(file, f"the PDF cannot be opened ({error})", "fetch the file again") from error

    def render(number: int, dpi: float) -> tuple[Image.Image, float]:
        try:
            page = pdf[number - 1]
            width, height = page.get_size()
            scale = min(dpi / _POINTS, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
            return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"), scale
        except pypdfium2.PdfiumError as error:
            raise DamagedDocumentError(file, f"page {number} cannot be drawn ({error})", "fetch it again") from error

    with pdf:
        yield len(pdf), render


def _frames(path: Path, file: str) -> tuple[int, Render]:
    from ingest.scan.page import image_pages  # noqa: PLC0415 - a PDF needs none of its libraries

    frames = list(image_pages(path, file))

    def render(number: int, dpi: float) -> tuple[Image.Image, float]:
        page = frames[number - 1]()
        picture = Image.fromarray(page.pixels).convert("RGB")
        shrink = min(1.0, dpi / _POINTS / page.scale)
        size = max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink))
        return picture.resize(size), page.scale * shrink

    return len(frames), render


def _by_page(extraction: Extraction) -> dict[int, list[Value]]:
    pages: dict[int, list[Value]] = {}
    for row in extraction.rows:
        for _, _, value in row.values():
            if value.box is not None and (value.text or value.reason):
                pages.setdefault(value.page or row.page, []).append(value)
    return pages


def _marked(
    picture: Image.Image, scale: float, values: Sequence[Value], extraction: Extraction, page: int
) -> Image.Image:
    """Lay the boxes over a page, thin grey ones around every cell, and a legend above it."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for cell in extraction.cells:
        if cell.page == page and cell.box is not None:
            draw.rectangle(_pixels(cell.box, scale), outline=(0, 0, 0, 45))
    font = ImageFont.load_default(size=max(10, round(6.5 * scale)))
    for value in values:
        assert value.box is not None
        colour, area = COLOURS[value.quality], _pixels(value.box, scale, 1.0)
        heavy = value.quality in (Quality.DISPUTED, Quality.REPAIRED, Quality.CORRECTED)
        draw.rectangle(area, fill=(*colour, 40), outline=(*colour, 255), width=3 if heavy else 1)
        if heavy or value.quality is Quality.MISSING:
            _label(draw, area, _said(value), colour, font)
    doubted, rejected = list(doubts(extraction, page)), list(pieces(extraction, page))
    _draw_doubts(draw, doubted, scale, font)
    _draw_pieces(draw, rejected, scale, font)
    over = Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")
    counts = Counter(v.quality for v in values)
    entries = [(f"{quality.value} {counts[quality]}", COLOURS[quality]) for quality in Quality if counts[quality]]
    entries += [(f"label may be misread {len(doubted)}", DOUBTED)] if doubted else []
    entries += [(f"not understood {len(rejected)}", REJECTED)] if rejected else []
    told = [f"{n}  {_told(piece)}" for n, piece in enumerate(rejected, start=1)]
    return _with_legend(over, entries, told, f"page {page} of {extraction.pages}")


def _draw_doubts(draw: ImageDraw.ImageDraw, found: Sequence[Doubt], scale: float, font: Font) -> None:
    """Mark the labels of rows that may be misread: a box, or a bar before the row where their place is not known."""
    for doubt in found:
        area = _pixels(doubt.box, scale, 1.0)
        if doubt.found:
            draw.rectangle(area, fill=(*DOUBTED, 40), outline=(*DOUBTED, 255), width=2)
        else:
            draw.rectangle((area[0] - 6, area[1], area[0] - 2, area[3]), fill=(*DOUBTED, 255))
        _label(draw, area, doubt.said, DOUBTED, font)


def _draw_pieces(draw: ImageDraw.ImageDraw, found: Sequence[Piece], scale: float, font: Font) -> None:
    """Mark what was not understood, with the number under which the page's foot tells of it."""
    for number, piece in enumerate(found, start=1):
        for box in piece.boxes:
            area = _pixels(box, scale, 1.0)
            draw.rectangle(area, fill=(*REJECTED, 40), outline=(*REJECTED, 255), width=2)
            _label(draw, area, str(number), REJECTED, font)


def _told(piece: Piece) -> str:
    short = shortened(piece.rejected.text, _PIECE)
    return f"{piece.rejected.reason}: “{short}”" if short not in piece.rejected.reason else piece.rejected.reason


def _said(value: Value) -> str:
    if value.value is None:
        return "not a number" if value.text else "blank?"
    number = f"{value.value:,.2f}".rstrip("0").rstrip(".")
    return f"= {number}" if value.quality is not Quality.DISPUTED else f"{number} ?"


def _label(
    draw: ImageDraw.ImageDraw,
    area: tuple[float, float, float, float],
    text: str,
    colour: Colour,
    font: Font,
) -> None:
    """Write above the box, or below it at the top of the page."""
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right - left, bottom - top
    x = max(0.0, min(area[0], draw.im.size[0] - width - 2))
    y = area[1] - height - 4 if area[1] - height - 4 >= 0 else area[3] + 2
    draw.rectangle((x - 1, y - 1, x + width + 2, y + height + 2), fill=(255, 255, 255, 225))
    draw.text((x - left, y - top), text, fill=(*colour, 255), font=font)


def _with_legend(
    picture: Image.Image, entries: Sequence[tuple[str, Colour]], told: Sequence[str], title: str
) -> Image.Image:
    """Set the legend above a page, and below it the lines that tell of what was not understood."""
    size = max(12, picture.width // 80)
    font, head, line = ImageFont.load_default(size=size), size + 2 * _ROUND, size + _ROUND // 2
    wide = max(20, int((picture.width - 2 * _ROUND) / (size * 0.55)))
    lines = [part for text in told for part in wrap(text, wide, subsequent_indent="    ")]
    foot = len(lines) * line + 2 * _ROUND if lines else 0
    sheet = Image.new("RGB", (picture.width, head + picture.height + foot), (255, 255, 255))
    sheet.paste(picture, (0, head))
    draw = ImageDraw.Draw(sheet)
    x = float(_ROUND)
    for text, colour in [(title + ("" if entries else ": nothing was read"), None), *entries]:
        if colour is not None:
            draw.rectangle((x, _ROUND, x + size, _ROUND + size), fill=colour)
            x += size + _ROUND / 2
        draw.text((x, _ROUND - 2), text, fill=(0, 0, 0), font=font)
        x += draw.textlength(text, font=font) + 3 * _ROUND
    for number, text in enumerate(lines):
        draw.text((_ROUND, head + picture.height + _ROUND + number * line), text, fill=REJECTED, font=font)
    return sheet


def _cut(picture: Image.Image, scale: float, box: Box) -> Image.Image:
    x0, top, x1, bottom = _pixels(box, scale, _MARGIN)
    area = (
        max(0, int(x0)),
        max(0, int(top)),
        min(picture.width, max(int(x1), int(x0) + 1)),
        min(picture.height, max(int(bottom), int(top) + 1)),
    )
    if area[2] <= area[0] or area[3] <= area[1]:
        return Image.new("RGB", (1, 1), (255, 255, 255))  # a box beside the page
    return picture.crop(area)


def _pixels(box: Box, scale: float, margin: float = 0.0) -> tuple[float, float, float, float]:
    x0, x1 = sorted((box.x0, box.x1))
    top, bottom = sorted((box.top, box.bottom))
    return (x0 - margin) * scale, (top - margin) * scale, (x1 + margin) * scale, (bottom + margin) * scale


def _save(picture: Image.Image, target: Path) -> None:
    """Write a picture whole or not at all."""
    temporary = target.with_name(f".{target.name}.part")
    picture.save(temporary, format="PNG")
    temporary.replace(target)
