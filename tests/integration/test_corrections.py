"""Corrections and withdrawals in landing: what they change there, and what they leave as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import landing_fixture
import pytest
from landing_fixture import Landed, document, row, value

from ingest.correction import Correction, parse_correction
from ingest.documents import Document
from ingest.errors import NotAReportError
from warehouse.corrections import Applied, apply_corrections, check_corrections, corrections_are_due
from warehouse.errors import AmbiguousDocumentError, NoReasonError, NoSuchDocumentError
from warehouse.gate import Suite, judge_landing, unjudged
from warehouse.home import Home
from warehouse.landing import hold_document
from warehouse.landing_database import open_landing
from warehouse.release import fingerprint
from warehouse.withdrawal import reinstate, withdraw

FIRST = document("first", [row("1.1", goal=[value(10, "disputed", "sum"), 20], annual=30), row("1.2", goal=[5])])
SECOND = document("second", [row("1.1", goal=[11, 20], annual=31)], days=90, quarter=2)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return filled(tmp_path, FIRST, SECOND)


def filled(folder: Path, *documents: Landed) -> Home:
    home = Home.at(folder).create()
    landing_fixture.fill(home.landing, documents)
    return home


def entry(landed: Landed = FIRST, **changes: object) -> Correction:
    """Give the correction of the first goal of 1.1 in a document; what is `...` is taken out of the entry."""
    usual: dict[str, Any] = {
        "document": landed.extraction.sha256[:16], "page": 1, "indicator": "1.1", "field": "goal.1", "expect": 10,
        "value": 12, "reason": "misread", "evidence": {"page": 1, "shows": "12"}, "by": "Ana", "date": date(2024, 5, 1),
    }  # fmt: skip
    raw = {k: v for k, v in (usual | changes).items() if v is not ...}
    return parse_correction(raw, "one.yml, entry 1")


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with open_landing(home, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def figure(home: Home, field: str = "goal.1", code: str = "1.1") -> tuple[Any, ...]:
    """Give value, quality, reason, value as read, quality as read of a figure of the first document."""
    return ask(
        home,
        "select value, quality, reason, read_value, read_quality"
        " from corrected_value v join row r using (extraction_number, row_number)"
        " join extraction e using (extraction_number)"
        f" where e.document_sha256 = '{FIRST.extraction.sha256}' and r.code = '{code}'"
        f" and v.measure || coalesce('.' || v.quarter, '') = '{field}'",
    )[0]


def counting(home: Home) -> set[str]:
    """Give the files of the documents that count."""
    return {f for (f,) in ask(home, "select file from current_extraction join document using (document_sha256)")}


def held(home: Home) -> list[tuple[Any, ...]]:
    return ask(home, "select file, reason, detail from open_quarantine where stage = 'correction' order by all")


def apply(home: Home, *entries: Correction) -> Applied:
    return apply_corrections(home, entries)


def test_a_value_is_corrected_and_what_was_read_is_kept(home: Home) -> None:
    before = ask(home, "select * from value order by all")
    apply(home, entry())
    assert figure(home) == (12.0, "corrected", "corrected_by_person", 10.0, "disputed")
    assert ask(home, "select * from value order by all") == before
    assert ask(home, "select old_value, new_value, reason, by_person from applied_correction") == [
        (10.0, 12.0, "misread", "Ana")
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("accept", (10.0, "confirmed", "accepted_by_person", 10.0, "disputed")),
        ("flag", (10.0, "disputed", "flagged_by_person", 10.0, "disputed")),
        ("drop", (None, "missing", "dropped_by_person", 10.0, "disputed")),
    ],
)
def test_a_value_is_accepted_flagged_or_dropped(home: Home, action: str, expected: tuple[object, ...]) -> None:
    apply(home, entry(value=..., **{action: True}))
    assert figure(home) == expected


def test_a_deduced_value_that_a_person_accepts_is_not_called_confirmed(tmp_path: Path) -> None:
    deduced = replace(value(10, "disputed", "guess"), text=None)
    home = filled(tmp_path, document("first", [row("1.1", goal=[deduced])]))
    apply(home, entry(value=..., accept=True))
    assert figure(home)[:2] == (10.0, "corrected")


def test_a_row_is_dropped_and_stays_as_read(home: Home) -> None:
    apply(home, entry(indicator="1.2", field=..., expect=..., value=..., drop=True))
    assert len(ask(home, "select * from row")) == 3
    assert [code for (code,) in ask(home, "select code from corrected_row order by all")] == ["1.1", "1.1"]


def test_words_of_a_row_and_of_the_report_are_corrected(home: Home) -> None:
    apply(
        home,
        entry(field="department", expect="Tesorería", value="Obras"),
        entry(page=..., indicator=..., field="quarter", expect=1, value=3),
        entry(page=..., indicator=..., field="state", expect="Quintana Roo", value=..., drop=True),
    )
    departments = ask(home, "select distinct department from corrected_row where code = '1.1' order by all")
    assert departments == [("Obras",), ("Tesorería",)]
    header = "select quarter, state, municipality from known_extraction order by recorded_at limit 1"
    assert ask(home, header) == [(3, None, "Tulum")]


def test_an_outdated_correction_holds_its_document_and_others_go_on(home: Home) -> None:
    applied = apply(home, entry(expect=99), entry(SECOND, expect=11))
    assert counting(home) == {"second.pdf"}
    ((file, reason, detail),) = held(home)
    assert (file, reason) == ("first.pdf", "correction_outdated")
    assert "one.yml, entry 1: 1.1 goal.1" in detail
    assert [str(t.trouble) for t in applied.troubles] == ["correction_outdated"]
    assert figure(home)[0] == 10.0


def test_an_ambiguous_correction_holds_its_document(tmp_path: Path) -> None:
    home = filled(tmp_path, document("first", [row("1.1", goal=[10]), row("1.1", goal=[10])]), SECOND)
    apply(home, entry())
    assert counting(home) == {"second.pdf"}
    assert held(home)[0][1] == "correction_ambiguous"


def test_an_unused_correction_is_told_and_holds_nothing(home: Home) -> None:
    applied = apply(home, entry(document="0" * 16))
    assert counting(home) == {"first.pdf", "second.pdf"}
    assert held(home)[0][:2] == ("one.yml", "correction_unused")
    assert len(applied.troubles) == 1


def test_a_document_is_free_again_when_its_correction_is_put_right_or_removed(home: Home) -> None:
    apply(home, entry(expect=99))
    apply(home, entry())
    assert (counting(home), held(home)) == ({"first.pdf", "second.pdf"}, [])
    apply(home, entry(expect=99))
    apply(home)
    assert (counting(home), held(home)) == ({"first.pdf", "second.pdf"}, [])
    assert figure(home)[:2] == (10.0, "disputed")


def test_when_a_document_was_held_is_known_afterwards(home: Home, tmp_path: Path) -> None:
    holds = "select document_sha256, held_at > recorded_at, released_at > held_at from correction_hold"
    holds += " join extraction using (extraction_id, document_sha256)"
    apply(home, entry(expect=11))
    apply(home, entry(expect=13))
    assert ask(home, holds) == [(FIRST.extraction.sha256, True, None)]
    apply(home, entry())
    assert ask(home, holds) == [(FIRST.extraction.sha256, True, True)]
    fresh = filled(tmp_path / "fresh", FIRST)
    with open_landing(fresh) as connection:
        connection.execute("delete from gate")
    apply(fresh, entry(expect=11))
    assert ask(fresh, holds) == [(FIRST.extraction.sha256, False, None)], "it has never counted"


def test_a_correction_that_is_taken_back_leaves_its_trace(home: Home) -> None:
    assert (apply(home, entry()).begun, apply(home).ended) == (1, 1)
    assert ask(home, "select applies from correction order by recorded_at") == [(True,), (False,)]
    assert apply(home, entry()).begun == 1
    assert figure(home)[0] == 12.0


def test_the_same_corrections_twice_write_nothing(home: Home) -> None:
    apply(home, entry(), entry(document="0" * 16))
    everything = [ask(home, f"from {t}") for t in ("correction", "correction_check", "quarantine")]
    again = apply(home, entry(), entry(document="0" * 16))
    assert (again.begun, again.ended) == (0, 0)
    assert [ask(home, f"from {t}") for t in ("correction", "correction_check", "quarantine")] == everything


def test_corrections_are_due_until_they_were_compared_with_landing(home: Home) -> None:
    def due(entries: Sequence[Correction]) -> bool:
        with open_landing(home) as connection:
            return corrections_are_due(connection, entries)

    assert (due([]), due([entry()])) == (False, True)
    apply(home, entry())
    assert (due([entry()]), due([])) == (False, True)


def test_a_correction_changes_the_fingerprint_although_no_document_changed(home: Home) -> None:
    before = fingerprint(home, "code")
    apply(home, entry())
    corrected = fingerprint(home, "code")
    assert corrected != before
    apply(home)
    assert fingerprint(home, "code") == before


def test_a_corrected_reading_is_judged_anew(home: Home) -> None:
    judge_landing(home)
    suite = Suite.load("landing")
    apply(home, entry())
    with open_landing(home) as connection:
        assert len(unjudged(connection, suite)) == 1
    judge_landing(home)
    with open_landing(home) as connection:
        assert unjudged(connection, suite) == []


def test_checking_records_nothing(home: Home) -> None:
    matched = check_corrections(home, [entry(expect=99)])
    assert len(matched.troubles) == 1
    assert held(home) == []
    assert ask(home, "from correction_check") == []


def test_an_older_reading_does_not_come_back_where_its_correction_fits_it_no_more(tmp_path: Path) -> None:
    newer = document("first", [row("1.1", goal=[12])], days=1)
    home = filled(tmp_path, FIRST, replace(newer, received_at=FIRST.received_at))
    applied = apply(home, entry())
    assert [str(t.trouble) for t in applied.troubles] == ["correction_outdated"]
    assert "remove the entry" in applied.troubles[0].detail
    # The reading that the correction was made for still counts, corrected.
    assert ask(home, "select count(*) from current_extraction") == [(1,)]
    assert ask(home, "select value from corrected_value v join current_extraction using (extraction_number)"
                     " where measure = 'goal' and v.quarter = 1 and row_number = 0") == [(12.0,)]  # fmt: skip
    assert apply(home, entry(expect=12, value=13)).troubles == ()


def test_a_withdrawn_document_does_not_count_and_is_known(home: Home) -> None:
    stands = withdraw(home, FIRST.extraction.sha256[:8], "wrong annex", "Ana")
    assert (stands.file, stands.new, stands.reason) == ("first.pdf", True, "wrong annex")
    assert counting(home) == {"second.pdf"}
    assert ask(home, "select withdrawn_reason from known_extraction where withdrawn_at is not null") == [
        ("wrong annex",)
    ]


def test_withdrawing_twice_and_putting_back_twice_change_nothing_more(home: Home) -> None:
    sha = FIRST.extraction.sha256
    first = withdraw(home, sha, "wrong", "Ana")
    again = withdraw(home, sha, "other words", "Eva")
    assert (again.new, again.reason, again.withdrawn_at) == (False, "wrong", first.withdrawn_at)
    assert (reinstate(home, sha, " it was right ", "Ana").new, reinstate(home, sha, "", "Eva").new) == (True, False)
    assert ask(home, "select restored_reason, restored_by from withdrawal") == [("it was right", "Ana")]
    assert counting(home) == {"first.pdf", "second.pdf"}
    assert withdraw(home, sha, "after all", "Ana").new
    assert len(ask(home, "from withdrawal")) == 2


def test_a_withdrawal_changes_the_fingerprint(home: Home) -> None:
    before = fingerprint(home, "code")
    withdraw(home, FIRST.extraction.sha256, "wrong", "Ana")
    assert fingerprint(home, "code") != before


def test_a_document_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NoSuchDocumentError, match="no document begins with ffffffff"):
        withdraw(home, "ffffffff", "x", "Ana")
    with pytest.raises(NoSuchDocumentError, match="is no sha256"):
        withdraw(home, "first.pdf", "x", "Ana")
    with pytest.raises(NoSuchDocumentError, match="no document has landed"):
        withdraw(Home.at(tmp_path / "empty"), "ffffffff", "x", "Ana")


def test_digits_that_name_several_documents_are_told(tmp_path: Path) -> None:
    twins = [replace(d, extraction=replace(d.extraction, sha256="abcd" + d.extraction.sha256[4:]))
             for d in (FIRST, SECOND)]  # fmt: skip
    with pytest.raises(AmbiguousDocumentError, match=r"2 documents begin with abcd: .*first\.pdf"):
        withdraw(filled(tmp_path, *twins), "abcd", "x", "Ana")


def test_a_document_that_could_not_be_read_is_held_until_a_person_withdraws_it(home: Home) -> None:
    stray = Document("ab" * 32, "novel.pdf", 9, home.archive / "novel.pdf")

    def held_files() -> list[tuple[Any, ...]]:
        return ask(home, "select file from open_quarantine where stage = 'reading'")

    with open_landing(home) as connection:
        hold_document(connection, stray, "v1", NotAReportError("novel.pdf", "it is a novel", "Take it out"))
    assert held_files() == [("novel.pdf",)]
    assert withdraw(home, "abab", "somebody's novel", "Ana").file == "novel.pdf"
    assert held_files() == []
    assert counting(home) == {"first.pdf", "second.pdf"}
    assert reinstate(home, "abab", "", "Ana").new
    assert held_files() == [("novel.pdf",)]


def test_a_withdrawal_needs_a_reason(home: Home) -> None:
    with pytest.raises(NoReasonError, match="--reason"):
        withdraw(home, FIRST.extraction.sha256, " ", "Ana")
    assert ask(home, "from withdrawal") == []
