"""What stands above and below the rows of a page of exact text: headings, bands, and the rest of a row.

Here belongs which lines near the rows are the table's: the end of a row that began on the page before, the beginning
of one that ends on the next, bands. Texts of rows are set as those of their columns are; what a page repeats at the
same height as others is the page's own. Not here: what headings mean (`unruled_headings`), the rows themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.cells import Box
from ingest.profile import load_profiles
from ingest.readers.pieces import Interval, PageText, Piece, around, blocks_of, lines_of, merged
from ingest.readers.unruled_places import Columns
from ingest.readers.unruled_rows import Rows, Strip, is_lone, last_heading
from ingest.readers.unruled_setting import lines_of_figures

_ALIKE = 0.3  # of the type size: bands of one table begin, or have their middle, no farther apart
_CLOSE = 0.3  # of the type size: the lines of a heading are no farther apart, where it does not tell
_MORE = 1.1  # times as far apart as others is a line that still is one of the headings
_FOLLOWS = 2.0  # type sizes, or times as far as rows: the lines of a table follow each other no farther apart
_SAME_HEIGHT = 1.5  # points
_HEADINGS = 2  # texts of a line over columns of figures, to make it one of headings
_FIRST_LINES = 4  # of headings; one below may go on with a text of these
_LOOSE = 0.6  # of the type size: lines of one heading stand no farther apart

Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Near:
    """What stands beside the rows of a page and belongs to them: `halves` are strips of rows that another page ends or
    begins, `bands` those that are surely bands.
    """

    before: Sequence[Strip]
    after: Sequence[Strip]
    halves: Sequence[Strip]
    bands: Sequence[Strip] = ()


def bands_of(rows: Sequence[Rows]) -> list[Box]:
    """Give the boxes of the bands between rows."""
    return [around(s.pieces) for r in rows for s in r.body if not s.codes and is_lone(s, words=True)]


def running(pages: Sequence[PageText]) -> list[frozenset[int]]:
    """Give, page by page, the numbers of the pieces of lines that other pages have at the same height: titles, dates,
    page numbers.
    """
    told = [
        [(around(line), re.sub(r"\d+", "0", " ".join(p.text for p in line)), line) for line in lines_of(page.pieces)]
        for page in pages
    ]
    seen = Counter(text for mine in told for text in {text for _, text, _ in mine})
    found = []
    for n, mine in enumerate(told):
        others = [(box.top, text) for m, page in enumerate(told) if m != n for box, text, _ in page if seen[text] > 1]
        found.append(
            frozenset(
                p.number
                for box, text, line in mine
                if any(text == o and abs(box.top - top) <= _SAME_HEIGHT for top, o in others)
                for p in line
            )
        )
    return found


def heading_ends(rows: Rows, bands: Sequence[Box], begin: Rows | None) -> tuple[int, ...]:
    """Give after how many of the lines above the rows the headings may end, the likeliest first; () without headings.

    `begin` are the rows of the page where the table begins, None for that page: others repeat its headings.
    """
    repeated = None if begin is None else {_text(line) for line in lines_of(p for s in begin.above for p in s.pieces)}
    lines = lines_of([p for s in rows.above for p in s.pieces])
    floor = last_heading(rows.page, rows.body[0].codes[0]) if rows.body[0].codes else float("-inf")
    if floor == float("-inf"):
        return ()
    figures = _figures(rows)
    named = [n for n, line in enumerate(lines) if around(line).top <= floor or _over_figures(line, figures)]
    end = max(named, default=-1) + 1
    while end < len(lines) and _is_heading_line(lines[end], lines[:end], bands, repeated):
        end += 1
    return tuple(n for n in (end, end + 1, end + 2, end - 1) if 0 < n <= len(lines))


def _figures(rows: Rows) -> list[Interval]:
    """Give what the figures of the rows fill."""
    lines = [line for s in rows.body for line in lines_of_figures(lines_of(s.pieces))]
    return merged((p.box.x0, p.box.x1) for line in lines for p in line)


def _over_figures(line: Line, figures: Sequence[Interval]) -> bool:
    """Tell whether several texts of a line stand over columns of figures, where no other text of a row does."""
    boxes = [around(b) for b in blocks_of(line, words=True)]
    return sum(any(b.x0 < x1 and x0 < b.x1 for x0, x1 in figures) for b in boxes) >= _HEADINGS


def _is_heading_line(line: Line, above: Sequence[Line], bands: Sequence[Box], repeated: Collection[str] | None) -> bool:
    """Tell whether all texts of a line go on with headings above them, as close as the lines of headings are."""
    if repeated is None and _is_alike(line, bands) and load_profiles()[0].meaning(_text(line)) is None:
        return False
    if repeated and _text(line) not in repeated:
        return False
    held = [blocks_of(other, words=True) for other in above[-_FIRST_LINES:]]
    gaps = [_gap(block, [o for other in held for o in other]) for block in blocks_of(line, words=True)]
    inside = [_gap(block, [o for other in held[:n] for o in other]) for n, mine in enumerate(held) for block in mine]
    usual = max((g for g in inside if g is not None and g <= _LOOSE * line[0].size), default=0.0)
    limit = max(_MORE * usual, _CLOSE * line[0].size)
    return all(g is not None and g <= limit for g in gaps)


def _text(line: Line) -> str:
    return " ".join(p.text for p in line)


def _gap(block: Sequence[Piece], above: Sequence[Sequence[Piece]]) -> float | None:
    """Give how far a text stands below the last of those above it; None where there is none."""
    box = around(block)
    over = [around(o) for o in above]
    return min((box.top - o.bottom for o in over if o.x0 < box.x1 and box.x0 < o.x1), default=None)


def _is_alike(line: Line, bands: Sequence[Box]) -> bool:
    """Tell whether a line is one text, set as the bands of the table are."""
    if len(blocks_of(line, words=True)) > 1:
        return False
    box, near = around(line), _ALIKE * line[0].size
    return any(abs(box.x0 - b.x0) <= near or abs(box.x0 + box.x1 - b.x0 - b.x1) / 2 <= near for b in bands)


def surroundings(
    rows: Rows,
    places: Columns,
    bands: Sequence[Box],
    own: frozenset[int],
    floor: float | None,
    *,
    first: bool,
    last: bool,
) -> Near:
    """Give what stands beside the rows of a page and belongs to them.

    `floor` is where headings end, None without any; `own` are the pieces of the page's own lines; `first` and `last`
    tell that the table begins or ends on the page.
    """
    rest, named = _above(rows, places, bands, own, floor, first=first)
    begun, announced = (None, []) if last else _below(rows, places, bands, own)
    halves = [s for s in (rest, begun) if s is not None]
    return Near(
        [*([rest] if rest else []), *named], [*([begun] if begun else []), *announced], halves, [*named, *announced]
    )


def _above(
    rows: Rows, places: Columns, bands: Sequence[Box], own: frozenset[int], floor: float | None, *, first: bool
) -> tuple[Strip | None, list[Strip]]:
    """Give the rest of a row that stands above the first row, and the bands between."""
    lines = _lines((p for s in rows.above for p in s.pieces if floor is None or p.middle > floor), own)
    lines = lines[len(lines) - _near_rows(lines[::-1], rows.body[0].top, rows.gap) :]
    named = len(lines)
    while named and _is_band(lines[named - 1], places, bands, lone=floor is not None and named == 1):
        named -= 1
    taken = named
    figures = _figures(rows)
    while taken and not first and _is_of_row(lines[taken - 1], places, figures):
        taken -= 1
    rest = lines[taken:named]
    return _strip(rows, rest) if rest and places.are_set(rest) else None, list(_bands(rows, lines[named:]))


def _below(rows: Rows, places: Columns, bands: Sequence[Box], own: frozenset[int]) -> tuple[Strip | None, list[Strip]]:
    """Give the beginning of a row that ends on the next page, and the bands that the rows there open with."""
    lines = _lines((p for s in rows.below for p in s.pieces), own)
    lines = lines[: _near_rows(lines, rows.body[-1].bottom, rows.gap)]
    figures = _figures(rows)
    begun = list(takewhile(lambda line: _is_of_row(line, places, figures) and not _is_alike(line, bands), lines))
    if begun and not places.are_set(begun):
        return None, []
    named = list(takewhile(lambda line: _is_alike(line, bands), lines[len(begun) :]))
    return _strip(rows, begun) if begun else None, list(_bands(rows, named))


def _is_of_row(line: Line, places: Columns, figures: Sequence[Interval]) -> bool:
    """Tell whether each text of a line stands in one column, and none but figures in those of figures."""
    boxes = [around(b) for b in blocks_of(line, words=True) if not b[0].is_figure]
    return places.are_in_place(line) and not any(b.x0 < x1 and x0 < b.x1 for b in boxes for x0, x1 in figures)


def _lines(pieces: Iterable[Piece], own: frozenset[int]) -> list[Line]:
    return [line for line in lines_of(pieces) if not {p.number for p in line} <= own]


def _near_rows(lines: Sequence[Line], edge: float, gap: float) -> int:
    """Give how many lines stand near the rows, whose edge is given, or near each other."""
    for n, line in enumerate(lines):
        box = around(line)
        if min(abs(box.top - edge), abs(box.bottom - edge)) > _FOLLOWS * max(gap, line[0].size):
            return n
        edge = box.bottom if box.top >= edge else box.top
    return len(lines)


def _is_band(line: Line, places: Columns, bands: Sequence[Box], *, lone: bool) -> bool:
    """Tell whether a line is a band: set as others are; or, where there are no others, alone below the headings."""
    if bands:
        return _is_alike(line, bands)
    return lone and len(blocks_of(line, words=True)) == 1 and places.is_across(line)


def _bands(rows: Rows, lines: Sequence[Line]) -> Iterator[Strip]:
    """Give each band; lines that stand as close as those of one text are one."""
    held: list[Line] = []
    for line in lines:
        if held and around(line).top - around(held[-1]).bottom > _CLOSE * line[0].size:
            yield _strip(rows, held)
            held = []
        held.append(line)
    if held:
        yield _strip(rows, held)


def _strip(rows: Rows, lines: Sequence[Line]) -> Strip:
    pieces = tuple(p for line in lines for p in line)
    box = around(pieces)
    return Strip(rows.page.page, box.top, box.bottom, pieces)
