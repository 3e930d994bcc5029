"""Tables and a profile become indicator rows: every value still points at the cell that it stands in.

Here belongs what the cells of a table mean. Not here: what headings mean (`headings`), whether the figures agree
(`reconcile`), which cells make a row (`table_lines`), and text whose tables were torn apart (`torn`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from ingest.cells import RULES, Cell, Kind, Reading
from ingest.header import read_header
from ingest.headings import find_layout
from ingest.indicators import LEVELS, Header, IndicatorRow, Quality, Quarterly, Rejected, Value
from ingest.numbers import is_wrapped, parse_number
from ingest.profile import FIGURES, Meaning, Profile
from ingest.rests import Rest, rests_of_rows
from ingest.table_lines import Line, read_lines
from ingest.words import one_line, plain, unbroken, words

_ROW_DOTS = 3  # in the code of an indicator below the program's own
_MANY_FIGURES = 3  # alone on their lines: page numbers and years are fewer
_DEDUCED = "no engine read the code of this row as it is given: the order of the outline tells it"
_PARTED = "the code of this row and its figures were found in two rows: they may be those of two indicators"
_CUT = "a border cuts the figure, or it stands off the axis of its column: a digit may be a neighbour's, or lost"
_BLOTTED_BLANK = "a stamp, a signature or a blot lies over the place: whether it is blank cannot be told"
_BLOTTED = "a stamp, a signature or a blot lies over the figure"
_EARLY = "a result of a quarter after the report's own: its heading or the report's quarter may be another"
_RESULTS = ("achieved", "progress_pct")
_UNITS = {"frequency", "unit", "units", "variable_unit"}
_NAMED = ("level", "department", "frequency", "unit", "variable_unit")
_CROWDED = 2  # cells with several numbers, in a row
DOUBTFUL = 0.4
"""Confidence of its least sure letter below which a text may well be misread."""
_BLANK_MARKS = re.compile(r"[\s$%.\-\u2013\u2014_*]*")


def matches(reading: Reading, profile: Profile) -> bool:
    """Tell whether any table of `reading` has headings of `profile`."""
    return any(find_layout(table, profile) is not None for table in reading.tables)


def interpret(reading: Reading, profile: Profile) -> tuple[Header, tuple[IndicatorRow, ...], tuple[Rejected, ...]]:
    """Give the header, the rows and what was rejected of a reading with tables.

    Every printed quarter has a value (`unchecked`, or `missing` for a blank); quarters that the format does not
    print are None. Percentages whose heading names no quarter belong to the report's own quarter.
    """
    header = read_header(_outside(reading, profile), profile)
    rejected = _blank_pages(reading) + _left_over(reading, profile)
    if header.quarter is None:
        rejected.append(Rejected(1, "", "the report does not say its quarter: figures of that quarter have no place"))
    rows: list[IndicatorRow] = []
    nameless = False
    band: Cell | None = None
    for line in read_lines(reading.tables, profile, rejected):
        if line.band is not None:
            # A band may name the level of the rows below it: that is no department.
            band = band if _names_level(line.band.text, profile) else line.band
            continue
        row = _row(line, profile, header, band)
        if row is None:
            rejected.append(Rejected(line.page, line.text, "a table row without an indicator code"))
            # It may have been the band of another department, misread.
            band = replace(band, confidence=0.0) if band is not None and band.confidence is not None else band
        else:
            rows.append(row)
            nameless |= any(cell.text.strip() for cell in line.others)
    rests = rests_of_rows(reading, profile)
    rejected += [rest.rejected for rest in rests]
    owned = _with_departments(_with_levels(_without_ends(rows, rests)))
    if reading.kind is Kind.SCANNED_PDF:
        owned = _repeated_doubted(_strangely_leveled_doubted(owned))
        for label in _NAMED:
            owned = _unnamed_doubted(owned, label, nameless=nameless)
    return header, owned, tuple(rejected)


def _without_ends(rows: list[IndicatorRow], rests: Sequence[Rest]) -> list[IndicatorRow]:
    """Doubt the texts of a row whose end may stand alone on the next page."""
    last = {row.page: n for n, row in enumerate(rows)}
    told = {last[rest.page]: rest.fields for rest in rests if rest.page in last}
    return [row.doubted(*_labels(told[n])) if n in told else row for n, row in enumerate(rows)]


def _labels(fields: Set[str]) -> list[str]:
    """Give the labels of a row that columns of these fields fill, in their order."""
    return sorted({label for f in fields for label in (("unit", "variable_unit") if f == "units" else (f,))})


def _outside(reading: Reading, profile: Profile) -> Iterator[str]:
    """Give the texts outside the tables of indicators: publishers set their titles in boxes, too."""
    yield from (line.text for line in reading.lines)
    for table in reading.tables:
        if find_layout(table, profile) is not None:
            return
        yield from (text for p in table.cells for text in (one_line(p.cell.text), *p.cell.text.split("\n")))


def _blank_pages(reading: Reading) -> list[Rejected]:
    printed = {line.page for line in reading.lines} | {table.page for table in reading.tables}
    blank = [page for page in range(1, reading.pages + 1) if page not in printed]
    paged = reading.kind in (Kind.DIGITAL_PDF, Kind.SCANNED_PDF)
    return [Rejected(page, "", "the page is blank") for page in blank] if paged else []


def _left_over(reading: Reading, profile: Profile) -> list[Rejected]:
    """Tell of each page with indicators or figures that stand in no table, so that they are not lost in silence."""
    found = []
    for page in range(1, reading.pages + 1):
        texts = [one_line(line.text) for line in reading.lines if line.page == page]
        coded = [t for t in texts if (m := profile.code.match(t)) and m[0].count(".") >= _ROW_DOTS]
        figures = [t for t in texts if parse_number(t, profile.numbers) is not None]
        if coded or len(figures) >= _MANY_FIGURES:
            shown = " | ".join(dict.fromkeys(coded + figures))
            found.append(Rejected(page, shown, "indicators or figures outside every table that was understood"))
    return found


def _row(line: Line, profile: Profile, header: Header, band: Cell | None) -> IndicatorRow | None:
    texts = {m.field: _said(c, m.field) or None for m, c in line.cells.items() if m.quarter is None}
    code, objective = _code(line, profile)
    if code is None:
        return None
    line = _crowded_doubted(line, profile)
    department, named_in = _department(line, band, profile)
    unit, variable_unit = _units(texts, profile)
    return IndicatorRow(
        page=line.page,
        level=profile.level_of(line.said("level")),
        code=code,
        department=department,
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
        doubt=_DEDUCED if _is_deduced(line) else _PARTED if line.parted else None,
        unsure=tuple(_unsure(line, named_in, profile)),
    )


def _names_level(text: str, profile: Profile) -> bool:
    return len(words(text)) == 1 and profile.level_of(text) is not None


def _said(cell: Cell, field: str) -> str:
    """Give the text of a cell in one line, with words whole that a narrow column broke in an exact one."""
    may_break = cell.confidence is None and field != "justification"
    return one_line(unbroken(cell.text) if may_break else cell.text)


def _department(line: Line, band: Cell | None, profile: Profile) -> tuple[str | None, Cell | None]:
    """Give the department that a row names, or the band above it, and the cell that says so."""
    for meaning, cell in line.cells.items():
        if meaning.field == "department" and cell.text.strip():
            return _said(cell, "department"), cell
    for meaning, cell in line.cells.items():
        inside = _in_parentheses(_said(cell, "level")) if meaning.field == "level" else None
        if inside and not _names_level(inside, profile):
            return inside, cell
    return (one_line(band.text) or None, band) if band is not None else (None, None)


def _unsure(line: Line, department: Cell | None, profile: Profile) -> Iterator[str]:
    """Name the labels that may have been misread: an engine's reading that is not sure, and what it could not read."""
    by_field = {m.field: c for m, c in line.cells.items() if m.quarter is None and c.text.strip()}
    recognized = any(cell.confidence is not None for cell in line.cells.values())
    named = {profile.level_of(word) for word in line.said("level").split()} - {None} if recognized else set()
    # A column of levels may be lost from a scan with its heading: that none is read is no evidence of none printed.
    expected = recognized or "level" in by_field
    if expected and (profile.level_of(line.said("level")) is None or len(named) > 1):
        yield "level"
    if _is_deduced(line):
        yield "code"
    if department is not None and department.confidence == 0.0:
        yield "department"
    if any(cell.confidence for cell in line.cells.values()):
        yield from _labels({f for f in _UNITS & by_field.keys() if by_field[f].confidence == 0.0})
    for field in ("objective", "indicator"):
        cell = by_field.get(field)
        if cell is not None and cell.confidence is not None and cell.confidence < DOUBTFUL:
            yield field


def _is_deduced(line: Line) -> bool:
    """Whether the code of a recognized row was not read, but told by the outline."""
    by_field = {m.field: c for m, c in line.cells.items() if c.text.strip()}
    named = by_field.get("code") or by_field.get("objective")
    return named is not None and named.engine == RULES and named.confidence == 0.0


def _code(line: Line, profile: Profile) -> tuple[str | None, str | None]:
    """Give the code and the objective without it: the code has a column of its own, or opens the objective."""
    objective = unbroken(line.said("objective"))
    own = "".join(line.said("code").split()).rstrip(".")
    if own:
        return (own if profile.code.fullmatch(own) else None), one_line(objective) or None
    # A narrow column breaks a long code at one of its dots.
    whole = re.sub(r"(?<=\d)(?:\.\s*\n|\n\s*\.)\s*(?=\d{1,3}(?:\.|\s))", ".", objective)
    match = re.match(rf"\s*(?P<code>{profile.code.pattern})\.?(?=\s|$|[^\d.])\s*(?P<rest>.*)$", whole, re.DOTALL)
    if match is None:
        return None, one_line(objective) or None
    return match["code"], one_line(match["rest"]) or None


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
        field: both[end : found[i + 1][0] if i + 1 < len(found) else len(both)].strip(" :") or None
        for i, (_, end, field) in enumerate(found)
    }
    if not found and both:
        stated["unit"] = both
    return texts.get("unit") or stated.get("unit"), texts.get("variable_unit") or stated.get("variable_unit")


def _quarters(measure: str, line: Line, profile: Profile, quarter: int | None) -> Quarterly:
    values: list[Value | None] = [None, None, None, None]
    for meaning in line.cells:
        if meaning.field == measure and (place := meaning.quarter or quarter) is not None:
            value = _value(line, meaning, profile)
            is_early = quarter is not None and place > quarter and measure in _RESULTS
            values[place - 1] = _early_doubted(value) if is_early and value is not None else value
    return values[0], values[1], values[2], values[3]


def _early_doubted(value: Value) -> Value:
    """Doubt a result of a quarter that comes after the report's: 0 may stand where nothing is known yet."""
    return replace(value, quality=Quality.DISPUTED, reason=_EARLY) if value.value else value


def _crowded_doubted(line: Line, profile: Profile) -> Line:
    """Take the cells of a row for merged ones where several hold more than one number: they may be those of two rows.

    The other row's figures may be all that can be read of its other cells.
    """
    read = {m: read_value(c, profile) for m, c in line.cells.items() if m.field in FIGURES and c.text.strip()}
    crowded = [v for v in read.values() if v.value is None and v.quality is Quality.DISPUTED]
    return replace(line, merged=frozenset(read)) if len(crowded) >= _CROWDED else line


def _value(line: Line, meaning: Meaning, profile: Profile) -> Value | None:
    cell = line.cells.get(meaning)
    if cell is None:
        return None
    value = read_value(cell, profile)
    if meaning in line.merged and value.value is not None:
        return replace(value, quality=Quality.DISPUTED, reason="the figure stands in one cell for several places")
    return value


def read_value(cell: Cell, profile: Profile) -> Value:
    """Give the value of a numeric cell: a number, a blank, or words that are kept with a reason, never made 0.

    A cell whose reader is not sure of its text (confidence 0) gives a disputed value.
    """
    text = cell.text.strip()
    if not text:
        return Value.of(cell, None, Quality.MISSING, _BLOTTED_BLANK if cell.confidence == 0.0 else None)
    number = parse_number(one_line(text), profile.numbers) if "\n" not in text else _wrapped(text, profile)
    if number is not None:
        if cell.confidence == 0.0:
            return Value.of(cell, number, Quality.DISPUTED, _BLOTTED if cell.opinions else _CUT)
        return Value.of(cell, number, Quality.UNCHECKED)
    parts = text.split()
    if len(parts) > 1 and all(_is_number(p, profile) for p in parts):
        return Value.of(cell, None, Quality.DISPUTED, f"{len(parts)} numbers stand in one cell: {' and '.join(parts)}")
    if _BLANK_MARKS.fullmatch(text):
        return Value.of(cell, None, Quality.MISSING, f"a mark for a blank is printed: {one_line(text)}")
    return Value.of(cell, None, Quality.MISSING, f"words, not a number, are printed: {one_line(text)}")


def _wrapped(text: str, profile: Profile) -> float | None:
    """Give the number that a narrow column wrapped; None where its pieces could be numbers of their own.

    A percent sign at the end of the last piece only tells, too, that the others are no percentages of their own.
    """
    pieces = [one_line(p) for p in text.split("\n") if p.strip()]
    goes_on = all(is_wrapped(a, b, profile.numbers) for a, b in pairwise(pieces))
    one_percent = pieces[-1].endswith("%") and not any("%" in p for p in pieces[:-1])
    return parse_number("".join(pieces), profile.numbers) if goes_on or one_percent else None


def _is_number(text: str, profile: Profile) -> bool:
    return parse_number(text, profile.numbers) is not None


def _with_levels(rows: list[IndicatorRow]) -> list[IndicatorRow]:
    """Fill a level that is not printed from rows of the same report whose codes are as deep and which print it."""
    said: dict[int, set[str]] = {}
    for row in rows:
        if row.level is not None and row.code is not None:
            said.setdefault(row.code.count("."), set()).add(row.level)
    told = {dots: next(iter(levels)) for dots, levels in said.items() if len(levels) == 1}
    # The levels follow each other from the program's code on: two that are printed tell the others.
    tops = {dots - LEVELS.index(level) for dots, level in told.items()}
    if len(tops) == 1 and len(told) > 1 and len(told) == len(said):
        told = {min(tops) + n: level for n, level in enumerate(LEVELS)} | told
    return [
        replace(row, level=told[row.code.count(".")])
        if row.level is None and row.code is not None and row.code.count(".") in told
        else row
        for row in rows
    ]


def _with_departments(rows: list[IndicatorRow]) -> tuple[IndicatorRow, ...]:
    """Give each activity that names no department that of its component."""
    by_code = {row.code: row for row in rows}
    return tuple(
        _owned(row, by_code[above])
        if row.department is None
        and row.level == "Actividad"
        and (above := (row.code or "").rpartition(".")[0]) in by_code
        else row
        for row in rows
    )


def _strangely_leveled_doubted(rows: tuple[IndicatorRow, ...]) -> tuple[IndicatorRow, ...]:
    """Doubt the levels of recognized rows whose codes are as deep as others of which most are of another level."""
    levels: dict[int, Counter[str]] = {}
    for row in rows:
        if row.level is not None:
            levels.setdefault((row.code or "").count("."), Counter())[row.level] += 1

    def is_strange(row: IndicatorRow) -> bool:
        others = levels.get((row.code or "").count("."), Counter())
        return row.level is not None and 2 * others[row.level] <= others.total()

    return tuple(r.doubted("level") if is_strange(r) else r for r in rows)


def _repeated_doubted(rows: tuple[IndicatorRow, ...]) -> tuple[IndicatorRow, ...]:
    """Doubt the codes of recognized rows that have the same: all but one are misread, or parts of one row."""
    times = Counter(row.code for row in rows)
    return tuple(r.doubted("code") if times[r.code] > 1 else r for r in rows)


def _unnamed_doubted(rows: tuple[IndicatorRow, ...], label: str, *, nameless: bool) -> tuple[IndicatorRow, ...]:
    """Doubt a label of recognized rows that have none where most have one: the engine may not have seen it.

    So it may where no row has one, but texts stand in columns that are `nameless`, for their headings were not read;
    departments also where some texts are odd: bands may have been read as their ends.
    """
    without = [getattr(row, label) is None for row in rows]
    odd = label == "department" and any(_UNITS & {*row.unsure} for row in rows)
    if 2 * sum(without) >= len(rows) and not (odd or nameless):
        return rows
    return tuple(r.doubted(label) if n else r for r, n in zip(rows, without, strict=True))


def _owned(row: IndicatorRow, by: IndicatorRow) -> IndicatorRow:
    named = replace(row, department=by.department)
    return named.doubted("department") if "department" in by.unsure else named
