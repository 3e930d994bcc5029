"""`indicadores status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import asdict, replace

from rich.console import Console

from ingest.indicators import Quality, field_name
from ingest.words import shortened
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, is_narrow, path_text, print_json, table
from orchestration.command_line.release import tell_held, tell_refused
from orchestration.previews import marked
from warehouse.home import Home
from warehouse.named import named_document
from warehouse.status import DocumentStatus, QuarantineItem, ReviewItem, Status, status

SHOWN = 20
FEW = 3
"""Figures for review that are shown of each document."""

PIECE = 80
"""Letters that are shown of a piece that was not understood."""

ID = 8
"""How many digits of a document's sha256 are shown: enough to name it to other commands."""


def show_status(as_json: bool, document: str | None = None) -> int:
    """Print the state of the home, or all that concerns the one document whose sha256 begins with `document`."""
    home = Home.from_env()
    state = status(home)
    state = state if document is None else _of_one(state, document)
    if as_json:
        print_json({"home": str(home.root), **asdict(state)})
        return Exit.DONE
    screen = console()
    screen.print(f"Home: {path_text(home.root)}")
    _tell_release(screen, home, state)
    if state.held is not None:
        tell_held(state.held)
    elif state.refused is not None:
        tell_refused(state.refused)
    if state.busy is not None:
        screen.print(f"Busy: {state.busy}")
    if state.landing_busy:
        screen.print("A refresh is writing: documents are those published, quarantine is not shown.")
    if state.documents:
        screen.print(documents_table(state.documents))
        screen.print(f"Values: {quality_line(state.documents)}\n")
    if state.quarantine:
        tell_quarantine(screen, state.quarantine, whole=document is not None)
    if state.review:
        _tell_review(screen, state.review, whole=document is not None)
    if not (state.documents or state.quarantine):
        screen.print(f"No document yet. Put reports into {path_text(home.inbox)} and run `indicadores refresh`.")
    return Exit.DONE


def _of_one(state: Status, digits: str) -> Status:
    """Give of a state what concerns the document whose sha256 begins so.

    Raises:
        NoSuchDocumentError, AmbiguousDocumentError: no document, or several, begin so.
    """
    known = {q.sha256: q.file for q in state.quarantine if q.sha256} | {d.sha256: d.file for d in state.documents}
    wanted = named_document(known, digits)
    return replace(
        state,
        documents=tuple(d for d in state.documents if d.sha256 == wanted),
        quarantine=tuple(q for q in state.quarantine if q.sha256 == wanted),
        review=tuple(r for r in state.review if r.sha256 == wanted),
    )


def _tell_review(screen: Console, items: Sequence[ReviewItem], *, whole: bool) -> None:
    """Print what waits for a person, a few figures of each document, those of the newest document first."""
    lines: list[list[object]] = []
    by_document: dict[str, list[ReviewItem]] = {}
    for item in items:
        by_document.setdefault(item.sha256, []).append(item)
    documents = list(by_document.values())
    for of_one in documents if whole else documents[:SHOWN]:
        shown = of_one if whole or len(of_one) <= FEW else of_one[:FEW]
        for n, i in enumerate(shown):
            named = [i.file, i.sha256[:ID], len(of_one)] if n == 0 else ["", "", ""]
            lines.append([*named, i.page, i.code, field_name(i.measure, i.quarter), i.text, i.reason])
        if len(shown) < len(of_one):
            lines.append(["", "", "", "", "", "", "", f"and {len(of_one) - len(shown)} more"])
    columns = ["file", "id", "figures", "page", "code", "field", "printed", "why"]
    several = "s" * (len(documents) != 1)
    title = f"For review: {len(items):,} figures of {len(documents):,} document{several}, newest first"
    screen.print(table(columns, lines, title, ("figures", "page"), ("file",)))
    hidden = len(documents) - SHOWN
    if hidden > 0 and not whole:
        screen.print(f"… and {hidden} older documents (all: `indicadores status --json`).")
    screen.print("All of one document: `indicadores status ID`. Settle a figure: `indicadores correct`.")


def documents_table(documents: Iterable[DocumentStatus]) -> object:
    """Give a table of documents with the state of each."""
    lines = []
    for d in documents:
        said = (marked(d.municipality, "municipality", d.unsure), marked(d.program_code, "program_code", d.unsure))
        year = marked(d.fiscal_year, "fiscal_year", d.unsure) or "?"
        report, period = " ".join(filter(None, said)), f"{year} Q{d.quarter or '?'}"
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


def tell_quarantine(screen: Console, items: Sequence[QuarantineItem], *, whole: bool = False) -> None:
    """Print what is held, why, and what to do; no more than the first lines where not the `whole` is wanted."""
    screen.print(_quarantine_table(items, None if whole else SHOWN))
    if any(item.stage == "reading" for item in items):
        screen.print('What is none of yours leaves the quarantine by `indicadores withdraw ID --reason "..."`.\n')


def _quarantine_table(items: Iterable[QuarantineItem], most: int | None) -> object:
    """Give a table of what is held. What one cause holds in several places, as rows of one code, is one line of it."""
    places: dict[tuple[str, str, str, str], list[int | None]] = {}
    for i in items:
        places.setdefault((i.file, (i.sha256 or "")[:ID], i.reason, _told(i)), []).append(i.page)
    lines = [[file, sha256, _pages(pages), reason, told] for (file, sha256, reason, told), pages in places.items()]
    columns = ["file", "id", "page", "reason", "what to do"]
    return table(columns, lines[:most], _title("In quarantine", lines, most), ("page",), ("file",))


def _told(item: QuarantineItem) -> str:
    """Give what is wrong and what to do, with the beginning of the text that it is about."""
    short = shortened(item.text or "", PIECE)
    return f"“{short}”: {item.detail}" if short else item.detail


def _pages(pages: Iterable[int | None]) -> str:
    """Give the pages of several places, each once, with how often where that is more than once."""
    times = Counter(page for page in pages if page is not None)
    return ", ".join(f"{page}" if n == 1 else f"{page} ({n} times)" for page, n in sorted(times.items()))


def _title(words: str, lines: Sized, most: int | None) -> str:
    if most is None or len(lines) <= most:
        return words
    return f"{words}, {most} of {len(lines)} (all of one document: `indicadores status ID`; all: `--json`)"


def _tell_release(screen: Console, home: Home, state: Status) -> None:
    if state.release is None:
        screen.print("Nothing is published yet.")
        return
    release = state.release
    screen.print(f"Published: {release.release_id}, built {release.built_at:%Y-%m-%d %H:%M} UTC, "
                 f"{len(release.documents)} documents, in {path_text(home.warehouse)}")  # fmt: skip
