"""Blocks: files kept as pieces that are stored once under their sha256, so that kept releases share what is the same.

Here belongs cutting files, storing their pieces, putting files together again, and removing pieces that nothing names.
Not here: which files are kept so (`release_build`), or for how long (`release`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat
from pathlib import Path

from warehouse.errors import DamagedReleaseError
from warehouse.files import sync_file, sync_folder

_HEAD = 3 * 4096
"""Bytes of the headers of a DuckDB file: what follows lies in pieces whose places do not change."""

_SIZE = 1 << 20

_THREADS = 2
"""Reading, hashing and writing let other threads run."""


def digests_of(path: Path) -> list[str]:
    """Give the sha256 of each block of a file, in order."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(lambda place: _digest(_read(descriptor, place)), _places(path)))
    finally:
        os.close(descriptor)


def keep(store: Path, path: Path, copy: Path, known: Sequence[str] = ()) -> list[str]:
    """Store the blocks of a file that are not stored yet, and make `copy` the same; give the sha256 of all, in order.

    Both are durable. Each block is read once, so that what is stored, copied and named by its sha256 is the same. What
    `copy` held before does not matter, but where it is the same nothing is written. `known` are the sha256 of its
    blocks: with them it need not be read.
    """
    source, target = os.open(path, os.O_RDONLY), os.open(copy, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        os.ftruncate(target, os.fstat(source).st_size)
        with ThreadPoolExecutor(_THREADS) as pool:
            before = chain(known, repeat(None))
            kept = list(pool.map(lambda *block: _keep_block(store, source, target, *block), _places(path), before))
        os.fsync(target)
    finally:
        os.close(source)
        os.close(target)
    fresh = dict.fromkeys(digest for digest, is_new in kept if is_new)
    for digest in fresh:
        sync_file(_part(store, digest))
        _part(store, digest).replace(_path(store, digest))
    for folder in {_path(store, digest).parent for digest in fresh}:
        sync_folder(folder)
    return [digest for digest, _ in kept]


def assemble(store: Path, digests: Sequence[str], target: Path) -> None:
    """Put a file together from its blocks, and make it durable.

    Raises:
        DamagedReleaseError: a block is missing, or is not what its name says.
    """
    with target.open("wb") as stream:
        for digest in digests:
            content, problem = _stored(store, digest)
            if problem is not None:
                raise DamagedReleaseError(problem, "Roll back to another release, or refresh to build a new one")
            stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def problems(store: Path, digests: Iterable[str]) -> list[str]:
    """Give in words what is wrong with the stored blocks of a file."""
    return [said for digest in dict.fromkeys(digests) if (said := _stored(store, digest)[1])]


def sweep(store: Path, used: Iterable[str]) -> None:
    """Remove the blocks that nothing names any more, and what a killed process has left of one."""
    wanted = set(used)
    for path in store.glob("*/*") if store.is_dir() else ():
        if path.name not in wanted:
            path.unlink()


def _places(path: Path) -> Iterator[tuple[int, int]]:
    """Give the place and length of each block."""
    size = path.stat().st_size
    if size:
        yield 0, min(_HEAD, size)
    for start in range(_HEAD, size, _SIZE):
        yield start, min(_SIZE, size - start)


def _read(descriptor: int, place: tuple[int, int]) -> bytes:
    start, length = place
    return os.pread(descriptor, length, start)


def _write(descriptor: int, start: int, content: bytes) -> None:
    while content:
        written = os.pwrite(descriptor, content, start)
        start, content = start + written, content[written:]


def _keep_block(store: Path, source: int, target: int, place: tuple[int, int], known: str | None) -> tuple[str, bool]:
    """Copy one block; give its sha256 and whether it is not stored yet, but for a part that waits to be."""
    content = _read(source, place)
    digest = _digest(content)
    if digest != known and (known is not None or _read(target, place) != content):
        _write(target, place[0], content)
    if _path(store, digest).exists():
        return digest, False
    part = _part(store, digest)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)
    return digest, True


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _path(store: Path, digest: str) -> Path:
    return store / digest[:2] / digest


def _stored(store: Path, digest: str) -> tuple[bytes, str | None]:
    """Give a stored block, and in words what is wrong with it: what is checked is what is used."""
    path = _path(store, digest)
    if not path.is_file():
        return b"", f"{path}: it is missing"
    content = path.read_bytes()
    return content, None if _digest(content) == digest else f"{path}: its content has changed since it was built"


def _part(store: Path, digest: str) -> Path:
    return _path(store, f"{digest}.part")
