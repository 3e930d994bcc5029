"""Where the project lies, and what must be set before heavy libraries are imported. Imports nothing heavy itself.

Here belong environment variables and paths of the installation. Not here: the home's layout (`warehouse.home`).
"""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path

from warehouse.home import VARIABLE, Home

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"
LOCK_FILE = PROJECT / "requirements.lock"
SOURCES = tuple(PROJECT / folder for folder in ("ingest", "warehouse", "dbt_project"))
"""The code that decides what a release holds; orchestration only decides when."""

_QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "GX_ANALYTICS_ENABLED": "False",
}


def prepare_process() -> None:
    """Switch telemetry off and silence notices about beta features, before anything heavy is imported."""
    os.environ.update(_QUIET)
    warnings.filterwarnings("ignore", message=r".*is currently in beta.*")
    warnings.filterwarnings("ignore", message=r".*is currently in preview.*")


def prepare_home(home: Home) -> Home:
    """Make the home and its Dagster folder, with the project's `dagster.yaml` in it, and point the process at both."""
    home.create()
    settings, kept = PROJECT / "dagster.yaml", home.dagster / "dagster.yaml"
    if not kept.exists() or kept.read_bytes() != settings.read_bytes():
        temporary = kept.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(settings, temporary)
        temporary.replace(kept)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ[VARIABLE] = str(home.root)
    return home
