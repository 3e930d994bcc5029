from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.errors import DamagedDocumentError, EmptyDocumentError, VanishedDocumentError
from ingest.indicators import Extraction, Quality, Rejected
from tests.landed_documents import archived, extraction, finding, home_at, row, value
from warehouse import landing, landing_database
from warehouse.errors import LandingBusyError, LandingVersionError
from warehouse.home import Home
from warehouse.landing import end_held_files, hold_document, hold_file, land, open_landing, pending

TABLES = ("document", "extraction", "cell", "row", "value", "finding", "quarantine", "gate")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path)


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {t: connection.execute(f'select count(*) from "{t}"').fetchall()[0][0] for t in TABLES}


def stages(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute("select stage, reason from open_quarantine order by all").fetchall()


def full(document: landing.Document) -> Extraction:
    rows = (replace(row("1.1.1"), findings=(finding(),)), row("1.1.2", figure=value(5, Quality.DISPUTED, "sum")))
    return extraction(document, rows, rejected=(Rejected(2, "Total", "no code"), Rejected(None, "Total", "no code")))


def test_everything_that_was_read_stands_in_landing(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        landed = land(connection, document, full(document))
        assert (landed.new, landed.rows, landed.values, landed.cells, landed.rejected) == (True, 2, 26, 2, 2)
        assert counts(connection) == {
            "document": 1, "extraction": 1, "cell": 2, "row": 2, "value": 26, "finding": 1, "quarantine": 2, "gate": 0,
        }  # fmt: skip
        disputed = connection.execute(
            "select row_number, measure, quarter, value, text, reason, page, x0, top, x1, bottom, confidence, engine"
            " from value where quality = 'disputed'"
        ).fetchall()
        assert disputed == [(1, "annual_goal", None, 5.0, "5", "sum", 1, 10, 20, 30, 40, 0.9, "test")]
        assert connection.execute("select fields from finding").fetchall() == [(["annual_goal", "goal.1"],)]
        assert stages(connection) == [("interpretation", "not_understood")] * 2


def test_labels_that_may_be_misread_land_as_a_finding_of_their_row(home: Home) -> None:
    document = archived(home)
    unsure = replace(row("1.1.1"), findings=(finding(),), department="Drección", unsure=("department",))
    with open_landing(home) as connection:
        land(connection, document, extraction(document, (unsure, row("1.1.2"))))
        found = connection.execute("select row_number, finding_number, fields, detail from finding where rule = ?",
                                   ["label_unsure"]).fetchall()  # fmt: skip
    assert found == [(0, 1, ["department"], "may have been misread: department 'Drección'")]


def test_landing_twice_writes_once(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        first = land(connection, document, full(document))
        before = counts(connection)
        second = land(connection, document, full(document))
        assert counts(connection) == before
    assert (first.new, second.new) == (True, False)
    assert second.extraction_id == first.extraction_id


def test_a_newer_extractor_adds_a_reading_and_keeps_the_old_one(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        land(connection, document, extraction(document))
        land(connection, document, extraction(document, (row("1.1.1"),), extractor="v2"))
        assert counts(connection)["document"] == 1
        assert connection.execute("select extractor, row_count from extraction order by 1").fetchall() == [
            ("v1", 2),
            ("v2", 1),
        ]


def test_a_failure_in_the_middle_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    document = archived(home)
    monkeypatch.setattr(landing, "_finding_lines", lambda *_: [("too", "few")])
    with open_landing(home) as connection:
        with pytest.raises(ValueError, match="finding has 6 columns, the lines have 2"):
            land(connection, document, extraction(document))
        assert set(counts(connection).values()) == {0}


def test_the_reading_of_another_document_is_refused(home: Home) -> None:
    one, other = archived(home, "a.pdf", b"a"), archived(home, "b.pdf", b"b")
    with open_landing(home) as connection, pytest.raises(ValueError, match="another document"):
        land(connection, one, extraction(other))
    with open_landing(home) as connection, pytest.raises(ValueError, match="extractor"):
        land(connection, one, extraction(one, extractor=""))


def test_a_document_is_pending_until_it_was_read_by_this_extractor(home: Home) -> None:
    document, same = archived(home, "a.pdf"), archived(home, "b.pdf")
    with open_landing(home) as connection:
        assert pending(connection, [document, same], "v1").to_read == (document,)
        land(connection, document, extraction(document))
        left = pending(connection, [document, same], "v1")
        assert (left.to_read, left.known, left.refused) == ((), (document,), ())
        assert pending(connection, [document], "v2").to_read == (document,)
        assert pending(connection, [], "v1") == landing.Pending((), (), ())


def test_an_unreadable_document_is_not_tried_again_by_the_same_extractor(home: Home) -> None:
    document = archived(home, "a.pdf")
    error = DamagedDocumentError("a.pdf", "it ends in the middle", "Get it again")
    with open_landing(home) as connection:
        hold_document(connection, document, "v1", error)
        hold_document(connection, document, "v1", error)
        assert counts(connection)["quarantine"] == 1
        left = pending(connection, [document], "v1")
        assert left.to_read == ()
        assert [(r.reason, r.detail) for r in left.refused] == [
            ("damaged", "a.pdf: it ends in the middle. Get it again.")
        ]
        assert pending(connection, [document], "v2").to_read == (document,)


def test_an_unreadable_document_under_another_name_is_the_same_document(home: Home) -> None:
    first, again = archived(home, "a.bin"), archived(home, "a.txt")
    with open_landing(home) as connection:
        hold_document(connection, first, "v1", DamagedDocumentError("a.bin", "x", "y"))
        for order in ([first, again], [again, first]):
            left = pending(connection, order, "v1")
            assert left.to_read == ()
            assert [r.reason for r in left.refused] == ["damaged"]


def test_what_is_held_is_not_held_any_more_when_a_newer_extractor_reads_it(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        hold_document(connection, document, "v1", DamagedDocumentError("report.pdf", "x", "y"))
        assert stages(connection) == [("reading", "damaged")]
        land(connection, document, extraction(document, extractor="v2"))
        assert stages(connection) == []


def test_a_file_that_was_received_after_all_is_not_held_any_more(home: Home) -> None:
    with open_landing(home) as connection:
        for _ in range(2):
            hold_file(connection, EmptyDocumentError("report.pdf", "no bytes", "Get it again"))
        hold_file(connection, EmptyDocumentError("other.pdf", "no bytes", "Get it again"))
        assert stages(connection) == [("receiving", "empty")] * 2
        document = archived(home)
        land(connection, document, extraction(document))
        assert stages(connection) == [("receiving", "empty")]
        hold_file(connection, VanishedDocumentError("report.pdf", "gone", "Put it back"))
        assert stages(connection) == [("receiving", "empty")]


def test_a_held_file_is_held_no_more_when_it_is_taken_away_or_well(home: Home) -> None:
    bad = EmptyDocumentError("report.pdf", "no bytes", "Get it again")
    path = home.inbox / "report.pdf"
    path.touch()
    with open_landing(home) as connection:
        hold_file(connection, bad, path)
        end_held_files(connection, [])
        assert stages(connection) == [("receiving", "empty")]
        end_held_files(connection, [path])  # it was looked at, and nobody holds it again
        assert stages(connection) == []
        hold_file(connection, bad, path)
        assert stages(connection) == [("receiving", "empty")]
        path.unlink()
        end_held_files(connection, [])
        assert stages(connection) == []
        assert connection.execute("select count(*) from quarantine").fetchone() == (1,)


def test_text_that_is_no_utf8_is_landed_with_a_mark(home: Home) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        land(connection, document, extraction(document, (replace(row("1.1"), indicator="a\ud800\x00ñ"),)))
        assert connection.execute("select indicator from row").fetchall() == [("a?\x00ñ",)]


def test_forty_rows_and_fifteen_hundred_cells_land_in_under_a_second(home: Home) -> None:
    document = archived(home)
    read = extraction(document, tuple(row(f"1.1.{n}") for n in range(70)))
    read = replace(read, cells=read.cells * 750)
    with open_landing(home) as connection:
        start = time.perf_counter()
        landed = land(connection, document, read)
        assert time.perf_counter() - start < 1.0
    assert (landed.values, landed.cells) == (910, 1500)


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_a_database_open_elsewhere_is_waited_for_and_then_named(home: Home) -> None:
    with open_landing(home):
        pass
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.landing)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "open"
    try:
        start = time.monotonic()
        with (
            pytest.raises(LandingBusyError, match=str(other.pid)),
            open_landing(home, read_only=True, patience=0.3),
        ):
            pass
        assert time.monotonic() - start >= 0.3
    finally:
        other.communicate("")
    with open_landing(home, read_only=True, patience=0.3) as connection:
        assert counts(connection)["document"] == 0


def test_reading_before_anything_landed_is_told_apart(home: Home) -> None:
    with pytest.raises(FileNotFoundError), open_landing(home, read_only=True):
        pass
    assert not home.landing.exists()


def test_a_database_of_a_newer_version_is_left_alone(home: Home) -> None:
    with open_landing(home) as connection:
        connection.execute("update landing_version set version = 99")
    with pytest.raises(LandingVersionError, match=r"version 99.*Update the program"), open_landing(home):
        pass


def test_an_older_database_is_migrated_and_keeps_its_content(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archived(home)
    with open_landing(home) as connection:
        land(connection, document, extraction(document))
    monkeypatch.setattr(landing_database, "VERSION", 3)
    step = landing_database.Migration("alter table document add column publisher varchar", "")
    monkeypatch.setattr(landing_database, "MIGRATIONS", {3: step})
    with open_landing(home, read_only=True) as connection:
        assert connection.execute("select file, publisher from document").fetchall() == [("report.pdf", None)]
    with open_landing(home_at(tmp_path / "fresh")) as connection:  # nothing to migrate
        assert connection.execute("select version from landing_version").fetchall() == [(3,)]
    with open_landing(home) as connection:  # not a second time
        assert connection.execute("select version from landing_version").fetchall() == [(3,)]


_FIRST_VERSION = """
drop view corrected_row; drop view corrected_value;
create table old as select * exclude (plan, extraction_number) from extraction order by extraction_id desc;
{}
drop table extraction; alter table old rename to extraction;
update landing_version set version = 1, definition = 'of the first version';
"""
_FIRST_TABLES = """
create table old_{0} as select extraction_id, t.* exclude (extraction_number)
    from {0} t join extraction using (extraction_number);
drop table {0}; alter table old_{0} rename to {0};
"""
_LARGE = ("cell", "row", "value", "crop", "finding")


def test_a_database_of_the_first_version_keeps_its_content(home: Home) -> None:
    documents = [archived(home, f"{n}.pdf", bytes([n])) for n in range(3)]
    rows = (row("1.1.1"), row("1.1.2", figure=value(5, Quality.DISPUTED, "sum")))
    ask = {
        table: f"select extraction_id, t.* from {table} t join extraction using (extraction_number) order by all"
        for table in _LARGE
    }
    with open_landing(home) as connection:
        for document in documents[:2]:
            land(connection, document, extraction(document, rows), {(1, "goal", 2): "p.png"})
        before = {table: connection.execute(sql).fetchall() for table, sql in ask.items()}
        connection.execute(_FIRST_VERSION.format("".join(_FIRST_TABLES.format(table) for table in _LARGE)))
    with open_landing(home, read_only=True) as connection:
        assert {table: connection.execute(sql).fetchall() for table, sql in ask.items()} == before
        left = connection.execute("select table_name from duckdb_tables() where table_name like 'former%'").fetchall()
        assert left == []
    with open_landing(home) as connection:
        land(connection, documents[2], extraction(documents[2], rows))
        numbers = connection.execute("select extraction_number from extraction order by all").fetchall()
        assert numbers == [(1,), (2,), (3,)]


def test_the_picture_of_a_value_lands_with_it_in_the_same_transaction(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    document = archived(home)
    reading = extraction(document, rows=(row("1.1.1"), row("1.1.2", figure=value(5, Quality.DISPUTED, "sum"))))
    with open_landing(home) as connection:
        land(connection, document, reading, {(1, "goal", 2): "ab/x/p1.png", (1, "annual_goal", None): "ab/x/p2.png"})
        joined = (
            "select v.quarter, c.file from value v join crop c using (extraction_number, row_number, measure)"
            " where v.quarter is not distinct from c.quarter order by all"
        )
        assert connection.execute(joined).fetchall() == [(2, "ab/x/p1.png"), (None, "ab/x/p2.png")]
