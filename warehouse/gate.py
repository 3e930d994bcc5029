"""The gate: an expectation suite over data frames, a verdict, and its record.

Here belongs running a suite and deciding. Not here: the suites (`suites/*.json`), the frames that they see
(`frames`), or what happens with what passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd

from warehouse.home import Home

Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as kept in JSON: for each frame the expectations on it. `version` is the hash of the file."""

    name: str
    version: str
    frames: Mapping[str, Mapping[str, object]]

    @staticmethod
    def load(name: str) -> Suite:
        """Load `suites/<name>.json`; `name` is `landing` or `release`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Check:
    """How one expectation went. Only a failed check of severity `critical` holds anything back.

    `frame` is the part of the data that it looks at; `evaluated` and `failed` count elements of it.
    """

    name: str
    frame: str
    severity: Severity
    passed: bool
    evaluated: int
    failed: int
    observed: str
    description: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Held:
    """One row that a critical expectation holds back. `row_number` None is the whole document (or release)."""

    row_number: int | None
    expectation: str
    observed: str
    detail: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a suite says of an extraction or a release (`subject`): its checks, and what it holds back."""

    subject: str
    suite: str
    suite_version: str
    passed: bool
    checks: tuple[Check, ...]
    held: tuple[Held, ...]

    @property
    def evaluated(self) -> int:
        """How many expectations were evaluated."""
        return len(self.checks)

    @property
    def failed(self) -> int:
        """How many failed, of any severity."""
        return sum(not check.passed for check in self.checks)

    @property
    def held_rows(self) -> frozenset[int]:
        """The rows held back."""
        return frozenset(h.row_number for h in self.held if h.row_number is not None)


def unjudged(connection: duckdb.DuckDBPyConnection, suite: Suite) -> list[str]:
    """Give the extractions (newest of each document) that this version of the suite has not judged yet."""
    raise NotImplementedError


def judge(subject: str, suite: Suite, frames: Mapping[str, pd.DataFrame]) -> Verdict:
    """Run the suite over the frames and decide.

    A frame whose rows have a `row_number` is judged row by row: a critical failure holds the row. A critical
    failure on another frame holds the whole subject. So does a document of which no row is left.

    Raises:
        SuiteError: the suite names a frame or column that is not there, or an expectation broke.
    """
    raise NotImplementedError


def judge_landing(home: Home, extraction_ids: Sequence[str] | None = None) -> list[Verdict]:
    """Judge what has landed and was not judged (or the given extractions) and record gate and quarantine.

    Great Expectations is imported only where there is something to judge.
    """
    raise NotImplementedError


def audit_release(home: Home, candidate: Path, subject: str) -> Verdict:
    """Run the release suite over the marts of the candidate database, against landing. Records nothing."""
    raise NotImplementedError


def build_data_docs(home: Home) -> Path:
    """Build Data Docs of both suites and the last validations, for reading offline; give the index page."""
    raise NotImplementedError
