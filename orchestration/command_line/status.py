"""`indicadores status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import asdict

from rich.console import Console

from ingest.indicators import Quality, field_name
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, is_narrow, path_text, print_json, table
from orchestration.command_line.release import tell_held
from warehouse.home import Home
from warehouse.status import DocumentStatus, QuarantineItem, Status, status

SHOWN = 20

ID = 8
"""How many digits of a document's sha256 are shown: enough to name it to other commands."""


def show_status(as_json: bool) -> int:
    """Print the state of the home."""
    home = Home.from_env()
    state = status(home)
    if as_json:
        print_json({"home": str(home.root), **asdict(state)})
        return Exit.DONE
    screen = console()
    screen.print(f"Home: {path_text(home.root)}")
    _tell_release(screen, home, state)
    if state.held is not None:
        tell_held(state.held)
    if state.busy is not None:
        screen.print(f"Busy: {state.busy}")
    if state.landing_busy:
        screen.print("A refresh is writing: documents are those published, quarantine is not shown.")
    if state.documents:
        screen.print(documents_table(state.documents))
        screen.print(f"Values: {quality_line(state.documents)}\n")
    if state.quarantine:
        tell_quarantine(screen, state.quarantine)
    if state.review:
        lines = [[i.file, i.page, i.code, field_name(i.measure, i.quarter), i.text, i.reason] for i in state.review]
        columns = ["file", "page", "code", "field", "printed", "why"]
        screen.print(table(columns, lines[:SHOWN], _title("For review", lines), short=("file",)))
    if not (state.documents or state.quarantine):
        screen.print(f"No document yet. Put reports into {path_text(home.inbox)} and run `indicadores refresh`.")
    return Exit.DONE


def documents_table(documents: Iterable[DocumentStatus]) -> object:
    """Give a table of documents with the state of each."""
    lines = []
    for d in documents:
        report = " ".join(filter(None, [d.municipality, d.program_code]))
        period = f"{d.fiscal_year or '?'} Q{d.quarter or '?'}"
        state = f"{d.state}, {d.held_rows} rows held" if d.held_rows else d.state
        lines.append([d.file, d.sha256[:ID], report, period, d.pages, d.rows, sum(d.qualities.values()), state])
    columns = ["document", "id", "report", "period", "pages", "rows", "values", "state"]
    if is_narrow():  # what the summary below the table tells as well
        return table(
            columns[:2] + columns[3:4] + columns[5:], [one[:2] + one[3:4] + one[5:] for one in lines], "Documents"
        )
    return table(columns, lines, "Documents")


def quality_line(documents: Iterable[DocumentStatus]) -> str:
    """Give the values of documents by quality, in the order of trust."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(document.qualities)
    return ", ".join(f"{counts[q.value]:,} {q.value}" for q in Quality if counts[q.value]) or "none"


def tell_quarantine(screen: Console, items: Sequence[QuarantineItem]) -> None:
    """Print what is held, why, and what to do."""
    screen.print(_quarantine_table(items))
    if any(item.stage == "reading" for item in items):
        screen.print('What is none of yours leaves the quarantine by `indicadores withdraw ID --reason "..."`.\n')


def _quarantine_table(items: Iterable[QuarantineItem]) -> object:
    lines = [[i.file, (i.sha256 or "")[:ID], "" if i.page is None else i.page, i.reason, i.detail] for i in items]
    columns = ["file", "id", "page", "reason", "what to do"]
    return table(columns, lines[:SHOWN], _title("In quarantine", lines), ("page",), ("file",))


def _title(words: str, lines: Sized) -> str:
    more = f", the first {SHOWN} of {len(lines)} (all: `indicadores status --json`)" if len(lines) > SHOWN else ""
    return words + more


def _tell_release(screen: Console, home: Home, state: Status) -> None:
    if state.release is None:
        screen.print("Nothing is published yet.")
        return
    release = state.release
    screen.print(f"Published: {release.release_id}, built {release.built_at:%Y-%m-%d %H:%M} UTC, "
                 f"{len(release.documents)} documents, in {path_text(home.warehouse)}")  # fmt: skip
