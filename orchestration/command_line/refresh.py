"""`indicadores refresh`: the whole job. Dagster and dbt are imported only when there is something to do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ingest.documents import Document
from ingest.extract import extractor_version
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, fail, kept_messages, messages, path_text, print_json, table
from orchestration.command_line.release import held_json, tell_held
from orchestration.command_line.status import ID, documents_table, quality_line, tell_quarantine
from orchestration.environment import prepare_home
from orchestration.intake import Intake, Work, archived_documents, plan_work, receive
from orchestration.progress import Step, listening
from orchestration.scorecard import COLUMNS, QUERIES, scorecard
from warehouse.difference_page import KIND_WORDS
from warehouse.errors import NothingPublishedError
from warehouse.home import Home
from warehouse.lock import Holder, held
from warehouse.manifest import DIFFERENCE_PAGE, Release
from warehouse.release import list_releases, published_id, recover
from warehouse.status import DocumentStatus, QuarantineItem, Status, status

if TYPE_CHECKING:
    from orchestration.run import FailedCheck, Outcome

_BAR = 20  # characters that the bar is wide
_BESIDE = 22  # and what stands beside it and the words
_LEAST = 30  # of the words that are shown even where they do not fit

PHASES = {
    "receive": "Looking at files",
    "start": "Starting Dagster and dbt",
    "archive": "Checking the archive",
    "read": "Reading",
    "gate": "Judging what was read",
    "build": "Building the star schema",
    "audit": "Auditing the candidate",
    "publish": "Publishing",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to refresh: also what an older extractor read, seconds to wait, releases to keep, what to print."""

    reread: bool
    wait: float
    keep: int
    quiet: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a refresh found and did. `outcome` is None where nothing was to be done.

    `before` is the release that was published when it began.
    """

    home: Home
    work: Work
    outcome: Outcome | None
    state: Status
    seconds: float
    before: str | None

    @property
    def documents(self) -> list[DocumentStatus]:
        """The documents that this refresh was about."""
        ours = {d.sha256 for d in (*self.work.documents, *self.work.known)}
        return [d for d in self.state.documents if d.sha256 in ours]

    @property
    def quarantine(self) -> list[QuarantineItem]:
        """What is held of this refresh's documents and files."""
        ours = {d.file for d in (*self.work.documents, *self.work.known)}
        ours |= (
            {name for _, name in self.work.copies}
            | {r.document.file for r in self.work.refused}
            | {e.file for e in self.work.held}
        )
        bytes_of = {d.sha256 for d in (*self.work.documents, *self.work.known)}
        return [
            item
            for item in self.state.quarantine
            if item.file in ours or item.sha256 in bytes_of or item.stage == "correction"
        ]

    @property
    def warnings(self) -> list[FailedCheck]:
        """What the tests of the marts warn of; other checks that stop nothing are told as quarantine or as held."""
        failed = self.outcome.failed_checks if self.outcome is not None else ()
        return [check for check in failed if not check.blocking and check.asset.startswith("marts/")]

    @property
    def code(self) -> Exit:
        """How the refresh ends for who called it."""
        stopped = [d for d in self.documents if d.state == "stopped"]
        unread = [item for item in self.quarantine if item.stage in ("receiving", "reading", "correction")]
        if (
            self.outcome is not None
            and not self.outcome.success
            and any(d.state == "admitted" for d in self.state.documents)
        ):
            return Exit.REFUSED if any(check.blocking for check in self.outcome.failed_checks) else Exit.FAILED
        if self.state.held is not None:
            return Exit.RELEASE_HELD
        return Exit.HELD if stopped or unread else Exit.DONE


def refresh_home(paths: Sequence[Path] | None, options: Options) -> int:
    """Refresh the home from `paths` (None: its inbox; none at all: what has landed) and say what came of it."""
    home = prepare_home(Home.from_env())
    started = time.monotonic()
    with held(home.refresh_lock, "refresh", options.wait, _tell_waiting):
        for done in recover(home):
            messages().print(f"Before anything else: {done}.")
        with _display(options.quiet or options.as_json) as tell:
            result = _refresh(home, [home.inbox] if paths is None else paths, options, tell, started)
    if options.as_json:
        print_json(_as_json(result))
    else:
        _tell(result, options.quiet)
    return result.code


def _refresh(home: Home, places: Sequence[Path], options: Options, tell: Any, started: float) -> Result:  # noqa: ANN401
    before = published_id(home)
    intake = receive(home, places, told=lambda done, total, name: tell(Step("receive", done, total, name)))
    if options.reread:
        intake = _with_archive(home, intake)
    work = plan_work(home, intake, extractor_version())
    outcome = None
    if not work.is_nothing:
        tell(Step("start"))
        from orchestration.run import run_work  # noqa: PLC0415  imports Dagster and dbt

        with listening(tell):
            outcome = run_work(home, work, options.keep)
    return Result(home, work, outcome, status(home), time.monotonic() - started, before)


def _with_archive(home: Home, intake: Intake) -> Intake:
    """Add every archived document under the name that it was received with."""
    names = {d.sha256: d.file for d in status(home).documents}
    ours = {d.sha256 for d in intake.documents}
    rest = (Document(d.sha256, names.get(d.sha256, d.file), d.bytes, d.path) for d in archived_documents(home))
    return replace(intake, documents=(*intake.documents, *(d for d in rest if d.sha256 not in ours)))


def _tell_waiting(who: Holder, seconds: float) -> None:
    if seconds < 1:
        messages().print(f"Waiting for {who} ...")


def _tell(result: Result, quiet: bool) -> None:
    screen, outcome = console(), result.outcome
    for error in result.work.held:
        fail(error)
    if outcome is not None and not outcome.success:
        _tell_failure(outcome, result)
    if result.state.held is not None:
        tell_held(result.state.held)
    for check in result.warnings:
        messages().print(Text("Warning: ", style="bold yellow") + Text(check.description), soft_wrap=True)
    if quiet:
        _tell_held(result)
        return
    if outcome is None:
        screen.print(_nothing_line(result) + "\n", soft_wrap=True)
    elif outcome.success:
        screen.print(_done_line(result) + "\n", soft_wrap=True)
    for file, name in result.work.copies:
        screen.print(f"{file} has the same bytes as {name}, which is read once.", soft_wrap=True)
    if result.documents:
        screen.print(documents_table(result.documents))
        screen.print(f"Values by quality: {quality_line(result.documents)}\n", soft_wrap=True)
    if result.quarantine:
        tell_quarantine(screen, result.quarantine)
    elif result.documents:
        screen.print("Nothing of these is in quarantine.\n")
    _tell_published(result)


def _tell_held(result: Result) -> None:
    """Say on stderr, a line each, which documents of this refresh are held, and why."""
    held = [item.detail for item in result.quarantine if item.stage in ("reading", "correction")]
    held += [
        f"{d.file} did not pass the landing suite: `indicadores status {d.sha256[:ID]}` tells why"
        for d in result.documents
        if d.state == "stopped"
    ]
    for line in held:
        messages().print(Text("Held: ", style="bold yellow") + Text(line), soft_wrap=True)


def _nothing_line(result: Result) -> str:
    known, refused = len(result.work.known), len(result.work.refused) + len(result.work.held)
    looked = (
        f"{known} document{'s' * (known != 1)} looked at, read before by this extractor" if known else "no new document"
    )
    held_back = f"; {refused} cannot be read" if refused else ""
    return f"Nothing new: {looked}{held_back}{_published_still(result)} ({result.seconds:.1f} s)."


def _published_still(result: Result) -> str:
    """Say what a refresh without anything new leaves published: a rollback stays, and is said to."""
    release = result.state.release
    if result.state.held is not None:
        return "; a release is held until you allow or refuse it, see above"
    if result.state.refused is not None:
        return (
            f"; {result.state.refused['release_id']} was refused, so that what is published lacks what it would change"
        )
    if release is None:
        return ""
    newest = max(kept.release_id for kept in list_releases(result.home))
    if release.release_id < newest:
        return f"; published stays {release.release_id}, to which it was rolled back (the newest is {newest})"
    return "; what is published is up to date"


def _done_line(result: Result) -> str:
    read, known = len(result.work.documents), len(result.work.known)
    what = f"{read} document{'s' * (read != 1)} to read" if read else "built again from what had landed"
    before = f", {known} known before" if known else ""
    release = result.state.release
    same = release is not None and release.release_id == result.before
    unchanged = " Nothing in it changes what is published." if same else ""
    if result.state.held is not None:
        unchanged = " Its release is held, and what was published before stays."
    return f"Refreshed in {result.seconds:.1f} s: {what}{before}.{unchanged}"


def _tell_failure(outcome: Outcome, result: Result) -> None:
    stays = "What was published before stays." if result.state.release else "Nothing is published."
    fail(f"the run did not end well. {stays} See the run {outcome.run_id} in `indicadores ui`.")
    for check in outcome.failed_checks:
        if check.blocking:
            messages().print(Text(f"  refused by {check.name} on {check.asset}. {check.description}"), soft_wrap=True)
    for error in outcome.errors:
        messages().print(Text(f"  {error}"), soft_wrap=True)


def _tell_published(result: Result) -> None:
    screen, home, release = console(), result.home, result.state.release
    if release is None:
        screen.print("Nothing is published yet.")
        return
    if release.release_id == result.before:
        screen.print(f"Published: {path_text(home.warehouse)}  (release {release.release_id})", soft_wrap=True)
        return
    _tell_difference(release)
    headings = tuple(COLUMNS.values())[1:]
    for municipality, lines in groupby(scorecard(home), key=lambda line: line[0]):
        screen.print(table(headings, [line[1:] for line in lines], f"Scorecard of {municipality}"))
    screen.print(
        f"Published: {path_text(home.warehouse)}  (release {release.release_id})", style="bold", soft_wrap=True
    )
    screen.print('\nQueries to try, with `indicadores query "..."` or any DuckDB client:\n')
    for question, sql in QUERIES:
        screen.print(Text(f"  -- {question}", style="dim"))
        screen.print(Text("  " + sql.replace("\n", "\n  ") + "\n"))


def _tell_difference(release: Release) -> None:
    """Say how many figures the release changes, and where its page lies."""
    counts = ", ".join(f"{release.difference.get(kind, 0):,} {words}" for kind, words in KIND_WORDS.items())
    page = path_text(release.folder / DIFFERENCE_PAGE)
    console().print(f"Figures: {counts}. What this release changes: {page}\n", soft_wrap=True)


def _as_json(result: Result) -> dict[str, Any]:
    release, outcome = result.state.release, result.outcome
    try:
        card = [dict(zip(COLUMNS, line, strict=True)) for line in scorecard(result.home)]
    except NothingPublishedError:
        card = []
    return {
        "new": outcome is not None,
        "success": outcome is None or outcome.success,
        "seconds": round(result.seconds, 2),
        "run_id": outcome.run_id if outcome else None,
        "errors": list(outcome.errors) if outcome else [],
        "failed_checks": [asdict(check) for check in outcome.failed_checks] if outcome else [],
        "documents": [asdict(document) for document in result.documents],
        "quarantine": [asdict(item) for item in result.quarantine],
        "copies": [{"file": file, "document": name} for file, name in result.work.copies],
        "release": release.release_id if release else None,
        "held_release": held_json(result.state.held),
        "warehouse": str(result.home.warehouse) if release else None,
        "scorecard": card,
    }


@contextmanager
def _display(quiet: bool) -> Iterator[Any]:
    """Give a listener for progress: a bar on a terminal, a line for each phase elsewhere, nothing when quiet."""
    if quiet:
        yield lambda _step: None
        return
    with kept_messages() as screen:
        if not screen.is_terminal:
            yield _Lines(screen)
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(_BAR),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=screen, transient=True) as bar:
            task = bar.add_task("", total=None)

            def show(step: Step) -> None:
                words = f"{PHASES[step.phase]} {step.text}".strip()[: max(_LEAST, screen.width - _BAR - _BESIDE)]
                bar.update(task, description=escape(words), completed=step.done, total=step.total or None)

            yield show


class _Lines:
    """A listener that writes a line at the beginning of each phase."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._phase = ""

    def __call__(self, step: Step) -> None:
        if step.phase != self._phase:
            self._phase = step.phase
            count = f" ({step.total})" if step.total else ""
            self._screen.print(f"{PHASES[step.phase]}{count} ...")
