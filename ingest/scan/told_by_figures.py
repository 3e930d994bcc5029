"""Headings that nobody can read, told by what stands below them: what a column must be for the rows to add up.

A percentage is achieved / goal, quarters sum to the annual goal: where that holds of a column in most rows, and of no
other reading of its heading in more than a few, it is what the heading said. Levels and indicators' names tell theirs.
Here belongs the meaning of columns. Not here: the figures themselves, which are never changed by it (`recognized`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from ingest.cells import Table
from ingest.constraints import SUM_TOLERANCE, same_pct
from ingest.headings import Layout, heading_of, likeliest_layout
from ingest.numbers import NumberFormat, parse_number
from ingest.profile import FIGURES, QUARTERLY, Meaning, Profile
from ingest.scan import figures
from ingest.scan.spots import reworded
from ingest.words import one_line, plain

_HOLDS, _LEAST = 0.5, 3  # share and number of the rows whose figures must agree: bad scans misread one in two
_MOST = 0.34  # of the texts of a column of levels name one, on bad scans
_CALCULATIONS = "porcentaje|tasa|indice|promedio|razon|variacion|proporcion|numero"
_NAME = re.compile(rf"\W*(?:[a-z]{{2,12}}\d{{0,2}}\s*[:=.-]\s*)?(?:{_CALCULATIONS}) \w+ \w+")
"""How the name of an indicator opens, perhaps after an acronym: with its way of calculation, as CONEVAL's guide to the
design of indicators asks."""
_CHANCE = 0.25  # times as many rows may agree with another meaning
_QUARTERS = (1, 2, 3, 4)
_LONG_ONES, _LONG = ("objective", "indicator"), 24  # characters: other texts before the figures are shorter

Row = Mapping[int, float]
"""The figures of a row by column."""


def with_told_columns(tables: Sequence[Table], profile: Profile, quarter: int | None) -> list[Table]:
    """Give the tables with headings for columns that the profile does not know, where their figures tell them.

    A percentage whose heading names no quarter is that of `quarter`, the report's own.
    """
    found = list(tables)
    for number, layout, _, rows in tables_with_figures(tables, profile):
        table = tables[number]
        told = _told(layout.columns, table.columns, rows, quarter) | _worded(table, layout, profile)
        told |= _of_the_same_group(table, layout, told, profile)
        found[number] = _headed(table, layout, told, profile)
    return found


def tables_with_figures(tables: Sequence[Table], profile: Profile) -> Iterator[tuple[int, Layout, int, list[Row]]]:
    """Give each table with headings: number, layout, how many tables it and those that go on are, and their rows."""
    for number, table in enumerate(tables):
        layout = likeliest_layout(table, profile)
        if layout is not None and layout.columns:
            parts = (table, layout.heading_rows), *_going_on(tables[number + 1 :], table, profile)
            rows = [row for part, first in parts for row in _figures_of_rows(part, first, profile)]
            yield number, layout, len(parts), rows


def _worded(table: Table, layout: Layout, profile: Profile) -> dict[int, Meaning]:
    """Give the columns that no heading names, and most of whose texts are codes, levels, or names of indicators.

    A heading that is misread as another column's leaves both unnamed: codes tell that theirs is the wrong one.
    """
    texts: dict[int, list[str]] = {}
    for place in table.cells:
        if place.row >= layout.heading_rows and place.column_span == 1 and place.cell.text.strip():
            texts.setdefault(place.column, []).append(place.cell.text)
    told: dict[int, Meaning] = {}
    tests: Mapping[str, Callable[[str], object]] = {
        "code": lambda t: profile.code.fullmatch(one_line(t)) and parse_number(t, profile.numbers) is None,
        "level": lambda t: profile.level_of(t) is not None,
        "indicator": lambda t: _NAME.match(plain(one_line(t))),
    }
    for field, is_one in tests.items():
        named = {c: sum(map(bool, map(is_one, mine))) for c, mine in texts.items() if c not in layout.columns}
        found = [c for c, n in named.items() if n >= max(_LEAST, _MOST * len(texts[c]))]
        named_already = {m.field for m in layout.columns.values()}
        whole = field == "code" or named_already >= {*profile.required} - {field}
        if len(found) == 1 and field not in named_already and whole:
            told[found[0]] = Meaning(field)
    return told | _long_texts(texts, {**layout.columns, **told})


def _long_texts(texts: Mapping[int, Sequence[str]], known: Mapping[int, Meaning]) -> dict[int, Meaning]:
    """Give the column of objectives, or that of indicators, beside the other: two of long texts before all figures.

    Objectives stand before indicators.
    """
    columns = {m.field: c for c, m in known.items() if m.field in _LONG_ONES}
    first = min((c for c, m in known.items() if m.field in FIGURES), default=0)
    others = {c for c, m in known.items() if m.field not in _LONG_ONES}
    long = [c for c, mine in texts.items() if c < first and c not in others and median(map(len, mine)) >= _LONG]
    free = [c for c in long if c not in known]
    if len(columns) != 1 or len(free) != 1 or len(long) != len(_LONG_ONES):
        return {}
    (there,) = columns
    (missing,) = (f for f in _LONG_ONES if f != there)
    pair = {there: columns[there], missing: free[0]}
    return {free[0]: Meaning(missing)} if pair["objective"] < pair["indicator"] else {}


def _of_the_same_group(
    table: Table, layout: Layout, told: Mapping[int, Meaning], profile: Profile
) -> dict[int, Meaning]:
    """Give the other quarters of a told measure: the unnamed columns beside it under one heading of four."""
    found: dict[int, Meaning] = {}
    for place in table.cells:
        columns = range(place.column, place.column + place.column_span)
        if place.row >= layout.heading_rows or len(columns) != len(_QUARTERS) or set(columns) & set(layout.columns):
            continue
        fields = {told[c].field for c in columns if c in told}
        read = [profile.quarter_of(heading_of(table, c, layout.heading_rows)) for c in columns]
        in_order = all(told[c].quarter == n for n, c in enumerate(columns, 1) if c in told)
        if len(fields) == 1 and in_order and all(quarter in (None, n) for n, quarter in enumerate(read, 1)):
            field = fields.pop()
            found |= {c: Meaning(field, n) for n, c in enumerate(columns, 1)}
    return found


def _going_on(tables: Iterable[Table], first: Table, profile: Profile) -> Iterator[tuple[Table, int]]:
    """Give the tables after one that go on with its columns, without headings or with the same again."""
    for table in tables:
        if table.columns != first.columns:
            return
        layout = likeliest_layout(table, profile)
        yield table, layout.heading_rows if layout is not None and layout.columns else 0


def _figures_of_rows(table: Table, first: int, profile: Profile) -> Iterator[Row]:
    """Give the figures of each row of a table from the row `first` on."""
    rows: dict[int, dict[int, float]] = {}
    for place in table.cells:
        if place.row >= first and place.column_span == 1 and place.row_span == 1:
            number = _number(place.cell.text, profile.numbers)
            if number is not None:
                rows.setdefault(place.row, {})[place.column] = number
    yield from rows.values()


def _number(text: str, form: NumberFormat) -> float | None:
    flat = "".join(text.split())
    number = parse_number(figures.as_percentage(flat, 2) if figures.is_percentage(flat) else flat, form)
    return parse_number(figures.as_count(flat), form) if number is None else number


def _told(known: Mapping[int, Meaning], columns: int, rows: Sequence[Row], quarter: int | None) -> dict[int, Meaning]:
    """Give the meanings of unknown columns, the clearest first: what is told helps to tell others."""
    told: dict[int, Meaning] = {}
    while True:
        has = {_of_quarter(m, quarter): c for c, m in {**known, **told}.items()}
        unknown = [c for c in range(columns) if c not in known and c not in told]
        missing = [m for m in _meanings() if m not in has]
        hits = {(c, m): _agreement(rows, {**has, m: c}, m) for c in unknown for m in missing}
        clear = [at for at in hits if _is_clear(at, hits)]
        if not clear:
            return told
        column, meaning = max(clear, key=lambda at: hits[at])
        told[column] = meaning


def _meanings() -> list[Meaning]:
    return [Meaning("annual_goal"), *(Meaning(field, q) for field in QUARTERLY for q in _QUARTERS)]


def _of_quarter(meaning: Meaning, quarter: int | None) -> Meaning:
    named = meaning.field in QUARTERLY and meaning.quarter is None
    return replace(meaning, quarter=quarter) if named else meaning


def _is_clear(at: tuple[int, Meaning], hits: Mapping[tuple[int, Meaning], tuple[int, int]]) -> bool:
    agreeing, tried = hits[at]
    others = max(
        (n for other, (n, _) in hits.items() if other != at and (other[0] == at[0] or other[1] == at[1])), default=0
    )
    return agreeing >= max(_LEAST, _HOLDS * tried) and others <= _CHANCE * agreeing


def _agreement(rows: Sequence[Row], columns: Mapping[Meaning, int], meaning: Meaning) -> tuple[int, int]:
    """Give in how many rows a relation about `meaning` holds, and in how many one could be tried."""
    held = tried = 0
    for row in rows:
        numbers = {m: row[c] for m, c in columns.items() if c in row}
        said = [holds for about, holds in relations(numbers) if meaning in about and numbers[meaning]]
        tried += bool(said)
        held += any(said)
    return held, tried


def relations(numbers: Mapping[Meaning, float]) -> Iterator[tuple[tuple[Meaning, ...], bool]]:
    """Give which columns each relation of a row is about, and whether it holds; what zeros agree on says nothing."""
    annual = Meaning("annual_goal")
    whole = numbers.get(annual)
    goals = [numbers.get(Meaning("goal", q)) for q in _QUARTERS]
    if whole and None not in goals:
        said = abs(sum(g for g in goals if g is not None) - whole) <= SUM_TOLERANCE
        yield (annual, *(Meaning("goal", q) for q in _QUARTERS)), said
    for q in _QUARTERS:
        done = [numbers.get(Meaning("achieved", n)) for n in range(1, q + 1)]
        goal, pct = numbers.get(Meaning("goal", q)), numbers.get(Meaning("progress_pct", q))
        if goal and pct and done[-1]:
            about = Meaning("goal", q), Meaning("achieved", q), Meaning("progress_pct", q)
            yield about, same_pct(100 * done[-1] / goal, pct, 2)
        pct = numbers.get(Meaning("accumulated_pct", q))
        if whole and pct and None not in done:
            results = (Meaning("achieved", n) for n in range(1, q + 1))
            said = same_pct(100 * sum(d for d in done if d is not None) / whole, pct, 2)
            yield (annual, *results, Meaning("accumulated_pct", q)), said


def _headed(table: Table, layout: Layout, told: Mapping[int, Meaning], profile: Profile) -> Table:
    """Give a table with a heading for each column that is told, unless what stands above it says otherwise."""
    for column, meaning in told.items():
        above = [
            n for n, p in enumerate(table.cells)
            if p.row < layout.heading_rows and p.column == column and p.column_span == 1
        ]  # fmt: skip
        if not above:
            continue
        cells = list(table.cells)
        last = max(above, key=lambda n: cells[n].row)
        cells[last] = replace(cells[last], cell=reworded(cells[last].cell, told_heading(meaning, profile)))
        changed = replace(table, cells=tuple(cells))
        if profile.meaning(heading_of(changed, column, layout.heading_rows)) == meaning:
            table = changed
    return table


def told_heading(meaning: Meaning, profile: Profile) -> str:
    """Give a heading of a meaning in words that the format knows."""
    said = profile.fields[meaning.field][0].replace("*", "")
    return (said if meaning.quarter is None else f"{said} {profile.quarters[meaning.quarter][1][0]}").upper()
