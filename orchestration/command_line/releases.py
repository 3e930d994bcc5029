"""`indicadores releases` and `rollback`."""

from __future__ import annotations

from dataclasses import asdict

from rich.text import Text

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, path_text, print_json, table
from warehouse.home import Home
from warehouse.lock import held
from warehouse.release import list_releases, recover, rollback


def show_releases(as_json: bool) -> int:
    """Print the kept releases, newest first."""
    home = Home.from_env()
    kept = list_releases(home)
    if as_json:
        print_json([asdict(release) for release in kept])
        return Exit.DONE
    if not kept:
        console().print("No release yet. `indicadores refresh` publishes the first one.")
        return Exit.DONE
    lines = (
        [
            "→" if r.published else "",
            r.release_id,
            f"{r.built_at:%Y-%m-%d %H:%M}",
            len(r.documents),
            r.rows.get("fct_measurement"),
        ]
        for r in kept
    )
    console().print(table(["", "release", "built (UTC)", "documents", "measurements"], lines))
    for release in kept:
        if (said := release.allowed) is not None:
            told = f"{release.release_id} was held; {said['by']} allowed it on {said['at'][:10]}: {said['reason']}"
            console().print(Text(told), soft_wrap=True)
    console().print("→ is published. Go back with `indicadores rollback ID`.")
    return Exit.DONE


def roll_back(release_id: str, wait: float, quiet: bool, as_json: bool) -> int:
    """Publish a kept release again."""
    home = Home.from_env()
    with held(home.refresh_lock, f"rollback {release_id}", wait):
        recover(home)
        release = rollback(home, release_id)
    if as_json:
        print_json(asdict(release))
    elif not quiet:
        console().print(f"Published again: {release.release_id}, in {path_text(home.warehouse)}.")
        console().print("It stays until new documents come.")
    return Exit.DONE
