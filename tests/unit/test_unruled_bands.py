"""Bands of a scanned table without rules that stand as close to a row as its own lines do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cells import Box
from ingest.readers.pieces import PageText, Piece
from ingest.readers.unruled import Found, Slot
from ingest.scan import unruled_bands

EDGES = (10.0, 60.0, 110.0, 210.0, 260.0, 310.0, 360.0)
"""Columns: level, code, objective, and three of figures."""
MIDDLE = (EDGES[0] + EDGES[-1]) / 2


class Page:
    """A table that is set line by line, from the top, with two rows of headings first."""

    def __init__(self) -> None:
        self.slots: list[Slot] = [Slot(0, 0, 6, ()), Slot(1, 0, 6, ())]
        self.ends = [0.0, 5.0, 10.0]
        self.number = 0

    def piece(self, text: str, x0: float, top: float) -> Piece:
        self.number += 1
        return Piece(Box(x0, top, x0 + 4.0 * len(text), top + 6), text, self.number)

    def row(self, *, above: str = "", below: str = "", at: float | None = None, objective: str = "Obras") -> None:
        top = self.ends[-1]
        texts = [("ACTIVIDAD", 0), ("1.2.3.4", 1), (objective, 2), ("12", 3), ("3", 4), ("4", 5)]
        held: list[list[Piece]] = [[] for _ in EDGES[1:]]
        line = top + (8 if above else 0)
        for text, column in texts:
            held[column].append(self.piece(text, EDGES[column] + 2, line))
        for text, height in ((above, top), (below, line + 7)):
            if text:
                x0 = MIDDLE - 2.0 * len(text) if at is None else at
                column = max(n for n, edge in enumerate(EDGES[:-1]) if edge <= x0)
                held[column].append(self.piece(text, x0, height))
        self.slots += [Slot(len(self.ends) - 1, n, 1, tuple(mine), stained=n == 3) for n, mine in enumerate(held)]
        self.ends.append(line + (15 if below else 7))

    def stand(self, row: int, column: int, text: str, x0: float, top: float) -> None:
        """Let a piece stand in a cell beside what stands there."""
        n = next(n for n, s in enumerate(self.slots) if (s.row, s.column) == (row, column))
        self.slots[n] = replace(self.slots[n], pieces=(*self.slots[n].pieces, self.piece(text, x0, top)))

    def found(self) -> Found:
        return Found(1, EDGES, tuple(self.ends), tuple(self.slots))


def with_bands(found: Found, *outside: Piece) -> Found:
    pieces = *(p for s in found.slots for p in s.pieces), *outside
    return unruled_bands.with_bands(found, PageText(1, pieces, words=False))


def bands(found: Found) -> dict[int, str]:
    """Give what stands in one cell over all columns below the headings, by its row."""
    return {s.row: " ".join(p.text for p in s.pieces) for s in found.slots if s.column_span == 6 and s.row > 1}


@pytest.mark.parametrize("at", [None, 12.0])
def test_lines_alone_at_the_same_place_above_or_below_rows_are_bands(at: float | None) -> None:
    page = Page()
    page.row(above="DIF", below="OBRAS Y SERVICIOS", at=at)
    page.row()
    page.row(above="INSTITUTO DE LA MUJER", at=at)
    found = with_bands(page.found())
    assert bands(found) == {2: "DIF", 4: "OBRAS Y SERVICIOS", 6: "INSTITUTO DE LA MUJER"}
    texts = [[p.text for p in s.pieces] for s in found.slots if s.row == 3]
    assert texts == [["ACTIVIDAD"], ["1.2.3.4"], ["Obras"], ["12"], ["3"], ["4"]]
    assert len(found.row_edges) == 9
    assert list(found.row_edges) == sorted(found.row_edges)


def test_what_only_a_band_reached_into_is_not_doubted_any_more() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS")
    page.row(above="DIRECCIÓN GENERAL DE EGRESOS")
    page.row()
    stained = {s.row for s in with_bands(page.found()).slots if s.stained}
    assert stained == {6}


def test_a_line_alone_that_no_other_is_set_like_stays() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS")
    page.row()
    assert bands(with_bands(page.found())) == {}


@pytest.mark.parametrize(("text", "told"), [("DIRECCIÓN GENERAL DE EG", True), ("RECIBIDO", False), ("DIF", False)])
def test_words_below_figures_where_bands_reach_are_left_of_one_though_texts_stand_beside_them(
    text: str, *, told: bool
) -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS Y SERVICIOS")
    page.row(above="SECRETARÍA DE FINANZAS Y ADMINISTRACIÓN PÚBLICA")
    page.row(below=text, at=212.0)
    page.stand(4, 2, "y caminos", EDGES[2] + 2, page.ends[-2] + 7)
    found = with_bands(replace(page.found(), figures=frozenset({3, 4, 5})))
    assert (text in bands(found).values()) is told
    assert unsure(found) == ([text] if told else [])


@pytest.mark.parametrize(
    ("text", "off", "told"), [("OBRAS", 2.0, True), ("OBRAS", 60.0, False), ("Elaboró", 2.0, False)]
)
def test_a_band_that_follows_the_last_row_ends_the_table(text: str, off: float, *, told: bool) -> None:
    page = Page()
    page.row(above="DIF")
    page.row(above="OBRAS Y SERVICIOS")
    end = page.piece(text, MIDDLE - 2.0 * len(text), page.ends[-1] + off)
    found = with_bands(page.found(), end)
    assert (text in bands(found).values()) is told
    assert len(found.row_edges) == max(s.row for s in found.slots) + 2


def test_what_is_left_of_a_band_within_the_reach_of_others_is_one() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS")
    page.row(above="DIRECCIÓN GENERAL DE EGRESOS")
    page.row(above="DE EGRESOS", at=190.0)
    assert list(bands(with_bands(page.found())).values())[2:] == ["DE EGRESOS"]


@pytest.mark.parametrize(("x0", "left"), [(150.0, True), (112.0, False)])
def test_parts_of_a_band_that_stand_far_apart_are_one_unless_they_stand_as_a_column_does(
    x0: float, *, left: bool
) -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS")
    page.row(above="DIRECCIÓN GENERAL DE EGRESOS")
    page.row(above="ES", at=230.0)
    page.stand(4, 2, "DIREC", x0, page.ends[-2])
    found = bands(with_bands(page.found()))
    assert ("DIREC ES" in found.values()) is left


def unsure(found: Found) -> list[str]:
    return [" ".join(p.text for p in s.pieces) for s in found.slots if s.column_span == 6 and s.unsure]


@pytest.mark.parametrize(("aside", "told"), [(0.0, ["UNIDAD POTABLE"]), (40.0, [])])
def test_the_ends_of_a_band_wider_than_the_others_are_one_about_their_middle_that_nobody_can_tell(
    aside: float, told: list[str]
) -> None:
    page = Page()
    page.row(above="DIRECCIÓN DE OBRAS")
    page.row(above="DIF MUNICIPAL")
    page.row(above="UNIDAD", at=MIDDLE - 80)
    page.stand(4, 4, "POTABLE", MIDDLE + 80 - 28 + aside, page.ends[-2])
    found = with_bands(page.found())
    assert list(bands(found).values())[2:] == unsure(found) == told


@pytest.mark.parametrize(
    ("beside", "told"), [("RECIBI", ["DIF", "PARQUES", "OBRAS Y SERVICIOS"]), ("12", ["DIF", "PARQUES"])]
)
def test_what_a_stamp_leaves_beside_a_centred_band_is_no_part_of_it(beside: str, told: list[str]) -> None:
    page = Page()
    page.row(above="DIF")
    page.row(above="PARQUES")
    page.row(above="OBRAS Y SERVICIOS")
    page.stand(4, 5, beside, 330, page.ends[-2] - 0.5)
    assert list(bands(with_bands(page.found())).values()) == told


@pytest.mark.parametrize("mark", ["L", "1"])
def test_a_letter_or_digit_that_a_stamp_left_beside_a_band_hides_no_band(mark: str) -> None:
    page = Page()
    page.row(above="DIF")
    page.row(above="OBRAS Y SERVICIOS")
    page.stand(3, 1, mark, 100, page.ends[-2] + 4)
    found = with_bands(page.found())
    assert list(bands(found).values()) == ["DIF", "OBRAS Y SERVICIOS"]
    assert not unsure(found)


def test_a_part_of_a_centred_band_may_stand_in_the_middle_of_a_column() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS PÚBLICAS")
    page.row(above="DIRECCIÓN GENERAL DE SEGURIDAD")
    page.row(above="EFATURA", at=132.0, objective="Obras y servicios")
    page.stand(4, 2, "DE ARCHIVOS Y ACTAS", 162.0, page.ends[-2])
    assert list(bands(with_bands(page.found())).values())[2:] == ["EFATURA DE ARCHIVOS Y ACTAS"]


def test_a_speck_beside_a_band_is_no_text_on_its_line() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS")
    page.row(above="DIRECCIÓN GENERAL DE EGRESOS")
    page.stand(3, 2, ".", EDGES[2] + 2, page.ends[-2] + 1.5)
    assert list(bands(with_bands(page.found())).values())[1] == "DIRECCIÓN GENERAL DE EGRESOS"


def test_a_band_that_a_bad_copy_parts_between_words_is_one() -> None:
    page = Page()
    page.row(above="DIRECCIÓN GENERAL DE OBRAS")
    page.row(above="DIRECCIÓN GENERAL DE EGRESOS")
    found = page.found()
    whole = next(p for s in found.slots for p in s.pieces if p.text.endswith("EGRESOS"))
    half = (whole.box.x0 + whole.box.x1) / 2
    left = replace(whole, box=replace(whole.box, x1=half), text="DIRECCIÓN")
    right = replace(whole, box=replace(whole.box, x0=half + 2), text="GENERAL DE EGRESOS", number=99)
    slots = tuple(replace(s, pieces=tuple(left if p is whole else p for p in s.pieces)) for s in found.slots)
    slots = tuple(replace(s, pieces=(*s.pieces, right)) if (s.row, s.column) == (3, 2) else s for s in slots)
    assert list(bands(with_bands(replace(found, slots=slots))).values())[1] == "DIRECCIÓN GENERAL DE EGRESOS"


@pytest.mark.parametrize(("text", "at"), [("y caminos", 112.0), ("(DIF)", 12.0), ("PROPÓSITO", 12.0), ("12,345", None),
                                          ("RECIBIDO", None)])  # fmt: skip
def test_lines_of_a_column_levels_figures_and_stamps_are_no_bands(text: str, at: float | None) -> None:
    page = Page()
    page.row(below=text, at=at)
    page.row(below=text, at=at)
    assert bands(with_bands(page.found())) == {}


@pytest.mark.parametrize(("heading", "told"), [("Nivel", True), ("Unidad responsable", False)])
def test_a_band_at_the_left_stands_beside_a_misread_level_where_the_heading_says_so(
    heading: str, *, told: bool
) -> None:
    page = Page()
    page.row(above="DIF", at=12.0)
    page.row(above="OBRAS", at=12.0)
    slots = [replace(s, pieces=tuple(replace(p, text=p.text.replace("ACTIVIDAD", "ACHVDAD")) for p in s.pieces))
             for s in page.slots]  # fmt: skip
    slots[1] = Slot(1, 0, 1, (page.piece(heading, 12, 6),))
    assert bool(bands(with_bands(replace(page.found(), slots=tuple(slots))))) is told


@pytest.mark.parametrize(("below", "span"), [("Meta anual", 2), ("II trimestre", 4)])
def test_a_title_is_no_heading_and_makes_one_no_wider(below: str, span: int) -> None:
    page = Page()
    page.row()
    title, kept = page.piece("DEPENDENCIA O ENTIDAD: Sistema DIF Municipal", 70, 0), page.piece("1 de medida", 73, 6)
    page.slots[:2] = [Slot(0, 1, 4, (title, kept)), Slot(1, 3, 1, (page.piece(below, 212, 12),))]
    head = with_bands(page.found()).slots[0]
    assert (head.column, head.column_span, [p.text for p in head.pieces]) == (1, span, ["1 de medida"])


def test_the_quarter_of_the_report_and_what_stands_above_it_are_no_headings() -> None:
    page = Page()
    page.row()
    titles = page.piece("AVANCE DE METAS", 70, 0), page.piece("SEGUNDO TRIMESTRE 2024", 70, 2)
    page.slots[:2] = [Slot(0, 1, 2, (*titles, page.piece("Unidad", 73, 6))), Slot(1, 3, 1, (page.piece("T1", 212, 9),))]
    assert [[p.text for p in s.pieces] for s in with_bands(page.found()).slots[:2]] == [["Unidad"], ["T1"]]


def test_columns_that_name_quarters_with_their_year_keep_their_headings() -> None:
    page = Page()
    page.row()
    heads = [page.piece(f"{n} TRIMESTRE 2024", 212 + 50 * i, 6) for i, n in enumerate(("PRIMER", "SEGUNDO"))]
    page.slots[:2] = [Slot(0, 3 + i, 1, (head,)) for i, head in enumerate(heads)]
    assert [s.pieces for s in with_bands(page.found()).slots[:2]] == [(heads[0],), (heads[1],)]
