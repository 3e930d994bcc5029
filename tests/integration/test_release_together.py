from __future__ import annotations

from pathlib import Path

import pytest
from release_fixture import publish_number, published_number, start

from warehouse.errors import HomeBusyError
from warehouse.home import Home
from warehouse.lock import held
from warehouse.release import list_releases, recover, verify


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home").create()


REFRESHES = """
from release_fixture import publish_number
from warehouse.home import Home
from warehouse.lock import held
from warehouse.release import recover
home, first, waits = Home.at(sys.argv[1]), int(sys.argv[2]), 0
def waiting(holder, seconds):
    global waits
    waits += 1
for number in range(first, first + 5):
    with held(home.refresh_lock, "refresh", wait=60, waiting=waiting):
        recover(home)
        publish_number(home, number, keep=20, rows=5000)
print(waits)
"""


def test_of_two_refreshes_at_once_the_second_waits_and_both_publish(home: Home) -> None:
    processes = [start(REFRESHES, home.root, first) for first in (1, 101)]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    assert sum(int(output) for output, _ in ends) > 0
    assert {r.fingerprint for r in list_releases(home)} == {f"f{n}" for n in (*range(1, 6), *range(101, 106))}
    assert verify(home) == []
    assert published_number(home.warehouse) in (5, 105)


PUBLISHES = """
from release_fixture import publish_number
from warehouse.home import Home
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 5):
    publish_number(Home.at(sys.argv[1]), number, keep=20, rows=1000)
"""


def test_two_publishers_that_share_no_lock_still_switch_one_after_the_other(home: Home) -> None:
    processes = [start(PUBLISHES, home.root, first) for first in (1, 101)]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    assert len(list_releases(home)) == 10
    assert verify(home) == []
    assert list(home.candidates.iterdir()) == []


READS = """
import json
from pathlib import Path
from release_fixture import published_number
path, seen = Path(sys.argv[1]), []
print("reading", flush=True)
import select
while not select.select([sys.stdin], [], [], 0)[0]:
    seen.append(published_number(path))
print(json.dumps(seen))
"""


def test_a_reader_that_polls_during_ten_publishes_always_sees_one_whole_release(home: Home) -> None:
    publish_number(home, 1)
    reader = start(READS, home.warehouse)
    assert reader.stdout is not None
    assert reader.stdout.readline().strip() == "reading"
    for number in range(2, 12):
        publish_number(home, number)
    output, errors = reader.communicate("stop\n", timeout=60)
    assert reader.returncode == 0, errors
    seen = [int(number) for number in output.strip("[] \n").split(",")]
    assert seen == sorted(seen)
    assert len(set(seen)) > 3  # it did look while things changed
    assert len(seen) > 10


def test_a_rollback_during_a_refresh_is_refused_and_says_why(home: Home) -> None:
    with (
        held(home.refresh_lock, "refresh"),
        pytest.raises(HomeBusyError, match=r"\(refresh\)"),
        held(home.refresh_lock, "rollback"),
    ):
        pass


def test_recovering_beside_nothing_does_nothing(home: Home) -> None:
    publish_number(home, 1, rows=200)
    assert recover(home) == []
    assert published_number(home.warehouse) == 1
