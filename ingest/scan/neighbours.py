"""Headings that cannot be read alone, told by their neighbours: quarters in a row, and the same under each of them.

Here belongs what the place of a heading among others says of it. Not here: a heading by itself (`wording`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ingest.cells import Placed
from ingest.profile import Profile
from ingest.scan.wording import alike, known, named_quarter, parent_of, quarters_in_order, stands_for
from ingest.words import one_line, plain

_LIKE = 0.55
"""Likeness to headings of quarters, on the mean, from which on four neighbours are these."""
_LEAST = 0.25
_SIBLING = 0.4
"""Likeness from which on a heading under a quarter is the one that stands there under the others."""
_CODES = 0.6
"""Share of texts that are codes from which on a column is that of codes."""

Texts = Mapping[tuple[int, int], str]


def told_by_neighbours(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    """Give the texts that headings should have, by row and column, where their neighbours tell it.

    First the quarters, then what stands under each of them alike.
    """
    changed = _four_quarters(heads, profile)
    rest = [p for p in heads if (p.row, p.column) not in changed]
    changed |= quarters_in_order(rest, profile)
    return changed | _like_siblings(heads, changed, profile)


def _four_quarters(heads: Sequence[Placed], profile: Profile) -> dict[tuple[int, int], str]:
    changed: dict[tuple[int, int], str] = {}
    taken: set[tuple[int, int]] = set()
    for _, run in sorted(_fours(heads, profile), key=lambda f: -f[0]):
        places = [(p.row, p.column) for p in run]
        if taken.intersection(places):
            continue
        taken.update(places)
        texts = [one_line(p.cell.text) for p in run]
        if [stands_for(t, profile) for t in texts] != [1, 2, 3, 4]:
            changed |= {
                at: named_quarter(q, t, profile) for q, (at, t) in enumerate(zip(places, texts, strict=True), 1)
            }
    return changed


def _fours(heads: Sequence[Placed], profile: Profile) -> Iterator[tuple[float, list[Placed]]]:
    """Give each four neighbours that are like the quarters in their order, and how like they are."""
    at = {(p.row, p.column): p for p in heads}
    for first in heads:
        span = first.column_span
        run = [at.get((first.row, first.column + n * span)) for n in range(4)]
        same = [p for p in run if p is not None and p.column_span == span]
        if len(same) < 4 or len({id(parent_of(heads, p)) for p in same}) > 1:
            continue
        likes = [_likeness(p, quarter, profile) for quarter, p in enumerate(same, 1)]
        astray = sum(stands_for(one_line(p.cell.text), profile) not in (None, q) for q, p in enumerate(same, 1))
        if sum(likes) >= 4 * _LIKE and min(likes) >= _LEAST and astray <= 1:
            yield sum(likes), same


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
    """Give the text of headings under quarters that is unknown, where most stand-ins under the others are the same."""
    places: dict[tuple[int, int, int], list[Placed]] = {}
    for place in heads:
        above = parent_of(heads, place)
        if above is None:
            continue
        text = changed.get((above.row, above.column), above.cell.text)
        if stands_for(one_line(text), profile) is not None:
            places.setdefault((place.row, place.column - above.column, above.column_span), []).append(place)
    found = {}
    for same in places.values():
        texts = Counter(_bare(p.cell.text) for p in same if known(p.cell.text, profile))
        if not texts or texts.most_common(1)[0][1] < max(2, 0.5 * len(same)):
            continue
        usual = next(p for p in same if _bare(p.cell.text) == texts.most_common(1)[0][0])
        for place in same:
            strange = not known(place.cell.text, profile)
            if strange and alike(_bare(place.cell.text), _bare(usual.cell.text)) >= _SIBLING:
                found[place.row, place.column] = one_line(usual.cell.text)
    return found


def column_of_codes(texts: Mapping[int, Sequence[str]], profile: Profile) -> int | None:
    """Give the column whose texts are codes of the profile, from the texts of each; None where none or several are."""
    found = [
        column
        for column, mine in texts.items()
        if sum(_is_code(t, profile) for t in mine) >= max(3, _CODES * len(mine))
    ]
    return found[0] if len(found) == 1 else None


def _is_code(text: str, profile: Profile) -> bool:
    bare = "".join(text.split()).rstrip(".")
    return bool(profile.code.fullmatch(bare)) and bare.count(".") >= 2
