"""Codes of a scanned table without rules that lost dots or digits: what stands below each other and begins alike.

Rows are told by their codes. Where a bad scan leaves `3141` or `4.1.2:1` of one, its place still tells what it is:
pieces below each other begin with the code of the program, beside or above figures. Here belongs which pieces are codes
for the search of rows. Not here: what each code must be (`outline`), whose cell keeps what was read of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from ingest.header import read_header
from ingest.profile import load_profiles
from ingest.readers.pieces import Interval, PageText, Piece, lines_of, type_size
from ingest.scan import outline
from ingest.words import words

_ROW = 6.0  # type sizes: a code stands no farther above the figures of its row
_FIGURES = 3  # on a line, to make it the line of figures of a row
_SHARE = 0.6  # of the texts below each other that open with digits are codes
_FOLLOWED = 2  # letters of a word that stands after a code on its line


def root_of(said: Sequence[str]) -> str | None:
    """Give the code of the program that a page names, which the codes of its rows begin with."""
    root = read_header(said, load_profiles()[0]).program_code
    return root if root is not None and "." in root else None


def with_codes_of(page: PageText, root: str) -> PageText:
    """Give a page on which the texts that open with a code of the program `root` do so with all its dots.

    A page without lines of figures stays as it is.
    """
    size = type_size(page.pieces) if page.pieces else 0.0
    rows = [median(p.middle for p in line if p.is_figure) for line in lines_of(page.pieces)
            if sum(p.is_figure for p in line) >= _FIGURES]  # fmt: skip
    if not rows:
        return page
    opened = {
        n: code
        for n, piece in enumerate(page.pieces)
        if rows[0] - _ROW * size <= piece.middle <= rows[-1] + size
        and (code := outline.opening_code(piece.text)) is not None
        and len(code) > 1  # a speck
    }
    like = {n for n, code in opened.items() if _is_of(code, root)}
    columns = _columns({n: _span(page.pieces[n], code) for n, code in opened.items()})
    # A column of figures may begin as the codes do; it stands to the right of them.
    mostly = [sorted(like & set(mine)) for mine in columns if len(like & set(mine)) >= _SHARE * len(mine)]
    most = max(map(len, mostly), default=0)
    pieces = list(page.pieces)
    for n in next((mine for mine in mostly if 2 * len(mine) >= most), []):
        if not _is_whole(opened[n], root):
            text = outline.reworded(pieces[n].text, opened[n], f"{root}.1")
            pieces[n] = replace(pieces[n], text=text)
    return replace(page, pieces=tuple(pieces))


def _is_of(code: str, root: str) -> bool:
    digits = "".join(filter(str.isalnum, code))
    return len(digits) >= len(root.replace(".", "")) and outline.may_begin(digits, root)


def _is_whole(code: str, root: str) -> bool:
    return re.fullmatch(rf"{re.escape(root)}(?:\.\d{{1,3}})*\.?", code) is not None


def _span(piece: Piece, code: str) -> Interval:
    """Give from where to where a code goes; where words follow it, only where it begins can be told."""
    followed = len("".join(words(piece.text.replace(code, "", 1)))) >= _FOLLOWED
    return (piece.box.x0, piece.box.x0 + piece.size / 2) if followed else (piece.box.x0, piece.box.x1)


def _columns(spans: Mapping[int, Interval]) -> list[list[int]]:
    """Give numbers by the column that they stand in: what lies over each other is one."""
    columns: list[list[int]] = []
    reach = float("-inf")
    for n in sorted(spans, key=lambda n: spans[n]):
        if spans[n][0] <= reach:
            columns[-1].append(n)
        else:
            columns.append([n])
        reach = max(reach, spans[n][1]) if spans[n][0] <= reach else spans[n][1]
    return columns
