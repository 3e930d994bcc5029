"""What each page of a PDF is: exact text, an image, or an image with a hidden text layer that some engine made.

Here belongs the telling, in milliseconds a page, without decoding an image. Not here: reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pypdfium2

from ingest.errors import DamagedDocumentError, EncryptedDocumentError

_IMAGE_SHARE = 0.5  # of the page: images that large are the page
_WRITTEN = 200  # characters that can be seen: fewer on an image are a stamp or a signature, not its text
_AGAIN = "fetch the file again from its publisher"


class PageKind(StrEnum):
    """What a page is made of."""

    EXACT = "exact"
    IMAGE = "image"
    HIDDEN = "hidden"
    """An image with text that is not drawn: another engine's opinion of the image."""


def pdf_kinds(path: Path, file: str) -> list[PageKind]:
    """Give what each page of the PDF at `path` is.

    Raises:
        EncryptedDocumentError: a password is needed.
        DamagedDocumentError: the file cannot be parsed.
    """
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            return list(_kinds(pdf))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            remedy = "save a copy without password and use that"
            raise EncryptedDocumentError(file, "the PDF wants a password", remedy) from error
        raise DamagedDocumentError(file, f"the PDF is broken ({error})", _AGAIN) from error


def _kinds(pdf: pypdfium2.PdfDocument) -> Iterator[PageKind]:
    for number in range(len(pdf)):
        page = pdf[number]
        try:
            yield page_kind(page)
        finally:
            page.close()


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
