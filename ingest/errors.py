"""Failures of reading that a user can act on: each names the file, the place and the remedy."""

from __future__ import annotations


class UnreadableDocumentError(Exception):
    """A document cannot be read. `reason` is a short stable word, the message says what to do.

    Args:
        file: name of the file as received.
        problem: what is wrong, with the place where that is known.
        remedy: what the user can do about it.
    """

    reason = "unreadable"

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: {problem}. {remedy[:1].upper()}{remedy[1:]}.")
        self.file, self.problem, self.remedy = file, problem, remedy

    def __reduce__(self) -> tuple[type[UnreadableDocumentError], tuple[str, str, str]]:
        """Let it pass from process to process."""
        return type(self), (self.file, self.problem, self.remedy)


class EmptyDocumentError(UnreadableDocumentError):
    """The file has no bytes, or no text."""

    reason = "empty"


class DamagedDocumentError(UnreadableDocumentError):
    """The file is truncated or otherwise broken."""

    reason = "damaged"


class EncryptedDocumentError(UnreadableDocumentError):
    """The file wants a password."""

    reason = "encrypted"


class WrongEncodingError(UnreadableDocumentError):
    """The bytes of a text file are not text in an encoding that we read."""

    reason = "wrong_encoding"


class DocumentTooLargeError(UnreadableDocumentError):
    """The file has more bytes or pages than the settings allow."""

    reason = "too_large"


class UnsupportedDocumentError(UnreadableDocumentError):
    """No reader takes this kind of file."""

    reason = "unsupported_kind"


class NotAReportError(UnreadableDocumentError):
    """The file can be read, but it is no report of a known format."""

    reason = "not_a_report"


class VanishedDocumentError(UnreadableDocumentError):
    """The file was moved, deleted or changed while it was being read."""

    reason = "vanished"


class ForbiddenDocumentError(UnreadableDocumentError):
    """The system does not let us open the file."""

    reason = "forbidden"


class TooCostlyError(UnreadableDocumentError):
    """Reading took more time, memory, pages or pixels than the settings allow; the message names the setting."""

    reason = "too_costly"


class ReaderFailedError(UnreadableDocumentError):
    """The reading code itself failed or died on a document: a defect of ours, which must not stop the others."""

    reason = "reader_failed"


class WrongSettingError(ValueError):
    """An environment variable is set to what it cannot be; the message names it."""
