"""A document's identity and its archive copy: a file's sha256, its name, its bytes kept for ever.

Here belongs what happens to a file before it is read. Not here: what is in it (`extract`), or who records it
(`warehouse.landing`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import (
    DocumentTooLargeError,
    EmptyDocumentError,
    ForbiddenDocumentError,
    UnreadableDocumentError,
    VanishedDocumentError,
)

PARTIAL = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart")
"""Endings of files that a browser or a copying program has not finished yet."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost. `max_bytes` is the size of the file."""

    max_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """One file as received. `file` is its name then, `bytes` its size, `path` its copy in the archive."""

    sha256: str
    file: str
    bytes: int
    path: Path


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells that a file has changed: its size and its time of change in nanoseconds."""

    size: int
    changed: int
    inode: int


def find_files(places: Iterable[Path]) -> list[Path]:
    """Give the files to read among `places`, folders at any depth, in a stable order and each once.

    A file that is named itself is always given, even where it does not exist (archiving it says so).
    In folders, hidden files and folders, lock files of office programs (`~$...`), unfinished downloads and README
    files are passed over: none of them is a document, or not yet.
    """
    found: dict[Path, None] = {}
    for place in places:
        for path in sorted(_walk(place)) if place.is_dir() else [place]:
            found.setdefault(path.absolute())
    return list(found)


def is_document_name(name: str) -> bool:
    """Whether a file of this name in a folder may be a document, rather than a lock, an unfinished copy or a README."""
    low = name.lower()
    return not low.startswith((".", "~$", "readme")) and not low.endswith(PARTIAL)


def readable_name(path: Path) -> str:
    """Give a file's name as text: a byte that is no UTF-8 becomes a replacement character."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file's bytes, in hexadecimal, reading it in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def archive_document(source: Path, archive: Path, limits: Limits | None = None) -> Document:
    """Copy `source` into the folder `archive` under its sha256, unless it is there, and give its identity.

    The copy appears whole or not at all. Its ending is that of the source, in lower case.

    Raises:
        EmptyDocumentError: the file has no bytes.
        DocumentTooLargeError: it has more than `limits.max_bytes`; it is not read then.
        VanishedDocumentError: it is not there, or was deleted or changed while it was copied.
        ForbiddenDocumentError: the system does not let us open it.
        OSError: the archive cannot be written (for example, the disk is full).
    """
    before = _look(source)
    _check_size(source, before.size, limits or Limits())
    archive.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=archive)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            sha256 = _copy(source, copy.fileno(), before)
        if _look(source) != before:
            raise _vanished(source, "changed while it was being copied")
        target = archived_path(archive, sha256, source.suffix)
        _place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return Document(sha256, readable_name(source), before.size, target)


def archived_path(archive: Path, sha256: str, suffix: str) -> Path:
    """Give where a document of this sha256 and ending lies in the archive."""
    return archive / sha256[:2] / f"{sha256}{suffix.lower()}"


def clean_archive(archive: Path) -> int:
    """Remove the unfinished copies that a killed run left in the archive; give how many."""
    leftovers = list(archive.glob(".*.part"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    return len(leftovers)


def _walk(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=lambda e: closed.append(Path(e.filename)), followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in files:
            path = Path(parent) / name
            # A link that leads nowhere is told like a file that has gone.
            if is_document_name(name) and (path.is_file() or path.is_symlink()):
                yield path
    yield from closed  # archiving one tells that it cannot be opened: what lies in it must not be missed in silence


def _look(path: Path) -> _Look:
    try:
        seen = path.stat()
    except OSError as error:
        raise _not_opened(path, error) from None
    return _Look(seen.st_size, seen.st_mtime_ns, seen.st_ino)


def _check_size(source: Path, size: int, limits: Limits) -> None:
    if size == 0:
        remedy = "Get the document again from its publisher"
        raise EmptyDocumentError(readable_name(source), "the file has no bytes", remedy)
    if size > limits.max_bytes:
        megabytes, limit = size / 1024**2, limits.max_bytes / 1024**2
        raise DocumentTooLargeError(
            readable_name(source),
            f"the file has {megabytes:,.1f} MB, more than the limit of {limit:,.1f} MB",
            "Check that it is a report; split it, or raise the limit in the settings",
        )


def _copy(source: Path, target: int, expected: _Look) -> str:
    """Copy and hash in one pass; stop as soon as the source has grown beyond what it was."""
    digest, copied = hashlib.sha256(), 0
    try:
        stream = source.open("rb")
    except OSError as error:
        raise _not_opened(source, error) from None
    with stream:
        while chunk := stream.read(_CHUNK):
            copied += len(chunk)
            if copied > expected.size:
                raise _vanished(source, "grew while it was being copied")
            digest.update(chunk)
            _write(target, chunk)
    os.fsync(target)
    return digest.hexdigest()


def _write(target: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(target, view) :]


def _place(temporary: Path, target: Path) -> None:
    """Move the finished copy to its place and make both the file and its name durable."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o444)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _not_opened(path: Path, error: OSError) -> UnreadableDocumentError:
    """Tell of one file that the system does not open it; whoever takes in many goes on with the others."""
    if path.is_symlink() and not os.path.lexists(path.parent / path.readlink()):
        return _vanished(path, f"is a link to {path.readlink()}, where none is")
    if isinstance(error, FileNotFoundError):
        return _vanished(path, f"is not at {path} any more")
    problem = f"{path} cannot be opened ({error.strerror})"
    return ForbiddenDocumentError(
        readable_name(path), problem, "Give your user the right to read it, and refresh again"
    )


def _vanished(path: Path, problem: str) -> VanishedDocumentError:
    remedy = "Put it back, wait until it is complete, and refresh again"
    return VanishedDocumentError(readable_name(path), f"the file {problem}", remedy)


def identify(path: Path, *, file: str | None = None, limits: Limits | None = None) -> str:
    """Give the sha256 of the file at `path`, called `file` in messages, after checking that it may be read at all.

    Raises:
        EmptyDocumentError, DocumentTooLargeError, VanishedDocumentError: as `archive_document` does.
    """
    _check_size(path.with_name(file) if file else path, _look(path).size, limits or Limits())
    return sha256_of(path)
