"""Several tables without rules on one page: headings that stand again between rows begin another.

Here belongs the parting of a page into the texts of its tables. Not here: what a table is made of (`unruled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.readers.pieces import PageText, Piece, around, blocks_of, gaps, lines_of

_HEADINGS = 3  # texts of one line, at least, to make it one of headings
_AGAIN = 0.7  # of them stand above the rows of a page, too


def parted(pages: Sequence[PageText], codes: Sequence[Sequence[Piece]]) -> tuple[list[PageText], list[list[Piece]]]:
    """Give the texts of each table, with the codes that open its rows: pages with several tables come several times."""
    heads = {text for page, mine in zip(pages, codes, strict=True) for text in _above(page, mine)}
    found = [part for page, mine in zip(pages, codes, strict=True) for part in _tables(page, mine, heads)]
    return [page for page, _ in found], [mine for _, mine in found]


def _above(page: PageText, codes: Sequence[Piece]) -> Iterator[str]:
    """Give the texts above the rows of a page that stand beside others."""
    for line in lines_of(p for p in page.pieces if p.box.bottom <= codes[0].middle):
        blocks = blocks_of(line, words=True)
        if len(blocks) >= _HEADINGS:
            yield from map(_text, blocks)


def _tables(page: PageText, codes: Sequence[Piece], heads: set[str]) -> Iterator[tuple[PageText, list[Piece]]]:
    begins = [
        around(line).top
        for line in lines_of(p for p in page.pieces if codes[0].middle < p.middle < codes[-1].middle)
        if _is_heading(line, heads)
    ]
    cuts = [
        max(free, key=lambda g: g[1] - g[0])[1]
        for a, b in pairwise(codes)
        if (first := next((y for y in begins if a.middle < y < b.middle), None)) is not None
        and (
            free := [
                g for g in gaps((p.box.top, p.box.bottom) for p in page.pieces) if a.middle < g[0] and g[1] <= first + 1
            ]
        )
    ]
    for top, bottom in pairwise((float("-inf"), *cuts, float("inf"))):
        pieces = tuple(p for p in page.pieces if top <= p.middle < bottom)
        yield replace(page, pieces=pieces), [c for c in codes if top <= c.middle < bottom]


def _is_heading(line: Sequence[Piece], heads: set[str]) -> bool:
    texts = [_text(block) for block in blocks_of(line, words=True)]
    return len(texts) >= _HEADINGS and sum(t in heads for t in texts) >= _AGAIN * len(texts)


def _text(block: Sequence[Piece]) -> str:
    return " ".join(p.text for p in block)
