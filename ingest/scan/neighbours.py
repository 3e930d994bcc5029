"""Headings that cannot be read alone, told by their neighbours: quarters in a row, and the same under each of them.

Here belongs what the place of a heading among others says of it. Not here: a heading by itself (`wording`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.cells import Placed
from ingest.profile import Meaning, Profile
from ingest.scan.wording import (
    alike,
    are_pairs,
    known,
    named_quarter,
    parent_of,
    quarters_in_order,
    seems_quarter,
    stands_for,
    vocabulary,
)
from ingest.words import has_words, one_line, plain, words

_LIKE = 0.55
"""Likeness to headings of quarters, on the mean, from which on four neighbours are these."""
_LEAST = 0.35
"""Likeness to some quarter that each of them has."""
_SIBLING = 0.4
"""Likeness from which on a heading under a quarter is the one that stands there under the others."""
_LETTERS, _GUESS, _CLEARLY = 6, 0.58, 0.1
"""What an unknown heading needs to be taken for the one it is like: letters, likeness, how much more than others."""
_LONE = re.compile(r"(?<!\S)[^\W_](?!\S)")
_THREE = 3
_HALF, _SOME = 0.5, 2
"""Likeness to a quarter, and how many of the four columns of a measure have it."""
_MODELS = 2

_PERCENTAGES = (("accumulated_pct", "progress_pct"), ("progress_pct", "accumulated_pct"))

Texts = Mapping[tuple[int, int], str]


def told_by_neighbours(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the texts that headings should have, by row and column, where their neighbours tell it.

    First the quarters, then what stands under each of them alike.
    """
    halves = _halves(heads, profile)
    if halves:
        wholes = [_joined(a, b, profile) for a, b in halves]
        others = [p for p in heads if all(p is not half for pair in halves for half in pair)]
        told = told_by_neighbours([*others, *wholes], profile)
        for (a, b), whole in zip(halves, wholes, strict=True):
            told |= dict.fromkeys([(a.row, a.column), (b.row, b.column)], told.get((a.row, a.column), whole.cell.text))
        return told
    changed = _four_quarters(heads, profile)
    rest = [p for p in heads if (p.row, p.column) not in changed]
    changed |= quarters_in_order(rest, profile)
    changed |= {at: text for at, text in _guessed(heads, profile) if at not in changed}
    changed |= {at: text for at, text in _without_digits(heads, changed, profile) if at not in changed}
    changed |= {at: text for at, text in _years(heads, changed, profile) if at not in changed}
    return changed | _like_siblings(heads, changed, profile)


def _without_digits(heads: Sequence[Placed], changed: Texts, profile: Profile) -> Iterator[tuple[tuple[int, int], str]]:
    """Give headings above quarters without lone characters, which specks are read as and which name another quarter."""
    for place in heads:
        text = one_line(place.cell.text)
        bare = one_line(_LONE.sub(" ", text))
        below = [one_line(changed.get((p.row, p.column), p.cell.text)) for p in heads if parent_of(heads, p) is place]
        quarters = {stands_for(t, profile) for t in below} - {None}
        if len(quarters) >= _SOME and bare != text and stands_for(text, profile) and not stands_for(bare, profile):
            yield (place.row, place.column), bare


def _years(heads: Sequence[Placed], changed: Texts, profile: Profile) -> Iterator[tuple[tuple[int, int], str]]:
    """Give the heading of the year's goal: the unknown one before the four quarters under a heading of goals."""
    for group in heads:
        text = one_line(changed.get((group.row, group.column), group.cell.text))
        below = sorted((p for p in heads if parent_of(heads, p) is group), key=lambda p: p.column)
        said = [one_line(changed.get((p.row, p.column), p.cell.text)) for p in below]
        meaning = profile.meaning(f"{text} / t1")
        if meaning != Meaning("goal", 1) or group.column_span != len(below) or profile.meaning(f"{text} / {said[0]}"):
            continue
        if [stands_for(t, profile) for t in said] == [None, 1, 2, 3, 4]:
            yield (below[0].row, below[0].column), profile.fields["annual_goal"][0].replace("*", "").upper()


def told_of_lost(blanks: Sequence[Placed], heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the texts of headings of which nothing is left (`blanks`), or which a false rule parts, by row and column.

    A quarter is told by the other three about its place (by two, where the four end their group), what stands under a
    quarter by what stands under the others, and one of two percentages by the other.
    """
    blanks = [*blanks, *(p for p in heads if not _bare(p.cell.text))]
    heads = [p for p in heads if _bare(p.cell.text)]
    told = _lost_quarters(blanks, heads, profile)
    told |= {at: text for at, text in _quarters_of_measures([*heads, *blanks], profile).items() if at not in told}
    told |= _like_siblings([*heads, *blanks], told, profile)
    return told | _other_percentage([p for p in heads if (p.row, p.column) not in told], profile)


def parted_groups(blanks: Sequence[Placed], heads: Sequence[Placed], profile: Profile) -> list[tuple[Placed, Placed]]:
    """Give headings of groups, each with the blank that a false rule parts from it: so it has four quarters."""
    found = []
    for group in (p for p in heads if p.column_span > 1):
        for blank in (b for b in blanks if b.row == group.row and b.row_span == group.row_span and b.column_span == 1):
            first, last = min(group.column, blank.column), group.column + group.column_span
            if blank.column not in (group.column - 1, last):
                continue
            below = {p.column: p for p in heads if p.row == group.row + group.row_span and p.column_span == 1}
            columns = range(first, first + group.column_span + 1)
            named = [stands_for(one_line(below[c].cell.text), profile) if c in below else None for c in columns]
            year = [c for c in columns if c in below and "anual" in words(below[c].cell.text)]
            read = sum(q == n for n, q in enumerate(named[-4:], 1))
            whole = len(named) == 4 + len(year) and year == list(columns)[: len(year)]
            if whole and read >= _THREE and all(q in (None, n) for n, q in enumerate(named[-4:], 1)):
                found.append((group, blank))
    return found


def _lost_quarters(blanks: Sequence[Placed], heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    slots = [(p,) for p in blanks] + [(a, b) for a in heads for b in heads if _are_halves(a, b, profile)]
    empty = {(p.row, p.column) for p in blanks}
    for slot in slots:
        first, span = slot[0], sum(p.column_span for p in slot)
        above = parent_of(heads, first)
        beside = {
            p.column: one_line(p.cell.text)
            for p in heads
            if p.row == first.row and p.column_span == span and parent_of(heads, p) is above
        }
        end = above.column + above.column_span if above is not None else None
        for quarter in range(1, 5):
            others = {q: first.column + (q - quarter) * span for q in range(1, 5) if q != quarter}
            read = {q: column for q, column in others.items() if stands_for(beside.get(column, ""), profile) == q}
            lost = [q for q, column in others.items() if q not in read and (first.row, column) in empty]
            is_last = first.column + (5 - quarter) * span == end
            if len(read) == 3 or (len(read) == 2 and len(lost) == 1 and is_last):
                text = named_quarter(quarter, beside[min(read.values())], profile)
                found |= {(p.row, p.column): text for p in slot}
    return found


def _quarters_of_measures(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the quarters of measures of which four columns stand under one heading, after the year's, if any.

    So many columns of a measure are its quarters in their order: where some are read so, and none otherwise.
    """
    found: dict[tuple[int, int], str] = {}
    for group in heads:
        meaning = profile.meaning(f"{one_line(group.cell.text)} / t1")
        below = sorted((p for p in heads if parent_of(heads, p) is group), key=lambda p: p.column)
        year = below[:-4] if len(below) > 4 else []
        if meaning is None or meaning.quarter is None or sum(p.column_span for p in below) != group.column_span:
            continue
        if len(below) - len(year) != 4 or len(year) > 1 or any("anual" not in words(p.cell.text) for p in year):
            continue
        four = below[-4:]
        named = [stands_for(one_line(p.cell.text), profile) for p in four]
        if named == [1, 2, 3, 4] or any(
            known(p.cell.text, profile) and not q for p, q in zip(four, named, strict=True)
        ):
            continue
        near = sum(
            q == n or _likeness(p, n, profile) >= _HALF for n, (p, q) in enumerate(zip(four, named, strict=True), 1)
        )
        if near >= _SOME and all(q in (None, n) for n, q in enumerate(named, 1)):
            lost = [(n, p) for n, (p, q) in enumerate(zip(four, named, strict=True), 1) if q is None]
            found |= {(p.row, p.column): named_quarter(n, p.cell.text, profile) for n, p in lost}
    return found


def _halves(heads: Sequence[Placed], profile: Profile) -> list[tuple[Placed, Placed]]:
    """Give pairs of neighbours that are one heading of a quarter, which a false rule parts: the others are as wide."""
    found = []
    for a in heads:
        for b in heads:
            if (a.row, a.row_span, a.column + a.column_span) != (b.row, b.row_span, b.column):
                continue
            wide = [p for p in heads if p.row == a.row and p.column_span == a.column_span + b.column_span]
            others = [
                p for p in wide if seems_quarter(p.cell.text, profile) and parent_of(heads, p) is parent_of(heads, a)
            ]
            parts = stands_for(b.cell.text, profile) is None and not seems_quarter(b.cell.text, profile)
            if parts and len(others) >= _THREE - 1 and seems_quarter(_joined(a, b, profile).cell.text, profile):
                found.append((a, b))
    return found


def _joined(a: Placed, b: Placed, profile: Profile) -> Placed:
    """Make one heading of two halves; a letter that the false rule goes through may stand in both."""
    one, other = one_line(a.cell.text), one_line(b.cell.text)
    texts = (one + other, one + other[1:], one[:-1] + other)
    text = next((t for t in texts if seems_quarter(t, profile)), texts[0])
    return replace(a, column_span=a.column_span + b.column_span, cell=replace(a.cell, text=text, opinions=()))


def _are_halves(a: Placed, b: Placed, profile: Profile) -> bool:
    """Tell whether two neighbours together are like a heading that names a quarter."""
    if a.row != b.row or b.column != a.column + a.column_span:
        return False
    return max(_likeness(_joined(a, b, profile), q, profile) for q in range(1, 5)) >= _LIKE


def _other_percentage(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the heading of one of two percentages, where only that of the other can be read.

    They are the two under one heading, or two groups of quarters side by side.
    """
    found: dict[tuple[int, int], str] = {}
    for one in heads:
        for other in heads:
            if one.row != other.row or one.column + one.column_span != other.column:
                continue
            above = parent_of(heads, one)
            pair = one.column_span == other.column_span and parent_of(heads, other) is above
            whole = above is not None and above.column_span == 2 * one.column_span
            if pair and (whole or (above is None and one.column_span > 1)):
                found |= _told_percentage((one, other), heads, profile)
    return found


def _told_percentage(
    pair: tuple[Placed, Placed], heads: Sequence[Placed], profile: Profile
) -> dict[tuple[int, int], str]:
    fields = [_field(place, heads, profile) for place in pair]
    for one, other in _PERCENTAGES:
        if set(fields) != {None, one} or any(_field(p, heads, profile) == other for p in heads):
            continue
        place = pair[fields.index(None)]
        is_quarter = stands_for(one_line(place.cell.text), profile) is not None
        if not is_quarter and profile.meaning(f"{one_line(place.cell.text)} / t1") is None:
            return {(place.row, place.column): profile.fields[other][0].replace("*", "").upper()}
    return {}


def _field(place: Placed, heads: Sequence[Placed], profile: Profile) -> str | None:
    """Give the field that a heading means together with what stands above or below it; None where it is unknown.

    What means something alone tells nothing of the heading above it.
    """
    if not known(place.cell.text, profile):
        return None
    above, own = parent_of(heads, place), one_line(place.cell.text)
    below = [one_line(p.cell.text) for p in heads if parent_of(heads, p) is place]
    said = [f"{own} / {text}" for text in below if profile.meaning(text) is None] if below else [own]
    meanings = (profile.meaning(f"{one_line(above.cell.text)} / {s}" if above is not None else s) for s in said)
    return next((m.field for m in meanings if m is not None), None)


def _guessed(heads: Sequence[Placed], profile: Profile) -> Iterator[tuple[tuple[int, int], str]]:
    """Give headings that could not be read as the phrase of the profile that they clearly are most like.

    What two models read alike is another word, however like it may be.
    """
    for place in heads:
        # One model that is asked twice says no more than once.
        said = Counter(text for text, _ in {(_bare(o.text), o.engine.partition(",")[0]) for o in place.cell.opinions})
        long = [r for r in said if len(r) >= _LETTERS]
        dated = any(has_words(w, words(place.cell.text)) for w in profile.quarter_words)
        is_group = any(parent_of(heads, p) is place for p in heads)
        open_ = _field(place, heads, profile) is None and (is_group or not dated)
        meant = known(place.cell.text, profile) and not open_
        if meant or not long or said.most_common(1)[0][1] > 1 or len(said) < _MODELS:
            continue
        likes = sorted(
            ((max(alike(r, form) for r in long for form in _forms(phrases)), phrases[0], phrases)
             for phrases in profile.fields.values()),
            reverse=True,
        )  # fmt: skip
        if likes[0][0] >= _GUESS and likes[0][0] >= likes[1][0] + _CLEARLY:
            best = max(likes[0][2], key=lambda p: max(alike(r, f) for r in long for f in _forms([p])))
            yield (place.row, place.column), best.replace("*", "").upper()


def _forms(phrases: Sequence[str]) -> list[str]:
    """Give phrases as they may be printed, without spaces; a `*` stands for an ending."""
    return [p.replace("*", end).replace(" ", "").replace("%", "") for p in phrases for end in ("", "o", "a")]


def _four_quarters(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    changed: dict[tuple[int, int], str] = {}
    for run in _runs(heads, profile):
        for start in range(0, len(run), 4):
            four = run[start : start + 4]
            texts = [one_line(p.cell.text) for p in four]
            named = [stands_for(t, profile) for t in texts]
            if named != [1, 2, 3, 4] and _are_in_order(four, named, profile, alone=len(run) == 4):
                told = [named_quarter(q, t, profile) for q, t in enumerate(texts, 1)]
                changed |= {(p.row, p.column): t for p, t in zip(four, told, strict=True)}
    return changed


def _runs(heads: Sequence[Placed], profile: Profile) -> Iterator[list[Placed]]:
    """Give the longest runs of neighbours that all are like some quarter, where they may be whole years."""
    for row in sorted({p.row for p in heads}):
        run: list[Placed] = []
        for place in [*sorted((p for p in heads if p.row == row), key=lambda p: p.column), None]:
            is_one = place is not None and _is_like_a_quarter(place, profile)
            if place is not None and is_one and run and _goes_on(heads, run[-1], place):
                run.append(place)
                continue
            if run and len(run) % 4 == 0:
                yield run
            run = [place] if place is not None and is_one else []


def _is_like_a_quarter(place: Placed, profile: Profile) -> bool:
    said = words(place.cell.text)
    other = [w for w in vocabulary(profile) if w not in profile.quarter_words]
    if any(has_words(w, said) for w in other):
        return False
    return max(_likeness(place, q, profile) for q in range(1, 5)) >= _LEAST


def _goes_on(heads: Sequence[Placed], last: Placed, place: Placed) -> bool:
    beside = place.column == last.column + last.column_span and place.column_span == last.column_span
    return beside and parent_of(heads, place) is parent_of(heads, last)


def _are_in_order(four: Sequence[Placed], named: Sequence[int | None], profile: Profile, *, alone: bool) -> bool:
    """Tell whether four neighbours may be the quarters in their order.

    Where they are all that is like a quarter there, numbers may have lost strokes (`I` for `III`), which says less
    than the place; else only one may name another quarter.
    """
    likes = [_likeness(p, q, profile) for q, p in enumerate(four, 1)]
    astray = [(q, place) for place, q in enumerate(named, 1) if q not in (None, place)]
    lost = alone and len(astray) == 2 and all(q is not None and q == place - 1 for q, place in astray)
    return sum(likes) >= 4 * _LIKE and not are_pairs(named) and (len(astray) <= 1 or lost)


def _likeness(place: Placed, quarter: int, profile: Profile) -> float:
    """Give how like any reading of a heading is to any way in which the profile names a quarter, 0 to 1."""
    readings = {_bare(t) for t in (place.cell.text, *(o.text for o in place.cell.opinions))}
    ordinals, phrases = profile.quarters[quarter]
    stems = [w.rstrip("*") for w in profile.quarter_words]
    forms = [p.replace(" ", "") for p in phrases]
    forms += [o + s for o in ordinals for s in stems] + [s + o for o in ordinals for s in stems]
    return max((alike(reading, form) for reading in readings if reading for form in forms), default=0.0)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9|!]", "", plain(text))


def _like_siblings(heads: Sequence[Placed], changed: Texts, profile: Profile) -> dict[tuple[int, int], str]:
    """Give the text of headings under quarters that is unknown, where those under the others all mean the same."""
    places: dict[tuple[int, int, int], dict[Placed, str | None]] = {}
    for place in heads:
        above = parent_of(heads, place)
        if above is None:
            continue
        text = one_line(changed.get((above.row, above.column), above.cell.text))
        if stands_for(text, profile) is None:
            continue
        meaning = profile.meaning(f"{text} / {place.cell.text}") if known(place.cell.text, profile) else None
        same = places.setdefault((place.row, place.column - above.column, above.column_span), {})
        same[place] = meaning.field if meaning is not None else None
    found: dict[tuple[int, int], str] = {}
    for same in places.values():
        fields = Counter(f for f in same.values() if f is not None)
        if len(fields) != 1:
            continue
        usual = Counter(_bare(p.cell.text) for p, f in same.items() if f is not None).most_common(1)[0][0]
        text = next(one_line(p.cell.text) for p in same if _bare(p.cell.text) == usual)
        likes = {
            p: max(alike(_bare(t), usual) for t in (p.cell.text, *(o.text for o in p.cell.opinions)))
            for p in same
            if not known(p.cell.text, profile)
        }
        few = fields.total() < max(_SOME, _HALF * len(same))
        if few and min((like for p, like in likes.items() if _bare(p.cell.text)), default=0.0) < _HALF:
            continue
        found |= {(p.row, p.column): text for p, like in likes.items() if like >= _SIBLING or not _bare(p.cell.text)}
    return found
