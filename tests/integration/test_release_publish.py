from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from release_fixture import make_candidate, passed, publish_number, published_number, start

from orchestration.command_line.releases import show_releases
from warehouse import blocks, files, manifest, marts, parquet, release_build
from warehouse import release as releases
from warehouse.errors import (
    DamagedReleaseError,
    NoSuchReleaseError,
    NothingPublishedError,
    NotWrittenError,
    QueryError,
    UnpublishableError,
)
from warehouse.gate import Check, Held
from warehouse.home import Home
from warehouse.query import query
from warehouse.release import list_releases, needs_release, plan_release, publish, recover, rollback, verify
from warehouse.status import status

SMALL = 200


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home").create()


def leftovers(home: Home) -> list[str]:
    return [p.name for p in home.root.iterdir() if p.name.startswith(".")] + [p.name for p in home.candidates.iterdir()]


def test_a_release_holds_the_marts_alone_and_says_which_it_is(home: Home) -> None:
    release = publish_number(home, 7, rows=SMALL)
    assert published_number(home.warehouse) == 7
    with duckdb.connect() as connection:  # under another name, as a BI tool may attach it
        connection.execute(f"attach '{home.warehouse}' as anything (read_only)")
        connection.execute("use anything")
        assert connection.execute("select count(*) from anything.marts.measurement_history").fetchall() == [(SMALL,)]
        assert connection.execute("select text from marts.measurements limit 1").fetchall() == [
            ("x AS warehouse.marts.y",)
        ]
        assert connection.execute("select release_id, fingerprint, documents from marts.release").fetchall() == [
            (release.release_id, "f7", 1)
        ]
        schemas = "select distinct schema_name from duckdb_tables() where database_name = 'anything'"
        assert connection.execute(schemas).fetchall() == [("marts",)]
        comments = connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_measurement' union all"
            " select comment from duckdb_columns() where table_name = 'fct_measurement' and comment is not null"
            " union all select comment from duckdb_views() where view_name = 'measurements'"
        ).fetchall()
        assert comments == [("One row per indicator's quarter",), ("Número",), ("Flat",)]
        constraints = "select constraint_type from duckdb_constraints() where table_name = 'dim_indicator' order by 1"
        assert ("PRIMARY KEY",) in connection.execute(constraints).fetchall()
    assert leftovers(home) == []


def test_a_release_is_kept_as_parquet_with_a_manifest(home: Home) -> None:
    release = publish_number(home, 7, rows=SMALL)
    said = json.loads((release.folder / "manifest.json").read_text())
    assert said["release_id"] == release.release_id == "20260101T000007Z-00000007"
    assert said["rows"] == {"dim_document": 1, "dim_indicator": 20, "fct_measurement": SMALL}
    assert said["documents"] == ["sha-7"]
    assert set(said["checksums"]) == {p.name for p in release.folder.iterdir()} - {"manifest.json"}
    parquet = release.folder / "fct_measurement.parquet"
    assert duckdb.execute(f"select count(*), max(number) from '{parquet}'").fetchall() == [(SMALL, 7)]
    assert verify(home) == []


def test_the_list_of_releases_tells_how_many_measurements_each_has(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_number(home, 7, rows=SMALL)
    monkeypatch.setenv("INDICADORES_HOME", str(home.root))
    assert show_releases(as_json=False) == 0
    assert f" {SMALL} " in capsys.readouterr().out


def test_the_file_can_be_read_by_the_oldest_client_that_is_promised(home: Home) -> None:
    publish_number(home, 7, rows=SMALL)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.warehouse}' as w (read_only)")
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'w'").fetchall()[0][0]
    assert tags["storage_version"] == "v1.4.0+"


def test_only_the_last_releases_are_kept_and_always_the_published_one(home: Home) -> None:
    for number in (1, 2, 3):
        publish_number(home, number, keep=2, rows=SMALL)
    assert [r.fingerprint for r in list_releases(home)] == ["f3", "f2"]
    rollback(home, list_releases(home)[-1].release_id)
    releases._prune(home, 1)
    assert [(r.fingerprint, r.published) for r in list_releases(home)] == [("f3", False), ("f2", True)]


def test_a_rollback_publishes_a_kept_release_again_and_holds(home: Home) -> None:
    first = publish_number(home, 1, rows=SMALL)
    publish_number(home, 2, rows=SMALL)
    assert rollback(home, first.release_id).release_id == first.release_id
    assert published_number(home.warehouse) == 1
    assert [(r.fingerprint, r.published) for r in list_releases(home)] == [("f2", False), ("f1", True)]
    assert verify(home) == []
    assert not needs_release(home, "f2")  # nothing new: the rollback holds
    assert needs_release(home, "f3")
    publish_number(home, 3, rows=SMALL)
    assert published_number(home.warehouse) == 3


def test_a_rollback_to_an_unknown_release_names_those_that_there_are(home: Home) -> None:
    release = publish_number(home, 1, rows=SMALL)
    with pytest.raises(NoSuchReleaseError, match=f"Choose one of: {release.release_id}"):
        rollback(home, "20200101T000000Z-00000000")


def test_a_rollback_to_a_damaged_release_leaves_what_is_published(home: Home) -> None:
    first = publish_number(home, 1, rows=SMALL)
    second = publish_number(home, 2, rows=SMALL)
    own = set(manifest.read_recipe(first.folder)) - set(manifest.read_recipe(second.folder))
    block = next(path for path in home.blocks.rglob("*") if path.name in own)
    content = block.read_bytes()
    block.write_bytes(content[:-1] + b"x")
    with pytest.raises(DamagedReleaseError, match="its content has changed"):
        rollback(home, first.release_id)
    assert verify(home) == [f"{block}: its content has changed since it was built"]
    block.unlink()
    with pytest.raises(DamagedReleaseError, match="it is missing"):
        rollback(home, first.release_id)
    block.write_bytes(content)
    recipe = first.folder / manifest.RECIPE
    recipe.write_text("".join(recipe.read_text().splitlines(keepends=True)[1:]))
    with pytest.raises(DamagedReleaseError, match="does not match its checksum"):
        rollback(home, first.release_id)
    assert verify(home) == [f"{recipe}: its content has changed since it was built"]
    assert published_number(home.warehouse) == 2
    assert leftovers(home) == []


def test_verifying_finds_what_is_missing_and_what_was_edited(home: Home) -> None:
    release = publish_number(home, 1, rows=SMALL)
    (release.folder / "dim_document.parquet").unlink()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("delete from marts.fct_measurement")
    problems = verify(home)
    assert len(problems) == 2
    assert problems[0].endswith("dim_document.parquet: it is missing")
    assert "not as it was published" in problems[1]
    (release.folder / manifest.MANIFEST).write_text("{")
    assert "cannot be read" in verify(home, [release.release_id])[0]


def test_editing_the_published_file_does_not_change_the_kept_release(home: Home) -> None:
    release = publish_number(home, 1, rows=SMALL)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("delete from marts.fct_measurement")
    rollback(home, release.release_id)
    assert published_number(home.warehouse) == 1


def test_a_published_file_that_something_wrote_to_is_restored_by_the_next_run(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    assert recover(home) == []
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_measurement set number = 99")
    assert recover(home) == ["restored warehouse.duckdb, which something had written to since it was published"]
    assert published_number(home.warehouse) == 1
    assert (recover(home), verify(home)) == ([], [])


def test_a_published_file_that_cannot_be_restored_is_told_and_stops_nothing(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    next(home.blocks.glob("*/*")).unlink()
    home.warehouse.touch()
    assert recover(home) == []  # nothing was changed in it
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update marts.fct_measurement set number = 99")
    assert ["cannot be restored" in told for told in recover(home)] == [True]
    publish_number(home, 2, rows=SMALL)
    assert (recover(home), published_number(home.warehouse)) == ([], 2)


def test_a_log_beside_the_old_file_is_not_replayed_into_the_new_one(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    log = home.warehouse.with_name("warehouse.duckdb.wal")
    log.write_bytes(b"left by a program that wrote to the published file")
    publish_number(home, 2, rows=SMALL)
    assert not log.exists()
    assert published_number(home.warehouse) == 2


def test_a_process_that_holds_the_old_file_open_sees_the_new_release(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    with duckdb.connect(str(home.warehouse), read_only=True) as old:
        second = publish_number(home, 2, rows=SMALL)
        assert old.execute("select max(number) from marts.fct_measurement").fetchall() == [(1,)]
        assert manifest.published_id(home) == second.release_id
        assert query(home, "select max(number) from fct_measurement").rows == [(2,)]


STEPS = ("marts", "parquet", "blocks", "copy", "checksum", "manifest", "sync", "switch")


@pytest.mark.parametrize("step", STEPS)
def test_a_failing_write_at_any_step_leaves_the_old_release(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publish_number(home, 1, rows=SMALL)

    replace_file = os.replace

    def full(*arguments: object, **__: object) -> None:
        if step == "switch" and arguments[1] != home.warehouse:
            replace_file(*arguments)  # type: ignore[arg-type]
            return
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        target, name = {
            "marts": (release_build, "forget_database"),
            "parquet": (parquet, "sync_file"),
            "blocks": (blocks, "sync_file"),
            "copy": (os, "pwrite"),
            "checksum": (release_build, "sha256_of"),
            "manifest": (manifest, "write_durably"),
            "sync": (releases, "sync_file"),
            "switch": (os, "replace"),
        }[step]
        patch.setattr(target, name, full)
        with pytest.raises(NotWrittenError, match=r"No space left.*Make room on the disk"):
            publish_number(home, 2, rows=SMALL)
    assert published_number(home.warehouse) == 1
    assert [r.fingerprint for r in list_releases(home)] == ["f1"]
    assert any("removed the unfinished build" in told for told in recover(home))
    assert leftovers(home) == []
    assert publish_number(home, 3, rows=SMALL).published
    assert published_number(home.warehouse) == 3


LIMITED = """
import os, resource, signal
from release_fixture import make_candidate, passed, plan_release, publish, published_number
from warehouse.errors import NotWrittenError
from warehouse.home import Home
home = Home.at(sys.argv[1])
candidate = make_candidate(home, 2)
plan = plan_release(home, candidate, code_version="c", fingerprint="f2", audit=passed(candidate))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = os.path.getsize(home.warehouse)
for most in (50_000, 400_000, size - 1000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        publish(home, plan)
    except NotWrittenError:
        print(published_number(home.warehouse))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
publish(home, plan)
print(published_number(home.warehouse))
"""


def test_files_that_cannot_grow_leave_the_old_release_until_they_can(home: Home) -> None:
    publish_number(home, 1)
    output, errors = start(LIMITED, home.root).communicate(timeout=60)
    assert output.split() == ["1", "1", "1", "2"], errors
    assert verify(home) == []


def test_a_text_that_cannot_be_made_durable_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(OSError, match="No space"):
        files.write_durably(tmp_path / "c", "text")
    assert not (tmp_path / "c").exists()


def test_what_did_not_pass_the_audit_is_not_published(home: Home) -> None:
    candidate = make_candidate(home, 1, SMALL)
    check = Check("row_is_not_lost", "row", "critical", False, 5, 1, "x = nothing", "d", "r")
    audit = replace(passed(candidate), passed=False, checks=(check,), held=(Held(None, check.name, "x", "d"),))
    with pytest.raises(UnpublishableError, match="did not pass the release suite: row_is_not_lost"):
        plan_release(home, candidate, code_version="c", fingerprint="f", audit=audit)


def test_the_audit_of_another_candidate_does_not_count(home: Home) -> None:
    one, other = make_candidate(home, 1, SMALL), make_candidate(home, 2, SMALL)
    with pytest.raises(UnpublishableError, match="Audit this candidate"):
        plan_release(home, one, code_version="c", fingerprint="f", audit=passed(other))


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("drop view marts.measurement_history", "lacks measurement_history"),
        ("create macro marts.twice(x) as 2 * x", "function twice"),
        ("create sequence marts.numbers", "sequence numbers"),
        ("create type marts.mood as enum ('a')", "type mood"),
        ("create index i on marts.fct_measurement (id)", "index i"),
        ("create schema staging", "schema staging"),
        ("create table private as select 1", "table main.private"),
    ],
)
def test_a_candidate_that_holds_more_or_less_than_a_release_is_refused(home: Home, sql: str, told: str) -> None:
    candidate = make_candidate(home, 1, SMALL)
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute(sql)
    with pytest.raises(UnpublishableError, match=told):
        plan_release(home, candidate, code_version="c", fingerprint="f", audit=passed(candidate))


def test_a_view_that_reads_what_is_not_published_is_refused(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    candidate = make_candidate(home, 2, SMALL)
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("attach ':memory:' as private; create table private.t as select 1")
        connection.execute("create view marts.peek as select * from private.t")
    with pytest.raises(UnpublishableError, match=r"reads what is not in the candidate.*private"):
        plan_release(home, candidate, code_version="c", fingerprint="f", audit=passed(candidate))
    assert published_number(home.warehouse) == 1


def test_a_table_macro_is_carried_and_reads_the_release(home: Home) -> None:
    candidate = make_candidate(home, 1, SMALL)
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute(
            'create macro marts.up_to(last, "from") as table'
            ' select * from warehouse.marts.fct_measurement where id between "from" and last'
        )
    plan = plan_release(home, candidate, code_version="c", fingerprint="f", audit=passed(candidate))
    publish(home, plan)
    assert query(home, "select count(*) from up_to(9, 5)").rows == [(5,)]


def test_a_macro_that_reads_what_is_not_published_is_refused(home: Home) -> None:
    candidate = make_candidate(home, 1, SMALL)
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("attach ':memory:' as private; create table private.t as select 1")
        connection.execute("create macro marts.peek() as table select * from private.t")
    plan = plan_release(home, candidate, code_version="c", fingerprint="f", audit=passed(candidate))
    with pytest.raises(UnpublishableError, match="peek reads what is not in schema marts"):
        publish(home, plan)
    assert manifest.published_id(home) is None


def test_parquet_that_lost_a_row_is_refused(home: Home) -> None:
    candidate = make_candidate(home, 1, SMALL)
    plan = plan_release(home, candidate, code_version="c", fingerprint="f", audit=passed(candidate))
    more = tuple(replace(t, rows=t.rows + 1) if t.name == "fct_measurement" else t for t in plan.marts.tables)
    with pytest.raises(UnpublishableError, match=f"hold {SMALL} rows, the table {SMALL + 1}"):
        publish(home, replace(plan, marts=marts.Marts(more, plan.marts.views)))
    assert manifest.published_id(home) is None


def test_before_anything_is_published_everything_says_so(home: Home) -> None:
    assert needs_release(home, "f")
    assert (list_releases(home), manifest.published_id(home), verify(home), recover(home)) == ([], None, [], [])
    with pytest.raises(NothingPublishedError, match="indicadores refresh"):
        query(home, "select 1")
    assert status(home).release is None


def test_a_file_that_is_no_warehouse_of_ours_is_told(home: Home) -> None:
    home.warehouse.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(DamagedReleaseError, match="roll back"):
        manifest.published_id(home)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from fct_measurement", "create table x as select 1", "create temp table x as select 1",
        "drop table fct_measurement", "attach '/tmp/other.duckdb'", "copy fct_measurement to '/tmp/stolen.csv'",
        "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "set threads = 1",
        "install httpfs", "call pragma_version()", "select 1; select 2", "", "selec 1", "select * from nowhere",
        "explain analyze delete from fct_measurement", "select * from '/etc/passwd'",
    ],
)  # fmt: skip
def test_a_query_that_does_more_than_read_is_refused(home: Home, sql: str) -> None:
    publish_number(home, 1, rows=SMALL)
    with pytest.raises(QueryError):
        query(home, sql)
    assert published_number(home.warehouse) == 1
    assert verify(home) == []


def test_queries_find_the_marts_by_their_names(home: Home) -> None:
    publish_number(home, 1, rows=SMALL)
    result = query(home, "select number, count(*) as n from measurements group by all")
    assert (result.columns, result.types, result.rows, result.truncated) == (
        ("number", "n"),
        ("INTEGER", "BIGINT"),
        [(1, SMALL)],
        False,
    )
    cut = query(home, "from marts.fct_measurement", limit=3)
    assert (len(cut.rows), cut.truncated) == (3, True)
    assert query(home, "from fct_measurement limit 3", limit=3).truncated is False
    for sql in ("show tables", "describe measurements", "summarize dim_indicator", "explain select 1"):
        assert query(home, sql).rows
