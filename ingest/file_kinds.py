"""What a file is by its first bytes, and what its name claims it to be: told where it cannot be read.

Here belongs the naming of files that no reader takes. Not here: reading (`readers`), or the choice of a reader
(`extract`), which goes by the bytes alone.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.errors import UnreadableDocumentError, UnsupportedDocumentError

HEAD = 4096
"""Bytes from the beginning of a file that tell what it is."""

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OTHERS = (
    (rb"PK\x03\x04", "an Office file or archive"),
    (rb"\xd0\xcf\x11\xe0", "an old Office file"),
    (rb"\{\\rtf", "a rich text file"),
    (rb"GIF8", "a GIF image"),
    (rb"BM.{4}\x00{4}", "a BMP image"),
    (rb"RIFF.{4}WEBP", "a WebP image"),
    (rb".{4}ftyp(?:hei|mif)", "a HEIC image"),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf", "an archive"),
    (rb".{257}ustar", "an archive"),
)
_WEB = (b"<!doctype html", b"<html")

_CLAIMS = {
    ".pdf": "a PDF",
    ".png": "a PNG image",
    ".jpg": "a JPEG image",
    ".jpeg": "a JPEG image",
    ".tif": "a TIFF image",
    ".tiff": "a TIFF image",
    ".xlsx": "a spreadsheet",
    ".xls": "a spreadsheet",
    ".ods": "a spreadsheet",
    ".docx": "an Office file",
    ".doc": "an Office file",
}
_TABLES = (".csv", ".tsv")
_GIVE = "give the report as a PDF, an image (PNG, JPEG, TIFF), or as text (.txt)"


def is_pdf(start: bytes) -> bool:
    """Tell whether a file that begins with `start` is a PDF, as other programs take it for one."""
    # An archive that does not press its files shows the beginning of the first, which would be read, the others not.
    return b"%PDF-" in start[:1024] and _other_kind(start) is None


def is_image(start: bytes) -> bool:
    """Tell whether a file that begins with `start` is an image that a reader takes."""
    return start.startswith(_IMAGES)


def refuse_other_kinds(start: bytes, name: str) -> None:
    """Refuse what is known to be neither PDF, nor image, nor text.

    Raises:
        UnsupportedDocumentError: with what the file is.
    """
    what = _other_kind(start)
    if what is not None:
        raise UnsupportedDocumentError(name, f"this is {what}, which no reader takes", _GIVE)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB):
        problem = "this is a web page, as servers send in place of a file that they do not have or do not give"
        raise UnsupportedDocumentError(name, problem, "fetch the file again from its publisher, and look at it")


def _other_kind(start: bytes) -> str | None:
    return next((what for sign, what in _OTHERS if re.match(sign, start, re.DOTALL)), None)


def misnamed(start: bytes, name: str, error: UnreadableDocumentError) -> UnreadableDocumentError:
    """Give the failure of a file that was read as text, told by its name where that claims another kind."""
    ending = PurePath(name).suffix.lower()
    if ending in _TABLES:
        return UnsupportedDocumentError(name, "this is a table in a text file, which no reader takes", _GIVE)
    if ending not in _CLAIMS:
        return error
    what = "text" if _is_text(start) else "neither that nor text: it is damaged or of another kind"
    problem = f"by its name it is {_CLAIMS[ending]}, by its bytes it is {what}"
    return UnsupportedDocumentError(name, problem, f"fetch the file again from its publisher, or {_GIVE}")


def _is_text(start: bytes) -> bool:
    """Tell whether the bytes may be text: no control characters but those of lines and pages."""
    return not any(byte < 9 or 14 <= byte < 32 for byte in start) and _decodes(start)


def _decodes(start: bytes) -> bool:
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4  # a letter that the end of what was taken cuts
    return True
