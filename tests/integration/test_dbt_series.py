"""The truth of whole series of reports comes out of the marts, in whatever order the documents arrive."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dbt_fixture
import duckdb
import pytest
from landing_fixture import Landed, document_of_truth

CORPUS = os.environ.get("INDICADORES_CORPUS")
SERIES = sorted(Path(CORPUS, "series").glob("*.series.json")) if CORPUS else []

pytestmark = pytest.mark.skipif(not SERIES, reason="INDICADORES_CORPUS does not hold series of reports")


def documents(seed: int) -> list[Landed]:
    """Every report of the corpus's series and digital facsimiles, arriving in the order of `seed`."""
    truths = [p for s in SERIES for p in s.parent.glob(s.name.replace(".series.json", "_q*.json"))]
    truths += sorted(Path(CORPUS or "", "facsimiles").glob("????_?_s???.json"))
    landed = [document_of_truth(path) for path in sorted(set(truths))]
    random.Random(seed).shuffle(landed)
    times = [datetime(2025, 1, 1) + timedelta(hours=n) for n in range(len(landed))]
    return [replace(one, received_at=at, recorded_at=at) for one, at in zip(landed, times, strict=True)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dbt_fixture.build(tmp_path_factory.mktemp("series"), documents(seed=1))


@pytest.mark.parametrize("path", SERIES, ids=lambda p: p.stem)
def test_final_figures_and_restatements_are_those_of_the_truth(warehouse: Path, path: Path) -> None:
    truth = json.loads(path.read_text(encoding="utf-8"))
    of = [truth["document"][k] for k in ("municipality", "program_code", "year")]
    where = "where municipality = ? and program_code = ? and fiscal_year = ?"
    with duckdb.connect(str(warehouse), read_only=True) as marts:
        final = marts.execute(
            "select indicator_code, quarter, goal, achieved, annual_goal, department"
            f" from marts.measurements {where}", of,
        ).fetchall()  # fmt: skip
        restated = marts.execute(
            "select indicator_code, measure, quarter, old_value, new_value, stated_in_quarter"
            f" from marts.restatements {where} and cause = 'publisher'", of,
        ).fetchall()  # fmt: skip
    assert set(final) == {
        (code, q, f["planned"][q - 1], f["achieved"][q - 1] if q <= f["last_stated_in"] else None, f["annual"],
         f["department"])
        for code, f in truth["final"].items() for q in (1, 2, 3, 4)
    }  # fmt: skip
    assert len(final) == len(set(final))
    assert set(restated) == {
        (r["code"], r["measure"], r["quarter"], r["old"], r["new"], r["stated_in"]) for r in truth["restatements"]
    }


@pytest.mark.parametrize("path", SERIES, ids=lambda p: p.stem)
def test_history_holds_every_vintage_as_it_was_stated(warehouse: Path, path: Path) -> None:
    truth = json.loads(path.read_text(encoding="utf-8"))
    of = [truth["document"][k] for k in ("municipality", "program_code", "year")]
    with duckdb.connect(str(warehouse), read_only=True) as marts:
        stated = marts.execute(
            "select stated_in_quarter, indicator_code, quarter, goal, achieved, annual_goal, department"
            " from marts.measurement_history where municipality = ? and program_code = ? and fiscal_year = ?", of,
        ).fetchall()  # fmt: skip
    assert set(stated) == {
        (int(vintage), code, q, f["planned"][q - 1], f["achieved"][q - 1], f["annual"], f["department"])
        for vintage, rows in truth["vintages"].items() for code, f in rows.items() for q in (1, 2, 3, 4)
    }  # fmt: skip


def test_the_order_of_arrival_changes_nothing_but_the_times(warehouse: Path, tmp_path: Path) -> None:
    shuffled = dbt_fixture.build(tmp_path, documents(seed=2))
    before, after = dbt_fixture.contents(warehouse), dbt_fixture.contents(shuffled)
    assert before.keys() == after.keys()
    assert [table for table in before if before[table] != after[table]] == []
    decided = {"fct_traffic_light", "fct_correction", "fct_held_restatement"}  # no ladder is kept, nobody corrected
    assert {table for table, rows in before.items() if not rows} <= decided
