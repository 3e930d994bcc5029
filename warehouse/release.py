"""Releases: publish what is finished by one atomic switch; keep, list, verify and roll back releases.

What is published is what the published file says of itself (`marts.release`): the one rename of it is the commit,
and all else follows from it. Here belong that switch and what stands around it. Not here: what goes into a release
(`release_build`), or whether it may be published (`gate`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from ingest.documents import clean_archive
from warehouse import blocks
from warehouse.errors import (
    DamagedReleaseError,
    NoSuchReleaseError,
    NotWrittenError,
    StaleHeldReleaseError,
    UnpublishableError,
)
from warehouse.files import sync_file, sync_folder
from warehouse.hold import discard_held, held_release, is_settled, keep_held, mark_allowed, refuse, the_held
from warehouse.home import Home
from warehouse.lock import held
from warehouse.manifest import (
    DATABASE,
    MANIFEST,
    RECIPE,
    Release,
    damage,
    published_id,
    read_manifest,
    read_recipe,
    release_ids,
    same_as_published,
)
from warehouse.release_build import (
    BUILD,
    SWITCH_WAIT,
    Candidate,
    ReleasePlan,
    build,
    code_version,
    fingerprint,
    new_candidate,
    plan_release,
)
from warehouse.spare import is_marked, leave_spare, mark

__all__ = [
    "KEEP",
    "Candidate",
    "Release",
    "ReleasePlan",
    "allow",
    "code_version",
    "fingerprint",
    "held_release",
    "hold",
    "list_releases",
    "needs_release",
    "new_candidate",
    "plan_release",
    "publish",
    "published_id",
    "published_release",
    "recover",
    "refuse",
    "rollback",
    "verify",
]

KEEP = 8
"""How many releases are kept by default."""

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""

_DISCARDED = ".discarded-"


def needs_release(home: Home, fingerprint: str) -> bool:
    """Whether the newest release has another fingerprint, or nothing is published.

    After a rollback the newest release is not the published one, and the answer stays False: the rollback holds
    until there is something new. It is False as well for what a person has to look at, or has refused.
    """
    if published_id(home) is None:
        return True
    if is_settled(home, fingerprint):
        return False
    releases = list_releases(home)
    return not releases or releases[0].fingerprint != fingerprint


def publish(home: Home, plan: ReleasePlan, *, keep: int = KEEP, progress: Progress | None = None) -> Release:
    """Build the release beside the published one, switch, and remove releases beyond the last `keep`.

    Raises:
        NotWrittenError: something could not be written; the published warehouse is then as before.
        UnpublishableError: the candidate holds what cannot be copied, the copy differs from it, or it is to be held.
    """
    if plan.held_for:
        raise UnpublishableError(f"{plan.candidate.release_id} is to be held", "Let a person look at it first")
    tell = progress or (lambda _step: None)
    with _writing(home):
        build(plan, tell)
    release_id, folder = plan.candidate.release_id, plan.candidate.folder
    with held(home.switch_lock, f"publish {release_id}", SWITCH_WAIT):
        tell("switching")
        _switch(home, folder)
        kept = _keep(home, folder)
        tell("removing old releases")
        discard_held(home)
        _prune(home, keep)
    return replace(read_manifest(kept), published=True)


def hold(home: Home, plan: ReleasePlan, *, progress: Progress | None = None) -> Release:
    """Build the release and keep it for a person to allow or refuse; what is published stays.

    Raises:
        NotWrittenError: something could not be written.
        UnpublishableError: the candidate holds what cannot be copied, or the copy differs from it.
    """
    with _writing(home):
        build(plan, progress or (lambda _step: None))
        with held(home.switch_lock, f"hold {plan.candidate.release_id}", SWITCH_WAIT):
            _remove_private(plan.candidate.folder)
            return read_manifest(keep_held(home, plan.candidate.folder))


def allow(home: Home, reason: str, by: str, *, keep: int = KEEP) -> Release:
    """Publish the held release, for a person has looked at it. The caller holds `home.refresh_lock`.

    Raises:
        NoHeldReleaseError: none is held.
        StaleHeldReleaseError: it was compared with another release than is published now.
        DamagedReleaseError: its files do not match its manifest; the published warehouse is as before.
        NoReasonError: no reason is given.
    """
    with held(home.switch_lock, "allow", SWITCH_WAIT):
        waiting = the_held(home)
        base = waiting.difference.get("base")
        if base != published_id(home):
            raise StaleHeldReleaseError(
                f"{waiting.release_id} was compared with {base}, which is not published any more",
                "Refresh: it is then built and compared again",
            )
        if problems := damage(home, waiting.folder):
            raise DamagedReleaseError("; ".join(problems), f"Remove {waiting.folder} and refresh to build it again")
        mark_allowed(home, reason, by)
        _switch(home, waiting.folder)
        kept = _keep(home, waiting.folder)
        _prune(home, keep)
    return replace(read_manifest(kept), published=True)


def rollback(home: Home, release_id: str) -> Release:
    """Publish a kept release again. The caller holds `home.refresh_lock`.

    Raises:
        NoSuchReleaseError: it is not kept; the message names those that are.
        DamagedReleaseError: its files do not match its manifest; the published warehouse is as before.
    """
    with held(home.switch_lock, f"rollback {release_id}", SWITCH_WAIT):
        kept = release_ids(home)
        if release_id not in kept:
            raise NoSuchReleaseError(
                f"there is no release {release_id} in {home.releases}",
                f"Choose one of: {', '.join(kept) or 'none is kept'}",
            )
        folder = home.releases / release_id
        _switch(home, folder)
    return replace(read_manifest(folder), published=True)


def recover(home: Home) -> list[str]:
    """Finish or remove what a killed run left, restore a published file that was written to; tell what was done.

    The caller holds `home.refresh_lock`.
    """
    done: list[str] = []
    with held(home.switch_lock, "recover", SWITCH_WAIT):
        for leftover in home.root.glob(".*.switching"):
            leftover.unlink()
            done.append(f"removed the unfinished copy {leftover.name}")
        published = published_id(home)
        for folder in sorted(home.candidates.iterdir()) if home.candidates.is_dir() else []:
            if folder.name == published and (folder / MANIFEST).exists():
                _keep(home, folder)
                done.append(f"finished the release {published}, which was published already")
            else:
                shutil.rmtree(folder)
                _sweep(home)
                done.append(f"removed the unfinished build {folder.name.removeprefix(_DISCARDED)}")
        if published is not None and (home.held / published / MANIFEST).exists():
            _keep(home, home.held / published)
            done.append(f"finished the release {published}, which a person allowed and which was published already")
        done += _restore(home, published)
    if copies := clean_archive(home.archive):
        done.append(f"removed {copies} unfinished copies from the archive")
    return done


def _restore(home: Home, published: str | None) -> Iterator[str]:
    """Put the published file back as it was published where something has written to it; tell whether that was so."""
    if published is None or is_marked(home.warehouse, published) or same_as_published(home):
        return
    try:
        _switch(home, home.releases / published)
    except DamagedReleaseError as error:  # whoever refreshes or rolls back now gets out of it
        yield f"{home.warehouse.name} is not as it was published, and cannot be restored: {error.problem}"
    else:
        yield f"restored {home.warehouse.name}, which something had written to since it was published"


def list_releases(home: Home) -> list[Release]:
    """Give the kept releases, newest first."""
    published = published_id(home)
    found = [read_manifest(home.releases / name) for name in release_ids(home)]
    return [replace(release, published=release.release_id == published) for release in found]


def published_release(home: Home) -> Release | None:
    """Give the published release, or None where nothing is published or its release is not kept any more."""
    return next((release for release in list_releases(home) if release.published), None)


def verify(home: Home, ids: Sequence[str] | None = None) -> list[str]:
    """Check kept releases (all, or those of `ids`) and the published file; give the problems, in words."""
    names = release_ids(home) if ids is None else ids
    problems = [problem for name in names for problem in damage(home, home.releases / name)]
    if not same_as_published(home):
        problems.append(f"{home.warehouse}: it is not as it was published; roll back to any release to restore it")
    return problems


@contextmanager
def _writing(home: Home) -> Iterator[None]:
    """Say what a failure to write means, and what to do."""
    try:
        yield
    except (OSError, duckdb.OperationalError, duckdb.FatalException) as error:
        raise NotWrittenError(
            f"the release could not be written in {home.root}, what is published stays as it was ({error})",
            "Make room on the disk, or make the folder writable, and refresh again",
        ) from error


def _switch(home: Home, folder: Path) -> None:
    """Put the release's database in the place of the published one, in one rename.

    It is the copy that was made when the release was built, or one put together from its blocks and checked. Never the
    release's own: who opens the published file for writing must not change what is kept.
    """
    temporary = home.root / f".{folder.name}.switching"
    try:
        with _writing(home):
            if (folder / DATABASE).exists():
                (folder / DATABASE).rename(temporary)
                sync_file(temporary)
            else:
                blocks.assemble(home.blocks, read_recipe(folder), temporary)
            # What a program that wrote to the old file has left beside it must not be replayed into the new one.
            home.warehouse.with_name(f"{home.warehouse.name}.wal").unlink(missing_ok=True)
            leave_spare(home)
            mark(temporary, folder.name)
            os.replace(temporary, home.warehouse)  # noqa: PTH105  (the commit)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(home.root)


def _keep(home: Home, folder: Path) -> Path:
    """Move the published candidate, or the release that was held, among the kept releases."""
    _remove_private(folder)
    home.releases.mkdir(exist_ok=True)
    kept, before = home.releases / folder.name, folder.parent
    folder.replace(kept)
    sync_folder(home.releases)
    sync_folder(before)
    return kept


def _remove_private(folder: Path) -> None:
    """Remove the private build and the copy for publishing, which are not needed any more."""
    (folder / DATABASE).unlink(missing_ok=True)
    shutil.rmtree(folder / BUILD, ignore_errors=True)


def _sweep(home: Home) -> None:
    """Remove the blocks that no release names; one that cannot say what it names keeps them all.

    The caller holds the lock of the switch, as does who stores blocks until the release names them.
    """
    places = (place for place in (home.candidates, home.held, home.releases) if place.is_dir())
    kept = [folder for place in places for folder in place.iterdir() if (folder / RECIPE).exists()]
    try:
        blocks.sweep(home.blocks, (digest for folder in kept for digest in read_recipe(folder)))
    except DamagedReleaseError:
        return


def _prune(home: Home, keep: int) -> None:
    """Remove all but the last `keep` releases, and the blocks that only they had; never the published one.

    Each is moved out of the way first: a release that is half removed must not be taken for one.
    """
    published = published_id(home)
    for name in release_ids(home)[max(keep, 1) :]:
        if name != published:
            discarded = home.candidates / f"{_DISCARDED}{name}"
            (home.releases / name).replace(discarded)
            shutil.rmtree(discarded)
    _sweep(home)
