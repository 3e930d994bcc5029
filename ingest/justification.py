"""What a justification sentence says in figures: so many achieved of so many programmed, so many per cent.

Here belongs the parsing of Spanish justifications into statements. Not here: whether they agree with the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.cells import Span
from ingest.numbers import MEXICAN, NumberFormat, parse_number
from ingest.words import plain


class Scope(StrEnum):
    """Whether a statement speaks of the report's quarter, or of the year up to it."""

    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, as printed, its decimals and where it stands in the text that was parsed."""

    value: float
    text: str
    decimals: int
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `achieved` of `goal` is `pct`. Each is None where the sentence does not say it."""

    scope: Scope
    achieved: Figure | None
    goal: Figure | None
    pct: Figure | None


_NUMBER = re.compile(r"(?<![\d.,/-])\d[\d.,]*(?<![.,])(?![\d])\s*(?P<percent>%|por ciento)?")
_YEAR_PART = re.compile(r"\bmeta\s+anual\s*:|\bavance\s+acumulado\b|\bse\s+acumul\w+", re.IGNORECASE)
_PROGRAMMED = r"(?:programad|proyectad|planead|previst|estimad|se\s+ten[ií]an?)"
_GOAL_FORMS = (
    r"\bmeta\s+(?:anual|trimestral)\s+de\s+{n}",
    r"\bcontra\s+(?:un\s+total\s+de\s+|l[oa]s\s+)?{n}",
    r"\bde\s+un\s+total\s+de\s+{n}",
    rf"\bde\s+l[oa]s?\s+{{n}}[^.;:%\d]{{{{0,120}}}}?{_PROGRAMMED}",
    rf"\bde\s+{{n}}[^.;:%\d]{{{{0,120}}}}?{_PROGRAMMED}",
    r"\d[^.;:%]{{0,160}}?\bde\s+{n}",
)
_QUARTER_ORDINAL = re.compile(r"(?:trimestre|ejercicio|a[nñ]o|pmd|plan)\W+(?:de[l]?\s+)?$", re.IGNORECASE)


def parse_justification(text: str, form: NumberFormat = MEXICAN) -> tuple[Statement, ...]:
    """Give the statements of a justification, that of the quarter before that of the year.

    A sentence without figures gives no statement. Spans count characters of `text`.
    """
    flat = plain(text)
    cut = _YEAR_PART.search(flat)
    # "Meta Anual" opens the second half; where a text opens with it there is no statement for the quarter.
    parts = [(Scope.QUARTER, 0, cut.start() if cut else len(flat))]
    if cut:
        parts.append((Scope.YEAR, cut.start(), len(flat)))
    statements = (_statement(scope, text, flat, start, end, form) for scope, start, end in parts)
    return tuple(s for s in statements if s is not None)


def _statement(scope: Scope, text: str, flat: str, start: int, end: int, form: NumberFormat) -> Statement | None:
    counts: list[Figure] = []
    percents: list[Figure] = []
    for match in _NUMBER.finditer(flat, start, end):
        figure = _figure(text, match, form)
        if figure is None or _is_date(flat, start, match, figure):
            continue
        (percents if match["percent"] else counts).append(figure)
    goal = _goal(flat, start, end, counts)
    achieved = _achieved(counts, goal)
    if goal is None and achieved is None and not percents:
        return None
    return Statement(scope, achieved, goal, percents[0] if percents else None)


def _figure(text: str, match: re.Match[str], form: NumberFormat) -> Figure | None:
    printed = text[match.start() : match.end()]
    digits = printed.split("%")[0].split("por")[0].strip()
    value = parse_number(digits, form)
    if value is None:
        return None
    decimals = len(digits.rpartition(form.decimal)[2]) if form.decimal in digits else 0
    return Figure(value, digits, decimals, Span(match.start(), match.start() + len(digits)))


def _is_date(flat: str, start: int, match: re.Match[str], figure: Figure) -> bool:
    looks_like_a_year = figure.decimals == 0 and 1990 <= figure.value <= 2100 and "," not in figure.text
    return looks_like_a_year and bool(_QUARTER_ORDINAL.search(flat, start, match.start()))


def _goal(flat: str, start: int, end: int, counts: list[Figure]) -> Figure | None:
    for form in _GOAL_FORMS:
        pattern = re.compile(form.format(n=r"(?P<n>\d[\d.,]*)"))
        for match in pattern.finditer(flat, start, end):
            found = next((f for f in counts if f.span.start == match.start("n")), None)
            if found is not None:
                return found
    return None


def _achieved(counts: list[Figure], goal: Figure | None) -> Figure | None:
    """The figure before the goal is what was achieved of it; where the goal comes first, the one after it."""
    if goal is None:
        return None
    before = [f for f in counts if f.span.start < goal.span.start]
    if before:
        return before[-1]
    after = [f for f in counts if f.span.start > goal.span.start]
    return after[0] if after else None
