"""How the command line ends: one exit code for each kind of outcome, and the failures that lead to it."""

from __future__ import annotations

from enum import IntEnum

from ingest.correction import CorrectionFileError
from ingest.errors import UnreadableDocumentError, WrongSettingError
from warehouse import errors


class Exit(IntEnum):
    """The exit codes, all of them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    HELD = 3
    UNREADABLE = 4
    BUSY = 5
    REFUSED = 6
    NOTHING_PUBLISHED = 7
    UNSOUND = 8
    RELEASE_HELD = 9
    INTERRUPTED = 130


MEANING = {
    Exit.DONE: "done",
    Exit.FAILED: "something failed that should not: a full disk, or a defect of the program",
    Exit.USAGE: "the command, a path, a release id, a correction or the SQL was wrong",
    Exit.HELD: "done, but a document of this refresh is held in quarantine, or a correction does not fit",
    Exit.UNREADABLE: "`read`: a file could not be read",
    Exit.BUSY: "another refresh or rollback is running",
    Exit.REFUSED: "a check refused the release; what was published before stays",
    Exit.NOTHING_PUBLISHED: "nothing is published yet",
    Exit.UNSOUND: "`doctor` or `correct --check` found a problem, or a kept release is damaged",
    Exit.RELEASE_HELD: "a release loses or changes too much and waits for `indicadores release --allow`",
    Exit.INTERRUPTED: "interrupted from the keyboard",
}

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANING.items()) + "."

_CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (UnreadableDocumentError, Exit.UNREADABLE),
    (WrongSettingError, Exit.USAGE),
    (CorrectionFileError, Exit.USAGE),
    (errors.HomeBusyError, Exit.BUSY),
    (errors.LandingBusyError, Exit.BUSY),
    (errors.NothingPublishedError, Exit.NOTHING_PUBLISHED),
    (errors.UnpublishableError, Exit.REFUSED),
    (errors.NoSuchReleaseError, Exit.USAGE),
    (errors.NoSuchDocumentError, Exit.USAGE),
    (errors.AmbiguousDocumentError, Exit.USAGE),
    (errors.NoReasonError, Exit.USAGE),
    (errors.NoHeldReleaseError, Exit.USAGE),
    (errors.StaleHeldReleaseError, Exit.REFUSED),
    (errors.NoSuchLinkError, Exit.USAGE),
    (errors.QueryError, Exit.USAGE),
    (errors.DamagedReleaseError, Exit.UNSOUND),
    (errors.WarehouseError, Exit.FAILED),
    (OSError, Exit.FAILED),
)


def exit_of(error: Exception) -> Exit | None:
    """Give the exit code of a failure that a user can act on, or None where it is a defect of the program."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), None)
