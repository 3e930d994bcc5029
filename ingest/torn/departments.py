"""Which department answers for an indicator: in brackets behind the level, or in a band above the rows.

An activity's department is that of its component. Not here: other words of a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.cells import Cell
from ingest.directory import Publisher, find_publisher, known_name, likeness
from ingest.indicators import Header
from ingest.torn.codes import Code, Skeleton, level_depth
from ingest.words import as_name, one_line, plain

_BAND = re.compile(
    r"^\W*(?:DIRECCI[OÓ]N|SECRETAR[IÍ]A|COORDINACI[OÓ]N|INSTITUTO|TESORER[IÍ]A|SISTEMA|PROCURADUR[IÍ]A|OFICIAL[IÍ]A"
    r"|CONTRALOR[IÍ]A|SINDICATURA|UNIDAD|JEFATURA|SUBDIRECCI[OÓ]N|DELEGACI[OÓ]N|CONSEJER[IÍ]A)\b[A-ZÁÉÍÓÚÑ ,./]+$"
)
_PLACE = re.compile(r"\b(?:municipio|ayuntamiento)\s+d[eo]\s+(?P<name>[a-z]{3}.{2,40})")
_NEAR = 6
_SHORT = 42


def find_departments(
    lines: Sequence[Cell], skeleton: Skeleton, header: Header
) -> tuple[list[str | None], Publisher | None]:
    """Give the department of every place of the skeleton, in its order, and the publisher where it is known.

    None where the text does not tell.
    """
    read = _behind_levels(lines, skeleton)
    for code, name in _bands(lines, skeleton):
        read.setdefault(code, name)
    publisher = _publisher(lines, list(read.values()))
    own = _known(read, publisher, header)
    return [_answering(place.code, own, skeleton) for place in skeleton.places], publisher


def _publisher(lines: Sequence[Cell], departments: Sequence[str]) -> Publisher | None:
    texts = [m["name"] for line in lines for m in _PLACE.finditer(plain(line.text))]
    return find_publisher(texts, departments)


def _behind_levels(lines: Sequence[Cell], skeleton: Skeleton) -> dict[Code, str]:
    words = [(n, depth) for n, line in enumerate(lines) if (depth := level_depth(line.text)) in (0, 1, 2)]
    named = [(n, depth, name) for n, depth in words if (name := _in_brackets(lines, n)) is not None]
    found: dict[Code, str] = {}
    for number, depth, name in named:
        if depth < 2:
            found.setdefault((skeleton.program, (*skeleton.program, 1))[depth], name)
            continue
        near = [
            (abs(p.mark.line - number), p.code)
            for p in skeleton.places
            if p.mark is not None and len(p.code) - len(skeleton.program) == depth
        ]
        if near and min(near)[0] <= _NEAR:
            found.setdefault(min(near)[1], name)
    above = [p.code for p in skeleton.places if len(p.code) - len(skeleton.program) <= 2]
    if len(found) * 2 < len(named) == len(above):
        # The levels stand in a column of their own, in the order of the codes.
        return {code: name for code, (_, _, name) in zip(above, named, strict=True)}
    return found


def _in_brackets(lines: Sequence[Cell], number: int) -> str | None:
    """The text in brackets behind a level word, which may begin below it and go on over short lines."""
    for start in range(number, min(number + 4, len(lines))):
        text = lines[start].text
        opened = text.find("(")
        if opened < 0 or opened > 22 or (start > number and level_depth(text) is not None):
            continue
        inner = text[opened + 1 :]
        if ")" in inner:
            return one_line(inner[: inner.index(")")])
        if len(text) > _SHORT + 10:
            return _in_capitals(inner, lines[start + 1].text if start + 1 < len(lines) else "")
        for line in lines[start + 1 : start + 5]:
            piece, closed, _ = line.text.partition(")")
            if len(piece) > _SHORT:
                return None
            inner += " " + re.split(r"[|\[]", piece)[0]
            if closed:
                return one_line(inner)
    return None


def _in_capitals(inner: str, below: str) -> str | None:
    """A name in capitals that other columns' small letters end, and that the next line closes."""
    begin = re.match(r"(?:[A-ZÁÉÍÓÚÑ]{2,} ?)+", inner)
    end = re.match(r"((?:[A-ZÁÉÍÓÚÑ]{2,} ?)+)\)", below)
    return one_line(f"{begin[0]} {end[1]}") if begin and end else None


def _bands(lines: Sequence[Cell], skeleton: Skeleton) -> Iterator[tuple[Code, str]]:
    """Bands across the table, each with the component whose code comes next in the text."""
    components = sorted(
        (p.mark.line, p.code)
        for p in skeleton.places
        if p.mark is not None and 1 <= len(p.code) - len(skeleton.program) <= 2
    )
    every = sorted(p.mark.line for p in skeleton.places if p.mark is not None)
    for number, line in enumerate(lines):
        if not _BAND.match(line.text) or "MEDIDA" in line.text:
            continue
        following = next((m for m in every if m > number), None)
        code = next((c for m, c in components if m == following), None)
        if code is not None:
            yield code, as_name(line.text.strip(" |[]"))


def _known(read: dict[Code, str], publisher: Publisher | None, header: Header) -> dict[Code, str]:
    """Departments as their publisher spells them, where it is known; else as read, or as the heading has it."""
    if publisher is None:
        entity = header.entity or ""
        return {c: entity if entity and likeness(n, entity) >= 0.8 else n for c, n in read.items()}
    named: dict[Code, str] = {}
    # The legible ones first: what is left may tell what a torn one is.
    for code in sorted(read, key=lambda c: -len(read[c])):
        name = known_name(read[code], publisher, set(named.values()))
        named[code] = name if name is not None else read[code]
    return named


def _answering(code: Code, own: dict[Code, str], skeleton: Skeleton) -> str | None:
    depth = len(code) - len(skeleton.program)
    component = code[:-1] if depth == 3 else code
    if component in own:
        return own[component]
    # The first component that names no department of its own stands under the one above it.
    first = depth >= 2 and component[-1] == 1
    return own.get(component[:-1]) if first else None
