"""Pages of scans as grey images: PDF pages at the resolution of the image in them, and image files frame by frame.

Here belongs the way from a file to pixels, and the refusal of what would cost too much before it is decoded.
Not here: which way up a page is (`orient`), what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.errors import DamagedDocumentError, DocumentTooLargeError
from ingest.limits import in_force
from ingest.scan.colour import without_coloured_ink
from ingest.scan.engine import Gray

_MOST_PIXELS = 67_000_000  # a sheet of 11 by 17 inches at 600 dpi
_LEAST_DPI, _MOST_DPI, _USUAL_DPI = 100.0, 300.0, 200.0
_LONGEST = 17.0  # inches: an image that does not tell its resolution is no larger a sheet
_MOST_COLOURED = 20_000_000  # pixels: a sheet of 11 by 17 inches at 300 dpi; colours take more memory
_GREY = ("1", "L", "LA", "I", "I;16", "I;16L", "I;16B", "F")  # modes of images without colour
_WITHOUT_COLOUR = (pypdfium2.raw.FPDF_COLORSPACE_DEVICEGRAY, pypdfium2.raw.FPDF_COLORSPACE_CALGRAY)
_SMALL_PRINT_DPI = 250.0  # small print on finer pages has pixels enough
_AGAIN = "fetch the file again from its publisher"
_POINTS = 72.0
Image.MAX_IMAGE_PIXELS = None  # our own limit, a setting, is kept before anything is decoded


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as displayed: `number` from 1, its grey pixels, and how many of them make a point.

    `lifted` is the page without its coloured ink, where it has any.
    """

    number: int
    pixels: Gray
    scale: float
    lifted: Gray | None = None


def pdf_page(page: pypdfium2.PdfPage, number: int, file: str) -> PageImage:
    """Render a page as it is displayed, at the resolution of the finest large image on it.

    Raises:
        TooCostlyError: an image on it has more pixels than the limit allows; nothing was decoded then.
        DamagedDocumentError: it cannot be rendered.
    """
    width, height = page.get_size()
    dpi, has_colour = _images(page, number, file)
    while width * height * (dpi / _POINTS) ** 2 > _MOST_PIXELS:
        dpi /= 2
    if dpi < _LEAST_DPI / 2:
        raise _too_large(file, f"page {number} measures {width / _POINTS:,.0f} x {height / _POINTS:,.0f} inches")
    scale = dpi / _POINTS
    try:
        pixels = _drawn(page, scale, grey=True)[..., 0]
        lifted = None
        if has_colour and pixels.size <= _MOST_COLOURED:
            lifted = without_coloured_ink(_drawn(page, scale, grey=False))
    except (pypdfium2.PdfiumError, MemoryError) as error:
        raise DamagedDocumentError(file, f"page {number} cannot be drawn ({error})", _AGAIN) from error
    return PageImage(number, pixels, pixels.shape[1] / width, lifted)


def _drawn(page: pypdfium2.PdfPage, scale: float, *, grey: bool) -> npt.NDArray[np.uint8]:
    """Give a page as rows by columns by channels: one of grey, or blue, green and red."""
    bitmap = page.render(scale=scale, grayscale=grey, may_draw_forms=False, maybe_alpha=False)
    pixels = bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1)[..., :3].copy()
    bitmap.close()
    return np.asarray(pixels, np.uint8)


def _images(page: pypdfium2.PdfPage, number: int, file: str) -> tuple[float, bool]:
    """Give the resolution at which the page loses nothing, within reason, and whether an image on it has colours.

    Finer scans are no better to read.
    """
    width, height = page.get_size()
    best, has_colour = 0.0, False
    for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        across, down = thing.get_px_size()
        in_force().check_pixels(file, number, across, down)
        left, bottom, right, top = thing.get_bounds()
        wide, high = right - left, top - bottom
        if wide * high >= 0.05 * width * height and wide > 0 and high > 0:
            # The image may lie turned on the page.
            best = max(best, _POINTS * (across * down / (wide * high)) ** 0.5)
            has_colour |= _may_have_colour(thing)
    return (min(_MOST_DPI, max(_LEAST_DPI, best)) if best else _USUAL_DPI), has_colour


def _may_have_colour(image: pypdfium2.PdfImage) -> bool:
    try:
        return image.get_metadata().colorspace not in _WITHOUT_COLOUR
    except pypdfium2.PdfiumError:
        return True  # an image that does not tell is looked at


def enlarged(image: PageImage) -> PageImage | None:
    """Give a page with twice as many pixels each way, so that its small print is parted and read otherwise; None where
    it has pixels enough.
    """
    height, width = image.pixels.shape
    if image.scale * _POINTS > _SMALL_PRINT_DPI or 4 * width * height > _MOST_PIXELS:
        return None

    def twice(pixels: Gray) -> Gray:
        return np.asarray(cv2.resize(pixels, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC), np.uint8)

    lifted = None if image.lifted is None else twice(image.lifted)
    return PageImage(image.number, twice(image.pixels), 2 * image.scale, lifted)


def image_pages(path: Path, file: str) -> Iterator[Callable[[], PageImage]]:
    """Give the frames of an image file, each decoded only when it is called for.

    Raises:
        DamagedDocumentError: it is no image, or it is cut off.
        TooCostlyError: a frame has more pixels than the limit allows.
    """
    try:
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1)
    except FileNotFoundError:
        raise
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise DamagedDocumentError(file, f"the image cannot be opened ({error})", _AGAIN) from error
    for frame in range(frames):
        yield lambda frame=frame: _frame(path, file, frame)  # type: ignore[misc]


def _frame(path: Path, file: str, frame: int) -> PageImage:
    try:
        with Image.open(path) as image:
            image.seek(frame)
            in_force().check_pixels(file, frame + 1, image.width, image.height)
            stated = image.info.get("dpi")
            shown = ImageOps.exif_transpose(image)
            flat = _on_white(shown, "L")
            coloured = None if shown.mode in _GREY else _on_white(shown, "RGB")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DamagedDocumentError(file, f"page {frame + 1} is broken ({error})", _AGAIN) from error
    dpi = float(stated[0]) if stated else 0.0
    if not 72 <= dpi <= 1200:
        dpi = max(_USUAL_DPI, max(flat.size) / _LONGEST)
    if dpi > _MOST_DPI:
        flat.thumbnail((round(flat.width * _MOST_DPI / dpi), round(flat.height * _MOST_DPI / dpi)))
        coloured = coloured and coloured.resize(flat.size)
        dpi = _MOST_DPI
    if flat.width * flat.height > _MOST_PIXELS:
        raise _too_large(file, f"page {frame + 1} measures {flat.width / dpi:,.0f} x {flat.height / dpi:,.0f} inches")
    lifted = None
    if coloured is not None and flat.width * flat.height <= _MOST_COLOURED:
        lifted = without_coloured_ink(np.ascontiguousarray(np.asarray(coloured, np.uint8)[..., ::-1]))
    return PageImage(frame + 1, np.ascontiguousarray(np.asarray(flat, np.uint8)), dpi / _POINTS, lifted)


def _on_white(image: Image.Image, mode: str) -> Image.Image:
    """Give the image in a mode, `L` or `RGB`, what is transparent being paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        return paper.convert(mode)
    if image.mode.startswith("I;16") or image.mode == "I":
        return Image.fromarray((np.asarray(image, np.uint32) >> 8).astype(np.uint8))
    return image.convert(mode)


def _too_large(file: str, problem: str) -> DocumentTooLargeError:
    return DocumentTooLargeError(file, problem, "scan the report again at 200 or 300 dpi, or ask for a smaller file")
