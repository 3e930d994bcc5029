"""What is built in several loads, in parts, or after a failure is what one build of everything gives."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dbt_fixture
import duckdb
import pytest
from landing_fixture import Landed, document, fill, row

MUNICIPALITIES = ("Tulum", "Bacalar", "Cozumel", None)
Change = Callable[[duckdb.DuckDBPyConnection], None]


def documents(seed: int) -> list[Landed]:
    """Two years of reports of several municipalities, with restatements, in the order in which they arrive."""
    chance = random.Random(seed)
    made = []
    for number, (municipality, year, quarter) in enumerate(
        (m, y, q) for m in MUNICIPALITIES for y in (2023, 2024) for q in (1, 2, 3)
    ):
        rows = [
            row(
                f"1.4.{code}",
                goal=[chance.randrange(1, 9) for _ in range(4)],
                achieved=[chance.randrange(9) for _ in range(quarter)],
                annual=chance.randrange(9, 40),
                department=chance.choice(("Tesorería", "Obras", "Obras Públicas")),
            )
            for code in range(1, chance.randrange(3, 6))
        ]
        made.append(document(f"report {number}", rows, municipality=municipality, fiscal_year=year, quarter=quarter))
    chance.shuffle(made)
    return [at(one, day) for day, one in enumerate(made)]


def at(one: Landed, day: int) -> Landed:
    moment = datetime(2025, 1, 1) + timedelta(days=day)
    return Landed(one.extraction, moment, moment, one.passed, one.quarantined)


def withdraw(name: str, day: int) -> Change:
    def change(landing: duckdb.DuckDBPyConnection) -> None:
        landing.execute(
            "insert into withdrawal by name select document_sha256, 'wrong' reason, 'b' withdrawn_by, ? withdrawn_at"
            " from document where file = ?",
            [datetime(2025, 3, day), f"{name}.pdf"],
        )

    return change


def correct(name: str, field: str, day: int, *, number: float | None = None, text: str | None = None) -> Change:
    """Correct a figure of the first row, or, with a text, what the report says of itself."""

    def change(landing: duckdb.DuckDBPyConnection) -> None:
        landing.execute(
            "insert into correction select 'c' || ? || ?, extraction_id, document_sha256, if(? is null, 0, null), ?,"
            " 'set', 1, '1', 'unchecked', ?, ?, 'why', 1, 'shown', 'b', date '2025-03-01', 's', true, ?"
            " from extraction join document using (document_sha256) where file = ?",
            [name, field, text, field, number, text, datetime(2025, 3, day), f"{name}.pdf"],
        )

    return change


def hold_first_row(name: str) -> Change:
    def change(landing: duckdb.DuckDBPyConnection) -> None:
        landing.execute(
            "insert into quarantine (quarantine_id, document_sha256, extraction_id, row_number, file, stage, reason,"
            " detail, recorded_at) select 'held', document_sha256, extraction_id, 0, file, 'landing_suite', 'test',"
            " 'held', timestamp '2025-03-01' from extraction join document using (document_sha256) where file = ?",
            [f"{name}.pdf"],
        )

    return change


CHANGES = (
    withdraw("report 0", 1),
    correct("report 7", "goal.1", 2, number=77),
    correct("report 8", "municipality", 3, text="Felipe Carrillo Puerto"),
    correct("report 13", "fiscal_year", 4, number=2024),
    hold_first_row("report 14"),
    *(correct(f"report {n}", "municipality", 5, text="Bacalar") for n in range(12, 18)),  # Cozumel has only a past
)


def change(folder: Path, changes: Sequence[Change]) -> None:
    with duckdb.connect(str(folder / "landing.duckdb")) as landing:
        for one in changes:
            one(landing)


def contents(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give the rows of every mart, sorted: all columns, also the times."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as marts:
        names = marts.execute("select table_name from information_schema.tables where table_schema = 'marts'")
        return {name: marts.execute(f"from marts.{name} order by all").fetchall() for (name,) in names.fetchall()}


def build(folder: Path, arriving: Sequence[Landed], *arguments: str) -> None:
    """Build without the data tests, which other tests try."""
    dbt_fixture.build(folder, arriving, "--exclude-resource-type", "test", *arguments)


def differing(one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything landed, changed and built at once."""
    folder = tmp_path_factory.mktemp("whole")
    fill(folder / "landing.duckdb", documents(1))
    change(folder, CHANGES)
    dbt_fixture.build(folder, [])
    return folder


def test_loads_of_any_size_give_what_one_build_gives(whole: Path, tmp_path: Path) -> None:
    arriving = documents(1)
    for start in range(0, len(arriving), 9):
        build(tmp_path, arriving[start : start + 9])
    for start in range(0, len(CHANGES), 4):
        change(tmp_path, CHANGES[start : start + 4])
        build(tmp_path, [])
    assert differing(contents(tmp_path), contents(whole)) == []


def test_a_build_in_parts_gives_what_one_build_gives(whole: Path, tmp_path: Path) -> None:
    fill(tmp_path / "landing.duckdb", documents(1))
    change(tmp_path, CHANGES)
    for _ in (*MUNICIPALITIES, "the one that a report was moved to"):
        build(tmp_path, [], "--vars", "rows_at_once: 1")
    assert differing(contents(tmp_path), contents(whole)) == []


def test_a_build_that_failed_half_way_is_made_good_by_the_next(whole: Path, tmp_path: Path) -> None:
    """Also where what had changed is as before again: the marts half made are not taken for those of before."""
    for name in dbt_fixture.FILES:
        shutil.copy(whole / name, tmp_path / name)
    landing = tmp_path / "landing.duckdb"
    shutil.copy(landing, tmp_path / "before.duckdb")
    change(tmp_path, [withdraw("report 5", 9)])
    dbt_fixture.run(tmp_path, "run", "--select", "+fct_measurement")
    shutil.copy(tmp_path / "before.duckdb", landing)
    assert "fct_restatement" not in differing(contents(tmp_path), contents(whole))
    assert "fct_measurement" in differing(contents(tmp_path), contents(whole))
    build(tmp_path, [])
    assert differing(contents(tmp_path), contents(whole)) == []


def test_a_build_touches_only_the_municipalities_of_what_is_new(whole: Path, tmp_path: Path) -> None:
    for name in dbt_fixture.FILES:
        shutil.copy(whole / name, tmp_path / name)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as marts:
        marts.execute("update marts.fct_measurement set goal_text = 'as it was'")
    new = at(document("new", [row("9.9.1", goal=(1,))], municipality="Tulum", fiscal_year=2022), 99)
    build(tmp_path, [new])
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        made_anew = marts.execute(
            "select distinct municipality from marts.fct_measurement join marts.dim_municipality using"
            " (municipality_id) where goal_text is distinct from 'as it was'"
        ).fetchall()
    assert made_anew == [("Tulum",)]


def test_whatever_changes_in_landing_touches_its_municipality(whole: Path, tmp_path: Path) -> None:
    """A build after each kind of change makes something anew; one after no change makes nothing."""
    for name in dbt_fixture.FILES:
        shutil.copy(whole / name, tmp_path / name)
    assert touched(tmp_path) == 0
    with duckdb.connect(str(tmp_path / "landing.duckdb")) as landing:
        landing.execute("update document set issued_at = timestamp '2025-01-01' where file = 'report 1.pdf'")
    assert touched(tmp_path) == 1


def touched(folder: Path) -> int:
    dbt_fixture.run(folder, "run", "--select", "+stg_touched")
    with duckdb.connect(str(folder / "scratch.duckdb"), read_only=True) as scratch:
        (count,) = scratch.execute("select count(*) from staging.stg_touched").fetchall()[0]
    return int(count)
