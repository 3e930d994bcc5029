"""Tables whose headings a bad copy spoiled as a whole, told by the order of their columns of figures.

Where a rule between two rows of headings is lost, the quarters below it are lost together, and no column tells another
one. But reports set their figures in few orders (`unruled_orders`). Here belongs the search for it in tables that were
read, with rules or without. Not here: columns that the others tell one by one (`told_by_figures`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ingest.cells import Cell, Placed, Table
from ingest.headings import Layout, heading_of
from ingest.profile import FIGURES, Meaning, Profile
from ingest.readers.digital_pdf import UNSURE
from ingest.scan.spots import reworded
from ingest.scan.told_by_figures import Row, tables_with_figures, told_heading
from ingest.scan.unruled_orders import Hint, told_by_headings, told_by_sums

_FIGURES = 3  # in a row, to make it a row of figures
_WORD, _SURE = 4, 0.9  # letters of a heading, and the confidence with which it was read, to believe that it is another
_SPARSE = 0.34  # of the rows have a figure in a column: else a speck or a stamp may have made it


def with_ordered_columns(tables: Sequence[Table], profile: Profile, quarter: int | None) -> list[Table]:
    """Give the tables with headings for all columns of figures where one of these had none and their order is told.

    `quarter` is the report's own. Figures of columns that only their place tells are unsure.
    """
    found = list(tables)
    for number, layout, parts, rows in tables_with_figures(tables, profile):
        table = tables[number]
        columns = _columns_of_figures(rows, layout)
        if set(columns) <= set(layout.columns):
            continue
        hints = {c: _hint(heading_of(table, c, layout.heading_rows), profile) for c in columns}
        if any(hints[c] == Hint() and _is_read(table, c, layout.heading_rows) for c in columns):
            continue  # a column that is none of the format's, such as of money spent
        told = told_by_sums(rows, [columns]) or told_by_headings(rows, columns, hints, quarter)
        if told is None or any(_differ(layout.columns[c], m) for c, m in told.meanings.items() if c in layout.columns):
            continue
        found[number] = _headed(table, layout.heading_rows, told.meanings, profile)
        for place in range(number, number + parts):
            found[place] = _unsure(found[place], told.unsure)
    return found


def _columns_of_figures(rows: Sequence[Row], layout: Layout) -> list[int]:
    """Give the columns that hold figures in enough rows, and that no heading names as one of texts."""
    lines = [row for row in rows if len(row) >= _FIGURES]
    filled = Counter(c for row in lines for c in row)
    texts = {c for c, m in layout.columns.items() if m.field not in FIGURES}
    return sorted(c for c, n in filled.items() if n > _SPARSE * len(lines) and c not in texts)


def _hint(heading: str, profile: Profile) -> Hint:
    meaning = profile.meaning(heading) or profile.meaning(f"{heading} / T1")
    field = meaning.field if meaning is not None and meaning.field in FIGURES else None
    return Hint(field, profile.quarter_of(heading))


def _is_read(table: Table, column: int, rows: int) -> bool:
    """Tell whether the headings above a column were read well, so that what they say is no remnant."""
    above = [p.cell for p in table.cells if p.row < rows and p.column <= column < p.column + p.column_span]
    said = [cell for cell in above if sum(map(str.isalpha, cell.text)) >= _WORD]
    return bool(said) and all(cell.confidence is not None and cell.confidence >= _SURE for cell in said)


def _differ(known: Meaning, told: Meaning) -> bool:
    """Tell whether a heading that was understood says otherwise; a share that names no quarter does not."""
    return known.field != told.field or known.quarter not in (None, told.quarter)


def _headed(table: Table, rows: int, told: Mapping[int, Meaning], profile: Profile) -> Table:
    """Give a table with one heading, in the words of the format, above each column that is told."""
    kept: list[Placed] = []
    above: dict[int, Cell] = {}
    for place in table.cells:
        columns = range(place.column, place.column + place.column_span)
        if place.row >= rows or not set(columns) & set(told):
            kept.append(place)
        else:
            above |= dict.fromkeys(columns, place.cell)
    heads = [
        Placed(reworded(cell, told_heading(told[c], profile) if c in told else ""), 0, c, rows, 1)
        for c, cell in sorted(above.items())
    ]
    cells = sorted([*kept, *heads], key=lambda p: (p.row, p.column))
    return replace(table, cells=tuple(cells))


def _unsure(table: Table, columns: Collection[int]) -> Table:
    cells = (replace(p, cell=replace(p.cell, confidence=UNSURE)) if p.column in columns else p for p in table.cells)
    return replace(table, cells=tuple(cells))
