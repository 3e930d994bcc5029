"""What a release says of itself: its manifest, its checksums, and which one is published.

Here belongs reading and checking that. Not here: making or moving releases (`release`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.documents import sha256_of
from warehouse import blocks
from warehouse.errors import DamagedReleaseError, NothingPublishedError
from warehouse.files import write_durably
from warehouse.home import Home
from warehouse.published import open_published

STAMP = "%Y%m%dT%H%M%SZ"
"""The time, in UTC, that a release's id begins with."""
DATABASE = "warehouse.duckdb"
MANIFEST = "manifest.json"
DIFFERENCE_PAGE = "difference.html"
RECIPE = "warehouse.blocks"
"""Names the blocks of a release's database, one a line, by sha256 and xxh3: what releases share is kept once."""


@dataclass(frozen=True, slots=True)
class Release:
    """A kept release. `built_at` is UTC; `documents` are sha256s; `rows` counts each table.

    `checksums` gives the sha256 of each file of the release, `parquet_rows` the rows of each Parquet file.
    `storage_version` is the oldest DuckDB that reads it. `difference` is the summary of what it changes against its
    base, the release before (`warehouse.difference`); `held_for` why it had to wait for a person; `allowed` who let it
    pass, when and why.
    """

    release_id: str
    built_at: datetime
    code_version: str
    fingerprint: str
    documents: tuple[str, ...]
    rows: Mapping[str, int]
    checksums: Mapping[str, str]
    storage_version: str
    folder: Path
    parquet_rows: Mapping[str, int] = field(default_factory=dict)
    published: bool = False
    difference: Mapping[str, Any] = field(default_factory=dict)
    held_for: tuple[str, ...] = ()
    allowed: Mapping[str, str] | None = None


def write_manifest(release: Release) -> None:
    """Write the manifest into the release's folder. It is the last file of a release: with it, it is whole."""
    said = {
        "release_id": release.release_id,
        "built_at": release.built_at.isoformat(timespec="seconds") + "Z",
        "code_version": release.code_version,
        "fingerprint": release.fingerprint,
        "storage_version": release.storage_version,
        "documents": list(release.documents),
        "rows": dict(release.rows),
        "checksums": dict(release.checksums),
        "parquet_rows": dict(release.parquet_rows),
        "difference": dict(release.difference),
        "held_for": list(release.held_for),
        "allowed": None if release.allowed is None else dict(release.allowed),
    }
    write_durably(release.folder / MANIFEST, json.dumps(said, indent=2, ensure_ascii=False) + "\n")


def read_manifest(folder: Path) -> Release:
    """Read the manifest of a release.

    Raises:
        DamagedReleaseError: it is not there, or not what `write_manifest` writes.
    """
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            release_id=said["release_id"],
            built_at=datetime.fromisoformat(said["built_at"]).replace(tzinfo=None),
            code_version=said["code_version"],
            fingerprint=said["fingerprint"],
            documents=tuple(said["documents"]),
            rows=said["rows"],
            checksums=said["checksums"],
            storage_version=said["storage_version"],
            folder=folder,
            parquet_rows=said.get("parquet_rows", {}),  # an older version of the project wrote none of what follows
            difference=said.get("difference", {}),
            held_for=tuple(said.get("held_for", ())),
            allowed=said.get("allowed"),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedReleaseError(
            f"{path} cannot be read ({type(error).__name__}: {error})",
            f"Remove the folder {folder}; the other releases are not concerned",
        ) from error


def release_ids(home: Home) -> list[str]:
    """Give the ids of the kept releases, newest first (an id begins with its time)."""
    if not home.releases.is_dir():
        return []
    return sorted((f.name for f in home.releases.iterdir() if f.is_dir()), reverse=True)


def published_id(home: Home) -> str | None:
    """Give the id of the published release, or None where nothing is published.

    Raises:
        DamagedReleaseError: there is a published file, but it is no warehouse of ours.
    """
    try:
        with open_published(home) as connection:
            found = connection.execute("select release_id from warehouse.marts.release").fetchall()
        return str(found[0][0])
    except NothingPublishedError:
        return None
    except (duckdb.Error, IndexError) as error:
        raise DamagedReleaseError(
            f"{home.warehouse} does not say which release it is ({error})",
            f"Move it away and roll back to a release in {home.releases}",
        ) from error


def write_recipe(folder: Path, kept: Sequence[blocks.Block]) -> None:
    """Write the names of the blocks of a release's database, in order."""
    (folder / RECIPE).write_text("".join(f"{sha256} {xxh3}\n" for sha256, xxh3 in kept), encoding="utf-8")


def read_recipe(folder: Path) -> list[str]:
    """Give the sha256 of the blocks of a kept release's database, in order.

    Raises:
        DamagedReleaseError: they cannot be read, or are not those of the manifest.
    """
    return [names[0] for names in _recipe(folder)]


def known_blocks(home: Home) -> dict[str, str]:
    """Give the sha256 of the blocks of the newest kept release by their xxh3; none where it does not tell them."""
    try:
        newest = release_ids(home)[0]
        return {names[1]: names[0] for names in _recipe(home.releases / newest) if len(names) > 1}
    except (IndexError, DamagedReleaseError):  # `verify` tells that
        return {}


def _recipe(folder: Path) -> list[list[str]]:
    path, expected = folder / RECIPE, read_manifest(folder).checksums.get(RECIPE)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != expected:
        raise DamagedReleaseError(
            f"{path} does not match its checksum", "Roll back to another release, or refresh to build a new one"
        )
    return [line.split() for line in content.decode().splitlines()]


def damage(home: Home, folder: Path) -> list[str]:
    """Give what is wrong with a kept release's files, in words; empty where they match the manifest."""
    try:
        release = read_manifest(folder)
    except DamagedReleaseError as error:
        return [str(error)]
    problems = []
    for name, expected in release.checksums.items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{path}: it is missing")
        elif sha256_of(path) != expected:
            problems.append(f"{path}: its content has changed since it was built")
    try:
        return problems + blocks.problems(home.blocks, read_recipe(folder))
    except DamagedReleaseError:  # it is among the problems already
        return problems


def same_as_published(home: Home) -> bool:
    """Whether the published file is, byte by byte, that of its release; True where there is nothing to compare."""
    published = published_id(home)
    if published is None or published not in release_ids(home):
        return True
    try:
        expected = read_recipe(home.releases / published)
    except DamagedReleaseError:  # `damage` tells that
        return True
    return blocks.digests_of(home.warehouse) == expected
