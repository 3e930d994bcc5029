"""A publisher's format as data: which words in headings and labels mean which field.

Here belongs the loading and checking of profiles and the meaning of a heading by them. Not here: tables and values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.indicators import LEVELS
from ingest.numbers import NumberFormat
from ingest.words import has_words, words, words_over_lines

PROFILES = Path(__file__).parent / "profiles"

QUARTERLY = ("goal", "achieved", "progress_pct", "accumulated_pct")
FIGURES = ("annual_goal", *QUARTERLY)
FIELDS = (
    "level", "code", "department", "objective", "indicator", "frequency", "units", "unit", "variable_unit",
    *FIGURES, "justification",
)  # fmt: skip


class ProfileError(Exception):
    """A profile cannot be used; the message names the file, the entry and what is allowed there."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means: a field, and a quarter where the heading names one."""

    field: str
    quarter: int | None = None


@dataclass(frozen=True)
class Profile:
    """One publisher's format; see the comments in `profiles/pbr_sed.yml` for each entry."""

    id: str
    name: str
    numbers: NumberFormat
    code: re.Pattern[str]
    fields: Mapping[str, tuple[str, ...]]
    titles: tuple[str, ...]
    quarter_words: tuple[str, ...]
    quarters: Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]]
    required: frozenset[str]
    levels: Mapping[str, tuple[str, ...]]
    frequencies: tuple[str, ...]
    unit_labels: Mapping[str, tuple[str, ...]]
    header: Mapping[str, tuple[str, ...]]
    signatures: tuple[str, ...]

    def meaning(self, heading: str) -> Meaning | None:
        """Give the meaning of a column by the whole text of its headings, or None where no phrase fits."""
        present = words_over_lines(heading)
        field = self._field(self._without_titles(present)) or self._field(present)
        if field is None:
            return None
        quarter = self.quarter_of(heading) if field in QUARTERLY else None
        if field == "goal" and quarter is None:
            return Meaning("annual_goal") if "anual" in present else None
        if field == "achieved" and quarter is None:
            return None
        return Meaning(field, quarter)

    def _field(self, present: Sequence[str]) -> str | None:
        return next((f for f, phrases in self.fields.items() if any(has_words(p, present) for p in phrases)), None)

    def _without_titles(self, present: Sequence[str]) -> Sequence[str]:
        """Give the words of a heading without those of a title over several measures; a share keeps its words."""
        if any(w == "%" or w.startswith("porcentaj") for w in present):
            return present
        said = {w for title in self.titles if has_words(title, present) for w in title.split()}
        return [w for w in present if w not in said]

    def quarter_of(self, text: str) -> int | None:
        """Give the one quarter, 1 to 4, that `text` names; None where it names none or several."""
        present = words_over_lines(text)
        says_quarter = any(has_words(w, present) for w in self.quarter_words)
        found = [
            quarter
            for quarter, (ordinals, phrases) in self.quarters.items()
            if any(has_words(p, present) for p in phrases) or (says_quarter and any(o in present for o in ordinals))
        ]
        return found[0] if len(found) == 1 else None

    def level_of(self, text: str) -> str | None:
        """Give the level that the first word of `text` names, in its standard spelling."""
        first = words(text)[:1]
        begun = [w for w in words_over_lines(text) if first and w.startswith(first[0])]
        return next((lv for lv, forms in self.levels.items() if any(has_words(f, begun) for f in forms)), None)


@cache
def load_profiles(folder: Path = PROFILES) -> tuple[Profile, ...]:
    """Load every profile of `folder`, in the order of their file names.

    Raises:
        ProfileError: an entry is missing, unknown or of the wrong shape.
    """
    return tuple(_load(path) for path in sorted(folder.glob("*.yml")))


def _load(path: Path) -> Profile:
    try:
        raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _check(path, _build(raw))
    except yaml.YAMLError as error:
        raise ProfileError(f"{path.name}: not YAML: {error}") from error
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise ProfileError(f"{path.name}: entry missing or of the wrong shape: {error}") from error


def _build(raw: dict[str, Any]) -> Profile:
    return Profile(
        id=raw["id"],
        name=raw["name"],
        numbers=NumberFormat(**raw["numbers"]),
        code=re.compile(raw["code"]),
        fields=_lists(raw["fields"]),
        titles=tuple(raw["titles"]),
        quarter_words=tuple(raw["quarter_words"]),
        quarters={q: (tuple(v["ordinals"]), tuple(v["phrases"])) for q, v in raw["quarters"].items()},
        required=frozenset(raw["required"]),
        levels=_lists(raw["levels"]),
        frequencies=tuple(raw["frequencies"]),
        unit_labels=_lists(raw["unit_labels"]),
        header=_lists(raw["header"]),
        signatures=tuple(raw["signatures"]),
    )


def _lists(entry: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in entry.items()}


def _check(path: Path, profile: Profile) -> Profile:
    unknown = (set(profile.fields) | profile.required) - set(FIELDS)
    if unknown:
        raise ProfileError(f"{path.name}: unknown fields {sorted(unknown)}; known are {', '.join(FIELDS)}")
    if set(profile.levels) != set(LEVELS):
        raise ProfileError(f"{path.name}: levels must be exactly {', '.join(LEVELS)}")
    if set(profile.quarters) != {1, 2, 3, 4}:
        raise ProfileError(f"{path.name}: quarters must be exactly 1, 2, 3 and 4")
    return profile
