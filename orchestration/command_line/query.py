"""`indicadores query`."""

from __future__ import annotations

import sys

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, csv_text, messages, print_json, records, table
from warehouse.home import Home
from warehouse.query import query


def run_query(sql: str, output: str, limit: int | None) -> int:
    """Run the query on the published warehouse and print its result as `output`: table, json or csv."""
    result = query(Home.from_env(), sql, limit)
    if output == "json":
        print_json([dict(zip(result.columns, row, strict=True)) for row in result.rows])
    elif output == "csv":
        sys.stdout.write(csv_text(result.columns, result.rows))
    else:
        upright = records(result.columns, result.rows)
        if upright is None:
            console().print(table(result.columns, result.rows))
        else:
            sys.stdout.write(upright + "\n")
    if result.truncated:
        messages().print(f"Only the first {len(result.rows)} rows; raise --limit for more.")
    elif output == "table":
        messages().print(f"{len(result.rows)} rows" if len(result.rows) != 1 else "1 row", style="dim")
    return Exit.DONE
