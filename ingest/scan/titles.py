"""Whether what a scanned report says of itself was read well: its place, its office, its program, its period.

Here belong the doubts of those things, and the states by their list. Not here: where they stand (`header`), the
spelling of their words (`names`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ingest.cells import Reading
from ingest.header import STATES
from ingest.indicators import Header, IndicatorRow, Rejected
from ingest.scan.lexicon import is_word, nearest_word
from ingest.scan.vocabulary import sureness
from ingest.words import bare, plain

_SURE, _WELL, _FAIR = 0.97, 0.9, 0.5
"""Confidence of a line that is believed, of a name of no language, of a year."""
_LEAST = 4  # letters of a word that tells whether it was read well
_TWICE = 2  # a name that stands elsewhere in the report, too
_ODD = re.compile(
    r"[^\w\s()\[\]/.,&\"“”\-–]|[^\W\d_][.,·][^\W\d_]|(?:[^\W\d_]{4}|[A-Z]{2})\.\s|\d[^\W\d_]|[^\W\d_]\d|^\d"
)
"""What stands in a name for a speck, or for a point of the code before it."""
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = ("municipality", "state", "entity", "program_name")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of a report: the letters and digits of its texts with their confidence, and how often each plain
    word was read well.
    """

    texts: tuple[tuple[str, float], ...]
    words: Counter[str]

    @staticmethod
    def of(reading: Reading) -> _Seen:
        cells = [*reading.lines, *chain.from_iterable((p.cell for p in t.cells) for t in reading.tables)]
        texts = [(plain(c.text), sureness(c)) for c in cells if c.text.strip()]
        words = Counter(w for text, sure in texts if sure >= _FAIR for w in set(_WORD.findall(text)))
        return _Seen(tuple((bare(text), sure) for text, sure in texts), words)

    def confidence(self, said: str) -> float:
        """Give the confidence of the surest text that holds the letters and digits of what is `said`; 0 for none."""
        wanted = bare(said)
        return max((sure for text, sure in self.texts if wanted in text), default=0.0)


def checked(header: Header, reading: Reading, rows: Sequence[IndicatorRow]) -> Header:
    """Give a header whose state is spelled as in the list, with the names of the fields that may be misread."""
    header = replace(header, state=_state(header.state))
    return replace(header, unsure=tuple(_unsure(header, _Seen.of(reading), rows)))


def remarks(header: Header) -> Iterator[Rejected]:
    """Give what a person should look at: a piece for each field that may be misread, one for all that were not read."""
    for field in header.unsure:
        read = getattr(header, field)
        if read is not None:
            said = f"the {field.replace('_', ' ')} of the report, read as {str(read)!r}, may be misread"
            yield Rejected(1, str(read), f"{said}: compare it with the page, or correct it", _correct(field))
    lost = [field for field in header.unsure if getattr(header, field) is None]
    if lost:
        said = f"of the report itself were not read, or are not printed: {', '.join(lost).replace('_', ' ')}"
        yield Rejected(1, "", f"{said}; look at the page, and correct what is there", _correct(*lost))


def _correct(*fields: str) -> str:
    return f"`indicadores correct ID --field {' | '.join(fields)}` writes a correction"


def _unsure(header: Header, seen: _Seen, rows: Sequence[IndicatorRow]) -> Iterator[str]:
    """Name the fields that may be misread, or that were not read: a quarter that was not is told where it is needed."""
    yield from (field for field in (*_NAMES, "program_code", "fiscal_year") if getattr(header, field) is None)
    for field in _NAMES:
        name = getattr(header, field)
        if name is not None and name not in STATES and not _is_vouched(name, seen):
            yield field
    codes = [row.code for row in rows if row.code is not None and "code" not in row.unsure]
    program = header.program_code
    belongs = any(code == program or code.startswith(f"{program}.") for code in codes)
    if program is not None and (not belongs or re.match(r"\W*\d", header.program_name or "")):
        yield "program_code"
    year = header.fiscal_year
    if year is not None and seen.confidence(str(year)) < _FAIR:
        yield "fiscal_year"


def _is_vouched(name: str, seen: _Seen) -> bool:
    """Tell whether the line was read surely, or each word is one of the language, or read well and elsewhere, too."""
    sure = seen.confidence(name)
    found = [w for w in _WORD.findall(name) if len(w) >= _LEAST]
    if not found and not name.isupper():
        return False  # what is left of a word
    if sure >= _SURE:
        return True
    known = all(is_word(w) or seen.words[plain(w)] >= _TWICE or sure >= _WELL for w in found)
    return known and not _ODD.search(name)


def _state(said: str | None) -> str | None:
    """Give the state of the list that was read, where one alone is near; what is near none stays."""
    by_letters = {bare(state): state for state in STATES}
    if said is None or said in STATES:
        return said
    return by_letters.get(bare(said)) or nearest_word(bare(said), by_letters) or said
