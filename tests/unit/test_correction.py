"""Entries of corrections: what a file may say, and what is said to who wrote it wrongly."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import correction
from ingest.correction import Action, CorrectionFileError, Report, corrections_digest, load_corrections
from ingest.extract import extractor_version

ENTRY: dict[str, Any] = {
    "document": "3f9a1c0b77de",
    "page": 2,
    "indicator": "1.4.1.1",
    "field": "achieved.2",
    "expect": 1272,
    "value": 1207,
    "reason": "the 0 was read as 7",
    "evidence": {"page": 2, "shows": "1,207"},
    "by": "Ana Pech",
    "date": date(2024, 8, 2),
}


def write(folder: Path, *entries: object, name: str = "one.yml") -> Path:
    (folder / name).write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return folder


def changed(**changes: object) -> dict[str, Any]:
    """Give the entry with changes; what is `...` is taken out."""
    return {k: v for k, v in (ENTRY | changes).items() if v is not ...}


def test_an_entry_says_what_is_read_and_what_is_right(tmp_path: Path) -> None:
    (one,) = load_corrections(write(tmp_path, ENTRY))
    assert (one.document, one.page, one.indicator, one.field) == ("3f9a1c0b77de", 2, "1.4.1.1", "achieved.2")
    assert (one.action, one.expect, one.value) == (Action.SET, 1272.0, 1207.0)
    assert one.source == "one.yml, entry 1"


@pytest.mark.parametrize("action", ["drop", "flag", "accept"])
def test_an_entry_may_say_another_action_than_a_value(tmp_path: Path, action: str) -> None:
    (one,) = load_corrections(write(tmp_path, changed(value=..., **{action: True})))
    assert (one.action, one.value) == (Action(action), None)


def test_a_report_may_be_named_by_publisher_and_period(tmp_path: Path) -> None:
    report = {"municipality": "Tulum", "program": "1.4", "year": 2024, "quarter": 2}
    (one,) = load_corrections(write(tmp_path, changed(document=report)))
    assert one.document == Report("Tulum", "1.4", 2024, 2)


def test_a_row_is_dropped_without_a_field(tmp_path: Path) -> None:
    (one,) = load_corrections(write(tmp_path, changed(field=..., expect=..., value=..., drop=True)))
    assert (one.field, one.action) == (None, Action.DROP)


def test_what_the_report_says_of_itself_has_no_row(tmp_path: Path) -> None:
    entry = changed(page=..., indicator=..., field="quarter", expect=None, value=2)
    (one,) = load_corrections(write(tmp_path, entry))
    assert one.is_of_header
    assert (one.expect, one.value) == (None, 2.0)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (changed(valeu=3), "unknown: valeu"),
        (changed(value=...), "it says nothing to do"),
        (changed(drop=True), "drop, value"),
        (changed(value=..., drop="yes"), "`drop: true`"),
        (changed(field="goal.5"), "field is 'goal.5'"),
        (changed(field=...), "field is None"),
        (changed(field="department", value=..., expect="x", accept=True), "accept is for figures"),
        (changed(expect=...), "expect is missing"),
        (changed(expect=None, value=..., accept=True), "nothing to accept"),
        (changed(value="1,207"), "value is '1,207'"),
        (changed(value=float("nan")), "value is nan"),
        (changed(value=True), "value is True"),
        (changed(value=None), "value is empty"),
        (changed(document=123456789), "in quotes"),
        (changed(document="3f9"), "at least 8 digits"),
        (changed(document={"municipality": "Tulum", "year": 2024}), "Give municipality"),
        (changed(page=...), "page is missing"),
        (changed(page=0), "page is 0"),
        (changed(indicator=...), "indicator is None"),
        (changed(indicator=1.4), "in quotes"),
        (changed(reason="  "), "reason is"),
        (changed(evidence="page 2"), "evidence is"),
        (changed(evidence={"page": 2, "shows": ""}), "shows tells"),
        (changed(by=...), "by is None"),
        (changed(date="2024-08-02"), "date is"),
        (changed(field="quarter", page=..., indicator=..., value=7), "quarter is 7"),
        (changed(field="fiscal_year", value=2024), "page is given for a field of the whole report"),
        ("no mapping", "an entry is a mapping"),
    ],
)
def test_a_wrong_entry_is_told_with_file_number_and_remedy(tmp_path: Path, entry: object, told: str) -> None:
    good = changed(indicator="9.9")
    with pytest.raises(CorrectionFileError, match=r"^one\.yml, entry 2: ") as failure:
        load_corrections(write(tmp_path, good, entry))
    assert told in str(failure.value)
    assert failure.value.remedy


def test_the_same_entry_in_two_files_is_told(tmp_path: Path) -> None:
    write(tmp_path, ENTRY)
    with pytest.raises(CorrectionFileError, match=r"two\.yml, entry 1: it says the same as one\.yml, entry 1"):
        load_corrections(write(tmp_path, ENTRY, name="two.yml"))


def test_a_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("- [", encoding="utf-8")
    with pytest.raises(CorrectionFileError, match=r"bad\.yml: it is no YAML"):
        load_corrections(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDICADORES_CORRECTIONS", str(tmp_path / "nowhere"))
    with pytest.raises(CorrectionFileError, match=r"nowhere: this folder is not there"):
        load_corrections()


def test_an_empty_file_and_an_empty_folder_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.yml").write_text("", encoding="utf-8")
    assert load_corrections(tmp_path) == ()


def test_the_digest_follows_what_is_decided_and_nothing_else(tmp_path: Path) -> None:
    first = load_corrections(write(tmp_path, ENTRY))
    (tmp_path / "one.yml").rename(tmp_path / "other.yml")
    assert corrections_digest(load_corrections(tmp_path)) == corrections_digest(first)
    assert corrections_digest(load_corrections(write(tmp_path, changed(value=1208), name="other.yml"))) != (
        corrections_digest(first)
    )


def test_corrections_are_no_part_of_the_readers_version() -> None:
    files = {p.name for p in correction.FOLDER.iterdir()}
    assert "README.md" in files
    before = extractor_version.__wrapped__()
    new = correction.FOLDER / "zz_test_of_the_version.yml"
    new.write_text("[]", encoding="utf-8")
    try:
        assert extractor_version.__wrapped__() == before
    finally:
        new.unlink()
