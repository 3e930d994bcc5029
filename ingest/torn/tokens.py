"""Numbers in torn text: what is one, what may have been one, and which stood together in the table.

Here belongs the classing of words as numbers and their grouping into runs. Not here: what column or row they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.cells import Cell
from ingest.words import plain


class Sort(StrEnum):
    """What a piece of a line is."""

    COUNT = "count"
    PERCENT = "percent"
    WEAK = "weak"  # garbled: digits and look-alikes, or a blot where a number may have stood
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: its text, its place in the document's text, and its number where it has one.

    `exact` is False where reading it needed an assumption (a lost point, a wrong separator, look-alike letters).
    """

    text: str
    start: int
    end: int
    page: int
    sort: Sort
    value: float | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers that stood together: side by side in one line, or alone in consecutive lines.

    `first` and `last` are indices of lines. `alone` tells that nothing else stands in these lines.
    """

    tokens: tuple[Token, ...]
    first: int
    last: int
    alone: bool

    def counts(self) -> tuple[Token, ...]:
        """Give the tokens that may be counts, in order; garbled ones included."""
        return tuple(t for t in self.tokens if t.sort in (Sort.COUNT, Sort.WEAK))

    def percents(self) -> tuple[Token, ...]:
        """Give the percentages, in order."""
        return tuple(t for t in self.tokens if t.sort is Sort.PERCENT)


_PIECE = re.compile(r"[^\s|]+")
_EDGES = "[](){}|‘’'\"“”—_-.,;:!¡¿?*«»/\\<>"
_COUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+(?:\.\d{1,2})?")
_PERCENT = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?\s?%\d?")
_LOOKALIKE = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "i": "1", "!": "1", "a": "3", "S": "5", "s": "5",
     "$": "5", "B": "8", "Z": "2", "z": "2", "g": "9", "q": "9", "€": "6", "b": "6", "T": "7", "?": "7", "A": "4"}
)  # fmt: skip
_SMALL_WORDS = frozenset(
    ("a", "al", "ante", "con", "de", "del", "dif", "e", "el", "en", "es", "esta", "fin", "fue", "h", "ii", "iii", "iv",
     "la", "las", "le", "lo", "los", "mas", "meta", "mir", "no", "o", "para", "pbr", "por", "que", "se", "sed", "si",
     "sin", "su", "sus", "un", "una", "y", "ya")
)  # fmt: skip
_LEAD = re.compile(
    r"(?:[Mm]ensual|[Bb]imestral|[Tt]\w{0,4}mest\w{0,4}l|[Ss]emest\w{0,3}l|\bAnual|[Bb]ienal|\bLAS|VARIABLES?:?)[\W_]*$"
)


def pieces(line: Cell) -> tuple[Token, ...]:
    """Split a line at spaces and rules into tokens; brackets, quotes and final points are left off."""
    assert line.span is not None
    found = []
    for match in _PIECE.finditer(line.text):
        bare = match.group().strip(_EDGES)
        # A pair of brackets may be a zero; other punctuation is nothing.
        if not bare and not re.search(r"[\[\](){}]", match.group()):
            continue
        offset = match.start() + match.group().index(bare) if bare else match.start()
        text = bare or match.group()
        start = line.span.start + offset
        found.append(_token(text, start, line.page))
    return tuple(found)


def _token(text: str, start: int, page: int) -> Token:
    sort, value, exact = classify(text)
    return Token(text, start, start + len(text), page, sort, value, exact)


def classify(text: str) -> tuple[Sort, float | None, bool]:
    """Give what `text` is: its sort, its number, and whether that needed no assumption.

    >>> classify("1,206,528"), classify("1.216,904"), classify("10000%"), classify("a7"), classify("meta")
    ((<Sort.COUNT: 'count'>, 1206528.0, True), (<Sort.COUNT: 'count'>, 1216904.0, False), \
(<Sort.PERCENT: 'percent'>, 100.0, False), (<Sort.WEAK: 'weak'>, 37.0, False), (<Sort.WORD: 'word'>, None, True))
    """
    percent = _PERCENT.fullmatch(text)
    if percent:
        return Sort.PERCENT, *_percent(percent)
    if _COUNT.fullmatch(text):
        return Sort.COUNT, *_count(text)
    if not any(c.isdigit() for c in text):
        blot = len(text) <= 4 and plain(text) not in _SMALL_WORDS
        return (Sort.WEAK if blot else Sort.WORD), None, not blot
    guess = text.translate(_LOOKALIKE)
    if len(text) <= 9 and _COUNT.fullmatch(guess):
        return Sort.WEAK, _count(guess)[0], False
    return (Sort.WEAK if len(text) <= 11 else Sort.WORD), None, False


def _percent(match: re.Match[str]) -> tuple[float, bool]:
    whole, part = match[1], match[2]
    if part is None and len(whole) >= 4:  # "10000%": printed percentages keep two decimals
        return float(f"{whole[:-2]}.{whole[-2:]}"), False
    return float(f"{whole}.{part or 0}"), match.group().endswith("%") and "," not in match.group()


def _count(text: str) -> tuple[float, bool]:
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return float(re.sub(r"[.,]", "", text)), "." not in text
    return float(text), True


def find_runs(lines: Sequence[Cell]) -> tuple[Run, ...]:
    """Find every run of numbers that stood in the table, in reading order.

    Numbers inside sentences are left out: a run is three numbers side by side, or fewer after a frequency or a unit,
    or two percentages with decimals, or lines that hold nothing else.
    """
    segments = [segment for number, line in enumerate(lines) for segment in _segments(number, line)]
    return tuple(_join_columns(segments, lines))


def _segments(number: int, line: Cell) -> Iterator[Run]:
    tokens = pieces(line)
    taken = 0
    for opening, end in _number_stretches(tokens):
        begin = max(opening, taken)
        if begin >= end or not _is_table(tokens, begin, end, line):
            continue
        first, last = _with_blots(tokens, begin, end)
        first = max(first, taken)
        taken = last
        yield Run(_without_tail(tokens[first:last]), number, number, first == 0 and last == len(tokens))
    if taken == 0 and tokens and len(line.text) <= 5 and all(t.sort is Sort.WEAK for t in tokens):
        yield Run(tokens, number, number, True)


def _number_stretches(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches that begin and end with a number, with at most two garbled tokens between two numbers."""
    begin = last = None
    for n, token in enumerate(tokens):
        if token.sort in (Sort.COUNT, Sort.PERCENT):
            begin, last = (n, n) if begin is None else (begin, n)
        elif begin is not None and last is not None and (token.sort is Sort.WORD or n - last > 2):
            yield begin, last + 1
            begin = None
    if begin is not None and last is not None:
        yield begin, last + 1


def _is_table(tokens: Sequence[Token], begin: int, end: int, line: Cell) -> bool:
    numbers = [t for t in tokens[begin:end] if t.sort in (Sort.COUNT, Sort.PERCENT)]
    if len(numbers) >= 3:
        return True
    if all(t.sort is not Sort.WORD for t in tokens) and not re.search(r"[a-záéíóúñ]{4}", line.text):
        return True
    decimals = [t for t in numbers if t.sort is Sort.PERCENT and re.search(r"[.,]\d\d", t.text)]
    if len(decimals) >= 2 and len(decimals) == len(numbers):
        return True
    assert line.span is not None
    before = begin
    while before > 0 and tokens[before - 1].sort is Sort.WEAK:
        before -= 1
    return bool(_LEAD.search(line.text[: tokens[before].start - line.span.start]))


def _with_blots(tokens: Sequence[Token], begin: int, end: int) -> tuple[int, int]:
    """Widen a stretch by the garbled tokens at its sides: a number may have stood there."""
    while begin > 0 and tokens[begin - 1].sort is Sort.WEAK:
        begin -= 1
    while end < len(tokens) and tokens[end].sort is Sort.WEAK:
        end += 1
    return begin, end


def _without_tail(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Cut what follows the percentages of a table: "83.33% 100% de cumplimiento" is the beginning of a sentence."""
    table = [n for n, t in enumerate(tokens) if t.sort is Sort.PERCENT and re.search(r"[.,]\d\d%", t.text)]
    return tokens[: table[-1] + 1] if table else tokens


def _join_columns(segments: Sequence[Run], lines: Sequence[Cell]) -> Iterator[Run]:
    """Join numbers that stand alone, one below the other, to one run; and the parts of one line."""
    pending: Run | None = None
    for run in segments:
        if pending is not None and _continues(pending, run, lines):
            pending = Run(pending.tokens + run.tokens, pending.first, run.last, pending.alone and run.alone)
            continue
        if pending is not None:
            yield from _with_number(pending)
        pending = run
    if pending is not None:
        yield from _with_number(pending)


def _continues(pending: Run, run: Run, lines: Sequence[Cell]) -> bool:
    if run.first == pending.last:
        return True
    stacked = run.first == pending.last + 1 and lines[run.first].page == lines[pending.last].page
    short = len(run.tokens) <= 2 and len(pending.tokens) <= 2 * (pending.last - pending.first + 1)
    return stacked and short and pending.alone and run.alone


def _with_number(run: Run) -> Iterable[Run]:
    return [run] if any(t.sort in (Sort.COUNT, Sort.PERCENT) for t in run.tokens) else []
