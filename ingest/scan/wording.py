"""Headings that were misread a little: words near those of a profile, and quarters that must stand in their order.

Here belongs the correction of heading cells only: figures and texts below them are never changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.cells import Placed
from ingest.profile import Profile
from ingest.words import has_words, one_line, plain, words

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_ORDINAL = {1: "1er", 2: "2do", 3: "3er", 4: "4to"}
_ALIKE = str.maketrans("1l|!05864", "iiiiosbga")
_LONGEST_MARK = 4  # characters of what names a quarter beside the word for it


def distance(a: str, b: str, most: int = 9) -> int:
    """Give how many letters to add, drop or change make `b` of `a`; `most` + 1 where it is more than that."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return min(row[-1], most + 1)


@cache
def _vocabulary(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({w for p in phrases for w in p.split() if len(w.rstrip("*")) >= 4}))


def vocabulary(profile: Profile) -> tuple[str, ...]:
    """Give the words, of four letters or more, that headings of `profile` are known by; `*` ends a beginning."""
    return _vocabulary((*(p for ps in profile.fields.values() for p in ps), *profile.quarter_words))


def known(text: str, profile: Profile) -> int:
    """Give how many words of a heading the profile knows."""
    present = words(text)
    return sum(has_words(w, present) for w in vocabulary(profile))


def mended(text: str, profile: Profile) -> str:
    """Give a heading whose misread words are replaced by the word of the profile that is nearest, where one is near.

    >>> mended("UNDAD DE MEDDA", load_profiles()[0])  # doctest: +SKIP
    'UNIDAD DE MEDIDA'
    """
    return re.sub(r"[^\W_]{4,}", lambda m: _mended_word(m[0], vocabulary(profile)), text)


def _mended_word(word: str, vocabulary: Sequence[str]) -> str:
    bare = plain(word)
    if any(has_words(v, (bare,)) for v in vocabulary):
        return word
    whole = _nearest(bare, vocabulary)
    if whole is None:
        for cut in range(4, len(bare) - 3):
            # Two words whose space was lost.
            first, second = _nearest(bare[:cut], vocabulary), _nearest(bare[cut:], vocabulary)
            if first is not None and second is not None and first[1] + second[1] <= 1:
                whole = f"{first[0]} {second[0]}", 0
                break
    if whole is None:
        return word
    return whole[0].upper() if word.isupper() else whole[0]


def _nearest(word: str, vocabulary: Sequence[str]) -> tuple[str, int] | None:
    """Give the word that `word` was, and how far it is; None where none or several are near."""
    found: dict[str, int] = {}
    for entry in vocabulary:
        base = entry.rstrip("*")
        allowed = 1 if len(base) < 8 else 2
        tails = range(len(base) - allowed, len(base) + allowed + 1) if entry.endswith("*") else [len(word)]
        for tail in tails:
            off = distance(word[:tail].translate(_ALIKE), base.translate(_ALIKE), allowed)
            if tail <= len(word) and off <= allowed:
                made = base + word[tail:]
                found[made] = min(off, found.get(made, off))
    if not found:
        return None
    best = min(found.values())
    nearest = [w for w, off in found.items() if off == best]
    return (min(nearest, key=lambda w: abs(len(w) - len(word))), best)


def quarters_in_order(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the texts that headings of quarters should have, by row and column, where reading left a doubt.

    Neighbours under one heading that all seem to name a quarter name neighbouring ones: the order that fits what
    was read best is taken, where it alone does.
    """
    changed: dict[tuple[int, int], str] = {}
    for run in _runs(heads, profile):
        texts = [one_line(p.cell.text) for p in run]
        if [profile.quarter_of(_whole(t, profile)) for t in texts] == list(range(1, len(run) + 1)) and len(run) == 4:
            continue
        marks = [_mark(t, profile) or "" for t in texts]
        fits = {s: sum(_likeness(m, q, profile) for q, m in enumerate(marks, s)) for s in range(1, 6 - len(run))}
        start = max(fits, key=lambda s: fits[s])
        if fits[start] < 0.4 * len(run) or sum(f >= fits[start] - 0.2 for f in fits.values()) > 1:
            continue
        for quarter, (place, text) in enumerate(zip(run, texts, strict=True), start):
            changed[place.row, place.column] = _named(quarter, text, marks, profile)
    return changed


def _runs(heads: Sequence[Placed], profile: Profile) -> Iterator[list[Placed]]:
    """Give runs of two to four neighbouring headings that seem to name quarters, under one heading each."""
    for row in sorted({p.row for p in heads}):
        run: list[Placed] = []
        for place in [*sorted((p for p in heads if p.row == row), key=lambda p: p.column), None]:
            goes_on = (
                place is not None
                and run
                and place.column == run[-1].column + run[-1].column_span
                and place.column_span == run[-1].column_span
                and _parent(heads, place) is _parent(heads, run[-1])
                and _mark(place.cell.text, profile) is not None
            )
            if place is not None and goes_on:
                run.append(place)
                continue
            for first in range(0, len(run), 4) if len(run) % 4 == 0 else [0]:
                part = run[first : first + 4] if len(run) % 4 == 0 else run
                if 2 <= len(part) <= 4 and any(profile.quarter_of(_whole(p.cell.text, profile)) for p in part):
                    yield part
            run = [place] if place is not None and _mark(place.cell.text, profile) is not None else []


def _parent(heads: Sequence[Placed], place: Placed) -> Placed | None:
    return next(
        (
            p
            for p in heads
            if p.row + p.row_span == place.row
            and p.column <= place.column
            and place.column + place.column_span <= p.column + p.column_span
            and p.column_span > place.column_span
        ),
        None,
    )


def _mark(text: str, profile: Profile) -> str | None:
    """Give what a heading says beside the word for a quarter (`1er`, `II`, `T1`), or None where it says more or less."""
    bare = re.sub(r"[^a-z0-9|!%]", "", plain(text))
    for word in sorted((w.rstrip("*") for w in profile.quarter_words), key=len, reverse=True):
        for tail in range(len(bare) - len(word) + 1):
            if distance(bare[tail : tail + len(word)], word, 1) <= (len(word) > 6):
                rest = bare[:tail] + bare[tail + len(word) :]
                rest = re.sub(r"^(?:de|del)|(?:de|del)$", "", rest)
                return rest if len(rest) <= _LONGEST_MARK and rest.isalnum() else ("" if not rest else None)
    return bare if 1 <= len(bare) <= 3 and re.search(r"[\dil|!]", bare) else None


def _whole(text: str, profile: Profile) -> str:
    """Give a heading with a space between the word for a quarter and its number, where it was lost."""
    longest = max((w.rstrip("*") for w in profile.quarter_words), key=len)
    return re.sub(rf"(?i)({longest})", r" \1", plain(text))


def _likeness(mark: str, quarter: int, profile: Profile) -> float:
    ordinals, phrases = profile.quarters[quarter]
    forms = [f.replace(" ", "") for f in (*ordinals, *phrases)]
    return max(
        max(0.0, 1 - distance(mark, f) / max(len(f), len(mark), 1)) * 0.5
        + max(0.0, 1 - distance(mark.translate(_ALIKE), f.translate(_ALIKE)) / max(len(f), len(mark), 1)) * 0.5
        for f in forms
    )


def _named(quarter: int, text: str, marks: Sequence[str], profile: Profile) -> str:
    """Give a heading that names `quarter`, in the manner of its neighbours."""
    if profile.quarter_of(_whole(text, profile)) == quarter:
        return _whole(text, profile) if profile.quarter_of(text) != quarter else text
    word = next((w.rstrip("*") for w in profile.quarter_words if w.rstrip("*") in plain(text)), None)
    if word is None:
        return f"T{quarter}"
    roman = all(set(m) <= set("iv1l|!nhu") for m in marks)
    return f"{_ROMAN[quarter] if roman else _ORDINAL[quarter]} {word.upper() if text.isupper() else word}"
