"""Each data test of the dbt project stops a build that deserves it: every one of them is made to fail here."""

from __future__ import annotations

import shutil
from pathlib import Path

import dbt_fixture
import duckdb
import pytest
from landing_fixture import document, fill, row

from ingest.indicators import Finding, Rule

KEYS = {
    "dim_indicator": "indicator_version_id",
    "dim_department": "department_id",
    "dim_program": "program_id",
    "dim_department_version": "department_version_id",
    "dim_program_version": "program_version_id",
    "dim_municipality": "municipality_id",
    "dim_quarter": "quarter_id",
    "dim_document": "document_sha256",
}
FULL = (10, 10, 10, 10)
LANDING_TESTS = (
    "accepted_values_stg_document_kind",
    "accepted_values_stg_value_measure",
    "accepted_values_stg_value_quality",
    "accepted_values_stg_finding_rule",
    "unique_stg_value_value_id",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    finding = Finding(Rule.QUARTERS_SUM, ("annual_goal", "goal.1"), "3 is not 4")
    dbt_fixture.build(folder, [
        document("first", [row("1.4.1", goal=(1, 1, 1, 1), annual=4, achieved=(1,), findings=(finding,))]),
        document(
            "second",
            [row("1.4", level="Componente"), row("1.4.1", goal=(1, 2, 1, 1), annual=5, achieved=(1, 1))],
            quarter=2,
        ),
    ])  # fmt: skip
    return folder


def failures(built: Path, folder: Path, *corruptions: str) -> set[str]:
    """Spoil a copy of a good build and give the names of the data tests that notice."""
    for name in dbt_fixture.FILES:
        shutil.copy(built / name, folder / name)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{folder / 'landing.duckdb'}' as landing (read_only)")
        connection.execute(f"attach '{folder / 'scratch.duckdb'}' as scratch")
        for corruption in corruptions:
            connection.execute(corruption)
    return {node for node, status in dbt_fixture.run(folder, "test", "--select", "test_type:data").items()
            if status in ("fail", "warn")}  # fmt: skip


def all_tests() -> set[str]:
    found = {node.name for node in dbt_fixture.manifest().nodes.values() if node.resource_type == "test"}
    assert len(found) > len(LANDING_TESTS)
    return found


def test_a_good_build_fails_none(built: Path, tmp_path: Path) -> None:
    assert failures(built, tmp_path) == set()


def test_what_the_models_decide_is_as_the_unit_tests_say(built: Path) -> None:
    outcome = dbt_fixture.run(built, "test", "--select", "test_type:unit")
    assert len(outcome) >= 10
    assert set(outcome.values()) == {"pass"}


def test_every_test_of_the_marts_fails_on_spoilt_marts(built: Path, tmp_path: Path) -> None:
    tables = [
        node.name
        for node in dbt_fixture.manifest().nodes.values()
        if node.resource_type == "model"
        and node.schema == "marts"
        and node.config.materialized in ("table", "by_municipality")
    ]
    spoilings = (
        [
            *(f"insert into marts.{table} from marts.{table}" for table in tables),
            "update marts.mart_department_scorecard set goals_met = goals_met + 1",
            *(
                f"update marts.{table} set quality = 'splendid', progress_reason = 'x', accumulation = 'x',"
                " direction = 'x'"
                for table in ("fct_measurement", "fct_measurement_known")
            ),
            "update marts.fct_measurement_history set quality = 'splendid', known_to = known_from",
            "update marts.fct_finding set rule = 'x'",
            "update marts.dim_document set plan_origin = 'x', plan = if(stated_in_quarter = 1, null, '2021-2024')",
            "update marts.mart_component_rollup set activities_goal_reason = 'x', activities_achieved_reason = 'x'",
            "update marts.fct_restatement set cause = 'x'",
            "update marts.mart_data_quality set field = 'x'",
            "insert into scratch.reference.indicator_attribute (accumulation, direction) select 'x', 'x' from range(2)",
            "insert into scratch.reference.traffic_light (direction, basis, light) values ('x', 'x', 'blue')",
            "insert into scratch.reference.indicator_link (score) values (1)",
            "insert into scratch.reference.municipal_plan (first_quarter, last_quarter) values (5, 0)",
            "insert into scratch.reference.department_alias (department) values ('x')",
            "update scratch.intermediate.int_indicator_row set indicator_key = 1",
            "insert into scratch.intermediate.int_department_alias values ('m', 'a', 'b'), ('m', 'b', 'c')",
            "insert into marts.fct_correction select 'k', municipality_id, null, 'nobody', 'goal.1', 'x', 1, null,"
            " null, 2, null, 'r', 1, 'e', 'b', current_date, 's', current_timestamp"
            " from marts.dim_municipality, range(2)",
            "insert into marts.fct_held_restatement select 'k', municipality_id, 'i', null, null, 'x', 1, 1, 's', 2,"
            " null, 'confirmed', 'nobody', 'f', 2024, 2, 1 from marts.dim_municipality, range(2)",
            "insert into marts.fct_traffic_light select measurement_id, indicator_version_id, municipality_id,"
            " department_id, quarter_id, null, null, null, null, null from marts.fct_measurement, range(2)",
        ],
        [
            *(f"update marts.{table} set {key} = 'gone-' || {key}" for table, key in KEYS.items()),
            "delete from marts.fct_measurement where quarter = 4",
        ],
        ["delete from marts.fct_measurement_history"],
    )
    noticed: set[str] = set()
    for number, spoiling in enumerate(spoilings):
        folder = tmp_path / str(number)
        folder.mkdir()
        noticed |= failures(built, folder, *spoiling)
    silent = {name for name in all_tests() - noticed if not name.startswith(LANDING_TESTS)}
    assert silent == set()


def test_reports_without_a_plan_beside_those_that_name_it_are_warned_of(tmp_path: Path) -> None:
    name = "no_report_without_a_plan_beside_one_that_names_it"
    named = document("q4", [row("1.4.1", goal=FULL)], quarter=4, plan="2024-2027")
    beside = document("q1", [row("1.4.1", goal=FULL)])
    elsewhere = [
        document("other town", [row("1.4.1")], municipality="Akumal"),
        document("other year", [row("1.4.1")], fiscal_year=2025),
        document("no town", [row("1.4.1")], municipality=None, state=None),
        document("no town with a plan", [row("1.4.1")], municipality=None, state=None, plan="2021-2024"),
    ]
    for documents, status in (([named, *elsewhere], "pass"), ([named, beside, *elsewhere], "warn")):
        folder = tmp_path / status
        folder.mkdir()
        outcome = dbt_fixture.try_build(folder, documents)
        assert outcome[name] == status
        assert set(outcome.values()) <= {"success", "pass", status}


@pytest.mark.parametrize(
    ("ladder", "status"),
    [
        ([("quarter", 0, 90, "red"), ("quarter", 90, None, "green")], "pass"),
        ([("quarter", 0, 90, "red"), ("quarter", 95, None, "green")], "pass"),  # between them there is no colour
        ([("quarter", 90, None, "green"), ("quarter", 0, 100, "red")], "fail"),
        ([("quarter", 0, None, "red"), ("quarter", 95, None, "green")], "fail"),
        ([("quarter", 90, 90, "red")], "fail"),
        ([("quarter", None, 90, "red")], "fail"),
        ([("quarter", 0, 90, "red"), ("year_to_date", 90, None, "green")], "fail"),
    ],
)
def test_a_ladder_that_gives_two_colours_is_refused(
    tmp_path: Path, ladder: list[tuple[str, float | None, float | None, str]], status: str
) -> None:
    fill(tmp_path / "landing.duckdb", [])
    dbt_fixture.run(tmp_path, "seed")
    with duckdb.connect(str(tmp_path / "scratch.duckdb")) as scratch:
        for number, step in enumerate(ladder):
            scratch.execute(
                "insert into reference.traffic_light"
                " values ('Tulum', null, null, null, ?, 'ascending', ?, ?, ?, ?, 'x')",
                [("1.4.1", "1.4.1.")[number % 2], *step],  # one code in two spellings
            )
        # Another indicator's ladder has nothing to do with it.
        scratch.execute(
            "insert into reference.traffic_light"
            " values ('Tulum', null, null, null, '1.4.2', 'ascending', 'quarter', 0, null, 'green', 'x')"
        )
    assert (
        dbt_fixture.run(tmp_path, "test", "--select", "a_ladder_gives_one_colour")["a_ladder_gives_one_colour"]
        == status
    )


def test_what_people_keep_about_nothing_that_there_is_is_warned_of(tmp_path: Path) -> None:
    name = "what_people_keep_names_what_there_is"
    fill(tmp_path / "landing.duckdb", [document("one", [row("1.4.1", goal=FULL, department="Obras")])])
    good = [
        "municipal_plan (municipality, state, first_year) values ('TULUM', 'quintana roo', 2020)",
        "department_alias (municipality, state, department, same_as) values ('Tulum', 'Quintana Roo', 'obras', 'x')",
        "indicator_attribute (municipality, state, indicator_code, fiscal_year)"
        " values ('Tulum', 'Quintana Roo', '1.4.1.', 2024)",
        "traffic_light (municipality, state) values ('Tulum', 'Quintana Roo')",
    ]
    bad = [
        "municipal_plan (municipality, first_year) values ('Tulum', 2020)",  # without its state
        "department_alias (municipality, state, department) values ('Tulum', 'Quintana Roo', 'Obrs')",
        "indicator_attribute (municipality, state, indicator_code, fiscal_year)"
        " values ('Tulum', 'Quintana Roo', '1.4.1', 2023)",
        "traffic_light (municipality, state, indicator_code) values ('Tulum', 'Quintana Roo', '9.9')",
        "indicator_link (municipality, state, from_year, from_code, to_year, to_code)"
        " values ('Tulum', 'Quintana Roo', 2024, '1.4.1', 2025, '1.4.1')",
    ]
    assert dbt_fixture.run(tmp_path, "build", "--exclude-resource-type", "unit_test")[name] == "pass"
    for entry, status in [*((entry, "pass") for entry in good), *((entry, "warn") for entry in bad)]:
        with duckdb.connect(str(tmp_path / "scratch.duckdb")) as scratch:
            for other in (*good, *bad):
                scratch.execute(f"delete from reference.{other.partition(' ')[0]}")
            scratch.execute(f"insert into reference.{entry}")
        assert dbt_fixture.run(tmp_path, "test", "--select", name)[name] == status, entry
        with duckdb.connect(str(tmp_path / "scratch.duckdb"), read_only=True) as scratch:
            found = scratch.execute(f"select split_part(entry, ':', 1) from failures.\"{name}\"").fetchall()
        place = f"dbt_project/seeds/{entry.partition(' ')[0]}.csv, line 2"
        assert set(found) == ({(place,)} if status == "warn" else set()), entry


def test_every_test_of_staging_fails_on_spoilt_landing_and_stops_the_marts(tmp_path: Path) -> None:
    fill(tmp_path / "landing.duckdb", [document("one", [row("1.4.1", goal=(1,), annual=4)])])
    with duckdb.connect(str(tmp_path / "landing.duckdb")) as connection:
        connection.execute("update document set kind = 'stone'")
        connection.execute("update value set quality = 'splendid' where measure = 'annual_goal'")
        connection.execute("update value set measure = 'x' where measure = 'achieved'")
        connection.execute("insert into value from value where measure = 'annual_goal'")
        connection.execute(
            "insert into finding select extraction_number, 0, 0, 'hunch', ['goal.1'], '?' from extraction"
        )
    outcome = dbt_fixture.run(tmp_path, "build", "--exclude-resource-type", "unit_test")
    for test in LANDING_TESTS:
        assert [s for n, s in outcome.items() if n.startswith(test)] == ["fail"]
    assert {s for n, s in outcome.items() if n in ("fct_measurement", "measurements", "dim_document")} == {"skipped"}
