"""Rows of tables without rules are parted as their texts are set, also beside bands, notes and other headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.cells import Box
from ingest.contract import to_json
from ingest.extract import read_document
from ingest.profile import Meaning, load_profiles
from ingest.readers.pieces import Piece
from ingest.readers.unruled_heads import with_leaves
from ingest.readers.unruled_rows import holds_several_rows
from tests.scans import scan

SIZE, LEADING = 6.0, 7.0
WIDTH, TOP = 800.0, 30.0
XS = [20.0, 70.0, 120.0, 210.0, 300.0, 350.0, 400.0, 450.0, 500.0, 550.0]
ENDS = [*XS[1:], 780.0]
HEADS = [["Clave"], ["Nivel"], ["Objetivo"], ["Indicador"], ["Meta anual"], ["Prog. 1T"], ["Real 1T"], ["Prog. 2T"],
         ["Real 2T"], ["Justificación"]]  # fmt: skip
OBJECTIVE = ["Obras en beneficio de", "la población del", "municipio"]
REASON = [
    "Se cumplió la meta del",
    "trimestre con las obras",
    "que se tenían previstas",
    "para el periodo que",
    "se informa",
]


@dataclass
class Drawing:
    """A table drawn line by line: where the texts of a cell stand in its row (0 top, 0.5 middle, 1 foot)."""

    path: Path
    texts: float = 0.0
    figures: float = 0.0
    pad: float = 0.0
    numbers: str = "left"
    heads: list[list[str]] = field(default_factory=lambda: HEADS)
    repeat: bool = False
    running: str = ""
    height: float = 600.0
    y: float = TOP

    def __post_init__(self) -> None:
        self.canvas = Canvas(str(self.path), pagesize=(WIDTH, self.height), invariant=1)
        self.canvas.setFont("Helvetica", SIZE)
        self._running()
        self.line(20, "SEGUNDO TRIMESTRE 2024")
        self.headings()

    def text(self, x: float, y: float, text: str) -> None:
        self.canvas.drawString(x, self.height - y - 0.8 * SIZE, text)

    def line(self, x: float, text: str) -> None:
        self.text(x, self.y, text)
        self.y += LEADING + 2 * self.pad

    def headings(self) -> None:
        for x, lines in zip(XS, self.heads, strict=True):
            for n, text in enumerate(lines):
                self.text(x, self.y + n * LEADING, text)
        self.y += max(map(len, self.heads)) * LEADING + 2 * self.pad

    def row(self, code: str, level: str, figures: list[str], objective: list[str], reason: list[str]) -> None:
        cells = [[code], [level], objective, ["Avance"], *(f.split("\n") for f in figures), reason]
        height = max(map(len, cells))
        room = max(0, int((self.height - 30 - self.y - self.pad) // LEADING))
        for n, lines in enumerate(cells):
            place = self.figures if 4 <= n < 9 else self.texts
            start = place * (height - len(lines))
            for k, text in enumerate(lines):
                if start + k < room:
                    self._cell(n, self.y + self.pad + (start + k) * LEADING, text)
        self.y += height * LEADING + 2 * self.pad
        if height > room:
            self.page()
            for n, lines in enumerate(cells):
                for k, text in enumerate(lines[room:]):
                    self._cell(n, self.y + self.pad + k * LEADING, text)
            self.y += (height - room) * LEADING + 2 * self.pad

    def _cell(self, column: int, y: float, text: str) -> None:
        right = self.numbers == "right" and 4 <= column < 9
        self.text(ENDS[column] - 4 - self.canvas.stringWidth(text) if right else XS[column], y, text)

    def page(self) -> None:
        self.canvas.showPage()
        self.canvas.setFont("Helvetica", SIZE)
        self.y = TOP
        self._running()
        if self.repeat:
            self.headings()

    def _running(self) -> None:
        if self.running:
            self.text(20, TOP - 1.2 * LEADING - 2 * self.pad, self.running)

    def read(self) -> dict[str, Any]:
        self.canvas.save()
        return to_json(read_document(self.path))


def figures(n: int) -> list[str]:
    return [str(40 + 2 * n), str(20 + n), str(18 + n), str(20 + n), str(15 + n)]


def rows(drawing: Drawing, count: int, first: int = 1) -> None:
    for n in range(first, first + count):
        level = ("Fin", "Propósito", "Componente")[n - 1] if n < 4 else "Actividad"
        drawing.row(f"4.1.2{'.1' * (n - 1) if n < 4 else f'.1.1.{n - 3}'}", level, figures(n),
                    OBJECTIVE[: 1 + n % 3], REASON[: 1 + (2 * n) % 5])  # fmt: skip


def check(read: dict[str, Any], count: int) -> None:
    assert len(read["rows"]) == count
    for n, row in enumerate(read["rows"], start=1):
        assert row["objective"] == " ".join(OBJECTIVE[: 1 + n % 3])
        assert row["justification"] == " ".join(REASON[: 1 + (2 * n) % 5])
        values = [row["annual_goal"], row["goal"][0], row["achieved"][0], row["goal"][1], row["achieved"][1]]
        assert [v["value"] for v in values] == [float(f) for f in figures(n)]


@pytest.mark.parametrize("pad", [0.0, 0.5, 3.0])
@pytest.mark.parametrize(("texts", "numbers"), [(0, 0), (0, 0.5), (0, 1), (0.5, 0.5), (0.5, 1), (1, 0.5), (1, 1)])
def test_texts_stay_in_their_row_wherever_they_are_set_in_it(
    texts: float, numbers: float, pad: float, tmp_path: Path
) -> None:
    drawing = Drawing(tmp_path / "a.pdf", texts=texts, figures=numbers, pad=pad)
    rows(drawing, 7)
    check(drawing.read(), 7)


@pytest.mark.parametrize(("texts", "numbers"), [(0, 0), (0.5, 0.5), (1, 1)])
def test_texts_of_a_scan_stay_in_their_row_and_what_stands_below_the_table_is_none_of_it(
    texts: float, numbers: float, tmp_path: Path
) -> None:
    drawing = Drawing(tmp_path / "a.pdf", texts=texts, figures=numbers, pad=0.8)
    rows(drawing, 7)
    drawing.text(XS[-1], drawing.height - 30, "1 de 1")
    drawing.canvas.save()
    read = to_json(read_document(scan(drawing.path, tmp_path / "b.pdf")))
    assert len(read["rows"]) == 7
    for n, row in enumerate(read["rows"], start=1):
        assert row["objective"] == " ".join(OBJECTIVE[: 1 + n % 3])
        assert row["justification"] == " ".join(REASON[: 1 + (2 * n) % 5])


@pytest.mark.parametrize("repeat", [True, False])
@pytest.mark.parametrize("running", ["", "Secretaría de Finanzas 23/11/2026"])
def test_a_row_that_a_page_break_splits_keeps_the_texts_of_both_pages(
    repeat: bool, running: str, tmp_path: Path
) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=2.0, repeat=repeat, running=running, height=260)
    rows(drawing, 12)
    read = drawing.read()
    check(read, 12)
    assert len({row["page"] for row in read["rows"]}) > 1
    assert read["rejected"] == []


def test_the_band_right_below_the_headings_names_the_department_of_the_first_rows(tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", texts=0.5, figures=0.5)
    drawing.line(20, "DIRECCIÓN DE INGRESOS")
    rows(drawing, 3)
    drawing.line(20, "TESORERÍA MUNICIPAL")
    rows(drawing, 4, first=4)
    read = drawing.read()
    check(read, 7)
    assert [r["department"] for r in read["rows"]] == ["DIRECCIÓN DE INGRESOS"] * 3 + ["TESORERÍA MUNICIPAL"] * 4


def test_what_every_page_repeats_at_its_top_is_no_department(tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0, running="Sistema de Evaluación", height=260)
    drawing.line(20, "DIRECCIÓN DE INGRESOS")
    rows(drawing, 3)
    drawing.line(20, "TESORERÍA MUNICIPAL")
    rows(drawing, 11, first=4)
    departments = [r["department"] for r in drawing.read()["rows"]]
    assert departments == ["DIRECCIÓN DE INGRESOS"] * 3 + ["TESORERÍA MUNICIPAL"] * 11


@pytest.mark.parametrize("note", ["Nota: la meta se ajustó por oficio.", "* Cifras preliminares.", "Fuente: registros"])
def test_a_note_between_rows_is_no_department(note: str, tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=2.0)
    drawing.line(20, "TESORERÍA MUNICIPAL")
    rows(drawing, 4)
    drawing.line(20, note)
    rows(drawing, 3, first=5)
    read = drawing.read()
    check(read, 7)
    assert {r["department"] for r in read["rows"]} == {"TESORERÍA MUNICIPAL"}


@pytest.mark.parametrize("texts", [0.0, 0.5, 1.0])
def test_headings_between_rows_begin_another_part_of_the_table(texts: float, tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0, texts=texts, figures=texts)
    rows(drawing, 4)
    drawing.y += 12
    drawing.line(20, "CONTINUACIÓN DEL PROGRAMA")
    drawing.headings()
    rows(drawing, 4, first=5)
    check(drawing.read(), 8)


@pytest.mark.parametrize("place", [0.0, 0.5])
def test_figures_that_a_narrow_column_wraps_are_whole(place: float, tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0, texts=place, figures=place)
    rows(drawing, 3)
    wrapped = ["3,804,20\n9", "1,463,401.\n43", "16,832.2\n3", "250", "100"]
    drawing.row("4.1.2.1.1.1", "Actividad", wrapped, OBJECTIVE, REASON)
    row = drawing.read()["rows"][3]
    assert [row["annual_goal"]["value"], row["goal"][0]["value"], row["achieved"][0]["value"]] == [
        3804209, 1463401.43, 16832.23,
    ]  # fmt: skip
    assert [row["goal"][1]["value"], row["achieved"][1]["value"]] == [250, 100]


def test_two_numbers_in_one_cell_are_not_put_together(tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0)
    rows(drawing, 3)
    drawing.row("4.1.2.1.1.1", "Actividad", ["500\n100", *figures(4)[1:]], OBJECTIVE, REASON)
    annual = drawing.read()["rows"][3]["annual_goal"]
    assert (annual["value"], annual["quality"]) == (None, "disputed")


def test_the_last_line_of_headings_on_the_next_page_is_no_rest_of_a_row(tmp_path: Path) -> None:
    heads = [*HEADS[:4], ["Meta", "anual", "PROGRAM", "ADA"], *HEADS[5:]]
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0, heads=heads, repeat=True, texts=1.0, figures=1.0)
    for n in range(1, 11):
        if n == 6:
            drawing.page()
        rows(drawing, 1, first=n)
    check(drawing.read(), 10)


def test_headings_set_to_the_left_over_figures_set_to_the_right_take_the_next_column() -> None:
    body = [(20.0, 60.0), (130.0, 140.0), (180.0, 190.0)]
    heads = [piece("Clave", 20, 40), piece("1T", 100, 110), piece("2T", 150, 160), piece("3T", 200, 210)]
    found = [columns for columns, doubtful in with_leaves(body, [[h] for h in heads], []) if doubtful and columns]
    texts = [[(c.text, c.at) for c in columns] for columns in found]
    assert [
        ("Clave", (20.0, 60.0)), ("1T", (100.0, 140.0)), ("2T", (150.0, 190.0)), ("3T", (200.0, 210.0))
    ] in texts  # fmt: skip


def piece(text: str, x0: float, x1: float) -> Piece:
    return Piece(Box(x0, 10.0, x1, 16.0), text, int(x0))


@pytest.mark.parametrize("stretch", [4.0, 14.0])
def test_figures_in_the_justified_text_of_a_sentence_make_no_row(stretch: float, tmp_path: Path) -> None:
    drawing = Drawing(tmp_path / "a.pdf", pad=1.0)
    rows(drawing, 3)
    y = drawing.y + drawing.pad
    drawing.row("4.1.2.1.1.1", "Actividad", figures(4), OBJECTIVE, REASON[:1])
    for n, words in enumerate(("Ley 3 de 3 y 4 más", "las 2 de 2 y 5 más"), start=1):
        line = drawing.canvas.beginText(XS[9], drawing.height - y - n * LEADING - 0.8 * SIZE)
        line.setWordSpace(stretch)
        line.textOut(words)
        drawing.canvas.drawText(line)
    read = drawing.read()
    assert [r["achieved"][1]["value"] for r in read["rows"]] == [15.0 + n for n in range(1, 5)]
    assert read["rows"][3]["justification"] == f"{REASON[0]} Ley 3 de 3 y 4 más las 2 de 2 y 5 más"


def test_a_title_over_goals_and_results_makes_no_percentages_of_them() -> None:
    profile = load_profiles()[0]
    assert profile.meaning("Avance físico / Realizado / 1er trimestre") == Meaning("achieved", 1)
    assert profile.meaning("Avance de metas / Programado / 2do trimestre") == Meaning("goal", 2)
    assert profile.meaning("% Avance físico / 1er trimestre") == Meaning("progress_pct", 1)
    assert profile.meaning("Avance trimestral de metas") == Meaning("progress_pct")


WRAPPED = ["1,206,\n528", "585,\n300", "1,205,\n702"]
POINTS = ["1.206.528\n10.1%\n14", "585.300\n2.205\n8", "20\n31\n7", "10.0%", "100.0%", "1.001,2"]
FULL = ["20\n31", "585\n100", "7\n8"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["4.1.1\n4.1.1.1", *FULL], True),
        (["4.1.1 Obras\nde la\n4.1.1.1 Calles", *FULL], True),
        (["4.1.1", *WRAPPED, "4.1.1.1", *WRAPPED], False),
        (["4.1.1\n4.1.1.1", "Fin\nPropósito", "20", "31"], False),
        (["4.1.1\n4.1.1.1", *FULL, "4.1.1.2", "4.1.1.3", "4.1.1.4"], False),
        (["41.1 Obras\n4 1.11Calles\n4.1.1.2", *POINTS], True),
    ],
)
def test_a_grid_that_parts_no_rows_is_told_by_its_codes_and_figures(cells: list[str], expected: bool) -> None:
    assert holds_several_rows(cells) is expected
