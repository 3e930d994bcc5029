"""The dbt models as assets and the dbt tests as asset checks, built in this process.

Here belongs what Dagster says of dbt's nodes. Not here: running dbt (`dbt_runner`), or the models (`dbt_project/`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.assets.documents import OWNERS
from orchestration.assets.landing import ADMITTED
from orchestration.dbt_runner import Workbench, build
from orchestration.environment import SOURCES
from orchestration.previews import markdown_table
from orchestration.progress import tell
from orchestration.resources import HomeResource, RefreshLock
from warehouse.release import code_version, fingerprint, new_candidate

PREVIEW = 8
SHOWN = 20
DbtEvent = (
    dg.Output[Any] | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult | dg.AssetCheckEvaluation
)


class Translator(DagsterDbtTranslator):
    """Names and describes dbt's nodes for people. All sources are what the gate admits: dbt must wait for it."""

    def __init__(self) -> None:
        # Tests of sources must not become checks: Dagster then forgets that dbt has to wait for the gate.
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_source_tests_as_checks=False, enable_duplicate_source_asset_keys=True
            )
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Give schema and name of a model; for every source, what the gate admits."""
        if dbt_resource_props["resource_type"] == "source":
            return ADMITTED
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Give the layer of a model: staging, intermediate or marts."""
        return super().get_group_name(dbt_resource_props) or dbt_resource_props["config"].get("schema")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Give who answers for all models."""
        return list(super().get_owners(dbt_resource_props) or OWNERS)

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: Any,  # noqa: ANN401
    ) -> dg.AssetCheckSpec | None:
        """Give the check of a test, described by dbt's own description or by what it tests."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return None if spec is None else spec._replace(description=_described(manifest["nodes"][unique_id]))


def _described(test: Mapping[str, Any]) -> str:
    """Say what a dbt test tests, with the values that it accepts or the column that it refers to."""
    generic = test.get("test_metadata")
    if test.get("description") or not generic:
        return test.get("description") or f"The query `{test['original_file_path']}` finds nothing."
    column = f"Column `{test['column_name']}`: " if test.get("column_name") else ""
    arguments = {k: v for k, v in (generic.get("kwargs") or {}).items() if k not in ("model", "column_name")}
    said = ", ".join(f"{name} {value}" for name, value in arguments.items())
    return f"{column}dbt test `{generic['name']}`{': ' + said if said else ''}"


def models_of(manifest: Path) -> dg.AssetsDefinition:
    """Give the dbt models of `manifest` as assets."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="dbt_models")
    def dbt_models(context: dg.AssetExecutionContext, home: HomeResource, lock: RefreshLock) -> Iterator[DbtEvent]:  # noqa: ARG001
        """Build the selected models, with all that they need, for the municipalities of which something is new."""
        place = home.open()
        mark = fingerprint(place, code_version(*SOURCES))
        candidate = new_candidate(place, mark, database=Workbench(place).database)
        Workbench(place).point_at(candidate)
        tell("build")
        facts: dict[str, dict[str, Any]] = {}
        found: dict[str, str] = {}

        def look(built: duckdb.DuckDBPyConnection) -> None:
            facts.update(_facts(built))
            found.update(_found(built))

        result = build(place, _selection(context, validate_manifest(manifest)), look)
        yield from _events(context, manifest, result.events, facts, found)
        if not result.success:
            raise dg.Failure(
                f"dbt build failed; nothing is published. {'; '.join(dict.fromkeys(result.errors))}",
                metadata={"dbt log": dg.MetadataValue.path(str(Workbench(place).log))},
                allow_retries=False,
            )

    return dbt_models


def _selection(context: dg.AssetExecutionContext, manifest: Mapping[str, Any]) -> list[str]:
    """Give dbt's selection: nothing (all) for the whole graph; else the selected models and all before them."""
    if not context.is_subset:
        return []
    specs = context.assets_def.specs_by_key
    nodes = (manifest["nodes"][specs[key].metadata["dagster_dbt/unique_id"]] for key in context.selected_asset_keys)
    return [f"+{node['name']}" for node in nodes]


def _events(
    context: dg.AssetExecutionContext,
    manifest: Path,
    events: tuple[dict[str, Any], ...],
    facts: dict[str, dict[str, Any]],
    found: dict[str, str],
) -> Iterator[DbtEvent]:
    """Translate dbt's result events; each model's materialization gets its counts and first rows.

    A failed check gets what it has found, as far as it keeps that.
    """
    wanted = {key.to_python_identifier() for key in context.selected_asset_keys}
    checks = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    nodes = validate_manifest(manifest)["nodes"]
    for raw in events:
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for event in message.to_default_asset_events(manifest, Translator(), context):
            if isinstance(event, dg.Output):
                if event.output_name in wanted:
                    name = raw["data"]["node_info"]["node_name"]
                    yield event.with_metadata({**event.metadata, **facts.get(name, {})})
            elif not isinstance(event, dg.AssetCheckResult):
                yield event
            elif (event.asset_key, event.check_name) in checks:
                test = nodes[raw["data"]["node_info"]["unique_id"]]
                told = None if event.passed else _described(test) + found.get(test["name"], "")
                yield event._replace(description=told)


def _facts(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Look at what was built: how many rows each table has, the first rows, values by quality.

    Views that lead to the marts are not looked at: they are queries of a build, and take as long as that.
    """
    found = connection.execute(
        "select database_name, schema_name, table_name, true from duckdb_tables()"
        " where database_name in ('warehouse', 'scratch')"
        " union all select database_name, schema_name, view_name, false from duckdb_views()"
        " where database_name = 'warehouse' and not internal"
    ).fetchall()
    return {
        name: _facts_of(connection, f'"{base}"."{schema}"."{name}"', is_table) for base, schema, name, is_table in found
    }


def _found(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give in words what the tests have found that keep it: the first column of the first rows."""
    kept = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'scratch' and schema_name = 'failures'"
    ).fetchall()
    found: dict[str, str] = {}
    for (name,) in kept:
        lines = [str(line[0]) for line in connection.execute(f'from scratch.failures."{name}" order by 1').fetchall()]
        more = f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        found[name] = f" Found: {'; '.join(lines[:SHOWN])}{more}." if lines else ""
    return found


def _facts_of(connection: duckdb.DuckDBPyConnection, relation: str, is_table: bool) -> dict[str, Any]:
    """Give what a page shows of a table; of a view only its first rows, for counting is as much work as making it.

    Qualities are counted of the municipalities that were built: the others say what they said before.
    """
    first = connection.execute(f"select * from {relation} limit {PREVIEW}")
    columns = [column[0] for column in first.description or []]
    facts: dict[str, Any] = {"first rows": dg.MetadataValue.md(markdown_table(columns, first.fetchall()))}
    if not is_table:
        return facts
    (facts["dagster/row_count"],) = connection.execute(f"select count(*) from {relation}").fetchall()[0]
    built = relation if "municipality_id" not in columns else f"{relation} where municipality_id in ({_BUILT})"
    for column in (c for c in columns if c == "quality" or c.endswith("_quality")):
        counts = connection.execute(f'select "{column}", count(*) from {built} group by all order by all').fetchall()
        facts[f"by {column}"] = dg.MetadataValue.md(markdown_table([column, "rows"], counts))
    return facts


_BUILT = "select municipality_id from scratch.staging.stg_touched"
