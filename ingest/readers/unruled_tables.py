"""Several tables without rules on one page: headings that stand again between rows begin another.

Here belongs the parting of a page into the texts of its tables. Not here: what a table is made of (`unruled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.readers.pieces import PageText, Piece, around, blocks_of, gaps, lines_of
from ingest.readers.unruled_rows import NAMED, named

_AGAIN = 0.7  # of the texts of headings that stand again stand above the rows of a page, too
_AT = 1.0  # points: a gap above a line ends no farther below its top


def parted(pages: Sequence[PageText], codes: Sequence[Sequence[Piece]]) -> tuple[list[PageText], list[list[Piece]]]:
    """Give the texts of each table, with the codes that open its rows: pages with several tables come several times."""
    heads = {text for page, mine in zip(pages, codes, strict=True) for text in _above(page, mine)}
    found = [part for page, mine in zip(pages, codes, strict=True) for part in _tables(page, mine, heads)]
    return [page for page, _ in found], [mine for _, mine in found]


def _above(page: PageText, codes: Sequence[Piece]) -> Iterator[str]:
    """Give the texts of the headings above the rows of a page."""
    for line in lines_of(p for p in page.pieces if p.box.bottom <= codes[0].middle):
        if named(line) >= NAMED:
            yield from _texts(line)


def _tables(page: PageText, codes: Sequence[Piece], heads: set[str]) -> Iterator[tuple[PageText, list[Piece]]]:
    begins = [
        around(line).top
        for line in lines_of(p for p in page.pieces if codes[0].middle < p.middle < codes[-1].middle)
        if _is_heading(line, heads)
    ]
    free = gaps((p.box.top, p.box.bottom) for p in page.pieces)
    cuts = []
    for above, below in pairwise(codes):
        first = next((y for y in begins if above.middle < y < below.middle), float("-inf"))
        between = [g for g in free if above.middle < g[0] and g[1] <= first + _AT]
        cuts += [max(between, key=lambda g: g[1] - g[0])[1]] if between else []
    for top, bottom in pairwise((float("-inf"), *cuts, float("inf"))):
        pieces = tuple(p for p in page.pieces if top <= p.middle < bottom)
        yield replace(page, pieces=pieces), [c for c in codes if top <= c.middle < bottom]


def _is_heading(line: Sequence[Piece], heads: set[str]) -> bool:
    texts = list(_texts(line))
    return sum(t in heads for t in texts) >= _AGAIN * len(texts) and named(line) >= NAMED


def _texts(line: Sequence[Piece]) -> Iterator[str]:
    yield from (" ".join(p.text for p in block) for block in blocks_of(line, words=True))
