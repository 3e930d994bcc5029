"""The columns of one indicator while they are worked out, and the values that they become.

Not here: how they are worked out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.cells import Span
from ingest.constraints import shown
from ingest.indicators import Quality, Value
from ingest.torn.columns import GOALS, Schema
from ingest.torn.glyphs import one_misreading
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Token


@dataclass
class Figure:
    """One column of one row while it is being worked out.

    `support` names what agrees with `value`; `repair` says how a value came about that is not the printed one;
    `displaced` tells that the number may as well stand in another column.
    """

    token: Token | None = None
    value: float | None = None
    support: set[str] = field(default_factory=set)
    repair: str | None = None
    dispute: str | None = None
    displaced: bool = False

    @property
    def is_good(self) -> bool:
        """Whether two statements agree on it and none disputes it."""
        return self.value is not None and bool(self.support) and self.dispute is None


@dataclass
class Sheet:
    """All columns of one row while they are worked out.

    `certain`: the runs surely belong to the row; `stacked`: they stand in several lines.
    """

    schema: Schema
    narrative: Narrative | None
    certain: bool
    figures: dict[str, Figure]
    stacked: bool = False

    @property
    def whole(self) -> bool:
        """Whether every column has its own token, so that none can stand in another's place."""
        tokens = {self.figures[slot].token for slot in self.schema.counts}
        return None not in tokens and len(tokens) == len(self.schema.counts)

    @property
    def sum_fails(self) -> bool:
        """Whether all goals are read and the quarters do not sum to the year."""
        values = self.values(("annual_goal", *GOALS))
        return len(values) == 5 and values["annual_goal"] != sum(values[g] for g in GOALS)

    @property
    def contradicts(self) -> bool:
        """Whether the justification, which agrees with itself, says quite other figures than the table's own."""
        if self.narrative is None or not self.narrative.quarter.agrees:
            return False
        now, q = self.narrative.quarter, self.schema.quarter
        pairs = [(self.figures[f"achieved.{q}"], now.achieved), (self.figures[f"goal.{q}"], now.goal)]
        read = [(f, said) for f, said in pairs if f.token is not None and f.repair is None and said is not None]
        unlike = [
            f.token is not None and said.value is not None and not one_misreading(f.token.text, said.value)
            for f, said in read
        ]
        same = any(f.value == said.value for f, said in read)
        return any(unlike) and not same

    def value(self, slot: str) -> float | None:
        """The value of a column so far."""
        found = self.figures.get(slot)
        return found.value if found is not None else None

    def values(self, slots: Iterable[str]) -> dict[str, float]:
        """The columns of `slots` that have a value."""
        return {s: v for s in slots if (v := self.value(s)) is not None}

    def quotient(self, slot: str) -> float | None:
        """What the percentage in a column should be by the figures that it is the quotient of, where all are read."""
        done, whole = parts_of(slot)
        known, goal = self.values(done), self.value(whole)
        if len(known) < len(done) or not goal:
            return None
        return 100 * sum(known.values()) / goal

    def agree(self, slots: Iterable[str], reason: str) -> None:
        """Note that a statement agrees with the values of `slots`."""
        for slot in slots:
            self.figures[slot].support.add(reason)


def parts_of(slot: str) -> tuple[list[str], str]:
    """Give the columns whose quotient a percentage is: achieved ones, and the goal."""
    measure, _, quarter = slot.partition(".")
    q = int(quarter)
    if measure == "progress_pct":
        return [f"achieved.{q}"], f"goal.{q}"
    return [f"achieved.{n}" for n in range(1, q + 1)], "annual_goal"


def to_value(found: Figure, *, certain: bool) -> Value:
    """Give a worked out figure as a value with its quality, its reason and the place of its printed text."""
    if found.value is None:
        token = found.token
        reason = "what stands here cannot be read as a number" if token is not None else None
        return _value(token, None, Quality.MISSING, reason)
    if not certain and not found.is_good:
        return _value(
            found.token, found.value, Quality.DISPUTED, found.dispute or "not certain to be of this indicator"
        )
    if found.is_good:
        if found.repair is not None:
            return _value(found.token, found.value, Quality.REPAIRED, found.repair)
        if found.token is not None and not found.token.exact:
            rules = ", ".join(sorted(found.support))
            return _value(found.token, found.value, Quality.REPAIRED, f"{rules}: agrees with {shown(found.value)}")
        return _value(found.token, found.value, Quality.CONFIRMED, None)
    reason = found.dispute or "read, but nothing else in the document agrees with it"
    return _value(found.token, found.value, Quality.DISPUTED, reason)


def _value(token: Token | None, value: float | None, quality: Quality, reason: str | None) -> Value:
    if token is None:
        return Value(value, None, quality, reason)
    return Value(
        value, token.text, quality, reason, page=token.page, span=Span(token.start, token.end), engine="ocr_text"
    )
