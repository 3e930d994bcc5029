"""What a report says of itself outside its tables: municipality, program, entity, municipal plan, year and quarter.

Here belongs the reading of those lines by a profile's labels. A thing that the report does not say stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from ingest.indicators import Header
from ingest.profile import Profile
from ingest.words import as_name, bare, one_line, plain

STATES = (
    "Aguascalientes", "Baja California", "Baja California Sur", "Campeche", "Chiapas", "Chihuahua",
    "Ciudad de México", "Coahuila", "Coahuila de Zaragoza", "Colima", "Durango", "Estado de México", "México",
    "Guanajuato", "Guerrero", "Hidalgo", "Jalisco", "Michoacán", "Michoacán de Ocampo", "Morelos", "Nayarit",
    "Nuevo León", "Oaxaca", "Puebla", "Querétaro", "Quintana Roo", "San Luis Potosí", "Sinaloa", "Sonora",
    "Tabasco", "Tamaulipas", "Tlaxcala", "Veracruz", "Veracruz de Ignacio de la Llave", "Yucatán", "Zacatecas",
)  # fmt: skip
_STATES_BY_PLAIN = {plain(s): s for s in STATES}
_WORD = 3  # letters of a number that is written out, at least
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:[-–—/]|\bal?\b)\s*((?:19|20)\d{2})(?!\d)", re.IGNORECASE)
_LONGEST_PLAN = 6  # years
_LONG_LABEL = 3  # words of a label that no heading of a column is
_CODED = re.compile(r"\d{1,3}(\.\d{1,3})+\s")


def read_header(lines: Iterable[str], profile: Profile) -> Header:
    """Give the header that `lines` state; the first line that states a thing wins."""
    texts = [one_line(line) for line in lines if line.strip()]
    municipality, state = _place(texts, profile)
    code, name = _program(texts, profile)
    quarter, year = _period(texts, profile)
    return Header(municipality, state, _entity(texts, profile), code, name, year, quarter, _plan(texts, profile, year))


def _after(texts: list[str], labels: tuple[str, ...], mark: str = "") -> str | None:
    """Give what follows the first of `labels` on the first line that has it.

    With a `mark` after labels, a line may end with it: wide gaps part what a page prints side by side.
    """
    for label in labels:
        pattern = re.compile(rf"\b{_spaced(label)}\b\s*{mark}\s*(?P<rest>\S.*)$")
        for text in texts:
            match = pattern.search(plain(text))
            if match is not None:
                return text[match.start("rest") :].strip()
    ended = [re.compile(rf"\b{_spaced(label)}\s*:\s*$") for label in labels if mark]
    alone = [re.compile(_spaced(label)) for label in labels if mark and len(label.split()) >= _LONG_LABEL]
    below = (
        b
        for a, b in pairwise(texts)
        if (any(e.search(plain(a)) for e in ended) and not b.endswith(":"))
        or (any(e.fullmatch(plain(a)) for e in alone) and ":" not in b)
        or (plain(a) in labels and mark and _CODED.match(b))
    )
    return next(below, None)


def _spaced(label: str) -> str:
    """Give the pattern of a label between whose words marks may stand, as specks are read."""
    return r"\W+".join(map(re.escape, label.split()))


def _place(texts: list[str], profile: Profile) -> tuple[str | None, str | None]:
    said = _after(texts, profile.header["municipality"])
    if said is None:
        return None, None
    town, _, rest = said.partition(",")
    parted = re.fullmatch(r"(?P<town>[^.;]+)[.;]\s*(?P<state>[^.;]+)\.?", said)
    if parted is not None and plain(parted["state"].strip()) in _STATES_BY_PLAIN:
        town, rest = parted["town"], parted["state"]  # a comma that was printed or read as another mark
    rest = rest.strip(" .")
    state = _STATES_BY_PLAIN.get(plain(rest)) or (as_name(rest) or None)
    return as_name(town.strip(" .,;")) or None, state


def _program(texts: list[str], profile: Profile) -> tuple[str | None, str | None]:
    said = _after(texts, profile.header["program"], mark=r"[:.;]")
    if said is None:
        return None, None
    # A point that was read as another mark would leave half a code.
    said = re.sub(r"^\d{1,3}(?:\s?[.,:;]\d{1,3})+", lambda m: re.sub(r"\s?[.,:;]", ".", m[0]), said)
    match = re.match(rf"(?P<code>{profile.code.pattern}|[A-Z]{{1,2}}-?\d{{1,4}})\.?\s*[-–]?\s*(?P<name>.*)$", said)
    if match is None:
        return None, said
    return match["code"], match["name"].strip() or None


def _entity(texts: list[str], profile: Profile) -> str | None:
    return _after(texts, profile.header["entity"], mark="[:;]")


def _plan(texts: list[str], profile: Profile, fiscal_year: int | None) -> str | None:
    """Give the years of the municipal plan that a line opens with or has after a mark: sentences speak of plans too.

    Years that are no term of a plan, or that the report's own year is not among, are misread or another plan's.
    """
    labels = "|".join(re.escape(label) for label in profile.header["plan"])
    opening, rest = r"(?:^|[:|,;(·•]\s*)(?:alinea\w* (?:al|con el) )?", r"(?:(?!\bplan\b|estat|nacion)[^\d.;]){0,60}?"
    stated = re.compile(rf"{opening}(?:{labels})\b{rest}{_SPAN.pattern}")
    years = {(int(m[1]), int(m[2])) for text in texts for m in stated.finditer(plain(text))}
    if len(years) != 1:
        return None
    ((first, last),) = years
    fits = 0 < last - first <= _LONGEST_PLAN and (fiscal_year is None or first <= fiscal_year <= last)
    return f"{first}-{last}" if fits else None


def _period(texts: list[str], profile: Profile) -> tuple[int | None, int | None]:
    # The years of a plan or a government are not the report's, unless there are no others.
    texts = [_SPAN.sub(" ", t) if _YEAR.search(_SPAN.sub(" ", t)) else t for t in texts]
    for text in texts:
        quarter = profile.quarter_of(text) or _run_together(text, profile)
        year = _YEAR.search(text)
        if quarter is not None and year is not None:
            return quarter, int(year[0])
    quarter = next((q for t in texts if len(t) < 60 and (q := profile.quarter_of(t)) is not None), None)
    years = {int(m[0]) for t in texts if "ejercicio" in plain(t) and (m := _YEAR.search(t))}
    return quarter, years.pop() if len(years) == 1 else None


def _run_together(text: str, profile: Profile) -> int | None:
    """Give the quarter that a title names whose spaces stand wrongly or were lost, as scans have them."""
    letters = bare(text)
    stems = "|".join(w.rstrip("*") for w in profile.quarter_words)
    named = {
        quarter
        for quarter, (ordinals, _) in profile.quarters.items()
        if any(len(o) >= _WORD and re.search(rf"{o}(?:{stems})", letters) for o in ordinals)
    }
    return named.pop() if len(named) == 1 else None
