"""Pages of a scan whose tables have no rules, found together: what one page leaves in doubt, the others tell.

Here belongs which pages are read better so. A page with one row, or with a stamp over its headings, has too little to
tell its columns by. Not here: the search itself (`readers.unruled`), pixels (`unruled_scan`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from ingest.readers.pieces import PageText
from ingest.readers.unruled import Found, find_unruled
from ingest.readers.unruled_rows import find_codes
from ingest.scan.unruled_codes import root_of, with_codes_of
from ingest.scan.unruled_told import tell_headings

_FIGURES = 3  # in a row, to make it a row of figures


def found_together(texts: Sequence[PageText], own: Mapping[int, Found]) -> dict[int, Found]:
    """Give, by the number of the page, what is found on pages that `own` tells less of than a look at all of them.

    `texts` are the pages of one document without rules; `own` is what was found on each by itself.
    """
    root = next((root for text in texts if (root := root_of([p.text for p in text.pieces]))), None)
    texts = [with_codes_of(text, root) for text in texts] if root is not None else texts
    coded = [(text, codes) for text, codes in zip(texts, find_codes(texts), strict=True) if codes]
    if len(coded) < 2:
        return {}
    lefts = [median(c.box.x0 for c in codes) for _, codes in coded]
    shifts = {text.page: lefts[0] - left for (text, _), left in zip(coded, lefts, strict=True)}
    moved = [_moved(text, shifts[text.page]) for text, _ in coded]
    better: dict[int, Found] = {}
    for found in _all(moved, own):
        mine = own.get(found.page)
        if _told(found) > _told(mine) and (_has_headings(found) or not _has_headings(mine)):
            edges = tuple(x - shifts[found.page] for x in found.column_edges)
            better[found.page] = replace(found, column_edges=edges)
    return better


def _all(texts: Sequence[PageText], own: Mapping[int, Found]) -> Iterator[Found]:
    """Find the table of all pages, or where they do not go together that of each page and those that were found."""
    found = find_unruled(texts, tell_headings)
    if found:
        yield from found
        return
    known = [t for t in texts if t.page in own]
    for text in texts:
        if text.page not in own:
            yield from (f for f in find_unruled([*known, text], tell_headings) if f.page == text.page)


def _moved(text: PageText, by: float) -> PageText:
    """Give a page as it stands when it is moved across: scanners lay down no two sheets alike."""
    pieces = tuple(replace(p, box=replace(p.box, x0=p.box.x0 + by, x1=p.box.x1 + by)) for p in text.pieces)
    return replace(text, pieces=pieces, sides=tuple(replace(s, x=s.x + by) for s in text.sides))


def _has_headings(found: Found | None) -> bool:
    """Tell whether headings stand above the rows of a page: without any, the rows of a first page would be lost."""
    if found is None:
        return False
    above = [s for s in found.slots if s.row < _first_row(found) and s.column_span == 1]
    return sum(bool(s.pieces) for s in above) >= _FIGURES


def _first_row(found: Found) -> int:
    """Give the first row of figures."""
    rows = Counter(s.row for s in found.slots if len(s.pieces) == 1 and s.pieces[0].is_figure)
    return min((row for row, n in rows.items() if n >= _FIGURES), default=0)


def _told(found: Found | None) -> int:
    """Give how many figures stand alone in a cell of a row of figures."""
    if found is None:
        return 0
    rows: dict[int, int] = {}
    for slot in found.slots:
        rows[slot.row] = rows.get(slot.row, 0) + (len(slot.pieces) == 1 and slot.pieces[0].is_figure)
    return sum(n for n in rows.values() if n >= _FIGURES)
