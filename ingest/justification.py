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
    """One statement: `achieved` of `goal` is `pct`. Each is None where the sentence does not say it.

    `others` and `other_pcts` are the figures of the sentence that none of the three is.
    """

    scope: Scope
    achieved: Figure | None
    goal: Figure | None
    pct: Figure | None
    others: tuple[Figure, ...] = ()
    other_pcts: tuple[Figure, ...] = ()


_NUMBER = re.compile(r"(?<![\w.,/-])\d[\d.,]*(?<![.,])(?![\w])\s*(?P<percent>%|por ciento)?")
_YEAR_PART = re.compile(r"\bmeta\s+anual\s*:|\bavance\s+acumulado\b|\bse\s+acumul\w+")
_YEAR_SENTENCE = re.compile(r"(?:^|[.;]\s+)(?=[^.;]*\b(?:meta|avance|cumplimiento)\s+(?:anual|acumulad[oa])\b)")
_PROGRAMMED = r"(?:programad|proyectad|planead|previst|estimad|se\s+ten[ií]an?)"
_GOAL_FORMS = tuple(
    re.compile(form.format(n=r"(?P<n>\d[\d.,]*)"))
    for form in (
        r"\bmeta\s+(?:anual|trimestral)\s+de\s+{n}",
        r"\bmeta\b[^.;:%\d]{{0,80}}?\b(?:fue|es|era|consist\w+)\s+(?:de\s+)?{n}",
        r"\b(?:se\s+program\w+|programandose|se\s+proyect\w+|se\s+plane\w+|se\s+ten[ií]an?\s+\w+)\s+{n}",
        r"\bcontra\s+(?:un\s+total\s+de\s+|l[oa]s\s+)?{n}",
        r"\bde\s+un\s+total\s+de\s+{n}",
        rf"\bde\s+l[oa]s?\s+{{n}}[^.;:%\d]{{{{0,120}}}}?{_PROGRAMMED}",
        rf"\bde\s+{{n}}[^.;:%\d]{{{{0,120}}}}?{_PROGRAMMED}",
        r"\bmeta\s+de\s+{n}",
        r"\d[^.;:%]{{0,160}}?\bde\s+{n}",
    )
)
_CALENDAR = re.compile(r"(?:trimestre|ejercicio|fiscal|a[nñ]o|pmd|plan)\W+(?:de[l]?\s+)?$")
_LABELS = re.compile(
    r"\b(?:linea|ley|articulo|art|fraccion|numeral|region|zona|ramo|capitulo|agenda|covid|no|num|numero)\b[\s.:-]*"
    r"(?P<digits>(?<=ley )3\s+de\s+3\b|\d[\d.,]*)|(?P<age>\d+(?:\s+(?:a|y|o)\s+\d+)?)\s+anos\b"
    r"|\btrimestre\s+(?P<quarter>[1-4])(?=\W+(?:del?\s+)?(?:19|20)\d{2}\b)"
)


def parse_justification(text: str, form: NumberFormat = MEXICAN, *, names: str = "") -> tuple[Statement, ...]:
    """Give the statements of a justification, that of the quarter before that of the year.

    A sentence without figures gives no statement. Spans count characters of `text`. Digits that belong to `names`
    (what the indicator is called: "servicios de la línea 070") or that number a thing ("Ley 3 de 3") are no figures.
    """
    flat = _without_names(plain(text), plain(names))
    hard, soft = _YEAR_PART.search(flat), _YEAR_SENTENCE.search(flat)
    starts = [m.start() for m in (hard, soft) if m is not None]
    cut = min(starts) if starts else len(flat)
    # "Meta Anual" opens the second half; where a text opens with it there is no statement for the quarter.
    statements = (
        _statement(scope, text, flat, start, end, form)
        for scope, start, end in ((Scope.QUARTER, 0, cut), (Scope.YEAR, cut, len(flat)))
    )
    return tuple(s for s in statements if s is not None)


def _without_names(flat: str, names: str) -> str:
    """Blot out digits that name things, one mark for each: a scan may have the next word joined to them."""
    masked = list(flat)
    for match in re.finditer(r"[^\s\d]+\s+(?P<digits>\d[\d.,]*(?:\s+de\s+\d+)?)(?:\s+[^\s\d]+)?", names):
        before, after = match.start("digits") - match.start(), match.end() - match.end("digits")
        for again in re.finditer(rf"(?<!\w){re.escape(match[0])}(?!\w|[.,]\d)", flat):
            _cover(masked, again.start() + before, again.end() - after)
    for match in _LABELS.finditer(flat):
        _cover(masked, *match.span(match.lastgroup or 0))
    return "".join(masked)


def _cover(masked: list[str], start: int, end: int) -> None:
    masked[start:end] = ["~" if c.isdigit() else c for c in masked[start:end]]


def _statement(scope: Scope, text: str, flat: str, start: int, end: int, form: NumberFormat) -> Statement | None:
    counts: list[Figure] = []
    percents: list[Figure] = []
    for match in _NUMBER.finditer(flat, start, end):
        figure = _figure(text, match, form)
        if figure is None or _is_year(flat, start, match, figure):
            continue
        (percents if match["percent"] else counts).append(figure)
    goal = _goal(flat, start, end, counts)
    achieved = _achieved(counts, goal)
    if goal is None and achieved is None and not percents:
        return None
    others = tuple(c for c in counts if c not in (goal, achieved))
    return Statement(scope, achieved, goal, percents[0] if percents else None, others, tuple(percents[1:]))


def _figure(text: str, match: re.Match[str], form: NumberFormat) -> Figure | None:
    printed = text[match.start() : match.end()]
    digits = printed.split("%")[0].split("por")[0].strip()
    value = parse_number(digits, form)
    if value is None:
        return None
    decimals = len(digits.rpartition(form.decimal)[2]) if form.decimal in digits else 0
    return Figure(value, digits, decimals, Span(match.start(), match.start() + len(digits)))


def _is_year(flat: str, start: int, match: re.Match[str], figure: Figure) -> bool:
    looks_like_a_year = figure.decimals == 0 and 1990 <= figure.value <= 2100 and "," not in figure.text
    return looks_like_a_year and bool(_CALENDAR.search(flat, start, match.start()))


def _goal(flat: str, start: int, end: int, counts: list[Figure]) -> Figure | None:
    for pattern in _GOAL_FORMS:
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
