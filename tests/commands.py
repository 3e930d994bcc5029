"""The command line for tests: run in this process, with what it said."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import command_line


class Said(NamedTuple):
    """The exit code of a command, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs `indicadores` with arguments, and with what a person would have `typed`."""

    def call(*arguments: str | Path, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["indicadores", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = command_line._run()
        return Said(code, *capsys.readouterr())

    return call
