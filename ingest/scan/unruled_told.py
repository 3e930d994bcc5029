"""Headings of a scanned table without rules that cannot be read whole, told by the figures and texts below them.

The figures of a page and what is left of its headings tell what each column of figures is (`unruled_orders`); the
texts of the others are named by their headings, or by what they say. Here belongs that search. Not here: headings that
can be read (`readers.unruled_headings`), tables with rules (`told_by_figures`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from ingest.cells import Box
from ingest.header import read_header
from ingest.numbers import NumberFormat, parse_number
from ingest.profile import FIGURES, Meaning, Profile, load_profiles
from ingest.readers.pieces import Interval, Piece, lines_of, type_size
from ingest.readers.unruled_headings import Heading, Headings
from ingest.readers.unruled_heads import heading_text, is_over, slot_borders
from ingest.readers.unruled_rows import Rows, Strip
from ingest.scan import figures, wording
from ingest.scan.told_by_figures import told_heading
from ingest.scan.unruled_orders import Hint, Told, told_by_headings, told_by_sums
from ingest.words import plain, words

_RATES = 0.25  # of the figures of a column are percentages by their form: counts never are
_SPARSE = 0.34  # of the rows have a figure in a column: else a stamp may have made it
_PART = 0.8  # of the type size: parts of a figure are nearer to each other
_NAMED = 3  # texts that name columns, to make a line of headings
_LEADING = 3.0  # type sizes: lines of one block of headings are no farther apart
_OVER = 0.6  # of the type size: a heading may reach over the border of its column
_WIDEST = 4  # columns that the words of one heading stand over
_MOST = 0.34  # of the texts of a column name a level, a frequency, a code
_LONG = 24  # characters: texts of objectives and indicators are longer


def tell_headings(rows: Rows, columns: Sequence[Interval]) -> Headings | None:
    """Give headings for the columns of a page by what stands in them; None where that leaves a doubt."""
    profile = load_profiles()[0]
    columns = _whole_columns(rows, columns)
    edges = slot_borders(columns)
    held = [_by_column(strip, edges) for strip in rows.body]
    codes = {_column(code, edges) for strip in rows.body for code in strip.codes}
    numbered = _told(
        [{c: mine for c, mine in row.items() if c not in codes} for row in held], columns, rows, profile
    )  # fmt: skip
    if numbered is None:
        return None
    above = _above(rows, edges)
    told = dict(numbered.meanings)
    texts = _texts(held, [c for c in range(len(columns)) if c not in told], above, profile)
    told |= texts | _by_order(held, texts, numbered.meanings)
    named = Counter(m for m in told.values())
    if not profile.required <= {m.field for m in named} or max(named.values()) > 1:
        return None
    cells = [_heading(c, meaning, above, columns, rows, profile) for c, meaning in sorted(told.items())]
    if not all(cells):
        return None
    return Headings(tuple(columns), tuple(c for c in cells if c is not None), unsure=numbered.unsure)


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


def _told(
    held: Sequence[Mapping[int, Sequence[Piece]]], columns: Sequence[Interval], rows: Rows, profile: Profile
) -> Told | None:
    """Give the meaning of each column of figures by sums and shares, or by these and what is left of the headings."""
    size = len(columns)
    numbers = _numbers(held, size, profile.numbers)
    filled = Counter(c for row in numbers for c in row)
    lines = sum(len(row) >= _NAMED for row in numbers)
    mine = [c for c in range(size) if 2 * filled[c] > sum(c in row for row in held)]
    dense = [c for c in mine if filled[c] > _SPARSE * lines]
    if told := told_by_sums(numbers, (mine, dense)):
        return told
    hints = _hints(rows, columns, profile)
    of_texts = {c for c, h in hints.items() if h.field is not None and h.field not in FIGURES}
    headed = {c for c, h in hints.items() if h.field in FIGURES and any(c in row for row in held)}
    said = read_header((heading_text(line) for line in lines_of(p for s in rows.above for p in s.pieces)), profile)
    for kept in (sorted({*mine, *headed} - of_texts), mine, dense):
        if told := told_by_headings(numbers, kept, hints, said.quarter):
            return told
    return None


def _hints(rows: Rows, columns: Sequence[Interval], profile: Profile) -> dict[int, Hint]:
    """Give what is left of the headings that stand over columns."""
    pieces = [p for line in _heading_lines(rows, profile) for p in line]
    # What stands over more columns than any group has is a title.
    pieces = [p for p in pieces if sum(is_over((p.box.x0, p.box.x1), at) for at in columns) <= _WIDEST]
    found = {}
    for column, at in enumerate(columns):
        over = [p for p in pieces if is_over((p.box.x0, p.box.x1), at)]
        text = wording.mended(heading_text(over), profile)
        upper = [p for p in pieces if over and p.middle < min(o.box.top for o in over)]
        nearest = min(upper, key=lambda p: abs(p.centre - sum(at) / 2), default=None)
        group = wording.mended(nearest.text, profile) if nearest is not None else ""
        meaning = profile.meaning(text) or profile.meaning(f"{text} / T1")
        if meaning is None and text:
            under = profile.meaning(f"{group} / {text}") or profile.meaning(f"{group} / {text} / T1")
            meaning = under if under is not None and under.field in FIGURES else None
        hint = Hint(meaning.field if meaning is not None else None, profile.quarter_of(text))
        if hint != Hint():
            found[column] = hint
    return found


def _numbers(held: Sequence[Mapping[int, Sequence[Piece]]], size: int, form: NumberFormat) -> list[dict[int, float]]:
    """Give the figures of each row by column, their marks as the column prints them."""
    found: list[dict[int, float]] = [{} for _ in held]
    for column in range(size):
        texts = [_figure(row.get(column, ())) for row in held]
        printed = [t for t in texts if t]
        rates = sum(map(figures.is_percentage, printed)) > _RATES * len(printed)
        for row, text in zip(found, texts, strict=True):
            flat = "".join(text.split())
            rate = ".".join(text.rstrip(" .").split())  # a lost point leaves a gap
            number = parse_number(figures.as_percentage(rate, 2) if rates else figures.as_count(flat), form)
            if text and number is not None:
                row[column] = number
    return found


def _figure(pieces: Sequence[Piece]) -> str:
    """Give the one figure among the pieces of a cell; "" where there is none, or another."""
    told = [p.text.strip() for p in pieces if figures.is_figure(p.text)]
    return told[0] if len(told) == 1 else ""


def _heading_lines(rows: Rows, profile: Profile) -> list[list[Piece]]:
    """Give the lines of the block of headings above the first row."""
    size = type_size(rows.page.pieces)
    lines = lines_of(p for s in rows.above for p in s.pieces)
    named = [
        n for n, line in enumerate(lines)
        if sum(bool(wording.known(p.text, profile)) or profile.quarter_of(p.text) is not None for p in line) >= _NAMED
    ]  # fmt: skip
    if not named:
        return []
    first = last = named[-1]
    while first > 0 and _height(lines[first]) - _height(lines[first - 1]) <= _LEADING * size:
        first -= 1
    while last + 1 < len(lines) and _height(lines[last + 1]) - _height(lines[last]) <= _LEADING / 2 * size:
        last += 1
    return lines[first : last + 1]


def _above(rows: Rows, edges: Sequence[float]) -> dict[int, list[Piece]]:
    """Give the pieces of the block of headings above the first row by the column inside whose borders they stand."""
    found: dict[int, list[Piece]] = {}
    reach = _OVER * type_size(rows.page.pieces)
    for piece in (p for line in _heading_lines(rows, load_profiles()[0]) for p in line):
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
    told = {c: m for c, m in told.items() if m.field not in FIGURES}
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
