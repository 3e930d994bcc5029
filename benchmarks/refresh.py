"""How long a refresh of the samples takes: the first one, one with nothing new, and one with one more document.

Prints seconds of wall clock and of processor, and what the later two cost against the first. Each runs the command as
a user does, in a home of its own that is removed afterwards.

    .venv/bin/python benchmarks/refresh.py
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
LATER = "tulum_2024_q4.synthetic.pdf"


def main() -> None:
    """Measure the three refreshes and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        home, inbox = Path(folder, "home"), Path(folder, "inbox")
        shutil.copytree(SAMPLES, inbox, ignore=shutil.ignore_patterns(LATER, "README.md"))
        first = _refresh(home, inbox)
        nothing_new = min(_refresh(home, inbox) for _ in range(3))
        shutil.copy(SAMPLES / LATER, inbox)
        one_more = _refresh(home, inbox)
    print(f"{'refresh':24} {'wall s':>8} {'cpu s':>8} {'wall, of the first':>20}")
    for name, (wall, cpu) in (("first", first), ("nothing new", nothing_new), ("one document more", one_more)):
        print(f"{name:24} {wall:8.2f} {cpu:8.2f} {wall / first[0]:20.2f}")


def _refresh(home: Path, inbox: Path) -> tuple[float, float]:
    before, started = _cpu(), time.perf_counter()
    command = [str(Path(sys.executable).with_name("indicadores")), "refresh", "--quiet", str(inbox)]
    subprocess.run(command, check=True, env={**os.environ, "INDICADORES_HOME": str(home)})
    return time.perf_counter() - started, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
