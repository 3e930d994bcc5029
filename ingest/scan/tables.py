"""Reads the places of a table: headings by the words of the format, figures by two models, doubts again.

Here belongs what the place of a cell in its table asks of its reading. Not here: geometry (`grid`), the readings of one
place (`spots`), what a column means to a row (`interpret`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from ingest.cells import Cell, Placed, Table
from ingest.numbers import parse_number
from ingest.profile import Profile, load_profiles
from ingest.readers.digital_pdf import UNSURE
from ingest.scan import figures, wording
from ingest.scan.axes import off_axis
from ingest.scan.doubts import ask_doubtful_words
from ingest.scan.heading_cells import with_joined_groups, with_walls, without_false_columns
from ingest.scan.lines import Paper
from ingest.scan.neighbours import parted_groups, told_by_neighbours, told_of_lost
from ingest.scan.orient import Upright
from ingest.scan.outline import column_of_codes
from ingest.scan.spots import (
    Engines,
    Hidden,
    Spot,
    ask_closer,
    ask_lines,
    figure_cell,
    reworded,
    text_cell,
)
from ingest.scan.stamps import is_cut, look_beneath
from ingest.words import plain

_Pairs = list[tuple[Placed, Spot]]
_RATES = ("progress_pct", "accumulated_pct")
_SURE = 0.9  # a text in a narrow column that is read with less is read again
_SURE_HEADING = 0.95  # a heading with words of the profile that is read so well is not read again
_DOUBTFUL = 0.5  # and any other line of a text
_STAMPED = 0.3  # confidence of a text under a stamp, at most
_ON_BAD_PAGES = 0.7  # where more than a share of _BAD of the texts are that doubtful
_BAD = 0.3
_SHORT = 45  # characters: a column with texts no longer, on the whole, names levels, departments, units
_HEADINGS = 5  # rows of headings that a table may have
_FIGURES = 3  # in a row, to make it a row of figures
_REACHING = 3  # cells of the first row that reach down beside another make that one of headings, too


def read_table(
    page: Upright,
    paper: Paper,
    places: Sequence[Placed],
    spots: Sequence[Spot],
    size: tuple[int, int],
    edges: tuple[float, ...],
    ask: Engines,
    hidden: Hidden | None,
    whole: Paper | None = None,
) -> Table:
    """Read what the places of a table hold: headings by the words of the format, figures twice, doubts again.

    `whole` is the page with the coloured ink that `paper` lacks.
    """
    body = _first_row_of_figures(places, spots, ask)
    heads, blanks = _above(places, spots, body)
    ask_lines(ask.second, [s for _, s in heads if not _is_sure_heading(s, ask)])
    profile = max(load_profiles(), key=lambda f: sum(wording.known(s.said(e), f) for _, s in heads for e in s.read))
    _ask_for_unknown_headings(heads, ask, profile)
    places, spots = with_walls(paper, places, spots, body, ask, profile)
    heads, blanks = _above(places, spots, body)
    headings = _headings(page, heads, ask, profile)
    if parted := parted_groups([p for p, _ in blanks], [replace(p, cell=headings[p.row, p.column]) for p, _ in heads],
                               profile):  # fmt: skip
        places, spots = with_joined_groups(places, spots, parted)
        heads, blanks = _above(places, spots, body)
        headings = _headings(page, heads, ask, profile)
    headings |= _lost_headings(page, blanks, heads, headings, ask, profile)
    places, spots = without_false_columns(paper, places, spots, body, headings, ask, profile)
    headings |= _code_heading(page, [(p, s) for p, s in zip(places, spots, strict=True) if p.row < body],
                              _columns(places, spots, body), headings, ask, profile)  # fmt: skip
    look_beneath(paper, places, spots, body, ask, whole)
    columns = _columns(places, spots, body)
    _ask_again(columns, [s for p, s in zip(places, spots, strict=True) if p.column_span > 1 and p.row >= body], ask)
    for spot in chain.from_iterable(columns.values()):
        spot.cut |= is_cut(paper, spot)
    for spot in off_axis(columns.values(), ask.first.name, paper.size):
        spot.cut = True
    rates = {c for c in columns if _means(c, [p for p, _ in heads], headings, profile) in _RATES}
    cells = _read_columns(page, columns, rates, ask, hidden)
    placed = tuple(
        replace(p, cell=headings.get((p.row, p.column)) or cells.get(id(s)) or _text(page, s, ask, profile, p))
        for p, s in zip(places, spots, strict=True)
    )
    return Table(page.number, *size, placed, edges)


def _above(places: Sequence[Placed], spots: Sequence[Spot], body: int) -> tuple[_Pairs, _Pairs]:
    """Give the places above the first row of figures: those with print, and those without."""
    above = [(p, s) for p, s in zip(places, spots, strict=True) if p.row < body]
    return [(p, s) for p, s in above if s.lines], [(p, s) for p, s in above if not s.lines]


def _columns(places: Sequence[Placed], spots: Sequence[Spot], body: int) -> dict[int, list[Spot]]:
    """Give the places below the headings where something is printed, by their column."""
    columns: dict[int, list[Spot]] = {}
    for place, spot in zip(places, spots, strict=True):
        if place.column_span == 1 and spot.lines and place.row >= body:
            columns.setdefault(place.column, []).append(spot)
    return columns


def _text(page: Upright, spot: Spot, ask: Engines, profile: Profile, place: Placed) -> Cell:
    """Make the cell of a text; under a stamp it is in doubt, for words may be lost that leave no trace.

    A band of which a part was not found names what nobody can tell.
    """
    cell = text_cell(page, spot, ask)
    text = wording.labelled(cell.text, profile)
    cell = cell if text == cell.text else reworded(cell, text)
    if spot.cut and place.column_span > 1:
        return replace(cell, confidence=UNSURE)
    stamped = spot.blotted and cell.confidence is not None
    return replace(cell, confidence=min(cell.confidence or 0.0, _STAMPED)) if stamped else cell


def _first_row_of_figures(places: Sequence[Placed], spots: Sequence[Spot], ask: Engines) -> int:
    """Give the first row below the headings; 0 where a table goes on without any, or has no figures at all."""
    name = ask.first.name
    printed: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for place, spot in zip(places, spots, strict=True):
        if spot.lines:
            printed[place.row] += 1
            numbers[place.row] += figures.is_figure(spot.said(name))
    rows = (
        r for r in sorted(printed)
        if numbers[r] >= max(_FIGURES, 0.25 * printed[r]) and not _names_quarters(places, spots, r, name)
        and not _reaches_down(places, r)
    )  # fmt: skip
    first = next(rows, 0)
    return first if first <= _HEADINGS else 0


def _reaches_down(places: Sequence[Placed], row: int) -> bool:
    """Tell whether headings of the first row reach down beside what stands in a row: then that is one of headings."""
    return sum(p.row == 0 and p.row + p.row_span > row for p in places if row) >= _REACHING


def _names_quarters(places: Sequence[Placed], spots: Sequence[Spot], row: int, name: str) -> bool:
    mine = sorted(((p.column, s.said(name)) for p, s in zip(places, spots, strict=True) if p.row == row and s.lines))
    return any(wording.name_quarters([text for _, text in mine], profile) for profile in load_profiles())


def _headings(
    page: Upright, heads: Sequence[tuple[Placed, Spot]], ask: Engines, profile: Profile
) -> dict[tuple[int, int], Cell]:
    """Give the cells of headings, by row and column: the reading with most words of the profile, mended by it.

    A reading that is near a word is worth more than one that is surer of no word at all.
    """
    placed = []
    for place, spot in heads:
        sense = {e: (wording.understood(spot.said(e), profile), spot.confidence(e, figure=False)) for e in spot.read}
        best = max(sense, key=lambda e: sense[e])
        cell = replace(text_cell(page, spot, ask), text=spot.said(best), engine=best)
        text = wording.mended(wording.without_specks(cell.text, profile), profile)
        placed.append(replace(place, cell=cell if text == cell.text else reworded(cell, text)))
    told_at = told_by_neighbours(placed, profile)
    return {
        (p.row, p.column): reworded(p.cell, told) if (told := told_at.get((p.row, p.column))) else p.cell
        for p in placed
    }


def _lost_headings(
    page: Upright,
    blanks: Sequence[tuple[Placed, Spot]],
    heads: Sequence[tuple[Placed, Spot]],
    headings: Mapping[tuple[int, int], Cell],
    ask: Engines,
    profile: Profile,
) -> dict[tuple[int, int], Cell]:
    """Give the cells of headings that a stamp, a fold or a false rule took, where their neighbours tell them."""
    read = [replace(p, cell=headings[p.row, p.column]) for p, _ in heads]
    told = told_of_lost([p for p, _ in blanks], read, profile)
    places = {(p.row, p.column): s for p, s in blanks}
    return {at: reworded(headings.get(at) or text_cell(page, places[at], ask), text) for at, text in told.items()}


def _ask_for_unknown_headings(heads: Sequence[tuple[Placed, Spot]], ask: Engines, profile: Profile) -> None:
    """Read headings again, also cut closer, of which neither model made words of the profile."""
    unknown = [s for _, s in heads if not any(_is_known(s.said(e), profile) for e in s.read)]
    ask_lines(ask.third, unknown)
    ask_closer(ask.second, unknown)


def _is_sure_heading(spot: Spot, ask: Engines) -> bool:
    name = ask.first.name
    known = any(_is_known(spot.said(name), profile) for profile in load_profiles())
    return known and spot.confidence(name, figure=False) >= _SURE_HEADING


def _is_known(text: str, profile: Profile) -> bool:
    """Tell whether a heading has a word of the profile, or names a quarter without one, such as `T1`."""
    return bool(wording.known(text, profile)) or profile.quarter_of(text) is not None


def _code_heading(
    page: Upright,
    heads: Sequence[tuple[Placed, Spot]],
    columns: dict[int, list[Spot]],
    headings: dict[tuple[int, int], Cell],
    ask: Engines,
    profile: Profile,
) -> dict[tuple[int, int], Cell]:
    """Give the heading of a column of codes, by what stands in it, where no heading can be read as its name."""
    names = [phrase.rstrip("*") for phrase in profile.fields["code"]]
    if not headings or any(name in plain(cell.text) for cell in headings.values() for name in names):
        return {}
    strange = {p.column for p, _ in heads if not _means(p.column, [p for p, _ in heads], headings, profile)}
    texts = {c: [s.said(ask.first.name) for s in mine] for c, mine in columns.items() if c in strange}
    column = column_of_codes(texts, profile)
    mine = [(p, s) for p, s in heads if p.column == column and p.column_span == 1]
    if not mine:
        return {}
    place, spot = mine[-1]
    read = headings.get((place.row, place.column)) or text_cell(page, spot, ask)
    return {(place.row, place.column): reworded(read, names[0].upper())}


def _means(column: int, heads: Sequence[Placed], headings: dict[tuple[int, int], Cell], profile: Profile) -> str | None:
    """Give the field that the headings above a column name."""
    above = [p for p in heads if p.column <= column < p.column + p.column_span]
    said = " / ".join(headings[p.row, p.column].text for p in above if (p.row, p.column) in headings)
    meaning = profile.meaning(said)
    return meaning.field if meaning is not None else None


def _ask_again(columns: dict[int, list[Spot]], bands: Sequence[Spot], ask: Engines) -> None:
    """Read what is doubtful of texts by the second model, in narrow columns, which name things, at less doubt.

    There, and on bad pages, whole lines are read again, elsewhere words: a page of few doubts is done sooner so.
    """
    name = ask.first.name
    naming = [s for s in bands if s.lines]
    long: list[Spot] = []
    for spots in columns.values():
        short = sum(len(s.said(name)) for s in spots) <= _SHORT * len(spots)
        (naming if short else long).extend(s for s in spots if not _may_be_figure(s, ask, spots))
    lines = [r.confidence < _DOUBTFUL for s in chain(naming, long) for r in s.read[name]]
    bad = sum(lines) > _BAD * len(lines)
    ask_doubtful_words(ask.second, ask.first, naming, _SURE, whole=True)
    ask_doubtful_words(ask.second, ask.first, long, _ON_BAD_PAGES if bad else _DOUBTFUL, whole=bad)


def _read_columns(
    page: Upright, columns: dict[int, list[Spot]], rates: Collection[int], ask: Engines, hidden: Hidden | None
) -> dict[int, Cell]:
    """Read the figures of all columns twice, and a third time where two readings differ; give their cells.

    `rates` are columns of percentages by their headings.
    """
    asked = {c: [s for s in spots if _may_be_figure(s, ask, spots)] for c, spots in columns.items()}
    ask_lines(ask.second, list(chain.from_iterable(asked.values())))
    cells: dict[int, Cell] = {}
    kinds = _formats(asked, rates)
    doubtful = [s for c, spots in asked.items() for s in spots if _is_doubtful(s, kinds[c], ask)]
    for other in (ask.third, *ask.others):
        ask_lines(other, doubtful)
    ask_closer(ask.first, doubtful)
    ask_closer(ask.second, doubtful)
    for column, spots in asked.items():
        for spot in spots:
            if any(figures.is_figure(spot.said(e).replace("\n", "")) for e in spot.read):
                cells[id(spot)] = figure_cell(page, spot, _texts(spot, kinds[column]), hidden)
            elif spot.blotted and len(spot.lines) == 1:
                cells[id(spot)] = replace(text_cell(page, spot, ask), text="", confidence=UNSURE)
    return cells


def _is_doubtful(spot: Spot, places: int | None, ask: Engines) -> bool:
    """Tell whether a figure needs more opinions: two differ, both are unsure, or no number can be made of it."""
    texts = _texts(spot, places)
    unsure = max(spot.confidence(e, figure=True) for e in texts) < _SURE
    return len(set(texts.values())) > 1 or unsure or parse_number(texts[ask.second.name]) is None


def _may_be_figure(spot: Spot, ask: Engines, column: Sequence[Spot]) -> bool:
    """Tell whether a cell holds a figure, or something that stands where figures do."""
    if figures.is_figure(spot.said(ask.first.name).replace("\n", "")):
        return True
    beside = sum(figures.is_figure(s.said(ask.first.name)) for s in column)
    short = len(spot.lines) == 1 and len(spot.said(ask.first.name)) <= 14
    return short and beside >= max(_FIGURES, 0.5 * len(column)) and not figures.is_code(spot.said(ask.first.name))


def _formats(columns: dict[int, list[Spot]], rates: Collection[int]) -> dict[int, int | None]:
    """Give how many decimals the percentages of each column print; None where it is no column of percentages.

    A column whose signs were all misread prints as many as the others of its table.
    """
    texts = {
        c: [t for s in spots for e in s.read if figures.is_figure(t := s.figure(e))] for c, spots in columns.items()
    }
    percents = {c: mine for c, mine in texts.items() if c in rates or figures.is_percent_column(mine)}
    usual = figures.decimals(chain.from_iterable(percents.values()))
    own = {c: figures.decimals(mine) for c, mine in percents.items()}
    return {c: (usual if own[c] is None else own[c]) if c in own else None for c in columns}


def _texts(spot: Spot, places: int | None) -> dict[str, str]:
    """Give what each engine reads, with the marks that its column prints put right."""
    if places is None:
        return {e: figures.as_count(spot.figure(e)) for e in spot.read}
    return {e: figures.as_percentage(spot.figure(e), places) for e in spot.read}
