"""Codes of a scanned table without rules that lost dots or digits: what stands below each other and begins alike.

Rows are told by their codes. Where a bad scan leaves `3141` or `4.1.2:1` of one, its place still tells what it is:
pieces below each other begin with the code of the program, beside or above figures. Here belongs which pieces are codes
for the search of rows. Not here: what each code must be (`outline`), whose cell keeps what was read of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.header import read_header
from ingest.profile import load_profiles
from ingest.scan import outline
from ingest.scan.lines import Pixels
from ingest.words import words

_SHARE = 0.6  # of the texts below each other that open with digits are codes
_FOLLOWED = 2  # letters of a word that stands after a code on its line


def codes_of(said: Sequence[str], boxes: Sequence[Pixels], first: float, last: float) -> dict[int, str]:
    """Give, by number, the texts that open with a code of the program as they would read with all its dots.

    `said` are the texts of a page at their `boxes`; rows stand between the heights `first` and `last`.
    """
    root = read_header(said, load_profiles()[0]).program_code
    if root is None or "." not in root:
        return {}
    opened = {
        n: code
        for n, text in enumerate(said)
        if first <= boxes[n][3] <= last and (code := outline.opening_code(text)) is not None
    }
    like = {n for n, code in opened.items() if _is_of(code, root)}
    columns = _columns({n: _span(said[n], code, boxes[n]) for n, code in opened.items()})
    column = max(columns, key=lambda mine: len(like & set(mine)), default=[])
    codes = [n for n in column if n in like]
    if len(codes) < _SHARE * len(column):
        return {}
    torn = [n for n in codes if not _is_whole(opened[n], root)]
    return {n: outline.reworded(said[n], opened[n], f"{root}.1") for n in torn}


def _is_of(code: str, root: str) -> bool:
    digits = "".join(filter(str.isalnum, code))
    return len(digits) >= len(root.replace(".", "")) and outline.may_begin(digits, root)


def _is_whole(code: str, root: str) -> bool:
    return code.rstrip(".") == root or code.startswith(f"{root}.")


def _span(text: str, code: str, box: Pixels) -> tuple[float, float]:
    """Give from where to where a code goes; where words follow it, only where it begins can be told."""
    followed = len("".join(words(text.replace(code, "", 1)))) >= _FOLLOWED
    return (box[0], box[0] + (box[3] - box[1]) / 2) if followed else (box[0], box[2])


def _columns(spans: Mapping[int, tuple[float, float]]) -> list[list[int]]:
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
