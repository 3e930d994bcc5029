"""Dagster's resources: the home, and the lock that a run holds from its first step to its last.

Here belong settings that a deployment changes. Not here: what a run does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import dagster as dg
from pydantic import Field

from ingest.limits import ReadingLimits
from warehouse import lock
from warehouse.home import Home
from warehouse.release import KEEP, recover


class HomeResource(dg.ConfigurableResource[None]):
    """Which home a run works in, and how much of the past it keeps."""

    path: str = Field(default="", description="Folder of the home. Empty: INDICADORES_HOME, or ./data.")
    keep_releases: int = Field(default=KEEP, ge=1, description="How many releases are kept for going back.")

    def open(self) -> Home:
        """Give the home, with its folders made."""
        return (Home.at(self.path) if self.path else Home.from_env()).create()


class RefreshLock(dg.ConfigurableResource["RefreshLock"]):
    """The home's lock: one refresh at a time. A run that gets it first finishes what a killed one left."""

    home: dg.ResourceDependency[HomeResource]
    wait_seconds: float = Field(default=900, ge=0, description="How long to wait for another refresh to finish.")
    taken: bool = Field(default=False, description="Whether the process that starts the run holds the lock already.")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RefreshLock"]:
        """Hold the lock for the whole run. Resources live as long as the run in the in-process executor."""
        if self.taken:
            yield self
            return
        home, log = self.home.open(), context.log

        def say(who: lock.Holder, _seconds: float) -> None:
            if log is not None:
                log.info(f"waiting for {who}")

        run = context.run.run_id if context.run else "?"
        with lock.held(home.refresh_lock, f"dagster run {run}", self.wait_seconds, say):
            for done in recover(home):
                if log is not None:
                    log.info(done)
            yield self


class LimitsResource(dg.ConfigurableResource[None]):
    """What the reading of one document may cost. 0: as INDICADORES_MAX_SECONDS and so on say, or the default."""

    seconds: float = Field(default=0, ge=0, description="Wall time of the whole document.")
    page_seconds: float = Field(default=0, ge=0, description="Wall time without a page being done.")
    memory_mb: float = Field(default=0, ge=0, description="Resident memory of the reading process.")
    pages: float = Field(default=0, ge=0, description="Pages of the document.")
    megapixels: float = Field(default=0, ge=0, description="Pixels of one image, in millions.")

    def limits(self) -> ReadingLimits:
        """Give the limits, each from here, the environment or the default, in this order."""
        usual = ReadingLimits.from_env()
        return ReadingLimits(**{f.name: getattr(self, f.name) or getattr(usual, f.name) for f in fields(usual)})
