"""What the Dagster UI shows of a reading, as Markdown."""

from __future__ import annotations

from dataclasses import replace

from landed_documents import HEADER, row

from ingest.cells import Kind
from ingest.indicators import Extraction, IndicatorRow, Rejected
from orchestration.previews import LIST, doubt_list, marked


def reading(*rows: IndicatorRow, rejected: tuple[Rejected, ...] = ()) -> Extraction:
    return Extraction("5" * 64, "a.pdf", Kind.SCANNED_PDF, 1, "test", HEADER, rows, rejected)


def test_doubtful_labels_and_pieces_not_understood_are_listed_with_their_page() -> None:
    doubted = replace(row("1.1"), unsure=("department",), department="Tesore|ía")
    shown = doubt_list(reading(doubted, row("1.2"), rejected=(Rejected(2, "TOTAL", "no code"),)))
    lines = shown.splitlines()
    assert lines[2:] == [r"| 1 | 1.1 | department | Tesore\|ía | it may be misread |", "| 2 |  |  | TOTAL | no code |"]
    assert doubt_list(reading(row("1.1"))) == "None."


def test_a_long_list_says_how_many_more_there_are() -> None:
    shown = doubt_list(reading(rejected=(Rejected(1, "x", "y"),) * (LIST + 3)))
    assert shown.endswith("… and 3 more")


def test_what_may_be_misread_has_a_mark() -> None:
    assert [marked(said, "state", ("state",)) for said in ("Yucatan", None)] == ["Yucatan?", "?"]
    assert marked(None, "state", ()) == ""
