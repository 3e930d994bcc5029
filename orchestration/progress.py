"""Telling how far a run is: steps report here, whoever shows progress listens.

Here belongs the one channel between steps and a display in the same process. Not here: any display.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """How far one phase is: `done` of `total` pieces, and what is worked at now."""

    phase: str
    done: int = 0
    total: int = 0
    text: str = ""


Listener = Callable[[Step], None]

_listeners: list[Listener] = []


def tell(phase: str, done: int = 0, total: int = 0, text: str = "") -> None:
    """Report progress to everyone who listens in this process."""
    step = Step(phase, done, total, text)
    for listener in _listeners:
        listener(step)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener` with each report while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class Pace:
    """How fast the pages of one document are read, from when this is made."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._said = clock()

    def at(self, done: int, total: int) -> str:
        """Say how far it is: `page 3 of 60, 2.1 s a page, 2 min left`."""
        said = f"page {done} of {total}"
        if not done:
            return said
        each = (self._clock() - self._started) / done
        left = each * max(0, total - done)
        rest = f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left"
        return f"{said}, {each:.1f} s a page, {rest}"

    def is_due(self) -> bool:
        """Whether a log should hear of it: every ten seconds."""
        now = self._clock()
        due = now - self._said >= LOG_SECONDS
        self._said = now if due else self._said
        return due


LOG_SECONDS = 10.0
