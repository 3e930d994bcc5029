"""The release as assets: the candidate with its audit, and what is published of it.

Here belongs telling Dagster of both. They are one step on purpose: nothing can be published without an audit in the
same breath, whatever a person selects in the UI. Not here: auditing and publishing (`warehouse`).
"""

import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.assets.documents import OWNERS
from orchestration.dbt_runner import Workbench
from orchestration.environment import SOURCES
from orchestration.previews import markdown_table
from orchestration.progress import tell
from orchestration.resources import HomeResource, RefreshLock
from orchestration.scorecard import COLUMNS, scorecard
from orchestration.suite_checks import expectation_results, expectation_specs, verdict_metadata
from warehouse.errors import UnpublishableError
from warehouse.gate import Verdict, audit_release
from warehouse.home import Home
from warehouse.query import query
from warehouse.release import (
    Candidate,
    Release,
    code_version,
    fingerprint,
    needs_release,
    plan_release,
    publish,
    published_id,
)

CANDIDATE = dg.AssetKey(["release", "candidate"])
PUBLISHED = dg.AssetKey(["release", "warehouse"])


def release_of(models: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """Give the assets of the release, which wait for all of `models`."""

    @dg.multi_asset(
        name="release",
        specs=[
            dg.AssetSpec(
                CANDIDATE,
                deps=list(models),
                group_name="release",
                owners=OWNERS,
                kinds={"duckdb", "great_expectations"},
                description="The marts as dbt has built them in a private file, audited by the release suite.",
            ),
            dg.AssetSpec(
                PUBLISHED,
                deps=[CANDIDATE],
                group_name="release",
                owners=OWNERS,
                kinds={"duckdb", "parquet"},
                description=(
                    "The published warehouse, `warehouse.duckdb`: schema `marts` of the candidate, switched in one "
                    "atomic step. Each release is kept in `releases/` with Parquet files and a manifest."
                ),
            ),
        ],
        check_specs=[
            dg.AssetCheckSpec(
                "release_suite",
                asset=CANDIDATE,
                blocking=True,
                description="The verdict of the release suite over the marts. Where it fails, nothing is published.",
            ),
            *expectation_specs("release", CANDIDATE),
        ],
    )
    def release(
        context: dg.AssetExecutionContext,
        home: HomeResource,
        lock: RefreshLock,  # noqa: ARG001
    ) -> Iterator[dg.MaterializeResult[None]]:
        """Audit the candidate and, where it passes, publish it."""
        place = home.open()
        version = code_version(*SOURCES)
        candidate, mark = _candidate(place), fingerprint(place, version)
        tell("audit")
        verdict = audit_release(place, candidate.database, candidate.release_id)
        yield dg.MaterializeResult(
            asset_key=CANDIDATE,
            metadata={"release": candidate.release_id, **verdict_metadata(verdict)},
            check_results=[
                _audit_result(verdict),
                *expectation_results([verdict], CANDIDATE, dg.AssetCheckSeverity.ERROR),
            ],
        )
        if not needs_release(place, mark):
            kept = f"unchanged: {published_id(place)} holds the same documents, code and suites, or was rolled back to"
            shutil.rmtree(candidate.folder)
            yield dg.MaterializeResult(asset_key=PUBLISHED, metadata={"release": kept})
            return
        plan = plan_release(place, candidate, code_version=version, fingerprint=mark, audit=verdict)
        tell("publish")
        published = publish(place, plan, keep=home.keep_releases, progress=context.log.info)
        yield dg.MaterializeResult(asset_key=PUBLISHED, metadata=_metadata(place, published))

    return release


def _candidate(home: Home) -> Candidate:
    candidate = Workbench(home).candidate()
    if candidate is None or not candidate.database.exists():
        raise UnpublishableError("there is no candidate to publish", "Run the job `publish`, which builds one first")
    return candidate


def _audit_result(verdict: Verdict) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="release_suite",
        asset_key=CANDIDATE,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=verdict_metadata(verdict),
    )


def _metadata(home: Home, release: Release) -> dict[str, Any]:
    rows = sorted(release.rows.items())
    quality = query(home, "select quality, count(*) from measurements group by all order by all").rows
    return {
        "release": release.release_id,
        "built at": f"{release.built_at:%Y-%m-%d %H:%M:%S} UTC",
        "documents": len(release.documents),
        "code version": release.code_version,
        "file": dg.MetadataValue.path(str(home.warehouse)),
        "kept in": dg.MetadataValue.path(str(release.folder)),
        "tables": dg.MetadataValue.md(markdown_table(["table", "rows"], rows)),
        "measurements by quality": dg.MetadataValue.md(markdown_table(["quality", "measurements"], quality)),
        "scorecard": dg.MetadataValue.md(
            markdown_table(tuple(COLUMNS.values()), [list(line) for line in scorecard(home)])
        ),
    }
