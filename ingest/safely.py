"""Reading in a process of its own, so that no document can hang, exhaust or kill whoever wants it read.

Here belongs the watch over that process: time, memory, death. Not here: what it does (`reading_process`, `extract`),
or the limits themselves (`limits`). One process reads many documents, with its imports and models kept loaded; it is
replaced when it dies, is ended for a limit, or has grown.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from ingest.errors import ReaderFailedError
from ingest.indicators import Extraction
from ingest.limits import ReadingLimits
from ingest.reading_process import Done, Failed, Job, Pages, Ready, Refused

Progress = Callable[[int, int], None]

READER = "ingest.extract:read_document"
_TICK = 0.05
"""Seconds between two looks at the process."""
_STARTING = 60.0
"""Seconds that a process may need to start, on a busy machine."""
_GROWN = 0.6
"""Share of the memory limit from which on an idle process is replaced."""
_LARGEST = 1 << 30
"""Bytes of an answer."""
_REPORT = "this is a defect of the reader: please report it, with the document"


class ReadingProcessError(RuntimeError):
    """The reading process does not start: the installation is broken. The message holds what it said."""


def read_safely(
    path: Path, *, file: str | None = None, limits: ReadingLimits | None = None, progress: Progress | None = None
) -> Extraction:
    """Read one report as `extract.read_document` does, in this process's reading process.

    `limits` are by default those of the environment; `progress` is told (pages done, pages).

    Raises:
        UnreadableDocumentError: as `read_document` does.
        TooCostlyError: a limit was reached; the message names it and its setting.
        ReaderFailedError: the reader raised what it should not, or its process died of the document twice.
        ReadingProcessError: the reading process cannot be started at all.
    """
    return _shared.read(path, file=file, limits=limits, progress=progress)


def call_safely(
    function: str,
    path: Path,
    *,
    file: str | None = None,
    limits: ReadingLimits | None = None,
    progress: Progress | None = None,
    **arguments: Any,  # noqa: ANN401  whatever the function takes
) -> Any:  # noqa: ANN401  what it gives
    """Call `function` (`module:name`) on a document in the reading process, with the failures of `read_safely`.

    What it gives may hold types of `ingest` and plain ones, nothing else.
    """
    return _shared.call(function, path, file=file, limits=limits, progress=progress, **arguments)


def close() -> None:
    """End this process's reading process, which frees its memory; the next reading starts another."""
    _shared.close()


class SafeReader:
    """A reading process, started when first needed. `reader` names the function that reads, as `module:function`.

    Safe to use from several threads: documents are then read one after the other.
    """

    def __init__(self, reader: str = READER) -> None:
        self._reader = reader
        self._process: _Process | None = None
        self._lock = threading.Lock()

    def read(
        self,
        path: Path,
        *,
        file: str | None = None,
        limits: ReadingLimits | None = None,
        progress: Progress | None = None,
    ) -> Extraction:
        """Read one report; see `read_safely`."""
        result = self.call(self._reader, path, file=file, limits=limits, progress=progress)
        if not isinstance(result, Extraction):
            problem = f"the reader gave {type(result).__name__}, no extraction"
            raise ReaderFailedError(file or path.name, problem, _REPORT)
        return result

    def call(
        self,
        function: str,
        path: Path,
        *,
        file: str | None = None,
        limits: ReadingLimits | None = None,
        progress: Progress | None = None,
        **arguments: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Call a function on a document; see `call_safely`."""
        limits = limits or ReadingLimits.from_env()
        job = Job(function, str(path.absolute()), file or path.name, limits, arguments)
        with self._lock:
            try:
                # A death may have nothing to do with the document (a system short of memory): twice is no chance.
                answer = self._try(job, progress, last=False) or self._try(job, progress, last=True)
            except BaseException:
                self._end()
                raise
        assert answer is not None
        return _result(answer, job)

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _try(self, job: Job, progress: Progress | None, *, last: bool) -> Done | Refused | Failed | None:
        """Give the answer to a job, or None where the process died and it is not the last try."""
        process = self._started(job.limits)
        try:
            process.send(job)
            return _Watch(process, job, progress).answer()
        except pickle.UnpicklingError as error:
            raise ReaderFailedError(job.file, f"the reader gave what it should not ({error})", _REPORT) from error
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._end()
            if last:
                raise ReaderFailedError(job.file, f"the reading process died ({process.death()})", _REPORT) from None
            return None

    def _started(self, limits: ReadingLimits) -> _Process:
        process = self._process
        if process is not None and (not process.is_mine or process.memory_mb > _GROWN * limits.memory_mb):
            self._end()
            process = None
        if process is None or not process.is_alive:
            self._end()
            process = self._process = _Process.start(self._reader.partition(":")[0])
        return process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None


@dataclass(slots=True)
class _Process:
    """The child with its pipes. `owner` is who started it: after a fork, the copy must leave it alone."""

    child: subprocess.Popen[bytes]
    jobs: Connection
    answers: Connection
    lifeline: int
    said: IO[bytes]
    owner: int

    @staticmethod
    def start(module: str) -> _Process:
        jobs_out, jobs_in = os.pipe()
        answers_out, answers_in = os.pipe()
        lifeline_out, lifeline_in = os.pipe()
        theirs = (jobs_out, answers_in, lifeline_out)
        said = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        # Not by multiprocessing, which would run the caller's main module again. -P: never import from where we are.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.reading_process", module, *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=theirs,
            start_new_session=True,  # Ctrl-C reaches only the parent
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for end in theirs:
            os.close(end)
        jobs, answers = Connection(jobs_in, readable=False), Connection(answers_out, writable=False)
        process = _Process(child, jobs, answers, lifeline_in, said, os.getpid())
        try:
            process.await_ready()
        except BaseException:
            process.kill()
            raise
        return process

    @property
    def is_mine(self) -> bool:
        return self.owner == os.getpid()

    @property
    def is_alive(self) -> bool:
        return self.child.poll() is None

    @property
    def memory_mb(self) -> float:
        """Resident memory; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.child.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            return 0.0
        return pages * os.sysconf("SC_PAGESIZE") / 2**20

    def await_ready(self) -> None:
        try:
            if self.answers.poll(_STARTING) and isinstance(self.receive(), Ready):
                return
        except EOFError:
            pass
        self.kill()
        raise ReadingProcessError(f"the reading process does not start ({self.death()})")

    def send(self, job: Job) -> None:
        self.jobs.send_bytes(pickle.dumps(job))

    def receive(self) -> Any:  # noqa: ANN401  one of the answers of `reading_process`
        return _Unpickler(self.answers.recv_bytes(_LARGEST)).load()

    def kill(self) -> None:
        """End the process and what it started, and close everything."""
        if not self.is_mine:
            return
        if self.child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        with suppress(OSError):
            self.jobs.close()
            self.answers.close()
            os.close(self.lifeline)

    def death(self) -> str:
        """Tell how the process ended, with the end of what it said."""
        code = self.child.wait()
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
        self.said.seek(0)
        words = self.said.read().decode("utf-8", "replace").strip()
        return f"{how}: {words[-500:]}" if words else how


class _Watch:
    """The watch over one job."""

    def __init__(self, process: _Process, job: Job, progress: Progress | None) -> None:
        self._process, self._job, self._progress = process, job, progress
        self._started = self._moved = time.monotonic()
        self._pages = 0

    def answer(self) -> Done | Refused | Failed:
        """Wait for the answer; raise `TooCostlyError` where a limit is reached first."""
        while True:
            while not self._process.answers.poll(_TICK):
                self._check()
            told = self._process.receive()
            if not isinstance(told, Pages):
                assert isinstance(told, Done | Refused | Failed)
                return told
            self._check()
            if told.done > self._pages:
                self._pages, self._moved = told.done, time.monotonic()
            if self._progress is not None:
                self._progress(told.done, told.total)

    def _check(self) -> None:
        limits, file, now = self._job.limits, self._job.file, time.monotonic()
        after = f"after {self._pages} page{'s' * (self._pages != 1)}"
        if now - self._started > limits.seconds:
            raise limits.exceeded("seconds", file, f"reading took more than {limits.seconds:g} s, {after}")
        if now - self._moved > limits.page_seconds:
            raise limits.exceeded("page_seconds", file, f"no page was done for {limits.page_seconds:g} s, {after}")
        if self._process.memory_mb > limits.memory_mb:
            raise limits.exceeded("memory_mb", file, f"reading took more than {limits.memory_mb:g} MB, {after}")


_HARMLESS = {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")}


class _Unpickler(pickle.Unpickler):
    """Takes only what an answer is made of: the process has read a stranger's file."""

    def __init__(self, data: bytes) -> None:
        import io  # noqa: PLC0415

        super().__init__(io.BytesIO(data))

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        if module.partition(".")[0] == "ingest" and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        if (module, name) in _HARMLESS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"an answer holds {module}.{name}")


def _result(answer: Done | Refused | Failed, job: Job) -> Any:  # noqa: ANN401
    if isinstance(answer, Done):
        return answer.result
    if isinstance(answer, Refused):
        raise answer.error
    if answer.of_memory:
        raise job.limits.exceeded("memory_mb", job.file, f"reading wants more than {1.5 * job.limits.memory_mb:g} MB")
    error = ReaderFailedError(job.file, f"the reader failed ({answer.problem})", _REPORT)
    error.add_note(answer.trace)
    raise error


_shared = SafeReader()
atexit.register(close)
