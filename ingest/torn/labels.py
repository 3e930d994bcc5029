"""The words of an indicator in torn text: objective, indicator, units, frequency and department, as far as they stand.

A word that cannot be laid to one indicator is left out, not guessed. Not here: figures and justifications.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.profile import Profile
from ingest.torn.align import align
from ingest.torn.anchor import Anchored
from ingest.torn.codes import Mark, Skeleton
from ingest.words import one_line, plain

_ACRONYM = re.compile(r"\b(?P<acronym>(?:P|I|R|T)[A-Z0-9Í]{2,7})-?\s?[=:]\s?(?P<name>[A-ZÍa-z][^|\[\]\d]{8,})")
_STOP = re.compile(
    r"[|\[\]{}—]|\b[A-Z]{3,8}-?\s?[=:]|\bUNIDAD\b|\bINDICADOR\b|\bVARIABLES?\b|\bTrimestral\b|\bSemestral\b|\bAnual\b|\bMensual\b"
)
_UNIT = re.compile(r"INDICADOR\s?:\s?(?P<unit>[A-ZÍÁÉÓÚ][a-záéíóú]{3,})")
_VARIABLE = re.compile(r"VARIABLES?\s?:\s?(?P<unit>[A-ZÍÁÉÓÚ][^|\[\]\d:;]{2,60})")
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one row; None where the text does not tell."""

    page: int
    department: str | None = None
    objective: str | None = None
    indicator: str | None = None
    acronym: str | None = None
    frequency: str | None = None
    unit: str | None = None
    variable_unit: str | None = None


def find_labels(
    lines: Sequence[Cell],
    skeleton: Skeleton,
    anchored: Anchored,
    profile: Profile,
    departments: Sequence[str | None],
) -> list[Labels]:
    """Find the words of every indicator of the skeleton, in its order."""
    names = _indicators(lines, anchored)
    marks = sorted({p.mark.line for p in skeleton.places if p.mark is not None})
    found = []
    for row, evidence in enumerate(anchored.evidence):
        mark = evidence.place.mark
        page = mark.page if mark is not None else _page(anchored, row)
        acronym, indicator = names.get(row, (None, None))
        if mark is None:
            found.append(Labels(page, departments[row], None, indicator, acronym))
            continue
        end = min((m for m in marks if m > mark.line), default=len(lines))
        block = [line for line in lines[mark.line : min(end, mark.line + 14)] if line.page == mark.page]
        found.append(
            Labels(
                page,
                departments[row],
                _objective(lines, mark, end),
                indicator,
                acronym,
                _only(_frequencies(block, profile)),
                _only([m["unit"] for line in block for m in _UNIT.finditer(line.text)]),
                _only([_clean(m["unit"]) for line in block for m in _VARIABLE.finditer(line.text)]),
            )
        )
    return found


def _page(anchored: Anchored, row: int) -> int:
    """The page of a row whose code is lost: that of what was found for it, or of the nearest row with a code."""
    narrative = anchored.evidence[row].narrative
    if narrative is not None:
        return narrative.page
    near = sorted(
        (abs(n - row), e.place.mark.page) for n, e in enumerate(anchored.evidence) if e.place.mark is not None
    )
    return near[0][1] if near else 1


def _objective(lines: Sequence[Cell], mark: Mark, end: int) -> str | None:
    """What stands behind the code, and goes on in the lines below up to a full stop or another column."""
    parts: list[str] = []
    for number in range(mark.line, min(end, mark.line + _MOST_LINES)):
        text = lines[number].text[mark.end :] if number == mark.line else lines[number].text
        stop = _STOP.search(text)
        piece = text[: stop.start()] if stop else text
        if number > mark.line and (len(piece.strip()) < 4 or re.match(r"\W*\d", piece)):
            break
        parts.append(piece)
        if piece.rstrip().endswith("."):
            break
    return _clean(" ".join(parts)) or None


def _clean(text: str) -> str:
    return one_line(text).strip(" .,;:-—|\"'‘’“”_")


def _only(found: Sequence[str]) -> str | None:
    """The one thing that was found, or None where there are several."""
    return found[0] if len(set(found)) == 1 else None


def _frequencies(block: Sequence[Cell], profile: Profile) -> list[str]:
    """Frequencies that stand as a word of their own with a capital, as in the table and not in sentences."""
    found = []
    for line in block:
        for word in re.findall(r"(?<!Meta )\b[A-Z][a-z]+\b(?!\s*:)", line.text):
            name = next((f for f in profile.frequencies if f == plain(word)), None)
            if name is not None:
                found.append(name.capitalize())
    return found


def _indicators(lines: Sequence[Cell], anchored: Anchored) -> dict[int, tuple[str | None, str | None]]:
    """Names of indicators, which begin with an acronym, aligned with the codes by place and by words."""
    items = [(n, m) for n, line in enumerate(lines) for m in _ACRONYM.finditer(line.text)]
    stems = [set(_stems(_name(lines, n, m))) for n, m in items]
    rows = [set(_stems(_row_text(lines, e.place.mark))) for e in anchored.evidence]
    scores = [
        [
            _overlap(own, row) + (2.0 if e.place.mark is not None and 0 <= n - e.place.mark.line <= 1 else 0.0)
            for row, e in zip(rows, anchored.evidence, strict=True)
        ]
        for (n, _), own in zip(items, stems, strict=True)
    ]
    aligned = align(scores, skip_item=0.5, skip_row=0.2)
    return {
        row: (items[item][1]["acronym"], _clean(_name(lines, *items[item])))
        for item, (row, margin) in aligned.items()
        if margin >= 0.5 and scores[item][row] > 0.3
    }


def _name(lines: Sequence[Cell], number: int, match: re.Match[str]) -> str:
    """An indicator's name with its acronym; it goes on below where it has its lines for itself."""
    stop = _STOP.search(match["name"])
    name = match["name"][: stop.start()] if stop else match["name"]
    text = f"{match['acronym']}: {name}"
    if stop or match.end() < len(lines[number].text) or match.start() > 2:
        return text
    for line in lines[number + 1 : number + 4]:
        if len(line.text) > 45 or _STOP.search(line.text) or re.search(r"\d", line.text):
            break
        text += " " + line.text
    return text


def _row_text(lines: Sequence[Cell], mark: Mark | None) -> str:
    return (
        ""
        if mark is None
        else lines[mark.line].text[mark.end :]
        + " ".join(line.text[:50] for line in lines[mark.line + 1 : mark.line + 3])
    )


def _stems(text: str) -> list[str]:
    return [w[:5] for w in re.findall(r"[a-z]{4,}", plain(text)) if not w.startswith("porcen")]


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one) if one else 0.0
