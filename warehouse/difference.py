"""What a release changes against the one before, as people and programs read it: words, counts, tables.

Here belong the kinds and causes of a difference, and what is told of it in the manifest and in the release's tables.
Not here: finding it (`compare`), the decision to hold (`hold`), or the page (`difference_page`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("added", "removed", "changed", "requalified")
"""A figure that is new, one that is gone, one with another value, one with the same value and another quality."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many figures of one measure differ in one way for one cause; `decided`: a person has decided on it."""

    kind: str
    cause: str
    measure: str
    figures: int
    closed: int

    @property
    def decided(self) -> bool:
        """Whether the cause is a person's decision."""
        return self.cause in DECIDED


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that was removed, changed or valued otherwise."""

    municipality: str | None
    program_code: str | None
    plan: str | None
    fiscal_year: int | None
    quarter: int
    indicator_code: str | None
    indicator: str | None
    measure: str
    kind: str
    cause: str
    old_value: float | None
    new_value: float | None
    old_quality: str | None
    new_quality: str | None
    document_file: str | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What became of one document since the release before; `reason`: why it was withdrawn."""

    file: str
    sha256: str
    cause: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost or altered without anybody having decided it: how many of how many.

    A row is an indicator's quarter; it is lost where a figure of it is gone. A closed figure is one of a quarter that
    had been reported when it was published.
    """

    lost_rows: int
    rows: int
    lost_indicators: int
    indicators: int
    altered_closed: int
    closed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What the candidate changes against `base`, the published release; None: there is none, all is new.

    `rows_before` and `rows_after` count indicators' quarters.
    """

    base: str | None
    rows_before: int
    rows_after: int
    counts: tuple[Count, ...]
    largest: tuple[Change, ...]
    documents: tuple[DocumentChange, ...]
    loss: Loss

    @property
    def is_empty(self) -> bool:
        """Whether no figure differs."""
        return not self.counts

    def total(self, kind: str) -> int:
        """Give how many figures differ in one way."""
        return sum(c.figures for c in self.counts if c.kind == kind)

    def summary(self) -> dict[str, Any]:
        """Give what the manifest keeps of it."""
        return {
            "base": self.base,
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            **{kind: self.total(kind) for kind in KINDS},
            "counts": [asdict(c) for c in self.counts],
            "documents": [asdict(d) for d in self.documents],
            "loss": asdict(self.loss),
        }


DECIDED = ("withdrawn", "reinstated", "correction", "correction_failed")
"""Causes that are a person's decision: they never hold a release."""

CAUSES = {
    "withdrawn": "its document was withdrawn",
    "reinstated": "a withdrawn document was put back",
    "correction": "a person's correction began or ended to apply",
    "correction_failed": "its document is held, for a correction of it does not fit any more",
    "document_added": "a document was added",
    "document_removed": "its document is not admitted any more",
    "reading": "its document was read by another version of the reader, or judged anew",
    "code": "the models or rules of the project have changed",
    "unknown": "no cause could be found",
}


DIFFERENCE_TABLES = {
    "release_difference": {
        "": "One row per kind, cause and measure of the figures in which this release differs from the one before",
        "kind": "added, removed, changed (another value) or requalified (same value, another quality)",
        "cause": "; ".join(f"{name}: {words}" for name, words in CAUSES.items()),
        "figures": "Number of figures",
        "closed_figures": "Those of quarters that had been reported in the release before",
        "is_decided": "Whether a person has decided it: such figures never hold a release",
    },
    "release_change": {
        "": "One row per figure of the release before that is gone, changed or valued otherwise in this one",
        "quarter": "1 to 4; null for the annual goal",
        "cause": "As in release_difference",
        "difference_pct": "Change in percent of the old value; null where that was 0",
        "is_closed": "Whether its quarter had been reported in the release before",
        "plan": "Years of the municipal plan that its code is one of; null where none is known",
    },
    "release_document": {
        "": "One row per document that went into this release, withdrawn ones too",
        "extraction_id": "The reading of it that counts",
        "withdrawn_at": "UTC time at which it was withdrawn; null where it counts",
        "corrections": "Ids of the corrections that apply to it",
        "held_rows": "Rows of it that the landing suite holds",
    },
}
"""The tables that a release carries of its difference, with comments on them (key empty) and on their columns."""
