"""The process in which documents are read: takes one job after the other, answers, and dies with its parent.

Here belongs what happens in the child. Not here: starting, watching and ending it (`safely`), or reading (`extract`).
Run as `python -m ingest.reading_process MODULE JOBS ANSWERS LIFELINE`: a module to load before the first job, and the
ends of three pipes.
"""

from __future__ import annotations

import faulthandler
import fcntl
import gc
import importlib
import os
import pickle
import resource
import select
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ingest.errors import UnreadableDocumentError
from ingest.limits import ReadingLimits, put_in_force

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """One document to work on: the function (`module:name`), where the document lies, its name, what it may cost.

    The function is called with the path and, by name, `file`, `progress` and `arguments`.
    """

    function: str
    path: str
    file: str
    limits: ReadingLimits
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has started and takes jobs."""


@dataclass(frozen=True, slots=True)
class Pages:
    """So many pages of the document are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Done:
    """What reading gave."""

    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The document cannot be read, as its reader says."""

    error: UnreadableDocumentError


@dataclass(frozen=True, slots=True)
class Failed:
    """The reader raised what it should not: the error's type and message, and the traceback."""

    problem: str
    trace: str
    of_memory: bool = False


def main(arguments: list[str]) -> None:
    """Answer jobs until the pipe of jobs ends."""
    module, jobs, answers, lifeline = arguments[0], *map(int, arguments[1:])
    _die_with_parent(lifeline)
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    importlib.import_module(module)
    inward, outward = Connection(jobs, writable=False), Connection(answers, readable=False)
    outward.send_bytes(pickle.dumps(Ready()))
    while True:
        try:
            job: Job = pickle.loads(inward.recv_bytes())
        except EOFError:
            return
        outward.send_bytes(_answer(job, outward))
        gc.collect()


def _answer(job: Job, outward: Connection) -> bytes:
    """Do a job and give the answer, pickled: whatever happens, there is one."""

    def tell(done: int, total: int) -> None:
        job.limits.check_pages(job.file, total)
        outward.send_bytes(pickle.dumps(Pages(done, total)))

    try:
        put_in_force(job.limits)
        _limit_memory(job.limits)
        try:
            module, _, name = job.function.partition(":")
            function: Callable[..., Any] = getattr(importlib.import_module(module), name)
            return pickle.dumps(Done(function(Path(job.path), file=job.file, progress=tell, **job.arguments)))
        except UnreadableDocumentError as error:
            return pickle.dumps(Refused(error))
    except BaseException as error:  # noqa: BLE001  the parent reports it; a reader must not end this process
        return pickle.dumps(
            Failed(f"{type(error).__name__}: {error}", traceback.format_exc(), isinstance(error, MemoryError))
        )


def _limit_memory(limits: ReadingLimits) -> None:
    """Let one huge allocation fail at once; the parent watches what grows slowly."""
    most = int(1.5 * limits.memory_mb) * _MEGABYTE
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):  # not every system has it, and the parent watches anyway
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _die_with_parent(lifeline: int) -> None:
    """Have the system end this process when the other end of `lifeline` closes, which it does with the parent.

    A signal with its default action needs no Python: it works in the middle of a library call, too.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit(1)  # the parent is gone already


if __name__ == "__main__":
    # Under this name the classes above would not be those that the parent knows.
    from ingest.reading_process import main as _main

    _main(sys.argv[1:])
