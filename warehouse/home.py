"""Where everything lies: the paths under one home folder, and nothing else.

Here belongs the layout of the home. Not here: what is written into these places, or who may write.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "INDICADORES_HOME"
"""The environment variable that names the home; without it the home is `./data`."""


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of one home. `root` is absolute; making a `Home` touches no file, `create` does."""

    root: Path

    @staticmethod
    def at(root: Path | str) -> Home:
        """Give the home at `root` (made absolute; symbolic links are kept)."""
        return Home(Path(root).expanduser().absolute())

    @staticmethod
    def from_env() -> Home:
        """Give the home that INDICADORES_HOME names, or `./data`."""
        return Home.at(os.environ.get(VARIABLE) or "data")

    def create(self) -> Home:
        """Make the folders that are not there yet, and give the home itself."""
        for folder in (self.inbox, self.archive, self.crops, self.candidates, self.releases, self.docs, self.dagster):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def inbox(self) -> Path:
        """Files that a user drops, at any depth."""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Every document ever received, by its sha256, never changed."""
        return self.root / "archive"

    @property
    def crops(self) -> Path:
        """Pictures of single values that a person has to look at, by the sha256 of their document."""
        return self.root / "crops"

    def crops_of(self, sha256: str) -> Path:
        """The folder of the pictures of one document."""
        return self.crops / sha256[:2] / sha256

    @property
    def landing(self) -> Path:
        """The database of the landing tables; opened for short transactions only."""
        return self.root / "landing.duckdb"

    @property
    def warehouse(self) -> Path:
        """The published warehouse; only ever replaced as a whole."""
        return self.root / "warehouse.duckdb"

    @property
    def build(self) -> Path:
        """The database that dbt builds in, and the spare; kept from build to build."""
        return self.root / "build"

    @property
    def spare(self) -> Path:
        """The file that was published before, which the next one is made of where nobody reads it any more."""
        return self.build / "spare.duckdb"

    @property
    def candidates(self) -> Path:
        """Private builds, one folder for each release id."""
        return self.root / "candidates"

    @property
    def releases(self) -> Path:
        """Finished releases, one folder for each release id."""
        return self.root / "releases"

    @property
    def blocks(self) -> Path:
        """The pieces that the databases of the releases are put together from, each by its sha256."""
        return self.root / "blocks"

    @property
    def held(self) -> Path:
        """Finished releases that wait for a person, one folder each, and the list of those that were refused."""
        return self.root / "held"

    @property
    def docs(self) -> Path:
        """Generated pages: Data Docs and dbt docs."""
        return self.root / "docs"

    @property
    def data_docs(self) -> Path:
        """The Data Docs of Great Expectations; open `index.html` in it."""
        return self.docs / "data_docs"

    @property
    def validations(self) -> Path:
        """Validation results of the last runs of the suites, from which Data Docs are built."""
        return self.docs / "validations"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: Dagster's own storage."""
        return self.root / "dagster"

    @property
    def refresh_lock(self) -> Path:
        """Held during a whole refresh or rollback."""
        return self.root / "refresh.lock"

    @property
    def switch_lock(self) -> Path:
        """Held for the moment in which the published file is switched."""
        return self.root / "switch.lock"
