"""Expectation suites as Dagster asset checks: one for each expectation, so that its history is seen.

Here belongs translating suites and verdicts. What blocks is the verdict of the whole suite, a check of its own
beside these. Not here: running a suite (`warehouse.gate`).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.previews import checks_table
from warehouse.gate import Check, Suite, Verdict


def expectation_specs(suite: str, asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Declare a check on `asset` for each expectation of the suite."""
    return [
        dg.AssetCheckSpec(
            expectation["meta"]["name"],
            asset=asset,
            description=f"{expectation['description']} (severity {expectation['severity']})",
            metadata={"looks at": frame, "remedy": expectation["meta"]["remedy"]},
        )
        for frame, expectations in _frames(suite)
        for expectation in expectations
    ]


def expectation_results(
    verdicts: Sequence[Verdict], asset: dg.AssetKey, critical: dg.AssetCheckSeverity
) -> list[dg.AssetCheckResult]:
    """Give the result of each expectation over all verdicts together; nothing where nothing was judged.

    `critical` is what a failed critical expectation is to Dagster: a warning where it only holds a row or a
    document back, an error where it stops the release.
    """
    by_name: dict[str, list[Check]] = {}
    for verdict in verdicts:
        for check in verdict.checks:
            by_name.setdefault(check.name, []).append(check)
    return [_result(name, checks, asset, critical) for name, checks in by_name.items()]


def verdict_metadata(verdict: Verdict) -> dict[str, Any]:
    """Give what the page of a suite's own check shows of a verdict."""
    held = [f"- {h.expectation}: {h.detail} (observed: {h.observed})" for h in verdict.held]
    return {
        "expectations": verdict.evaluated,
        "failed": verdict.failed,
        "checks": dg.MetadataValue.md(checks_table(verdict.checks)),
        "held back": dg.MetadataValue.md("\n".join(held[:50]) or "nothing"),
    }


def _frames(suite: str) -> list[tuple[str, list[dict[str, Any]]]]:
    frames: Any = Suite.load(suite).frames
    return [(name, content["expectations"]) for name, content in frames.items()]


def _result(
    name: str, checks: Sequence[Check], asset: dg.AssetKey, critical: dg.AssetCheckSeverity
) -> dg.AssetCheckResult:
    failed = [check for check in checks if not check.passed]
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=asset,
        passed=not failed,
        severity=critical if checks[0].severity == "critical" else dg.AssetCheckSeverity.WARN,
        metadata={
            "evaluated": sum(check.evaluated for check in checks),
            "failed": sum(check.failed for check in checks),
            "observed": "; ".join(check.observed for check in failed)[:1000] or "as expected",
            "severity": checks[0].severity,
            "what to do where it fails": checks[0].remedy,
        },
    )
