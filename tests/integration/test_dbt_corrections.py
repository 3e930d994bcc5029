"""What a person decided, in the marts: both values, and what a later report says of a value that was corrected."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import dbt_fixture
import duckdb
import landing_fixture
import pytest
from landing_fixture import Landed, document, row, value

from ingest.correction import Correction, parse_correction
from warehouse.corrections import apply_corrections
from warehouse.gate import audit_release
from warehouse.home import Home
from warehouse.status import status
from warehouse.withdrawal import withdraw

FIRST = document("first", [row("1.1", goal=[10, 20], achieved=[value(585, "disputed", "sum")], annual=30)])
LATER = document("later", [row("1.1", goal=[10, 25], achieved=[600, 7], annual=30)], days=90, quarter=2)
WRONG = document("wrong", [row("9.9", goal=[1], achieved=[1])], days=91, quarter=2)


def entry(landed: Landed, field: str, **said: object) -> Correction:
    raw: dict[str, Any] = {
        "document": landed.extraction.sha256[:16], "page": 1, "indicator": "1.1", "field": field, **said,
        "reason": "misread", "evidence": {"page": 1, "shows": "558"}, "by": "Ana", "date": date(2024, 5, 1),
    }  # fmt: skip
    return parse_correction(raw, f"{field}.yml, entry 1")


def build(folder: Path, *corrections: Correction, withdrawn: Landed | None = None) -> Home:
    home = Home.at(folder).create()
    landing_fixture.fill(home.landing, [FIRST, LATER, WRONG])
    apply_corrections(home, corrections)
    if withdrawn is not None:
        withdraw(home, withdrawn.extraction.sha256, "of another town", "Ana")
    outcome = dbt_fixture.run(folder, "build", "--exclude-resource-type", "unit_test")
    assert set(outcome.values()) <= {"success", "pass", "no-op"}, outcome
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create table marts.release as select 'r' as release_id")
    return home


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build(
        tmp_path_factory.mktemp("corrected"), entry(FIRST, "achieved.1", expect=585, value=558), withdrawn=WRONG
    )


BEST = "select achieved, achieved_quality from marts.measurements where indicator_code = '1.1' and quarter = 1"


def test_a_later_report_does_not_overwrite_what_a_person_corrected(corrected: Home) -> None:
    assert ask(corrected, BEST) == [(558.0, "corrected")]


def test_what_the_later_report_says_is_held_for_review(corrected: Home) -> None:
    held = "select measure, quarter, kept_value, new_value, document_file from marts.fct_held_restatement"
    assert ask(corrected, held) == [("achieved", 1, 558.0, 600.0, "later.pdf")]
    (item,) = [i for i in status(corrected).review if i.held]
    assert (item.file, item.code, item.measure, item.quarter, item.value) == ("later.pdf", "1.1", "achieved", 1, 600.0)
    assert item.reason is not None
    assert "a person corrected it to 558" in item.reason


def test_figures_that_no_person_touched_are_restated_as_ever(corrected: Home) -> None:
    goals = "select quarter, goal from marts.measurements where indicator_code = '1.1' and quarter <= 2 order by all"
    assert ask(corrected, goals) == [(1, 10.0), (2, 25.0)]


def test_both_values_and_the_evidence_are_published(corrected: Home) -> None:
    said = "select field, action, old_value, new_value, reason, evidence, by_person from marts.fct_correction"
    assert ask(corrected, said) == [("achieved.1", "set", 585.0, 558.0, "misread", "558", "Ana")]


def test_a_withdrawn_document_is_in_the_history_and_not_in_the_marts(corrected: Home) -> None:
    assert ask(corrected, "select distinct indicator_code from marts.measurements") == [("1.1",)]
    assert ask(corrected, "select is_withdrawn from marts.dim_document where document_file = 'wrong.pdf'") == [(True,)]
    kept = "select count(*) from marts.fct_measurement_history join marts.dim_document using (document_sha256)"
    assert ask(corrected, f"{kept} where document_file = 'wrong.pdf'")[0][0] > 0


def test_a_document_that_its_correction_holds_stays_in_the_history_and_lets_others_be_published(
    tmp_path: Path,
) -> None:
    home = build(tmp_path, entry(FIRST, "achieved.1", expect=7, value=558))
    assert ask(home, BEST) == [(600, "unchecked")]
    assert ask(home, "select document_file, is_withdrawn from marts.dim_document where is_held") == [
        ("first.pdf", False)
    ]
    assert ask(home, "select achieved from marts.fct_measurement_history where is_held and quarter = 1") == [(585,)]
    assert audit_release(home, home.warehouse, "r").passed


def test_a_later_statement_that_a_person_accepts_counts(tmp_path: Path) -> None:
    home = build(
        tmp_path,
        entry(FIRST, "achieved.1", expect=585, value=558),
        entry(LATER, "achieved.1", expect=600, accept=True),
    )
    assert ask(home, BEST) == [(600.0, "confirmed")]
    assert ask(home, "from marts.fct_held_restatement") == []
