"""From a file to its extraction: kind, reader, profile, interpretation, reconciliation. The entry to this package.

Here belongs the choice of who does the work. Not here: the work.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from ingest.cells import Cell, Kind, Reading
from ingest.correction import FOLDER as CORRECTIONS
from ingest.documents import identify
from ingest.errors import EmptyDocumentError, NotAReportError, VanishedDocumentError, WrongEncodingError
from ingest.file_kinds import HEAD, is_image, is_pdf, misnamed, refuse_other_kinds
from ingest.indicators import Extraction, Header, IndicatorRow, Rejected
from ingest.interpret import interpret, matches
from ingest.issued import issued_at
from ingest.profile import Profile, load_profiles
from ingest.recognized import reconcile_recognized
from ingest.reconcile import reconcile

Progress = Callable[[int, int], None]


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
        with path.open("rb") as stream:
            start = stream.read(HEAD)
        reading = _read(path, start, name, progress)
        profile, header, rows, rejected = _understand(reading, name)
    except FileNotFoundError:
        raise VanishedDocumentError(
            name, "the file was deleted while it was read", "put it back and try again"
        ) from None
    except (NotAReportError, WrongEncodingError) as error:
        raise (error if is_pdf(start) or is_image(start) else misnamed(start, name, error)) from None
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


def _read(path: Path, start: bytes, name: str, progress: Progress | None) -> Reading:
    if is_pdf(start):
        return _read_pdf(path, name, progress)
    if is_image(start):
        from ingest.readers import scanned_pdf  # noqa: PLC0415

        return scanned_pdf.read(path, file=name, progress=progress)
    refuse_other_kinds(start, name)
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
        raise _no_report(reading, profiles, name)
    header, rows, rejected = interpret(reading, profile)
    if reading.kind is Kind.SCANNED_PDF:
        from ingest.scan.titles import checked, remarks  # noqa: PLC0415

        header = checked(header, reading, rows)
        rejected = (*rejected, *remarks(header))
    weigh = reconcile if reading.kind.is_exact else reconcile_recognized
    return profile, header, weigh(rows, header.quarter, profile.numbers), rejected


def _no_report(reading: Reading, profiles: Sequence[Profile], name: str) -> NotAReportError:
    """Give the failure of a document without a table of a known format, with what is likeliest to help."""
    tables, pages = len(reading.tables), f"{reading.pages} page{'s' * (reading.pages != 1)}"
    formats = ", ".join(p.name for p in profiles)
    leave = "if it is none, leave it out"
    if reading.kind is not Kind.SCANNED_PDF:
        none = f"none of its {tables} tables has" if tables else "it has no table with"
        problem = f"{none} the headings of a known format ({formats})"
        return NotAReportError(name, problem, f"if it is a report, add the words of its headings to a profile; {leave}")
    if tables == 0:
        found = "no table was found" if any(line.text.strip() for line in reading.lines) else "no text was found"
        return NotAReportError(name, f"{found} on its {pages}", f"if it is a report, {_SCAN}; {leave}")
    problem = f"none of its {tables} tables has headings that were read as those of a known format ({formats})"
    remedy = f"if it is a report, {_SCAN}, or add the words of its headings to a profile; {leave}"
    return NotAReportError(name, problem, remedy)


_SCAN = "scan it flat, not photographed, at 200 dpi or more (300 for small print)"


def _cells(reading: Reading) -> Iterator[Cell]:
    yield from (line for line in reading.lines if line.text.strip())
    for table in reading.tables:
        yield from (placed.cell for placed in table.cells if placed.cell.text.strip())
