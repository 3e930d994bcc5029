"""Scans without rules whose headings, codes or pages tell too little: figures and the other pages tell the rest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.cells import Box, Cell, Placed, Table
from ingest.profile import load_profiles
from ingest.readers.pieces import PageText, Piece
from ingest.readers.scanned_pdf import Page, _told_by_others, _unread
from ingest.readers.unruled import Found, find_unruled
from ingest.scan.unruled_pages import _has_headings, found_together
from ingest.scan.unruled_scan import Unruled
from ingest.scan.unruled_told import tell_headings
from ingest.scan.wording import mended

PROFILE = load_profiles()[0]
HEADS = ["Clave", "Objetivo", "Indicador", "Meta anual", "T1", "T2", "T3", "T4", "T1", "% Trim.", "% Anual"]
ROWS = [
    (100, 10, 20, 30, 40, 7, "70.00%", "7.00%"), (400, 70, 90, 130, 110, 77, "110.00%", "19.25%"),
    (1000, 250, 250, 400, 100, 120, "48.00%", "12.00%"), (62, 11, 17, 14, 20, 9, "81.82%", "14.52%"),
]  # fmt: skip
KNOWN = ["Objetivo", "Indicador", "Programado T1", "Realizado T1"]
LEFTS = [20, 70, 200, 330, 370, 410, 450, 490, 530, 570, 620]
HIGH, ROW, FIRST = 5.0, 30.0, 120.0
FIGURES = {0: "annual_goal", 1: "goal.1", 2: "goal.2", 3: "goal.3", 4: "goal.4", 5: "achieved.1", 6: "progress_pct.1",
           7: "accumulated_pct.1"}  # fmt: skip


def page(
    heads: Sequence[str], rows: Sequence[tuple[object, ...]] = ROWS, *, number: int = 1, codes: Sequence[str] = (),
    groups: bool = False, right: float = 0.0,
) -> PageText:  # fmt: skip
    """Give a page with `heads` above its columns, and rows of two lines of text each."""
    texts: list[tuple[float, float, str]] = []
    if groups:
        texts += [(405.0, FIRST - 40, "Meta programada"), (520.0, FIRST - 40, "Realizado")]
    texts += [(x, FIRST - 30, head) for x, head in zip(LEFTS, heads, strict=True) if head]
    for n, row in enumerate(rows):
        top = FIRST + n * ROW
        code = codes[n] if codes else f"1.2.3.{number}.{n + 1}"
        words = [code, "Calles limpias de la ciudad", "PC: Porcentaje de calles"]
        texts += [(x, top, text) for x, text in zip(LEFTS, [*words, *map(str, row)], strict=True) if text]
        texts += [(LEFTS[1], top + 6.5, "y sus localidades todas"), (LEFTS[2], top + 6.5, "que fueron limpiadas")]
    pieces = [
        Piece(Box(x + right, top, x + right + 2.4 * len(text), top + HIGH), text, n)
        for n, (x, top, text) in enumerate(texts)
    ]
    return PageText(number, tuple(pieces), words=False)


def told(found: Found) -> dict[int, str]:
    """Give what the headings of a table mean, by column."""
    meanings = {s.column: PROFILE.meaning(s.told) for s in found.slots if s.told}
    return {c: f"{m.field}.{m.quarter}" if m.quarter else m.field for c, m in meanings.items() if m is not None}


def figures(found: Found, row: int) -> list[str]:
    return [s.pieces[0].text for s in found.slots if s.row == row and s.column >= 3 and s.pieces]


def test_figures_that_add_up_tell_headings_that_nobody_can_read() -> None:
    (found,) = find_unruled([page([*HEADS[:4], "m", "N", "RECIBIDO", "", "lI", "", "x"])], tell_headings)
    names = told(found)
    assert {c - 3: m for c, m in names.items() if c >= 3} == FIGURES
    assert (names[0], names[1], names[2]) == ("code", "objective", "indicator")


def test_points_read_for_commas_do_not_keep_figures_from_telling() -> None:
    rows = [("1.000", "250", "250", "400", "100", "1.250", "500.00%", "125.00%"), *ROWS]
    assert find_unruled([page([*HEADS[:4], *[""] * 7], rows)], tell_headings)


@pytest.mark.parametrize(
    "rows",
    [
        [(*row[:5], row[5] + n, *row[6:]) for n, row in enumerate(ROWS, 3)],  # nothing ties the results to the rest
        [(*row[:1], *row[2:5], row[1], *row[5:]) for row in ROWS],  # percentages of no first quarter's goal
        [(0, 0, 0, 0, 0, 0, "0.00%", "0.00%")] * 4,  # zeros agree with everything
        ROWS[:1],  # one row may agree by chance
    ],
)
def test_figures_that_add_up_in_no_order_tell_nothing(rows: list[tuple[object, ...]]) -> None:
    assert find_unruled([page([*HEADS[:4], *[""] * 7], rows)], tell_headings) == []


def test_without_words_for_objective_and_indicator_the_order_of_long_texts_tells() -> None:
    (found,) = find_unruled([page(["Clave", "", "", *HEADS[3:7], *[""] * 4])], tell_headings)
    names = told(found)
    assert (names[1], names[2]) == ("objective", "indicator")


def test_a_page_with_one_row_has_its_columns_from_the_others() -> None:
    first, last = page(HEADS, groups=True), page([""] * 11, ROWS[:1], number=2, right=4.0)
    own = {f.page: f for f in find_unruled([first], tell_headings)}
    assert list(own) == [1]
    assert find_unruled([last], tell_headings) == []
    together = found_together([first, last], own)
    assert list(together) == [2]
    assert figures(together[2], 0) == [str(v) for v in ROWS[0]]
    assert [_has_headings(f) for f in (own[1], together[2])] == [True, False]
    shift = {round(b - a, 1) for a, b in zip(own[1].column_edges, together[2].column_edges, strict=True)}
    assert all(abs(s - 4.0) < 6 for s in shift)


def test_a_page_that_the_accurate_model_parted_is_not_looked_at_again() -> None:
    first, last = page(HEADS, groups=True), page([""] * 11, ROWS[:1], number=2, right=4.0)
    (own,) = find_unruled([first], tell_headings)
    for settled in (False, True):
        seen = [Unruled(first, own), Unruled(last, settled=settled)]
        assert list(_told_by_others([([], [], s) for s in seen])) == ([] if settled else [1])


def test_pages_that_told_all_are_not_looked_at_again() -> None:
    pages = [page(HEADS, groups=True), page(HEADS, groups=True, number=2)]
    own = {f.page: f for p in pages for f in find_unruled([p], tell_headings)}
    assert set(own) == {1, 2}
    assert found_together(pages, own) == {}


def test_a_row_whose_code_was_not_read_is_a_row_by_its_figures() -> None:
    codes = ["1.2.3.1.1", "", "1.2.3.1.3", "1.2.3.1.4"]
    (found,) = find_unruled([page(HEADS, codes=codes, groups=True)], tell_headings)
    rows = sorted({s.row for s in found.slots if s.column == 3 and s.pieces and s.pieces[0].is_figure})
    assert [figures(found, r) for r in rows] == [[str(v) for v in row] for row in ROWS]


def test_a_word_that_begins_as_a_known_one_is_not_cut_in_two() -> None:
    assert mended("Meta programada trimestreal", PROFILE) == "Meta programada trimestreal"
    assert mended("METAANUAL", PROFILE) == "meta anual".upper()


def test_figures_of_a_scan_that_were_parted_at_one_place_are_one_column() -> None:
    whole = page(HEADS, groups=True)
    pieces = []
    for piece in whole.pieces:
        if "%" in piece.text and piece.text[0].isdigit() and piece.box.x0 == LEFTS[10]:
            middle = piece.box.x0 + 8
            left = Piece(Box(piece.box.x0, piece.box.top, middle - 1, piece.box.bottom), piece.text[:-4], piece.number)
            right = Piece(
                Box(middle, piece.box.top, piece.box.x1, piece.box.bottom), piece.text[-4:], 500 + piece.number
            )
            pieces += [left, right]
        else:
            pieces.append(piece)
    (found,) = find_unruled([PageText(1, tuple(pieces), words=False)], tell_headings)
    (known,) = find_unruled([whole], tell_headings)
    assert len(found.column_edges) == len(known.column_edges) == len(HEADS) + 1


def test_first_digits_that_stand_apart_are_part_of_their_figures() -> None:
    rows = [*ROWS, ("1,000", "100", "200", "300", "400", "150", "150.00%", "15.00%")]
    whole = page([*HEADS[:4], *[""] * 7], rows)
    pieces = []
    for piece in whole.pieces:
        if piece.text == "150":
            box = piece.box
            pieces.append(Piece(Box(box.x0 - 6, box.top, box.x0 - 3.5, box.bottom), "1", 900))
            pieces.append(Piece(box, "50", piece.number))
        else:
            pieces.append(piece)
    (found,) = find_unruled([PageText(1, tuple(pieces), words=False)], tell_headings)
    assert len(found.column_edges) == len(HEADS) + 1
    assert [p.text for s in found.slots for p in s.pieces if s.row == 6 and s.column == 8] == ["1", "50"]


def test_a_page_with_rows_of_figures_and_no_table_is_looked_at_again_with_its_print_enlarged() -> None:
    unread: list[Page] = [([], [], Unruled(page(HEADS))), ([], [], Unruled(page(HEADS, ROWS[:1])))]
    assert _unread(unread, []) == [0], "a line of figures alone is no table"
    known = Table(1, 1, 4, tuple(Placed(Cell(t, 1), 0, n) for n, t in enumerate(KNOWN)))
    strange = Table(1, 1, 4, tuple(Placed(Cell("x", 1), 0, n) for n in range(4)))
    assert _unread([([known], [], None), ([strange], [], None)], [known, strange]) == []
    assert _unread([([strange], [], None)], [strange]) == [0], "no page of the document has headings"
