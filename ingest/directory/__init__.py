"""Publishers that are known by name: their departments as they spell them.

A garbled department is read as the known one that it resembles. Here belongs that list and the comparison of names;
not here: anything about a publisher's format, which is a profile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import yaml

from ingest.words import plain, words

_FOLDER = Path(__file__).parent
_ALIKE = 0.74
_LEAST_LETTERS = 4


class DirectoryError(Exception):
    """A directory file cannot be used; the message names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A municipal government and the names of its departments."""

    municipality: str
    state: str
    departments: tuple[str, ...]


@cache
def load_publishers(folder: Path = _FOLDER) -> tuple[Publisher, ...]:
    """Load every publisher of `folder`.

    Raises:
        DirectoryError: a file is no YAML or lacks an entry.
    """
    found = []
    for path in sorted(folder.glob("*.yml")):
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            found.append(Publisher(raw["municipality"], raw["state"], tuple(raw["departments"])))
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise DirectoryError(f"{path.name}: needs municipality, state and departments: {error}") from error
    return tuple(found)


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1, without regard to accents, case and punctuation."""
    return SequenceMatcher(None, " ".join(words(one)), " ".join(words(other)), autojunk=False).ratio()


def find_publisher(places: Iterable[str], departments: Collection[str]) -> Publisher | None:
    """Find the known publisher that a report is of, by the municipality that it names and its departments.

    Args:
        places: what follows "municipio de" and "ayuntamiento de" in the report.
        departments: departments as read.
    """
    texts = tuple(places)
    for publisher in load_publishers():
        size = len(publisher.municipality) + 2
        named = any(likeness(text[:size], publisher.municipality) >= 0.8 for text in texts)
        known = sum(any(likeness(d, p) >= _ALIKE for p in publisher.departments) for d in departments)
        if named and known >= 3:
            return publisher
    return None


def known_name(read: str, publisher: Publisher, taken: Collection[str]) -> str | None:
    """Give the publisher's department that a text as read must be, or None where none or several fit.

    Where only pieces of words are left they must be pieces of one name, in order, that no other text is read as.
    """
    ranked = sorted(((likeness(read, name), name) for name in publisher.departments), reverse=True)
    letters = sum(c.isalpha() for c in read)
    if ranked and ranked[0][0] >= _ALIKE and letters >= _LEAST_LETTERS:
        return ranked[0][1]
    fitting = [n for n in publisher.departments if n not in taken and _holds_pieces(n, words(plain(read)))]
    return fitting[0] if len(fitting) == 1 and read.strip() else None


def _holds_pieces(name: str, pieces: tuple[str, ...]) -> bool:
    rest = iter(words(name))
    return len(pieces) >= 2 and all(any(word.startswith(piece) for word in rest) for piece in pieces)
