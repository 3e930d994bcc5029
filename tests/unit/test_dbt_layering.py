"""The layers of the dbt project and the word of its marts: who may read whom, contracts, descriptions, units."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parents[2] / "dbt_project"
MAY_READ = {
    "staging": {"landing", "staging"},
    "intermediate": {"staging", "intermediate", "reference"},
    "marts": {"intermediate", "marts"},
}
FLAT = {
    "measurements": [
        "municipality", "state", "entity", "program_code", "program_name", "department", "fiscal_year", "quarter",
        "quarter_start", "level", "indicator_code", "indicator", "unit", "variable_unit", "goal", "goal_quality",
        "achieved", "achieved_quality", "progress_pct", "annual_goal", "annual_goal_quality", "accumulated_achieved",
        "accumulated_pct", "quality", "document_sha256", "document_file", "page",
    ],
    "restatements": [
        "municipality", "program_code", "indicator_code", "fiscal_year", "quarter", "measure", "old_value",
        "new_value", "stated_in_year", "stated_in_quarter", "cause",
    ],
}  # fmt: skip
FLAT["measurement_history"] = [
    *FLAT["measurements"], "stated_in_year", "stated_in_quarter", "known_from", "known_to", "is_current",
]  # fmt: skip
for _columns in FLAT.values():
    _columns.append("plan")  # it came later: the places of the others stay

Manifest = dict[str, Any]
SCRIPT = "generate_data_dictionary.py"


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    with tempfile.TemporaryDirectory() as folder:
        result = dbtRunner().invoke([
            "--quiet", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", folder, "--log-path", folder,
        ])  # fmt: skip
        assert result.success, result.exception
        parsed: Manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="module")
def dictionary() -> ModuleType:
    """The script that writes the data dictionary; it is no module of a package."""
    spec = importlib.util.spec_from_file_location("generate_data_dictionary", PROJECT.parent / "docs" / SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def models(manifest: Manifest, layer: str) -> list[Manifest]:
    found = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["schema"] == layer]
    assert found, f"no models in {layer}"
    return found


def forbidden_reads(manifest: Manifest) -> list[str]:
    """Tell each dependency that crosses the layers, as `reader reads read`."""
    named = manifest["nodes"] | manifest["sources"]

    def layer(node: Manifest) -> str:
        return str(node["source_name"] if node["resource_type"] == "source" else node["schema"])

    return [
        f"{model['name']} reads {named[read]['name']}"
        for reader, allowed in MAY_READ.items()
        for model in models(manifest, reader)
        for read in model["depends_on"]["nodes"]
        if layer(named[read]) not in allowed
    ]


def broken_words(manifest: Manifest) -> list[str]:
    """Tell each mart without grain or contract, and each of its columns without description, type or unit."""
    broken = []
    for mart in models(manifest, "marts"):
        if not mart["description"].startswith("One row per "):
            broken.append(f"{mart['name']} does not tell its grain")
        if not mart["config"]["contract"]["enforced"]:
            broken.append(f"{mart['name']} has no contract")
        for column in mart["columns"].values():
            is_number = column["data_type"] in ("double", "integer", "bigint")
            if not column["description"] or not column["data_type"]:
                broken.append(f"{mart['name']}.{column['name']} has no description or type")
            if is_number and not column["config"]["meta"].get("unit"):
                broken.append(f"{mart['name']}.{column['name']} has no unit")
    return broken


def test_marts_never_read_staging_and_only_staging_reads_landing(manifest: Manifest) -> None:
    assert forbidden_reads(manifest) == []


def test_a_read_across_the_layers_is_noticed(manifest: Manifest) -> None:
    spoilt = copy.deepcopy(manifest)
    staged, landed = "model.indicadores.stg_value", "source.indicadores.landing.value"
    spoilt["nodes"]["model.indicadores.fct_measurement"]["depends_on"]["nodes"].append(staged)
    spoilt["nodes"]["model.indicadores.int_value"]["depends_on"]["nodes"].append(landed)
    assert forbidden_reads(spoilt) == ["int_value reads value", "fct_measurement reads stg_value"]


def test_every_model_stands_in_a_layer(manifest: Manifest) -> None:
    known = {n["schema"] for n in manifest["nodes"].values() if n["resource_type"] == "model"}
    assert known == set(MAY_READ)


def test_every_mart_tells_its_grain_and_each_column_its_meaning_and_unit(manifest: Manifest) -> None:
    assert broken_words(manifest) == []


def test_a_mart_that_tells_less_is_noticed(manifest: Manifest) -> None:
    spoilt = copy.deepcopy(manifest)
    mart = spoilt["nodes"]["model.indicadores.dim_document"]
    mart["description"] = "Documents."
    mart["config"]["contract"]["enforced"] = False
    mart["columns"]["kind"]["description"] = ""
    mart["columns"]["bytes"]["config"]["meta"] = {}
    assert broken_words(spoilt) == [
        "dim_document does not tell its grain",
        "dim_document has no contract",
        "dim_document.kind has no description or type",
        "dim_document.bytes has no unit",
    ]


def test_a_project_without_models_is_no_good_project(manifest: Manifest) -> None:
    with pytest.raises(AssertionError, match="no models in staging"):
        forbidden_reads(manifest | {"nodes": {}})


@pytest.mark.parametrize("view", sorted(FLAT))
def test_the_flat_views_keep_their_columns(manifest: Manifest, view: str) -> None:
    mart = manifest["nodes"][f"model.indicadores.{view}"]
    assert list(mart["columns"]) == FLAT[view]
    assert mart["config"]["materialized"] == "view"


def test_flat_views_name_no_database(manifest: Manifest) -> None:
    for view in FLAT:
        assert "ref(" not in manifest["nodes"][f"model.indicadores.{view}"]["raw_code"]


WARNINGS = {"no_report_without_a_plan_beside_one_that_names_it", "what_people_keep_names_what_there_is"}
"""What a person should look at, and what makes no number wrong."""


def test_every_data_test_but_the_warnings_stops_the_publication(manifest: Manifest) -> None:
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    warning = {n["name"] for n in tests if n["config"]["severity"].lower() != "error"}
    assert warning == WARNINGS
    assert len(tests) > len(warning)


def test_every_source_is_what_the_gate_let_pass(manifest: Manifest) -> None:
    keys = {tuple(s["config"]["meta"]["dagster"]["asset_key"]) for s in manifest["sources"].values()}
    assert keys == {("landing", "admitted")}


def written(dictionary: ModuleType, manifest: Manifest, folder: Path, page: str | None, *arguments: str) -> int:
    """Run the script on `manifest` with `page` as what is there, and give its exit code."""
    dictionary.PAGE = folder / "data-dictionary.md"
    if page is not None:
        dictionary.PAGE.write_text(page, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return int(dictionary.main(["--manifest", str(folder / "manifest.json"), *arguments]))


def test_the_data_dictionary_that_is_there_is_current(dictionary: ModuleType, manifest: Manifest) -> None:
    page = (PROJECT.parent / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == dictionary.page_of(dictionary.marts_of(manifest))


@pytest.mark.parametrize("page", [None, "# Data dictionary of yesterday"])
def test_an_outdated_or_missing_data_dictionary_is_noticed(
    dictionary: ModuleType, manifest: Manifest, tmp_path: Path, page: str | None
) -> None:
    assert written(dictionary, manifest, tmp_path, page, "--check") == 1
    assert written(dictionary, manifest, tmp_path, page) == 0
    assert written(dictionary, manifest, tmp_path, None, "--check") == 0


def test_every_mart_and_column_stands_in_the_data_dictionary(dictionary: ModuleType, manifest: Manifest) -> None:
    page = dictionary.page_of(dictionary.marts_of(manifest))
    for mart in models(manifest, "marts"):
        section = page.split(f"### {mart['name']}\n")[1].split("### ")[0]
        assert all(f"| `{column}` |" in section for column in mart["columns"])


def test_an_undescribed_column_cannot_be_written(dictionary: ModuleType, manifest: Manifest) -> None:
    spoilt = copy.deepcopy(manifest)
    spoilt["nodes"]["model.indicadores.dim_document"]["columns"]["kind"]["description"] = ""
    with pytest.raises(dictionary.UndocumentedColumnError, match=r"dim_document\.kind"):
        dictionary.marts_of(spoilt)
