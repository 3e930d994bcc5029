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
from warehouse.compare import compare
from warehouse.difference import CAUSES, KINDS, Difference
from warehouse.errors import UnpublishableError
from warehouse.gate import Verdict, audit_release
from warehouse.hold import HoldLimits, reasons_to_hold, standing_refusal
from warehouse.home import Home
from warehouse.manifest import DIFFERENCE_PAGE
from warehouse.query import query
from warehouse.release import (
    Candidate,
    Release,
    code_version,
    fingerprint,
    held_release,
    hold,
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
                skippable=True,
                group_name="release",
                owners=OWNERS,
                kinds={"duckdb", "parquet"},
                description=(
                    "The published warehouse, `warehouse.duckdb`: schema `marts` of the candidate, switched in one "
                    "atomic step. Each release is kept in `releases/` with Parquet files and a manifest. One that "
                    "loses or changes too much waits in `held/` for a person."
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
            dg.AssetCheckSpec(
                "difference_is_expected",
                asset=CANDIDATE,
                description=(
                    "The candidate loses no more rows and indicators, and changes no more of what was reported, than "
                    "is allowed. Where it does it is held: look at its page, then `indicadores release --allow`."
                ),
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
        verdict = audit_release(place, candidate.database, candidate.release_id, version)
        difference = compare(place, candidate.database, version)
        held_for = reasons_to_hold(difference, HoldLimits.from_env())
        needed = needs_release(place, mark)
        yield dg.MaterializeResult(
            asset_key=CANDIDATE,
            metadata={"release": candidate.release_id, **verdict_metadata(verdict), **_difference_metadata(difference)},
            check_results=[
                _audit_result(verdict),
                _difference_result(difference, held_for),
                *expectation_results([verdict], CANDIDATE, dg.AssetCheckSeverity.ERROR),
            ],
        )
        if not needed:
            shutil.rmtree(candidate.folder)
            yield dg.MaterializeResult(asset_key=PUBLISHED, metadata={"release": _why_unchanged(place)})
            return
        plan = plan_release(
            place, candidate, code_version=version, fingerprint=mark, audit=verdict, difference=difference,
            held_for=held_for,
        )  # fmt: skip
        tell("publish")
        if held_for:
            kept = hold(place, plan, progress=context.log.info)
            context.log.warning(f"held: {kept.release_id}, see {kept.folder / DIFFERENCE_PAGE}")
            return
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


def _difference_result(difference: Difference, held_for: Sequence[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="difference_is_expected",
        asset_key=CANDIDATE,
        passed=not held_for,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(held_for) or None,
        metadata=_difference_metadata(difference),
    )


def _difference_metadata(difference: Difference) -> dict[str, Any]:
    """Give what the pages of a release show of its difference: counts, causes, the largest changes."""
    counts = [[c.kind, CAUSES[c.cause], c.measure, c.figures, c.closed] for c in difference.counts]
    largest = [
        [
            c.municipality,
            c.program_code,
            c.plan,
            str(c.fiscal_year or "?"),
            c.quarter,
            c.indicator_code,
            c.measure,
            c.old_value,
            c.new_value,
            c.cause,
        ]
        for c in difference.largest
    ]
    documents = [[d.file, CAUSES[d.cause], d.reason] for d in difference.documents]
    return {
        "compared with": difference.base or "nothing: the first release",
        **{f"figures {kind}": difference.total(kind) for kind in KINDS},
        "difference": dg.MetadataValue.md(
            markdown_table(["figures are", "because", "measure", "figures", "already reported"], counts)
        ),
        "largest changes": dg.MetadataValue.md(
            markdown_table(
                ["municipality", "program", "plan", "year", "quarter", "code", "measure", "before", "now", "because"],
                largest,
            )
            if largest
            else "none"
        ),
        "documents": dg.MetadataValue.md(markdown_table(["document", "what", "reason given"], documents)),
    }


def _why_unchanged(home: Home) -> str:
    waiting = held_release(home)
    if waiting is not None:
        return f"unchanged: {waiting.release_id} is held until a person allows or refuses it"
    refused = standing_refusal(home)
    if refused is not None:
        return f"unchanged: {refused['release_id']} was refused ({refused['reason']}), and the same is not published"
    return f"unchanged: {published_id(home)} holds the same documents, code and suites, or was rolled back to"


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
        "what it changes": dg.MetadataValue.path(str(release.folder / DIFFERENCE_PAGE)),
        "tables": dg.MetadataValue.md(markdown_table(["table", "rows"], rows)),
        "measurements by quality": dg.MetadataValue.md(markdown_table(["quality", "measurements"], quality)),
        "scorecard": dg.MetadataValue.md(
            markdown_table(tuple(COLUMNS.values()), [list(line) for line in scorecard(home)])
        ),
    }
