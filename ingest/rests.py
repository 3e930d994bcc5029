"""The end of a last row that stands alone on the next page: texts below the columns of a table that has ended.

A page without a code and without figures makes no table, so that these texts would be lost in silence. Here belongs
that they are seen. Not here: halves of a row that both are found in tables (`table_lines`), indicators and figures
outside every table (`interpret`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.cells import Cell, Reading, Table
from ingest.headings import Layout, find_layout
from ingest.indicators import Rejected
from ingest.profile import FIGURES, Profile
from ingest.words import has_words, one_line, plain, words

_INSIDE = 2.0  # points: a text reaches no farther out of its column
_LETTERS = 3  # a text of fewer is a speck or a number of the page
_WHY = "texts below the columns of the table that ended on the page before: they may be the end of its last row"


@dataclass(frozen=True, slots=True)
class Rest:
    """What may be the end of the last row of the table on `page`: its texts, as rejected, by the fields they are of."""

    page: int
    fields: frozenset[str]
    rejected: Rejected


def rests_of_rows(reading: Reading, profile: Profile) -> list[Rest]:
    """Give what stands at the top of pages without a table as the texts of the table on the page before do."""
    found: list[Rest] = []
    layout: Layout | None = None
    pages = {table.page for table in reading.tables}
    for table in reading.tables:
        own = find_layout(table, profile)
        layout = own or layout
        if layout is None or table.page + 1 in pages:
            continue
        meanings = own.columns if own is not None else layout.of(table)
        columns = {c: m.field for c, m in meanings.items() if m.field not in FIGURES}
        lines = [c for c in reading.lines if c.page == table.page + 1 and not _is_running(c, reading)]
        rest = _rest(lines, table, columns, profile)
        if rest:
            text = " | ".join(one_line(line.text) for line, _ in rest)
            fields = frozenset(field for _, field in rest)
            found.append(Rest(table.page, fields, Rejected(table.page + 1, text, _WHY)))
    return found


def _is_running(line: Cell, reading: Reading) -> bool:
    """Tell whether a line stands on another page, too, but for its numbers."""
    return any(o.page != line.page and _unnumbered(o.text) == _unnumbered(line.text) for o in reading.lines)


def _unnumbered(text: str) -> str:
    return re.sub(r"\d+", "0", plain(one_line(text)))


def _rest(lines: Sequence[Cell], table: Table, columns: dict[int, str], profile: Profile) -> list[tuple[Cell, str]]:
    """Give the first lines of a page that stand within columns of texts each, with the fields of these."""
    found: list[tuple[Cell, str]] = []
    ordered = sorted(
        (line for line in lines if line.box is not None), key=lambda line: line.box.top if line.box else 0.0
    )
    for line in ordered:
        said = words(line.text)
        if sum(c.isalpha() for c in line.text) < _LETTERS:
            continue
        column = _column(line, table.column_edges)
        if column not in columns or any(has_words(s, said) for s in profile.signatures):
            break
        found.append((line, columns[column]))
    # A word alone that an engine read may be what it made of a signature.
    return found if any(line.confidence is None or len(words(line.text)) > 1 for line, _ in found) else []


def _column(line: Cell, edges: Sequence[float]) -> int | None:
    """Give the column that a line stands within."""
    if line.box is None:
        return None
    fits = (
        n for n in range(len(edges) - 1)
        if edges[n] - _INSIDE <= line.box.x0 and line.box.x1 <= edges[n + 1] + _INSIDE
    )  # fmt: skip
    return next(fits, None)
