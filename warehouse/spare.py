"""The spare file: what was published before, kept for the next copy, which then writes only what differs.

Whoever has opened it goes on reading what was published then: it is used again only where nobody has it open any more.
Its content is not trusted: the copy compares all of it (`blocks.keep`). Here belongs leaving it and taking it. Not
here: the switch (`release`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from warehouse.home import Home


def leave_spare(home: Home) -> None:
    """Keep the published file under the spare's name, just before another takes its place; or keep none."""
    with contextlib.suppress(OSError):  # nothing is published yet, or the file system knows no links
        home.spare.unlink(missing_ok=True)
        home.spare.parent.mkdir(exist_ok=True)
        os.link(home.warehouse, home.spare, follow_symlinks=False)


def take_spare(home: Home, target: Path) -> bool:
    """Move the spare file to `target`, to be written to; False where there is none that is nobody's."""
    try:
        home.spare.replace(target)
    except OSError:
        return False
    if _is_nobodys(target):
        return True
    target.unlink()
    return False


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
