"""Failures of the warehouse that a user can act on: each message names the place and the remedy.

Not here: failures of reading a document (`ingest.errors`).
"""

from __future__ import annotations


class WarehouseError(Exception):
    """What every failure of this package is. `reason` is a short stable word for programs."""

    reason = "warehouse"

    def __init__(self, problem: str, remedy: str) -> None:
        """Say what is wrong, with the file or id concerned, and what the user can do about it."""
        super().__init__(f"{problem}. {remedy}.")
        self.problem, self.remedy = problem, remedy


class HomeBusyError(WarehouseError):
    """Another refresh or rollback holds the lock of the home."""

    reason = "busy"


class LandingBusyError(WarehouseError):
    """Another process has the landing database open."""

    reason = "landing_busy"


class LandingVersionError(WarehouseError):
    """The landing database was written by a newer version of the project."""

    reason = "landing_version"


class NothingPublishedError(WarehouseError):
    """There is no published warehouse yet."""

    reason = "nothing_published"


class UnpublishableError(WarehouseError):
    """A candidate cannot be published: it lacks what a release must have, or holds what cannot be copied."""

    reason = "unpublishable"


class NotWrittenError(WarehouseError):
    """A release could not be written, for example because the disk is full. What is published stays."""

    reason = "not_written"


class NoSuchReleaseError(WarehouseError):
    """A release id that is not kept."""

    reason = "no_such_release"


class DamagedReleaseError(WarehouseError):
    """A kept release does not match the checksums of its manifest."""

    reason = "damaged_release"


class NoSuchDocumentError(WarehouseError):
    """No document with that sha256 has landed."""

    reason = "no_such_document"


class AmbiguousDocumentError(WarehouseError):
    """Several documents have a sha256 that begins so."""

    reason = "ambiguous_document"


class NoReasonError(WarehouseError):
    """What a person decides needs a reason, and none is given."""

    reason = "no_reason"


class NoHeldReleaseError(WarehouseError):
    """No release is held, or not the one that was named."""

    reason = "no_held_release"


class StaleHeldReleaseError(WarehouseError):
    """The held release was compared with another one than is published now."""

    reason = "stale_held_release"


class NoSuchLinkError(WarehouseError):
    """Nothing that may be linked has that name."""

    reason = "no_such_link"


class QueryError(WarehouseError):
    """A query that does more than read, or that DuckDB refuses."""

    reason = "query"


class SuiteError(WarehouseError):
    """A suite's JSON names what does not exist, or an expectation could not be evaluated."""

    reason = "suite"
