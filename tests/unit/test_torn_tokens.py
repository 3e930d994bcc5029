"""Numbers in torn text: which words are numbers, and which numbers stood together in the table."""

from __future__ import annotations

import pytest

from ingest.cells import Cell, Span
from ingest.torn.glyphs import one_misreading
from ingest.torn.tokens import Run, Sort, classify, find_runs


def lines_of(text: str) -> list[Cell]:
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Cell(line, 1, span=Span(start, start + len(line))))
        start += len(line) + 1
    return found


def texts(run: Run) -> list[str]:
    return [t.text for t in run.tokens]


@pytest.mark.parametrize(
    ("text", "sort", "value", "exact"),
    [
        ("1,206,528", Sort.COUNT, 1206528, True),
        ("1.216,904", Sort.COUNT, 1216904, False),
        ("3603489", Sort.COUNT, 3603489, True),
        ("120.55%", Sort.PERCENT, 120.55, True),
        ("174,42%", Sort.PERCENT, 174.42, False),
        ("10000%", Sort.PERCENT, 100.0, False),
        ("a7", Sort.WEAK, 37, False),
        ("Lol", Sort.WEAK, None, False),
        ("meta", Sort.WORD, None, True),
        ("programadas", Sort.WORD, None, True),
    ],
)
def test_words_are_classed(text: str, sort: Sort, value: float | None, exact: bool) -> None:
    assert classify(text) == (sort, value, exact)


def test_numbers_side_by_side_are_a_run_that_sentences_do_not_join() -> None:
    (run,) = find_runs(
        lines_of("Trimestral 721 144 134 207 236 144 87 207 100.00% | 64.93% Meta Anual: de 438 despensas")
    )
    assert texts(run) == ["721", "144", "134", "207", "236", "144", "87", "207", "100.00%", "64.93%"]


def test_numbers_one_below_the_other_are_one_run() -> None:
    (run,) = find_runs(lines_of("VARIABLES:\n\n2500\n\n400\n\n850\n\nActividad"))
    assert texts(run) == ["2500", "400", "850"]
    assert (run.first, run.last, run.alone) == (1, 3, True)


def test_numbers_of_a_sentence_are_no_run() -> None:
    assert (
        find_runs(lines_of("atender 585 solicitudes de un total de 620 programadas.\nde las 3,184 que se tenían")) == ()
    )


def test_a_blot_between_numbers_keeps_its_place() -> None:
    (run,) = find_runs(lines_of("UNIDAD DE MEDIDA DE LAS ala 52 52 108 (] 52 104"))
    assert texts(run) == ["ala", "52", "52", "108", "(]", "52", "104"]


def test_the_sentence_behind_the_percentages_is_cut_off() -> None:
    (run,) = find_runs(lines_of("12 3 3 3 3 133.33% | 83.33% 100% de cumplimiento"))
    assert texts(run)[-1] == "83.33%"


@pytest.mark.parametrize(
    ("text", "value", "possible"),
    [("783", 763, True), ("50", 950, True), ("3500000", 3600000, True), ("500", 790, False), ("25", 15, False)],
)
def test_one_misreading_is_one_look_alike_or_one_lost_digit(text: str, value: float, possible: bool) -> None:
    assert one_misreading(text, value) is possible
