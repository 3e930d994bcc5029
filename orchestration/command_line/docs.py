"""`indicadores docs`."""

from __future__ import annotations

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, messages, path_text
from orchestration.environment import prepare_home
from warehouse.gate import build_data_docs
from warehouse.home import Home


def build_docs(quiet: bool) -> int:
    """Build both sets of pages from what is there, and print where they lie."""
    home = prepare_home(Home.from_env())
    with messages().status("Building the data docs ...") if not quiet else messages():
        data_docs = build_data_docs(home)
    from orchestration.dbt_runner import generate_docs  # noqa: PLC0415

    with messages().status("Building the dbt docs ...") if not quiet else messages():
        dbt_docs = generate_docs(home)
    console().print(f"Data Docs: {path_text(data_docs)}")
    console().print(f"dbt docs:  {path_text(dbt_docs)}")
    return Exit.DONE
