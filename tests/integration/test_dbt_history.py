"""What was known when: readings that came, were overruled, read anew, corrected, taken out and put back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dbt_fixture
import duckdb
import pytest
from landing_fixture import START, Landed, document, fill, row
from test_dbt_marts import conflicts, oddities, series

FULL = (10, 10, 10, 10)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def life() -> list[Landed]:
    """The first quarter read wrongly, then anew; the third before the second; a wrong document taken out."""
    return [
        document("first", [row("1.4.1", goal=(70, 10, 10, 10), achieved=(7,))], days=1, extractor="old"),
        document("third", [row("1.4.1", goal=(12, 10, 10, 10), achieved=(8, None, 9))], quarter=3, days=3),
        document("first", [row("1.4.1", goal=FULL, achieved=(7,))], days=5, extractor="new"),
        document("second", [row("1.4.1", goal=(11, 10, 10, 10), achieved=(7, 6))], quarter=2, days=7),
        document(
            "wrong",
            [row("1.4.1", goal=(99, 10, 10, 10), indicator="Otro"), row("1.4.9", goal=(1,))],
            quarter=4,
            days=9,
        ),
        document("lost and found", [row("1.5.1", goal=(5,))], days=1, program_code="1.5"),
        document("corrected", [row("1.6.1", goal=(6,))], days=1, program_code="1.6"),
        document("taken back", [row("1.7.1", goal=(7,))], days=1, program_code="1.7"),
        document("held", [row("1.8.1", goal=(8,))], days=1, program_code="1.8"),
        document("held a while", [row("1.9.1", goal=(9,))], days=1, program_code="1.9"),
        document("refused", [row("1.10.1", goal=(10,))], days=1, program_code="1.10"),
        document("refused a while", [row("1.11.1", goal=(11,))], days=1, program_code="1.11"),
        document("row held", [row("1.12.1", goal=(12,)), row("1.12.2", goal=(13,))], days=1, program_code="1.12"),
        document("not looked at", [row("1.6.1", goal=(66,))], quarter=2, days=30, program_code="1.6"),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    fill(folder / "landing.duckdb", life())
    with duckdb.connect(str(folder / "landing.duckdb")) as landing:
        withdraw = "insert into withdrawal by name select document_sha256, 'wrong' reason, 'A' withdrawn_by,"
        withdraw += " ? withdrawn_at, ? restored_at from document where file = ?"
        landing.execute(withdraw, [day(11), None, "wrong.pdf"])
        landing.execute(withdraw, [day(13), day(15), "lost and found.pdf"])
        hold = "insert into correction_hold select extraction_id, document_sha256, ? held_at, ? released_at"
        hold += " from extraction where program_code = ?"
        landing.execute(hold, [day(11), None, "1.8"])
        landing.execute(hold, [day(11), day(13), "1.9"])
        landing.execute(
            "insert into row_hold select extraction_id, document_sha256, 1, ?, null from extraction"
            " where program_code = '1.12'",
            [day(11)],
        )
        refuse = (
            "insert into gate select extraction_id, 'landing', ?, ?, 1, 1, ? from extraction where program_code = ?"
        )
        landing.execute(refuse, ["stricter", False, day(11), "1.10"])
        landing.execute(refuse, ["stricter", False, day(11), "1.11"])
        landing.execute(refuse, ["milder", True, day(13), "1.11"])
        landing.execute(
            "insert into correction select 'c', extraction_id, document_sha256, 0, 'goal.1', 'set', 6, '6',"
            " 'unchecked', 60, null, 'a zero is lost', 1, 'the table shows 60', 'A', current_date, 'a.yml', true, ?"
            " from extraction where program_code = '1.6' and quarter = 1",
            [day(17)],
        )
        for applies, at in ((True, day(17)), (False, day(20))):
            landing.execute(
                "insert into correction select field, extraction_id, document_sha256, place, field, 'set', 7, '7',"
                " 'unchecked', figure, text, 'taken back', 1, 'the table shows 70', 'A', current_date, 'a.yml', ?, ?"
                " from extraction, (values (0, 'goal.1', 70, null), (0, 'department', null, 'Compras'),"
                " (null, 'program_name', null, 'Otro')) said (place, field, figure, text) where program_code = '1.7'",
                [applies, at],
            )
    outcome = dbt_fixture.run(folder, "build", "--exclude-resource-type", "unit_test")
    assert {n: s for n, s in outcome.items() if s not in ("success", "pass")} == {}
    return folder


@pytest.fixture
def marts(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def known(marts: duckdb.DuckDBPyConnection, code: str, at: datetime, columns: str = "goal") -> list[object]:
    found = marts.execute(
        f"select {columns} from marts.as_of(?::timestamp) join marts.dim_indicator using (indicator_version_id)"
        " where indicator_code = ? and quarter = 1",
        [at, code],
    ).fetchall()
    return [line[0] for line in found]


def test_as_of_tells_what_counted_then(marts: duckdb.DuckDBPyConnection) -> None:
    goals = [known(marts, "1.4.1", day(n)) for n in (0, 1, 2, 3, 4, 6, 8, 9, 10, 11, 40)]
    assert goals == [[], [70], [70], [12], [12], [12], [12], [99], [99], [12], [12]]


def test_as_of_now_is_the_fact(marts: duckdb.DuckDBPyConnection) -> None:
    now, fact = (marts.execute(f"from {name} order by all").fetchall()
                 for name in ("marts.as_of(timestamp '2100-01-01')", "marts.fct_measurement"))  # fmt: skip
    assert now == fact
    assert fact


def test_an_indicator_of_a_withdrawn_document_was_known_until_then_and_stays_in_history(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    assert [known(marts, "1.4.9", day(n)) for n in (8, 9, 10, 11)] == [[], [1], [1], []]
    assert marts.execute("select count(*) from marts.measurements where indicator_code = '1.4.9'").fetchone() == (0,)
    history = marts.execute(
        "select goal, recorded_until, h.is_current, is_withdrawn from marts.fct_measurement_history h"
        " join marts.dim_indicator using (indicator_version_id) where indicator_code = '1.4.9' and quarter = 1"
    ).fetchall()
    assert history == [(1, day(11), False, True)]
    documents = marts.execute("select document_file from marts.dim_document where is_withdrawn").fetchall()
    assert documents == [("wrong.pdf",)]


def test_no_moment_has_two_statements_of_a_measurement(marts: duckdb.DuckDBPyConnection) -> None:
    told = marts.execute(
        "select goal, known_from, known_to from marts.measurement_history"
        " where indicator_code = '1.4.1' and quarter = 1 and known_to is distinct from known_from order by known_from"
    ).fetchall()
    assert told == [(99, day(9), day(11)), (12, day(11), None)]  # the third quarter's counts again; it did since day 3


def test_a_withdrawn_document_ends_no_version_of_an_indicator(marts: duckdb.DuckDBPyConnection) -> None:
    versions = marts.execute(
        "select valid_from::varchar, valid_to, is_current, superseded_at from marts.dim_indicator"
        " where indicator_code = '1.4.1' and department = 'Tesorería' order by version_number"
    ).fetchall()
    assert versions == [("2024-01-01", None, True, None), ("2024-10-01", None, False, day(11))]


def test_a_document_that_was_put_back_was_unknown_between(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.5.1", day(n)) for n in (1, 12, 13, 14, 15, 40)] == [[5], [5], [], [], [5], [5]]


def test_a_document_that_is_held_was_known_until_then_and_stays_in_history(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.8.1", day(n)) for n in (2, 10, 11, 30)] == [[8], [8], [], []]
    assert [known(marts, "1.9.1", day(n)) for n in (2, 11, 12, 13, 30)] == [[9], [], [], [9], [9]]
    told = marts.execute(
        "select document_file, withdrawn_at, is_withdrawn from marts.dim_document where is_held order by all"
    ).fetchall()
    assert told == [("held.pdf", None, False), ("refused.pdf", None, False)]
    said = marts.execute(
        "select distinct goal, recorded_until, is_withdrawn from marts.fct_measurement_history"
        " where is_held and quarter = 1 order by all"
    ).fetchall()
    assert said == [(8, day(11), False), (10, day(11), False)]
    assert marts.execute("from marts.measurements where indicator_code in ('1.8.1', '1.10.1')").fetchall() == []


def test_what_a_new_version_of_the_suite_refuses_was_known_until_then(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.10.1", day(n)) for n in (2, 10, 11, 30)] == [[10], [10], [], []]
    assert [known(marts, "1.11.1", day(n)) for n in (2, 11, 12, 13, 30)] == [[11], [], [], [11], [11]]


def test_a_row_that_a_new_version_of_the_suite_holds_was_known_until_then(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.12.2", day(n)) for n in (2, 10, 11, 30)] == [[13], [13], [], []]
    assert [known(marts, "1.12.1", day(n)) for n in (2, 10, 11, 30)] == [[12], [12], [12], [12]]
    said = marts.execute(
        "select goal, recorded_until, h.is_current from marts.fct_measurement_history h"
        " join marts.dim_indicator using (indicator_version_id) where indicator_code = '1.12.2' and quarter = 1"
    ).fetchall()
    assert said == [(13, day(11), False)]


def test_a_correction_counts_from_when_it_was_made_and_holds(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.6.1", day(n)) for n in (16, 17, 40)] == [[6], [60], [60]]
    assert known(marts, "1.6.1", day(16), "goal_quality") == ["unchecked"]
    assert known(marts, "1.6.1", day(20), "goal_reason") == ["corrected_by_person"]
    assert known(marts, "1.6.1", day(40), "goal_reason") == ["restatement_held"]


def test_a_correction_that_was_taken_back_held_between(marts: duckdb.DuckDBPyConnection) -> None:
    assert [known(marts, "1.7.1", day(n)) for n in (16, 17, 19, 20, 40)] == [[7], [70], [70], [7], [7]]
    assert known(marts, "1.7.1", day(18), "goal_quality") == ["corrected"]
    assert known(marts, "1.7.1", day(20), "goal_quality") == ["unchecked"]
    assert [known(marts, "1.7.1", day(n), "department") for n in (16, 18, 40)] == [
        ["Tesorería"], ["Compras"], ["Tesorería"]
    ]  # fmt: skip
    assert marts.execute("select count(*) from marts.fct_correction where reason = 'taken back'").fetchone() == (0,)


def test_each_change_has_its_cause(marts: duckdb.DuckDBPyConnection) -> None:
    restated = marts.execute(
        "select indicator_code, measure, quarter, old_value, new_value, stated_in_quarter, cause"
        " from marts.restatements order by all"
    ).fetchall()
    assert restated == [
        ("1.4.1", "achieved", 1, 7, 8, 3, "publisher"),
        ("1.4.1", "goal", 1, 10, 11, 2, "publisher"),
        ("1.4.1", "goal", 1, 11, 12, 3, "publisher"),
        ("1.4.1", "goal", 1, 70, 10, 1, "reading"),
        ("1.6.1", "goal", 1, 6, 60, 1, "correction"),
        ("1.7.1", "goal", 1, 7, 70, 1, "correction"),
        ("1.7.1", "goal", 1, 70, 7, 1, "correction"),
    ]


SAID = (
    # file, row, field, action, number, text, whether it was taken back
    ("second.pdf", 0, "goal.1", "set", 12, None, False),  # which the third report restates
    ("first.pdf", 1, "department", "set", None, "Obras", False),
    ("twins.pdf", 1, None, "drop", None, None, False),
    ("scan of the second.pdf", 0, "goal.1", "accept", None, None, False),
    ("issued.pdf", 0, "goal.1", "set", 300, None, True),
    ("timeless.pdf", None, "fiscal_year", "set", 2024, None, False),
)
WITHDRAWN = (("digital again.pdf", False), ("scan.pdf", True))
"""File, and whether it was put back."""


def decide(folder: Path, arrived: Mapping[str, datetime], rng: random.Random) -> None:
    """Let people correct and withdraw documents, each at some time after it has arrived; some of it they take back."""

    def times(file: str, taken_back: bool) -> list[datetime]:
        begun = arrived[file] + timedelta(hours=rng.randint(1, 900))
        return [begun, begun + timedelta(hours=rng.randint(1, 900))] if taken_back else [begun]

    with duckdb.connect(str(folder / "landing.duckdb")) as landing:
        for number, (file, place, field, action, figure, text, taken_back) in enumerate(SAID):
            for applies, at in zip((True, False), times(file, taken_back), strict=False):
                landing.execute(
                    "insert into correction select ?, extraction_id, document_sha256, ?, ?, ?, null, null, null, ?, ?,"
                    " 'why', 1, 'shown', 'A', date '2025-01-01', 'a.yml', ?, ? from extraction"
                    " join document using (document_sha256) where file = ?",
                    [str(number), place, field, action, figure, text, applies, at, file],
                )
        for file, put_back in WITHDRAWN:
            landing.execute(
                "insert into withdrawal by name select document_sha256, 'why' reason, 'A' withdrawn_by,"
                " ? withdrawn_at, ? restored_at from document where file = ?",
                [*times(file, put_back), *([] if put_back else [None]), file],
            )


def test_the_order_of_arrival_and_of_decisions_changes_nothing_but_the_times(tmp_path: Path) -> None:
    documents = [*series(), *oddities(), *conflicts()]
    built = []
    for seed in (1, 2, 3):
        rng, shuffled = random.Random(seed), list(documents)
        rng.shuffle(shuffled)
        timed = [replace(d, received_at=day(n), recorded_at=day(n)) for n, d in enumerate(shuffled)]
        place = tmp_path / str(seed)
        place.mkdir()
        fill(place / "landing.duckdb", timed)
        decide(place, {d.extraction.file: d.recorded_at for d in timed}, rng)
        built.append(dbt_fixture.contents(dbt_fixture.build(place, [])))
    assert [table for other in built[1:] for table in other if other[table] != built[0][table]] == []
    assert all(
        built[0][table]
        for table in ("fct_measurement", "fct_measurement_history", "fct_restatement", "fct_held_restatement")
    )
    assert len(built[0]["fct_correction"]) == len(SAID) - 1


def test_links_and_aliases_that_people_keep_make_one_of_two(tmp_path: Path) -> None:
    place = {"program_code": "1.6", "municipality": "Tulum", "state": "Quintana Roo"}
    documents = [
        document("2023", [row("1.6.1", department="Compras"), row("1.6.2")], fiscal_year=2023, **place),
        document("2024", [row("1.6.8", department="Adquisiciones"), row("1.6.2")], fiscal_year=2024, days=1, **place),
        document("2025", [row("1.6.9", department="Adquisiciones")], fiscal_year=2025, days=2, **place),
    ]
    fill(tmp_path / "landing.duckdb", documents)
    link = (
        "insert into reference.indicator_link values ('TULUM', 'Quintana Roo', {}, null, '1.6', '{}', {}, null, '1.6',"
    )
    link += " '{}', 1, 'the same', 'A', current_date)"
    said = [
        link.format(2023, "1.6.1", 2024, "1.6.8"),
        link.format(2024, "1.6.8", 2025, "1.6.9"),
        "insert into reference.department_alias values ('Tulum', 'Quintana  Roo', 'compras', 'Adquisiciones',"
        " 'renamed', 'A', current_date)",
    ]
    dbt_fixture.run(tmp_path, "seed")
    with duckdb.connect(str(tmp_path / "scratch.duckdb")) as connection:
        for sql in said:
            connection.execute(sql)
    outcome = dbt_fixture.run(tmp_path, "build", "--exclude-resource-type", "unit_test", "seed")
    assert {n: s for n, s in outcome.items() if s not in ("success", "pass")} == {}
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        series = marts.execute(
            "select list(indicator_code order by fiscal_year) from marts.dim_indicator group by series_id order by all"
        ).fetchall()
        names = marts.execute(
            "select department, valid_from::varchar, valid_to::varchar from marts.dim_department_version"
            " where department in ('Compras', 'Adquisiciones') order by version_number"
        ).fetchall()
        members = marts.execute("select department from marts.dim_department order by all").fetchall()
    assert series == [(["1.6.1", "1.6.8", "1.6.9"],), (["1.6.2"],), (["1.6.2"],)]
    assert names == [("Compras", "2023-01-01", "2024-01-01"), ("Adquisiciones", "2024-01-01", None)]
    assert members == [("Adquisiciones",), ("Tesorería",)]


def test_a_code_in_two_plans_is_two_indicators_unless_a_person_links_them(tmp_path: Path) -> None:
    """In the year in which the plan changes, the last quarter is under the new one; the second names no plan."""
    old, new = {"plan": "2021-2024"}, {"plan": "2024-2027"}
    documents = [
        document("q4", [row("1.4.1", goal=(1, 2, 3, 4), indicator="Árboles"), row("1.4.2")], quarter=4, **new),
        document("q1", [row("1.4.1", goal=FULL), row("1.4.3", goal=FULL)], **old),
        document("q2", [row("1.4.1", goal=(11, 10, 10, 10)), row("1.4.3", goal=FULL)], quarter=2),
    ]
    fill(tmp_path / "landing.duckdb", documents)
    dbt_fixture.run(tmp_path, "seed")
    with duckdb.connect(str(tmp_path / "scratch.duckdb")) as connection:
        link = (
            "insert into reference.indicator_link values ('Tulum', 'Quintana Roo', 2024, '2021-2024', '1.4', '1.4.3',"
        )
        connection.execute(link + " 2024, 'PMD 2024-2027', '1.4', '1.4.2', 1, 'the same', 'A', current_date)")
        # Without their plans the codes of the year name nothing.
        link = link.replace("'2021-2024'", "null").replace("1.4.3", "1.4.1")
        connection.execute(link + " 2024, '2024-2027', '1.4', '1.4.1', 1, 'wrong', 'A', current_date)")
    outcome = dbt_fixture.run(tmp_path, "build", "--exclude-resource-type", "unit_test", "seed")
    assert {n: s for n, s in outcome.items() if s not in ("success", "pass")} == {}
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        goals = marts.execute(
            "select plan, indicator_code, list(goal order by quarter) from marts.measurements"
            " where indicator_code = '1.4.1' group by all order by all"
        ).fetchall()
        series = marts.execute(
            "select list(plan || ' ' || indicator_code order by valid_from) from marts.dim_indicator group by series_id"
            " order by all"
        ).fetchall()
        changed = marts.execute("select plan, old_value, new_value from marts.restatements").fetchall()
        documents_of = marts.execute("select document_file, plan, plan_origin from marts.dim_document order by 1")
        told = documents_of.fetchall()
    assert goals == [("2021-2024", "1.4.1", [11, 10, 10, 10]), ("2024-2027", "1.4.1", [1, 2, 3, 4])]
    assert series == [(["2021-2024 1.4.1"],), (["2021-2024 1.4.3", "2024-2027 1.4.2"],), (["2024-2027 1.4.1"],)]
    assert changed == [("2021-2024", 10, 11)]
    assert told == [
        ("q1.pdf", "2021-2024", "report"),
        ("q2.pdf", "2021-2024", "other_reports"),
        ("q4.pdf", "2024-2027", "report"),
    ]


def test_a_correction_of_words_counts_from_when_it_was_made(tmp_path: Path) -> None:
    """A row was not there, a name was wrong, and the report was another town's: all of it until people said so."""
    documents = [
        document(
            "words", [row("1.4.1", goal=FULL, indicator="Baches"), row("1.4.2", goal=FULL)], municipality="Tulurn"
        ),
        document("other", [row("1.4.1", goal=FULL, indicator="Bacheo")], quarter=2, days=1),
    ]
    fill(tmp_path / "landing.duckdb", documents)
    with duckdb.connect(str(tmp_path / "landing.duckdb")) as landing:
        for name, place, field, action, text, at in (
            ("a", None, "municipality", "set", "Tulum", day(5)),
            ("b", 1, "indicator", "set", "Luminarias", day(7)),
            ("c", 1, None, "drop", None, day(9)),
        ):
            landing.execute(
                "insert into correction select ?, extraction_id, document_sha256, ?, ?, ?, null, null, null, null, ?,"
                " 'why', 1, 'shown', 'A', current_date, 'a.yml', true, ? from extraction where quarter = 1",
                [name, place, field, action, text, at],
            )
    dbt_fixture.build(tmp_path, [])
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as marts:
        stood = [
            marts.execute(
                "select municipality, indicator_code, indicator from marts.as_of(?::timestamp)"
                " join marts.dim_indicator using (indicator_version_id, municipality_id)"
                " join marts.dim_municipality using (municipality_id)"
                " where quarter = 1 order by all",
                [day(number)],
            ).fetchall()
            for number in (2, 6, 8, 10)
        ]
        assert marts.execute("select distinct municipality from marts.measurements").fetchall() == [("Tulum",)]
    old = [("Tulurn", "1.4.1", "Baches"), ("Tulurn", "1.4.2", "Indicador")]
    new = ("Tulum", "1.4.1", "Bacheo")
    assert stood == [
        [new, *old],
        [new, ("Tulum", "1.4.2", "Indicador")],
        [new, ("Tulum", "1.4.2", "Luminarias")],
        [new],
    ]
