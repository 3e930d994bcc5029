"""Which column of a table means what: heading rows found by their words, and carried over to tables without any.

Here belongs the mapping of columns to fields. Not here: the rows below the headings (`interpret`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ingest.cells import Cell, Table
from ingest.profile import Meaning, Profile
from ingest.words import one_line, words

_MAX_HEADING_ROWS = 5


@dataclass(frozen=True)
class Layout:
    """The columns of a table: their meaning, the borders they had, and how many rows the headings take.

    `unknown` are the headings that mean nothing to the profile, `texts` those of the heading cells, each in one line.
    """

    columns: Mapping[int, Meaning]
    edges: tuple[float, ...]
    heading_rows: int
    unknown: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()

    def of(self, table: Table) -> Mapping[int, Meaning]:
        """Give the meaning of the columns of a table that continues this one, matched by their place on the page."""
        if not self.edges or not table.column_edges or len(self.edges) == len(table.column_edges):
            return self.columns
        carried = {}
        for column in range(table.columns):
            middle = (table.column_edges[column] + table.column_edges[column + 1]) / 2
            mine = next((c for c in self.columns if self.edges[c] <= middle < self.edges[c + 1]), None)
            if mine is not None:
                carried[column] = self.columns[mine]
        return carried


def find_layout(table: Table, profile: Profile) -> Layout | None:
    """Give the layout that the first rows of `table` announce, or None where they are no headings of this profile.

    As many rows are headings as give the most columns a meaning of their own; a row that names a code is none, even
    where its words (labels of units) would give a meaning to a column whose heading does not.
    """
    best = likeliest_layout(table, profile)
    if best is None or not profile.required <= {m.field for m in best.columns.values()}:
        return None
    return best


def likeliest_layout(table: Table, profile: Profile) -> Layout | None:
    """Give the layout of `table` also where headings that the profile requires are missing; None without headings."""
    best: Layout | None = None
    for rows in range(1, min(_MAX_HEADING_ROWS, _first_row(table, profile)) + 1):
        layout = _layout(table, profile, rows)
        if best is None or len(layout.columns) > len(best.columns):
            best = layout
    return best


def _first_row(table: Table, profile: Profile) -> int:
    """Give the number of the first row with a cell that an indicator's code opens."""
    code = re.compile(rf"\s*{profile.code.pattern}(?:\.?\s|\.?$)")
    return min((p.row for p in table.cells if code.match(p.cell.text)), default=table.rows)


def _layout(table: Table, profile: Profile, rows: int) -> Layout:
    columns: dict[int, Meaning] = {}
    unknown: list[str] = []
    for column in range(table.columns):
        heading = heading_of(table, column, rows)
        meaning = profile.meaning(heading)
        if meaning is not None:
            columns[column] = meaning
        elif heading:
            unknown.append(one_line(heading))
    void = _void(table, rows)
    columns = {c: m for c, m in columns.items() if c not in void}
    # Two columns of one meaning cannot both be right: neither is taken, both are told.
    wrong = {m for m, n in Counter(columns.values()).items() if n > 1} | _without_goals(set(columns.values()))
    unknown += [one_line(heading_of(table, c, rows)) for c, m in columns.items() if m in wrong]
    columns = {c: m for c, m in columns.items() if m not in wrong}
    texts = frozenset(one_line(p.cell.text) for p in table.cells if p.row < rows)
    return Layout(columns, table.column_edges, rows, tuple(unknown), texts)


def _without_goals(meanings: Set[Meaning]) -> set[Meaning]:
    """Give the results of quarters without a goal, where other quarters have one: their columns are not what they seem.

    A heading that lost its border to the next one names the measures of both.
    """
    planned, achieved = ({m.quarter for m in meanings if m.field == field} for field in ("goal", "achieved"))
    return {Meaning("achieved", quarter) for quarter in achieved - planned} if planned & achieved else set()


def _void(table: Table, rows: int) -> frozenset[int]:
    """Give the columns that are none: blank below a heading that they share with a column that is not.

    A streak down a scanned page parts a column in two.
    """
    filled = {p.column for p in table.cells if p.row >= rows and p.column_span == 1 and p.cell.text.strip()}
    shared = [
        range(p.column, p.column + p.column_span)
        for p in table.cells
        if p.row + p.row_span == rows and p.column_span > 1
    ]
    return frozenset(c for columns in shared if filled & set(columns) for c in columns if c not in filled)


def heading_of(table: Table, column: int, rows: int) -> str:
    """Give the texts above `column` in the first `rows` rows, from the top, parted by ` / ` (line breaks stay)."""
    return " / ".join(c.text.strip() for c in _above(table, column, rows) if words(c.text))


def _above(table: Table, column: int, rows: int) -> list[Cell]:
    return [
        p.cell for p in table.cells if p.row < rows and p.column <= column < p.column + p.column_span
    ]  # fmt: skip
