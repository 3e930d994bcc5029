"""What two releases have in common is kept once: blocks of their databases, Parquet files of their municipalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from release_fixture import passed

from ingest.documents import sha256_of
from warehouse import blocks
from warehouse.errors import HomeBusyError
from warehouse.home import Home
from warehouse.lock import held
from warehouse.manifest import MANIFEST, RECIPE, known_blocks, read_recipe
from warehouse.release import Release, new_candidate, plan_release, publish, recover, rollback, verify
from warehouse.release_build import STORAGE_VERSION

ROWS = 300_000
TOWNS = ("0a1", "0b2", "c33")

MADE = """
create schema marts;
create table marts.fct_measurement as
select t as municipality_id, i as id, hash(t, i) as figure from unnest(['0a1', '0b2', 'c33']) u(t), range({rows}) r(i);
create table marts.fct_finding as select t as municipality_id from unnest(['0a1']) u(t) where false;
create table marts.dim_indicator as select 1 as id;
create table marts.dim_document as select 'd' as document_sha256, false as is_withdrawn, false as is_held;
create table marts.mart_build as
select t as municipality_id, 'f' as fingerprint from unnest(['0a1', '0b2', 'c33']) u(t);
create view marts.measurements as from warehouse.marts.fct_measurement;
create view marts.measurement_history as from warehouse.marts.fct_measurement;
"""


class Bench:
    """A home whose database is built on from release to release."""

    def __init__(self, home: Home) -> None:
        self.home, self.number = home, 0
        self.database = home.root / "build" / "warehouse.duckdb"
        self.database.parent.mkdir()
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.database}' as warehouse (storage_version '{STORAGE_VERSION}')")
            connection.execute("use warehouse;" + MADE.format(rows=ROWS))

    def publish(self, change: str = "", code: str = "c", keep: int = 8) -> Release:
        self.number += 1
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.number)
        candidate = new_candidate(self.home, f"{self.number:08x}", moment, self.database)
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(change or "select 1")
        plan = plan_release(self.home, candidate, code_version=code, fingerprint=f"f{self.number}",
                            audit=passed(candidate))  # fmt: skip
        return publish(self.home, plan, keep=keep)

    def stored(self) -> set[str]:
        return {path.name for path in self.home.blocks.rglob("*") if path.is_file()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Home.at(tmp_path / "home").create())


def changed(town: str) -> str:
    """Give the SQL that makes a town's marts anew."""
    return (
        f"update marts.fct_measurement set figure = id where municipality_id = '{town}';"
        f"update marts.mart_build set fingerprint = fingerprint || 'x' where municipality_id = '{town}'"
    )


def figures(path: Path | str) -> list[tuple[str, int]]:
    return duckdb.execute(f"select municipality_id, sum(figure) from {path} group by all order by all").fetchall()


def published(home: Home) -> list[tuple[str, int]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return connection.execute(
            "select municipality_id, sum(figure) from marts.measurements group by all order by all"
        ).fetchall()


def test_a_release_adds_only_the_blocks_that_differ_and_can_be_put_together_again(bench: Bench) -> None:
    first, before = bench.publish(), published(bench.home)
    content = bench.home.warehouse.read_bytes()
    second = bench.publish("update marts.dim_indicator set id = 2")
    assert published(bench.home) == before
    one, two = set(read_recipe(first.folder)), set(read_recipe(second.folder))
    assert bench.stored() == one | two
    assert len(one & two) > len(two) / 2
    rollback(bench.home, first.release_id)
    assert bench.home.warehouse.read_bytes() == content
    assert verify(bench.home) == []


def test_the_blocks_of_a_release_go_with_it(bench: Bench) -> None:
    bench.publish()
    last = bench.publish(changed("0a1"), keep=1)
    assert bench.stored() == set(read_recipe(last.folder))
    left = bench.home.blocks / "ab" / f"ab{'0' * 62}.part"  # of a process that was killed
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    bench.publish(keep=1)
    assert not left.exists()
    assert recover(bench.home) == []
    assert verify(bench.home) == []


def test_blocks_stay_while_a_release_cannot_say_which_it_needs(bench: Bench) -> None:
    bench.publish()
    second = bench.publish(changed("0a1"))
    stored = bench.stored()
    (second.folder / "warehouse.blocks").write_text("")
    bench.publish(changed("0b2"), keep=2)
    assert stored - bench.stored() == set()


def test_nobody_removes_blocks_between_storing_them_and_naming_them(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.publish()
    kept = blocks.keep

    def keep(
        store: Path, path: Path, copy: Path, before: Sequence[str], known: Mapping[str, str]
    ) -> list[blocks.Block]:
        names = kept(store, path, copy, before, known)
        with pytest.raises(HomeBusyError, match="keep"), held(bench.home.switch_lock, "remove blocks"):
            pass
        return names

    monkeypatch.setattr(blocks, "keep", keep)
    bench.publish(changed("0a1"))
    assert verify(bench.home) == []


def test_each_block_is_named_by_its_own_sha256_whichever_are_known_already(tmp_path: Path) -> None:
    same, other = (bytes([letter]) * (1 << 20) for letter in (1, 2))
    head, path, before = bytes(3 * 4096), tmp_path / "new", tmp_path / "before"
    before.write_bytes(head + same + same + same)
    path.write_bytes(head + other + same + same[:4096])
    known = {names.xxh3: names.sha256 for names in blocks.keep(tmp_path / "store", before, tmp_path / "copy")}
    digests = [names.sha256 for names in blocks.keep(tmp_path / "store", path, tmp_path / "copy", (), known)]
    assert digests == blocks.digests_of(path)
    assert digests[2] in known.values()
    assert (tmp_path / "copy").read_bytes() == path.read_bytes()
    assert blocks.problems(tmp_path / "store", digests) == []


def test_a_file_that_is_asked_for_ahead_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(3 << 20))
    asking = blocks.read_ahead(path)
    asking.join(10)
    assert not asking.is_alive()
    assert path.read_bytes() == bytes(3 << 20)
    blocks.read_ahead(tmp_path / "gone").join(10)  # whoever reads it tells that


def test_the_recipe_of_an_older_version_names_blocks_by_their_sha256_alone(bench: Bench) -> None:
    first = bench.publish()
    recipe, manifest = first.folder / RECIPE, first.folder / MANIFEST
    recipe.write_text("".join(f"{digest}\n" for digest in read_recipe(first.folder)))
    manifest.write_text(manifest.read_text().replace(first.checksums[RECIPE], sha256_of(recipe)))
    assert known_blocks(bench.home) == {}
    second = bench.publish(changed("0a1"))
    assert set(known_blocks(bench.home).values()) == set(read_recipe(second.folder))
    rollback(bench.home, first.release_id)
    assert verify(bench.home) == []


@pytest.mark.parametrize("is_written_to", [False, True])
def test_what_was_published_before_becomes_the_next_copy_where_nobody_reads_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, is_written_to: bool
) -> None:
    first = bench.publish()
    before = bench.home.warehouse.stat().st_ino
    bench.publish(changed("0a1"))
    if is_written_to:
        bench.home.spare.write_bytes(b"damaged" + bench.home.spare.read_bytes()[7:])
    told: list[Sequence[str]] = []
    kept = blocks.keep

    def keep(
        store: Path, path: Path, copy: Path, before: Sequence[str], known: Mapping[str, str]
    ) -> list[blocks.Block]:
        told.append(before)
        return kept(store, path, copy, before, known)

    monkeypatch.setattr(blocks, "keep", keep)
    release = bench.publish(changed("0b2"))
    assert told == [() if is_written_to else read_recipe(first.folder)]
    assert bench.home.warehouse.stat().st_ino == before
    assert published(bench.home) == figures(f"'{release.folder}/fct_measurement/*.parquet'")
    assert verify(bench.home) == []


@pytest.mark.parametrize("way", ["open", "linked"])
def test_what_was_published_before_stays_as_it_was_for_who_has_it(bench: Bench, tmp_path: Path, way: str) -> None:
    bench.publish()
    content = bench.home.warehouse.read_bytes()
    if way == "linked":
        (tmp_path / "kept").hardlink_to(bench.home.warehouse)
    with (bench.home.warehouse if way == "open" else tmp_path / "kept").open("rb") as stream:
        if way == "linked":
            stream.close()
        bench.publish(changed("0a1"))
        bench.publish(changed("0b2"))
        assert (stream.read() if way == "open" else (tmp_path / "kept").read_bytes()) == content
    assert verify(bench.home) == []


def test_a_spare_file_that_is_still_the_published_one_is_not_written_to(bench: Bench) -> None:
    bench.publish()
    bench.home.spare.unlink(missing_ok=True)
    bench.home.spare.hardlink_to(bench.home.warehouse)  # as a process leaves it that is killed before the switch
    before = bench.home.warehouse.stat().st_ino
    bench.publish(changed("0a1"))
    assert bench.home.warehouse.stat().st_ino != before
    assert verify(bench.home) == []


def test_the_parquet_of_a_municipality_that_has_not_changed_is_linked(bench: Bench) -> None:
    first = bench.publish()
    second = bench.publish(changed("0b2"))
    same = {
        path.name: path.stat().st_ino == (first.folder / "fct_measurement" / path.name).stat().st_ino
        for path in (second.folder / "fct_measurement").iterdir()
    }
    assert same == {"0a1.parquet": True, "0b2.parquet": False, "c33.parquet": True}
    assert figures(f"'{second.folder}/fct_measurement/*.parquet'") == published(bench.home)
    assert [path.name for path in (second.folder / "fct_finding").iterdir()] == []
    assert verify(bench.home) == []


def test_the_parquet_of_indicators_is_shared_as_that_of_facts(bench: Bench) -> None:
    first = bench.publish("create or replace table marts.dim_indicator as select municipality_id from marts.mart_build")
    second = bench.publish(changed("0b2"))
    same = {
        path.name: path.stat().st_ino == (first.folder / "dim_indicator" / path.name).stat().st_ino
        for path in (second.folder / "dim_indicator").iterdir()
    }
    assert same == {"0a1.parquet": True, "0b2.parquet": False, "c33.parquet": True}
    assert verify(bench.home) == []


def test_a_municipality_that_is_gone_has_no_parquet(bench: Bench) -> None:
    bench.publish()
    gone = "".join(f"delete from marts.{t} where municipality_id = '0a1';" for t in ("fct_measurement", "mart_build"))
    release = bench.publish(gone)
    assert {path.name for path in (release.folder / "fct_measurement").iterdir()} == {"0b2.parquet", "c33.parquet"}


def test_other_code_writes_all_parquet_anew(bench: Bench) -> None:
    bench.publish()
    release = bench.publish("update marts.fct_measurement set figure = 1", code="other")
    assert figures(f"'{release.folder}/fct_measurement/*.parquet'") == [(town, ROWS) for town in TOWNS]


def test_parquet_is_compared_with_the_release_that_is_published_also_after_a_rollback(bench: Bench) -> None:
    first = bench.publish()
    bench.publish(changed("0b2"))
    rollback(bench.home, first.release_id)
    release = bench.publish(changed("c33"))
    assert figures(f"'{release.folder}/fct_measurement/*.parquet'") == published(bench.home)
