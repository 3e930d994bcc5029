"""Outline codes that lost a dot or a digit: a report numbers its rows in order, and all below one program.

Here belongs which code of its place a misread code must be. A code that no order explains stays as it was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.scan.wording import distance

_OPENING = re.compile(
    r"\s*(?P<code>[0-9OlI|]{1,9}(?:\s?[.,]\s?[0-9OlI|]{1,9}|\s[0-9]{1,3}(?=[.,]))*[.,]?)(?:(?=\s|$)|(?<=\d)(?=[^\W\d_]))"
)
_DIGITS = str.maketrans("OlI|,", "0111.")


def opening_code(text: str) -> str | None:
    """Give the code, as read, that `text` opens with; None where it opens with something else."""
    match = _OPENING.match(text)
    if match is None or not any(c.isdigit() for c in match["code"]):
        return None
    return match["code"].strip()


def reworded(text: str, opened: str, code: str) -> str:
    """Give `text` with `code` instead of what it `opened` with, and a space after it."""
    rest = text[text.index(opened) + len(opened) :]
    return f"{code}{' ' if rest[:1].isalpha() else ''}{rest}"


def mended_codes(readings: Sequence[Sequence[str]], root: str | None) -> list[str]:
    """Give the codes of rows in their order, of the readings of each (the first is the preferred one).

    `root` is the program's code, where the report names it.
    """
    root = root or _usual_root(r[0] for r in readings)
    codes: list[str] = []
    before: list[int] | None = None
    for choices in readings:
        plain = [_normal(c) for c in choices]
        code = _best(plain, root, before)
        codes.append(code)
        before = _numbers(code)
    return codes


def _normal(code: str) -> str:
    return re.sub(r"\s", "", code).translate(_DIGITS).strip(".")


def _numbers(code: str) -> list[int]:
    return [int(part) for part in code.split(".") if part.isdigit()]


def _best(choices: Sequence[str], root: str | None, before: list[int] | None) -> str:
    expected = _successors(before) if before else ([root] if root else [])
    for choice in choices:
        if choice in expected:
            return choice
    # A lost dot: the digits are those of a code that may come next.
    for choice in choices:
        same = [e for e in expected if _bare(e) == _bare(choice)]
        if len(same) == 1:
            return same[0]
    for choice in choices:
        if _fits(choice, root):
            return choice
    rooted = [r for c in choices if (r := _rooted(c, root)) is not None]
    return rooted[0] if rooted else _nearest(choices, expected) or choices[0]


def _nearest(choices: Sequence[str], expected: Sequence[str]) -> str | None:
    """Give the one code that may come next and differs from a reading by one digit."""
    near = {e for e in expected for c in choices if distance(_bare(e), _bare(c), 1) <= 1}
    return near.pop() if len(near) == 1 else None


def _bare(code: str) -> str:
    return code.replace(".", "")


def _fits(code: str, root: str | None) -> bool:
    return root is None or code == root or code.startswith(root + ".")


def _rooted(code: str, root: str | None) -> str | None:
    """Give `code` with the dots of the program's code, where it has its digits but not its dots."""
    if root is None or not _bare(code).startswith(_bare(root)):
        return None
    rest, left = code, len(_bare(root))
    while left and rest:
        left -= rest[0] != "."
        rest = rest[1:]
    rest = rest.lstrip(".")
    return f"{root}.{rest}" if rest else root


def _successors(before: Sequence[int]) -> list[str]:
    """Give the codes that may follow in an outline: the first child, and the next of each ancestor."""
    found = [[*before, 1]]
    found += [[*before[:depth], before[depth] + 1] for depth in range(len(before) - 1, 0, -1)]
    return [".".join(map(str, f)) for f in found]


def _usual_root(codes: Iterable[str]) -> str | None:
    """Give the beginning, of three numbers, that most codes share."""
    starts = Counter(".".join(_normal(c).split(".")[:3]) for c in codes if _normal(c).count(".") >= 2)
    if not starts:
        return None
    best, times = starts.most_common(1)[0]
    return best if times > 0.6 * sum(starts.values()) else None
