"""Spaces that a model lost: words that stand apart on paper stand apart in the text.

Here belongs where white space parts the letters of a line. Not here: which letters they are.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import replace

import cv2

from ingest.scan.engine import Gray, Recognition

_BAND = (0.2, 0.77)  # of the height of a crop: between these stand all letters, and no neighbouring line
_APART = 0.12  # of the height of a crop: a wider gap between letters is a space
_SLASHED = 0.08  # of the height of a crop, beside a slash: it leans over a letter that it stands tight at
_WIDER = 1.5  # times the gaps of the line that part letters
_ALIKE = 0.7  # of the spaces of the line that the model saw
_STROKES = "IVXl"
_LEAST_LETTERS = 3  # of a word, but for those that are shorter
_SHORT = frozenset(("y", "a", "de", "la", "el", "en", "al", "un", "su", "se", "no", "lo", "es"))


def spaced(read: Recognition, crop: Gray) -> Recognition:
    """Give a reading of `crop` with a space wherever a wide gap parts two letters, or a letter and a slash.

    Figures stay as they are: beside a 1 or a comma there is white space that means nothing.
    """
    if len(read.places) != len(read.text) or not read.text or crop.size == 0:
        return read
    told, lost = _spaces(read, _gaps(crop), crop.shape[1])
    widths = sorted(width for _, width in lost)
    least = max(
        _APART * crop.shape[0],
        _WIDER * (widths[len(widths) // 3] if widths else 0),
        _ALIKE * (sorted(told)[len(told) // 2] if told else 0),
    )
    wide = {n for n, width in lost if width > (_SLASHED * crop.shape[0] if "/" in read.text[n - 1 : n + 1] else least)}
    text = list(read.text)
    places = list(read.places)
    sure = list(read.sure)
    for after in sorted(wide, reverse=True):
        if _may_part(read.text[:after].rpartition(" ")[2], read.text[after:].partition(" ")[0]):
            text.insert(after, " ")
            places.insert(after, (read.places[after - 1] + read.places[after]) / 2)
            sure[after:after] = read.sure[after - 1 : after]
    if len(text) == len(read.text):
        return read
    return replace(read, text="".join(text), places=tuple(places), sure=tuple(sure))


def _spaces(read: Recognition, gaps: list[tuple[float, int]], width: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Part the gaps of a line: widths of those of a space that was read, (character after it, width) of the others."""
    spaces = [place * width for place, letter in zip(read.places, read.text, strict=True) if letter == " "]
    known = {min(gaps, key=lambda g: abs(g[0] - space)) for space in spaces} if gaps else set()
    told = [wide for _, wide in known]
    lost = [(bisect(read.places, middle / width), wide) for middle, wide in gaps if (middle, wide) not in known]
    return told, [(after, wide) for after, wide in lost if 0 < after < len(read.text)]


def _may_part(left: str, right: str) -> bool:
    """Tell whether a space may stand between two pieces of what was read as one word."""
    if not left or not right:
        return False
    before, after = left[-1], right[0]
    if before in _STROKES and after in _STROKES:
        return False  # of a Roman number, or of a letter that was read as two
    if "/" in (before, after):
        return before.isalpha() or after.isalpha()
    return before.isalpha() and after.isalpha() and _is_word(left) and _is_word(right)


def _is_word(piece: str) -> bool:
    return len(piece) >= _LEAST_LETTERS or piece.lower() in _SHORT


def _gaps(crop: Gray) -> list[tuple[float, int]]:
    """Give (middle, width) of what is paper from top to bottom between the first ink and the last."""
    up, down = (round(share * crop.shape[0]) for share in _BAND)
    band = crop[up:down]
    if not band.size:
        return []
    level, _ = cv2.threshold(band, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found: list[tuple[float, int]] = []
    last: int | None = None
    for column, darkest in enumerate(band.min(axis=0).tolist()):
        if darkest <= level:
            if last is not None and column > last + 1:
                found.append(((last + 1 + column) / 2, column - last - 1))
            last = column
    return found
