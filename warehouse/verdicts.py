"""Verdicts: what an expectation suite says of data frames, and what it holds back.

Here belongs running a suite and deciding. Not here: the suites (`suites/*.json`), the frames that they see
(`frames`), or the record of a verdict (`gate`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from warehouse import expectations
from warehouse.errors import SuiteError

Severity = Literal["critical", "warning", "info"]

NO_ROW_LEFT = "some_row_is_left"
"""The one decision that no expectation makes: a document of which every row is held is held as a whole."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as kept in JSON: for each frame the expectations on it. `version` is the hash of the file."""

    name: str
    version: str
    frames: Mapping[str, Mapping[str, Any]]

    @staticmethod
    def load(name: str) -> Suite:
        """Load `suites/<name>.json`; `name` is `landing` or `release`."""
        text = (Path(__file__).with_name("suites") / f"{name}.json").read_text(encoding="utf-8")
        kept = json.loads(text)
        return Suite(kept["name"], hashlib.sha256(text.encode()).hexdigest()[:16], kept["frames"])


@dataclass(frozen=True, slots=True)
class Check:
    """How one expectation went. Only a failed check of severity `critical` holds anything back.

    `frame` is the part of the data that it looks at, `evaluated` the number of its elements, `failed` of those
    that are not as expected; `observed` shows some of these.
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
    """One element that a critical expectation holds. `row_number` None: the whole document or release."""

    row_number: int | None
    expectation: str
    observed: str
    detail: str
    field: str | None = None
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


def judge(
    suite: Suite, frames: Mapping[str, pd.DataFrame], subjects: Iterable[str], store: Path | None = None
) -> list[Verdict]:
    """Run the suite over the frames of all subjects at once, and decide for each subject.

    A critical failure on an element with a `row_number` holds that row; without one it holds the whole subject.
    So does a document (frame `row`) of which no row is left.

    Args:
        suite: the suite.
        frames: for each frame that the suite names, its data, with the column `subject`.
        subjects: those to decide on, in this order.
        store: folder to keep the validation results in, for Data Docs.

    Raises:
        SuiteError: a frame or column that the suite names is not there, or an expectation broke.
    """
    lacking = set(suite.frames) - set(frames)
    if lacking:
        raise SuiteError(
            f"the suite {suite.name} looks at {', '.join(sorted(lacking))}, which is not there",
            "Correct the suite's JSON",
        )
    outcomes = expectations.validate(suite.frames, frames, store)
    return [_decide(subject, suite, frames, outcomes) for subject in subjects]


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Give the verdict on a subject of which each of `verdicts` has seen another part."""
    checks = tuple(
        replace(
            of_part[0],
            passed=all(check.passed for check in of_part),
            evaluated=sum(check.evaluated for check in of_part),
            failed=sum(check.failed for check in of_part),
            observed="; ".join(check.observed for check in of_part if check.observed),
        )
        for of_part in zip(*(verdict.checks for verdict in verdicts), strict=True)
    )
    held = tuple(one for verdict in verdicts for one in verdict.held)
    return replace(verdicts[0], passed=all(verdict.passed for verdict in verdicts), checks=checks, held=held)


def _decide(
    subject: str,
    suite: Suite,
    frames: Mapping[str, pd.DataFrame],
    outcomes: Iterable[expectations.Outcome],
) -> Verdict:
    sizes = {name: int((frame["subject"] == subject).sum()) for name, frame in frames.items()}
    checks: list[Check] = []
    held: list[Held] = []
    for outcome in outcomes:
        failures = [f for f in outcome.failures if f["subject"] == subject]
        checks.append(_check(outcome, sizes[outcome.frame], failures))
        if outcome.severity == "critical":
            held.extend(_held(outcome, failure) for failure in failures)
    rows = sizes.get("row", 0)
    if rows and len({h.row_number for h in held if h.row_number is not None}) == rows:
        held.append(Held(None, NO_ROW_LEFT, f"{rows} of {rows} rows held", _NO_ROW_LEFT_DETAIL))
    passed = all(h.row_number is not None for h in held)
    return Verdict(subject, suite.name, suite.version, passed, tuple(checks), tuple(held))


_NO_ROW_LEFT_DETAIL = (
    "Every row of the document is held. Look at the reasons of its rows: the document is probably of another format."
)


def _check(outcome: expectations.Outcome, size: int, failures: list[dict[str, Any]]) -> Check:
    shown = "; ".join(outcome.observed(f) for f in failures[:3])
    more = f"; and {len(failures) - 3} more" if len(failures) > 3 else ""
    return Check(
        outcome.name,
        outcome.frame,
        outcome.severity,
        not failures,
        size,
        len(failures),
        shown + more,
        outcome.description,
        outcome.remedy,
    )


def _held(outcome: expectations.Outcome, failure: dict[str, Any]) -> Held:
    row, page = _whole(failure.get("row_number")), _whole(failure.get("page"))
    field = _text(failure.get("field"))
    what = " ".join(part for part in (_text(failure.get("code")), field) if part)
    told = f"{what}: {outcome.failure}. {outcome.remedy}."
    return Held(row, outcome.name, outcome.observed(failure), told.lstrip(": "), field, page)


def _text(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None or pd.isna(value) else str(value)


def _whole(value: Any) -> int | None:  # noqa: ANN401
    return None if value is None or pd.isna(value) else int(value)
