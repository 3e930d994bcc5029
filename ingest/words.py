"""Text of reports as words: normalized, compared, cased. Here belong Spanish words, not what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from itertools import pairwise

_LONG = 9  # letters: columns are wider than shorter words
_PARTICLES = {"a", "al", "de", "del", "e", "el", "en", "la", "las", "los", "o", "y"}


def plain(text: str) -> str:
    """Give `text` in lower case without accents, one character for each of the original (offsets stay true)."""
    return "".join(_bare(c) for c in text)


@cache
def _bare(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def bare(text: str) -> str:
    """Give the letters and digits of `text` alone, without accents or case."""
    return "".join(c for c in plain(text) if c.isalnum())


def words(text: str) -> tuple[str, ...]:
    """Give the words of `text` for comparison: no accents, case or punctuation; a percent sign is a word.

    >>> words("PORCENTAJE DE AVANCE / 1er. Trim.")
    ('porcentaje', 'de', 'avance', '1er', 'trim')
    """
    return tuple(re.findall(r"[a-z0-9]+|%", plain(text)))


def words_over_lines(text: str) -> tuple[str, ...]:
    """Give the words of `text`, and what they make together where they stand on both sides of line breaks.

    A narrow column breaks a long word where there is no hyphen to tell.

    >>> words_over_lines("FRECUEN\\nCIA DE MEDICIÓN")
    ('frecuen', 'cia', 'de', 'medicion', 'frecuencia')
    """
    lines = [w for line in text.split("\n") if (w := words(line))]
    chains: list[str] = []
    open_chains: list[str] = []
    for before, line in pairwise(lines):
        # A line of one word may hold the middle of a word that three lines share.
        open_chains = [c + line[0] for c in (open_chains if len(before) == 1 else [])] + [before[-1] + line[0]]
        chains += open_chains
    return (*(w for line in lines for w in line), *chains)


def has_words(pattern: str, present: Collection[str]) -> bool:
    """Tell whether every word of `pattern` is among `present`; `trim*` matches every word that begins so."""
    return all(_matches(word, present) for word in pattern.split())


def _matches(word: str, present: Collection[str]) -> bool:
    if word.endswith("*"):
        return any(p.startswith(word[:-1]) for p in present)
    return word in present


def one_line(text: str) -> str:
    """Give `text` with every run of white space made one space."""
    return " ".join(text.split())


def shortened(text: str, most: int) -> str:
    """Give `text` in one line of at most `most` characters, its end left out where it has more."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def unbroken(text: str) -> str:
    """Give a text of several lines with the words whole that a column narrower than they are broke.

    The beginning of such a word fills a line alone; it is a long word of the language, which its pieces are not both.

    >>> unbroken("Coordinació\\nn de Salud"), unbroken("Dirección\\nde Parques")
    ('Coordinación de Salud', 'Dirección\\nde Parques')
    """
    lines = text.split("\n")
    parts = lines[:1]
    for before, line in pairwise(lines):
        parts.append(line if _is_broken(before, line) else "\n" + line)
    return "".join(parts)


def _is_broken(line: str, following: str) -> bool:
    first = re.fullmatch(r"\W*(?P<word>[^\W\d_]+)", line)
    second = re.match(r"[^\W\d_]+", following)
    if first is None or second is None or second[0][0].isupper() != first["word"][-1].isupper():
        return False
    pieces = [first["word"].lower(), second[0].lower()]
    if len("".join(pieces)) < _LONG:
        return False
    from simplemma import is_known  # noqa: PLC0415 - loads the words of the language, which few reports need

    return is_known("".join(pieces), lang="es") and not all(len(p) > 1 and is_known(p, lang="es") for p in pieces)


def as_name(text: str) -> str:
    """Give a name that is set in capitals in the usual case: `SAN LUIS POTOSÍ` is `San Luis Potosí`.

    A text that has small letters already stays as it is.
    """
    name = one_line(text)
    if name != name.upper():
        return name
    parts = name.lower().split(" ")
    return " ".join(p if i and p in _PARTICLES else p[:1].upper() + p[1:] for i, p in enumerate(parts))
