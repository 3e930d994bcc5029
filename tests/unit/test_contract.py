"""The JSON contract keeps its shape: other programs rely on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.contract import to_json
from ingest.extract import read_document
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.sheets import make_sheet

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("layout", ["A", "B", "D"])
def test_the_contract_of_a_report_is_as_kept(layout: str, update_golden: bool, tmp_path: Path) -> None:
    path = tmp_path / f"built_{layout}.pdf"
    report = make_report(4, components=1, activities=2, quarter=2, plants=("annual_vs_sum",))
    draw(make_sheet(report, layout), path, Manner(split="first"))
    read = to_json(read_document(path))
    read["document"]["sha256"] = "-"  # the PDF library's version is in the bytes
    kept = GOLDEN / f"built_{layout}.json"
    if update_golden:
        kept.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert read == json.loads(kept.read_text(encoding="utf-8"))


def test_whole_numbers_have_no_decimals_and_blanks_are_null(tmp_path: Path) -> None:
    report = make_report(4, components=1, activities=1, quarter=1)
    draw(make_sheet(report, "D"), tmp_path / "a.pdf")
    text = json.dumps(to_json(read_document(tmp_path / "a.pdf")))
    row = json.loads(text)["rows"][0]
    assert isinstance(row["annual_goal"]["value"], int)
    assert (row["achieved"][1]["value"], row["achieved"][1]["quality"]) == (None, "missing")
    assert row["progress_pct"][1] is None, "the layout prints the percentage of its own quarter only"
