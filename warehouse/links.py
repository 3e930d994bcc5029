"""Links that a person confirms: an indicator with one of the year or plan before, a department with its new name.

Here belongs finding what may be linked, with a score, and writing down what a person has decided. Nothing is linked
by a score: the models read only the files that `accept` writes, which stand in git. Not here: what a link does (dbt).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from warehouse.errors import NoReasonError, NoSuchLinkError
from warehouse.files import write_durably
from warehouse.home import Home
from warehouse.query import query

LINKS = "indicator_link.csv"
ALIASES = "department_alias.csv"
WORTH_TELLING = 0.6
"""The lowest score that is suggested. Names of different activities of one department reach 0.5."""

_AS_LIKE = 0.02  # of a score: so little tells nothing, as a mark after an acronym
_NAME_WEIGHT = 0.8  # the rest is the unit's: many indicators of a department share it

_INDICATORS = """
select m.municipality, m.state, i.fiscal_year, p.program_code, i.indicator_code, i.level, i.indicator,
    coalesce(i.variable_unit, i.unit), i.plan,
    min(i.valid_from) over (partition by i.municipality_id, i.fiscal_year, i.plan) as since
from dim_indicator i
join dim_municipality m using (municipality_id)
join dim_program p using (program_id)
where i.is_current and m.is_known and i.fiscal_year is not null and p.program_code is not null
    and i.indicator_code is not null and i.indicator is not null
order by all
"""

# A department is taken for renamed by what became of its indicators from one report to the next.
_MOVES = """
with versions as (
    select i.*, lag(department) over so_far as old, lag(department_id) over so_far as old_id
    from dim_indicator i
    where superseded_at is null
    window so_far as (partition by indicator_id order by version_number)
),
sizes as (
    select department_id, count(distinct indicator_id) as indicators from dim_indicator group by department_id
)
select m.municipality, m.state, any_value(v.old), any_value(v.department),
    count(distinct v.indicator_id) / max(s.indicators) as share
from versions v
join dim_municipality m using (municipality_id)
join sizes s on s.department_id = v.old_id
where v.old_id <> v.department_id and m.is_known
group by m.municipality, m.state, v.old_id, v.department_id
order by all
"""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of a year and municipal plan, as last stated; `since` is when the year first states that plan."""

    municipality: str
    state: str | None
    fiscal_year: int
    program_code: str
    code: str
    level: str | None
    name: str
    unit: str | None
    plan: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be linked. `file` is the one to which `entry` is added; `score` is 0 to 1.

    `rivals` are the codes of other indicators, of either period, that are as like: then names and units tell nothing.
    """

    file: str
    entry: Mapping[str, str]
    score: float
    old: str
    new: str
    rivals: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A short name for it, the same as long as it is about the same two."""
        said = "\x1f".join([self.file, *(value for name, value in self.entry.items() if name != "score")])
        return hashlib.sha256(said.encode()).hexdigest()[:8]


def suggest(home: Home, folder: Path) -> list[Suggestion]:
    """Give what may be linked in the published warehouse and is not yet in the files of `folder`, best first,
    those that have rivals last.

    Raises:
        NothingPublishedError: there is no published warehouse.
    """
    indicators = [Indicator(*line) for line in query(home, _INDICATORS).rows]
    found = [
        *_of_indicators(
            indicators, _decided(folder / LINKS, ("municipality", "to_year", "to_plan", "to_program", "to_code"))
        )
    ]
    aliases = _decided(folder / ALIASES, ("municipality", "department"))
    for municipality, state, old, new, share in query(home, _MOVES).rows:
        if (plain(municipality), plain(old)) not in aliases and (plain(municipality), plain(new)) not in aliases:
            entry = {"municipality": municipality, "state": state or "", "department": old, "same_as": new}
            found.append(Suggestion(ALIASES, entry, round(min(share, 1.0), 2), old, new))
    return sorted(found, key=lambda s: (bool(s.rivals), -s.score, s.key))


def accept(found: Sequence[Suggestion], key: str, folder: Path, *, by: str, reason: str, on: date) -> Suggestion:
    """Write the suggestion `key` into its file below `folder`, with who decided it and why.

    Raises:
        NoSuchLinkError: no suggestion has that name.
        NoReasonError: `reason` is empty.
    """
    if not reason.strip():
        raise NoReasonError(f"no reason is given for linking {key}", 'Say why, with --reason "..."')
    chosen = next((s for s in found if s.key == key), None)
    if chosen is None:
        raise NoSuchLinkError(f"nothing that may be linked is called {key}", "See `indicadores link suggest`")
    path = folder / chosen.file
    text = path.read_text(encoding="utf-8")
    entry = {**chosen.entry, "reason": reason, "decided_by": by, "decided_on": on.isoformat()}
    line = io.StringIO()
    names = next(csv.reader(io.StringIO(text)))
    csv.DictWriter(line, names, lineterminator="\n").writerow(entry)
    write_durably(path, text.removesuffix("\n") + "\n" + line.getvalue())
    return chosen


def similarity(one: Indicator, other: Indicator) -> float:
    """Give how alike two indicators are by name and unit, 0 to 1."""
    names = SequenceMatcher(None, plain(one.name), plain(other.name), autojunk=False).ratio()
    units = SequenceMatcher(None, plain(one.unit), plain(other.unit), autojunk=False).ratio()
    return _NAME_WEIGHT * names + (1 - _NAME_WEIGHT) * units


def plain(text: object) -> str:
    """Reduce a text to what identifies it: case, accents, punctuation and spacing do not."""
    letters = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def _of_indicators(indicators: Iterable[Indicator], decided: frozenset[tuple[str, ...]]) -> Iterator[Suggestion]:
    """Give for each indicator the likest of the period before, of the same level, where both like each other best.

    A period is a year, or the part of one that is under one municipal plan.
    """
    for earlier, later in _periods(indicators):
        scores = {
            (old, new): similarity(old, new)
            for new in later for old in earlier
            if old.level == new.level and not _is_decided(new, decided)
        }  # fmt: skip
        taken: set[Indicator] = set()
        for (old, new), score in sorted(scores.items(), key=lambda s: (-s[1], s[0][0].code, s[0][1].code)):
            if score >= WORTH_TELLING and old not in taken and new not in taken:
                taken |= {old, new}
                rivals = _rivals(old, new, scores)
                yield Suggestion(LINKS, _entry(old, new, score), round(score, 2), _shown(old), _shown(new), rivals)


def _rivals(old: Indicator, new: Indicator, scores: Mapping[tuple[Indicator, Indicator], float]) -> tuple[str, ...]:
    """Give the codes of the other indicators that are as like to one of the two as the other one is."""
    least = scores[old, new] - _AS_LIKE
    before = {o.code for (o, n), score in scores.items() if n == new and o != old and score >= least}
    after = {n.code for (o, n), score in scores.items() if o == old and n != new and score >= least}
    return (*sorted(before), *sorted(after))


def _periods(indicators: Iterable[Indicator]) -> Iterator[tuple[list[Indicator], list[Indicator]]]:
    """Give the indicators of each period, with those of the one before it."""
    periods: dict[tuple[str, str], dict[tuple[int, date, str], list[Indicator]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for i in indicators:
        when = (i.fiscal_year, i.since or date(i.fiscal_year, 1, 1), i.plan or "")
        periods[i.municipality, i.state or ""][when].append(i)
    for of_place in periods.values():
        for before, after in pairwise(sorted(of_place)):
            if after[0] - before[0] <= 1:
                yield of_place[before], of_place[after]


def _is_decided(new: Indicator, decided: frozenset[tuple[str, ...]]) -> bool:
    """Whether a link to the indicator is kept already, with its plan or with none."""
    return any(
        tuple(map(plain, (new.municipality, new.fiscal_year, plan, new.program_code, new.code))) in decided
        for plan in (new.plan, None)
    )


def _entry(old: Indicator, new: Indicator, score: float) -> dict[str, str]:
    return {
        "municipality": new.municipality,
        "state": new.state or "",
        "from_year": str(old.fiscal_year),
        "from_plan": old.plan or "",
        "from_program": old.program_code,
        "from_code": old.code,
        "to_year": str(new.fiscal_year),
        "to_plan": new.plan or "",
        "to_program": new.program_code,
        "to_code": new.code,
        "score": f"{score:.2f}",
    }


def _shown(indicator: Indicator) -> str:
    period = " ".join(filter(None, [str(indicator.fiscal_year), indicator.plan and f"(plan {indicator.plan})"]))
    return f"{period} {indicator.code} {indicator.name} ({indicator.unit or 'no unit'})"


def _decided(path: Path, names: Sequence[str]) -> frozenset[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return frozenset(tuple(plain(line[name]) for name in names) for line in csv.DictReader(stream))
