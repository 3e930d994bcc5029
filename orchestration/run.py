"""Running a job in this process, against the home's own Dagster instance, so that the run stands in the UI as well.

Here belongs what the command line needs of Dagster. Not here: deciding whether a run is needed (`intake`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from orchestration.assets.documents import PARTITIONS
from orchestration.intake import Work, keys_for
from orchestration.jobs import range_tags
from orchestration.resources import HomeResource, RefreshLock
from orchestration.wiring import define
from warehouse.home import Home

LAUNCHED_BY = "launched by"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that failed in a run. `blocking` ones stopped it."""

    asset: str
    name: str
    blocking: bool
    description: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `errors` are the messages of what went wrong, the root cause of each first."""

    run_id: str
    success: bool
    errors: tuple[str, ...]
    failed_checks: tuple[FailedCheck, ...]


def run_work(home: Home, work: Work, keep: int) -> Outcome:
    """Do the work in one run: `refresh` where there are documents to read, else `publish`.

    The caller holds the home's lock and has called `environment.prepare_home`.
    """
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        close_dead_runs(instance)
        definitions = define(home)
        job, tags = "publish", {LAUNCHED_BY: COMMAND_LINE, "process": str(os.getpid())}
        if work.documents:
            existing = instance.get_dynamic_partitions(PARTITIONS)
            keys = list(keys_for(work.documents, existing))
            instance.add_dynamic_partitions(PARTITIONS, [key for key in keys if key not in existing])
            job, tags = "refresh", tags | range_tags(instance.get_dynamic_partitions(PARTITIONS), keys)
        place = HomeResource(path=str(home.root), keep_releases=keep)
        result = definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            tags=tags,
            raise_on_error=False,
            resources={"home": place, "lock": RefreshLock(home=place, taken=True)},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        return Outcome(
            result.run_id, result.success, tuple(dict.fromkeys(_errors(result))), tuple(_failed_checks(result))
        )


def close_dead_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs of the command line that were killed as failed; give how many. The caller holds the home's lock.

    Whoever holds the lock is the only one who can be running, so that an unfinished run is a dead one.
    """
    unfinished = instance.get_runs(
        dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED],
            tags={LAUNCHED_BY: COMMAND_LINE},
        )
    )
    for run in unfinished:
        instance.report_run_failed(
            run, message="The process of this run was killed; the next refresh completes its work."
        )
    return len(unfinished)


def _errors(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.all_events:
        if not event.is_failure:
            continue
        data = getattr(event.event_specific_data, "user_failure_data", None)
        if data is not None and data.description:
            yield data.description
        error = getattr(event.event_specific_data, "error", None)
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None and not (data is not None and data.description):
            yield error.message.strip()


def _failed_checks(result: dg.ExecuteInProcessResult) -> Iterator[FailedCheck]:
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            yield FailedCheck(
                check.asset_key.to_user_string(),
                check.check_name,
                bool(check.blocking) and check.severity is dg.AssetCheckSeverity.ERROR,
                check.description or "",
            )
