"""A refresh that is killed at any moment: what was published stays whole, and the next refresh completes the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from warehouse.home import Home
from warehouse.lock import holder

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
COMMAND = (sys.executable, "-c", "from orchestration.command_line import main; main()", "refresh")


def refresh(home: Home, *arguments: Path | str) -> subprocess.Popen[str]:
    environment = os.environ | {"INDICADORES_HOME": str(home.root)}
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def kill_at(process: subprocess.Popen[str], phase: str, after: float) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(phase):
            break
    else:
        pytest.fail(f"the refresh ended before {phase!r}")
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize(("phase", "after"), [("Reading", 0.2), ("Building", 1.0), ("Publishing", 0.05)])
def test_the_next_refresh_completes_what_a_killed_one_left(tmp_path: Path, phase: str, after: float) -> None:
    home = Home.at(tmp_path).create()
    reports = sorted(SAMPLES.glob("*_q[12]*.pdf"))[-2:]
    assert len(reports) == 2
    kill_at(refresh(home, *reports), phase, after)
    assert holder(home.refresh_lock) is None

    out, err = refresh(home).communicate()  # without naming the documents again
    assert "Traceback" not in err
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        published = connection.execute("select document_file from marts.dim_document order by all").fetchall()
        duplicates = connection.execute(
            "select count(*) - count(distinct (indicator_code, fiscal_year, quarter)) from marts.measurements"
        ).fetchall()
    assert published == [(report.name,) for report in reports]
    assert duplicates == [(0,)]
    assert not list(home.candidates.iterdir())

    again, _ = refresh(home).communicate()
    assert "Nothing new" in again
    assert home.warehouse.stat().st_size > 0
    assert out
