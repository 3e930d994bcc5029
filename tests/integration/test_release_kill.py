from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from release_fixture import publish_number, published_number, start

from warehouse.home import Home
from warehouse.landing import open_landing
from warehouse.lock import held
from warehouse.manifest import published_id
from warehouse.release import list_releases, recover, verify

SMALL = 200


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home").create()


def check_whole(home: Home) -> None:
    """Check that nothing is left half done after a recovery."""
    assert list(home.candidates.iterdir()) == []
    assert [p for p in home.root.iterdir() if p.name.startswith(".")] == []
    assert verify(home) == []
    if home.warehouse.exists():
        assert published_id(home) in {r.release_id for r in list_releases(home)}


DIES = """
import os, shutil, signal
from pathlib import Path
from release_fixture import publish_number
from warehouse import manifest, release, release_build
from warehouse.home import Home
home, step = Home.at(sys.argv[1]), sys.argv[2]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def dying_after(call):
    def wrapped(*arguments, **named):
        call(*arguments, **named)
        die()
    return wrapped
if step == "copying": release_build._write_release_row = die
if step == "before manifest": release_build.write_manifest = die
if step == "after manifest": release_build.write_manifest = dying_after(manifest.write_manifest)
if step == "half of the blocks": release_build.blocks.sync_file = die
if step == "half copied":
    def half(descriptor, start, content):
        os.pwrite(descriptor, content[:1000], start)
        die()
    release_build.blocks._write = half
if step == "moved to switch": release.sync_file = die
if step == "spare left": release.leave_spare = dying_after(release.leave_spare)
replace = os.replace
def dying_at_the_switch(source, target):
    if step == "before switch" and target == home.warehouse:
        die()
    replace(source, target)
    if step == "after switch" and target == home.warehouse:
        die()
os.replace = dying_at_the_switch
if step == "before keeping": release._keep = die
if step == "after keeping": release._prune = die
if step == "while removing old":
    def first_file_only(folder, **_):
        next(p for p in sorted(Path(folder).rglob("*")) if p.is_file()).unlink()
        die()
    release.shutil.rmtree = lambda folder, **_: first_file_only(folder) if ".discarded" in str(folder) else None
publish_number(home, 2, keep=1, rows=200)
"""
STEPS = {
    "copying": 1,
    "before manifest": 1,
    "after manifest": 1,
    "half of the blocks": 1,
    "half copied": 1,
    "moved to switch": 1,
    "spare left": 1,
    "before switch": 1,
    "after switch": 2,
    "before keeping": 2,
    "after keeping": 2,
    "while removing old": 2,
}


@pytest.mark.parametrize("step", STEPS)
def test_a_publisher_killed_at_any_step_leaves_one_whole_release(home: Home, step: str) -> None:
    publish_number(home, 1, rows=SMALL)
    process = start(DIES, home.root, step)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    assert published_number(home.warehouse) == STEPS[step]
    recover(home)
    assert published_number(home.warehouse) == STEPS[step]
    check_whole(home)
    assert recover(home) == []
    publish_number(home, 3, rows=SMALL)
    assert published_number(home.warehouse) == 3
    check_whole(home)


PUBLISHES = """
from release_fixture import publish_number
from warehouse.home import Home
from warehouse.lock import held
from warehouse.release import recover
home, number = Home.at(sys.argv[1]), int(sys.argv[2])
while True:
    with held(home.refresh_lock, "refresh"):
        recover(home)
        publish_number(home, number, keep=3, rows=2000)
    print(number, flush=True)
    number += 1
"""


def test_a_publisher_killed_at_random_moments_never_breaks_what_is_published(home: Home) -> None:
    moments, number, published = random.Random(4), 1, 0
    for _ in range(12):
        process = start(PUBLISHES, home.root, number)
        assert process.stdout is not None
        process.stdout.readline()  # it has published one: what follows is killed somewhere in the next
        time.sleep(moments.uniform(0.0, 0.4))
        process.kill()
        done = process.stdout.read().split()
        process.communicate()
        now = published_number(home.warehouse)
        assert now >= max([number, *map(int, done)])
        assert now > published
        published, number = now, now + 1
    with held(home.refresh_lock, "refresh"):
        recover(home)
    check_whole(home)
    assert published_number(home.warehouse) == published


LANDS = """
from tests.landed_documents import archived, extraction, row
from warehouse.home import Home
from warehouse.gate import record
from warehouse.landing import land, open_landing, pending
from warehouse.landing_database import transaction
from warehouse.verdicts import Verdict
home = Home.at(sys.argv[1])
print("ready", flush=True)
for number in range(40):
    document = archived(home, f"{number}.pdf", str(number).encode() * 100_000)
    with open_landing(home) as connection:
        for left in pending(connection, [document], "v1").to_read:
            name = land(connection, left, extraction(left, tuple(row(f"1.{n}") for n in range(30)))).extraction_id
            with transaction(connection):
                record(connection, Verdict(name, "landing", "v", True, (), ()))
print("done", flush=True)
"""


def test_a_landing_killed_at_random_moments_completes_without_duplicates(home: Home) -> None:
    moments = random.Random(7)
    for _ in range(10):
        process = start(LANDS, home.root)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.25))
        process.kill()
        process.communicate()
        assert torn(home) == []
    process = start(LANDS, home.root)
    output, errors = process.communicate(timeout=120)
    assert output.split() == ["ready", "done"], errors
    assert torn(home) == []
    with open_landing(home) as connection:
        for table, expected in (("document", 40), ("extraction", 40), ("row", 1200), ("value", 15_600)):
            assert connection.execute(f'select count(*) from "{table}"').fetchall() == [(expected,)]
    recover(home)
    assert len([p for p in home.archive.rglob("*") if p.is_file()]) == 40


def torn(home: Home) -> list[str]:
    """Give the readings of which not everything stands in landing."""
    with open_landing(home) as connection:
        found = connection.execute(
            "select extraction_id from extraction e where"
            " row_count <> (select count(*) from row r where r.extraction_number = e.extraction_number) or"
            " value_count <> (select count(*) from value v where v.extraction_number = e.extraction_number) or"
            " 2 <> (select count(*) from cell c where c.extraction_number = e.extraction_number)"
        ).fetchall()
    return [name for (name,) in found]


def test_the_lock_of_a_killed_refresh_does_not_stop_the_next(home: Home) -> None:
    process = start(PUBLISHES, home.root, 1)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    with held(home.refresh_lock, "refresh"):
        recover(home)
    check_whole(home)


def test_a_process_that_fails_is_seen_to_fail(home: Home) -> None:
    process: subprocess.Popen[str] = start(DIES, home.root, "no such step")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert published_number(home.warehouse) == 2
