"""How things are printed: tables for people, JSON and CSV for programs, progress and messages beside them.

Here belong the two streams and the shapes on them: stdout holds the answer and nothing else, stderr the rest.
Not here: what is said.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

SHORT = 14
"""Texts up to this length, such as codes, are kept on one line."""

LITTLE = 10
"""Least width of a column whose longer texts are folded or cut."""

WIDE = 110
"""From this width on, tables show everything."""

UNLIMITED = 100_000
"""Width where the output is no terminal: nothing is folded or cut for a program or a file."""


def console(stream: TextIO | None = None) -> Console:
    """Give a console on `stream` (stdout). Piped, it has no colours and no limit of width."""
    target = stream or sys.stdout
    return Console(file=target, width=None if target.isatty() else UNLIMITED, highlight=False, soft_wrap=False)


def messages() -> Console:
    """Give the console for everything that is not the answer."""
    return console(sys.stderr)


@contextmanager
def kept_messages() -> Iterator[Console]:
    """Give the console of messages on a stream of its own: Dagster turns stderr away while a step runs."""
    try:
        number = os.dup(sys.stderr.fileno())
    except (OSError, ValueError):  # no file stands behind it
        yield messages()
        return
    with os.fdopen(number, "w", buffering=1, encoding=sys.stderr.encoding, errors="replace") as stream:
        yield console(stream)


def print_json(content: object) -> None:
    """Print `content` as JSON on stdout, with dates as ISO 8601 and letters as they are."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, default=plain) + "\n")


def plain(value: object) -> object:
    """Give what JSON can hold for a value that it cannot."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Give rows as CSV (RFC 4180, but with a bare line feed), empty for null."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def is_narrow() -> bool:
    """Whether stdout is a terminal with little room, so that tables should leave out what can be spared."""
    return console().width < WIDE


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    title: str | None = None,
    numbers: Sequence[str] = (),
    short: Sequence[str] = (),
) -> Table:
    """Give a table for a terminal of any width.

    Columns named in `numbers`, or that hold only numbers, stand to the right and are never broken. Where there is
    too little room, those in `short` are cut and the others folded.
    """
    lines = [list(row) for row in rows]
    plans = [_plan(name, [line[place] for line in lines], numbers, short) for place, name in enumerate(columns)]
    rigid = sum(plan.least for plan in plans if not plan.cut) + 3 * len(plans)
    room = max(LITTLE, (console().width - rigid) // max(1, len(short)))
    made = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for name, plan in zip(columns, plans, strict=True):
        made.add_column(
            name,
            justify="right" if plan.right else "left",
            no_wrap=plan.cut,
            overflow="ellipsis" if plan.cut else "fold",
            min_width=None if plan.cut else plan.least,
            max_width=room if plan.cut else None,
        )
    for line in lines:
        made.add_row(*(shown(value, name) for name, value in zip(columns, line, strict=True)))
    return made


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a column is set: to the right, cut where there is no room, and the least width that it needs."""

    right: bool
    cut: bool
    least: int


def _plan(name: str, values: Sequence[object], numbers: Sequence[str], short: Sequence[str]) -> _Plan:
    present = [value for value in values if value is not None]
    right = name in numbers or (bool(present) and all(isinstance(v, (int, float, Decimal)) for v in present))
    widths = [max(map(len, str(shown(value, name)).splitlines()), default=0) for value in present]
    longest = max(widths, default=1)
    least = longest if right or longest <= SHORT else LITTLE
    return _Plan(right, name in short, max(least, min(len(name), LITTLE)))


def records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str | None:
    """Give rows one value a line, where a table of them would not fit the terminal; None where it does."""
    needed = sum(_plan(name, [row[place] for row in rows], (), ()).least + 3 for place, name in enumerate(columns))
    if needed <= console().width:
        return None
    width = max(map(len, columns))
    return "\n\n".join(
        "\n".join(f"{name:>{width}}  {_plain(value, name)}" for name, value in zip(columns, row, strict=True))
        for row in rows
    )


def _plain(value: object, name: str) -> str:
    return "–" if value is None else value if isinstance(value, str) else str(shown(value, name))


def shown(value: object, column: str = "") -> Text | str:
    """Give a value as a person reads it: a dash for null, numbers grouped by thousands (years are not)."""
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if "year" in column else f"{value:,}"
    if isinstance(value, (float, Decimal)):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return escape(str(value))


def fail(error: BaseException | str) -> None:
    """Tell a failure on stderr."""
    messages().print(Text("Error: ", style="bold red") + Text(str(error)), soft_wrap=True)


def path_text(path: Path) -> str:
    """Give a path as a user types it: relative to here where it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
