"""Outline codes that lost a dot or a digit: a report numbers its rows in order, and all below one program.

Here belongs which code of its place a misread code must be. A code that no order explains stays as it was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ingest.profile import Profile
from ingest.scan.wording import distance

_OPENING = re.compile(
    r"\s*(?P<code>[0-9OlI|]{1,9}(?:\s?[.,]\s?[0-9OlI|]{1,9}|\s[0-9]{1,3}(?=[.,]))*[.,]?)(?:(?=\s|$)|(?<=\d)(?=[^\W\d_]))"
)
_LOOSE = re.compile(r"\s*(?P<code>(?=[^\s]*\d[^\s]*\d)[0-9OlIAS|.,'´`:;-]{3,16})(?=\s|$)")
_MORE = re.compile(r"\s{1,2}\d{1,2}(?:\.\d{1,2})*(?=\s|$)")
_SPECKS = " .,:;'`_-|\u00b7"
_DIGITS = str.maketrans("OlI|AS,'´`:;-", "011145.......")
# Costs, in misread digits.
_SKIP, _JUMP, _STRANGE = 0.6, 1.2, 3.0  # a number left out; a code from anywhere; one outside the program
_BACK = 1.3  # more for a code that should stand before the last one
_MOST_SKIPPED = 2
_SURE_DIGIT, _LOST_DOT, _MADE_UP_DOT, _WRONG_LEVEL, _UNREAD = 2.0, 0.1, 1.0, 0.8, 1.5
_MOST_MISREAD = 4
_CUT_SHORT, _LOST_BEGINNING = 0.4, 1.2  # less is read than stands there; the first digits faded
_CLEAR = 0.6  # so much worse must every other code be
_NEXT = 0.5  # and so much where nothing could be read: hardly any report leaves numbers out
_RATHER = 0.3  # and so much where the digits of the code were read
_FAR = 99.0
_ROOT, _USUAL = 3, 0.6  # numbers of a program's code; the share of the codes that begin with it
_WIDTH, _MEMORY, _HOPELESS = 300, 12, 5.0
_CODES, _WHOLE_CODES = 0.6, 2
"""Of the texts below each other so large a share looks like codes, and so many are whole ones, in their column."""
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")  # millions whose commas were read as points
_LIKE_CODE = re.compile(r"\d(?:[\d.']|\s?\.\s?){2,}")


def column_of_codes(texts: Mapping[int, Sequence[str]], profile: Profile) -> int | None:
    """Give the column whose texts are codes of the profile, from the texts of each; None where none or several are.

    Points are lost before digits are: some of its texts are whole codes, most of them at least look like one.
    """
    found = [
        column
        for column, mine in texts.items()
        if sum(_is_code(t, profile) for t in mine) >= _WHOLE_CODES
        and sum(bool(_LIKE_CODE.fullmatch(t.strip())) for t in mine) >= max(3, _CODES * len(mine))
    ]
    return found[0] if len(found) == 1 else None


def _is_code(text: str, profile: Profile) -> bool:
    bare = "".join(text.split()).rstrip(".")
    return bool(profile.code.fullmatch(bare)) and bare.count(".") >= 2 and not _GROUPED.fullmatch(bare)


def opening_code(text: str) -> str | None:
    """Give the code, as read, that `text` opens with; None where it opens with something else."""
    bare = text.lstrip(_SPECKS)
    match = _OPENING.match(bare) or _LOOSE.match(bare)
    if match is None or not any(c.isdigit() for c in match["code"]):
        return None
    return match["code"].strip()


def openings(text: str) -> tuple[str, ...]:
    """Give the codes that `text` may open with: also with the numbers after it that lost points may part from it."""
    opened = opening_code(text)
    if opened is None:
        return ()
    found, start = [opened], text.index(opened)
    end = start + len(opened)
    while (more := _MORE.match(text, end)) is not None:
        end = more.end()
        found.append(text[start:end])
    return tuple(found)


def reworded(text: str, opened: str, code: str) -> str:
    """Give `text` with `code` instead of what it `opened` with, and a space after it."""
    rest = text[text.index(opened) + len(opened) :]
    return f"{code}{' ' if rest[:1].isalpha() else ''}{rest}"


@dataclass(frozen=True, slots=True)
class Place:
    """A row whose code is wanted: the readings of it, the preferred one first; () where nothing could be read.

    `sure` tells that two engines agree on it, `depth` of how many numbers a code of its level is, where that is known.
    """

    readings: tuple[str, ...]
    sure: bool = False
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The code of a row; None where neither the reading nor the order tells one. `sure`: no other is nearly as good."""

    code: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class _Path:
    codes: tuple[str, ...]
    cost: float


def told_codes(places: Sequence[Place], root: str | None, depths: Sequence[Sequence[int | None]] = ()) -> list[Told]:
    """Give the codes of rows in their order.

    `root` is the program's code, where the report names it. Of all ways to number the rows, the one is taken that
    asks for the fewest misread digits and the fewest gaps; a code that was not read so is taken only where every
    other one is clearly worse. `depths`: what the rows' own depths may be, where that is not known; each is tried.
    """
    plain = [replace(p, readings=tuple(dict.fromkeys(_normal(r) for r in p.readings))) for p in places]
    root = root_of(plain, root)
    ways = [[replace(p, depth=d) for p, d in zip(plain, way, strict=True)] for way in depths] or [plain]
    paths = sorted((path for way in ways for path in _paths(way, root)), key=lambda p: p.cost)
    return [_settled(n, place, paths, root) for n, place in enumerate(plain)]


def _paths(places: Sequence[Place], root: str | None) -> list[_Path]:
    """Give ways to number the rows, the best first."""
    paths = [_Path((), 0.0)]
    for place in places:
        grown: dict[tuple[str, ...], _Path] = {}
        # Hundreds of paths end in a few codes.
        steps: dict[str | None, list[tuple[str, float]]] = {}
        for path in paths:
            last = path.codes[-1] if path.codes else None
            if last not in steps:
                steps[last] = [(c, gap + _unlike(c, place)) for c, gap in _steps(last, place, root).items()]
            for code, cost in steps[last]:
                longer = _Path((*path.codes, code), path.cost + cost)
                # What comes later depends on the last code alone; the others are kept for their doubts.
                key = longer.codes[-_MEMORY:]
                if key not in grown or longer.cost < grown[key].cost:
                    grown[key] = longer
        best = min(p.cost for p in grown.values())
        paths = sorted((p for p in grown.values() if p.cost <= best + _HOPELESS), key=lambda p: p.cost)[:_WIDTH]
    return paths


def _settled(n: int, place: Place, paths: Sequence[_Path], root: str | None) -> Told:
    code = paths[0].codes[n]
    apart = min((p.cost for p in paths if p.codes[n] != code), default=_FAR) - paths[0].cost
    if any(_bare(r) == _bare(code) for r in place.readings) and _fits(code, root):
        return Told(code, sure=apart >= _RATHER)
    is_clear = apart >= (_CLEAR if place.readings else _NEXT)
    return Told(code, sure=True) if is_clear and _fits(code, root) else Told(None, sure=False)


def _steps(last: str | None, place: Place, root: str | None) -> dict[str, float]:
    """Give the codes that a row may have after the one before it, with what each costs."""
    found: dict[str, float] = {}
    for reading in place.readings:
        for code in (reading, _rooted(reading, root)):
            if code and _numbers(code):
                back = _BACK if last is not None and _numbers(code) <= _numbers(last) else 0.0
                found[code] = _JUMP + back if _fits(code, root) else _STRANGE
    if last is not None and (before := _numbers(last)):
        for skipped in range(_MOST_SKIPPED + 1):
            for code in _successors(before, 1 + skipped):
                if _fits(code, root):
                    found[code] = min(found.get(code, _FAR), skipped * _SKIP)
    elif root is not None:
        found |= {root: 0.0, f"{root}.1": _SKIP}
    return found or {last or "0": _STRANGE}


def _unlike(code: str, place: Place) -> float:
    """Give what it costs to take `code` for what was read."""
    off = 0.0 if place.depth is None or code.count(".") + 1 == place.depth else _WRONG_LEVEL
    if not place.readings:
        return off + _UNREAD
    bare, read = _bare(code), {_bare(r) for r in place.readings}
    weight = _SURE_DIGIT if place.sure else 1.0
    digits = min(
        weight * distance(r, bare, _MOST_MISREAD) + _CUT_SHORT * any(r != o and o.startswith(r) for o in read)
        for r in read
    )
    if any(bare.endswith(r) for r in read):
        digits = min(digits, _LOST_BEGINNING)
    return off + digits + _unlike_in_dots(code, place.readings)


def _unlike_in_dots(code: str, readings: Sequence[str]) -> float:
    """Give what it costs to take `code` for readings of other dots: dots are lost and hardly ever made up."""
    if code in readings:
        return 0.0
    made_up = any(_bare(r) == _bare(code) and r.count(".") > code.count(".") for r in readings)
    return _MADE_UP_DOT if made_up else _LOST_DOT


def root_of(places: Sequence[Place], root: str | None) -> str | None:
    """Give the beginning that the codes share: the program's, unless the rows are numbered otherwise.

    Dots are lost and hardly ever made up: the program's code has those that as many rows have as go without. The first
    row has the program's code; where all others begin with its own, the end of the program's was not read.
    """
    read = [p.readings for p in places if p.readings]
    if root is None or 2 * sum(any(may_begin(r, root) for r in readings) for readings in read) < len(read):
        return _usual_root(read)
    begun = (dict.fromkeys(begin for r in readings if (begin := _beginning(r, root))) for readings in read)
    counts = Counter(chain.from_iterable(begun))
    dotted = [begin for begin in counts if begin.count(".") > root.count(".")]
    best = max(dotted, key=lambda begin: (counts[begin], begin.count(".")), default=root)
    root = best if counts[best] >= counts[root] else root
    longer = [top for top in read[0] if top.startswith(f"{root}.")] if len(read) > 1 else []
    return next((top for top in longer if all(any(_fits(r, top) for r in rs) for rs in read)), root)


def _beginning(code: str, root: str) -> str | None:
    """Give the parts with which a code begins as `root` does but for its dots; None where it does not."""
    parts = code.split(".")
    begins = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
    return next((begin for begin in begins if _bare(begin) == _bare(root)), None)


def may_begin(code: str, root: str) -> bool:
    """Tell whether a code as read may begin with `root`, one of its digits being lost or another."""
    bare, wanted = _bare(code), _bare(root)
    return any(distance(bare[:n], wanted, 1) <= 1 for n in (len(wanted) - 1, len(wanted)))


def _normal(code: str) -> str:
    return re.sub(r"\s", "", code).translate(_DIGITS).strip(".")


def _numbers(code: str) -> list[int]:
    return [int(part) for part in code.split(".") if part.isdigit()]


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


def _successors(before: Sequence[int], step: int) -> list[str]:
    """Give the codes that may follow, `step` - 1 being left out: a child, and the next of each ancestor."""
    found = [[*before, step]]
    found += [[*before[:depth], before[depth] + step] for depth in range(len(before) - 1, 0, -1)]
    return [".".join(map(str, f)) for f in found]


def _usual_root(read: Sequence[Sequence[str]]) -> str | None:
    """Give the beginning, of three numbers, that most codes share; points may be lost from it."""
    starts = Counter(".".join(_normal(r).split(".")[:_ROOT]) for rs in read for r in rs if r.count(".") >= _ROOT - 1)
    shared = {s: sum(any(_bare(_normal(r)).startswith(_bare(s)) for r in rs) for rs in read) for s in starts}
    best = max(starts, key=lambda s: (shared[s], starts[s]), default=None)
    return best if best is not None and shared[best] > _USUAL * len(read) else None
