"""Bands of a scanned table without rules that were taken for the first or last line of a row beside them.

A band names the department of the rows below it. It stands as close to a row as its lines to each other do, so white
space does not tell it apart; but it stands alone on its line, set as the other bands are and not as the texts of a
column. Here belongs this, and that titles of the page are no headings. Not here: bands with white space about them
(`readers.unruled`), what a band names (`names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.cells import Box
from ingest.profile import FIGURES, Profile, load_profiles
from ingest.readers.pieces import PageText, Piece, around, lines_of
from ingest.readers.unruled import Found, Slot
from ingest.scan.departments import without_stamp
from ingest.words import has_words, plain, words

_FIGURES = 3  # in a row, to make it one of an indicator
_FOLLOWS = 3.0  # type sizes: the band that ends a page stands no farther below the last row
_LINES = 2  # of a band, at most
_WORDS = 1.5  # of the type size: words of one text stand no farther apart where a letter or two are lost
_APART = 0.25  # of the type size: a band overlaps the lines beside it no more
_ALIKE = 0.6  # of the type size: bands begin, or have their middle, no farther apart; texts of a column begin so, too
_LEFT = 2.0  # type sizes: a text at the left edge begins no farther from it
_MIDDLE = 0.03  # of the width of the table: a centred text is no farther from the middle
_OVER = 0.5  # of the type size: a text that reaches so far over a border stands across it
_LETTERS = 2
_MOST = 0.5  # of the pieces of a line
_NAME = 10  # letters: what a stamp leaves is shorter than a name, or known
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
# Columns of these have no heading above their own, unless it opens with them.
_ALONE = ("frequency", *FIGURES)


@dataclass(frozen=True, slots=True)
class _Band:
    """A text that may be a band: the row that it was taken for a part of, and whether it stands below that row.

    `is_left`: it does not stand alone, and may be no more than what is left of one.
    """

    row: int
    below: bool
    pieces: tuple[Piece, ...]
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class _Reach:
    """Where the bands of a table stand: from where to where they go, and the `middle` of centred ones."""

    start: float
    end: float
    middle: float | None

    @staticmethod
    def of(bands: Sequence[Box], size: float) -> _Reach:
        middles = [(b.x0 + b.x1) / 2 for b in bands]
        centred = max(middles) - min(middles) <= 2 * _ALIKE * size
        return _Reach(min(b.x0 for b in bands), max(b.x1 for b in bands), median(middles) if centred else None)

    def holds(self, pieces: Sequence[Piece]) -> bool:
        """Tell whether a text, or what is left of one, stands where bands do."""
        box, near = around(pieces), _ALIKE * pieces[0].size
        return (self.start - near <= box.x0 and box.x1 <= self.end + near) or self.is_middle_of(pieces)

    def is_middle_of(self, pieces: Sequence[Piece]) -> bool:
        """Tell whether a text is centred as all bands are."""
        box, near = around(pieces), _ALIKE * pieces[0].size
        return self.middle is not None and abs(box.x0 + box.x1 - 2 * self.middle) <= 2 * near


def with_bands(found: Found, text: PageText) -> Found:
    """Give a table with a row for each band of its page that was taken for a part of a row, or that ends the page, and
    headings without titles.
    """
    profile = load_profiles()[0]
    rows: dict[int, list[Slot]] = {}
    for slot in found.slots:
        rows.setdefault(slot.row, []).append(slot)
    body = [row for row, slots in rows.items() if _is_row(slots)]
    heads = [s for s in found.slots if s.row < min(body, default=0)]
    titles = _titles([p for s in heads for p in s.pieces], profile)
    slots = [_untitled(s, heads, titles, profile) if s in heads else s for s in found.slots]
    known = [around(s.pieces) for s in found.slots if s.column_span == len(found.column_edges) - 1 and s.pieces]
    bands = _alike([b for row in body for b in _candidates(row, rows[row], found, profile)], known)
    told = [*known, *(around(b.pieces) for b in bands)]
    if len(told) > 1:
        # What is left of a band stands where bands do, though it has not their middle.
        reach = _Reach.of(told, _size(found))
        inside = [b for row in body for b in _candidates(row, rows[row], found, profile, reach)]
        bands = [b for b in inside if reach.holds(b.pieces)]
        sides = {(b.row, b.below) for b in bands}
        left = [b for row in body for b in _among_figures(row, rows[row], found, profile, reach)]
        bands += [b for b in left if (b.row, b.below) not in sides]
    return _ended(_inserted(replace(found, slots=tuple(slots)), bands), text, profile)


def _ended(found: Found, text: PageText, profile: Profile) -> Found:
    """Give a table with the band that follows its last row: it names the department of the next page's first rows."""
    wide, bottom = len(found.column_edges) - 1, found.row_edges[-1]
    known = [around(s.pieces) for s in found.slots if s.column_span == wide and s.pieces]
    held = {p.number: p.text for s in found.slots for p in s.pieces if p.number >= 0}
    below = lines_of(p for p in text.pieces if p.number not in held and p.middle > bottom)
    line = below[0] if below else []
    said = {p.number: p.text for p in text.pieces}
    if any(said.get(number) != told for number, told in held.items()):
        return found  # it was found by other pieces
    if not line or not _is_one(line) or not _may_name(" ".join(p.text for p in line), profile):
        return found
    box, size = around(line), line[0].size
    near = box.top - bottom <= _FOLLOWS * size and any(_set_alike(box, o, _ALIKE * size) for o in known)
    if not near or any(has_words(s, words(line[0].text)) for s in profile.signatures):
        return found
    slot = Slot(len(found.row_edges) - 1, 0, wide, tuple(line))
    return replace(found, row_edges=(*found.row_edges, box.bottom), slots=(*found.slots, slot))


def _alike(bands: Sequence[_Band], known: Sequence[Box]) -> list[_Band]:
    """Give the bands that another of them, or one of those known, begins or has its middle as."""
    boxes = [*(around(b.pieces) for b in bands), *known]
    return [
        band
        for n, band in enumerate(bands)
        if any(_set_alike(boxes[n], o, _ALIKE * band.pieces[0].size) for m, o in enumerate(boxes) if m != n)
    ]


def _is_row(slots: Sequence[Slot]) -> bool:
    return sum(any(p.is_figure for p in s.pieces) for s in slots) >= _FIGURES


def _titles(pieces: Sequence[Piece], profile: Profile) -> list[Piece]:
    """Give the lines among headings that say what the whole report is of: `DEPENDENCIA O ENTIDAD: Sistema DIF`, or the
    one quarter with its year, and what stands above that.
    """
    labels = "|".join(re.escape(label) for labels in profile.header.values() for label in labels)
    said = re.compile(rf"(?:{labels})\s*[:.;]\s*\S")
    dated = [p for p in pieces if _YEAR.search(p.text) and profile.quarter_of(p.text) is not None]
    last = dated[0].middle if len(dated) == 1 else float("-inf")
    return [p for p in pieces if said.match(plain(p.text)) or p.middle <= last]


def _untitled(slot: Slot, heads: Sequence[Slot], titles: Sequence[Piece], profile: Profile) -> Slot:
    """Give a heading without lines of the title.

    It had seemed as wide as such a line: what is left stands over no column that has its meaning by itself.
    """
    kept = tuple(p for p in slot.pieces if p not in titles)
    if len(kept) == len(slot.pieces):
        return slot
    below = {s.column: " ".join(p.text for p in s.pieces) for s in heads if s.row > slot.row}
    others = {c for c, text in below.items() if (told := profile.meaning(text)) and told.field in _ALONE}
    span = next((n for n in range(1, slot.column_span) if slot.column + n in others), slot.column_span)
    return replace(slot, pieces=kept, column_span=span)


def _candidates(
    row: int, slots: Sequence[Slot], found: Found, profile: Profile, reach: _Reach | None = None
) -> Iterator[_Band]:
    """Give the first and the last lines of a row where they may be a band: one text alone on its line."""
    figures = {p for s in slots if s.column in found.figures for p in s.pieces if p.is_figure}
    # One digit elsewhere is what is left of a stamp, and a sign alone is a speck.
    lines = [
        [p for p in line if any(c.isalnum() for c in p.text)]
        for line in lines_of(p for s in slots for p in s.pieces)
        if any(p in figures or _is_words(p) for p in line)
    ]
    beside = {p.number for line in lines if not _is_one(line) for p in line}
    lines = [_without_beside(line, found, reach) for line in lines]
    for below in (False, True):
        for count in range(1, _LINES + 1):
            mine, rest = (lines[-count:], lines[:-count]) if below else (lines[:count], lines[count:])
            if not rest or not all(_is_one(line) or _is_left(line, found, reach) for line in mine):
                break
            band = _Band(row, below, tuple(p for line in mine for p in line))
            if _is_apart(band.pieces, rest) and _may_name(" ".join(p.text for p in band.pieces), profile):
                column = next(s for s in slots if band.pieces[0] in s.pieces)
                others = [p for p in column.pieces if p.number in beside]
                # A part of a band that is torn may stand in the middle of a column by chance.
                least = 1.0 if reach is not None and reach.is_middle_of(band.pieces) else _MOST
                torn = len(mine[0]) > 1 and _is_of_columns(band.pieces, slots, least)
                if not torn and _is_across(band, others, found, profile, reach):
                    yield band
                    lines = rest
                break


def _among_figures(row: int, slots: Sequence[Slot], found: Found, profile: Profile, reach: _Reach) -> Iterator[_Band]:
    """Give words above or below the figures of their columns, where bands reach: they are of no column.

    A stamp over its end hides that a band is centred, and texts beside it that it stands alone.
    """
    inside = [s for s in slots if s.column in found.figures and s.column_span == 1]
    figures = [p for s in inside for p in s.pieces if p.is_figure]
    if not figures:
        return
    box = around(figures)
    others = [p for p in (p for s in inside for p in s.pieces) if not p.is_figure and _is_words(p)]
    for below in (False, True):
        mine = tuple(p for p in others if (p.middle > box.bottom if below else p.middle < box.top))
        said = " ".join(p.text for p in sorted(mine, key=lambda p: p.box.x0))
        lapping = any(reach.start <= p.centre <= reach.end for p in mine)
        if sum(c.isalpha() for c in without_stamp(said)) >= _NAME and lapping and _may_name(said, profile):
            yield _Band(row, below, mine, is_left=True)


def _is_words(piece: Piece) -> bool:
    """Tell whether a piece is a word, a code or a figure of several digits: what is left of a stamp is read as one."""
    return sum(c.isalnum() for c in piece.text) >= _LETTERS


def _is_one(line: Sequence[Piece]) -> bool:
    """Tell whether a line is one text: bad copies part it between words."""
    return all(b.box.x0 - a.box.x1 <= _WORDS * a.size for a, b in pairwise(line))


def _without_beside(line: list[Piece], found: Found, reach: _Reach | None) -> list[Piece]:
    """Give what is centred of a line as bands are, without what a stamp leaves beside it."""
    if reach is None or any(p.is_figure for p in line):
        return line
    ends = [n for n, (a, b) in enumerate(pairwise(line), start=1) if b.box.x0 - a.box.x1 > _WORDS * a.size]
    texts = [line[a:b] for a, b in pairwise([0, *ends, len(line)])]
    bands = [t for t in texts if reach.is_middle_of(t)]
    rest = [p for t in texts if t not in bands for p in t]
    return bands[0] if len(bands) == 1 and rest and not _is_of_columns(rest, found.slots) else line


def _is_left(line: Sequence[Piece], found: Found, reach: _Reach | None) -> bool:
    """Tell whether the texts of a line may be what is left of a band: within its reach, and set as no column is."""
    if reach is None or any(p.is_figure for p in line):
        return False
    if not reach.holds(line) and any(not reach.start <= p.centre <= reach.end for p in line):
        return False
    return not _is_of_columns(line, found.slots)


def _is_of_columns(pieces: Sequence[Piece], slots: Sequence[Slot], least: float = _MOST) -> bool:
    """Tell whether most of several pieces are set as other texts of their columns: then they are no one text."""
    alike = 0
    for piece in pieces:
        others = [o for s in slots if piece in s.pieces for o in s.pieces if not (o.is_figure or o in pieces)]
        alike += any(_set_alike(piece.box, o.box, _ALIKE * piece.size) for o in others)
    return alike >= least * len(pieces)


def _is_apart(pieces: Sequence[Piece], lines: Sequence[Sequence[Piece]]) -> bool:
    """Tell whether a text stands above or below all others."""
    mine, box = around(pieces), around(p for line in lines for p in line)
    return min(mine.bottom - box.top, box.bottom - mine.top) <= _APART * pieces[0].size


def _may_name(text: str, profile: Profile) -> bool:
    """Tell whether a text may be a name: words that are neither a level, nor a figure, nor of a stamp."""
    letters = sum(c.isalpha() for c in without_stamp(text))
    return letters >= _LETTERS and profile.level_of(text) is None and not text.startswith("(")


def _is_beside_level(beside: Sequence[Piece], found: Found, profile: Profile) -> bool:
    """Tell whether what stands below or above a text at the left edge is the level, or the code, of a row and no part
    of that text: these are short, and what goes on in brackets is no band.
    """
    rest = " ".join(p.text for p in beside)
    if re.search(r"[()\[\]]", rest):
        return False
    heads = (" ".join(p.text for p in s.pieces) for s in found.slots if s.column == 0 and s.column_span == 1)
    told = {meaning.field for text in heads if (meaning := profile.meaning(text)) is not None}
    # Where the heading says so, one word is a level or a code, however it was misread.
    named = len(rest.split()) == 1 and bool(told & {"level", "code"})
    return named or profile.code.match(rest) is not None or profile.level_of(rest) is not None


def _is_across(band: _Band, beside: Sequence[Piece], found: Found, profile: Profile, reach: _Reach | None) -> bool:
    """Tell whether a text stands at the left edge, over several columns, in the middle of the table or within the
    `reach` of its bands, and not as the texts of its column, `beside`, do.
    """
    box, size, edges = around(band.pieces), band.pieces[0].size, found.column_edges
    if box.x0 - edges[0] <= _LEFT * size:
        return _is_beside_level(beside, found, profile)
    crosses = any(box.x0 + _OVER * size < x < box.x1 - _OVER * size for x in edges[1:-1])
    centred = abs(box.x0 + box.x1 - edges[0] - edges[-1]) / 2 <= _MIDDLE * (edges[-1] - edges[0])
    if any(_set_alike(box, p.box, _ALIKE * size) for p in beside if not p.is_figure):
        return crosses and centred
    return crosses or centred or (reach is not None and reach.holds(band.pieces))


def _set_alike(one: Box, other: Box, near: float) -> bool:
    return abs(one.x0 - other.x0) <= near or abs(one.x0 + one.x1 - other.x0 - other.x1) / 2 <= near


def _inserted(found: Found, bands: Sequence[_Band]) -> Found:
    """Give a table with a row of its own for each band."""
    edges, slots = list(found.row_edges[:1]), []
    places: list[int] = []
    for row, end in enumerate(found.row_edges[1:]):
        mine = {b.below: b for b in bands if b.row == row}
        if False in mine:
            slots.append(_slot(len(edges) - 1, mine[False], found))
            edges.append(around(mine[False].pieces).bottom)
        places.append(len(edges) - 1)
        if True in mine:
            edges.append(around(mine[True].pieces).top)
            slots.append(_slot(len(edges) - 1, mine[True], found))
        edges.append(end)
    slots += [replace(_without(s, [b for b in bands if b.row == s.row], found), row=places[s.row]) for s in found.slots]
    return replace(found, row_edges=tuple(edges), slots=tuple(sorted(slots, key=lambda s: (s.row, s.column))))


def _slot(row: int, band: _Band, found: Found) -> Slot:
    """Give the cell of a band; what lies between pieces that stand apart was not read."""
    torn = band.is_left or not all(map(_is_one, lines_of(band.pieces)))
    return Slot(row, 0, len(found.column_edges) - 1, band.pieces, unsure=torn)


def _size(found: Found) -> float:
    return median(p.size for s in found.slots for p in s.pieces)


def _without(slot: Slot, bands: Sequence[_Band], found: Found) -> Slot:
    """Give a cell without bands, and without the doubt that these alone made of it by reaching into it."""
    left, right = found.column_edges[slot.column], found.column_edges[slot.column + slot.column_span]
    boxes = [around(b.pieces) for b in bands]
    gone = {p for b in bands for p in b.pieces}
    kept = tuple(p for p in slot.pieces if p not in gone)
    fits = all(p.box.x0 >= left - _APART * p.size and p.box.x1 <= right + _APART * p.size for p in kept)
    lapped = any(box.x0 < right and box.x1 > left for box in boxes)
    return replace(slot, pieces=kept, stained=slot.stained and not (lapped and fits))
