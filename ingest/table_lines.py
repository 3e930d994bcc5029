"""Tables become lines: rows by the meaning of their columns, whole again where a page break split them.

Here belongs which cells make one row of a report, and which rows are none (headings again, bands). Not here: what
headings mean (`headings`), what the cells of a row say (`interpret`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.cells import Cell, Placed, Table
from ingest.headings import Layout, find_layout
from ingest.indicators import Rejected
from ingest.profile import FIGURES, Meaning, Profile
from ingest.words import one_line, words

_SEVERAL = 3
_BAND_SHARE = 0.8  # of the columns: a cell that wide is a band across the table
_SUMMARIES = ("total", "totales", "subtotal", "suma", "sumas", "promedio", "nota", "notas", "fuente")

Cells = dict[Meaning, Cell]


@dataclass(frozen=True)
class Line:
    """One row of a table: its cells by meaning, or the text of a band that crosses the table.

    `merged` are the figures whose cell this row shares with other rows or columns, `others` the cells without a
    meaning of their own. `parted` tells that its code and its figures stood in two rows of a scan.
    """

    page: int
    cells: Cells
    band: Cell | None = None
    others: tuple[Cell, ...] = ()
    merged: frozenset[Meaning] = frozenset()
    parted: bool = False

    @property
    def text(self) -> str:
        """The texts of the row, for a person to recognize it by."""
        return one_line(" | ".join(c.text for c in (*self.cells.values(), *self.others) if c.text.strip()))

    def said(self, field: str) -> str:
        """Give the text of a field that has no quarter, or ""."""
        return next((c.text for m, c in self.cells.items() if m.field == field and m.quarter is None), "")


def read_lines(tables: Iterable[Table], profile: Profile, rejected: list[Rejected]) -> list[Line]:
    """Give the lines of all tables in the order of the report; what is no part of it is added to `rejected`."""
    lines = (line for line in _lines(tables, profile, rejected) if line.band is not None or line.text)
    return list(_joined(lines, profile))


def _lines(tables: Iterable[Table], profile: Profile, rejected: list[Rejected]) -> Iterator[Line]:
    layout: Layout | None = None
    for table in tables:
        found = find_layout(table, profile)
        if found is not None:
            if layout is None or layout.unknown != found.unknown:
                rejected += [
                    Rejected(table.page, h, "a column heading that the profile does not know") for h in found.unknown
                ]
            layout = found
            yield from _table_lines(table, found.columns, found, found.heading_rows)
        elif layout is not None:
            columns = layout.of(table)
            if {m.field for m in columns.values()} >= {"indicator", "goal"}:
                yield from _table_lines(table, columns, layout, 0)
            else:
                rejected.append(_rejected_table(table, "a table whose columns are not those of the table before"))
        else:
            rejected.append(_rejected_table(table, "a table without headings of a known format"))


def _rejected_table(table: Table, reason: str) -> Rejected:
    return Rejected(table.page, one_line(" | ".join(p.cell.text for p in table.cells if p.cell.text)), reason)


def _table_lines(table: Table, columns: Mapping[int, Meaning], layout: Layout, first: int) -> Iterator[Line]:
    by_row: dict[int, list[Placed]] = {}
    for placed in table.cells:
        for row in range(placed.row, placed.row + placed.row_span):
            by_row.setdefault(row, []).append(placed)
    for number in range(first, table.rows):
        placed_here = by_row.get(number, [])
        band = next((p for p in placed_here if p.column_span >= _BAND_SHARE * table.columns), None)
        if band is not None:
            if band.cell.text.strip() and band.row == number:
                note = _opens_summary(band.cell.text)
                yield Line(table.page, {}, None if note else band.cell, (band.cell,) if note else ())
            continue
        texts = {one_line(p.cell.text) for p in placed_here if p.cell.text.strip()}
        if not texts <= layout.texts:  # headings that are printed again in the middle of a table are no row
            yield _line(table.page, placed_here, columns, number)


def _line(page: int, placed_here: list[Placed], columns: Mapping[int, Meaning], number: int) -> Line:
    cells: Cells = {}
    others = []
    merged = set()
    for placed in placed_here:
        meanings = [
            columns[c] for c in range(placed.column, placed.column + placed.column_span) if c in columns
        ]  # fmt: skip
        figures = [m for m in meanings if m.field in FIGURES]
        if len(meanings) == 1:
            cells[meanings[0]] = placed.cell
        cells.update(dict.fromkeys(figures, placed.cell))
        if placed.row_span > 1 or len(meanings) > 1:
            merged.update(figures)
        if len(meanings) != 1 and not figures and placed.row == number:
            others.append(placed.cell)
    return Line(page, cells, None, tuple(others), frozenset(merged))


def _joined(lines: Iterable[Line], profile: Profile) -> Iterator[Line]:
    """Make rows whole that a page break split: the last row of a page and the first of the next are halves of one
    when no more than one of them names a code. So are two rows of a scan, of which one has the code and the next all
    figures: they may be another indicator's, and are doubted. A band that a page opens with again is no new band.
    """
    held: Line | None = None
    last = 0  # the page that the held row goes to
    band: str | None = None
    for line in lines:
        if line.band is not None:
            said = one_line(line.band.text)
            if said == band and held is not None and held.page != line.page:
                continue
            band = said
        if held is not None and line.page != last and _is_half(held, line, profile):
            held, last = _whole(held, line, profile), line.page
            continue
        if held is not None and _is_parted(held, line, profile):
            held = replace(_whole(held, line, profile), parted=True)
            continue
        if held is not None:
            yield held
        held, last = line, line.page
    if held is not None:
        yield held


def _is_half(before: Line, line: Line, profile: Profile) -> bool:
    if before.band is not None or line.band is not None:
        return False
    if _is_summary(before) or _is_summary(line) or _print_the_same_figures(before, line):
        return False
    return not (names_code(before, profile) and names_code(line, profile))


def _is_parted(before: Line, line: Line, profile: Profile) -> bool:
    """Tell whether one row of a scan was taken for two, as the only row of a page may be."""
    figures = [c for m, c in line.cells.items() if m.field in FIGURES and c.text.strip()]
    recognized = all(c.confidence is not None for c in figures)
    bare = not any(c.text.strip() for m, c in before.cells.items() if m.field in FIGURES)
    ours = names_code(before, profile) and not names_code(line, profile) and line.page == before.page
    return ours and bare and recognized and len(figures) >= _SEVERAL and not _is_summary(line)


def _print_the_same_figures(before: Line, line: Line) -> bool:
    """Tell whether two lines have several figures of one meaning each: a figure stands on one side of a page break."""
    both = [m for m in line.cells.keys() & before.cells.keys() if m.field in FIGURES]
    return sum(bool(before.cells[m].text.strip() and line.cells[m].text.strip()) for m in both) >= _SEVERAL


def _is_summary(line: Line) -> bool:
    texts = [c.text for m, c in line.cells.items() if m.field not in FIGURES and m.field != "justification"]
    return any(_opens_summary(t) for t in (*texts, *(c.text for c in line.others)))


def _opens_summary(text: str) -> bool:
    """Tell whether a text opens a line of totals or a note, by its first word or the mark before it."""
    first = words(text)[:1]
    return text.lstrip().startswith("*") or bool(first and first[0] in _SUMMARIES)


def names_code(line: Line, profile: Profile) -> bool:
    """Tell whether a row names its indicator's code, in a column of its own or before the objective."""
    own = "".join(line.said("code").split()).rstrip(".")
    return bool(own) or re.match(rf"\s*{profile.code.pattern}", line.said("objective")) is not None


def _whole(first: Line, second: Line, profile: Profile) -> Line:
    cells = dict(first.cells)
    for meaning, cell in second.cells.items():
        mine = first.cells.get(meaning)
        if mine is None or not mine.text.strip():
            cells[meaning] = cell if cell.text.strip() or mine is None else mine
        elif cell.text.strip() and not _is_repeated(meaning, mine.text, cell.text, profile):
            cells[meaning] = replace(mine, text=f"{mine.text}\n{cell.text}")
    merged = frozenset(m for m in first.merged | second.merged if cells[m].text.strip())
    return Line(first.page, cells, None, first.others + second.others, merged, first.parted or second.parted)


def _is_repeated(meaning: Meaning, mine: str, again: str, profile: Profile) -> bool:
    """A cell that crosses the page break may be printed again on the next page, where it does not just go on."""
    if one_line(mine) == one_line(again):
        return meaning.field not in FIGURES
    return meaning.field == "level" and profile.level_of(again) is not None
