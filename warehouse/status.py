"""What a home holds, for a person: documents, the last release, quarantine and what waits for review.

Here belongs gathering that. It disturbs nobody and works while a refresh runs. Not here: how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from warehouse.home import Home
from warehouse.lock import Holder
from warehouse.release import Release


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """One document as last read. `state` is admitted, stopped (by the gate) or unjudged."""

    sha256: str
    file: str
    kind: str
    pages: int
    state: str
    municipality: str | None
    program_code: str | None
    fiscal_year: int | None
    quarter: int | None
    rows: int
    held_rows: int
    received_at: datetime
    qualities: dict[str, int]


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    """One thing held: what, where, why, and (in `detail`) the remedy."""

    file: str
    stage: str
    reason: str
    detail: str
    page: int | None
    text: str | None
    expectation: str | None
    observed: str | None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One disputed value of an admitted row, for a person to look at."""

    file: str
    sha256: str
    page: int | None
    code: str | None
    indicator: str | None
    measure: str
    quarter: int | None
    value: float | None
    text: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home. `landing_busy`: landing could not be read (a refresh runs), its parts are empty."""

    release: Release | None
    busy: Holder | None
    landing_busy: bool
    documents: tuple[DocumentStatus, ...]
    quarantine: tuple[QuarantineItem, ...]
    review: tuple[ReviewItem, ...]


def status(home: Home, patience: float = 1.0) -> Status:
    """Gather the state of the home; `patience` is how many seconds to wait for the landing database."""
    raise NotImplementedError
