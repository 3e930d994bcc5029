"""Text of reports as words: normalized, compared, cased. Here belong Spanish words, not what they mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_PARTICLES = {"a", "al", "de", "del", "e", "el", "en", "la", "las", "los", "o", "y"}


def plain(text: str) -> str:
    """Give `text` in lower case without accents, one character for each of the original (offsets stay true)."""
    return "".join(_bare(c) for c in text)


def _bare(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def words(text: str) -> tuple[str, ...]:
    """Give the words of `text` for comparison: no accents, case or punctuation; a percent sign is a word.

    >>> words("PORCENTAJE DE AVANCE / 1er. Trim.")
    ('porcentaje', 'de', 'avance', '1er', 'trim')
    """
    return tuple(re.findall(r"[a-z0-9]+|%", plain(text)))


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


def as_name(text: str) -> str:
    """Give a name that is set in capitals in the usual case: `SAN LUIS POTOSÍ` is `San Luis Potosí`.

    A text that has small letters already stays as it is.
    """
    name = one_line(text)
    if name != name.upper():
        return name
    parts = name.lower().split(" ")
    return " ".join(p if i and p in _PARTICLES else p[:1].upper() + p[1:] for i, p in enumerate(parts))
