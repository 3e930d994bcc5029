"""The metrics as MetricFlow understands them: valid, and the same as SQL over the marts, whatever they are asked by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dbt_fixture
import duckdb
import pytest
from landing_fixture import document, row, value
from metricflow.data_table.mf_table import MetricFlowDataTable
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

BY = {
    "department": ("department__name", "figure__department_name"),
    "quarter_start": ("metric_time__quarter", "metric_time__quarter"),
    "level": ("indicator__level", "figure__level"),
    "municipality": ("municipality__name", "figure__municipality_name"),
}
"""A column of the flat view, and what it is called for counts of goals and for figures."""

_JUDGED = """'disputed' not in (goal_quality, achieved_quality) and goal <> 0 and achieved is not null"""
_BOTH = "goal is not null and achieved is not null and 'disputed' not in (goal_quality, achieved_quality)"
_ONE = f"count(distinct lower(variable_unit)) filter ({_BOTH}) = 1"
EXPECTED = {
    "goals_met": f"count(*) filter ({_JUDGED} and achieved >= goal)",
    "goals_judged": f"count(*) filter ({_JUDGED})",
    "share_of_goals_met":
        f"count(*) filter ({_JUDGED} and achieved >= goal) / nullif(count(*) filter ({_JUDGED}), 0)",
    "units": f"count(distinct lower(variable_unit)) filter ({_BOTH})",
    "added_goals": f"sum(goal) filter ({_BOTH})",
    "added_results": f"sum(achieved) filter ({_BOTH})",
    "goal": f"case when {_ONE} then sum(goal) filter ({_BOTH}) end",
    "achieved": f"case when {_ONE} then sum(achieved) filter ({_BOTH}) end",
    "progress":
        f"case when {_ONE} then 100 * sum(achieved) filter ({_BOTH}) / nullif(sum(goal) filter ({_BOTH}), 0) end",
}  # fmt: skip


class Client:
    """MetricFlow's way to a database: statements on one open connection."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, stmt: str, sql_bind_parameter_set: object = None) -> MetricFlowDataTable:
        assert not getattr(sql_bind_parameter_set, "param_dict", None)
        found = self._connection.execute(stmt)
        return MetricFlowDataTable.create_from_rows([name for name, *_ in found.description], found.fetchall())

    def execute(self, stmt: str, sql_bind_parameter_set: object = None) -> None:  # noqa: ARG002
        raise AssertionError(f"nothing is to be written: {stmt}")

    def dry_run(self, stmt: str, sql_bind_parameter_set: object = None) -> None:  # noqa: ARG002
        self._connection.execute(f"explain {stmt}")

    def close(self) -> None:
        self._connection.close()

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"


def reports() -> list[Any]:
    """Two towns, departments, levels and quarters; figures in doubt, a goal of 0, what is missing, unlike units."""
    people = {"variable_unit": "Personas", "department": "Salud", "level": "Componente"}
    rows = [
        row("1.4.1", goal=(10, 20), achieved=(12, 15)),
        row("1.4.2", goal=(5, 0), achieved=(4, 3), variable_unit="SOLICITUDES"),
        row("1.4.3", goal=(value(900, "disputed"), 7), achieved=(1, 9)),
        row("1.4.4", goal=(8, 8), achieved=(None, 8), **people),
        row("1.4.5", goal=(3, 4), achieved=(9, value(44, "disputed")), **people),
    ]
    return [
        document("one", rows, quarter=2),
        document("two", [row("2.1.1", goal=(7, 7), achieved=(7, 6)), rows[-1]], quarter=2, municipality="Bacalar"),
    ]


@pytest.fixture(scope="module")
def manifest() -> Any:  # noqa: ANN401  MetricFlow's own class
    return parse_manifest_from_dbt_generated_manifest(dbt_fixture.semantic_manifest().read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("metrics")
    dbt_fixture.build(folder, reports(), "--exclude-resource-type", "test")
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{folder / 'scratch.duckdb'}' as scratch (read_only)")
        yield connection


def test_the_semantic_models_and_metrics_are_valid(manifest: Any) -> None:  # noqa: ANN401
    found = SemanticManifestValidator().validate_semantic_manifest(manifest)
    assert [str(issue) for issue in found.all_issues] == []
    assert {metric.name for metric in manifest.metrics} == set(EXPECTED)


def test_what_is_wrong_in_a_semantic_model_is_noticed(manifest: Any) -> None:  # noqa: ANN401
    spoilt = manifest.copy(deep=True)
    spoilt.semantic_models[0].entities.clear()
    assert SemanticManifestValidator().validate_semantic_manifest(spoilt).has_blocking_issues


@pytest.mark.parametrize("metric", EXPECTED)
@pytest.mark.parametrize("by", BY)
def test_a_metric_is_what_sql_gives(marts: duckdb.DuckDBPyConnection, manifest: Any, metric: str, by: str) -> None:  # noqa: ANN401
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), Client(marts))
    name = BY[by][not metric.startswith(("goals_", "share"))]
    asked = engine.query(MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=[name])).result_df
    assert asked is not None
    wanted = marts.execute(f"select {by}, ({EXPECTED[metric]})::double from marts.measurements group by all").fetchall()
    assert {plain(key): number(told) for key, told in asked.rows} == {plain(key): number(told) for key, told in wanted}


def plain(key: object) -> str:
    return str(key)[:10]


def number(told: object) -> object:
    return None if told is None or told != told else pytest.approx(float(str(told)))  # noqa: PLR0124  NaN
