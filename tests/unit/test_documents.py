from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import documents
from ingest.documents import Limits, archive_document, clean_archive, find_files
from ingest.errors import DocumentTooLargeError, EmptyDocumentError, ForbiddenDocumentError, VanishedDocumentError


def written(path: Path, content: bytes = b"a report") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_document_is_archived_whole_under_its_sha256(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    source = written(tmp_path / "Informe Q1.PDF", content)
    document = archive_document(source, tmp_path / "archive")
    sha256 = hashlib.sha256(content).hexdigest()
    assert (document.sha256, document.file, document.bytes) == (sha256, "Informe Q1.PDF", 3_000_000)
    assert document.path == tmp_path / "archive" / sha256[:2] / f"{sha256}.pdf"
    assert document.path.read_bytes() == content
    assert documents.sha256_of(document.path) == sha256


def test_the_same_content_is_archived_once_whatever_its_name(tmp_path: Path) -> None:
    first = archive_document(written(tmp_path / "a.pdf"), tmp_path / "archive")
    second = archive_document(written(tmp_path / "b.pdf"), tmp_path / "archive")
    assert first.path == second.path
    assert len(names(tmp_path / "archive")) == 1


def test_an_archived_document_is_never_written_over(tmp_path: Path) -> None:
    first = archive_document(written(tmp_path / "a.pdf"), tmp_path / "archive")
    before = first.path.stat()
    archive_document(written(tmp_path / "a.pdf"), tmp_path / "archive")
    assert first.path.stat().st_ino == before.st_ino
    assert not first.path.stat().st_mode & 0o222


def test_an_empty_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocumentError, match=r"empty\.pdf: the file has no bytes\. Get the document again"):
        archive_document(written(tmp_path / "empty.pdf", b""), tmp_path / "archive")


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(DocumentTooLargeError, match=r"1,024\.0 MB, more than the limit of 200\.0 MB"):
        archive_document(huge, tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


def test_the_limit_is_a_setting(tmp_path: Path) -> None:
    source = written(tmp_path / "a.pdf", b"12345")
    with pytest.raises(DocumentTooLargeError):
        archive_document(source, tmp_path / "archive", Limits(max_bytes=4))
    assert archive_document(source, tmp_path / "archive", Limits(max_bytes=5)).bytes == 5


def test_a_file_that_is_not_there_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(VanishedDocumentError, match=r"gone\.pdf"):
        archive_document(tmp_path / "gone.pdf", tmp_path / "archive")


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to("nowhere.pdf")
    (tmp_path / "b.pdf").symlink_to("b.pdf")
    assert find_files([tmp_path]) == [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    with pytest.raises(VanishedDocumentError, match=r"a\.pdf.*is a link to nowhere\.pdf"):
        archive_document(tmp_path / "a.pdf", tmp_path / "archive")
    with pytest.raises(ForbiddenDocumentError, match=r"b\.pdf cannot be opened \(Too many levels"):
        archive_document(tmp_path / "b.pdf", tmp_path / "archive")


NOBODY = 65534


@pytest.fixture
def place_of_nobody() -> Iterator[Path]:
    """A folder, used by a user who may not do everything: root may read what it is forbidden."""
    with tempfile.TemporaryDirectory() as name:
        user = os.geteuid()
        if user == 0:
            os.chown(name, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(user)


def test_a_file_or_folder_that_may_not_be_opened_is_told(place_of_nobody: Path) -> None:
    inbox = place_of_nobody / "in"
    written(inbox / "a.pdf").chmod(0)
    written(inbox / "b" / "c.pdf").parent.chmod(0)
    try:
        found = find_files([inbox])
        assert found == [inbox / "a.pdf", inbox / "b"]
        for path in found:
            with pytest.raises(ForbiddenDocumentError, match=r"Permission denied.*Give your user the right"):
                archive_document(path, place_of_nobody / "archive")
    finally:
        (inbox / "b").chmod(0o755)


@pytest.mark.parametrize("harm", ["delete", "grow", "shrink", "rewrite", "replace"])
def test_a_file_that_changes_while_it_is_copied_has_vanished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    source = written(tmp_path / "a.pdf", os.urandom(3 << 20))
    write, done = documents._write, []

    def interrupted(target: int, chunk: bytes) -> None:
        write(target, chunk)
        if not done:
            done.append(harm)
            _harm(source, harm)

    monkeypatch.setattr(documents, "_write", interrupted)
    with pytest.raises(VanishedDocumentError):
        archive_document(source, tmp_path / "archive")
    assert done == [harm]
    assert names(tmp_path / "archive") == set()


def _harm(source: Path, harm: str) -> None:
    if harm == "delete":
        source.unlink()
    elif harm == "grow":
        with source.open("ab") as stream:
            stream.write(b"more")
    elif harm == "shrink":
        os.truncate(source, 1 << 20)
    elif harm == "rewrite":
        with source.open("r+b") as stream:
            stream.write(b"other")
        os.utime(source, ns=(1, 1))
    elif harm == "replace":
        other = written(source.with_name("other"), os.urandom(3 << 20))
        times = source.stat()
        os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
        other.replace(source)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_target: int, _chunk: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(documents, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        archive_document(written(tmp_path / "a.pdf"), tmp_path / "archive")
    assert names(tmp_path / "archive") == set()


def test_leftovers_of_a_killed_copy_are_cleaned_and_documents_stay(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    document = archive_document(written(tmp_path / "a.pdf"), archive)
    written(archive / ".tmpabc.part")
    assert clean_archive(archive) == 1
    assert clean_archive(archive) == 0
    assert names(archive) == {document.path.name}


def test_in_a_folder_only_finished_visible_files_are_documents(tmp_path: Path) -> None:
    for name in ("b.pdf", "deep/er/a.txt", "Ñandú.xlsx"):
        written(tmp_path / name)
    for name in (".hidden.pdf", "~$b.xlsx", "c.pdf.part", "d.CRDOWNLOAD", "e.tmp", ".git/f.pdf"):
        written(tmp_path / name)
    found = find_files([tmp_path])
    assert found == [tmp_path / "b.pdf", tmp_path / "deep/er/a.txt", tmp_path / "Ñandú.xlsx"]


def test_a_file_named_twice_is_given_once_and_one_named_itself_always(tmp_path: Path) -> None:
    hidden = written(tmp_path / ".hidden.pdf")
    plain = written(tmp_path / "a.pdf")
    assert find_files([plain, tmp_path, plain, hidden, tmp_path / "gone.pdf"]) == [
        plain,
        hidden,
        tmp_path / "gone.pdf",
    ]


def test_a_name_that_is_no_utf8_becomes_readable(tmp_path: Path) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.pdf"))
    document = archive_document(written(source), tmp_path / "archive")
    assert document.file == "a\ufffd.pdf"
