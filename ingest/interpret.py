"""Tables and a profile become indicator rows: every value still points at the cell that it stands in.

Here belongs what the cells of a table mean. Not here: what headings mean (`headings`), whether the figures agree
(`reconcile`), and text whose tables were torn apart (`torn`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.cells import Cell, Placed, Reading, Table
from ingest.header import read_header
from ingest.headings import Layout, find_layout
from ingest.indicators import Header, IndicatorRow, Quality, Quarterly, Rejected, Value
from ingest.numbers import parse_number
from ingest.profile import QUARTERLY, Meaning, Profile
from ingest.words import one_line, plain, words

_BAND_SHARE = 0.8  # of the columns: a cell that wide is a band across the table
_BLANK_MARKS = re.compile(r"[\s$%.\-\u2013\u2014_*]*")

Cells = dict[Meaning, Cell]


@dataclass(frozen=True)
class _Line:
    """One row of a table: its cells by meaning, or the text of a band that crosses the table.

    `merged` are the figures whose cell this row shares with others.
    """

    page: int
    cells: Cells
    band: Cell | None = None
    others: tuple[Cell, ...] = ()
    merged: frozenset[Meaning] = frozenset()

    @property
    def text(self) -> str:
        return one_line(" | ".join(c.text for c in (*self.cells.values(), *self.others) if c.text.strip()))


def matches(reading: Reading, profile: Profile) -> bool:
    """Tell whether any table of `reading` has headings of `profile`."""
    return any(find_layout(table, profile) is not None for table in reading.tables)


def interpret(reading: Reading, profile: Profile) -> tuple[Header, tuple[IndicatorRow, ...], tuple[Rejected, ...]]:
    """Give the header, the rows and what was rejected of a reading with tables.

    Every printed quarter has a value (`unchecked`, or `missing` for a blank); quarters that the format does not
    print are None. Percentages whose heading names no quarter belong to the report's own quarter.
    """
    header = read_header((c.text for c in reading.lines), profile)
    rejected: list[Rejected] = []
    if header.quarter is None:
        rejected.append(Rejected(1, "", "the report does not say its quarter: figures of that quarter have no place"))
    lines = list(_joined(_lines(reading.tables, profile, rejected)))
    rows: list[IndicatorRow] = []
    department: str | None = None
    for line in lines:
        if line.band is not None:
            department = one_line(line.band.text)
            continue
        row = _row(line, profile, header, department)
        if row is None:
            rejected.append(Rejected(line.page, line.text, "a table row without an indicator code"))
        else:
            rows.append(row)
    return header, _with_departments(_with_levels(rows)), tuple(rejected)


def _lines(tables: Iterable[Table], profile: Profile, rejected: list[Rejected]) -> Iterator[_Line]:
    layout: Layout | None = None
    for table in tables:
        found = find_layout(table, profile)
        if found is not None:
            if layout is None or layout.unknown != found.unknown:
                rejected += [
                    Rejected(table.page, h, "a column heading that the profile does not know") for h in found.unknown
                ]
            layout = found
            yield from _table_lines(table, found.columns, found.heading_rows)
        elif layout is not None:
            columns = layout.of(table)
            if {m.field for m in columns.values()} >= {"indicator", "goal"}:
                yield from _table_lines(table, columns, 0)
            else:
                rejected.append(_rejected_table(table, "a table whose columns are not those of the table before"))
        else:
            rejected.append(_rejected_table(table, "a table without headings of a known format"))


def _rejected_table(table: Table, reason: str) -> Rejected:
    return Rejected(table.page, one_line(" | ".join(p.cell.text for p in table.cells if p.cell.text)), reason)


def _table_lines(table: Table, columns: Mapping[int, Meaning], first: int) -> Iterator[_Line]:
    by_row: dict[int, list[Placed]] = {}
    for placed in table.cells:
        for row in range(placed.row, placed.row + placed.row_span):
            by_row.setdefault(row, []).append(placed)
    for number in range(first, table.rows):
        placed_here = by_row.get(number, [])
        band = next((p for p in placed_here if p.column_span >= _BAND_SHARE * table.columns), None)
        if band is not None:
            if band.cell.text.strip():
                yield _Line(table.page, {}, band.cell)
            continue
        yield _line(table.page, placed_here, columns, number)


def _line(page: int, placed_here: list[Placed], columns: Mapping[int, Meaning], number: int) -> _Line:
    cells: Cells = {}
    others = []
    merged = set()
    for placed in placed_here:
        meanings = [
            columns[c] for c in range(placed.column, placed.column + placed.column_span) if c in columns
        ]  # fmt: skip
        if len(meanings) == 1:
            cells[meanings[0]] = placed.cell
            if placed.row_span > 1 and meanings[0].field in ("annual_goal", *QUARTERLY):
                merged.add(meanings[0])
        elif placed.row == number:
            others.append(placed.cell)
    return _Line(page, cells, None, tuple(others), frozenset(merged))


def _joined(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Join a row that a page break split: its second half opens a page and names no code, level or indicator."""
    held: _Line | None = None
    for line in lines:
        if held is not None and _continues(held, line):
            held = _Line(held.page, _merged(held.cells, line.cells), None, held.others + line.others, held.merged)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _continues(before: _Line, line: _Line) -> bool:
    if before.band is not None or line.band is not None or line.page == before.page or not line.text:
        return False
    if any(m.field == "code" and c.text.strip() for m, c in line.cells.items()):
        return False
    objective = next((c.text for m, c in line.cells.items() if m.field == "objective"), "")
    return not re.match(r"\s*\d{1,3}(?:\.\d{1,3}){2,}", objective)


def _merged(before: Cells, after: Cells) -> Cells:
    merged = dict(before)
    for meaning, cell in after.items():
        mine = before.get(meaning)
        if mine is None or not mine.text.strip():
            merged[meaning] = cell if cell.text.strip() or mine is None else mine
        elif cell.text.strip() and meaning.field != "level":
            merged[meaning] = replace(mine, text=f"{mine.text}\n{cell.text}")
    return merged


def _row(line: _Line, profile: Profile, header: Header, band: str | None) -> IndicatorRow | None:
    texts = {m.field: one_line(c.text) or None for m, c in line.cells.items() if m.quarter is None}
    code, objective = _code(texts, profile)
    if code is None:
        return None
    level_text = texts.get("level") or ""
    unit, variable_unit = _units(texts, profile)
    return IndicatorRow(
        page=line.page,
        level=profile.level_of(level_text),
        code=code,
        department=texts.get("department") or _in_parentheses(level_text) or band,
        objective=objective,
        indicator=texts.get("indicator"),
        acronym=_acronym(texts.get("indicator")),
        frequency=_frequency(texts.get("frequency"), profile),
        unit=unit,
        variable_unit=variable_unit,
        annual_goal=_value(line, Meaning("annual_goal"), profile),
        justification=texts.get("justification"),
        goal=_quarters("goal", line, profile, header.quarter),
        achieved=_quarters("achieved", line, profile, header.quarter),
        progress_pct=_quarters("progress_pct", line, profile, header.quarter),
        accumulated_pct=_quarters("accumulated_pct", line, profile, header.quarter),
    )


def _code(texts: Mapping[str, str | None], profile: Profile) -> tuple[str | None, str | None]:
    """Give the code and the objective without it: the code has a column of its own, or opens the objective."""
    objective = texts.get("objective")
    own = (texts.get("code") or "").replace(" ", "").rstrip(".")
    if own:
        return (own if profile.code.fullmatch(own) else None), objective
    match = re.match(rf"\s*(?P<code>{profile.code.pattern})\.?(?=\s|$|[^\d.])\s*(?P<rest>.*)$", objective or "")
    if match is None:
        return None, objective
    return match["code"], match["rest"] or None


def _in_parentheses(text: str) -> str | None:
    match = re.search(r"\((?P<inside>.+)\)", text)
    return one_line(match["inside"]) if match else None


def _acronym(indicator: str | None) -> str | None:
    match = re.match(r"\s*(?P<acronym>[A-ZÁÉÍÓÚÑÜ]{2,12}\d{0,2})\s*[:=]", indicator or "")
    return match["acronym"] if match else None


def _frequency(text: str | None, profile: Profile) -> str | None:
    known = next((f for f in profile.frequencies if words(text or "")[:1] == (f,)), None)
    return known.capitalize() if known else text


def _units(texts: Mapping[str, str | None], profile: Profile) -> tuple[str | None, str | None]:
    """Give both units, from columns of their own or from one cell with labels in it."""
    both = texts.get("units") or ""
    flat = plain(both)
    found = sorted(
        (match.start(), match.end(), field)
        for field, labels in profile.unit_labels.items()
        if (match := re.search("|".join(rf"{label}\s*:?" for label in labels), flat))
    )
    stated = {
        field: both[end : found[i + 1][0] if i + 1 < len(found) else len(both)].strip() or None
        for i, (_, end, field) in enumerate(found)
    }
    if not found and both:
        stated["unit"] = both
    return texts.get("unit") or stated.get("unit"), texts.get("variable_unit") or stated.get("variable_unit")


def _quarters(measure: str, line: _Line, profile: Profile, quarter: int | None) -> Quarterly:
    values: list[Value | None] = [None, None, None, None]
    for meaning in line.cells:
        if meaning.field == measure and (place := meaning.quarter or quarter) is not None:
            values[place - 1] = _value(line, meaning, profile)
    return values[0], values[1], values[2], values[3]


def _value(line: _Line, meaning: Meaning, profile: Profile) -> Value | None:
    cell = line.cells.get(meaning)
    if cell is None:
        return None
    value = read_value(cell, profile)
    if meaning in line.merged and value.value is not None:
        return replace(value, quality=Quality.DISPUTED, reason="the figure stands in one cell for several rows")
    return value


def read_value(cell: Cell, profile: Profile) -> Value:
    """Give the value of a numeric cell: a number, a blank, or words that are kept with a reason, never made 0."""
    text = cell.text.strip()
    if not text:
        return Value.of(cell, None, Quality.MISSING)
    # A narrow column wraps a long number: its halves make one number, and are not numbers apart.
    parts = text.split()
    whole = parse_number(one_line(text) if len(parts) == 1 else "".join(parts), profile.numbers)
    if whole is not None and (len(parts) == 1 or not _all_numbers(parts, profile)):
        return Value.of(cell, whole, Quality.UNCHECKED)
    if len(parts) > 1 and _all_numbers(parts, profile):
        return Value.of(cell, None, Quality.DISPUTED, f"{len(parts)} numbers stand in one cell: {' and '.join(parts)}")
    if _BLANK_MARKS.fullmatch(text):
        return Value.of(cell, None, Quality.MISSING, f"a mark for a blank is printed: {text}")
    return Value.of(cell, None, Quality.MISSING, f"words, not a number, are printed: {one_line(text)}")


def _all_numbers(parts: list[str], profile: Profile) -> bool:
    return all(p in ("$", "%") or parse_number(p, profile.numbers) is not None for p in parts) and any(
        parse_number(p, profile.numbers) is not None for p in parts[1:]
    )


def _with_levels(rows: list[IndicatorRow]) -> list[IndicatorRow]:
    """Fill a level that is not printed from rows of the same report whose codes are as deep and which print it."""
    said: dict[int, set[str]] = {}
    for row in rows:
        if row.level is not None and row.code is not None:
            said.setdefault(row.code.count("."), set()).add(row.level)
    return [
        replace(row, level=next(iter(known)))
        if row.level is None and row.code is not None and len(known := said.get(row.code.count("."), set())) == 1
        else row
        for row in rows
    ]


def _with_departments(rows: list[IndicatorRow]) -> tuple[IndicatorRow, ...]:
    """Give each activity that names no department that of its component."""
    by_code = {row.code: row.department for row in rows}
    return tuple(
        replace(row, department=by_code.get(row.code.rpartition(".")[0]))
        if row.department is None and row.code is not None and row.level == "Actividad"
        else row
        for row in rows
    )
