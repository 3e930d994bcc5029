"""Which reading a correction fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ingest.correction import ATTRIBUTES, HEADER, Action, Correction, Report
from ingest.correction_match import Figure, Fit, Matched, Reading, ReadRow, Trouble, match

SHA = "ab" * 32


def row(number: int, code: str | None, page: int = 1, **attributes: str) -> ReadRow:
    texts = dict.fromkeys(ATTRIBUTES) | {"code": code, "indicator": f"name {number}"} | attributes
    figures = {"goal.1": Figure(10.0, "10", "disputed"), "goal.2": Figure(None, None, "missing")}
    return ReadRow(number, page, texts, figures)


def reading(*rows: ReadRow, sha: str = SHA, quarter: int = 1, **more: object) -> Reading:
    header = dict.fromkeys(HEADER) | {
        "municipality": "Benito Juárez", "program_code": "1.4", "fiscal_year": 2024, "quarter": quarter
    }  # fmt: skip
    return Reading(f"{sha[:4]}-x", sha, f"{sha[:4]}.pdf", header, rows, **more)  # type: ignore[arg-type]


def entry(**changes: object) -> Correction:
    usual = Correction(
        id="1", source="one.yml, entry 1", document=SHA[:12], page=1, indicator="1.1", row=None, field="goal.1",
        action=Action.SET, expect=10.0, value=12.0, reason="r", evidence_page=1, evidence="e", by="b",
        date=date(2024, 1, 1),
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def trouble(matched: Matched) -> tuple[Trouble, str]:
    (one,) = matched.misfits
    assert matched.fits == ()
    return one.trouble, one.detail


def test_a_correction_fits_the_value_that_it_expects() -> None:
    matched = match([entry()], [reading(row(0, "1.1"), row(1, "1.2"))])
    (fit,) = matched.fits
    assert isinstance(fit, Fit)
    assert (fit.row, fit.old.value) == (0, 10.0)


@pytest.mark.parametrize(
    ("expect", "field"), [("10", "goal.1"), (" 10 ", "goal.1"), (None, "goal.2"), ("name 0", "indicator")]
)
def test_what_is_expected_may_be_the_printed_text_a_text_or_nothing(expect: str | None, field: str) -> None:
    assert match([entry(expect=expect, field=field)], [reading(row(0, "1.1"))]).fits


def test_spaces_and_a_last_point_do_not_tell_codes_apart() -> None:
    assert match([entry(indicator="1. 1.")], [reading(row(0, "1.1"))]).fits


def test_a_row_may_be_said_to_stand_on_the_page_that_it_goes_on_to() -> None:
    assert match([entry(page=2)], [reading(row(0, "1.1", page=1))]).fits


def test_a_reading_that_says_something_else_makes_a_correction_outdated() -> None:
    what, detail = trouble(match([entry(expect=11.0)], [reading(row(0, "1.1"))]))
    assert what is Trouble.OUTDATED
    assert "expected 11, but the reading now says 10 (printed '10')" in detail
    assert "one.yml, entry 1" in detail


def test_a_reading_that_says_by_itself_what_is_right_is_told_apart() -> None:
    _, detail = trouble(match([entry(expect=11.0, value=10.0)], [reading(row(0, "1.1"))]))
    assert "The reading says by itself what the correction says: remove the entry" in detail


@pytest.mark.parametrize("changes", [{"indicator": "9.9"}, {"page": 3}, {"field": "goal.4"}])
def test_a_row_or_field_that_is_not_there_makes_a_correction_outdated(changes: dict[str, object]) -> None:
    assert trouble(match([entry(**changes)], [reading(row(0, "1.1"))]))[0] is Trouble.OUTDATED


def test_a_correction_of_a_document_that_never_came_is_unused() -> None:
    matched = match([entry(document="cd" * 6)], [reading(row(0, "1.1"))])
    assert trouble(matched)[0] is Trouble.UNUSED
    assert matched.misfits[0].reading is None


def test_two_rows_of_one_code_are_ambiguous_until_the_row_is_named() -> None:
    twins = reading(row(0, "1.1"), row(1, "1.1"))
    what, detail = trouble(match([entry()], [twins]))
    assert what is Trouble.AMBIGUOUS
    assert "row 0: name 0; row 1: name 1" in detail
    assert match([entry(row=1)], [twins]).fits[0].row == 1


def test_a_row_without_a_code_is_named_by_its_number() -> None:
    assert match([entry(indicator=None, row=1)], [reading(row(0, "1.1"), row(1, None))]).fits[0].row == 1


def test_a_report_is_found_by_publisher_and_period_whatever_the_accents() -> None:
    report = Report("BENITO JUAREZ", "1.4", 2024, 1)
    others = [reading(row(0, "1.1")), reading(row(0, "1.1"), sha="cd" * 32, quarter=2)]
    (fit,) = match([entry(document=report)], others).fits
    assert fit.reading.sha256 == SHA


def test_two_documents_of_one_publisher_and_period_are_ambiguous_and_both_held() -> None:
    two = [reading(row(0, "1.1")), reading(row(0, "1.1"), sha="cd" * 32)]
    matched = match([entry(document=Report("Benito Juárez", None, 2024, 1))], two)
    assert matched.fits == ()
    assert [m.trouble for m in matched.misfits] == [Trouble.AMBIGUOUS] * 2
    assert {m.reading.sha256 for m in matched.misfits if m.reading} == {SHA, "cd" * 32}


def test_two_corrections_of_one_figure_fit_neither() -> None:
    matched = match([entry(), entry(id="2", source="two.yml, entry 1", value=13.0)], [reading(row(0, "1.1"))])
    assert matched.fits == ()
    assert {m.trouble for m in matched.misfits} == {Trouble.AMBIGUOUS}


def test_a_row_is_not_dropped_while_a_figure_of_it_is_corrected() -> None:
    drop = entry(id="2", field=None, action=Action.DROP, expect=None, value=None)
    matched = match([entry(), drop], [reading(row(0, "1.1"))])
    assert matched.fits == ()
    assert len(matched.misfits) == 2


def test_corrections_of_two_figures_of_a_row_both_fit() -> None:
    both = [entry(), entry(id="2", field="goal.2", expect=None)]
    assert len(match(both, [reading(row(0, "1.1"))]).fits) == 2


def test_what_a_report_says_of_itself_is_compared_as_well() -> None:
    header = entry(indicator=None, page=None, field="quarter", expect=1.0, value=2.0)
    assert match([header], [reading()]).fits[0].row is None
    assert trouble(match([replace(header, expect=3.0)], [reading()]))[0] is Trouble.OUTDATED


def test_an_older_reading_that_fits_no_more_troubles_nobody() -> None:
    old = replace(reading(row(0, "1.1")), extraction_id="old", is_newest=False)
    matched = match([entry(expect=11.0)], [old])
    assert len(matched.misfits) == 1
    assert matched.troubles == ()
