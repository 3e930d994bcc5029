"""One refresh or rollback at a time: a lock on a file that tells who holds it.

Here belongs the lock alone. It is the operating system's (`flock`): a holder that is killed frees it at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import HomeBusyError

PAUSE = 0.1
"""Seconds between two attempts."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock. `since` is UTC, as ISO 8601; all None in the moment before the holder has signed."""

    pid: int | None = None
    since: str | None = None
    command: str | None = None

    def __str__(self) -> str:
        """Say it in words."""
        if self.pid is None:
            return "another process"
        return f"process {self.pid} ({self.command}), since {self.since}"


@contextmanager
def held(
    path: Path, command: str, wait: float = 0.0, waiting: Callable[[Holder, float], None] | None = None
) -> Iterator[None]:
    """Hold the lock at `path` while the block runs.

    Args:
        path: the lock's file, for example `home.refresh_lock`; it is made where it is missing, and stays.
        command: what the holder does, for others to read.
        wait: seconds to wait for another holder; 0 gives up after a moment.
        waiting: called about once a second while waiting, with the holder and the seconds waited.

    Raises:
        HomeBusyError: another process holds it and `wait` has passed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait, waiting)
        _sign(descriptor, command)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Give who holds the lock at `path`, or None where it is free. Does not wait."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _signature(descriptor)
    finally:
        os.close(descriptor)
    return None


def _acquire(descriptor: int, path: Path, wait: float, waiting: Callable[[Holder, float], None] | None) -> None:
    # `holder` takes the lock for an instant, so that one failure does not mean that it is held.
    patience, start, told = max(wait, 5 * PAUSE), time.monotonic(), 0.0
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            passed = time.monotonic() - start
            if passed >= patience:
                raise _busy(path, _signature(descriptor)) from None
            if waiting is not None and wait and passed >= told:
                waiting(_signature(descriptor), passed)
                told = passed + 1.0
            time.sleep(PAUSE)
        else:
            return


def _busy(path: Path, who: Holder) -> HomeBusyError:
    return HomeBusyError(
        f"{path.parent} is in use by {who}",
        "Wait until it has finished and try again; if it hangs, end that process, which frees the lock at once",
    )


def _sign(descriptor: int, command: str) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "since": since, "command": command})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _signature(descriptor: int) -> Holder:
    text = os.pread(descriptor, 4096, 0)
    try:
        said = json.loads(text)
    except ValueError:  # not signed yet, or not wholly
        return Holder()
    return Holder(said["pid"], said["since"], said["command"])
