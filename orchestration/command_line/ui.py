"""`indicadores ui`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from orchestration.command_line.output import messages
from orchestration.environment import prepare_home
from warehouse.home import Home

WORKSPACE = "load_from:\n  - python_module: {module_name: orchestration.definitions, location_name: indicadores}\n"


def open_ui(port: int) -> NoReturn:
    """Become `dagster dev` for this home, on 127.0.0.1."""
    home = prepare_home(Home.from_env())
    from orchestration.dbt_runner import manifest_of  # noqa: PLC0415

    manifest_of(home)
    messages().print(f"Dagster UI of {home.root}: http://127.0.0.1:{port}  (stop with Ctrl+C)")
    # A shell that starts a command in the background lets it ignore the interrupt, and Dagster would not stop then.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    dagster = Path(sys.executable).with_name("dagster")
    workspace = home.dagster / "workspace.yaml"
    workspace.write_text(WORKSPACE)
    where = ["-h", "127.0.0.1", "-p", str(port)]
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command` is superseded"
    os.chdir(home.root)  # in the project's folder Dagster would warn of a second dagster.yaml
    command = [str(dagster), "dev", "-w", str(workspace), *where]
    os.execv(dagster, command)  # replaces this process: signals reach Dagster itself
