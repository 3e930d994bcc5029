"""Headings that every page of a report repeats: what a stamp or a fold took on one page, another page tells.

Here belongs the comparison of tables of one document. Not here: what a heading's neighbours tell (`neighbours`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.cells import Cell, Placed, Table
from ingest.profile import Profile
from ingest.scan.figures import is_figure
from ingest.scan.spots import reworded
from ingest.scan.wording import known
from ingest.words import plain

_ROWS = 5  # of headings that a table may have
_ALIKE = 0.6  # share of a row's texts that two pages have in common where the row is one of headings

_FIGURES = 3  # in a row, to make it a row of figures

Place = tuple[int, int, int, int]


def with_repeated_headings(tables: Sequence[Table], profile: Profile) -> list[Table]:
    """Give the tables with headings that mean nothing as those in the same place of like tables, where these do."""
    heads = [_by_place(t) for t in tables]
    found = []
    for table, mine in zip(tables, heads, strict=True):
        others = [h for t, h in zip(tables, heads, strict=True) if t is not table and t.columns == table.columns]
        told: dict[Place, Counter[str]] = {}
        for other in others:
            for place in _shared(mine, other):
                if not known(mine[place].text, profile) and known(other[place].text, profile):
                    told.setdefault(place, Counter())[other[place].text] += 1
        cells = tuple(
            replace(c, cell=reworded(c.cell, told[_place(c)].most_common(1)[0][0])) if _place(c) in told else c
            for c in table.cells
        )
        found.append(replace(table, cells=cells))
    return found


def _by_place(table: Table) -> dict[Place, Cell]:
    return {_place(c): c.cell for c in table.cells if c.row < _ROWS}


def _place(cell: Placed) -> Place:
    return cell.row, cell.column, cell.row_span, cell.column_span


def _shared(mine: Mapping[Place, Cell], other: Mapping[Place, Cell]) -> list[Place]:
    """Give the places of the first rows that two tables share, cell by cell and mostly word by word."""
    shared: list[Place] = []
    for row in range(_ROWS):
        places = [p for p in mine if p[0] == row]
        if set(places) != {p for p in other if p[0] == row}:
            break
        if any(sum(is_figure(heads[p].text) for p in places) >= _FIGURES for heads in (mine, other)):
            break
        texts = [(plain(mine[p].text), plain(other[p].text)) for p in places]
        printed = [pair for pair in texts if any(pair)]
        if sum(a == b for a, b in printed) < _ALIKE * len(printed):
            break
        shared += places
    return shared
