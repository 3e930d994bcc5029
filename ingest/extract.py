"""From a file to its extraction: kind, reader, profile, interpretation, reconciliation. The entry to this package.

Here belongs the choice of who does the work. Not here: the work.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from ingest.cells import Cell, Kind, Reading
from ingest.correction import FOLDER as CORRECTIONS
from ingest.documents import identify
from ingest.errors import EmptyDocumentError, NotAReportError, UnsupportedDocumentError, VanishedDocumentError
from ingest.indicators import Extraction, Header, IndicatorRow, Rejected
from ingest.interpret import interpret, matches
from ingest.issued import issued_at
from ingest.profile import Profile, load_profiles
from ingest.recognized import reconcile_recognized
from ingest.reconcile import reconcile

Progress = Callable[[int, int], None]

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")

_SIGNATURES = (
    (b"PK\x03\x04", "an Office file or archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "a rich text file"),
)


def read_document(path: Path, *, file: str | None = None, progress: Progress | None = None) -> Extraction:
    """Read one report, called `file` in messages where that is not its name at `path`.

    `progress` is told (pages done, pages) where the reader goes page by page.

    Raises:
        UnreadableDocumentError: with the file, the problem and the remedy; each subclass is one kind of failure.
    """
    started = time.perf_counter()
    name = file or path.name
    sha256 = identify(path, file=name)
    try:
        reading = _read(path, name, progress)
    except FileNotFoundError:
        raise VanishedDocumentError(
            name, "the file was deleted while it was read", "put it back and try again"
        ) from None
    profile, header, rows, rejected = _understand(reading, name)
    return Extraction(
        sha256=sha256,
        file=name,
        kind=reading.kind,
        pages=reading.pages,
        profile=profile.id,
        header=header,
        rows=rows,
        rejected=rejected,
        cells=tuple(_cells(reading)),
        extractor=extractor_version(),
        seconds=time.perf_counter() - started,
        issued_at=issued_at(path, reading.kind),
    )


@cache
def extractor_version() -> str:
    """Give the version of the reading code: a hash over the sources of this package and its profiles.

    Two readings of a document by the same version are the same reading. Corrections are laid over readings and are no
    part of them.
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    sources = (p for p in folder.rglob("*") if p.suffix in (".py", ".yml") and p.parent != CORRECTIONS)
    for source in sorted(sources):
        digest.update(source.relative_to(folder).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _read(path: Path, name: str, progress: Progress | None) -> Reading:
    with path.open("rb") as stream:
        start = stream.read(4096)
    if b"%PDF-" in start[:1024]:
        return _read_pdf(path, name, progress)
    if start.startswith(_IMAGES):
        from ingest.readers import scanned_pdf  # noqa: PLC0415

        return scanned_pdf.read(path, file=name, progress=progress)
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            raise UnsupportedDocumentError(
                name, f"this is {what}, which no reader takes", "give the report as a PDF, an image, or as text (.txt)"
            )
    if not start.strip():
        raise EmptyDocumentError(name, "the file is blank", "fetch the file again from its publisher")
    from ingest.readers import ocr_text  # noqa: PLC0415

    return ocr_text.read(path, file=name)


def _read_pdf(path: Path, name: str, progress: Progress | None) -> Reading:
    from ingest.readers import digital_pdf, scanned_pdf  # noqa: PLC0415 - a text needs no PDF library
    from ingest.readers.kinds import PageKind  # noqa: PLC0415
    from ingest.readers.pdf_file import check_pdf  # noqa: PLC0415

    kinds = check_pdf(path, name)
    if set(kinds) == {PageKind.EXACT}:
        return digital_pdf.read(path, file=name, progress=progress)
    return scanned_pdf.read(path, file=name, kinds=kinds, progress=progress)


def _understand(reading: Reading, name: str) -> tuple[Profile, Header, tuple[IndicatorRow, ...], tuple[Rejected, ...]]:
    profiles = load_profiles()
    if reading.kind is Kind.OCR_TEXT:
        from ingest.torn import assemble  # noqa: PLC0415

        return profiles[0], *assemble.interpret(reading, profiles[0], file=name)
    profile = next((p for p in profiles if matches(reading, p)), None)
    if profile is None:
        raise NotAReportError(
            name,
            f"none of its {len(reading.tables)} tables has the headings of a known format "
            f"({', '.join(p.name for p in profiles)})",
            "if it is a report, add the words of its headings to a profile; if it is none, leave it out",
        )
    header, rows, rejected = interpret(reading, profile)
    if reading.kind is Kind.SCANNED_PDF:
        from ingest.scan.titles import checked, remarks  # noqa: PLC0415

        header = checked(header, reading, rows)
        rejected = (*rejected, *remarks(header))
    weigh = reconcile if reading.kind.is_exact else reconcile_recognized
    return profile, header, weigh(rows, header.quarter, profile.numbers), rejected


def _cells(reading: Reading) -> Iterator[Cell]:
    yield from (line for line in reading.lines if line.text.strip())
    for table in reading.tables:
        yield from (placed.cell for placed in table.cells if placed.cell.text.strip())
