"""What a person has decided about a figure, as kept in git: `corrections/*.yml`, one decision or several a file.

Here belongs loading the files and checking each entry by itself. Not here: which reading an entry fits
(`correction_match`), or what becomes of it in the warehouse. `corrections/README.md` tells the shape of an entry.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from ingest.indicators import MEASURES

VARIABLE = "INDICADORES_CORRECTIONS"
"""The environment variable that names another folder of corrections."""

FOLDER = Path(__file__).parent / "corrections"

FIGURES = ("annual_goal", *(f"{measure}.{quarter}" for measure in MEASURES for quarter in (1, 2, 3, 4)))
ATTRIBUTES = (
    "level", "code", "department", "objective", "indicator", "acronym", "frequency", "unit", "variable_unit",
    "justification",
)  # fmt: skip
NUMBERS_OF_HEADER = ("fiscal_year", "quarter")
HEADER = ("municipality", "state", "entity", "program_code", "program_name", *NUMBERS_OF_HEADER, "plan")
FIELDS = (*FIGURES, *ATTRIBUTES, *HEADER)

_KEYS = frozenset({
    "document", "page", "indicator", "row", "field", "expect", "value", "drop", "flag", "accept", "reason",
    "evidence", "by", "date",
})  # fmt: skip
_REPORT_KEYS = frozenset({"municipality", "program", "year", "quarter"})
_LEAST_DIGITS = 8


class Action(StrEnum):
    """What a person has decided: another value, no value, doubt, or that a doubtful value is right as printed."""

    SET = "set"
    DROP = "drop"
    FLAG = "flag"
    ACCEPT = "accept"


class CorrectionFileError(Exception):
    """A file of corrections cannot be used; the message names the file, the entry and the remedy."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{where}: {problem}. {remedy}.")
        self.where, self.problem, self.remedy = where, problem, remedy


@dataclass(frozen=True, slots=True)
class Report:
    """A report named by its publisher and period. `program` None: whichever program, if there is only one."""

    municipality: str
    program: str | None
    year: int
    quarter: int

    def __str__(self) -> str:
        """Say it in words."""
        return " ".join(filter(None, [self.municipality, self.program, f"{self.year} Q{self.quarter}"]))


Expected = float | str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision. `document` is a sha256 or its first digits, or a `Report`.

    `field` is None where the whole row is dropped; a field of the header has no `indicator`, `row` or `page`.
    `expect` is the value being decided on: a number as read, or the text as printed. `row` counts from 0.
    `source` tells the file and entry; `id` is a hash of all else.
    """

    id: str
    source: str
    document: str | Report
    page: int | None
    indicator: str | None
    row: int | None
    field: str | None
    action: Action
    expect: Expected
    value: Expected
    reason: str
    evidence_page: int
    evidence: str
    by: str
    date: date

    @property
    def is_of_header(self) -> bool:
        """Whether it is about what the report says of itself."""
        return self.field in HEADER

    @property
    def subject(self) -> str:
        """Say what it is about."""
        row = self.indicator if self.indicator is not None else None if self.row is None else f"row {self.row}"
        return " ".join(filter(None, [row, self.field or "the whole row"]))


def corrections_folder() -> Path:
    """Give the folder that holds the corrections: INDICADORES_CORRECTIONS, or the one in this package."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser().absolute() if named else FOLDER


def load_corrections(folder: Path | None = None) -> tuple[Correction, ...]:
    """Load every entry of every `*.yml` and `*.yaml` of `folder` (default: `corrections_folder()`), by file name.

    Raises:
        CorrectionFileError: the folder that was named is not there, a file is no YAML, or an entry is not whole.
    """
    place = folder or corrections_folder()
    if not place.is_dir():
        raise CorrectionFileError(str(place), "this folder is not there", f"Make it, or unset {VARIABLE}")
    found: dict[str, Correction] = {}
    for path in sorted(p for p in place.iterdir() if p.suffix in (".yml", ".yaml")):
        for number, raw in enumerate(_entries(path), start=1):
            where = f"{path.name}, entry {number}"
            one = parse_correction(raw, where)
            if one.id in found:
                raise CorrectionFileError(where, f"it says the same as {found[one.id].source}", "Remove one of the two")
            found[one.id] = one
    return tuple(found.values())


def corrections_digest(corrections: Sequence[Correction]) -> str:
    """Give one hash of all decisions, whatever their order and files."""
    return hashlib.sha256("\n".join(sorted(c.id for c in corrections)).encode()).hexdigest()[:16]


def parse_correction(raw: object, where: str) -> Correction:
    """Check one entry and make a `Correction` of it. `where` names its file and number in messages.

    Raises:
        CorrectionFileError: a key is unknown, missing or of the wrong shape.
    """
    entry = _Entry(raw, where)
    action = entry.action()
    field = entry.field(action)
    digest = hashlib.sha256(repr(sorted((k, repr(v)) for k, v in entry.raw.items())).encode()).hexdigest()[:16]
    page, shows = entry.evidence()
    header = field in HEADER
    return Correction(
        id=digest,
        source=where,
        document=entry.document(),
        page=entry.page(needed=not header, allowed=not header),
        indicator=entry.indicator(allowed=not header),
        row=entry.whole("row", least=0) if not header else None,
        field=field,
        action=action,
        expect=entry.expect(field, action),
        value=entry.value(field, action),
        reason=entry.text("reason"),
        evidence_page=page,
        evidence=shows,
        by=entry.text("by"),
        date=entry.date(),
    )


def _entries(path: Path) -> list[object]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CorrectionFileError(path.name, f"it is no YAML in UTF-8: {error}", "Correct the file") from error
    if raw is None:
        return []
    return raw if isinstance(raw, list) else [raw]


class _Entry:
    """One entry while it is checked: each method gives a part of it or says what is wrong with it."""

    def __init__(self, raw: object, where: str) -> None:
        self._where = where
        if not isinstance(raw, Mapping):
            raise self._wrong(f"an entry is a mapping, not {raw!r}", "Begin each entry with `- document:`")
        self.raw: dict[str, Any] = {str(key): value for key, value in raw.items()}
        unknown = sorted(set(self.raw) - _KEYS)
        if unknown:
            raise self._wrong(f"unknown: {', '.join(unknown)}", f"Known are {', '.join(sorted(_KEYS))}")

    def action(self) -> Action:
        """Give the one action that the entry names."""
        switches = [name for name in ("drop", "flag", "accept") if name in self.raw]
        named = [*switches, *(["value"] if "value" in self.raw else [])]
        if len(named) != 1:
            raise self._wrong(
                f"it says {', '.join(named) or 'nothing'} to do", "Give exactly one of value, drop, flag, accept"
            )
        if switches and self.raw[switches[0]] is not True:
            raise self._wrong(f"{switches[0]} is {self.raw[switches[0]]!r}", f"Write `{switches[0]}: true`")
        return Action(switches[0]) if switches else Action.SET

    def field(self, action: Action) -> str | None:
        """Give the field, None where a whole row is dropped."""
        field = self.raw.get("field")
        if field is None and action is Action.DROP and "field" not in self.raw:
            return None
        if field not in FIELDS:
            raise self._wrong(f"field is {field!r}", f"Fields are {', '.join(FIELDS)}; figures as `goal.2`")
        if action in (Action.FLAG, Action.ACCEPT) and field not in FIGURES:
            raise self._wrong(f"{action} is for figures, {field} is none", "Give its value, or drop it")
        return str(field)

    def document(self) -> str | Report:
        """Give the document: the digits of its sha256, or publisher and period."""
        given = self.raw.get("document")
        if isinstance(given, str) and re.fullmatch(rf"[0-9a-f]{{{_LEAST_DIGITS},64}}", given):
            return given
        if isinstance(given, Mapping):
            return self._report(given)
        raise self._wrong(
            f"document is {given!r}",
            f"Give at least {_LEAST_DIGITS} digits of its sha256 in quotes, or municipality, program, year and quarter",
        )

    def _report(self, given: Mapping[Any, Any]) -> Report:
        unknown = sorted(set(map(str, given)) - _REPORT_KEYS)
        municipality, program = given.get("municipality"), given.get("program")
        year, quarter = given.get("year"), given.get("quarter")
        sound = isinstance(municipality, str) and type(year) is int and quarter in (1, 2, 3, 4)
        if unknown or not sound or year is None or quarter is None or not (program is None or isinstance(program, str)):
            raise self._wrong(
                f"document is {dict(given)}",
                "Give municipality, year and quarter (1 to 4), and program (in quotes) where there are several",
            )
        return Report(str(municipality), program, int(year), int(quarter))

    def page(self, *, needed: bool, allowed: bool) -> int | None:
        """Give the page, which every entry on a row has."""
        if needed and "page" not in self.raw:
            raise self._wrong("page is missing", "Give the page on which the indicator stands")
        if not allowed and "page" in self.raw:
            raise self._wrong("page is given for a field of the whole report", "Remove page; the evidence has its own")
        return self.whole("page", least=1)

    def indicator(self, *, allowed: bool) -> str | None:
        """Give the indicator's code, as read; None where only the row is named."""
        given = self.raw.get("indicator")
        if not allowed:
            if "indicator" in self.raw or "row" in self.raw:
                raise self._wrong("indicator or row is given for a field of the whole report", "Remove them")
            return None
        if given is None and "row" in self.raw:
            return None
        return self.text("indicator")

    def expect(self, field: str | None, action: Action) -> Expected:
        """Give the value being decided on."""
        if field is None:
            if "expect" in self.raw:
                raise self._wrong("expect is given for a whole row", "Remove it: indicator and page name the row")
            return None
        if "expect" not in self.raw:
            raise self._wrong("expect is missing", "Give the value as read now (`null` where nothing was read)")
        expected = self._value("expect", field, texts=True)
        if expected is None and action is not Action.SET:
            raise self._wrong(f"there is nothing to {action}", "Give a value instead")
        return expected

    def value(self, field: str | None, action: Action) -> Expected:
        """Give the value that a person found, None for another action."""
        if action is not Action.SET:
            return None
        value = self._value("value", str(field), texts=False)
        if value is None:
            raise self._wrong("value is empty", "Write `drop: true` where nothing is printed")
        if field == "quarter" and value not in (1, 2, 3, 4):
            raise self._wrong(f"quarter is {value!r}", "A quarter is 1, 2, 3 or 4")
        return value

    def _value(self, key: str, field: str, *, texts: bool) -> Expected:
        given = self.raw[key]
        if given is None:
            return None
        number = isinstance(given, (int, float)) and not isinstance(given, bool)
        if field in FIGURES or field in NUMBERS_OF_HEADER:
            whole = field in FIGURES or (number and given == int(given))
            if number and math.isfinite(given) and whole:
                return float(given)
            if texts and isinstance(given, str):
                return given
            raise self._wrong(f"{key} is {given!r}", "Give a number, in digits and with a point")
        if isinstance(given, str) and given.strip():
            return given
        raise self._wrong(f"{key} is {given!r}", f"{field} is a text: put it in quotes")

    def evidence(self) -> tuple[int, str]:
        """Give the page that a person looked at and what it shows."""
        given = self.raw.get("evidence")
        if not isinstance(given, Mapping) or set(given) != {"page", "shows"}:
            raise self._wrong(
                f"evidence is {given!r}", "Give `evidence: {page: 2, shows: ...}`: the page and what stands there"
            )
        shows, page = given["shows"], given["page"]
        if type(page) is not int or page < 1 or not isinstance(shows, str) or not shows.strip():
            raise self._wrong(f"evidence is {dict(given)}", "page counts from 1, and shows tells what stands there")
        return page, shows.strip()

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        given = self.raw.get(key)
        if not isinstance(given, str) or not given.strip():
            raise self._wrong(f"{key} is {given!r}", f"Give {key} as a text, in quotes where it looks like a number")
        return given.strip()

    def whole(self, key: str, least: int) -> int | None:
        """Give a whole number, None where the key is not there."""
        if key not in self.raw:
            return None
        given = self.raw[key]
        if type(given) is not int or given < least:
            raise self._wrong(f"{key} is {given!r}", f"Give a whole number from {least} on")
        return given

    def date(self) -> date:
        """Give the day of the decision."""
        given = self.raw.get("date")
        if type(given) is not date:
            raise self._wrong(f"date is {given!r}", "Give it as 2024-07-31, without quotes")
        return given

    def _wrong(self, problem: str, remedy: str) -> CorrectionFileError:
        return CorrectionFileError(self._where, problem, remedy)
