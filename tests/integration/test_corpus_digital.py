"""Reports of the external corpus: every row, every figure, every planted inconsistency; scans, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.contract import to_json
from ingest.extract import read_document
from tests.comparison import compare

TRUE_INCONSISTENCIES = {"real000_A_s105"}
"""Reports whose own publisher contradicts itself: their findings are no false alarms."""


def _digital(corpus: Path) -> list[Path]:
    truths = [*sorted(corpus.glob("facsimiles/*.json")), *sorted(corpus.glob("series/*_q?.json"))]
    return [t for t in truths if t.stem.count("_") == (2 if t.parent.name == "facsimiles" else 3)
            and t.with_suffix(".pdf").exists() and "_C_" not in t.stem]  # fmt: skip


def _is_undetectable(row: dict[str, Any], quarter: int) -> bool:
    """A planted goal that happens to be the true one says nothing wrong."""
    return "narrative_plan" in row["planted"] and row["planned"][quarter - 1] == row["achieved"][quarter - 1]


def test_every_figure_is_exact_and_every_inconsistency_found(corpus: Path) -> None:
    truths = _digital(corpus)
    assert len(truths) >= 11
    cells = 0
    for path in truths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        result = compare(to_json(read_document(path.with_suffix(".pdf"))), truth)
        cells += result.exact
        quarter = truth["document"]["quarter"]
        excused = {r["code"] for r in truth["rows"] if _is_undetectable(r, quarter)}
        assert result.exact == result.cells > 0, path.stem
        wrong = [*result.lost, *result.invented, *result.silent, *result.phantoms, *result.misplaced]
        assert not wrong, path.stem
        assert not result.labels, path.stem
        assert not [m for m in result.missed_plants if m.split()[0] not in excused], path.stem
        if path.stem not in TRUE_INCONSISTENCIES:
            assert not result.false_findings, path.stem
    assert cells >= 1900


@pytest.mark.parametrize("kind", ["hidden200", "office200"])
def test_a_scan_gives_every_row_and_no_wrong_figure_that_is_not_flagged(corpus: Path, kind: str) -> None:
    scans = sorted(corpus.glob(f"facsimiles/*_{kind}.pdf"))
    assert scans
    truth = json.loads(scans[0].with_suffix(".json").read_text(encoding="utf-8"))
    result = compare(to_json(read_document(scans[0])), truth)
    assert not [*result.lost, *result.invented, *result.silent, *result.phantoms, *result.misplaced]
    assert result.exact >= 0.99 * result.cells > 0
