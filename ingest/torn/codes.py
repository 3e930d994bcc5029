"""The skeleton of a torn report: which indicators it holds, told by their codes and where these stand.

Codes of a results matrix count in a fixed way: the program (1.4.1) is the Fin, its first child (1.4.1.1) the Propósito,
below it the components and below these the activities, each counted from 1. A garbled code is read by its place in
that sequence. Here belongs that grammar. Not here: anything else that a row holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.indicators import LEVELS
from ingest.words import plain

Code = tuple[int, ...]

MOST_COMPONENTS, MOST_ACTIVITIES = 30, 40
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
    """One indicator of the skeleton; `mark` is None where its code could only be deduced from its neighbours'."""

    code: Code
    mark: Mark | None

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
    own = [c for c in candidates if _edit_distance(c.digits[: len(program)], _digits(program)) <= 1]
    found = _chain(own, program, lines)
    if len(found) < 2:
        return None
    found = _with_leveled_rows(found, program, lines)
    return Skeleton(program, tuple(Place(code, found.get(code)) for code in sorted(_closure(found, program))))


def _candidates(number: int, line: Cell) -> Iterator[_Candidate]:
    for match in _CANDIDATE.finditer(line.text):
        before = line.text[: match.start()].split()
        text = match.group().rstrip(".,:;")
        fields = tuple(int(f) for f in re.findall(r"\d+", text) if len(f) <= 9)
        digits = "".join(re.findall(r"\d", text.translate(str.maketrans("IlOFSA", "110444"))))
        dotted = len(fields) >= 3 and max(fields) <= 99
        looks = dotted or (3 <= len(digits) <= 9 and not before and text.isdigit()) or "." in text
        follows = line.text[match.end() :].lstrip(" -.,—[|'\"")
        if len(before) <= _LEADING_WORDS and looks and len(digits) >= 3 and not follows.startswith("%"):
            mark = Mark(number, match.start(), match.end(), line.page, text)
            yield _Candidate(mark, fields, digits, dotted and all(len(str(f)) <= 2 for f in fields))
            return


def _program(lines: Sequence[Cell], candidates: Sequence[_Candidate]) -> Code | None:
    for line in lines:
        match = _HEADER.search(plain(line.text))
        if match:
            return tuple(int(f) for f in re.findall(r"\d+", match[1]))
    votes = Counter(c.fields[:3] for c in candidates if c.separated and 4 <= len(c.fields) <= 6)
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] >= 2 else None


def _chain(own: Sequence[_Candidate], program: Code, lines: Sequence[Cell]) -> dict[Code, Mark]:
    """Read the candidates as the dearest rising sequence of codes; exact ones out of sequence are kept too."""
    options = [_readings(c, program) for c in own]
    best: list[dict[Code, tuple[float, tuple[int, Code] | None]]] = []
    for n, readings in enumerate(options):
        here: dict[Code, tuple[float, tuple[int, Code] | None]] = {}
        for code, worth in readings.items():
            value, back = worth + _level_bonus(own[n], code, program, lines), None
            start = value - 0.05 * len(code)
            choice: tuple[float, tuple[int, Code] | None] = (start, back)
            for m in range(n):
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
        if candidate.mark.line not in taken and len(exact) == 1 and exact[0] not in found and candidate.separated:
            found[exact[0]] = candidate.mark
    return found


def _readings(candidate: _Candidate, program: Code) -> dict[Code, float]:
    """The codes that a candidate may be, each with its worth: 2 as printed, less for each change."""
    found: dict[Code, float] = {}
    if candidate.separated and _is_code(candidate.fields, program):
        found[candidate.fields] = 2.0
    for code in _universe(program):
        if code in found or abs(len(_digits(code)) - len(candidate.digits)) > 1:
            continue
        distance = _edit_distance(_digits(code), candidate.digits)
        if distance <= (1 if len(candidate.digits) < 6 else 2):
            two_digits = sum(f > 9 for f in code[len(program) + 1 :])
            found[code] = (1.9, 1.0, 0.45)[distance] - 0.3 * two_digits - (0.5 if candidate.separated else 0)
    return {code: worth for code, worth in found.items() if worth > 0}


def _universe(program: Code) -> Iterator[Code]:
    yield program
    purpose = (*program, 1)
    yield purpose
    for component in range(1, MOST_COMPONENTS + 1):
        yield (*purpose, component)
        for activity in range(1, MOST_ACTIVITIES + 1):
            yield (*purpose, component, activity)


def _is_code(fields: Code, program: Code) -> bool:
    n = len(program)
    rest = fields[n:]
    return fields[:n] == program and len(rest) <= 3 and rest[:1] in ((), (1,)) and all(f >= 1 for f in rest)


def _level_bonus(candidate: _Candidate, code: Code, program: Code, lines: Sequence[Cell]) -> float:
    """A level word in the same line, or alone in a line nearby, speaks for a code of its depth."""
    depth = len(code) - len(program)
    number = candidate.mark.line
    same = _level_in(lines[number].text)
    if same is not None:
        return 0.5 if same == depth else -0.5
    near = [_level_in(lines[n].text) for n in range(max(0, number - 2), min(len(lines), number + 3))]
    return 0.2 if depth in near else 0.0


_LEVELS = (r"\bfin\b(?=\s*(?:\(|$))", r"\bprop[oó0]si\w{2}\b", r"\bc\s?om?p[oe]n\w{2,5}t[ea]\b", r"\bac[tl]i?v[il]da\w\b")


def _level_in(text: str) -> int | None:
    """The depth, 0 to 3, that a level word at the beginning of a text tells."""
    head = plain(text)[:40]
    found = [depth for depth, pattern in enumerate(_LEVELS) if re.search(pattern, head)]
    return found[0] if len(found) == 1 else None


def _missing_between(one: Code, other: Code, program: Code) -> int:
    """How many codes must exist between two codes that follow each other."""
    n = len(program) + 1
    a, b = (*one, 0, 0, 0)[n : n + 2], (*other, 0, 0, 0)[n : n + 2]
    if a[0] == b[0]:
        return max(0, b[1] - a[1] - 1)
    return (b[0] - a[0] - 1) + b[1]


def _closure(found: Iterable[Code], program: Code) -> set[Code]:
    """All codes that must exist: parents, elder activities, and components up to the last."""
    codes = set(found)
    for code in tuple(codes):
        codes.update(code[:n] for n in range(len(program), len(code)))
        if len(code) == len(program) + 3:
            codes.update((*code[:-1], n) for n in range(1, code[-1]))
    components = [c[-1] for c in codes if len(c) == len(program) + 2]
    # A report of the whole program begins with its Fin or Propósito: then no component is left out before the first.
    whole = any(len(c) <= len(program) + 1 for c in found)
    first = 1 if whole else min(components, default=1)
    codes.update((*program, 1, n) for n in range(first, max(components, default=0) + 1))
    return codes


def _with_leveled_rows(found: dict[Code, Mark], program: Code, lines: Sequence[Cell]) -> dict[Code, Mark]:
    """Add activities whose code is lost but whose level word stands after the last activity of a component."""
    ordered = sorted(found.items(), key=lambda item: item[1].line)
    words = [(n, _level_in(line.text)) for n, line in enumerate(lines)]
    near = sum(any(level is not None and abs(n - mark.line) <= 3 for n, level in words) for mark in found.values())
    if near * 2 < len(found):
        return found  # the levels stand in a column of their own
    added = dict(found)
    for (code, mark), (_, after) in zip(ordered, ordered[1:], strict=False):
        depth, following = len(code) - len(program), [n for n, _ in words if mark.line < n < after.line]
        orphans = [n for n, lv in words if lv == 3 and n in following and min(n - mark.line, after.line - n) > 4]
        free = (*code[:-1], code[-1] + 1)
        if depth == 3 and len(orphans) == 1 and free not in found:
            cell = lines[orphans[0]]
            added[free] = Mark(orphans[0], 0, 0, cell.page, "")
    return added


def _digits(code: Code) -> str:
    return "".join(map(str, code))


def _edit_distance(a: str, b: str) -> int:
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]
