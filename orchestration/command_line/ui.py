"""`indicadores ui`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from orchestration.command_line.output import messages
from orchestration.environment import PROJECT, prepare_home
from warehouse.home import Home


def open_ui(port: int) -> int:
    """Become `dagster dev` for this home, on 127.0.0.1."""
    home = prepare_home(Home.from_env())
    from orchestration.dbt_runner import manifest_of  # noqa: PLC0415

    manifest_of(home)
    messages().print(f"Dagster UI of {home.root}: http://127.0.0.1:{port}  (stop with Ctrl+C)")
    # A shell that starts a command in the background lets it ignore the interrupt, and Dagster would not stop then.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    dagster = Path(sys.executable).with_name("dagster")
    command = [
        str(dagster),
        "dev",
        "-m",
        "orchestration.definitions",
        "-d",
        str(PROJECT),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    os.chdir(PROJECT)
    os.execv(dagster, command)  # noqa: S606  replaces this process: signals reach Dagster itself
    return 0
