"""Reads the plain text that an OCR engine left behind: no geometry, only lines, pages and places in the text.

Here belongs decoding and the splitting into pages and lines. Not here: what the lines mean (`ingest.torn`).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from ingest.cells import Cell, Kind, Reading, Span
from ingest.errors import EmptyDocumentError, WrongEncodingError

ENGINE = "ocr_text"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY = frozenset(range(9)) | {0x0E, 0x0F, 0x7F}


def read(path: Path, *, file: str) -> Reading:
    """Read the text file at `path` into lines: one cell for each line that is not blank.

    Pages are separated by form feeds. Spans count characters of the decoded text (form feeds and line ends
    included, a byte order mark excluded), so that `text[start:end] == cell.text`.

    Raises:
        EmptyDocumentError: no bytes, or nothing but white space.
        WrongEncodingError: neither UTF-8 nor UTF-16 with a byte order mark, or not text at all.
        OSError: the file cannot be opened.
    """
    text = decode(path.read_bytes(), file=file)
    if not text.strip():
        raise EmptyDocumentError(file, "there is no text in the file", "export the text from the OCR program again")
    lines = tuple(_lines(text))
    # A form feed after the last page ends it; it does not begin another.
    pages = text.rstrip().count("\f") + 1
    return Reading(Kind.OCR_TEXT, pages, lines=lines, text_length=len(text), engine=ENGINE)


def decode(data: bytes, *, file: str) -> str:
    """Decode a document's bytes as UTF-8 (with or without byte order mark) or UTF-16 with byte order mark.

    Raises:
        WrongEncodingError: the bytes are not text in these encodings; the message names the first bad byte.
    """
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # Decoding without the mark counts from behind it.
        offset = error.start + (3 if encoding == "utf-8-sig" and data.startswith(codecs.BOM_UTF8) else 0)
        raise _wrong(file, offset, data[offset], "UTF-16" if encoding == "utf-16" else "UTF-8") from error
    control = next((n for n, char in enumerate(text) if ord(char) in _BINARY), None)
    if control is not None:
        prefix = text[:control].encode("utf-16-le" if encoding == "utf-16" else "utf-8")
        mark = 2 if encoding == "utf-16" else len(codecs.BOM_UTF8) * data.startswith(codecs.BOM_UTF8)
        raise _wrong(file, len(prefix) + mark, ord(text[control]), "text")
    return text


def _wrong(file: str, offset: int, byte: int, wanted: str) -> WrongEncodingError:
    return WrongEncodingError(
        file,
        f"the byte 0x{byte:02x} at offset {offset:,} is not {wanted}",
        "save the text as UTF-8 (for example `iconv -f cp1252 -t utf-8 FILE`), or check that it is a text file",
    )


def _lines(text: str) -> Iterator[Cell]:
    page, start = 1, 0
    for end in [n for n, char in enumerate(text) if char in "\n\f"] + [len(text)]:
        raw = text[start:end]
        bare = raw.strip()
        if bare:
            first = start + raw.index(bare[0])
            yield Cell(bare, page, span=Span(first, first + len(bare)), engine=ENGINE)
        page += text[end : end + 1] == "\f"
        start = end + 1
