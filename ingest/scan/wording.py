"""Headings that were misread a little: words near those of a profile, and quarters that must stand in their order.

Here belongs the correction of heading cells only: figures and texts below them are never changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rapidfuzz.distance import Levenshtein

from ingest.cells import Placed
from ingest.profile import Profile
from ingest.words import has_words, one_line, plain, words

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_ORDINAL = {1: "1er", 2: "2do", 3: "3er", 4: "4to"}
_ALIKE = str.maketrans("1l|!05864", "iiiiosbga")
_LONG_LINE = 5  # letters
_BROKEN = 6  # letters of a word that a space broke
_ENDING = 5  # letters that follow the beginning of a word
_FITTING = 2.0  # likeness that four neighbours need to be quarters in their order
_LEAST_QUARTERS = 8  # cells: goals and results at least
_LONGEST_MARK = 4  # characters of what names a quarter beside the word for it


def distance(a: str, b: str, most: int = 9) -> int:
    """Give how many letters to add, drop or change make `b` of `a`; `most` + 1 where it is more than that."""
    return Levenshtein.distance(a, b, score_cutoff=most)


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


@cache
def _beginnings(vocabulary: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset(vocabulary), tuple(w.removesuffix("*") for w in vocabulary if w.endswith("*"))


def _is_of(word: str, vocabulary: tuple[str, ...]) -> bool:
    """Tell whether a bare word is one of a vocabulary, whose `*` end beginnings."""
    whole, begun = _beginnings(vocabulary)
    return word in whole or word.startswith(begun)


def mended(text: str, profile: Profile) -> str:
    """Give a heading whose misread words are replaced by the word of the profile that is nearest, where one is near.

    >>> mended("UNDAD DE MEDDA", load_profiles()[0])  # doctest: +SKIP
    'UNIDAD DE MEDIDA'
    """
    known_words = vocabulary(profile)
    whole = "\n".join(_without_breaks(line, known_words) for line in text.split("\n"))
    return re.sub(r"[^\W_]{4,}", lambda m: _mended_word(m[0], known_words), whole)


def understood(text: str, profile: Profile) -> tuple[int, int]:
    """Give how many words of the profile a heading has once it is mended, and how many it has as it was read."""
    return known(mended(text, profile), profile), known(text, profile)


def _without_breaks(line: str, vocabulary: tuple[str, ...]) -> str:
    """Give a line whose words that a space broke are whole, where they are words of the profile: `INDIC ADOR`."""
    pieces = line.split(" ")
    for at in range(len(pieces) - 2, -1, -1):
        first, second = pieces[at : at + 2]
        known_parts = [_is_of(plain(w), vocabulary) for w in (first, second, first + second)]
        if len(first + second) >= _BROKEN and known_parts == [False, False, True]:
            pieces[at : at + 2] = [first + second]
    return " ".join(pieces)


def without_specks(text: str, profile: Profile) -> str:
    """Give a heading without lines of a single letter or digit, which specks are read as beside longer ones.

    A percent sign means something, and so does a number above or below the word for a quarter.
    """
    lines = text.split("\n")
    said = [line for line in lines if sum(c.isalnum() for c in line) > 1 or "%" in line]
    stems = [w.rstrip("*") for w in profile.quarter_words]
    if len(said) == len(lines) or not any(sum(map(str.isalpha, t)) >= _LONG_LINE for t in said):
        return text
    return text if len(said) == 1 and any(w in plain(said[0]) for w in stems) else "\n".join(said)


def _mended_word(word: str, vocabulary: tuple[str, ...]) -> str:
    bare = plain(word)
    made = _parted(bare, vocabulary, 0)
    if made is None and _is_of(bare, vocabulary):
        return word
    if made is None:
        nearest = _nearest(bare, vocabulary)
        made = nearest[0] if nearest is not None else _parted(bare, vocabulary, 2 if len(bare) >= 12 else 1)
    # The edge of a stamp is read as a letter.
    made = made or _parted(bare[1:], vocabulary, 0) or _parted(bare[:-1], vocabulary, 0)
    if made is None:
        return word
    return made.upper() if word.isupper() else made


def _parted(word: str, vocabulary: Sequence[str], most: int) -> str | None:
    """Give two words whose space was lost, where they are no farther than `most` from words of the profile."""
    # A cut never goes through a word that is known as a whole.
    whole = max((len(v.rstrip("*")) for v in vocabulary if word.startswith(v.rstrip("*"))), default=0)
    for cut in range(max(4, whole), len(word) - 3):
        first, second = _nearest(word[:cut], vocabulary), _nearest(word[cut:], vocabulary)
        if first is not None and second is not None and first[1] + second[1] <= most and len(first[0]) >= cut - most:
            return f"{first[0]} {second[0]}"
    return None


def _nearest(word: str, vocabulary: Sequence[str]) -> tuple[str, int] | None:
    """Give the word that `word` was, and how far it is; None where no word is near."""
    best: tuple[int, int, str] | None = None
    for entry in vocabulary:
        base = entry.rstrip("*")
        allowed = 0 if len(base) < 5 else 1 if len(base) < 8 else 2
        tails = range(len(base) - allowed, len(base) + allowed + 1) if entry.endswith("*") else [len(word)]
        for tail in tails:
            if tail > len(word):
                continue
            off = distance(word[:tail].translate(_ALIKE), base.translate(_ALIKE), allowed)
            rest = word[tail:]
            if off <= allowed and len(rest) <= _ENDING:
                best = min(filter(None, (best, (off, -len(base), base + rest))))
    return (best[2], best[0]) if best is not None else None


def labelled(text: str, profile: Profile) -> str:
    """Give a text whose labels of units, misread or run together, are those of the profile.

    `UNIDAD DE MEDIDADE LAS VARIABLES: Obras` is `UNIDAD DE MEDIDA DE LAS VARIABLES: Obras`.
    """
    found: list[tuple[int, int, str]] = []
    flat = plain(text)
    letters = [i for i, c in enumerate(flat) if c.isalnum()]
    bare = "".join(flat[i] for i in letters).translate(_ALIKE)
    for label in sorted((lb for ls in profile.unit_labels.values() for lb in ls), key=len, reverse=True):
        wanted = label.replace(" ", "").translate(_ALIKE)
        most = len(wanted) // 7
        best = min(
            ((distance(bare[a : a + n], wanted, most), a, a + n)
             for n in range(len(wanted) - most, len(wanted) + most + 1)
             for a in range(max(0, len(bare) - n + 1))
             if bare[a] == wanted[0] or bare[a + 1 : a + 3] == wanted[1:3]),
            default=(most + 1, 0, 0),
        )  # fmt: skip
        if best[0] <= most:
            start, end = letters[best[1]], letters[best[2] - 1] + 1
            if all(end <= a or start >= b for a, b, _ in found):
                found.append((start, end, label))
    for start, end, label in sorted(found, reverse=True):
        if plain(one_line(text[start:end])) != label:
            text = text[:start] + label.upper() + text[end:]
    return text


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
        unlike = fits[start] < 0.4 * len(run) or sum(f >= fits[start] - 0.2 for f in fits.values()) > 1
        named = [profile.quarter_of(_whole(t, profile)) for t in texts]
        astray = [
            (mark, place)
            for place, (q, mark) in enumerate(zip(named, marks, strict=True), start)
            if q not in (None, place)
        ]
        off = len(astray) > 1 and not all(_lost_a_stroke(*a) for a in astray)
        if off or (unlike and not _are_all_four(texts, profile)):
            continue
        for quarter, (place, text) in enumerate(zip(run, texts, strict=True), start):
            changed[place.row, place.column] = _named(quarter, text, marks, profile)
    return changed


def _lost_a_stroke(mark: str, quarter: int) -> bool:
    """Tell whether a Roman number may be that of `quarter` with strokes gone: `I` of `III`, `V` of `IV`."""
    strokes = iter(_ROMAN[quarter].lower())
    return bool(mark) and all(any(m == s for s in strokes) for m in re.sub(r"[1l|!]", "i", mark))


def are_pairs(named: Sequence[int | None]) -> bool:
    """Tell whether neighbours name two quarters twice each: a heading that two columns share, printed over both."""
    return len(named) == 4 and None not in named and named[0] == named[1] != named[2] == named[3]


def _are_all_four(texts: Sequence[str], profile: Profile) -> bool:
    """Tell whether four neighbours are the four quarters, by the word for it in each: their numbers may be lost.

    A lost stroke makes `III` an `I`: such a number says less than its place.
    """
    stems = [w.rstrip("*") for w in profile.quarter_words]
    return len(texts) == 4 and all(any(w in plain(t) for w in stems) for t in texts)


def name_quarters(texts: Sequence[str], profile: Profile) -> bool:
    """Tell whether a row, its texts from the left, is one of headings of quarters, which digits are read for.

    `T1 | 12 | T3 | T4` names quarters though `12` is a figure: it fits their order, and letters are among them.
    """
    inside: set[int] = set()
    named = 0
    for start in range(len(texts) - 3):
        marks = [_mark(one_line(t), profile) for t in texts[start : start + 4]]
        fit = sum(_likeness(m, q, profile) for q, m in enumerate(marks, 1) if m)
        if all(marks) and fit >= _FITTING:
            inside |= set(range(start, start + 4))
            named += any(m and not m.isdigit() and profile.quarter_of(_whole(m, profile)) for m in marks)
    if not named:
        return False
    figures = {n for n, t in enumerate(texts) if any(c.isdigit() for c in t)}
    return len(inside) >= _LEAST_QUARTERS and len(figures - inside) <= 0.25 * len(figures)


def _runs(heads: Sequence[Placed], profile: Profile) -> Iterator[list[Placed]]:
    """Give runs of two to four neighbouring headings that seem to name quarters, under one heading each."""
    for row in sorted({p.row for p in heads}):
        run: list[Placed] = []
        for place in [*sorted((p for p in heads if p.row == row), key=lambda p: p.column), None]:
            goes_on = (
                place is not None
                and run
                and place.column == run[-1].column + run[-1].column_span
                and (place.column_span == run[-1].column_span or _both_name_quarters(place, run[-1], profile))
                and parent_of(heads, place) is parent_of(heads, run[-1])
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


def _both_name_quarters(one: Placed, other: Placed, profile: Profile) -> bool:
    """Tell whether both have the word for a quarter: a false rule makes one of four wider than the others."""
    return seems_quarter(one.cell.text, profile) and seems_quarter(other.cell.text, profile)


def parent_of(heads: Sequence[Placed], place: Placed) -> Placed | None:
    """Give the wider heading right above a heading, if there is one."""
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
    """Give what a heading says beside the word for a quarter (`1er`, `II`, `T1`); None where it says more."""
    bare = re.sub(r"[^a-z0-9|!%]", "", plain(text))
    for word in sorted((w.rstrip("*") for w in profile.quarter_words), key=len, reverse=True):
        for tail in range(len(bare) - len(word) + 1):
            if distance(bare[tail : tail + len(word)], word, 1) <= (len(word) > 6):
                rest = bare[:tail] + bare[tail + len(word) :]
                rest = re.sub(r"^(?:de|del)|(?:de|del)$", "", rest)
                return rest if len(rest) <= _LONGEST_MARK and rest.isalnum() else ("" if not rest else None)
    return bare if 1 <= len(bare) <= 3 and "%" not in bare else None


def _whole(text: str, profile: Profile) -> str:
    """Give a heading with a space between the word for a quarter and its number, where it was lost."""
    longest = max((w.rstrip("*") for w in profile.quarter_words), key=len)
    return re.sub(rf"(?i)({longest})", r" \1", plain(text))


def _likeness(mark: str, quarter: int, profile: Profile) -> float:
    ordinals, phrases = profile.quarters[quarter]
    return max(alike(mark, f.replace(" ", "")) for f in (*ordinals, *phrases))


def alike(a: str, b: str) -> float:
    """Give how like two words are, 0 to 1; letters and digits that look alike count half."""
    longest = max(len(a), len(b), 1)
    off = distance(a, b, longest) + distance(a.translate(_ALIKE), b.translate(_ALIKE), longest)
    return 1 - 0.5 * off / longest


def stands_for(text: str, profile: Profile) -> int | None:
    """Give the quarter that a heading names, also where it lost the space beside the word for it."""
    return profile.quarter_of(text) or profile.quarter_of(_whole(text, profile))


def seems_quarter(text: str, profile: Profile) -> bool:
    """Tell whether a heading has the word for a quarter, perhaps misread, and little else."""
    mark = _mark(text, profile)
    return mark is not None and len(re.sub(r"\W", "", text)) > len(mark) + _LONGEST_MARK


def named_quarter(quarter: int, text: str, profile: Profile) -> str:
    """Give a heading that names `quarter`, as much like `text` as it may be."""
    return _named(quarter, text, [_mark(text, profile) or ""], profile)


def _named(quarter: int, text: str, marks: Sequence[str], profile: Profile) -> str:
    """Give a heading that names `quarter`, in the manner of its neighbours."""
    if profile.quarter_of(_whole(text, profile)) == quarter:
        return _whole(text, profile) if profile.quarter_of(text) != quarter else text
    word = next((w.rstrip("*") for w in profile.quarter_words if w.rstrip("*") in plain(text)), None)
    if word is None:
        return f"T{quarter}"
    roman = all(set(m) <= set("iv1l|!nhu") for m in marks)
    return f"{_ROMAN[quarter] if roman else _ORDINAL[quarter]} {word.upper() if text.isupper() else word}"
