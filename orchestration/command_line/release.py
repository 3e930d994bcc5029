"""`indicadores release`: look at the release that waits for a person, allow it or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.text import Text

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, messages, path_text, print_json
from warehouse.hold import standing_refusal
from warehouse.home import Home
from warehouse.lock import held
from warehouse.manifest import DIFFERENCE_PAGE
from warehouse.release import Release, allow, held_release, recover, refuse

AFTER_REFUSAL = "A refresh builds a new one when documents, corrections or the project have changed."


def show_held(as_json: bool) -> int:
    """Print the release that is held, why, and what it changes."""
    home = Home.from_env()
    waiting = held_release(home)
    if as_json:
        print_json(held_json(waiting))
    elif waiting is None:
        console().print("No release is held.")
        refused = standing_refusal(home)
        if refused is not None:
            tell_refused(refused)
    else:
        tell_held(waiting)
    return Exit.DONE if waiting is None else Exit.RELEASE_HELD


def allow_held(reason: str, by: str, keep: int, wait: float, quiet: bool, as_json: bool) -> int:
    """Publish the release that is held."""
    home = Home.from_env()
    with held(home.refresh_lock, "release --allow", wait):
        recover(home)
        release = allow(home, reason, by, keep=keep)
    if as_json:
        print_json(asdict(release))
    elif not quiet:
        console().print(f"Published: {release.release_id}, in {path_text(home.warehouse)}.", soft_wrap=True)
        console().print(f"What it changes: {path_text(release.folder / DIFFERENCE_PAGE)}", soft_wrap=True)
    return Exit.DONE


def refuse_held(reason: str, by: str, wait: float, quiet: bool, as_json: bool) -> int:
    """Discard the release that is held."""
    home = Home.from_env()
    with held(home.refresh_lock, "release --refuse", wait):
        recover(home)
        release = refuse(home, reason, by)
    if as_json:
        print_json(asdict(release))
    elif not quiet:
        console().print(f"Discarded: {release.release_id}. What was published before stays.", soft_wrap=True)
        console().print(AFTER_REFUSAL)
    return Exit.DONE


def tell_held(release: Release) -> None:
    """Say on stderr that a release is held, why, and what to do."""
    screen = messages()
    screen.print(Text(f"Release {release.release_id} is held: ", style="bold yellow") + Text("it is not published."))
    for reason in release.held_for:
        screen.print(Text(f"  {reason}"), soft_wrap=True)
    screen.print(Text(f"  What it changes: {path_text(release.folder / DIFFERENCE_PAGE)}"), soft_wrap=True)
    screen.print(
        Text('  Publish it with `indicadores release --allow --reason "..."`, or discard it with `--refuse`.'),
        soft_wrap=True,
    )


def tell_refused(refusal: Mapping[str, str]) -> None:
    """Say on stderr that the newest release was refused, so that what is published lacks something."""
    said = f"Release {refusal['release_id']} was refused"
    why = f" by {refusal['by']} on {refusal['at'][:10]} ({refusal['reason']}): what it changes is not published."
    screen = messages()
    screen.print(Text(said, style="bold yellow") + Text(why), soft_wrap=True)
    screen.print(Text(f"  {AFTER_REFUSAL}"), soft_wrap=True)


def held_json(release: Release | None) -> dict[str, Any] | None:
    """Give the release that is held as plain values, None where there is none."""
    if release is None:
        return None
    return {
        "release_id": release.release_id,
        "held_for": list(release.held_for),
        "difference": dict(release.difference),
        "page": str(release.folder / DIFFERENCE_PAGE),
    }
