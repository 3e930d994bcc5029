from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warehouse.errors import HomeBusyError
from warehouse.lock import Holder, held, holder

HOLD = """
import sys, time
from pathlib import Path
from warehouse.lock import held
with held(Path(sys.argv[1]), "refresh"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def start_holder(path: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


def test_a_second_one_is_told_who_holds_the_lock_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    process = start_holder(path, 30)
    try:
        found = holder(path)
        assert found is not None
        assert (found.pid, found.command) == (process.pid, "refresh")
        with (
            pytest.raises(HomeBusyError, match=rf"process {process.pid} \(refresh\), since 20.*Wait until"),
            held(path, "rollback"),
        ):
            pass
    finally:
        process.kill()
        process.wait()


def test_the_lock_of_a_killed_holder_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    process = start_holder(path, 30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert holder(path) is None
    with held(path, "refresh"):
        assert holder(path) == Holder(os.getpid(), holder_since(path), "refresh")


def holder_since(path: Path) -> str | None:
    found = holder(path)
    return found.since if found else None


def test_a_second_one_waits_its_turn_and_is_told_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    process = start_holder(path, 1.5)
    told: list[tuple[int | None, float]] = []
    start = time.monotonic()
    with held(path, "refresh", wait=20, waiting=lambda who, seconds: told.append((who.pid, seconds))):
        assert 0.3 < time.monotonic() - start < 15
    process.wait()
    assert told
    assert {pid for pid, _ in told} == {process.pid}


def test_an_error_in_the_block_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "refresh.lock"
    with pytest.raises(ValueError, match="inside"), held(path, "refresh"):
        raise ValueError("inside")
    assert holder(path) is None


def test_a_free_lock_has_no_holder(tmp_path: Path) -> None:
    assert holder(tmp_path / "never.lock") is None
    with held(tmp_path / "used.lock", "refresh"):
        pass
    assert holder(tmp_path / "used.lock") is None
