"""Great Expectations, as far as this project uses it: run expectations on data frames, give what failed.

Here belongs everything that knows that library. Not here: what a failure means (`gate`). Validation runs on pandas
frames: pushing SQL down to DuckDB fails in the library's version 1.24. Importing it takes seconds, so that it is
imported only when there is something to validate.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from warehouse.errors import SuiteError

KEEP = 30
"""How many validation results of each frame are kept for Data Docs."""

_KEYS = ("subject", "row_number", "field", "code", "page", "file")
"""Columns that tell which element failed, where a frame has them."""

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation and the elements that failed it, each with its keys and the values looked at.

    `failure` says what is wrong with each of these.
    """

    name: str
    frame: str
    severity: Literal["critical", "warning", "info"]
    description: str
    failure: str
    remedy: str
    columns: tuple[str, ...]
    failures: tuple[dict[str, Any], ...]

    def observed(self, failure: Mapping[str, Any]) -> str:
        """Show what was seen of a failed element: `column = value`, for each column that the check looks at."""
        return ", ".join(f"{c} = {_shown(failure[c])}" for c in self.columns if c != "subject")


def validate(
    suites: Mapping[str, Mapping[str, Any]], frames: Mapping[str, pd.DataFrame], store: Path | None = None
) -> list[Outcome]:
    """Run each suite on the frame of its name.

    Args:
        suites: for each frame the suite in the library's own JSON; each expectation's `meta` has name and remedy, and
            `failure` where its description does not tell a person what is wrong.
        frames: the data.
        store: folder to keep the validation results in, for Data Docs.

    Raises:
        SuiteError: an expectation could not be evaluated.
    """
    context = open_context(store)
    outcomes: list[Outcome] = []
    for frame, suite in suites.items():
        outcomes.extend(_validate(context, frame, suite, frames[frame]))
    if store is not None:
        _remove_old(store)
    return outcomes


def prepare() -> None:
    """Import the library: for who has to wait for something else, such as the frames, in the meantime."""
    import great_expectations  # noqa: F401, PLC0415


def open_context(store: Path | None = None, site: Path | None = None) -> Any:  # noqa: ANN401
    """Give a context that keeps nothing, or only validation results in `store`, and builds pages in `site`."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    if store is not None:
        config.stores["validation_results_store"] = {
            "class_name": "ValidationResultsStore",
            "store_backend": _folder(store),
        }
    if site is not None:
        config.data_docs_sites = {"site": _site(site)}
    return gx.get_context(project_config=config, mode="ephemeral")


def _remove_old(store: Path) -> None:
    """Remove results beyond the last `KEEP` of each frame. A result lies in a folder named by its time."""
    by_frame: dict[Path, list[Path]] = {}
    for result in store.glob("*/*/*/*/*.json"):
        by_frame.setdefault(result.parents[2], []).append(result)
    for results in by_frame.values():
        for result in sorted(results, key=lambda r: r.parent.name)[:-KEEP]:
            shutil.rmtree(result.parent)


def _folder(path: Path) -> dict[str, object]:
    path.mkdir(parents=True, exist_ok=True)
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path)}


def _site(path: Path) -> dict[str, object]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": _folder(path),
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def _validate(
    context: Any,  # noqa: ANN401
    frame: str,
    suite: Mapping[str, Any],
    data: pd.DataFrame,
) -> list[Outcome]:
    import great_expectations as gx  # noqa: PLC0415

    _check_columns(suite, data)
    added = context.suites.add(gx.ExpectationSuite(**suite))
    asset = context.data_sources.add_pandas(suite["name"]).add_dataframe_asset(frame)
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=suite["name"], data=asset.add_batch_definition_whole_dataframe("all"), suite=added)
    )
    keys = [key for key in _KEYS if key in data.columns]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = definition.run(
            batch_parameters={"dataframe": data},
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": keys},
        )
    return sorted(
        (_outcome(frame, one.to_json_dict()) for one in result.results),
        key=lambda outcome: _position(suite, outcome.name),
    )


def _position(suite: Mapping[str, Any], name: str) -> int:
    return [e["meta"]["name"] for e in suite["expectations"]].index(name)


def _check_columns(suite: Mapping[str, Any], data: pd.DataFrame) -> None:
    needed = {"subject", *(column for e in suite["expectations"] for column in _columns(e["kwargs"]))}
    lacking = needed - set(data.columns)
    if lacking:
        raise SuiteError(
            f"the suite {suite['name']} looks at {', '.join(sorted(lacking))}, which is not there",
            "Correct the suite's JSON",
        )


def _columns(arguments: Mapping[str, Any]) -> list[str]:
    named = [arguments[a] for a in _COLUMN_ARGUMENTS if a in arguments]
    return [*named, *arguments.get("column_list", ())]


def _outcome(frame: str, result: Mapping[str, Any]) -> Outcome:
    configuration = result["expectation_config"]
    meta, name = configuration["meta"], configuration["meta"]["name"]
    failures = sorted(result["result"].get("unexpected_index_list") or [], key=_place)
    if result["exception_info"].get("raised_exception", True) or bool(failures) == result["success"]:
        raise SuiteError(f"the expectation {name} could not be evaluated: {result['exception_info']}", _REPORT)
    return Outcome(
        name,
        frame,
        configuration["severity"],
        configuration["description"],
        meta.get("failure", f"this does not hold: {configuration['description']}"),
        meta["remedy"],
        tuple(_columns(configuration["kwargs"])),
        tuple(failures),
    )


def _place(failure: Mapping[str, Any]) -> list[tuple[bool, Any]]:
    """Give what failures are ordered by: their keys, those that are missing last."""
    values = [failure.get(key) for key in _KEYS]
    return [(True, 0) if _is_missing(value) else (False, value) for value in values]


def _is_missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124  (NaN is not itself)


_REPORT = "This is a fault of the suite or the program: report it"


def _shown(value: object) -> str:
    if _is_missing(value):
        return "nothing"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)
