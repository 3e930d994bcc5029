"""Which reading a correction fits: the document, the row and the value as read, compared with what is expected.

Here belongs that comparison, on plain data. Not here: the files (`correction`), or landing tables (`warehouse`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.correction import ATTRIBUTES, FIGURES, NUMBERS_OF_HEADER, Correction, Expected, Report
from ingest.words import one_line, plain


class Trouble(StrEnum):
    """Why a correction cannot be applied."""

    UNUSED = "correction_unused"
    OUTDATED = "correction_outdated"
    AMBIGUOUS = "correction_ambiguous"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as read: its number, the text as printed, its quality."""

    value: float | None
    text: str | None
    quality: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as read: its number from 0, its page, its texts by attribute, its figures by field."""

    number: int
    page: int
    attributes: Mapping[str, str | None]
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document, as far as corrections look at it. `header` has a value for each field of it.

    `is_newest`: it is the last one of its document. An older one counts only where the newest is held.
    """

    extraction_id: str
    sha256: str
    file: str
    header: Mapping[str, str | int | None]
    rows: Sequence[ReadRow] = ()
    is_newest: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """A correction that fits: the row (None for the header) and the figure or text as read."""

    correction: Correction
    reading: Reading
    row: int | None
    old: Figure


@dataclass(frozen=True, slots=True)
class Misfit:
    """A correction that does not fit. `reading` None: it fits no document that there is."""

    correction: Correction
    trouble: Trouble
    reading: Reading | None
    detail: str


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of all corrections, over all readings."""

    fits: tuple[Fit, ...]
    misfits: tuple[Misfit, ...]

    @property
    def troubles(self) -> tuple[Misfit, ...]:
        """The misfits that a person has to settle: of the newest readings, or of no document at all."""
        return tuple(m for m in self.misfits if m.reading is None or m.reading.is_newest)


def match(corrections: Iterable[Correction], readings: Sequence[Reading]) -> Matched:
    """Fit each correction to the readings of its document. Two on one field of a reading fit neither."""
    fits: list[Fit] = []
    misfits: list[Misfit] = []
    for correction in corrections:
        own = [r for r in readings if is_of(correction, r)]
        if not own:
            misfits.append(_unused(correction))
        documents = {r.sha256: r.file for r in own}
        for reading in own:
            if len(documents) > 1:
                misfits.append(_several_documents(correction, reading, documents))
                continue
            found = _fit(correction, reading)
            if isinstance(found, Fit):
                fits.append(found)
            else:
                misfits.append(found)
    return _without_rivals(fits, misfits)


def is_of(correction: Correction, reading: Reading) -> bool:
    """Whether the entry names the document of this reading."""
    named = correction.document
    if isinstance(named, str):
        return reading.sha256.startswith(named)
    return _is_report(named, reading.header)


def _is_report(report: Report, header: Mapping[str, str | int | None]) -> bool:
    municipality, program = header["municipality"], header["program_code"]
    return (
        (header["fiscal_year"], header["quarter"]) == (report.year, report.quarter)
        and plain(str(municipality or "")) == plain(report.municipality)
        and (report.program is None or _tight(str(program or "")) == _tight(report.program))
    )


def _fit(correction: Correction, reading: Reading) -> Fit | Misfit:
    if correction.is_of_header:
        return _expected(correction, reading, None, _of_header(correction, reading))
    rows = _rows_of(correction, reading)
    if len(rows) != 1:
        return _several_rows(correction, reading, rows) if rows else _no_row(correction, reading)
    row = rows[0]
    if correction.field is None:
        return Fit(correction, reading, row.number, Figure(None, None, ""))
    if correction.field in ATTRIBUTES:
        return _expected(correction, reading, row.number, Figure(None, row.attributes[correction.field], ""))
    if correction.field in row.figures:
        return _expected(correction, reading, row.number, row.figures[correction.field])
    return _misfit(correction, Trouble.OUTDATED, reading, f"the report prints no {correction.field} there",
                   "Name a field that its table has, or remove the entry")  # fmt: skip


def _of_header(correction: Correction, reading: Reading) -> Figure:
    seen = reading.header[str(correction.field)]
    return Figure(float(seen) if isinstance(seen, int) else None, None if seen is None else str(seen), "")


def _rows_of(correction: Correction, reading: Reading) -> list[ReadRow]:
    """Give the rows that the entry names. A row that goes on over a page break may be said to stand on either page."""
    named = [
        r
        for r in reading.rows
        if correction.row in (None, r.number)
        and (correction.indicator is None or _tight(r.attributes["code"] or "") == _tight(correction.indicator))
    ]
    begun = [r for r in named if r.page == correction.page]
    return begun or [r for r in named if r.page + 1 == correction.page]


def _expected(correction: Correction, reading: Reading, row: int | None, old: Figure) -> Fit | Misfit:
    number = correction.field in FIGURES or correction.field in NUMBERS_OF_HEADER
    if _same(correction.expect, old, number):
        return Fit(correction, reading, row, old)
    seen = _said(old.value if number else old.text)
    text = f" (printed {old.text!r})" if number and row is not None and old.text is not None else ""
    done = correction.value is not None and _same(correction.value, old, number)
    remedy = (
        "The reading says by itself what the correction says: remove the entry"
        if done
        else "Look at the page again: put the entry's expect right, or remove the entry"
    )
    problem = f"expected {_said(correction.expect)}, but the reading now says {seen}{text}"
    return _misfit(correction, Trouble.OUTDATED, reading, problem, remedy)


def _same(expected: Expected, seen: Figure, number: bool) -> bool:
    if expected is None:
        return seen.value is None if number else seen.text is None
    if isinstance(expected, float):
        return seen.value is not None and abs(seen.value - expected) <= 1e-9 * max(1.0, abs(expected))
    return seen.text is not None and one_line(seen.text) == one_line(expected)


def _without_rivals(fits: Sequence[Fit], misfits: Sequence[Misfit]) -> Matched:
    """Take out what is said twice of one field of one reading, also beside a row that is dropped as a whole."""
    by_place: dict[tuple[str, int | None], list[Fit]] = defaultdict(list)
    for fit in fits:
        by_place[fit.reading.extraction_id, fit.row].append(fit)
    kept: list[Fit] = []
    wrong = list(misfits)
    for together in by_place.values():
        for fit in together:
            fields = (fit.correction.field, None) if fit.correction.field is not None else (None,)
            rivals = [o for o in together if o is not fit and (o.correction.field in fields or fields == (None,))]
            if rivals:
                sources = " and ".join(rival.correction.source for rival in rivals)
                wrong.append(_misfit(fit.correction, Trouble.AMBIGUOUS, fit.reading, f"{sources} decides on it as well",
                                     "Keep one of the entries"))  # fmt: skip
            else:
                kept.append(fit)
    return Matched(tuple(kept), tuple(wrong))


def _unused(correction: Correction) -> Misfit:
    what = f"no document {correction.document} has landed"
    return _misfit(correction, Trouble.UNUSED, None, what, "Put its report into the inbox, or remove the entry")


def _several_documents(correction: Correction, reading: Reading, documents: Mapping[str, str]) -> Misfit:
    names = ", ".join(f"{file} ({sha[:12]})" for sha, file in sorted(documents.items()))
    problem = f"{correction.document} is {len(documents)} documents: {names}"
    return _misfit(correction, Trouble.AMBIGUOUS, reading, problem, "Name the document by its sha256")


def _no_row(correction: Correction, reading: Reading) -> Misfit:
    same = [r for r in reading.rows if _tight(r.attributes["code"] or "") == _tight(correction.indicator or "-")]
    where = f"; the indicator stands on page {', '.join(str(r.page) for r in same)}" if same else ""
    problem = f"the document has no such row on page {correction.page}{where}"
    return _misfit(correction, Trouble.OUTDATED, reading, problem, "Put page and indicator right, or remove the entry")


def _several_rows(correction: Correction, reading: Reading, rows: Sequence[ReadRow]) -> Misfit:
    names = "; ".join(f"row {r.number}: {r.attributes['indicator'] or 'no name'}" for r in rows)
    problem = f"{len(rows)} rows fit ({names})"
    return _misfit(correction, Trouble.AMBIGUOUS, reading, problem, "Add `row:` with one of these numbers")


def _misfit(c: Correction, trouble: Trouble, reading: Reading | None, problem: str, remedy: str) -> Misfit:
    file = "" if reading is None else f" in {reading.file}"
    return Misfit(c, trouble, reading, f"{c.source}: {c.subject}{file}: {problem}. {remedy}.")


def _tight(code: str) -> str:
    return re.sub(r"\s", "", code).upper().rstrip(".")


def _said(value: Expected) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "nothing" if value is None else repr(value)
