"""The jobs, one for each way of running, and what starts them by themselves: the inbox sensor and the schedule.

Here belongs when something runs. Not here: what it does (the assets).
"""

import hashlib
import time
from collections.abc import Collection, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from ingest.documents import find_files
from ingest.extract import extractor_version
from orchestration.assets.documents import DOCUMENTS, PARTITIONS
from orchestration.assets.release import PUBLISHED
from orchestration.intake import keys_for, plan_work, receive
from orchestration.resources import HomeResource, RefreshLock
from warehouse.errors import LandingBusyError, WarehouseError
from warehouse.home import Home
from warehouse.manifest import DIFFERENCE_PAGE
from warehouse.release import allow, refuse

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
QUIET_SECONDS = 10.0
"""A file that changed later than this before a tick is left for the next tick: it may still be copied."""

EVERYTHING = dg.AssetSelection.all()
READING = dg.AssetSelection.groups("documents", "landing")

refresh = dg.define_asset_job(
    "refresh",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    description=(
        "The whole way for new documents: read, land, judge, build, audit, publish. Choose the documents as "
        "partitions; several are one run. Documents that this extractor has read are not read again."
    ),
    tags={"way": "refresh"},
)
publish = dg.define_asset_job(
    "publish",
    selection=EVERYTHING - dg.AssetSelection.assets("documents", ["landing", "extraction"]),
    executor_def=dg.in_process_executor,
    description="Build, audit and publish again from what has landed, after a change of models, rules or suites.",
    tags={"way": "publish"},
)
reread = dg.define_asset_job(
    "reread",
    selection=READING,
    executor_def=dg.in_process_executor,
    description=(
        "Read the chosen documents with the current extractor and judge them, without publishing. "
        "Choose all partitions to read everything again after a change of the reader; then run `publish`."
    ),
    tags={"way": "reread"},
)


class Decision(Enum):
    """What a person decides about the release that is held."""

    ALLOW = "allow"
    REFUSE = "refuse"


class ReleaseDecision(dg.Config):
    """A person's decision about the release that is held, with its reason; both are kept."""

    decision: Decision = Field(description="ALLOW publishes the release, REFUSE discards it for good.")
    reason: str = Field(description="Why; it is kept with the release.")
    by: str = Field(description="Who decides it.")


@dg.op(name="decide", description="Publish the release that is held, or discard it.")
def decide(
    context: dg.OpExecutionContext,
    config: ReleaseDecision,
    home: HomeResource,
    lock: RefreshLock,  # noqa: ARG001
) -> None:
    """Allow or refuse the held release, as `indicadores release` does."""
    place = home.open()
    try:
        if config.decision is Decision.REFUSE:
            discarded = refuse(place, config.reason, config.by)
            context.log.warning(f"discarded: {discarded.release_id}. What was published before stays.")
            return
        release = allow(place, config.reason, config.by, keep=home.keep_releases)
    except WarehouseError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    metadata: dict[str, Any] = {
        "release": release.release_id,
        "allowed by": config.by,
        "reason": config.reason,
        "what it changes": dg.MetadataValue.path(str(release.folder / DIFFERENCE_PAGE)),
    }
    context.log_event(dg.AssetMaterialization(PUBLISHED, metadata=metadata))


@dg.job(
    name="decide_release",
    executor_def=dg.in_process_executor,
    description=(
        "Allow or refuse the release that is held, as it loses or changes too much. Give the decision (ALLOW or "
        "REFUSE), the reason and who decides in the Launchpad. The check `difference_is_expected` tells where the page "
        "of its differences lies."
    ),
    # What the Launchpad opens with: to be filled in, for nothing is decided without a reason and a name.
    config={"ops": {"decide": {"config": {"decision": Decision.ALLOW.name, "reason": "", "by": ""}}}},
    tags={"way": "decide"},
)
def decide_release() -> None:
    """Allow or refuse the release that is held."""
    decide()


def range_tags(order: Sequence[str], keys: Collection[str]) -> dict[str, str]:
    """Give the tags that make one run of the partitions from the first to the last of `keys` in `order`.

    Dagster takes ranges only: what lies between is passed over by the landing step, as it is known.
    """
    chosen = [key for key in order if key in keys]
    return {RANGE_START: chosen[0], RANGE_END: chosen[-1]}


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Looks into the inbox. Files that are complete and new become partitions, and one run reads them all. "
        f"A file that changed in the last {QUIET_SECONDS:.0f} seconds is left for the next look."
    ),
)
def inbox_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Request one run for all new files of the inbox. The cursor is what the inbox held at the last look."""
    place = home.open()
    files = _settled(place)
    seen = _look(files)
    if seen == context.cursor:
        return dg.SkipReason("nothing in the inbox has changed")
    try:
        request = _request(context.instance, place, files)
    except LandingBusyError as error:
        return dg.SkipReason(f"looking again soon: {error}")
    if request is None:
        return dg.SensorResult(skip_reason="every document of the inbox is known", cursor=seen)
    run, new = request
    return dg.SensorResult(
        [run], cursor=seen, dynamic_partitions_requests=[DOCUMENTS.build_add_request(new)] if new else []
    )


@dg.schedule(
    cron_schedule="0 6 1 2,5,8,11 *",
    job=refresh,
    execution_timezone="UTC",
    description=(
        "Once a quarter, when its reports must be out (they are due within 30 days of the quarter's end): reads "
        "whatever the inbox holds that this extractor has not read. Off until you switch it on."
    ),
)
def quarterly_refresh(context: dg.ScheduleEvaluationContext, home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """Request one run for all documents that are still to read, also those read by an older extractor."""
    place = home.open()
    request = _request(context.instance, place, find_files([place.inbox]))
    if request is None:
        return dg.SkipReason("every document of the inbox is known")
    run, new = request
    context.instance.add_dynamic_partitions(PARTITIONS, new)
    return run


def _request(instance: dg.DagsterInstance, home: Home, files: Sequence[Path]) -> tuple[dg.RunRequest, list[str]] | None:
    """Give the run for what `files` leave to read, and the keys that it adds; None where nothing is left."""
    extractor = extractor_version()
    work = plan_work(home, receive(home, files), extractor)
    if not work.documents:
        return None
    existing = instance.get_dynamic_partitions(PARTITIONS)
    keys = list(keys_for(work.documents, existing))
    new = [key for key in keys if key not in existing]
    mark = hashlib.sha256("\n".join([extractor, *sorted(keys)]).encode()).hexdigest()[:16]
    return dg.RunRequest(run_key=mark, tags=range_tags([*existing, *new], keys)), new


def _settled(home: Home) -> list[Path]:
    """Give the files of the inbox that nobody has written to for a while."""
    latest = time.time() - QUIET_SECONDS
    return [path for path in find_files([home.inbox]) if path.stat().st_mtime <= latest]


def _look(files: Sequence[Path]) -> str:
    """Give a short mark of the files' names, sizes and times."""
    digest = hashlib.sha256()
    for path in files:
        seen = path.stat()
        digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]
