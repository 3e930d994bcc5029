"""Readers that hang, crash and lie: what the watch over the reading process must withstand."""

from __future__ import annotations

import os
import re
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.cells import Kind
from ingest.errors import NotAReportError
from ingest.extract import read_document
from ingest.indicators import Extraction, Header

Progress = Callable[[int, int], None]

POISONED = Path(tempfile.gettempdir()) / "indicadores-poisoned"
"""Made where an answer is run as code."""


def read(path: Path, *, file: str, progress: Progress) -> object:
    """Do what the file's text says."""
    what, _, argument = path.read_text(encoding="utf-8").partition(" ")
    return ACTIONS[what](argument, file, progress)


def break_on_first_quarters(path: Path, *, file: str, progress: Progress) -> Extraction:
    if "_q1" in file:
        raise ZeroDivisionError("a defect")
    return read_document(path, file=file, progress=progress)


def extraction(file: str) -> Extraction:
    return Extraction(str(os.getpid()), file, Kind.OCR_TEXT, 3, "none", Header(), (), ())


def good(_: str, file: str, progress: Progress) -> Extraction:
    for page in range(1, 4):
        progress(page, 3)
    return extraction(file)


def hang(*_: object) -> None:
    while True:
        time.sleep(0.1)


def hang_in_c(*_: object) -> None:
    re.fullmatch(r"(a+)+b", "a" * 60)  # holds the interpreter's lock for years


def slow(argument: str, file: str, progress: Progress) -> Extraction:
    for page in range(1, 7):
        time.sleep(float(argument))
        progress(page, 6)
    return extraction(file)


def stand_still(_: str, __: str, progress: Progress) -> None:
    while True:
        progress(1, 6)
        time.sleep(0.05)


def grow(*_: object) -> None:
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 4))


def grab(*_: object) -> Extraction:
    return extraction(str(len(bytearray(1 << 44))))


def keep(argument: str, file: str, _: Progress) -> Extraction:
    KEPT.append(b"x" * int(float(argument) * 2**20))
    return extraction(file)


def die(argument: str, *_: object) -> None:
    os.kill(os.getpid(), signal.Signals[argument])


def die_once(argument: str, file: str, _: Progress) -> Extraction:
    if not Path(argument).exists():
        Path(argument).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return extraction(file)


def leave(*_: object) -> None:
    os._exit(3)


def raise_odd(argument: str, *_: object) -> None:
    raise ODD[argument]


def refuse(_: str, file: str, __: Progress) -> None:
    raise NotAReportError(file, "nothing of a report is in it", "take it away")


def unpicklable(*_: object) -> object:
    return lambda: None


def foreign(*_: object) -> object:
    return Path("not an extraction")


def poison(*_: object) -> object:
    return Poison()


def many_pages(argument: str, file: str, progress: Progress) -> Extraction:
    progress(0, int(argument))
    return extraction(file)


class Poison:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {POISONED}",)


class CannotBePickledError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(lambda: (one, two))


class OurOwnError(NotAReportError):
    pass


KEPT: list[bytes] = []
ODD: dict[str, BaseException] = {
    "lookup": KeyError("no such thing"),
    "exit": SystemExit(0),
    "keyboard": KeyboardInterrupt(),
    "unpicklable": CannotBePickledError("a", "b"),
    "foreign": OurOwnError("f", "odd", "none"),
}
ACTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        *(good, hang, hang_in_c, slow, stand_still, grow, grab, keep, die, die_once, leave, raise_odd, refuse),
        *(unpicklable, foreign, poison, many_pages),
    )
}
