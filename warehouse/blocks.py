"""Blocks: files kept as pieces that are stored once under their sha256, so that kept releases share what is the same.

Here belongs cutting files, storing their pieces, putting files together again, and removing pieces that nothing names.
Not here: which files are kept so (`release_build`), or for how long (`release`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import xxhash

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
            return list(pool.map(lambda place: _digest(_read(descriptor, place, _BUFFERS.first)), _places(path)))
    finally:
        os.close(descriptor)


class Block(NamedTuple):
    """The names of a block: by its `sha256` it is stored, by its `xxh3` (128 bits) it is known again in a tenth of the
    time, which is enough among blocks that we wrote ourselves.
    """

    sha256: str
    xxh3: str


def keep(
    store: Path, path: Path, copy: Path, before: Sequence[str] = (), known: Mapping[str, str] | None = None
) -> list[Block]:
    """Store the blocks of a file that are not stored yet, and make `copy` the same; give the names of all, in order.

    Both are durable. Each block is read once, so that what is stored, copied and named by its sha256 is the same. What
    `copy` held before does not matter, but where it is the same nothing is written. `before` are the sha256 of its
    blocks: with them it need not be read. `known` are sha256 of other files' blocks by their xxh3: most of a file is
    what it was in the release before, and need not be hashed again.
    """
    with ExitStack() as closing:
        source = _opened(closing, path, os.O_RDONLY)
        target = _opened(closing, copy, os.O_RDWR | os.O_CREAT)
        os.ftruncate(target, os.fstat(source).st_size)

        def keep_block(place: tuple[int, int], was: str | None) -> tuple[Block, bool]:
            content = _read(source, place, _BUFFERS.first)
            xxh3 = xxhash.xxh3_128_hexdigest(content)
            digest = (known or {}).get(xxh3) or _digest(content)
            if digest != was and (was is not None or not _is_same(target, place, content)):
                _write(target, place[0], content)
            return Block(digest, xxh3), _store_block(store, digest, content)

        with ThreadPoolExecutor(_THREADS) as pool:
            kept = list(pool.map(keep_block, _places(path), chain(before, repeat(None))))
        os.fsync(target)
    fresh = dict.fromkeys(block.sha256 for block, is_new in kept if is_new)
    for digest in fresh:
        sync_file(_part(store, digest))
        _part(store, digest).replace(_path(store, digest))
    for folder in {_path(store, digest).parent for digest in fresh}:
        sync_folder(folder)
    return [block for block, _ in kept]


def read_ahead(path: Path) -> threading.Thread:
    """Ask the system to have a file in memory by the time that `keep` reads all of it, and do not wait for that.

    What lies on the disk comes in a third of the time that reading takes; what is in memory costs some milliseconds.
    """

    def ask() -> None:
        with contextlib.suppress(OSError), path.open("rb") as stream:
            # Of a longer stretch the system reads no more than the beginning.
            for start, length in _places(path):
                os.posix_fadvise(stream.fileno(), start, length, os.POSIX_FADV_WILLNEED)

    asking = threading.Thread(target=ask if hasattr(os, "posix_fadvise") else lambda: None, daemon=True)
    asking.start()
    return asking


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
    for folder in os.scandir(store) if store.is_dir() else ():
        for entry in os.scandir(folder) if folder.is_dir() else ():
            if entry.name not in wanted:
                Path(entry).unlink()


def _places(path: Path) -> Iterator[tuple[int, int]]:
    """Give the place and length of each block."""
    size = path.stat().st_size
    if size:
        yield 0, min(_HEAD, size)
    for start in range(_HEAD, size, _SIZE):
        yield start, min(_SIZE, size - start)


class _Buffers(threading.local):
    """What a thread reads blocks into: fresh memory for each takes ten times as long as reading it."""

    def __init__(self) -> None:
        self.first, self.second = bytearray(_SIZE), bytearray(_SIZE)


_BUFFERS = _Buffers()


def _read(descriptor: int, place: tuple[int, int], buffer: bytearray) -> memoryview:
    start, length = place
    read = os.preadv(descriptor, [memoryview(buffer)[:length]], start)
    return memoryview(buffer)[:read]


def _is_same(descriptor: int, place: tuple[int, int], content: memoryview) -> bool:
    """Whether a file has at that place what was read into the first buffer of this thread."""
    other = _read(descriptor, place, _BUFFERS.second)
    if len(content) == len(other) == _SIZE:
        return _BUFFERS.first == _BUFFERS.second  # of views, each byte would be compared by itself
    return bytes(content) == bytes(other)


def _write(descriptor: int, start: int, content: memoryview) -> None:
    while content:
        written = os.pwrite(descriptor, content, start)
        start, content = start + written, content[written:]


def _store_block(store: Path, digest: str, content: memoryview) -> bool:
    """Write a block that is not stored yet as a part that waits to be; tell whether it is one."""
    if _path(store, digest).exists():
        return False
    part = _part(store, digest)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)
    return True


def _opened(closing: ExitStack, path: Path, flags: int) -> int:
    descriptor = os.open(path, flags, 0o666)
    closing.callback(os.close, descriptor)
    return descriptor


def _digest(content: bytes | memoryview) -> str:
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
