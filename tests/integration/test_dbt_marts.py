"""The star that dbt builds from handmade landing tables: which statement counts, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import dbt_fixture
import duckdb
import pytest
from landing_fixture import Landed, document, row, value

from ingest.cells import Kind

FULL = (10, 10, 10, 10)


def series() -> list[Landed]:
    """Three quarters of one program: restated, renamed, dropped, appeared; the second quarter arrives last."""
    return [
        document("first", [
            row("1.4.1", goal=FULL, annual=40, achieved=(7,), department="Compras"),
            row("1.4.2", goal=(5, 5, 5, 5), annual=20, achieved=(5,)),
        ], quarter=1),
        document("third", [
            row("1.4.1", goal=FULL, annual=40, achieved=(8, None, 17), department="Adquisiciones"),
            row("1.4.3", goal=(0, 1, 1, 1), annual=3, achieved=(1, 1, 1)),
        ], quarter=3, days=1),
        document("second", [
            row("1.4.1", goal=FULL, annual=40, achieved=(7, 9), department="COMPRAS", unit=None),
            row("1.4.2", goal=(5, 6, 5, 5), annual=21, achieved=(5, 3)),
        ], quarter=2, days=2),
    ]  # fmt: skip


def oddities() -> list[Landed]:
    """What real documents do to identity: no header, no code, one code twice, codes that restart in a program."""
    ocr = {"kind": Kind.OCR_TEXT}
    nobody = {"municipality": None, "state": None, "program_code": None, "program_name": None}
    return [
        document("nameless", [row("1.4.1", goal=(1,), department=None)], **ocr, **nobody),
        document("nameless too", [row("1.4.1", goal=(2,), department=None)], **ocr, **nobody),
        document("timeless", [row("1.4.1", goal=(3,))], municipality="Felipe", fiscal_year=None, quarter=None),
        document("scan, misspelt", [row("1.6.1")], kind=Kind.SCANNED_PDF, municipality="TULUM ", state="Quintana  roo",
                 program_code="1.6", quarter=4),
        document("codeless", [row(None, goal=(4,)), row(None, goal=(5,))], municipality="Bacalar"),
        document("twins", [row("C1", indicator="Baches", goal=(6,)), row("C1", indicator="Calles", goal=(7,))],
                 municipality="Bacalar", program_code="E1"),
        document("twins, later", [row("C1", indicator="CALLES", goal=(8,)), row("C1", indicator="baches", goal=(6,))],
                 municipality="Bacalar", program_code="E1", quarter=2),
        document("same code, other program", [row("C1", indicator="Baches", goal=(9,))],
                 municipality="Bacalar", program_code="E2"),
        document("blank", [row("1.5.1")], municipality="Bacalar", program_code="1.5"),
    ]  # fmt: skip


def conflicts() -> list[Landed]:
    """Two documents for one quarter, a doubtful scan after a good report, rows and documents held back."""
    scan = {"kind": Kind.SCANNED_PDF, "municipality": "Cozumel"}
    held = document("held", [row("1.4.9", goal=(666,)), row("1.4.8", goal=(3,))], municipality="Cozumel", quarter=3)
    stopped = document("stopped", [row("1.4.7", goal=(666,))], municipality="Cozumel")
    return [
        document("digital", [row("1.4.1", goal=(10,)), row("1.4.2", goal=(20,))], municipality="Cozumel"),
        document("digital again", [row("1.4.1", goal=(11,)), row("1.4.2", goal=(20,))], municipality="Cozumel", days=1),
        document("issued", [row("1.4.5", goal=(30,))], municipality="Cozumel", quarter=4, days=3,
                 issued_at=datetime(2025, 1, 9)),
        document("issued again", [row("1.4.5", goal=(31,))], municipality="Cozumel", quarter=4, days=2,
                 issued_at=datetime(2025, 1, 10)),
        document("scan", [row("1.4.1", goal=(16,)), row("1.4.2", goal=(29,))], **scan, days=2),
        document("scan of the second", [
            row("1.4.2", goal=(value(26, "disputed"),)), row("1.4.4", goal=(value(4, "disputed"),)),
        ], **scan, quarter=2),
        document("scan of names", [
            row("1.7.1", goal=(1,), department="Tesoreria", unsure=("department",)),
            row("1.7.2", goal=(2,), department="Obras"),
            row("1.7.3", goal=(3,), department="Tcsorcría", unsure=("department",)),
        ], **scan, quarter=1, program_code="1.7"),
        Landed(held.extraction, quarantined=(0,)),
        Landed(stopped.extraction, passed=False),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of one build over all of the above."""
    folder = tmp_path_factory.mktemp("marts")
    dbt_fixture.build(folder, [*series(), *oddities(), *conflicts()])
    return folder


@pytest.fixture
def marts(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def measured(marts: duckdb.DuckDBPyConnection, columns: str, municipality: str, code: str) -> list[tuple[Any, ...]]:
    sql = f"select {columns} from marts.measurements where municipality = ? and indicator_code = ? order by quarter"
    return marts.execute(sql, [municipality, code]).fetchall()


def test_the_latest_quarter_counts_whatever_arrived_last(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "achieved, document_file", "Tulum", "1.4.1") == [
        (8, "third.pdf"),
        (9, "second.pdf"),  # printed blank by the third, which erases nothing
        (17, "third.pdf"),
        (None, "third.pdf"),
    ]


def test_progress_is_not_capped_and_a_goal_of_zero_has_none(marts: duckdb.DuckDBPyConnection) -> None:
    progress = [p for (p,) in measured(marts, "progress_pct", "Tulum", "1.4.1")]
    assert progress == [80, 90, 170, None]
    assert [p for (p,) in measured(marts, "progress_pct", "Tulum", "1.4.3")] == [None, 100, 100, None]


def test_results_accumulate_over_the_statements_that_count(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "accumulated_achieved, accumulated_pct", "Tulum", "1.4.1") == [
        (8, 20), (17, 42.5), (34, 85), (None, None),
    ]  # fmt: skip


def test_a_dropped_indicator_keeps_its_last_statement(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "goal, achieved, annual_goal", "Tulum", "1.4.2")[1] == (6, 3, 21)


def test_an_attribute_left_out_stays_and_a_renamed_department_makes_a_version(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    versions = marts.execute(
        "select version_number, department, unit, valid_from::varchar, valid_to::varchar, is_current"
        " from marts.dim_indicator join marts.dim_municipality using (municipality_id)"
        " where municipality = 'Tulum' and indicator_code = '1.4.1' and fiscal_year = 2024 order by 1"
    ).fetchall()
    assert versions == [
        (1, "Compras", "Porcentaje", "2024-01-01", "2024-04-01", False),
        (2, "COMPRAS", "Porcentaje", "2024-04-01", "2024-07-01", False),
        (3, "Adquisiciones", "Porcentaje", "2024-07-01", None, True),
    ]
    names = marts.execute("select department from marts.dim_department where department ilike 'compras'").fetchall()
    assert names == [("COMPRAS",)]  # one member, whatever its case


def test_history_tells_what_was_known_when(marts: duckdb.DuckDBPyConnection) -> None:
    history = marts.execute(
        "select stated_in_quarter, achieved, department, known_from::date::varchar, known_to::date::varchar, is_current"
        " from marts.measurement_history"
        " where municipality = 'Tulum' and indicator_code = '1.4.1' and quarter = 1 and fiscal_year = 2024 order by 1"
    ).fetchall()
    assert history == [
        (1, 7, "Compras", "2024-01-01", "2024-01-02", False),
        (2, 7, "COMPRAS", "2024-01-03", "2024-01-03", False),  # late: the third quarter's was there before
        (3, 8, "Adquisiciones", "2024-01-02", None, True),
    ]


def test_restatements_are_told_by_the_quarter_that_made_them(marts: duckdb.DuckDBPyConnection) -> None:
    told = marts.execute(
        "select indicator_code, measure, quarter, old_value, new_value, stated_in_quarter, cause"
        " from marts.restatements where municipality = 'Tulum' order by all"
    ).fetchall()
    assert told == [
        ("1.4.1", "achieved", 1, 7, 8, 3, "publisher"),
        ("1.4.2", "annual_goal", None, 20, 21, 2, "publisher"),
        ("1.4.2", "goal", 2, 5, 6, 2, "publisher"),
    ]


def test_documents_without_municipality_or_year_are_linked_to_no_other(marts: duckdb.DuckDBPyConnection) -> None:
    nameless = marts.execute(
        "select goal, department from marts.measurements where municipality is null and quarter = 1 order by goal"
    ).fetchall()
    assert nameless == [(1, None), (2, None)]
    assert measured(marts, "goal, quarter_start", "Felipe", "1.4.1")[0] == (3, None)
    unknown = marts.execute("select count(*) from marts.dim_municipality where not is_known").fetchone()
    assert unknown == (1,)


def test_a_municipality_is_one_however_a_scan_spells_it(marts: duckdb.DuckDBPyConnection) -> None:
    spelt = marts.execute("select municipality, state from marts.dim_municipality where municipality ilike 'tulum%'")
    assert spelt.fetchall() == [("Tulum", "Quintana Roo")]
    assert len(measured(marts, "goal", "Tulum", "1.6.1")) == 4


def test_rows_without_a_code_stay_apart(marts: duckdb.DuckDBPyConnection) -> None:
    goals = marts.execute("select goal from marts.measurements where indicator_code is null and quarter = 1 order by 1")
    assert goals.fetchall() == [(4,), (5,)]


def test_indicators_that_share_a_code_are_told_apart_by_name_and_program(marts: duckdb.DuckDBPyConnection) -> None:
    goals = marts.execute(
        "select program_code, indicator, goal from marts.measurements"
        " where indicator_code = 'C1' and quarter = 1 order by all"
    ).fetchall()
    assert goals == [("E1", "CALLES", 8), ("E1", "baches", 6), ("E2", "Baches", 9)]


def test_an_indicator_without_any_figure_is_there_with_its_blanks(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "goal, achieved, quality", "Bacalar", "1.5.1") == [(None, None, "missing")] * 4
    history = marts.execute("select count(*) from marts.measurement_history where indicator_code = '1.5.1'")
    assert history.fetchone() == (4,)


def test_two_documents_of_a_quarter_dispute_what_they_differ_on(marts: duckdb.DuckDBPyConnection) -> None:
    disputed = marts.execute(
        "select goal, goal_quality, goal_reason from marts.fct_measurement m join marts.dim_indicator i"
        " using (indicator_version_id) join marts.dim_municipality d on d.municipality_id = m.municipality_id"
        " where municipality = 'Cozumel' and indicator_code = '1.4.1' and quarter = 1"
    ).fetchall()
    assert len(disputed) == 1
    assert disputed[0][1:] == ("disputed", "documents_disagree")  # which is the later one nobody knows; not the scan
    assert disputed[0][0] in (10, 11)


def test_the_later_issued_of_two_documents_of_a_quarter_counts_whatever_arrived_last(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    assert measured(marts, "goal, goal_quality", "Cozumel", "1.4.5")[0] == (31, "unchecked")
    restated = marts.execute(
        "select old_value, new_value, cause from marts.restatements where indicator_code = '1.4.5'"
    ).fetchall()
    assert restated == [(30, 31, "reissue")]


def test_a_doubtful_scan_flags_a_good_figure_without_replacing_it(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "goal, goal_quality", "Cozumel", "1.4.2")[0] == (20, "disputed")
    assert measured(marts, "goal, goal_quality", "Cozumel", "1.4.4")[0] == (4, "disputed")


def test_an_unsure_department_is_one_only_where_a_sure_row_names_it(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select indicator_code, department from marts.measurements"
        " where program_code = '1.7' and quarter = 1 order by 1"
    ).fetchall()
    assert rows == [("1.7.1", "Tesoreria"), ("1.7.2", "Obras"), ("1.7.3", None)]
    assert not marts.execute("select 1 from marts.dim_department where department = 'Tcsorcría'").fetchall()
    flagged = marts.execute("select fields from marts.fct_finding where rule = 'label_unsure'").fetchall()
    assert flagged == [("department",), ("department",)]


def test_rows_and_documents_held_back_are_not_in_the_marts(marts: duckdb.DuckDBPyConnection) -> None:
    assert measured(marts, "goal", "Cozumel", "1.4.9") == []
    assert measured(marts, "goal", "Cozumel", "1.4.7") == []
    assert measured(marts, "goal", "Cozumel", "1.4.8")[0] == (3,)


def test_every_figure_tells_its_place_on_the_page(marts: duckdb.DuckDBPyConnection) -> None:
    lost = marts.execute(
        "select count(*) from marts.fct_measurement where goal is not null and ("
        " goal_document_sha256 is null or goal_page is null or goal_x0 is null or goal_text is null)"
    ).fetchone()
    assert lost == (0,)


def test_the_marts_stand_alone_in_another_file(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.duckdb"
    with duckdb.connect(str(moved)) as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as candidate (read_only)")
        connection.execute("create schema marts")
        where = "where database_name = 'candidate' and schema_name = 'marts' order by 1"
        for (table,) in connection.execute(f"select table_name from duckdb_tables() {where}").fetchall():
            connection.execute(f"create table marts.{table} as from candidate.marts.{table}")
        views = connection.execute(f"select sql from duckdb_views() {where}").fetchall()
        connection.execute("detach candidate")
        for (sql,) in views:
            connection.execute(sql)
        counts = [connection.execute(f"select count(*) from marts.{view}").fetchone() for view in
                  ("measurements", "measurement_history", "restatements")]  # fmt: skip
    assert len(views) == 3
    assert all(count is not None and count[0] > 0 for count in counts)


def test_no_documents_make_empty_marts(tmp_path: Path) -> None:
    with duckdb.connect(str(dbt_fixture.build(tmp_path, []))) as connection:
        assert connection.execute("select count(*) from marts.measurements").fetchone() == (0,)
