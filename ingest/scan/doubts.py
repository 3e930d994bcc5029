"""Words of a text that are read again by the accurate model: what the quick one was unsure of, and the codes of rows.

Here belongs which part of a line is asked for again, and how its answer stands in the line. Not here: which of two
readings is right (`spots`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import cv2
import numpy as np

from ingest.scan import figures, outline
from ingest.scan.engine import Gray, Recognition, Recognizer
from ingest.scan.lexicon import WORD, is_word, strange
from ingest.scan.spaces import spaced
from ingest.scan.spots import Spot

_BROADER, _ABOVE, _BELOW = 1.25, 0.1, 0.05  # times its width; shares of its height, above and below
_READ_WELL = 0.9
_WELL, _KNOWN = 0.75, 0.5  # what is read with less, in a doubtful line, is read again; and if it is a word
_MOST = 0.7  # of a line: where more is asked for, the whole line is
_CLOSE = 4  # characters: parts as close as that are asked for together
_WORD = re.compile(r"\S+")
_MARKS = ".,;:()"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line that is asked for: the line's number, and the characters from `start` to `end` of its text."""

    line: int
    start: int
    end: int


def ask_doubtful_words(
    engine: Recognizer, first: Recognizer, spots: Sequence[Spot], limit: float, *, whole: bool
) -> None:
    """Let an engine read those words of texts again that the `first` doubts, in one go.

    Doubtful are the words that were not read well of a line that was read with less confidence than `limit`, or that
    has a word that is none, or all words of such a line where it is to be read `whole`; and the code of an indicator
    that opens a text. What the engine was not asked for stands in its reading of a spot as the first read it.
    """
    unread = [s for s in spots if engine.name not in s.read]
    new = [(s, parts) for s in unread if (parts := _doubtful(s, first, limit, whole=whole))]
    asked = [_cut(spot.lines[p.line].crop, spot.read[first.name][p.line], p) for spot, parts in new for p in parts]
    answers = iter(engine.read(asked))
    for spot, parts in new:
        spot.read[engine.name] = list(spot.read[first.name])
        for number, mine in groupby(parts, key=lambda p: p.line):
            read = _joined(spot.read[first.name][number], [(p, next(answers)) for p in mine])
            spot.read[engine.name][number] = spaced(read, spot.lines[number].crop)


def opens_with_code(text: str) -> bool:
    """Tell whether a text opens with an outline code, which no figure is taken for."""
    opened = outline.opening_code(text)
    return opened is not None and "." in opened and not figures.is_figure(opened)


def _doubtful(spot: Spot, first: Recognizer, limit: float, *, whole: bool) -> list[Part]:
    found: list[Part] = []
    for number, read in enumerate(spot.read[first.name]):
        code = _end_of_code(read.text) if number == 0 and opens_with_code(read.text) else 0
        odd = strange(read.text) if read.confidence < _READ_WELL else []
        doubted = bool(odd) or read.confidence < limit
        if doubted and whole:
            found.append(Part(number, 0, len(read.text)))
        elif doubted or code:
            found += _parts(read, number, code, doubted=doubted)
    return found


def _end_of_code(text: str) -> int:
    return next((n for n, c in enumerate(text) if c.isalpha()), len(text))


def _parts(read: Recognition, number: int, code: int, *, doubted: bool) -> Iterator[Part]:
    """Give the parts of a line to ask for: its code, and where it is `doubted`, its words that were not read well."""
    whole = Part(number, 0, len(read.text))
    if not len(read.places) == len(read.sure) == len(read.text):
        yield whole
        return
    words = [
        (m.start(), m.end())
        for m in _WORD.finditer(read.text)
        if m.start() < code or (doubted and _is_doubtful(m[0], min(read.sure[m.start() : m.end()])))
    ]
    if sum(b - a for a, b in words) > _MOST * len(read.text):
        yield whole
        return
    parts: list[tuple[int, int]] = []
    for start, end in words:
        if parts and start - parts[-1][1] <= _CLOSE:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    for start, end in parts:
        yield Part(number, start, end)


def _is_doubtful(word: str, sure: float) -> bool:
    """Tell whether a word was not read well: what is a word of the language is likely right."""
    letters = WORD.fullmatch(word.strip(_MARKS))
    return bool(strange(word)) or sure < (_KNOWN if letters and is_word(letters[0]) else _WELL)


def _cut(crop: Gray, read: Recognition, part: Part) -> Gray:
    text = read.text[part.start : part.end]
    if text == read.text:
        return _broader(_closer(crop, text))
    left, right = _share(read, part.start), _share(read, part.end)
    width = crop.shape[1]
    return _closer(crop[:, round(left * width) : round(right * width)], text)


def _share(read: Recognition, at: int) -> float:
    """Give where a line is cut before its character `at`, as a share of its width."""
    bare = read.text[:at].rstrip()
    if not bare or at >= len(read.text):
        return float(bool(bare))
    return (read.places[len(bare) - 1] + read.places[at + len(read.text[at:]) - len(read.text[at:].lstrip())]) / 2


def _closer(crop: Gray, text: str) -> Gray:
    """Give a piece of text cut closer where not all of it are capitals, as the accurate model reads it best."""
    height = crop.shape[0]
    return crop if text == text.upper() else crop[round(_ABOVE * height) : height - round(_BELOW * height)]


def _broader(crop: Gray) -> Gray:
    """Give a line of narrow type wider, as the accurate model reads it best; for a few words that takes longer only."""
    size = round(_BROADER * crop.shape[1]), crop.shape[0]
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), np.uint8) if crop.size else crop


def _joined(whole: Recognition, answers: Sequence[tuple[Part, Recognition]]) -> Recognition:
    """Give the reading of a line with what was answered in the place of its parts."""
    if len(answers) == 1 and len(whole.text) == answers[0][0].end - answers[0][0].start:
        return answers[0][1]
    text, done, confidence = "", 0, 1.0
    places: tuple[float, ...] = ()
    sure: tuple[float, ...] = ()
    for part, answer in (*answers, (Part(0, len(whole.text), len(whole.text)), Recognition("", 1.0, "", 1.0))):
        left, right = _share(whole, part.start), _share(whole, part.end)
        text += whole.text[done : part.start] + answer.text
        places += (*whole.places[done : part.start], *(left + p * (right - left) for p in answer.places))
        sure += (*whole.sure[done : part.start], *answer.sure)
        confidence = min(confidence, answer.confidence, *whole.sure[done : part.start])
        done = part.end
    return replace(whole, text=text, places=places, sure=sure, confidence=confidence)
