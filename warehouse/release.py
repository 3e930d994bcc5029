"""Releases: copy what is finished out of a private candidate, and switch the published warehouse atomically.

Here belong planning, publishing, keeping, rolling back and recovering releases. What is published is what the
published file says of itself (`marts.release`): the one rename of it is the commit, all else follows from it.
Not here: what is in the marts (dbt), or whether it may be published (`gate`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.gate import Verdict
from warehouse.home import Home

KEEP = 8
"""How many releases are kept by default."""

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A private build. dbt writes `database`; `folder` holds it and, later, what will be the release."""

    release_id: str
    folder: Path
    database: Path


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """All that publishing needs to know, decided beforehand. `tables` and `views` are those of schema marts."""

    candidate: Candidate
    built_at: datetime
    code_version: str
    fingerprint: str
    documents: tuple[str, ...]
    tables: tuple[str, ...]
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A kept or published release. `documents` are sha256s, `rows` the row count of each table and view."""

    release_id: str
    built_at: datetime
    code_version: str
    fingerprint: str
    documents: tuple[str, ...]
    rows: dict[str, int]
    published: bool
    folder: Path


def fingerprint(home: Home, code_version: str) -> str:
    """Give the hash of all that decides what a release holds: admitted extractions, code and suites."""
    raise NotImplementedError


def code_version(*roots: Path) -> str:
    """Give a hash over the source files (.py, .sql, .yml, .json, .csv) below `roots`, for `fingerprint`."""
    raise NotImplementedError


def needs_release(home: Home, fingerprint: str) -> bool:
    """Whether the newest release has another fingerprint, or nothing is published. After a rollback: False."""
    raise NotImplementedError


def new_candidate(home: Home, fingerprint: str, now: datetime | None = None) -> Candidate:
    """Make the folder of a private build and name it. The caller holds `home.refresh_lock`."""
    raise NotImplementedError


def plan_release(
    home: Home, candidate: Candidate, *, code_version: str, fingerprint: str, audit: Verdict
) -> ReleasePlan:
    """Look at the finished candidate and decide what is published. Writes nothing.

    Raises:
        UnpublishableError: the audit did not pass, is of another candidate, or the candidate holds no marts.
    """
    raise NotImplementedError


def publish(home: Home, plan: ReleasePlan, *, keep: int = KEEP, progress: Progress | None = None) -> Release:
    """Build the release beside the published one, switch, and remove releases beyond the last `keep`.

    Raises:
        OSError: something could not be written; the published warehouse is then as before.
        UnpublishableError: the copy does not hold what the candidate holds.
    """
    raise NotImplementedError


def recover(home: Home) -> list[str]:
    """Finish or remove what a killed run left; tell what was done. The caller holds `home.refresh_lock`."""
    raise NotImplementedError


def list_releases(home: Home) -> list[Release]:
    """Give the kept releases, newest first."""
    raise NotImplementedError


def published_id(home: Home) -> str | None:
    """Give the id of the published release, or None where nothing is published."""
    raise NotImplementedError


def rollback(home: Home, release_id: str) -> Release:
    """Publish a kept release again. The caller holds `home.refresh_lock`.

    Raises:
        NoSuchReleaseError: it is not kept; the message names those that are.
        DamagedReleaseError: its file does not match its manifest.
    """
    raise NotImplementedError


def verify(home: Home, release_ids: Sequence[str] | None = None) -> list[str]:
    """Check kept releases and the published file against their manifests; give the problems, in words."""
    raise NotImplementedError
