"""When a publisher made a file, as the file itself tells.

Here belongs reading that one date. It decides which of two reports for one quarter is the later one, so it is taken
only where it is the publisher's own: the date in a scan is that of the scanner, of whoever scanned it again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from ingest.cells import Kind

# ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm, all after the year optional, here at least a whole day.
_PDF_DATE = re.compile(r"(?:D:)?(\d{14}|\d{12}|\d{10}|\d{8})(?:(Z)|([+-])(\d{2})'?(?:(\d{2})'?)?)?")


def issued_at(path: Path, kind: Kind) -> datetime | None:
    """Give when the file at `path` was made, in UTC without a zone; None where it does not tell, or not surely."""
    if kind is not Kind.DIGITAL_PDF:
        return None
    import pypdfium2  # noqa: PLC0415  only PDFs need it

    with pypdfium2.PdfDocument(path) as document:
        return pdf_date(document.get_metadata_value("CreationDate"))


def pdf_date(text: str) -> datetime | None:
    """Understand a date as PDFs write it; None for anything else. A date without a zone is taken as UTC."""
    found = _PDF_DATE.fullmatch(text.strip())
    if found is None:
        return None
    digits, _, sign, hours, minutes = found.groups()
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S"[: len(digits) - 2]).replace(tzinfo=UTC)
        if sign is not None:
            ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
            moment = moment.replace(tzinfo=timezone(ahead if sign == "+" else -ahead))
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
