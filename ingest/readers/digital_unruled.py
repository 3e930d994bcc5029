"""Exact pages whose tables have no rules, or too few: characters become the words that a search for tables takes.

Here belongs the way from drawn characters to pieces, and from what was found back to the characters of each cell. Not
here: the search (`unruled`), cells (`digital_pdf`), rules that make a grid (`ruling`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.cells import Box
from ingest.readers.glyphs import RIGHT, Glyph, Run, box_of, lines_of, text_of
from ingest.readers.pieces import FIGURE, Border, PageText, Piece, Side
from ingest.readers.unruled import Found, find_unruled
from ingest.readers.unruled_rows import holds_several_rows

_SPACE = 0.18  # of the type size: as `glyphs` has it
_FIGURES = 3  # side by side, to make a line of figures
_ISOLATED = 0.6  # of the type size: figures of two columns stand farther apart
_ROWS = 2  # lines with several figures in a cell, to make rules that do not part columns
_CODE = re.compile(r"\d{1,3}(?:\.\d{1,3}){2,7}\.?(?=\s|$)")
_THIN = 3.0  # points: a rule is no wider
_LONG = 20.0  # points: a shorter border is a mark
_SPACED = 0.15  # of the texts have spaces where a program draws them at all
_STRETCHED = 6.0  # of the type size: justified words stand no farther apart
_MOST, _MORE = 0.95, 0.06  # of the gaps inside words, and as much wider, in type sizes, are gaps between two texts
_OVERLAP = 0.15  # of the type size: figures of one number overlap less
_FIGURE_ENDS, _FIGURE_STARTS = "0123456789%)", "0123456789$(-"
_SINGLE = 0.5  # of the runs are single characters where a program places each by itself


@dataclass(frozen=True, slots=True)
class LoosePage:
    """What stands on a page outside good tables: runs of text and drawn things, in the coordinates of the file."""

    number: int
    runs: tuple[Run, ...]
    drawn: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class LooseTable:
    """A table that was found: its borders, and the characters of each cell by (row, column, columns covered)."""

    number: int
    column_edges: tuple[float, ...]
    row_edges: tuple[float, ...]
    cells: Mapping[tuple[int, int, int], tuple[Run, ...]]
    outside: tuple[Run, ...]
    doubted: frozenset[tuple[int, int]] = frozenset()
    """Cells (row, column) that may hold a neighbour's text, or be blank because a neighbour holds theirs."""


def holds_rows(runs: Sequence[Run]) -> bool:
    """Tell whether runs outside tables look like rows of indicators: a code, and lines of figures."""
    figures = [r for r in runs if _is_figure(r)]
    return (len(figures) >= _FIGURES and any(_CODE.match(text_of(r)) for r in runs)) or _is_single(runs)


def has_lost_columns(held: Mapping[int, Sequence[Run]]) -> bool:
    """Tell whether lines in cells of a grid have several figures side by side: its rules do not part the columns."""
    return sum(_lines_of_figures(runs) for runs in held.values() if len(runs) >= _FIGURES) >= _ROWS


def has_lost_rows(held: Mapping[int, Sequence[Run]]) -> bool:
    """Tell whether the cells of a grid hold several rows each: its rules do not part the rows."""
    cells = (sorted((r for r in runs if r[0].turn == RIGHT), key=lambda r: r[0].base) for runs in held.values())
    return holds_several_rows(["\n".join("".join(g.text for g in run) for run in runs) for runs in cells])


def _lines_of_figures(runs: Sequence[Run]) -> int:
    lines: list[list[Run]] = []
    for run in sorted((r for r in runs if r[0].turn == RIGHT), key=lambda r: r[0].base):
        if lines and run[0].base - lines[-1][0][0].base < 0.3 * run[0].size:
            lines[-1].append(run)
        else:
            lines.append([run])
    return sum(_isolated(sorted(line, key=lambda r: r[0].x0)) >= _FIGURES for line in lines)


def _isolated(line: Sequence[Run]) -> int:
    reach = [(r[0].x0 - _ISOLATED * r[0].size, r[-1].x1 + _ISOLATED * r[0].size) for r in line]
    return sum(
        _is_figure(r)
        and (i == 0 or line[i - 1][-1].x1 < reach[i][0])
        and (i + 1 == len(line) or line[i + 1][0].x0 > reach[i][1])
        for i, r in enumerate(line)
    )


def _is_figure(run: Run) -> bool:
    return run[0].text in "-($0123456789" and FIGURE.fullmatch("".join(g.text for g in run).strip()) is not None


def _is_single(runs: Sequence[Run]) -> bool:
    return len(runs) > _FIGURES and sum(len(r) == 1 for r in runs) > _SINGLE * len(runs)


def find_tables(pages: Sequence[LoosePage]) -> list[LooseTable]:
    """Find the table without rules that goes over these pages, in its parts; [] where it is not certain.

    What stands outside the parts of a page is told with the first of them.
    """
    words = [list(_words(page.runs)) for page in pages]
    texts = [_page_text(page, mine) for page, mine in zip(pages, words, strict=True)]
    found = find_unruled(texts)
    return [
        table
        for page, mine in zip(pages, words, strict=True)
        for table in _tables([f for f in found if f.page == page.number], page, mine)
    ]


def _words(runs: Sequence[Run]) -> Iterator[tuple[int, Run]]:
    """Give words, each with the number of the text that it was drawn in; spaces stay with the word before.

    Where a program draws the spaces between words, words with none between them are two texts. Where it draws none,
    the gaps alone tell: the number is -1.
    """
    level = [r for r in runs if r[0].turn == RIGHT]
    whole = lines_of(level, _SPACE) if _is_single(level) else level
    spaced = sum(any(g.text.isspace() for g in r) for r in whole) > _SPACED * len(whole)
    widest = _usual_gap(whole) + _MORE if spaced else _SPACE
    number = 0
    last: Glyph | None = None
    for run in whole:
        start = 0
        for i in range(1, len(run)):
            if _parts(run, i, min(widest, _SPACE)):
                number += last is not None and not _continues(last, run[start])
                yield number if spaced else -1, run[start:i]
                start, last = i, run[i - 1]
        number += last is not None and not _continues(last, run[start])
        yield number if spaced else -1, run[start:]
        last = run[-1]


def _continues(last: Glyph, glyph: Glyph) -> bool:
    """Tell whether a word follows the space after the word before."""
    near = 0 <= glyph.start - last.start <= _STRETCHED * glyph.size and abs(glyph.base - last.base) < 0.2 * glyph.size
    return last.text.isspace() and near


def _usual_gap(runs: Sequence[Run]) -> float:
    """Give how far apart characters of a word stand at most, but for a few, as a share of the type size."""
    gaps = sorted(
        (b.start - a.end) / b.size
        for run in runs
        for a, b in pairwise(run)
        if not a.text.isspace() and not b.text.isspace()
    )
    return max(0.0, gaps[int(_MOST * len(gaps))]) if gaps else _SPACE


def _parts(run: Run, i: int, widest: float) -> bool:
    """Tell whether a word begins at character `i`: after a space, a gap wider than `widest`, or a percentage."""
    last, glyph = run[i - 1], run[i]
    if glyph.text.isspace():
        return False
    if not last.text.isspace():
        figures = last.text in _FIGURE_ENDS and glyph.text in _FIGURE_STARTS
        gap = (glyph.start - last.end) / glyph.size
        return gap > widest or (figures and (last.text == "%" or gap < -_OVERLAP))
    # Some publishers group digits by spaces.
    before = run[i - 2] if i > 1 else last
    return not (before.text.isdigit() and "".join(g.text for g in run[i : i + 4]).strip()[:4].isdigit()
                and len("".join(g.text for g in run[i : i + 4]).split()[0]) == 3)  # fmt: skip


def _page_text(page: LoosePage, words: Sequence[tuple[int, Run]]) -> PageText:
    inked = [(n, run, word) for n, (run, word) in enumerate(words) if any(g.text.strip() for g in word)]
    pieces = tuple(Piece(_box(word), text_of(word), n, run) for n, run, word in inked)
    return PageText(page.number, pieces, tuple(_borders(page.drawn)), sides=tuple(_sides(page.drawn)))


def _box(word: Run) -> Box:
    inked: list[Glyph] = [g for g in word if g.text.strip()]
    return Box(*box_of([inked]))


def _borders(drawn: Sequence[Mapping[str, Any]]) -> Iterator[Border]:
    for thing in drawn:
        if thing["x1"] - thing["x0"] >= _LONG:
            for y in {thing["top"], thing["bottom"]}:
                yield Border(y, thing["x0"], thing["x1"])


def _sides(drawn: Sequence[Mapping[str, Any]]) -> Iterator[Side]:
    for thing in drawn:
        if thing["x1"] - thing["x0"] <= _THIN < thing["bottom"] - thing["top"]:
            yield Side((thing["x0"] + thing["x1"]) / 2, thing["top"], thing["bottom"])


def _tables(found: Sequence[Found], page: LoosePage, words: Sequence[tuple[int, Run]]) -> Iterator[LooseTable]:
    held = {p.number for f in found for slot in f.slots for p in slot.pieces}
    turned = [r for r in page.runs if r[0].turn != RIGHT]
    outside = (*turned, *(word for n, (_, word) in enumerate(words) if n not in held))
    for number, one in enumerate(found):
        cells = {(s.row, s.column, s.column_span): tuple(words[p.number][1] for p in s.pieces) for s in one.slots}
        doubted = frozenset((s.row, s.column) for s in one.slots if s.stained)
        edges = one.column_edges, one.row_edges
        yield LooseTable(page.number, *edges, cells, outside if number == 0 else (), doubted)
