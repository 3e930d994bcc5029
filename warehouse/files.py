"""Files that survive a power cut: copying and naming made durable, and checksums.

Here belongs what is the same for any file. Not here: which files there are.
"""

from __future__ import annotations

import os
from pathlib import Path


def write_durably(target: Path, text: str) -> None:
    """Write a text file so that it stands whole or not at all."""
    temporary = target.with_name(f".{target.name}.part")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(target)
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    sync_file(path)
