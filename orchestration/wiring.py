"""Assets, checks, jobs, sensor, schedule and resources, put together for one home. Here and nowhere else."""

import dagster as dg

from orchestration.environment import prepare_process
from warehouse.home import Home

prepare_process()

from orchestration import jobs  # noqa: E402  telemetry must be off first
from orchestration.assets.documents import documents  # noqa: E402
from orchestration.assets.landing import extraction, landing_gate  # noqa: E402
from orchestration.assets.models import models_of  # noqa: E402
from orchestration.assets.release import release_of  # noqa: E402
from orchestration.dbt_runner import manifest_of  # noqa: E402
from orchestration.resources import HomeResource, LimitsResource, RefreshLock  # noqa: E402


def define(home: Home) -> dg.Definitions:
    """Put everything together for one home. Parses the dbt project where it has changed since the last time."""
    models = models_of(manifest_of(home.create()))
    place = HomeResource(path=str(home.root))
    return dg.Definitions(
        assets=[
            documents,
            extraction,
            landing_gate,
            models,
            release_of([key for key in sorted(models.keys) if key.path[0] == "marts"]),
        ],
        jobs=[jobs.refresh, jobs.publish, jobs.reread, jobs.decide_release],
        sensors=[jobs.inbox_sensor],
        schedules=[jobs.quarterly_refresh],
        resources={"home": place, "limits": LimitsResource(), "lock": RefreshLock(home=place)},
        # The lock is a resource, and lives as long as the run only where all steps share a process.
        executor=dg.in_process_executor,
    )
