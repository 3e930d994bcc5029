"""Whole torn texts: what is right is found, and nothing wrong is ever called good, however the text is damaged."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import NotAReportError
from ingest.indicators import Header, IndicatorRow, Quality, Rejected
from ingest.profile import load_profiles
from ingest.readers.ocr_text import read
from ingest.torn.assemble import interpret
from tests.reports import PLANTS, Report, make_report
from tests.torn_texts import DAMAGES, column_wise, row_wise, truth_of

Drawing = Callable[[Report], str]
DRAWINGS = (row_wise, column_wise)


def understood(text: str, tmp_path: Path) -> tuple[Header, tuple[IndicatorRow, ...], tuple[Rejected, ...]]:
    path = tmp_path / "torn.txt"
    path.write_bytes(text.encode())
    header, rows, rejected = interpret(read(path, file="torn.txt"), load_profiles()[0])
    for row in rows:
        for _, _, value in row.values():
            if value.span is not None:
                assert text[value.span.start : value.span.end] == value.text
    return header, rows, rejected


def wrong_but_good(report: Report, rows: tuple[IndicatorRow, ...]) -> list[str]:
    """Values that claim to be right and are not what the table prints."""
    have = {row.code: row for row in rows}
    found = []
    for row in report.rows:
        if row.code not in have:
            continue
        values = {(m, q): v for m, q, v in have[row.code].values()}
        for measure, quarter, truth in truth_of(row, report.quarter):
            value = values.get((measure, quarter))
            if value is None or value.value is None or not value.quality.is_good:
                continue
            if truth is None or abs(value.value - truth) > 0.0051:
                found.append(f"{row.code} {measure}.{quarter}: {truth} read as {value}")
    return found


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("seed", range(6))
def test_every_indicator_of_a_clean_text_is_found_with_its_place_in_the_matrix(
    draw: Drawing, seed: int, tmp_path: Path
) -> None:
    report = make_report(seed)
    header, rows, _ = understood(draw(report), tmp_path)
    assert [(r.code, r.level) for r in rows] == [(r.code, r.level) for r in report.rows]
    assert (header.quarter, header.fiscal_year, header.program_code) == (
        report.quarter, report.year, report.program_code,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_most_counts_of_a_clean_text_are_confirmed(seed: int, tmp_path: Path) -> None:
    report = make_report(seed)
    _, rows, _ = understood(row_wise(report), tmp_path)
    good = right = all_of_them = 0
    have = {row.code: {(m, q): v for m, q, v in row.values()} for row in rows}
    for row in report.rows:
        for measure, quarter, truth in truth_of(row, report.quarter):
            if measure in ("annual_goal", "goal") or (measure == "achieved" and quarter == report.quarter):
                value = have[row.code][measure, quarter]
                all_of_them += 1
                right += value.value == truth
                good += value.quality.is_good
    assert right >= 0.9 * all_of_them
    assert good >= 0.6 * all_of_them


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("seed", range(24))
def test_nothing_wrong_is_called_good_in_a_damaged_text(draw: Drawing, seed: int, tmp_path: Path) -> None:
    rng = random.Random(f"{draw.__name__} {seed}")
    report = make_report(seed, plants=PLANTS if seed % 2 else ())
    text = draw(report)
    for damage in rng.sample(DAMAGES, rng.randint(1, 2)):
        text = damage(text, rng)
    _, rows, _ = understood(text, tmp_path)
    assert wrong_but_good(report, rows) == []


def test_a_wrong_value_that_is_called_good_would_be_seen(tmp_path: Path) -> None:
    report = make_report(3)
    _, rows, _ = understood(row_wise(report), tmp_path)
    assert wrong_but_good(report, rows) == []
    report.rows[0].annual += 1
    assert any("annual_goal" in wrong for wrong in wrong_but_good(report, rows))


def test_a_number_that_nothing_supports_is_disputed_with_its_text(tmp_path: Path) -> None:
    report = make_report(4, quarter=2)
    row = report.rows[-1]
    row.narrative = "Se cumple con la meta."
    text = row_wise(report)
    line = next(n for n in text.split("\n") if f"{row.planned[3]:,.0f}" in n and row.frequency in n)
    _, rows, _ = understood(text.replace(line, line.replace(f" {row.annual:,.0f} ", " ")), tmp_path)
    (read_row,) = [r for r in rows if r.code == row.code]
    goals = [v for v in read_row.goal if v is not None and v.value is not None]
    assert goals
    assert all(v.quality is Quality.DISPUTED and v.reason for v in goals if not v.quality.is_good)
    assert not any(v.quality.is_good for v in goals[3:])


def test_without_the_quarter_nothing_is_called_good(tmp_path: Path) -> None:
    text = row_wise(make_report(5))
    for word in ("PRIMER", "SEGUNDO", "TERCER", "CUARTO", "primer", "segundo", "tercer", "cuarto"):
        text = text.replace(f"{word} ", "")
    header, rows, _ = understood(text, tmp_path)
    assert header.quarter is None
    assert not any(value.quality.is_good for row in rows for _, _, value in row.values())


@pytest.mark.parametrize(
    "text",
    [
        "En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo.\n" * 50,
        "\n".join(f"2024-03-0{n % 9 + 1} 10:00:0{n % 10} INFO app 1.4.{n} started in 120 ms" for n in range(60)),
    ],
    ids=["novel", "log"],
)
def test_what_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotAReportError, match="no indicator codes"):
        understood(text, tmp_path)
