"""The spare file: what was published before, kept for the next copy, which then writes only what differs.

Whoever has opened it goes on reading what was published then: it is used again only where nobody has it open any more.
A published file bears the time of its release. While it does nobody has written to it, and the recipe of the release
says what it holds; otherwise the copy compares all of it (`blocks.keep`). Here belongs leaving it and taking it. Not
here: the switch (`release`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import DamagedReleaseError
from warehouse.home import Home
from warehouse.manifest import STAMP, read_recipe, release_ids


def mark(path: Path, release_id: str) -> None:
    """Let a file that is about to be published bear the time of its release."""
    moment = _moment(release_id)
    os.utime(path, ns=(moment, moment))


def is_marked(path: Path, release_id: str) -> bool:
    """Whether a file bears the time of this release: then nobody has written to it since it was published."""
    return path.stat().st_mtime_ns == _moment(release_id)


def leave_spare(home: Home) -> None:
    """Keep the published file under the spare's name, just before another takes its place; or keep none."""
    with contextlib.suppress(OSError):  # nothing is published yet, or the file system knows no links
        home.spare.unlink(missing_ok=True)
        home.spare.parent.mkdir(exist_ok=True)
        os.link(home.warehouse, home.spare, follow_symlinks=False)


def take_spare(home: Home, target: Path) -> Sequence[str]:
    """Move the spare file to `target`, to be written to, if there is one that is nobody's.

    Gives the sha256 of its blocks, in order, or none where that is not known.
    """
    try:
        home.spare.replace(target)
    except OSError:
        return ()
    if not _is_nobodys(target):
        target.unlink()
        return ()
    try:
        release = next((i for i in release_ids(home) if is_marked(target, i)), None)
        return () if release is None else read_recipe(home.releases / release)
    except (OSError, DamagedReleaseError):  # `verify` tells that
        return ()


def _moment(release_id: str) -> int:
    """Give the time that a release's id begins with, in nanoseconds."""
    stamp = datetime.strptime(release_id.partition("-")[0], STAMP).replace(tzinfo=UTC)
    return int(stamp.timestamp()) * 10**9


def _is_nobodys(path: Path) -> bool:
    """Whether the file has no other name, such as that of the published one, and no process has it open.

    Linux gives a write lease only on such a file. On other systems the answer is no.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        return os.fstat(descriptor).st_nlink == 1
    except (OSError, AttributeError):
        return False
    finally:
        os.close(descriptor)
