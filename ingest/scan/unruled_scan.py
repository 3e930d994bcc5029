"""A page of a scan whose table has no rules: lines of text become rows and columns by what stands where.

Here belongs the way from lines on paper to the pieces that `find_unruled` takes, and back to cells. Not here: the
geometry of alignment (`readers.unruled`), tables with rules (`grid`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.cells import Box, Cell, Placed, Table
from ingest.profile import Profile, load_profiles
from ingest.readers.pieces import PageText, Piece
from ingest.readers.unruled import Found, columns_of, find_unruled
from ingest.scan import figures, wording
from ingest.scan.engine import Recognition
from ingest.scan.lines import Paper, TextLine
from ingest.scan.neighbours import told_by_neighbours
from ingest.scan.orient import Upright
from ingest.scan.rules import Rule
from ingest.scan.sides import sides_of
from ingest.scan.spots import Engines, Spot, ask_lines, in_order, merged, text_cell
from ingest.scan.tables import read_table
from ingest.scan.unruled_bands import with_bands
from ingest.scan.unruled_cells import cut_figures
from ingest.scan.unruled_codes import root_of, with_codes_of
from ingest.scan.unruled_parting import figure_rows, in_lines, lines_above, part_at, part_between, part_lines
from ingest.scan.unruled_told import tell_headings
from ingest.words import words

_FIGURES = 3  # on a line, to make it the line of figures of a row
_SURE = 0.9  # a line above the tables that is read with less is read again
_BLUR = 0.25  # of the type size: a heading may reach that far over the next column
_RUN_ON = re.compile(r"(\d{1,3}(?:\.\d{1,3}){2,7})(?=[^\W\d]{2})")
_YEAR_SAID = re.compile(r"20\d\d")
_LIKE_CODE = re.compile(r"\d[\d.,]*\.\d[\d.,]*")
_YEAR, _EVEN = 4, 0.2  # quarters; of the distance between their headings: these differ by no more
_TWO_LINES = 1.3  # of the type size: the lines of a heading are no farther apart
_WITHIN, _LEVEL = 0.4, 0.4  # of the type size: letters of one word are no farther apart, and stand as high
_SHORT = 3  # letters: a heading of a quarter without the word for it, such as T1
_INSET = 0.9  # points that a rule is thick, at most, about its middle
_NOTHING = Cell("", 0)


@dataclass(frozen=True, slots=True)
class Unruled:
    """What a page without rules was read as: its text in pieces, and the table that was found by these, if one was.

    `settled`: the lines of the page were parted once more; they are not parted so when it is looked at again.
    """

    text: PageText
    found: Found | None = None
    settled: bool = False


def read_unruled(
    page: Upright,
    paper: Paper,
    stained: Paper,
    loose: list[Spot],
    ask: Engines,
    told: Found | None,
    sides: Sequence[Rule] = (),
) -> tuple[list[Table], list[Cell], Unruled]:
    """Find the table of a page without a grid; give it and the lines outside it.

    `stained` is the page with the stamps that `paper` lacks; `told` is the table where other pages told it, by the
    pieces that an earlier reading of this page gave; `sides` are the rules between its columns, where it has some.
    """
    loose, seen = _search(page, paper, loose, ask, told, sides)
    found = seen.found
    ask_lines(ask.second, [s for s in loose if s.confidence(ask.first.name, figure=False) < _SURE])
    if found is None:
        return [], [text_cell(page, s, ask) for s in in_order(loose)], seen
    found = with_bands(found, seen.text)
    held = {p.number for slot in found.slots for p in slot.pieces}
    spots = _spots(found, page, paper, loose, ask, inset=_INSET * page.scale if sides else 0.0)
    places = [Placed(_NOTHING, s.row, s.column, 1, s.column_span) for s in found.slots]
    cut_figures(paper, stained, places, spots, found.figures, ask)
    for spot in (s for p, s in zip(places, spots, strict=True) if p.column not in found.figures):
        spot.blotted |= stained.is_blotted(spot.box)
    size = len(found.row_edges) - 1, len(found.column_edges) - 1
    table = read_table(page, paper, places, spots, size, found.column_edges, ask, None)
    left = [s for n, s in enumerate(loose) if n not in held]
    outside = in_order([s for s in left if not _is_of_headings(s, found, page.scale, ask.first.name)])
    return [table], [text_cell(page, s, ask) for s in outside], seen


def _is_of_headings(spot: Spot, found: Found, scale: float, name: str) -> bool:
    """Tell whether a line that no cell holds is a quarter above a column of figures, and not the report's own."""
    x, y = (spot.box[0] + spot.box[2]) / 2 / scale, spot.lines[0].base / scale
    inside = found.row_edges[0] <= y <= found.row_edges[-1]
    over = any(found.column_edges[c] <= x <= found.column_edges[c + 1] for c in found.figures)
    said = spot.said(name)
    return inside and over and not _YEAR_SAID.search(said) and load_profiles()[0].quarter_of(said) is not None


def _search(
    page: Upright, paper: Paper, loose: list[Spot], ask: Engines, told: Found | None, sides: Sequence[Rule]
) -> tuple[list[Spot], Unruled]:
    """Find the table among the lines of a page; give these, parted where columns are, and what was found by them."""
    if sides:
        loose = part_at(sides, paper, loose, ask)
    between = sides_of(sides, page.scale)
    parted = part_lines(paper, loose, ask)
    text = replace(_text_of(page, paper, parted, ask), sides=between)
    found = told or _found(text)
    if found is None and len(parted) != len(loose):
        whole = replace(_text_of(page, paper, loose, ask), sides=between)
        if (found := _found(whole)) is not None:
            parted = loose
    if found is None and (columns := columns_of(text)) is not None:
        closer = part_between(*columns, paper, parted, ask)
        closer_text = replace(_text_of(page, paper, closer, ask), sides=between)
        if len(closer) > len(parted) and (found := _found(closer_text)) is not None:
            return closer, Unruled(closer_text, found, settled=True)
    if found is not None or not figure_rows(paper, loose, ask.first.name):
        return parted, Unruled(text, found)
    # Where figures stand in rows, a page that the quick model cannot make sense of is worth the time of the accurate.
    second = replace(ask, first=ask.second)
    ask_lines(ask.second, loose)
    closer = part_lines(paper, loose, second)
    closer_text = replace(_text_of(page, paper, closer, second), sides=between)
    if (found := _found(closer_text)) is None:
        return parted, Unruled(text)
    ask_lines(ask.first, closer)
    return closer, Unruled(closer_text, found, settled=True)


def _spots(
    found: Found, page: Upright, paper: Paper, loose: Sequence[Spot], ask: Engines, *, inset: float = 0.0
) -> list[Spot]:
    """Give the cells of a table that was found, each with its lines; headings say what they were found to say.

    `inset` is what rules take of the sides of cells, in pixels.
    """
    first = min(figure_rows(paper, loose, ask.first.name), default=0.0) - paper.size
    above = set(lines_above(loose, first))
    # The texts of a row may open above its figures, which stand in its middle: they are no headings.
    filled = Counter(slot.row for slot in found.slots if any(p.is_figure for p in slot.pieces))
    body = min((row for row, n in filled.items() if n >= _FIGURES), default=0)
    for piece in (p for slot in found.slots if slot.row < body for p in slot.pieces if p.number in above):
        _settle(loose[piece.number], piece.text, ask)
    spots = []
    for slot in found.slots:
        left, right = found.column_edges[slot.column], found.column_edges[slot.column + slot.column_span]
        up, down = found.row_edges[slot.row : slot.row + 2]
        box = left * page.scale + inset, up * page.scale, right * page.scale - inset, down * page.scale
        spot = merged(box, [loose[p.number] for p in slot.pieces if p.number >= 0], ask)
        spot.blotted, spot.cut = slot.stained, slot.unsure
        if slot.told:
            _tell(spot, slot.told, paper, ask)
        spots.append(spot)
    return spots


def _found(text: PageText) -> Found | None:
    """Find rows and columns among lines of text."""
    return next(iter(find_unruled([text], tell_headings)), None)


def _text_of(page: Upright, paper: Paper, loose: Sequence[Spot], ask: Engines) -> PageText:
    """Give the lines of a page as pieces, what is read above the figures mended by the words of headings."""
    scale, name = page.scale, ask.first.name
    rows = figure_rows(paper, loose, name)
    inset = _BLUR * paper.size
    boxes = []
    for spot in loose:
        x0, y0, x1, y1 = spot.box
        above = bool(rows) and spot.lines[0].base < rows[0] - paper.size
        blur = min(inset, (x1 - x0) / 4) * above
        boxes.append(Box((x0 + blur) / scale, y0 / scale, (x1 - blur) / scale, y1 / scale))
    said = [_RUN_ON.sub(r"\1 ", figures.as_printed(s.said(name)), count=1) for s in loose]
    _mend_codes(loose, said, ask)
    if rows:
        _ask_again(loose, said, rows[0] - paper.size, ask)
        mend_headings(loose, said, rows[0] - paper.size, paper.size)
    pieces = tuple(Piece(box, text, n) for n, (box, text) in enumerate(zip(boxes, said, strict=True)) if text)
    root = root_of(said)
    text = PageText(page.number, pieces, words=False)
    return text if root is None else with_codes_of(text, root)


def _ask_again(loose: Sequence[Spot], said: list[str], last: float, ask: Engines) -> None:
    """Let the second model read the headings that the first doubts; what names more of a report's columns is right."""
    profile = load_profiles()[0]
    doubted = [
        n
        for n in lines_above(loose, last)
        if loose[n].confidence(ask.first.name, figure=False) < _SURE or not wording.known(said[n], profile)
    ]
    ask_lines(ask.second, [loose[n] for n in doubted])

    def names(text: str) -> tuple[int, bool]:
        return wording.known(wording.mended(text, profile), profile), profile.quarter_of(text) is not None

    for n in doubted:
        said[n] = max((said[n], figures.as_printed(loose[n].said(ask.second.name))), key=names)


def _tell(spot: Spot, text: str, paper: Paper, ask: Engines) -> None:
    """Let a heading say what its column tells; where nothing of it was found, its whole place is the place of it."""
    spot.lines = spot.lines[:1] or [TextLine(spot.box, spot.box[3], paper.pixels[:1, :1])]
    told = Recognition(text, 1.0, text, 1.0)
    spot.read = {engine.name: [told] for engine in (ask.first, ask.second)}


def _settle(spot: Spot, text: str, ask: Engines) -> None:
    """Let a heading say what its words and its neighbours tell, so that its column means what it was found to mean."""
    if text:
        told = replace(spot.read[ask.first.name][0], text=text, confidence=1.0)
        spot.read = {engine.name: [told] for engine in (ask.first, ask.second)}


def _mend_codes(loose: Sequence[Spot], said: list[str], ask: Engines) -> None:
    """Let the second model read what looks like the code of a row and is doubted; the deeper of two codes is right."""
    doubted = [n for n, text in enumerate(said) if _LIKE_CODE.match(text) and not figures.is_figure(text)]
    doubted = [n for n in doubted if loose[n].confidence(ask.first.name, figure=False) < _SURE]
    ask_lines(ask.second, [loose[n] for n in doubted])
    for n in doubted:
        other = loose[n].said(ask.second.name)
        if _depth(other) > _depth(said[n]):
            said[n] = other


def _depth(text: str) -> int:
    match = _LIKE_CODE.match(text)
    return match[0].count(".") if match is not None else 0


def mend_headings(loose: Sequence[Spot], said: list[str], last: float, size: float) -> None:
    """Mend, in `said`, the texts above the height `last` by the words of headings, and by the order of quarters."""
    profile = load_profiles()[0]
    above = lines_above(loose, last)
    for n in above:
        quarter = wording.stands_for(said[n], profile)
        # A number that hangs together with the word for a quarter would be taken for a part of it.
        whole = said[n] if quarter is None else wording.named_quarter(quarter, said[n], profile)
        said[n] = wording.mended(whole, profile)
    bases = [s.lines[0].base for s in loose]
    ordered = sorted((n for n in above if said[n]), key=lambda n: bases[n])
    quarters = [n for n in ordered if _says_quarter(said[n], profile) and profile.meaning(said[n]) is None]
    quarters = [n for n in quarters if not _is_end_of_word(n, ordered, said, loose, size)]
    for line in _side_by_side(in_lines(quarters, bases, 0.4 * size), loose, said, size):
        beside = [n for n in ordered if abs(bases[n] - bases[line[0]]) < 0.4 * size]
        mine = sorted(line, key=lambda n: loose[n].box[0])
        bare = [n for n in mine if profile.quarter_of(said[n]) is None]
        _mend_quarters(mine, sorted(beside, key=lambda n: loose[n].box[0]), said, loose, profile)
        for n in bare:
            _drop_number_above(n, ordered, said, loose, size, profile)


def _is_end_of_word(n: int, ordered: Sequence[int], said: Sequence[str], loose: Sequence[Spot], size: float) -> bool:
    """Tell whether a short text is what a gap between columns parts from a long word: `I TRIMEST`, `RE`."""
    gaps = (loose[n].box[0] - loose[m].box[2] for m in ordered
            if abs(loose[m].lines[0].base - loose[n].lines[0].base) < _LEVEL * size)  # fmt: skip
    return len(said[n]) <= _SHORT and said[n].isalpha() and any(0 <= gap < _WITHIN * size for gap in gaps)


def _side_by_side(
    lines: Sequence[list[int]], loose: Sequence[Spot], said: Sequence[str], size: float
) -> list[list[int]]:
    """Join lines that stand close, and below each other only where a number stands above its word for a quarter.

    Some headings of a row take two lines, some one.
    """
    joined: list[list[int]] = []
    for line in lines:
        last = joined[-1] if joined else []
        spans = [(loose[n].box[0], loose[n].box[2]) for n in line]
        over = [n for n in last if any(a < loose[n].box[2] and loose[n].box[0] < b for a, b in spans)]
        near = bool(last) and loose[line[0]].lines[0].base - loose[last[-1]].lines[0].base < _TWO_LINES * size
        if near and all(len("".join(words(said[n]))) <= _SHORT for n in over):
            joined[-1] = [*(n for n in last if n not in over), *line]
        else:
            joined.append(line)
    return joined


def _with_lost(
    named: list[int], line: Sequence[int], said: Sequence[str], loose: Sequence[Spot], profile: Profile
) -> list[int]:
    """Give the headings of three quarters with the one that is lost, where it stands as far from its neighbours."""
    for other in (n for n in line if n not in named):
        four = [n for n in line if n in (*named, other)]
        quarters = [profile.quarter_of(said[n]) for n in four]
        places = [(loose[n].box[0] + loose[n].box[2]) / 2 for n in four]
        steps = [b - a for a, b in pairwise(places)]
        even = max(steps) - min(steps) <= _EVEN * min(steps)
        if even and all(q == i + 1 for i, (n, q) in enumerate(zip(four, quarters, strict=True)) if n != other):
            return four
    return named


def _mend_quarters(
    mine: list[int], line: Sequence[int], said: list[str], loose: Sequence[Spot], profile: Profile
) -> None:
    """Name the quarters of headings that come in fours, where they may be those that their order tells."""
    if len(mine) == _YEAR - 1 and len(mine := _with_lost(mine, line, said, loose, profile)) == _YEAR:
        for quarter, n in enumerate(mine, 1):
            said[n] = wording.named_quarter(quarter, said[n], profile)
        return
    heads = [Placed(Cell(said[n], 0), 0, place) for place, n in enumerate(mine)]
    for (_, place), text in told_by_neighbours(heads, profile).items():
        said[mine[place]] = text


def _drop_number_above(
    n: int, above: Sequence[int], said: list[str], loose: Sequence[Spot], size: float, profile: Profile
) -> None:
    """Leave out what a number was read as that stands above the word for a quarter, which now names the quarter."""
    if profile.quarter_of(said[n]) is None:
        return
    (x0, _, x1, _), base = loose[n].box, loose[n].lines[0].base
    for other in above:
        a, _, b, _ = loose[other].box
        over = x0 < (a + b) / 2 < x1 and 0.4 * size < base - loose[other].lines[0].base < 1.5 * size
        if over and len("".join(words(said[other]))) <= _SHORT:
            said[other] = ""


def _says_quarter(text: str, profile: Profile) -> bool:
    said = words(text)
    quarter = any(word == w.rstrip("*") for word in said for w in profile.quarter_words)
    return len("".join(said)) <= _SHORT or quarter
