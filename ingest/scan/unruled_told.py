"""Headings of a scanned table without rules that cannot be read whole, told by the figures and texts below them.

Reports set the quarters of their measures in few orders: measure by measure, or quarter by quarter. Where the figures
of a page add up in one of these orders, and in no other, they tell what each column is; the texts of the others are
named by their headings, or by what they say. Here belongs that search. Not here: headings that can be read
(`readers.unruled_headings`), tables with rules (`told_by_figures`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from ingest.cells import Box
from ingest.numbers import NumberFormat, parse_number
from ingest.profile import QUARTERLY, Meaning, Profile, load_profiles
from ingest.readers.pieces import Interval, Piece, lines_of, type_size
from ingest.readers.unruled_headings import Heading, Headings
from ingest.readers.unruled_heads import heading_text, slot_borders
from ingest.readers.unruled_rows import Rows, Strip
from ingest.scan import figures, wording
from ingest.scan.told_by_figures import relations, told_heading
from ingest.words import plain, words

_HOLDS, _LEAST = 0.25, 2  # share and number of the relations about a column that must hold: each has several figures
_ENOUGH = 4  # relations that hold, on the whole
_CLEAR = 0.5  # times as many may hold for another order
_RATES = 0.25  # of the figures of a column are percentages by their form: counts never are
_SPARSE = 0.34  # of the rows have a figure in a column: else a stamp may have made it
_PART = 0.8  # of the type size: parts of a figure are nearer to each other
_NAMED = 3  # texts that name columns, to make a line of headings
_LEADING = 3.0  # type sizes: lines of one block of headings are no farther apart
_OVER = 0.6  # of the type size: a heading may reach over the border of its column
_MOST = 0.34  # of the texts of a column name a level, a frequency, a code
_LONG = 24  # characters: texts of objectives and indicators are longer
_QUARTERS = (1, 2, 3, 4)

Order = tuple[Meaning, ...]


def tell_headings(rows: Rows, columns: Sequence[Interval]) -> Headings | None:
    """Give headings for the columns of a page by what stands in them; None where that leaves a doubt."""
    profile = load_profiles()[0]
    columns = _whole_columns(rows, columns)
    edges = slot_borders(columns)
    held = [_by_column(strip, edges) for strip in rows.body]
    codes = {_column(code, edges) for strip in rows.body for code in strip.codes}
    told = _orders(
        [{c: mine for c, mine in row.items() if c not in codes} for row in held], len(columns), profile.numbers
    )
    if told is None:
        return None
    above = _above(rows, edges)
    texts = _texts(held, [c for c in range(len(columns)) if c not in told], above, profile)
    told |= texts | _by_order(held, texts, told)
    named = Counter(m for m in told.values())
    if not profile.required <= {m.field for m in named} or max(named.values()) > 1:
        return None
    cells = [_heading(c, meaning, above, columns, rows, profile) for c, meaning in sorted(told.items())]
    return Headings(tuple(columns), tuple(c for c in cells if c is not None)) if all(cells) else None


def _whole_columns(rows: Rows, columns: Sequence[Interval]) -> list[Interval]:
    """Join a column of figures that few rows fill with one right beside it: first digits of long ones stand there."""
    edges = slot_borders(columns)
    held = [_by_column(strip, edges) for strip in rows.body]
    filled = Counter(c for row in held for c, pieces in row.items() if all(p.is_figure for p in pieces))
    texts = Counter(c for row in held for c in row) - filled
    reach = _PART * type_size(rows.page.pieces)
    joined = [columns[0]]
    for n, column in enumerate(columns[1:], 1):
        few = 0 < min(filled[n - 1], filled[n]) <= _SPARSE * len(held) < max(filled[n - 1], filled[n])
        alike = all(2 * texts[c] < filled[c] for c in (n - 1, n))
        is_part = few and alike and column[0] - joined[-1][1] < reach
        joined = [*joined[:-1], (joined[-1][0], column[1])] if is_part else [*joined, column]
    return joined


def _column(piece: Piece, edges: Sequence[float]) -> int:
    return min(max(sum(e <= piece.centre for e in edges) - 1, 0), len(edges) - 2)


def _by_column(strip: Strip, edges: Sequence[float]) -> dict[int, list[Piece]]:
    held: dict[int, list[Piece]] = {}
    for piece in strip.pieces:
        held.setdefault(_column(piece, edges), []).append(piece)
    return held


def _orders(held: Sequence[Mapping[int, Sequence[Piece]]], size: int, form: NumberFormat) -> dict[int, Meaning] | None:
    """Give the meaning of each column of figures by the one order in which they add up; None without one."""
    numbers = _numbers(held, size, form)
    filled = Counter(c for row in numbers for c in row)
    lines = sum(len(row) >= _NAMED for row in numbers)
    mine = [c for c in range(size) if 2 * filled[c] > sum(c in row for row in held)]
    for kept in (mine, [c for c in mine if filled[c] > _SPARSE * lines]):
        found = {order: _held(numbers, kept, order) for order in _possible(len(kept))}
        best = max(found, key=lambda o: found[o], default=())
        if best and found[best] >= _ENOUGH:
            rival = max((n for order, n in found.items() if order != best), default=0)
            return dict(zip(kept, best, strict=True)) if rival <= _CLEAR * found[best] else None
    return None


def _numbers(held: Sequence[Mapping[int, Sequence[Piece]]], size: int, form: NumberFormat) -> list[dict[int, float]]:
    """Give the figures of each row by column, their marks as the column prints them."""
    found: list[dict[int, float]] = [{} for _ in held]
    for column in range(size):
        texts = [_figure(row.get(column, ())) for row in held]
        printed = [t for t in texts if t]
        rates = sum(map(figures.is_percentage, printed)) > _RATES * len(printed)
        for row, text in zip(found, texts, strict=True):
            number = parse_number(figures.as_percentage(text, 2) if rates else figures.as_count(text), form)
            if text and number is not None:
                row[column] = number
    return found


def _figure(pieces: Sequence[Piece]) -> str:
    """Give the one figure among the pieces of a cell; "" where there is none, or another."""
    told = ["".join(p.text.split()) for p in pieces if figures.is_figure(p.text)]
    return told[0] if len(told) == 1 else ""


def _possible(size: int) -> Iterator[Order]:
    """Give the orders of so many columns.

    Columns of quarters to come are blank, so that any number of results may be there. Percentages that stand alone are
    those of any one of their quarters.
    """
    annual = (Meaning("annual_goal"),)
    for done in _QUARTERS:
        goals = tuple(Meaning("goal", q) for q in _QUARTERS)
        achieved = tuple(Meaning("achieved", q) for q in _QUARTERS[:done])
        pairs = tuple(m for q in _QUARTERS for m in (goals[q - 1], *achieved[q - 1 : q]))
        measures = [(*annual, *goals, *achieved), (*goals, *annual, *achieved), (*goals, *achieved, *annual)]
        for start in (*measures, (*annual, *pairs), (*pairs, *annual)):
            yield from ((*start, *rates) for rates in _rates(done) if len(start) + len(rates) == size)
        with_rates = tuple(
            m for q in _QUARTERS for m in (goals[q - 1], *(Meaning(f, q) for f in QUARTERLY[1:] if q <= done))
        )
        for fields in (QUARTERLY[:3], QUARTERLY):
            mine = tuple(m for m in with_rates if m.field in fields)
            for whole in ((*annual, *mine), (*mine, *annual)):
                if len(whole) == size:
                    yield whole


def _rates(done: int) -> Iterator[Order]:
    """Give the columns of percentages that may follow results of `done` quarters."""
    yield ()
    for quarter in _QUARTERS[:done]:
        progress, accumulated = (Meaning(f, quarter) for f in QUARTERLY[2:])
        yield from ((progress,), (accumulated,), (progress, accumulated), (accumulated, progress))
    by_quarter = [tuple(Meaning(f, q) for q in _QUARTERS[:done]) for f in QUARTERLY[2:]]
    yield by_quarter[0]
    yield (*by_quarter[0], *by_quarter[1])
    yield tuple(m for pair in zip(*by_quarter, strict=True) for m in pair)


def _held(rows: Sequence[Mapping[int, float]], columns: Sequence[int], order: Order) -> int:
    """Give how many relations hold in the rows; 0 unless each column takes part in some that hold in most rows."""
    held: Counter[Meaning] = Counter()
    tried: Counter[Meaning] = Counter()
    total = 0
    for row in rows:
        numbers = {m: row[c] for c, m in zip(columns, order, strict=True) if c in row}
        for about, holds in relations(numbers):
            total += holds
            for meaning in about:
                tried[meaning] += 1
                held[meaning] += holds
    sure = all(held[m] >= max(_LEAST, _HOLDS * tried[m]) for m in order)
    return total if sure else 0


def _above(rows: Rows, edges: Sequence[float]) -> dict[int, list[Piece]]:
    """Give the pieces of the block of headings above the first row by the column inside whose borders they stand."""
    profile = load_profiles()[0]
    size = type_size(rows.page.pieces)
    lines = lines_of(p for s in rows.above for p in s.pieces)
    named = [
        n for n, line in enumerate(lines)
        if sum(bool(wording.known(p.text, profile)) or profile.quarter_of(p.text) is not None for p in line) >= _NAMED
    ]  # fmt: skip
    if not named:
        return {}
    first = last = named[-1]
    while first > 0 and _height(lines[first]) - _height(lines[first - 1]) <= _LEADING * size:
        first -= 1
    while last + 1 < len(lines) and _height(lines[last + 1]) - _height(lines[last]) <= _LEADING / 2 * size:
        last += 1
    found: dict[int, list[Piece]] = {}
    reach = _OVER * size
    for piece in (p for line in lines[first : last + 1] for p in line):
        column = next((n for n in range(len(edges) - 1) if edges[n] <= piece.centre <= edges[n + 1]), None)
        if column is not None and edges[column] - reach <= piece.box.x0 and piece.box.x1 <= edges[column + 1] + reach:
            found.setdefault(column, []).append(piece)
    return found


def _height(line: Sequence[Piece]) -> float:
    return median(p.middle for p in line)


def _texts(
    held: Sequence[Mapping[int, Sequence[Piece]]],
    columns: Sequence[int],
    above: Mapping[int, Sequence[Piece]],
    profile: Profile,
) -> dict[int, Meaning]:
    """Name the columns of texts by their headings, or by what they say."""
    said = {c: [heading_text(row[c]) for row in held if c in row] for c in columns}
    told = {c: m for c in columns if (m := profile.meaning(wording.mended(heading_text(above.get(c, ())), profile)))}
    told = {c: m for c, m in told.items() if m.field not in (*QUARTERLY, "annual_goal")}
    told |= {c: m for c in columns if (m := _by_content(said[c], profile)) is not None}
    # Below a heading for units, one column is called that of the indicator.
    units = [c for c, m in told.items() if m.field == "variable_unit"]
    indicator = Meaning("indicator")
    told |= {c: Meaning("unit") for c in columns if c + 1 in units and told.get(c, indicator) == indicator}
    doubled = {m for m, n in Counter(told.values()).items() if n > 1}
    return {c: m for c, m in told.items() if m not in doubled}


def _by_content(texts: Sequence[str], profile: Profile) -> Meaning | None:
    """Give what the texts of a column must be by the words of the format that most of them are."""
    labels = [label for forms in profile.unit_labels.values() for label in forms]
    tests = {
        "level": lambda t: profile.level_of(t) is not None,
        "frequency": lambda t: plain(t).strip() in profile.frequencies,
        "code": lambda t: profile.code.fullmatch(t.strip()) is not None,
        "units": lambda t: any(label in " ".join(words(wording.labelled(t, profile))) for label in labels),
    }
    for field, test in tests.items():
        if texts and sum(map(test, texts)) > _MOST * len(texts):
            return Meaning(field)
    return None


def _by_order(
    held: Sequence[Mapping[int, Sequence[Piece]]], told: Mapping[int, Meaning], numbered: Mapping[int, Meaning]
) -> dict[int, Meaning]:
    """Name the long texts before the figures that nothing names: objectives stand before indicators."""
    wanted = [f for f in ("objective", "indicator") if Meaning(f) not in told.values()]
    free = []
    for column in (c for c in range(min(numbered)) if c not in told):
        lengths = [len(heading_text(row[column])) for row in held if column in row]
        free += [column] if lengths and median(lengths) >= _LONG else []
    return {c: Meaning(f) for c, f in zip(free, wanted, strict=True)} if len(free) == len(wanted) else {}


def _heading(
    column: int,
    meaning: Meaning,
    above: Mapping[int, Sequence[Piece]],
    columns: Sequence[Interval],
    rows: Rows,
    profile: Profile,
) -> Heading | None:
    """Give the heading of a column in the words of the format, for which it is what the column was told to be."""
    text = told_heading(meaning, profile)
    if profile.meaning(text) != meaning:
        return None
    pieces = tuple(above.get(column, ()))
    if not pieces:
        top, size = rows.body[0].top, type_size(rows.page.pieces)
        number = -1
        pieces = (Piece(Box(columns[column][0], top - 2 * size, columns[column][1], top - size), "", number),)
    return Heading(1, column, 1, pieces, text)
