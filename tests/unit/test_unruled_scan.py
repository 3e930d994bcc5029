"""Scanned tables without rules: rows and columns are found on the image."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.contract import to_json
from ingest.extract import read_document
from tests.comparison import Comparison, compare
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.scans import Damage, scan
from tests.sheets import make_sheet


def scanned(tmp_path: Path, layout: str, manner: Manner, damage: Damage) -> Comparison:
    report = make_report(7, components=2, activities=1, quarter=2)
    draw(make_sheet(report, layout, wording="trim"), tmp_path / "a.pdf", manner)
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf", damage)
    return compare(to_json(read_document(tmp_path / "b.pdf")), report.truth())


@pytest.mark.parametrize(
    ("layout", "manner", "damage"),
    [
        ("C", Manner(rules="none"), Damage(skew=0.4)),
        ("D", Manner(rules="rows", zebra=True), Damage(skew=-0.3)),
    ],
)
def test_scanned_tables_without_rules_are_read_figure_by_figure(
    layout: str, manner: Manner, damage: Damage, tmp_path: Path
) -> None:
    result = scanned(tmp_path, layout, manner, damage)
    assert not [*result.lost, *result.silent, *result.phantoms], result
    assert result.exact == result.cells > 0, result
