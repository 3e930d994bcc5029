"""What each page of a PDF is: exact text, an image, or an image with a hidden text layer that some engine made.

Here belongs the telling, in milliseconds a page, without decoding an image. Not here: reading.
"""

from __future__ import annotations

from enum import StrEnum

import pypdfium2

_IMAGE_SHARE = 0.5  # of the page: images that large are the page
_WRITTEN = 200  # characters that can be seen: fewer on an image are a stamp or a signature, not its text


class PageKind(StrEnum):
    """What a page is made of."""

    EXACT = "exact"
    IMAGE = "image"
    HIDDEN = "hidden"
    """An image with text that is not drawn: another engine's opinion of the image."""


def page_kind(page: pypdfium2.PdfPage) -> PageKind:
    """Give what a page is made of: where images cover half of it, an image, unless its text is drawn over it."""
    width, height = page.get_size()
    raw = pypdfium2.raw
    covered, drawn, hidden = 0.0, 0, 0
    text = page.get_textpage()
    try:
        if not _images(page):
            return PageKind.EXACT
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT], max_depth=3):
            if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = thing.get_bounds()
                share = max(0.0, right - left) * max(0.0, top - bottom) / (width * height)
                covered += share
                if share >= _IMAGE_SHARE:
                    # What was drawn before lies under it.
                    hidden, drawn = hidden + drawn, 0
                continue
            length = raw.FPDFTextObj_GetText(thing, text, None, 0) // 2
            if raw.FPDFTextObj_GetTextRenderMode(thing) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                hidden += length
            else:
                drawn += length
    finally:
        text.close()
    if covered < _IMAGE_SHARE or drawn >= _WRITTEN:
        return PageKind.EXACT
    return PageKind.HIDDEN if hidden else PageKind.IMAGE


def _images(page: pypdfium2.PdfPage) -> bool:
    """Tell whether the page has any image at all: most digital pages have thousands of texts and none."""
    return next(iter(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
