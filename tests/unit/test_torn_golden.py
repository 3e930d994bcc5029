"""The readings of real and invented OCR texts stay as they are, and keep to what a reading of torn text promises.

Golden files are rewritten with `--update-golden`; the differences are then for a person to judge.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.extract import read_document
from ingest.indicators import Extraction, IndicatorRow, Value

HERE = Path(__file__).resolve()
GOLDEN = HERE.parents[1] / "golden"
SAMPLE = HERE.parents[2] / "samples" / "benito_juarez_2024_q2_oficialia_mayor.ocr.txt"


def short(value: Value | None) -> str | None:
    """A value in one line: number, quality, and the text where it was read otherwise."""
    if value is None:
        return None
    number = "" if value.value is None else f"{value.value:,.2f}".removesuffix(".00")
    return f"{number} {value.quality.value}" + (f" <{value.text}>" if value.text not in (None, number) else "")


def in_short(row: IndicatorRow) -> dict[str, Any]:
    """A row as the golden files keep it."""
    fields: dict[str, Any] = {"code": row.code, "level": row.level, "department": row.department}
    for measure, quarter, value in row.values():
        fields[f"{measure}.{quarter}" if quarter else measure] = short(value)
    fields["findings"] = [f"{f.rule.value}: {f.detail}" for f in row.findings]
    return fields


def compare(name: str, extraction: Extraction, *, update: bool) -> None:
    path = GOLDEN / f"{name}.json"
    now = [in_short(row) for row in extraction.rows]
    if update:
        path.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert now == json.loads(path.read_text(encoding="utf-8"))


def test_the_sample_reads_as_before(update_golden: bool) -> None:
    compare("benito_juarez_2024_q2_oficialia_mayor.ocr", read_document(SAMPLE), update=update_golden)


def test_the_sample_has_all_forty_indicators_of_nine_departments() -> None:
    extraction = read_document(SAMPLE)
    assert len({row.code for row in extraction.rows}) == 40
    assert len({row.department for row in extraction.rows}) == 9
    assert None not in {row.department for row in extraction.rows}
    assert (extraction.header.fiscal_year, extraction.header.quarter) == (2024, 2)


def test_a_row_whose_goals_add_up_is_confirmed_and_one_that_does_not_is_disputed() -> None:
    rows = {row.code: row for row in read_document(SAMPLE).rows}
    assert short(rows["1.4.1.1.2"].annual_goal) == "3,603,489 confirmed"
    # 3,500,000 is printed where the quarters sum to 3,600,000: misread or misprinted, the text cannot tell.
    assert short(rows["1.4.1.1.2.6"].annual_goal) == "3,500,000 disputed <3500000>"


def test_the_corpus_reads_as_before_and_nothing_wrong_is_good(corpus: Path, update_golden: bool) -> None:
    texts = sorted((corpus / "ocr_text").glob("*.txt"))
    assert texts
    for path in texts:
        extraction = read_document(path)
        compare(path.stem, extraction, update=update_golden)
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert wrong_but_good(extraction, truth) == []


KEYS = {"annual_goal": "annual", "goal": "plan", "achieved": "ach", "progress_pct": "pct", "accumulated_pct": "cum"}


def wrong_but_good(extraction: Extraction, truth: dict[str, Any]) -> list[str]:
    """Values that claim to be right and are not what is printed."""
    printed = {row["code"]: row["printed"] for row in truth["rows"]}
    found = []
    for row in extraction.rows:
        for measure, quarter, value in row.values():
            texts = printed[row.code or ""]
            key = KEYS[measure] + str(quarter or "")
            text = texts.get(key, texts.get(KEYS[measure] + "q"))
            if text is None or value.value is None or not value.quality.is_good:
                continue
            digits = re.sub(r"[^\d.]", "", text)
            if not digits or abs(float(digits) - value.value) > 0.0051:
                found.append(f"{extraction.file} {row.code} {key}: {text!r} read as {value}")
    return found


def test_a_wrong_value_in_the_corpus_would_be_seen() -> None:
    extraction = read_document(SAMPLE)
    printed = [{"code": row.code, "printed": {"annual": "1"}} for row in extraction.rows]
    assert wrong_but_good(extraction, {"rows": printed})


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_line_ends_do_not_matter(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(SAMPLE.read_bytes().replace(b"\n", line_end.encode()))
    assert [in_short(r) for r in read_document(path).rows] == [in_short(r) for r in read_document(SAMPLE).rows]
