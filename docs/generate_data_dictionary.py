"""Write docs/data-dictionary.md from what the dbt project says of its marts.

Here belongs turning dbt's manifest into a page for readers of the warehouse. Not here: what the tables and columns
mean, which stands beside the models in `dbt_project/models/marts`; change it there and run this again.

    python docs/generate_data_dictionary.py            write the page
    python docs/generate_data_dictionary.py --check    exit with 1 where the page is not what it would write
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "data-dictionary.md"
GROUPS = (
    ("Flat views", ("measurements", "measurement_history", "restatements")),
    ("Facts", ("fct_",)),
    ("Dimensions", ("dim_",)),
    ("Wide tables", ("mart_",)),
)
"""Headings of the page, with the names or prefixes of the tables under each."""

INTRODUCTION = """\
# Data dictionary

<!-- Written by docs/generate_data_dictionary.py from dbt_project/models/marts. Change it there, not here. -->

The published warehouse has one schema, `marts`. Who wants one flat table reads the views `measurements`,
`measurement_history` and `restatements`: their names and columns stay stable. Goals, results and annual goals are in
the unit of their indicator (`variable_unit`); other units stand in the name or beside the column. Times are UTC.

## Qualities

Every value has one. A row has that of its worst value, in this order:

| quality | meaning | use it |
| --- | --- | --- |
| `confirmed` | an independent check in the document agrees | yes |
| `corrected` | a person corrected it, with evidence | yes |
| `unchecked` | nothing in the document checks it | yes |
| `repaired` | the reading was changed because one change alone satisfies every check; the printed text is kept | yes |
| `missing` | nothing is printed, as for quarters to come, or nothing could be read (`_reason` tells) | there is none |
| `disputed` | the checks or the documents disagree; published as printed | after a look at the page |

## Which statement counts

Each quarter's report states the quarters before it again. Of the documents that state a figure the one for the latest
quarter counts, in whatever order they arrived. A blank never erases a figure, and a doubtful recognition (scans, OCR
text) does not replace it: where it reads differently the figure becomes `disputed`, reason `later_reading_differs`.
A disputed figure in an exact text (digital PDF, spreadsheet) is what was published, so it counts. Of two documents for
the same quarter an exact text counts before a recognized one, then the one that its publisher made later; where that is
not told, or it is the same, a difference makes the figure `disputed`, reason `documents_disagree`. What a person has
corrected or confirmed is not overwritten by a later document that nobody has looked at: reason `restatement_held`.

## What was known when

`fct_measurement_history` keeps every statement with two times: the quarter that it is about, and when it was recorded
here (`recorded_from`, `recorded_until`). A statement has one row, so `known_from` and `known_to` tell one span of it:
two statements of a measurement never share a moment, but that one counted, was overruled and counts again is told by
`as_of` alone. `fct_measurement_known` keeps what that made of each measurement, and `as_of` gives the star at a moment
(UTC; a date is its first moment), with the columns of `fct_measurement`:

    select indicator_code, quarter, goal, achieved
    from marts.as_of(timestamp '2025-03-01 12:00') join marts.dim_indicator using (indicator_version_id)

In a program that attaches the warehouse under another name, say `use NAME` first: DuckDB looks up what a macro reads in
the database in use. `restatements` tells each value that changed, and who changed it.
"""


class UndocumentedColumnError(Exception):
    """A mart's column has no description or no type in its YAML."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a mart as its YAML tells it; `unit` is empty where it has none."""

    name: str
    data_type: str
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class Mart:
    """A table or view of the published schema; the first sentence of `description` is its grain."""

    name: str
    description: str
    columns: tuple[Column, ...]


def marts_of(manifest: dict[str, Any]) -> tuple[Mart, ...]:
    """Give the marts of dbt's manifest, by name.

    Raises:
        UndocumentedColumnError: a column lacks its description or type.
    """
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["schema"] == "marts"]
    return tuple(_mart(model) for model in sorted(models, key=lambda m: str(m["name"])))


def page_of(marts: Iterable[Mart]) -> str:
    """Give the page in Markdown."""
    known = tuple(marts)
    parts = [INTRODUCTION]
    for heading, prefixes in GROUPS:
        parts.append(f"## {heading}\n")
        parts.extend(_section(mart) for prefix in prefixes for mart in known if mart.name.startswith(prefix))
    return "\n".join(parts)


def read_manifest() -> dict[str, Any]:
    """Parse the dbt project, without a database and without writing into it, and give its manifest."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415  slow to import

    os.environ["DO_NOT_TRACK"] = "1"
    project = str(ROOT / "dbt_project")
    with tempfile.TemporaryDirectory() as folder:
        result = dbtRunner().invoke([
            "--quiet", "parse", "--project-dir", project, "--profiles-dir", project,
            "--target-path", folder, "--log-path", folder,
        ])  # fmt: skip
        if not result.success:
            raise SystemExit("The dbt project does not parse: run `dbt parse` in dbt_project/ and see what it says.")
        manifest: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description="Write docs/data-dictionary.md from the dbt project.")
    parser.add_argument("--check", action="store_true", help="only tell whether the page is up to date")
    parser.add_argument("--manifest", type=Path, help="a manifest.json of dbt, instead of parsing the project")
    options = parser.parse_args(arguments)
    manifest = json.loads(options.manifest.read_text("utf-8")) if options.manifest else read_manifest()
    page = page_of(marts_of(manifest))
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write("docs/data-dictionary.md is out of date: run `python docs/generate_data_dictionary.py`.\n")
    return 1


def _mart(model: dict[str, Any]) -> Mart:
    return Mart(
        model["name"], model["description"], tuple(_column(model["name"], c) for c in model["columns"].values())
    )


def _column(mart: str, column: dict[str, Any]) -> Column:
    if not column["description"] or not column["data_type"]:
        raise UndocumentedColumnError(
            f"{mart}.{column['name']} has no description or no data_type: add it in dbt_project/models/marts/{mart}.yml"
        )
    unit = column["config"]["meta"].get("unit", "")
    return Column(column["name"], column["data_type"], column["description"], unit)


def _section(mart: Mart) -> str:
    rows = [
        f"| `{c.name}` | {c.data_type} | {c.unit} | {c.description.replace('|', chr(92) + '|')} |" for c in mart.columns
    ]
    table = ["| column | type | unit | meaning |", "| --- | --- | --- | --- |", *rows]
    return "\n".join([f"### {mart.name}\n", f"{mart.description}\n", *table, ""])


if __name__ == "__main__":
    sys.exit(main())
