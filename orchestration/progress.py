"""Telling how far a run is: steps report here, whoever shows progress listens.

Here belongs the one channel between steps and a display in the same process. Not here: any display.
"""

from __future__ import annotations

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
