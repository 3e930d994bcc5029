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
from ingest.headings import find_layout
from ingest.profile import Profile, load_profiles
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.readers.digital_pdf import UNSURE
from ingest.scan import figures, outline
from ingest.scan.depths import depths_of
from ingest.scan.spots import reworded
from ingest.scan.wording import distance
from ingest.words import one_line, plain, words

_FIGURES = 3  # in a row, to make it one even where no code opens it
_BAND = 0.8  # of the columns: a cell that wide is a band across the table
_PIECES = 3  # that a level may be broken into
_ALIKE = 2  # rows of one level tell how long its codes are
_SURE = 0.95  # what is read as surely is no level, but another word
_WORD = re.compile(r"[^\W\d_]{4}")
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
    columns = _columns(tables, root)
    if not columns:
        return list(tables)
    standing = [p.cell for t, column in zip(tables, columns, strict=True) for p in t.cells if p.column == column]
    root = outline.root_of([_read(cell, outline.opening_code(cell.text)) for cell in standing], root)
    whole = _stand_alone(standing)
    rows = list(_rows(tables, columns, root, profile))
    cells = [list(table.cells) for table in tables]
    places = [_without_specks(_read(cells[r.table][r.cell].cell, r.opened), root) for r in rows]
    depths = depths_of(places, [r.level for r in rows], root)
    codes = outline.told_codes(places, root, depths)
    rows = _with_levels(rows, codes, tables)
    for row, read, told in zip(rows, places, codes, strict=True):
        place = cells[row.table][row.cell]
        cells[row.table][row.cell] = replace(place, cell=_coded(place.cell, row, read, told, whole=whole))
        if row.named is not None and row.level is not None:
            place = cells[row.table][row.named]
            if profile.level_of(place.cell.text) is None:
                text = _opened_by(row.level, place.cell.text)
                cells[row.table][row.named] = replace(place, cell=reworded(place.cell, text))
    return [replace(table, cells=tuple(mine)) for table, mine in zip(tables, cells, strict=True)]


def _opened_by(level: str, text: str) -> str:
    """Give a text that a misread level opens, which spaces may break, with that level instead."""
    ends = [m.end() for m in re.finditer(r"\S+", text)][:_PIECES]
    end = min(ends, key=lambda e: distance(plain("".join(text[:e].split())), plain(level)), default=0)
    return level + text[end:]


def _with_levels(rows: Sequence[_Row], codes: Sequence[outline.Told], tables: Sequence[Table]) -> list[_Row]:
    """Give the rows with the levels that could not be read, where all other codes as long as theirs are of one."""
    levels: dict[int, list[str]] = {}
    for row, told in zip(rows, codes, strict=True):
        if told.code is not None and row.level is not None:
            levels.setdefault(told.code.count("."), []).append(row.level)
    columns = Counter(tables[r.table].cells[r.named].column for r in rows if r.named is not None)
    if not columns:
        return list(rows)
    ((column, _),) = columns.most_common(1)

    def leveled(row: _Row, told: outline.Told) -> _Row:
        same = levels.get(told.code.count("."), []) if told.code is not None and told.sure else []
        if row.level is not None or len(same) < _ALIKE or len(set(same)) > 1:
            return row
        table = tables[row.table]
        here = (n for n in _by_row(table)[table.cells[row.cell].row] if n != row.cell)
        mine = [n for n in here if table.cells[n].column == column]
        unsure = bool(mine) and (table.cells[mine[0]].cell.confidence or 0.0) < _SURE
        return replace(row, level=same[0], named=mine[0]) if unsure else row

    return [leveled(row, told) for row, told in zip(rows, codes, strict=True)]


def _coded(cell: Cell, row: _Row, read: outline.Place, told: outline.Told, *, whole: bool) -> Cell:
    """Give the cell of a row with its code; `whole` where nothing but codes stands in its column."""
    was_read = told.code is not None and _was_read(told.code, read.readings, cell.text)
    opened = _nearest(outline.openings(cell.text), told.code) or row.opened
    text = _reworded(cell.text, opened, told.code)
    if whole and told.code is not None and one_line(text) != told.code:
        text = told.code
    coded = cell if text == cell.text else reworded(cell, text)
    if told.code is None or (was_read and told.sure):
        return coded
    return replace(reworded(cell, text), confidence=UNSURE)


def _columns(tables: Sequence[Table], root: str | None) -> list[int]:
    """Give the column of each table in which most codes stand: its own where two stand there; [] without any codes.

    A table that continues on the next page may lack a column of the first.
    """
    loose, strict = (
        [Counter(_opening_columns(table, root, loosely=loosely)) for table in tables] for loosely in (True, False)
    )
    most = [max(sum(opened, Counter[int]()).values(), default=0) for opened in (loose, strict)]
    # A text here and there is misread as a code, where all the codes lost their points.
    opened = strict if most[1] * _ALIKE >= most[0] else loose
    counted = sum(opened, Counter[int]())
    if not counted:
        return []
    usual = max(counted, key=lambda c: counted[c])
    best = [max(mine, key=lambda c: (mine[c], counted[c]), default=usual) for mine in opened]
    return [c if mine[c] >= _ALIKE else usual for c, mine in zip(best, opened, strict=True)]


def _opening_columns(table: Table, root: str | None, *, loosely: bool) -> Iterator[int]:
    """Give the columns of cells that a code opens; `loosely` also of those that may be figures alone."""
    for place in table.cells:
        code = outline.opening_code(place.cell.text)
        if code and _is_code(code, root) and (loosely or not figures.is_figure(one_line(place.cell.text))):
            yield place.column


def _stand_alone(cells: Sequence[Cell]) -> bool:
    """Tell whether a column holds codes and nothing else: no words in most of its cells."""
    texts = [cell.text for cell in cells if outline.opening_code(cell.text)]
    return sum(bool(_WORD.search(t)) for t in texts) < 0.5 * len(texts)


def _rows(tables: Sequence[Table], columns: Sequence[int], root: str | None, profile: Profile) -> Iterator[_Row]:
    whole = _whole_rows(tables, profile)
    started = False
    for number, (table, column) in enumerate(zip(tables, columns, strict=True)):
        by_row = _by_row(table)
        mine = sorted((p.row, n) for n, p in enumerate(table.cells) if p.column == column and p.column_span == 1)
        for row, n in mine:
            cell = table.cells[n].cell
            if cell.engine == EXACT:
                continue
            openings = outline.openings(cell.text)
            opened = next((o for o in openings if _is_code(o, root)), None)
            levels = ((m, _level(table.cells[m].cell, profile)) for m in by_row[row] if m != n)
            named, level = next(((m, told) for m, told in levels if told), (None, None))
            if opened is not None or (row in whole[number] and (started or openings or level is not None)):
                started = True
                yield _Row(number, n, opened, level, named)


def _by_row(table: Table) -> dict[int, list[int]]:
    """Give the numbers of the cells of each row, of those that cover several rows for each of these."""
    by_row: dict[int, list[int]] = {}
    for n, place in enumerate(table.cells):
        for row in range(place.row, place.row + place.row_span):
            by_row.setdefault(row, []).append(n)
    return by_row


def _whole_rows(tables: Sequence[Table], profile: Profile) -> list[set[int]]:
    """Give the rows of each table that have figures and are no halves of rows that a page break parts.

    Such a half has figures where the other half, the last row before it or the first after it, has none.
    """
    bodies = [_figures_by_row(table, profile) for table in tables]
    found = []
    for number, body in enumerate(bodies):
        whole = {row for row, printed in body.items() if printed >= _FIGURES}
        before = [printed for b in bodies[:number] for printed in b.values()][-1:]
        after = [printed for b in bodies[number + 1 :] for printed in b.values()][:1]
        for beside, row in ((before, min(body, default=0)), (after, max(body, default=0))):
            if beside and beside[0] < _FIGURES:
                whole.discard(row)
        found.append(whole)
    return found


def _figures_by_row(table: Table, profile: Profile) -> dict[int, int]:
    """Give how many figures each row below the headings has; bands across the table are no rows."""
    layout = find_layout(table, profile)
    first = layout.heading_rows if layout is not None else 0
    counted: dict[int, int] = {}
    for place in sorted(table.cells, key=lambda p: p.row):
        if place.row >= first and place.column_span < _BAND * table.columns:
            counted[place.row] = counted.get(place.row, 0) + figures.is_figure(place.cell.text)
    return counted


def _is_code(opened: str, root: str | None) -> bool:
    if opened.count(".") > 1 or ("." in opened and not figures.is_figure(opened)):
        return True
    digits = _digits(opened)
    return root is not None and len(digits) >= 3 and outline.may_begin(digits, root)


def _level(cell: Cell, profile: Profile) -> str | None:
    """Give the level that a text opens with, perhaps misread; None where it is near none, or near two."""
    texts = (cell.text, *(o.text for o in cell.opinions))
    if told := {level for t in texts if (level := profile.level_of(t)) is not None}:
        return next(iter(told)) if len(told) == 1 else None
    near = {
        level
        for level, forms in profile.levels.items()
        for form in forms
        for text in texts
        for word in words(text)[:1]
        if distance(word, form.rstrip("*"), 2) <= len(form) // 5
    }
    return next(iter(near)) if len(near) == 1 else None


def _read(cell: Cell, opened: str | None) -> outline.Place:
    read = [code for o in cell.opinions if (code := outline.opening_code(o.text))]
    longer = [code for text in (cell.text, *(o.text for o in cell.opinions)) for code in outline.openings(text)[1:]]
    agreed = len(read) > 1 and len({_digits(code) for code in read}) == 1
    readings = tuple(dict.fromkeys(r for r in (opened, *read, *longer) if r))
    return outline.Place(readings, sure=agreed or (cell.confidence or 0.0) >= 0.95)


def _without_specks(place: outline.Place, root: str | None) -> outline.Place:
    """Give a place without readings of one digit, as holes and specks are read, where all codes have more."""
    readings = tuple(r for r in place.readings if len(_digits(r)) > 1 or len(_digits(root or "")) <= 1)
    return replace(place, readings=readings, sure=place.sure and bool(readings))


def _was_read(code: str, readings: Sequence[str], text: str) -> bool:
    """Whether an engine read the numbers of a code, and no more of them: the outline alone may give a neighbour's."""
    opened = next((r for r in readings if _digits(r) == _digits(code)), None)
    return opened is not None and not re.match(rf"\s*{re.escape(opened)}[\s.,]+\d", text)


def _nearest(opened: Sequence[str], code: str | None) -> str | None:
    """Give what a text may open with that is most of the code that its row has; None where nothing is."""
    if not opened or code is None:
        return None
    off = {o: distance(_digits(o), _digits(code), 1) for o in opened}
    best = min(opened, key=lambda o: off[o])
    if off[best] <= 1:
        return best
    # Its first digits may have faded.
    return next((o for o in reversed(opened) if _digits(code).endswith(_digits(o))), None)


def _digits(code: str) -> str:
    return re.sub(r"\D", "", code)


def _reworded(text: str, opened: str | None, code: str | None) -> str:
    if code is None:
        return f"{_UNKNOWN} {text}" if opened is not None else text
    if opened is None:
        return f"{code} {text}"
    if code == opened.rstrip("."):
        return text[text.index(opened) :]  # without the specks before it
    return outline.reworded(text, opened, code)
