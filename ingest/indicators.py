"""The measurements that a report states: rows of values, each with its quality and its place on the page.

Here belong the types that interpretation makes, reconciliation judges and landing stores.
Not here: how they are read, judged or stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ingest.cells import Box, Cell, Kind, Opinion, Span

LEVELS = ("Fin", "Propósito", "Componente", "Actividad")
"""The four levels of a results matrix (MIR), from the widest to the narrowest."""


class Quality(StrEnum):
    """How far a value can be trusted; see `docs/data-dictionary.md` for what each allows."""

    CONFIRMED = "confirmed"
    UNCHECKED = "unchecked"
    REPAIRED = "repaired"
    CORRECTED = "corrected"
    DISPUTED = "disputed"
    MISSING = "missing"

    @property
    def is_good(self) -> bool:
        """Whether a value of this quality claims to be right."""
        return self not in (Quality.DISPUTED, Quality.MISSING)


class Rule(StrEnum):
    """The constraints that a report offers about its own figures."""

    QUARTERS_SUM = "quarters_sum"
    ROLLUP = "rollup"
    PROGRESS = "progress"
    ACCUMULATED = "accumulated"
    JUSTIFICATION = "justification"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of a row: what it is, what is printed, how good it is and where it stands.

    `value` is None where nothing is printed, or where what is printed is no number (then `reason` says so).
    `reason` also names the rule of a repair or the dispute; it is None for an ordinary value or blank.
    """

    value: float | None
    text: str | None
    quality: Quality
    reason: str | None = None
    page: int | None = None
    box: Box | None = None
    span: Span | None = None
    confidence: float | None = None
    engine: str | None = None
    opinions: tuple[Opinion, ...] = ()

    @staticmethod
    def of(cell: Cell, value: float | None, quality: Quality, reason: str | None = None) -> Value:
        """Make the value that stands in `cell`, keeping its place and its printed text."""
        return Value(
            value=value,
            text=cell.text or None,
            quality=quality,
            reason=reason,
            page=cell.page,
            box=cell.box,
            span=cell.span,
            confidence=cell.confidence,
            engine=cell.engine,
            opinions=cell.opinions,
        )


Quarterly = tuple[Value | None, Value | None, Value | None, Value | None]
"""Quarters 1 to 4. None where the format does not print the quarter at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One violated constraint of a row: the rule, the fields concerned, what is said and what would agree.

    `fields` are `annual_goal`, or a measure and a quarter: `goal.2`, `achieved.1`, `progress_pct.2`.
    """

    rule: Rule
    fields: tuple[str, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a report. `page` is where the row starts, from 1.

    `doubt` tells why the figures of the row may be those of another indicator, where something speaks for it. `unsure`
    names the labels (`department`, `level`, `code`, texts and units) that may have been misread.
    """

    page: int
    level: str | None
    code: str | None
    department: str | None
    objective: str | None
    indicator: str | None
    acronym: str | None
    frequency: str | None
    unit: str | None
    variable_unit: str | None
    annual_goal: Value | None
    goal: Quarterly
    achieved: Quarterly
    progress_pct: Quarterly
    accumulated_pct: Quarterly
    justification: str | None
    findings: tuple[Finding, ...] = ()
    doubt: str | None = None
    unsure: tuple[str, ...] = ()

    def values(self) -> Iterator[tuple[str, int | None, Value]]:
        """Give each printed field as `(measure, quarter or None, value)`, in the order of the contract."""
        if self.annual_goal is not None:
            yield "annual_goal", None, self.annual_goal
        for measure in MEASURES:
            for quarter, value in enumerate(getattr(self, measure), start=1):
                if value is not None:
                    yield measure, quarter, value

    def named(self) -> Iterator[tuple[str, Value]]:
        """Give each printed field by its name in findings, such as `annual_goal` or `goal.2`."""
        for measure, quarter, value in self.values():
            yield field_name(measure, quarter), value

    def doubted(self, *labels: str) -> IndicatorRow:
        """Give the row with these labels among the unsure ones."""
        return replace(self, unsure=tuple(dict.fromkeys((*self.unsure, *labels))))

    def mapped(self, change: Callable[[str, Value], Value]) -> IndicatorRow:
        """Give the row with each printed field changed; `change` is told its name."""
        changed = {name: change(name, value) for name, value in self.named()}

        def quarters(of: str) -> Quarterly:
            return changed.get(f"{of}.1"), changed.get(f"{of}.2"), changed.get(f"{of}.3"), changed.get(f"{of}.4")

        return replace(
            self,
            annual_goal=changed.get("annual_goal"),
            goal=quarters("goal"),
            achieved=quarters("achieved"),
            progress_pct=quarters("progress_pct"),
            accumulated_pct=quarters("accumulated_pct"),
        )


def field_name(measure: str, quarter: int | None) -> str:
    """Name a field as findings do: `annual_goal`, `goal.2`."""
    return measure if quarter is None else f"{measure}.{quarter}"


MEASURES = ("goal", "achieved", "progress_pct", "accumulated_pct")
"""The quarterly measures of a row."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of a report that could not be understood: kept with its reason, never dropped.

    `remedy` is a sentence that tells a person what to do.
    """

    page: int | None
    text: str
    reason: str
    remedy: str = (
        "Look at the page: what of it matters is not in the marts. Put a heading that is not known into the profile, "
        "or give a better copy of the document; where nothing is lost (a total, a note, a blank page), leave it"
    )


@dataclass(frozen=True, slots=True)
class Header:
    """What a report says of itself. `quarter` is 1 to 4; `plan` the years of the municipal plan, such as 2021-2024.

    `unsure` names the fields that may have been misread from a scan, or were not read (None).
    """

    municipality: str | None = None
    state: str | None = None
    entity: str | None = None
    program_code: str | None = None
    program_name: str | None = None
    fiscal_year: int | None = None
    quarter: int | None = None
    plan: str | None = None
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """One reading of one document: the document, what it says of itself, its rows and what was rejected.

    `cells` are all cells that the reader saw, in reading order, for the trace from a number to the page.
    `issued_at` (UTC, without a zone) is when the publisher made the file, where the file tells.
    """

    sha256: str
    file: str
    kind: Kind
    pages: int
    profile: str
    header: Header
    rows: tuple[IndicatorRow, ...]
    rejected: tuple[Rejected, ...]
    cells: tuple[Cell, ...] = ()
    extractor: str = ""
    seconds: float = 0.0
    issued_at: datetime | None = None
