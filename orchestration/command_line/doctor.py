"""`indicadores doctor`: what may be wrong with the installation and the home, each with its remedy."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata

import duckdb
from rich.text import Text

from ingest.correction import CorrectionFileError
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, print_json
from orchestration.environment import DBT_PROJECT, LOCK_FILE, PROJECT
from warehouse.corrections import check_corrections
from warehouse.errors import WarehouseError
from warehouse.hold import standing_refusal
from warehouse.home import Home
from warehouse.landing import open_landing
from warehouse.lock import holder
from warehouse.manifest import DIFFERENCE_PAGE
from warehouse.query import query
from warehouse.release import held_release, verify

ENOUGH_SPACE = 2 * 1024**3
"""Bytes that a refresh may need for a while: the private build, the copy, and Parquet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do where it is not `sound`."""

    topic: str
    sound: bool
    said: str
    remedy: str = ""


def show_diagnosis(as_json: bool) -> int:
    """Look at everything, print it, and say whether all is sound."""
    findings = list(diagnose(Home.from_env()))
    sound = all(finding.sound for finding in findings)
    if as_json:
        print_json(
            {"sound": sound, "findings": [asdict(f) | {"remedy": "" if f.sound else f.remedy} for f in findings]}
        )
        return Exit.DONE if sound else Exit.UNSOUND
    screen = console()
    for finding in findings:
        mark = Text("ok       ", style="green") if finding.sound else Text("problem  ", style="bold red")
        screen.print(mark + Text(f"{finding.topic}: ", style="bold") + Text(finding.said), soft_wrap=True)
        if not finding.sound:
            screen.print(Text(f"         {finding.remedy}.", style="yellow"), soft_wrap=True)
    screen.print("\nAll is sound." if sound else "\nThere are problems; the remedies stand with them.")
    return Exit.DONE if sound else Exit.UNSOUND


def diagnose(home: Home) -> Iterator[Finding]:
    """Give what there is to say about the installation and `home`. Changes nothing in the home."""
    checks: tuple[Callable[[Home], Finding], ...] = (
        _python, _packages, _project, _home, _space, _lock, _landing, _published, _releases, _held,
        _corrections, _dagster,
    )  # fmt: skip
    for check in checks:
        yield check(home)


def locked_versions(text: str) -> dict[str, str]:
    """Give the packages that a requirements file names for this Python and system, with their versions."""
    from packaging.requirements import Requirement  # noqa: PLC0415

    wanted: dict[str, str] = {}
    for line in re.findall(r"^(\S+==[^\\\n]+?)\s*\\?$", text, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            wanted[requirement.name] = str(requirement.specifier).removeprefix("==")
    return wanted


def _python(_: Home) -> Finding:
    version = sys.version.split()[0]
    sound = (3, 11) <= sys.version_info < (3, 13)
    return Finding("Python", sound, version, "Use Python 3.11 or 3.12, and run `make setup` again")


def _packages(_: Home) -> Finding:
    if not LOCK_FILE.exists():
        return Finding("Packages", False, f"{LOCK_FILE} is missing", "Get the whole project again from git")
    wanted = locked_versions(LOCK_FILE.read_text(encoding="utf-8"))
    other = []
    for name, version in wanted.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "missing"
        if found != version:
            other.append(f"{name} {found} instead of {version}")
    if not other:
        return Finding("Packages", True, f"{len(wanted)}, all as in {LOCK_FILE.name}")
    return Finding("Packages", False, f"{len(other)} not as locked: {', '.join(other[:5])}", "Run `make setup`")


def _project(_: Home) -> Finding:
    lacking = [name for name in ("dbt_project.yml", "profiles.yml", "models") if not (DBT_PROJECT / name).exists()]
    if lacking:
        said = f"{DBT_PROJECT} lacks {', '.join(lacking)}"
        return Finding("dbt project", False, said, "Install the project editable (`make setup`) from a whole checkout")
    import yaml  # noqa: PLC0415

    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    kinds = {output["type"] for one in profile.values() for output in one["outputs"].values()}
    sound = kinds == {"duckdb"}
    return Finding(
        "dbt project", sound, f"{DBT_PROJECT}, profile for {', '.join(kinds)}", "The profile must be for duckdb"
    )


def _home(home: Home) -> Finding:
    if not home.root.exists():
        return Finding("Home", True, f"{home.root} is not there yet; `indicadores refresh` makes it")
    sound = os.access(home.root, os.W_OK | os.X_OK)
    return Finding("Home", sound, str(home.root), "Give your user the right to write there, or set INDICADORES_HOME")


def _space(home: Home) -> Finding:
    place = home.root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    said = f"{free / 1024**3:,.1f} GiB free"
    return Finding("Disk", free >= ENOUGH_SPACE, said, "Make room: a refresh may need 2 GiB for a while")


def _lock(home: Home) -> Finding:
    who = holder(home.refresh_lock)
    return Finding("Lock", True, "free" if who is None else f"held by {who}")


def _landing(home: Home) -> Finding:
    try:
        with open_landing(home, read_only=True, patience=1.0) as connection:
            (documents,) = connection.execute("select count(*) from document").fetchone() or (0,)
    except FileNotFoundError:
        return Finding("Landing", True, "nothing has landed yet")
    except duckdb.IOException as error:  # such as one of an older version that this user may not bring up to date
        return Finding("Landing", False, str(error), "Give your user the right to write there")
    except WarehouseError as error:
        return Finding("Landing", False, error.problem, error.remedy)
    return Finding("Landing", True, f"{documents} documents")


def _published(home: Home) -> Finding:
    if not home.warehouse.exists():
        return Finding("Published", True, "nothing yet")
    try:
        (count,) = query(home, "select count(*) from measurements").rows[0]
    except WarehouseError as error:
        return Finding("Published", False, error.problem, error.remedy)
    return Finding("Published", True, f"{home.warehouse}, {count:,} measurements")


def _releases(home: Home) -> Finding:
    if not home.warehouse.exists():
        return Finding("Releases", True, "none yet")
    try:
        problems = verify(home)
    except WarehouseError as error:
        return Finding("Releases", False, error.problem, error.remedy)
    remedy = "Roll back to a sound release, or refresh to build a new one"
    return Finding("Releases", not problems, "; ".join(problems) or "match their checksums", remedy)


def _held(home: Home) -> Finding:
    try:
        waiting, refused = held_release(home), standing_refusal(home)
    except WarehouseError as error:
        return Finding("Held release", False, error.problem, error.remedy)
    if waiting is None:
        return Finding(
            "Held release", True, "none" if refused is None else f"none; {refused['release_id']} was refused"
        )
    said = f"{waiting.release_id} is not published: {'; '.join(waiting.held_for)}"
    remedy = f"Look at {waiting.folder / DIFFERENCE_PAGE}, then `indicadores release --allow` or `--refuse`"
    return Finding("Held release", False, said, remedy)


def _corrections(home: Home) -> Finding:
    try:
        matched = check_corrections(home)
    except CorrectionFileError as error:
        return Finding("Corrections", False, f"{error.where}: {error.problem}", error.remedy)
    except duckdb.IOException as error:
        return Finding("Corrections", False, str(error), "Give your user the right to write there")
    except WarehouseError as error:
        return Finding("Corrections", False, error.problem, error.remedy)
    said = "; ".join(trouble.detail for trouble in matched.troubles) or f"{len(matched.fits)} fit what is read"
    return Finding("Corrections", not matched.troubles, said, "`indicadores correct --check` lists them")


def _dagster(home: Home) -> Finding:
    kept = home.dagster / "dagster.yaml"
    if not kept.exists():
        return Finding("Dagster", True, "not set up yet; the first refresh does it")
    sound = kept.read_bytes() == (PROJECT / "dagster.yaml").read_bytes()
    return Finding("Dagster", sound, str(kept), "It differs from the project's; `indicadores refresh` puts it right")
