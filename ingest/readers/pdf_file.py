"""What a PDF file must be before it is read: whole, open, of sane size, and, where it has text, a report.

Here belongs the refusal of files in milliseconds a page, each with its own reason, and the opening of the others, so
that a failure of the PDF library is a damaged document. Not here: what stands on a page (`digital_pdf`).
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pdfplumber
import pypdfium2
from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import (
    LITERALS_ASCII85_DECODE,
    LITERALS_ASCIIHEX_DECODE,
    LITERALS_FLATE_DECODE,
    PDFStream,
)
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from ingest.errors import (
    DamagedDocumentError,
    DocumentTooLargeError,
    EncryptedDocumentError,
    NotAReportError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
)
from ingest.limits import in_force
from ingest.readers.kinds import PageKind, page_kind
from ingest.words import plain, words

MAX_CHARS = 100_000
"""On a page. A crowded page of a report has 10,000."""
MAX_OBJECTS = 50_000
"""Drawn things on a page other than characters."""

_LEAST_WORDS = 3
_REPORT_WORDS = ("trimestre", "trim", "meta", "indicador", "programada", "componente", "actividad")
_AGAIN = "fetch the file again from its publisher"
_NOT_MINE = "if it is a report, its format needs a profile; if it is none, leave it out"

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its warnings concern drawing, not text


class OpenPdf:
    """A PDF that is open for exact reading: its pages in order, each freed after its turn."""

    def __init__(self, pdf: PDF, file: str) -> None:
        self._pdf, self._file = pdf, file
        self.pages = 0

    def __iter__(self) -> Iterator[Page]:
        """Parse and give page after page."""
        pages = self._pdf.pages
        self.pages = len(pages)
        for page in pages:
            try:
                _ = page.objects  # the library parses here; what fails here is the file
            except Exception as error:
                raise _damaged(self._file, error) from error
            _check_letters(page, self._file)
            yield page
            page.close()


@contextmanager
def open_pdf(path: Path, file: str) -> Iterator[OpenPdf]:
    """Open a PDF that `check_pdf` has passed.

    Raises:
        DamagedDocumentError: the library cannot parse it, or parts of it are spoilt or missing.
        EncryptedDocumentError: a password is needed.
    """
    try:
        pdf = pdfplumber.open(path)
        pages = len(pdf.pages)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise _damaged(file, error) from error
    with pdf:
        _check_streams(pdf, file)
        _check_count(path, pages, file)
        yield OpenPdf(pdf, file)


def check_pdf(path: Path, file: str) -> list[PageKind]:
    """Tell what each page is, and refuse what is no report, in a few milliseconds a page.

    Raises:
        DamagedDocumentError, EncryptedDocumentError, DocumentTooLargeError, TooCostlyError, NotAReportError
    """
    _check_whole(path, file)
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _damaged(file, error) from error
    with pdf:
        return _check_pages(pdf, file)


def _check_whole(path: Path, file: str) -> None:
    """Refuse a file that was cut off: the parser rebuilds what it can and is silent about the pages that are gone."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(2048)
        stream.seek(max(0, size - 2048))
        tail = stream.read()
    linear = re.search(rb"/Linearized\b[^>]*?/L\s+(\d+)", start)
    if b"%%EOF" not in tail or (linear and int(linear[1]) > size):
        raise DamagedDocumentError(file, "the PDF has no end: it was cut off", _AGAIN)


def _check_pages(pdf: pypdfium2.PdfDocument, file: str) -> list[PageKind]:
    if len(pdf) == 0:
        raise DamagedDocumentError(file, "the PDF has no pages", _AGAIN)
    in_force().check_pages(file, len(pdf))
    kinds: list[PageKind] = []
    best, ruled = 0, False
    for number in range(len(pdf)):
        try:
            page = pdf[number]
        except pypdfium2.PdfiumError as error:
            raise _damaged(file, error) from error
        text = page.get_textpage()
        chars, things = text.count_chars(), pypdfium2.raw.FPDFPage_CountObjects(page)
        if chars > MAX_CHARS or things > MAX_OBJECTS + chars:
            raise _too_large(file, f"page {number + 1} holds {chars:,} characters and {things:,} drawn things")
        kinds.append(page_kind(page))
        if best < _LEAST_WORDS:
            found = text.get_text_bounded()
            best = max(best, len(set(words(found)) & set(_REPORT_WORDS)))
            ruled = ruled or _may_be_jumbled(found)
        text.close()
        page.close()
    if set(kinds) == {PageKind.EXACT} and best < _LEAST_WORDS and not ruled:
        problem = "no page has the words of an indicator report (meta, indicador, trimestre ...)"
        raise NotAReportError(file, problem, _NOT_MINE)
    return kinds


def _may_be_jumbled(text: str) -> bool:
    """Tell whether characters that were placed one by one, in any order, came out as single letters."""
    pieces = plain(text).split()
    return len(pieces) > 50 and sum(len(p) for p in pieces) < 3 * len(pieces)


def _check_letters(page: Page, file: str) -> None:
    """Refuse a page whose fonts do not tell which characters they draw."""
    chars = page.chars
    unknown = sum(_is_unknown(c["text"]) for c in chars)
    if unknown > 0.02 * len(chars):
        raise UnsupportedDocumentError(
            file,
            f"page {page.page_number} does not tell which characters it shows ({unknown:,} of {len(chars):,})",
            "ask the publisher for another PDF, or give the text of an OCR program (.txt)",
        )


def _is_unknown(text: str) -> bool:
    return text.startswith("(cid:") or "\ue000" <= text <= "\uf8ff" or text in ("\ufffd", "\x00")


def _check_streams(pdf: PDF, file: str) -> None:
    """Refuse a file one of whose compressed parts is spoilt: the library would use what it can of it, silently."""
    document = pdf.doc
    for number in sorted({i for xref in document.xrefs for i in xref.get_objids()}):
        try:
            thing = document.getobj(number)
            whole = not isinstance(thing, PDFStream) or thing.rawdata is None or _inflates(thing)
        except Exception as error:
            raise _damaged(file, error) from error
        if not whole:
            raise DamagedDocumentError(file, f"a part of the PDF is spoilt (object {number})", _AGAIN)


def _inflates(stream: PDFStream) -> bool:
    data = stream.rawdata or b""
    if stream.decipher:
        data = stream.decipher(stream.objid or 0, stream.genno or 0, data, stream.attrs)
    for kind, _ in stream.get_filters():
        if kind in LITERALS_ASCII85_DECODE:
            data = ascii85decode(data)
        elif kind in LITERALS_ASCIIHEX_DECODE:
            data = asciihexdecode(data)
        elif kind in LITERALS_FLATE_DECODE:
            inflater = zlib.decompressobj()
            try:
                data = inflater.decompress(data)
            except zlib.error:
                return False
            return inflater.eof
        else:
            return True
    return True


def _check_count(path: Path, pages: int, file: str) -> None:
    """Refuse a file of which the two libraries do not see the same pages."""
    with pypdfium2.PdfDocument(path) as other:
        expected = len(other)
    if pages != expected:
        problem = f"only {min(pages, expected)} of {max(pages, expected)} pages are whole"
        raise DamagedDocumentError(file, problem, _AGAIN)


def _too_large(file: str, problem: str) -> DocumentTooLargeError:
    return DocumentTooLargeError(file, problem, "split the file, and keep only the report")


def _damaged(file: str, error: Exception) -> UnreadableDocumentError:
    """Say what a failure of a PDF library means: a password is wanted, or the file is broken."""
    told = str(error) or type(error).__name__
    if any(isinstance(c, PDFPasswordIncorrect) for c in (error, *error.args)) or "password" in told.lower():
        return EncryptedDocumentError(file, "the PDF wants a password", "save a copy without password and use that")
    return DamagedDocumentError(file, f"the PDF is broken ({told[:200]})", _AGAIN)
