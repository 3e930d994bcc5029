"""`indicadores link suggest` and `link accept`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, path_text, print_json, table
from orchestration.environment import DBT_PROJECT
from warehouse.home import Home
from warehouse.links import LINKS, accept, suggest

SEEDS = DBT_PROJECT / "seeds"
"""Where the links are kept."""


def show_suggestions(least: float, as_json: bool) -> int:
    """Print what may be linked, best first."""
    found = [s for s in suggest(Home.from_env(), SEEDS) if s.score >= least]
    if as_json:
        print_json([{"key": s.key, **asdict(s)} for s in found])
        return Exit.DONE
    if not found:
        console().print("Nothing to link: no two years, and no renamed department, that are not linked already.")
        return Exit.DONE
    lines = [
        [
            s.key,
            f"{s.score:.2f}",
            s.entry["municipality"],
            "indicator" if s.file == LINKS else "department",
            s.old,
            s.new,
            ", ".join(s.rivals),
        ]
        for s in found
    ]
    console().print(table(["key", "score", "municipality", "what", "before", "after", "as like"], lines))
    if any(s.rivals for s in found):
        console().print("Where others are as like, the score does not tell which is meant: look at both reports.")
    console().print('Accept one with `indicadores link accept KEY --reason "..."`.')
    return Exit.DONE


def accept_suggestion(key: str, reason: str, by: str) -> int:
    """Write one suggestion into its file."""
    found = suggest(Home.from_env(), SEEDS)
    chosen = accept(found, key, SEEDS, by=by, reason=reason, on=datetime.now(UTC).date())
    console().print(f"Linked: {chosen.old} -> {chosen.new}")
    console().print(f"Commit {path_text(SEEDS / chosen.file)}; `indicadores refresh` applies it.")
    return Exit.DONE
