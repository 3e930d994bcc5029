"""How things are printed: tables for people, JSON and CSV for programs, progress and messages beside them.

Here belong the two streams and the shapes on them: stdout holds the answer and nothing else, stderr the rest.
Not here: what is said.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

UNLIMITED = 100_000
"""Width where the output is no terminal: nothing is folded or cut for a program or a file."""


def console(stream: TextIO | None = None) -> Console:
    """Give a console on `stream` (stdout). Piped, it has no colours and no limit of width."""
    target = stream or sys.stdout
    return Console(file=target, width=None if target.isatty() else UNLIMITED, highlight=False, soft_wrap=False)


def messages() -> Console:
    """Give the console for everything that is not the answer."""
    return console(sys.stderr)


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


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None, numbers: Sequence[str] = ()
) -> Table:
    """Give a table; columns named in `numbers`, or that hold only numbers, stand to the right."""
    lines = [list(row) for row in rows]
    made = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for place, name in enumerate(columns):
        values = [line[place] for line in lines if line[place] is not None]
        right = name in numbers or (values and all(isinstance(v, (int, float, Decimal)) for v in values))
        made.add_column(name, justify="right" if right else "left", overflow="fold")
    for line in lines:
        made.add_row(*(shown(value) for value in line))
    return made


def shown(value: object) -> Text | str:
    """Give a value as a person reads it: numbers grouped by thousands, a dash for null; markup is taken literally."""
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
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
