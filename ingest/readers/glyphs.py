"""Characters of a page become runs of text: who stands beside whom, where words part, in which order lines are read.

Here belongs text as it is drawn, whichever way it is turned. Not here: tables (`ruling`), files (`digital_pdf`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.cells import Box

_SPACE = 0.18  # of the type size: a wider gap between two characters parts words
_REACH = 0.4  # of the type size: a wider gap parts runs
_TOUCH = 0.1  # of the type size: pieces that stand closer are one text, whatever the order they were drawn in
_SMALL, _RAISED = 0.8, 0.15  # of the type size before: a raised character
_WRITTEN = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
                          "\u200b": "", "\ufeff": "", "\x00": ""})  # fmt: skip
_SOFT_HYPHEN = "\u00ad"

RIGHT, UP, DOWN = 0, 1, 2


@dataclass(slots=True)
class Glyph:
    """A drawn character: its box on the page, and its place along and across the line that it is written on.

    `start`, `end` grow in the direction of writing, `base` from line to line; `turn` is RIGHT, UP or DOWN.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    turn: int
    start: float
    end: float
    base: float


Run = list[Glyph]


def glyphs(chars: Iterable[dict[str, Any]], seen: Box) -> list[Glyph]:
    """Give the characters whose middle lies in the box `seen` (what is displayed), in the order of drawing."""
    found = []
    for char in chars:
        x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
        if not (seen.x0 <= (x0 + x1) / 2 <= seen.x1 and seen.top <= (top + bottom) / 2 <= seen.bottom):
            continue
        text, size = char["text"], char["size"]
        if char["upright"]:
            found.append(Glyph(text, x0, top, x1, bottom, size, RIGHT, x0, x1, bottom))
        elif char["matrix"][1] > 0:
            found.append(Glyph(text, x0, top, x1, bottom, x1 - x0, UP, -bottom, -top, x1))
        else:
            found.append(Glyph(text, x0, top, x1, bottom, x1 - x0, DOWN, top, bottom, -x0))
    return found


def runs_of(found: Iterable[Glyph]) -> list[Run]:
    """Part characters into runs: neighbours in drawing order that stand side by side on one line.

    Drawing order keeps a text together even where it flows over its border into the next cell.
    """
    runs: list[Run] = []
    last: Glyph | None = None
    for glyph in found:
        if last is not None and _follows(last, glyph):
            runs[-1].append(glyph)
            last = glyph
        elif glyph.text.strip():
            runs.append([glyph])
            last = glyph
    return runs


def _follows(last: Glyph, glyph: Glyph) -> bool:
    reach = max(last.size, glyph.size) * _REACH
    return (
        last.turn == glyph.turn and abs(glyph.base - last.base) < reach and -reach < glyph.start - last.end < reach
    )  # fmt: skip


def box_of(runs: Iterable[Run]) -> tuple[float, float, float, float]:
    """Give (x0, top, x1, bottom) around runs that are not empty."""
    every = [g for run in runs for g in run]
    return (min(g.x0 for g in every), min(g.top for g in every), max(g.x1 for g in every), max(g.bottom for g in every))


def touching(runs: Sequence[Run]) -> list[list[int]]:
    """Give groups of runs (by number) that stand so close that they look like one text, in the order of reading.

    A program that places each character by itself, in any order, leaves nothing else to go by.
    """
    order = sorted(range(len(runs)), key=lambda i: (runs[i][0].turn, round(runs[i][0].base), runs[i][0].start))
    groups: list[list[int]] = []
    for number in order:
        if groups and _touches(runs[groups[-1][-1]][-1], runs[number][0]):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _touches(last: Glyph, glyph: Glyph) -> bool:
    near = _TOUCH * max(last.size, glyph.size)
    return last.turn == glyph.turn and abs(glyph.base - last.base) < near and -near < glyph.start - last.end < near


def lines_of(runs: Iterable[Run], widest: float = float("inf")) -> list[Run]:
    """Join runs on one line, no more than `widest` type sizes apart; give lines in the order of reading."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r[0].turn, r[0].base)):
        first = rows[-1][0][0] if rows else None
        if first and first.turn == run[0].turn and abs(run[0].base - first.base) < 0.5 * run[0].size:
            rows[-1].append(run)
        else:
            rows.append([run])
    lines: list[Run] = []
    for row in rows:
        for number, run in enumerate(sorted(row, key=lambda r: r[0].start)):
            if number and run[0].start - lines[-1][-1].end <= widest * run[0].size:
                lines[-1] = lines[-1] + run
            else:
                lines.append(run)
    return lines


def text_of(line: Run) -> str:
    """Give the text of one line: spaces where the gaps are, ligatures written out."""
    parts = [line[0].text]
    for last, glyph in pairwise(line):
        if glyph.start - last.end > _SPACE * glyph.size:
            parts.append(" ")
        elif last.text.isdigit() and glyph.size < _SMALL * last.size and last.base - glyph.base > _RAISED * last.size:
            parts.append("^")  # the mark of a footnote is no digit of the number before it
        parts.append(glyph.text)
    return " ".join("".join(parts).translate(_WRITTEN).split())


def joined(lines: Iterable[str]) -> str:
    """Give lines as one text; a word that a soft hyphen parts at the end of a line is whole again."""
    text = "\n".join(lines)
    return text.replace(_SOFT_HYPHEN + "\n", "").replace(_SOFT_HYPHEN, "")
