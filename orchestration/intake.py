"""From files to work: which documents are there, which are still to read, whether there is anything to publish.

Here belongs deciding what a refresh has to do, before anything heavy is imported: a refresh with nothing new must
cost little. Not here: reading, landing or publishing (the assets), or Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from ingest.correction import load_corrections
from ingest.documents import Document, Limits, archive_document, archived_path, find_files, readable_name, sha256_of
from ingest.errors import UnreadableDocumentError, VanishedDocumentError
from orchestration.environment import SOURCES
from warehouse.corrections import corrections_are_due
from warehouse.files import write_durably
from warehouse.gate import Suite, unjudged
from warehouse.home import Home
from warehouse.landing import Refused, end_held_files, hold_file, open_landing, pending
from warehouse.release import code_version, fingerprint, needs_release

SHA_DIGITS = 12
"""Digits of the sha256 in a partition key."""

_NAMES = ".names"
"""Folder of the archive that keeps the name of each document, in a file called by its sha256."""

_SAFE = "".join(chr(c) for c in range(32, 127) if chr(c) not in '%,"\\[]()')


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in: the files looked at, documents that lie in the archive, and files that could not be archived."""

    files: tuple[Path, ...]
    documents: tuple[Document, ...]
    held: Mapping[Path, UnreadableDocumentError]


@dataclass(frozen=True, slots=True)
class Work:
    """What a refresh has to do.

    `leftover` are documents that a killed run received and never read. `copies` are files with the bytes of a document
    of another name: (file, that name); each document is read once.
    """

    to_read: tuple[Document, ...]
    known: tuple[Document, ...]
    refused: tuple[Refused, ...]
    held: tuple[UnreadableDocumentError, ...]
    leftover: tuple[Document, ...]
    copies: tuple[tuple[str, str], ...]
    unjudged: int
    admitted: int
    release_needed: bool
    corrections_due: bool

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that a reader has to see."""
        return self.to_read + self.leftover

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to read, to correct, to judge or to publish."""
        waiting = self.documents or self.unjudged or self.corrections_due
        return not (waiting or (self.release_needed and self.admitted))


def receive(
    home: Home,
    places: Iterable[Path],
    limits: Limits | None = None,
    told: Callable[[int, int, str], None] | None = None,
) -> Intake:
    """Archive the files among `places` (folders at any depth). A file that cannot be archived stops nobody.

    `told` is called with the number of files done, of all files, and the file's name.
    """
    limits = limits or Limits()
    files = find_files(places)
    documents: list[Document] = []
    held: dict[Path, UnreadableDocumentError] = {}
    for number, path in enumerate(files):
        if told is not None:
            told(number, len(files), path.name)
        try:
            document = _archived(path, home, limits) or archive_document(path, home.archive, limits)
            _keep_name(home, document)
            documents.append(document)
        except UnreadableDocumentError as error:
            held[path] = error
    return Intake(tuple(files), tuple(documents), held)


def plan_work(home: Home, intake: Intake, extractor: str) -> Work:
    """Decide what is left to do for what came in. Records the files that could not be archived.

    Raises:
        CorrectionFileError: a file of corrections cannot be used: nothing may be published without it.
    """
    suite = Suite.load("landing")
    with open_landing(home) as connection:
        end_held_files(connection, intake.files)
        for path, error in intake.held.items():
            hold_file(connection, error, path)
        left = pending(connection, intake.documents, extractor)
        seen = dict(connection.execute(_SEEN).fetchall())
        waiting = len(unjudged(connection, suite))
        due = bool(seen) and corrections_are_due(connection, load_corrections())
        (admitted,) = connection.execute("select count(*) from known_extraction").fetchone() or (0,)
    ours = {d.sha256 for d in intake.documents}
    return Work(
        left.to_read,
        left.known,
        left.refused,
        tuple(intake.held.values()),
        tuple(d for d in archived_documents(home) if d.sha256 not in seen.keys() | ours),
        _copies(intake.documents, seen),
        waiting,
        admitted,
        needs_release(home, fingerprint(home, code_version(*SOURCES))),
        due,
    )


def archived_documents(home: Home) -> list[Document]:
    """Give every document of the archive, each with the name under which it was received first."""
    paths = sorted(p for p in home.archive.glob("??/*") if len(p.stem) == 64)
    return [Document(p.stem, _kept_name(home, p), p.stat().st_size, p) for p in paths]


def _keep_name(home: Home, document: Document) -> None:
    """Keep the name of a document beside its bytes: who reads it may be another run than the one that received it."""
    kept = home.archive / _NAMES / document.sha256
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        write_durably(kept, document.file)


def _kept_name(home: Home, path: Path) -> str:
    """Give the name that a document was received under; of one of before names were kept its name in the archive."""
    kept = home.archive / _NAMES / path.stem
    return kept.read_text(encoding="utf-8") if kept.exists() else path.name


def partition_key(document: Document) -> str:
    """Name a document for people and uniquely: `<file>@<first digits of its sha256>`.

    Characters that Dagster or its selection syntax cannot carry are percent-encoded, others stand as they are.
    """
    safe = "".join(c if c in _SAFE or c.isalnum() else quote(c, errors="replace", safe="") for c in document.file)
    return f"{safe.replace('...', '%2E%2E%2E')}@{document.sha256[:SHA_DIGITS]}"


def document_of(home: Home, key: str) -> Document:
    """Give the document that a partition key names, from the archive.

    Raises:
        VanishedDocumentError: its copy is not in the archive.
    """
    name, _, digits = key.rpartition("@")
    found = sorted((home.archive / digits[:2]).glob(f"{digits}*"))
    if not found:
        raise VanishedDocumentError(
            unquote(name), f"its copy is not in {home.archive}", "Put the file into the inbox and refresh again"
        )
    suffix = Path(unquote(name)).suffix.lower()
    path = next((p for p in found if p.suffix == suffix), found[0])
    return Document(path.stem, unquote(name), path.stat().st_size, path)


def keys_for(documents: Sequence[Document], existing: Sequence[str]) -> dict[str, Document]:
    """Give the partition key of each document: the one that names its sha256 already, or a new one."""
    by_digits = {key.rpartition("@")[2]: key for key in existing}
    return {by_digits.get(d.sha256[:SHA_DIGITS]) or partition_key(d): d for d in documents}


_SEEN = """
select document_sha256, file from document
union
select document_sha256, any_value(file)
from quarantine
where stage = 'reading' and document_sha256 not in (select document_sha256 from document)
group by all
"""


def _copies(documents: Sequence[Document], seen: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    first = dict(seen)
    for document in documents:
        first.setdefault(document.sha256, document.file)
    return tuple(sorted({(d.file, first[d.sha256]) for d in documents if d.file != first[d.sha256]}))


def _archived(path: Path, home: Home, limits: Limits) -> Document | None:
    """Give the document where its bytes are in the archive already, which spares the copy; None where not."""
    try:
        size = path.stat().st_size
        if not 0 < size <= limits.max_bytes:
            return None
        sha256 = sha256_of(path)
    except OSError:  # archiving it tells what is wrong
        return None
    target = archived_path(home.archive, sha256, path.suffix)
    if not target.exists() or target.stat().st_size != size:
        return None
    return Document(sha256, readable_name(path), size, target)
