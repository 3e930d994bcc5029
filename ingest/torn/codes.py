"""The skeleton of a torn report: which indicators it holds, told by their codes and where these stand.

Codes of a results matrix count in a fixed way: the program (1.4.1) is the Fin, its first child (1.4.1.1) the Propósito,
below it the components and below these the activities, each counted from 1. A garbled code is read by its place in
that sequence. Here belongs that grammar. Not here: anything else that a row holds.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from ingest.cells import Cell
from ingest.indicators import LEVELS
from ingest.words import plain

Code = tuple[int, ...]

_FEWEST_SIBLINGS, _MOST_SIBLINGS = 9, 60
_MOST_READINGS = 12
_MOST_CANDIDATES, _LOOK_BACK = 500, 60
_LEADING_WORDS = 4
_CANDIDATE = re.compile(r"(?<![\w,.])[.,:;]?[\dIlOFSA][\dIlOFSA.,:;]{2,16}(?![\w%])")
_HEADER = re.compile(r"\bprograma\b[^\d]{0,40}?(\d{1,2}(?:\s?[.,]\s?\d{1,2}){1,3})(?![\d.,])")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a code stands: the index of its line, the place in that line, its page and its text."""

    line: int
    column: int
    end: int
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """One indicator of the skeleton; `mark` is None where its code could only be deduced from its neighbours'.

    `doubted` tells that the code stands there garbled, and its line names another level.
    """

    code: Code
    mark: Mark | None
    doubted: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the code stands there just so, with all its separators."""
        return self.mark is not None and tuple(int(f) for f in re.findall(r"\d+", self.mark.text)) == self.code

    @property
    def text(self) -> str:
        """The code as it should be printed."""
        return ".".join(map(str, self.code))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The program's code and all indicators in the order of their codes."""

    program: Code
    places: tuple[Place, ...]

    def level(self, code: Code) -> str:
        """Give the level that a code's depth tells."""
        return LEVELS[len(code) - len(self.program)]


@dataclass(frozen=True, slots=True)
class _Candidate:
    mark: Mark
    fields: Code
    digits: str
    separated: bool


def find_skeleton(lines: Sequence[Cell]) -> Skeleton | None:
    """Find the program and the indicators of a text, or None where there are not at least two codes of one program."""
    candidates = [c for number, line in enumerate(lines) for c in _candidates(number, line)]
    program = _program(lines, candidates)
    if program is None:
        return None
    candidates = [c for c in candidates if not _HEADER.search(plain(lines[c.mark.line].text))]
    own = [c for c in candidates if Levenshtein.distance(c.digits[: len(program)], _digits(program)) <= 1]
    if len(own) > _MOST_CANDIDATES:
        return None  # a program has some dozens of indicators: these are other numbers
    found = _chain(own, program, lines)
    if len(found) < 2:
        return None
    found = _with_leveled_rows(found, program, lines)
    return Skeleton(
        program, tuple(_place(code, found.get(code), program, lines) for code in sorted(_closure(found, program)))
    )


def _place(code: Code, mark: Mark | None, program: Code, lines: Sequence[Cell]) -> Place:
    place = Place(code, mark)
    depth = level_depth(lines[mark.line].text) if mark is not None else None
    doubted = depth is not None and depth != len(code) - len(program) and not place.is_exact
    return Place(code, mark, doubted)


def _candidates(number: int, line: Cell) -> Iterator[_Candidate]:
    for match in _CANDIDATE.finditer(line.text):
        before = line.text[: match.start()].split()
        text = match.group().rstrip(".,:;")
        fields = tuple(int(f) for f in re.findall(r"\d+", text) if len(f) <= 9)
        digits = "".join(re.findall(r"\d", text.translate(str.maketrans("IlOFSA", "110444"))))
        dotted = len(fields) >= 3 and max(fields) <= 99
        fenced = line.text[: match.start()].rstrip(" ").endswith(("[", "|", "—"))
        leads = not before or fenced or level_depth(line.text[: match.start()]) is not None
        looks = dotted or (3 <= len(digits) <= 9 and leads and text.isdigit()) or "." in text
        follows = line.text[match.end() :].lstrip(" -.,—[|'\"")
        if len(before) <= _LEADING_WORDS and looks and len(digits) >= 3 and not follows.startswith("%"):
            mark = Mark(number, match.start(), match.end(), line.page, text)
            yield _Candidate(mark, fields, digits, dotted and all(len(str(f)) <= 2 for f in fields))
            return


def _program(lines: Sequence[Cell], candidates: Sequence[_Candidate]) -> Code | None:
    """The program as the heading states it, or as the rows' codes with the most separators begin.

    Engines lose separators and do not invent them, so that 14.1.1.2.3 beside 1.4.1.1.2.3 is the same.
    """
    headers = [m[1] for line in lines if (m := _HEADER.search(plain(line.text)))]
    stated = tuple(int(f) for f in re.findall(r"\d+", headers[0])) if headers else ()
    if len(stated) >= 3:
        return stated
    whole = Counter(c.fields[:3] for c in candidates if c.separated and len(c.fields) == 6)
    if whole:
        return whole.most_common(1)[0][0]
    if len(_digits(stated)) == 3:
        return tuple(int(d) for d in _digits(stated))
    begins = Counter(c.digits[:3] for c in candidates if "." in c.mark.text and len(c.digits) >= 4)
    digits, count = next(iter(begins.most_common(1)), ("", 0))
    return tuple(int(d) for d in digits) if count >= 2 else None


def _chain(own: Sequence[_Candidate], program: Code, lines: Sequence[Cell]) -> dict[Code, Mark]:
    """Read the candidates as the dearest rising sequence of codes; exact ones out of sequence are kept too."""
    universe = _universe(program, own)
    options = [_readings(c, program, universe) for c in own]
    depths = [level_depth(line.text) for line in lines]
    best: list[dict[Code, tuple[float, tuple[int, Code] | None]]] = []
    for n, readings in enumerate(options):
        here: dict[Code, tuple[float, tuple[int, Code] | None]] = {}
        for code, worth in readings.items():
            value, back = worth + _level_bonus(own[n].mark.line, len(code) - len(program), depths), None
            start = value - 0.05 * len(code)
            choice: tuple[float, tuple[int, Code] | None] = (start, back)
            for m in range(max(0, n - _LOOK_BACK), n):
                for earlier, (total, _) in best[m].items():
                    if earlier < code:
                        reached = total + value - 0.15 * _missing_between(earlier, code, program)
                        if reached > choice[0]:
                            choice = (reached, (m, earlier))
            here[code] = choice
        best.append(here)
    return _with_strays(_walk(best, own), own, options)


def _walk(
    best: Sequence[dict[Code, tuple[float, tuple[int, Code] | None]]], own: Sequence[_Candidate]
) -> dict[Code, Mark]:
    ends = [(total, n, code) for n, here in enumerate(best) for code, (total, _) in here.items()]
    step: tuple[int, Code] | None = max(ends)[1:] if ends else None
    found: dict[Code, Mark] = {}
    while step is not None:
        found[step[1]] = own[step[0]].mark
        step = best[step[0]][step[1]][1]
    return found


def _with_strays(
    found: dict[Code, Mark], own: Sequence[_Candidate], options: Sequence[dict[Code, float]]
) -> dict[Code, Mark]:
    """Add codes that stand out of order, where columns were torn, if they are exact and nobody else has them."""
    taken = {mark.line for mark in found.values()}
    for candidate, readings in zip(own, options, strict=True):
        exact = [code for code, worth in readings.items() if worth >= 1.8]
        dotted = re.search(r"[.,]", candidate.mark.text) is not None
        if candidate.mark.line not in taken and len(exact) == 1 and exact[0] not in found and dotted:
            found[exact[0]] = candidate.mark
    return found


def _readings(candidate: _Candidate, program: Code, universe: Mapping[Code, str]) -> dict[Code, float]:
    """The codes that a candidate may be, each with its worth: 2 as printed, less for each change."""
    found: dict[Code, float] = {}
    clean = candidate.separated and _is_code(candidate.fields, program)
    if clean:
        found[candidate.fields] = 2.0
    for code, digits in universe.items():
        if code in found or abs(len(digits) - len(candidate.digits)) > 1:
            continue
        distance = Levenshtein.distance(digits, candidate.digits)
        if distance <= (1 if len(candidate.digits) < 6 else 2):
            two_digits = sum(f > 9 for f in code[len(program) + 1 :])
            found[code] = (1.9, 1.0, 0.45)[distance] - 0.3 * two_digits - (0.5 if clean else 0)
    dearest = sorted(found.items(), key=lambda item: -item[1])[:_MOST_READINGS]
    return {code: worth for code, worth in dearest if worth > 0}


def _universe(program: Code, own: Sequence[_Candidate]) -> dict[Code, str]:
    """All codes that the report may hold, with their digits: a few more siblings than the clean codes count."""
    depth = len(program) + 1
    clean = [c.fields[depth:] for c in own if c.separated and _is_code(c.fields, program)]
    most = max([_FEWEST_SIBLINGS, *(f + 2 for fields in clean for f in fields)])
    siblings = range(1, min(most, _MOST_SIBLINGS) + 1)
    purpose = (*program, 1)
    codes = [program, purpose, *((*purpose, c) for c in siblings)]
    codes += [(*purpose, c, a) for c in siblings for a in siblings]
    return {code: _digits(code) for code in codes}


def _is_code(fields: Code, program: Code) -> bool:
    n = len(program)
    rest = fields[n:]
    return fields[:n] == program and len(rest) <= 3 and rest[:1] in ((), (1,)) and all(f >= 1 for f in rest)


def _level_bonus(number: int, depth: int, depths: Sequence[int | None]) -> float:
    """A level word in the same line, or in a line nearby, speaks for a code of its depth."""
    if depths[number] is not None:
        return 0.5 if depths[number] == depth else -0.5
    return 0.2 if depth in depths[max(0, number - 2) : number + 3] else 0.0


_LEVELS = (r"prop[oóe0]si\w{2}\b", r"c\s?o[mr]?p[oe]n\w{1,5}t[ea]\b", r"ac[tl]?i?v[il]da\w\b")


@lru_cache(maxsize=4096)
def level_depth(text: str) -> int | None:
    """Give the depth, 0 to 3, that a level word at the beginning of a text tells, garbled as it may be."""
    if re.match(r"\W*Fin\b(?! d)", text):
        return 0
    head = plain(text)[:40]
    found = [depth for depth, pattern in enumerate(_LEVELS, start=1) if re.search(rf"\b{pattern}", head)]
    return found[0] if len(found) == 1 else None


def _missing_between(one: Code, other: Code, program: Code) -> int:
    """How many codes must exist between two codes that follow each other."""
    n = len(program) + 1
    a, b = (*one, 0, 0, 0)[n : n + 2], (*other, 0, 0, 0)[n : n + 2]
    if a[0] == b[0]:
        return max(0, b[1] - a[1] - 1)
    return (b[0] - a[0] - 1) + b[1]


def _closure(found: Iterable[Code], program: Code) -> set[Code]:
    """All codes that are likely to exist: parents, elder activities and elder components.

    A report may leave out some of these: who finds nothing of such a row drops it.
    """
    codes = set(found)
    for code in tuple(codes):
        codes.update(code[:n] for n in range(len(program), len(code)))
        if len(code) == len(program) + 3:
            codes.update((*code[:-1], n) for n in range(1, code[-1]))
    components = [c[-1] for c in codes if len(c) == len(program) + 2]
    codes.update((*program, 1, n) for n in range(1, max(components, default=0) + 1))
    return codes


def _with_leveled_rows(found: dict[Code, Mark], program: Code, lines: Sequence[Cell]) -> dict[Code, Mark]:
    """Give rows whose code is lost the place of their level word, where exactly one such word is left for them."""
    words = [(n, depth) for n, line in enumerate(lines) if (depth := level_depth(line.text)) is not None]
    near = sum(any(abs(n - mark.line) <= 3 for n, _ in words) for mark in found.values())
    if near * 2 < len(found):
        return found  # the levels stand in a column of their own
    added = dict(found)
    ordered = sorted(found.items(), key=lambda item: item[1].line)
    for (code, mark), (following, after) in itertools.pairwise(ordered):
        gap = [(n, depth) for n, depth in words if mark.line < n < after.line]
        for depth, lost in ((3, _next_activity(code, following, program)), (2, _parent(following, program))):
            orphans = [n for n, d in gap if d == depth and (depth == 2 or min(n - mark.line, after.line - n) > 4)]
            if lost is not None and lost not in found and len(orphans) == 1:
                added[lost] = _level_mark(orphans[0], lines)
    for depth, code in enumerate((program, (*program, 1))):
        places = [n for n, d in words if d == depth]
        if code not in added and len(places) == 1:
            added[code] = _level_mark(places[0], lines)
    return added


def _next_activity(code: Code, following: Code, program: Code) -> Code | None:
    """The activity after the last one read of a component, unless the next code is that one's or its successor's."""
    if len(code) != len(program) + 3 or (following[: len(code) - 1] == code[:-1] and following[-1] <= code[-1] + 1):
        return None
    return (*code[:-1], code[-1] + 1)


def _parent(code: Code, program: Code) -> Code | None:
    return code[:-1] if len(code) == len(program) + 3 else None


def _level_mark(number: int, lines: Sequence[Cell]) -> Mark:
    return Mark(number, 0, 0, lines[number].page, "")


def _digits(code: Code) -> str:
    return "".join(map(str, code))
