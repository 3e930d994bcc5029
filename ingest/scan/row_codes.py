"""Codes and levels of the rows of a whole document, told by what was read of each and by the order that an outline has.

Here belongs which rows take part, and what becomes of their texts. Not here: what the order says (`outline`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.cells import Cell, Table
from ingest.header import read_header
from ingest.profile import Profile, load_profiles
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.readers.digital_pdf import UNSURE
from ingest.scan import figures, outline
from ingest.scan.spots import reworded
from ingest.scan.wording import distance
from ingest.words import words

_FIGURES = 3  # in a row, to make it one even where no code opens it
_UNKNOWN = "?"
"""Stands before a code that is wrong: better a row without a code than with another row's."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that has a code, or should: its table, the number of the cell, and what the code was read as.

    `level` is the level that the row seems to name, in the cell number `named`.
    """

    table: int
    cell: int
    opened: str | None
    level: str | None
    named: int | None


def with_codes(tables: Sequence[Table], lines: Sequence[Cell]) -> list[Table]:
    """Give the tables with the codes of their rows as the order of the outline tells them.

    Codes that neither the reading nor the order settles are marked, so that they are no codes any more.
    """
    profile = load_profiles()[0]
    root = read_header((line.text for line in lines), profile).program_code
    column = _column(tables, root)
    if column is None:
        return list(tables)
    rows = [row for t, table in enumerate(tables) for row in _rows(t, table, column, root, profile)]
    places = [_place(tables[r.table].cells[r.cell].cell, r) for r in rows]
    places = _with_depths(places, rows, root)
    cells = [list(table.cells) for table in tables]
    for row, read, code in zip(rows, places, outline.mended_codes(places, root), strict=True):
        place = cells[row.table][row.cell]
        text = _reworded(place.cell.text, row.opened, code)
        if text != place.cell.text:
            cells[row.table][row.cell] = replace(place, cell=reworded(place.cell, text))
        if code is not None and not _was_read(code, read.readings, place.cell.text):
            unsure = replace(reworded(place.cell, text), confidence=UNSURE)
            cells[row.table][row.cell] = replace(place, cell=unsure)
        if row.named is not None and row.level is not None:
            place = cells[row.table][row.named]
            if profile.level_of(place.cell.text) is None:
                text = re.sub(r"^\s*\S+", row.level, place.cell.text)
                cells[row.table][row.named] = replace(place, cell=reworded(place.cell, text))
    return [replace(table, cells=tuple(mine)) for table, mine in zip(tables, cells, strict=True)]


def _column(tables: Sequence[Table], root: str | None) -> int | None:
    """Give the column in which most codes stand."""
    opened = Counter(
        place.column
        for table in tables
        for place in table.cells
        if (code := outline.opening_code(place.cell.text)) and _is_code(code, root)
    )
    return opened.most_common(1)[0][0] if opened else None


def _rows(number: int, table: Table, column: int, root: str | None, profile: Profile) -> Iterator[_Row]:
    by_row: dict[int, list[int]] = {}
    for m, place in enumerate(table.cells):
        by_row.setdefault(place.row, []).append(m)
    mine = sorted(
        ((p.row, n) for n, p in enumerate(table.cells) if p.column == column and p.column_span == 1),
    )
    started = False
    for position, (row, n) in enumerate(mine):
        cell = table.cells[n].cell
        if cell.engine == EXACT:
            continue
        opened = outline.opening_code(cell.text)
        if opened is not None and not _is_code(opened, root):
            opened = None
        beside = [table.cells[m].cell.text for m in by_row[row] if m != n]
        # The first and the last row of a page may be half a row, whose code stands in the other half.
        inside = started and position < len(mine) - 1
        started = started or opened is not None
        if opened is not None or (inside and sum(map(figures.is_figure, beside)) >= _FIGURES):
            levels = ((m, _level(table.cells[m].cell.text, profile)) for m in by_row[row])
            named, level = next(((m, told) for m, told in levels if told), (None, None))
            yield _Row(number, n, opened, level, named)


def _is_code(opened: str, root: str | None) -> bool:
    if opened.count(".") > 1 or ("." in opened and not figures.is_figure(opened)):
        return True
    digits = "".join(c for c in opened if c.isdigit())
    return root is not None and len(digits) >= 3 and outline.may_begin(digits, root)


def _level(text: str, profile: Profile) -> str | None:
    """Give the level that a text opens with, perhaps misread; None where it is near none, or near two."""
    if (told := profile.level_of(text)) is not None:
        return told
    first = words(text)[:1]
    near = {
        level
        for level, forms in profile.levels.items()
        for form in forms
        for word in first
        if distance(word, form.rstrip("*"), 2) <= len(form) // 5
    }
    return next(iter(near)) if len(near) == 1 else None


def _place(cell: Cell, row: _Row) -> outline.Place:
    read = [code for o in cell.opinions if (code := outline.opening_code(o.text))]
    readings = tuple(dict.fromkeys([row.opened, *read])) if row.opened else tuple(dict.fromkeys(read))
    agreed = len(read) > 1 and len({"".join(c for c in code if c.isdigit()) for code in read}) == 1
    return outline.Place(tuple(r for r in readings if r), sure=agreed or (cell.confidence or 0.0) >= 0.95)


def _with_depths(places: Sequence[outline.Place], rows: Sequence[_Row], root: str | None) -> list[outline.Place]:
    """Tell of how many numbers the codes of each level are, as most rows of that level show."""
    shown: dict[str, Counter[int]] = {}
    for place, row in zip(places, rows, strict=True):
        for reading in place.readings[:1]:
            if row.level is not None and (root is None or reading == root or reading.startswith(f"{root}.")):
                shown.setdefault(row.level, Counter())[reading.rstrip(".").count(".") + 1] += 1
    usual = {level: n.most_common(1)[0] for level, n in shown.items()}
    depths = {level: depth for level, (depth, times) in usual.items() if times > 0.6 * shown[level].total()}
    return [replace(p, depth=depths.get(r.level) if r.level else None) for p, r in zip(places, rows, strict=True)]


def _was_read(code: str, readings: Sequence[str], text: str) -> bool:
    """Whether an engine read the numbers of a code, and no more of them: the outline alone may give a neighbour's."""
    digits = re.sub(r"\D", "", code)
    opened = next((r for r in readings if re.sub(r"\D", "", r) == digits), None)
    return opened is not None and not re.match(rf"\s*{re.escape(opened)}[\s.,]+\d", text)


def _reworded(text: str, opened: str | None, code: str | None) -> str:
    if code is None:
        return f"{_UNKNOWN} {text}" if opened is not None else text
    if opened is None:
        return f"{code} {text}"
    return text if code == opened.rstrip(".") else outline.reworded(text, opened, code)
