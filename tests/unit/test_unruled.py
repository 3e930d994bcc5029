"""Tables without rules, or with lines across only, are read as they were drawn, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib.pagesizes import landscape, legal
from reportlab.pdfgen.canvas import Canvas

from ingest.cells import Box
from ingest.contract import to_json
from ingest.errors import NotAReportError
from ingest.extract import read_document
from ingest.profile import Meaning
from ingest.readers.pieces import Piece
from ingest.readers.unruled_headings import Meanings, _has_goals, _is_in_order, _Solution
from ingest.readers.unruled_heads import Column, levels
from tests.comparison import compare
from tests.pdfs import Manner, draw
from tests.reports import Report, make_report
from tests.sheets import WORDINGS, Sheet, make_sheet, relabel

UNRULED = Manner(rules="none")
HEADINGS = {"T1": "1er. Trim.", "T2": "2do. Trim."}


def read(sheet: Sheet, path: Path, manner: Manner = UNRULED) -> dict[str, Any]:
    draw(sheet, path, manner)
    return to_json(read_document(path))


def small(seed: int, **traits: int) -> Report:
    return make_report(seed, components=3, activities=2, **traits)


@pytest.mark.parametrize("layout", ["A", "C", "D", "E", "F"])
@pytest.mark.parametrize("wording", ["trim", "ordinal", "months"])
def test_headings_of_two_levels_are_understood_without_rules(layout: str, wording: str, tmp_path: Path) -> None:
    report = small(list(WORDINGS).index(wording) + 3, quarter=2)
    result = compare(read(make_sheet(report, layout, wording=wording), tmp_path / "a.pdf"), report.truth())
    assert result.is_perfect, result


@pytest.mark.parametrize(
    ("layout", "manner"),
    [
        ("D", Manner(rules="rows")),
        ("C", Manner(rules="head")),
        ("E", Manner(rules="none", zebra=True)),
        ("C", Manner(rules="none", align="top")),
        ("D", Manner(rules="none", align="middle")),
        ("A", Manner(rules="rows", align="middle", split="first")),
        ("C", Manner(rules="none", numbers="right")),
        ("D", Manner(rules="none", numbers="right", headings="left")),
        ("E", Manner(rules="none", numbers="left")),
        ("E", Manner(rules="none", bands="left")),
        ("C", Manner(rules="none", justify=True)),
        ("D", Manner(rules="none", order="shuffled")),
        ("C", Manner(rules="none", order="characters")),
        ("D", Manner(rules="none", spaces=False)),
        ("C", Manner(rules="none", rotate=90)),
        ("D", Manner(rules="none", align="top", pad=0.0001)),
        ("F", Manner(rules="none", size=4.0, page=(legal[0], legal[1]))),
        ("C", Manner(rules="none", footnote="Nota: las metas se ajustaron en 12.5% por 3 motivos.")),
        ("C", Manner(rules="box")),
        ("D", Manner(rules="box", align="middle")),
        ("E", Manner(rules="box")),
        ("E", Manner(rules="box", outer=False)),
        ("F", Manner(rules="box")),
    ],
)
def test_every_manner_without_rules_is_read_exactly(layout: str, manner: Manner, tmp_path: Path) -> None:
    report = small(7, quarter=3)
    result = compare(read(make_sheet(report, layout), tmp_path / "a.pdf", manner), report.truth())
    assert result.is_perfect, result


@pytest.mark.parametrize("layout", ["C", "E"])
@pytest.mark.parametrize("repeat", [True, False])
def test_rows_of_several_pages_are_found_also_without_headings(layout: str, repeat: bool, tmp_path: Path) -> None:
    report = make_report(5, components=4, activities=4, quarter=2)
    for height in (230.0, 300.0):
        manner = Manner(rules="none", repeat_headings=repeat, page=(landscape(legal)[0], height))
        result = compare(read(make_sheet(report, layout), tmp_path / f"{height}.pdf", manner), report.truth())
        assert result.is_perfect, result


def test_goals_under_the_heading_of_what_was_achieved_are_refused(tmp_path: Path) -> None:
    """Percentages contradict every reading of these headings: they stand over the wrong figures."""
    sheet = make_sheet(small(7, quarter=3), "D")
    swapped = [
        {"META PROGRAMADA": "META REALIZADA", "META REALIZADA": "META PROGRAMADA"}.get(c.group, c.group)
        for c in sheet.columns
    ]
    columns = tuple(
        type(c)(c.key, "" if c.key == "annual" else g, "META ANUAL" if c.key == "annual" else c.heading, c.weight)
        for c, g in zip(sheet.columns, swapped, strict=True)
    )
    wrong = Sheet(sheet.report, sheet.titles, columns, sheet.lines)
    with pytest.raises(NotAReportError):
        read(wrong, tmp_path / "a.pdf")


def test_figures_below_an_unknown_heading_are_told_not_guessed(tmp_path: Path) -> None:
    report = small(7, quarter=3)
    result = read(relabel(make_sheet(report, "C"), pctq="Valor", cumq="Nota"), tmp_path / "a.pdf")
    assert {r["code"] for r in result["rows"]} == {r.code for r in report.rows}
    assert all(r["progress_pct"] == [None] * 4 for r in result["rows"]) or result["rejected"]


def test_a_figure_over_two_columns_leaves_both_in_doubt(tmp_path: Path) -> None:
    """A text right through two columns leaves open whose figures stand beside it, and nothing else."""
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(600, 300))
    canvas.setFont("Helvetica", 6)
    heads = ("Clave", "Nivel", "Objetivo", "Indicador", "Meta anual", "Meta 1er. Trim.", "Realizado 1er. Trim.")
    canvas.drawString(20, 280, "PRIMER TRIMESTRE 2024")
    for i, head in enumerate(heads):
        canvas.drawString(20 + 80 * i, 250, head)
    for row in range(4):
        texts = [f"1.2.3.{row + 1}", "Actividad", "Obra", "Avance", "100", "25", "20"]
        if row == 2:
            texts[4:6] = ["", "1,234,567,890,123,456,789,012,345,678,901"]
        for i, text in enumerate(texts):
            canvas.drawString(20 + 80 * i - (75 if row == 2 and i == 5 else 0), 230 - 20 * row, text)
    canvas.save()
    rows = to_json(read_document(path))["rows"]
    assert [r["annual_goal"]["value"] for r in rows if r["code"] != "1.2.3.3"] == [100, 100, 100]
    doubted = next(r for r in rows if r["code"] == "1.2.3.3")
    assert {doubted["annual_goal"]["quality"], doubted["goal"][0]["quality"]} <= {"disputed", "missing"}
    assert doubted["achieved"][0]["value"] == 20


def test_figures_that_the_edge_of_the_page_cuts_are_doubted(tmp_path: Path) -> None:
    report = small(7, quarter=3)
    sheet = make_sheet(report, "F", wording="ordinal")
    for crop in range(2, 16, 2):
        path = tmp_path / f"{crop}.pdf"
        draw(sheet, path, Manner(rules="lines", numbers="right"))
        pdf = pypdfium2.PdfDocument(path.read_bytes())
        for page in pdf:
            page.set_cropbox(0, 0, page.get_width() - 14 - crop, page.get_height())
        pdf.save(path)
        assert compare(to_json(read_document(path)), report.truth()).silent == []


def placed(path: Path, heads: list[tuple[float, float, str]], rows: list[list[tuple[float, str]]], rules: bool) -> Path:
    """Draw headings that end at (x, y), and below them rows of texts that end at x; with rules down the page."""
    canvas = Canvas(str(path), pagesize=(700, 300))
    canvas.setFont("Helvetica", 6)
    canvas.drawString(20, 290, "CUARTO TRIMESTRE 2024")
    for x, y, text in heads:
        canvas.drawRightString(x, y, text)
    for number, row in enumerate(rows):
        for x, text in row:
            canvas.drawRightString(x, 230 - 14 * number, text)
    if rules:
        for x, _ in rows[0]:
            canvas.line(x + 1, 250, x + 1, 230 - 14 * len(rows))
    canvas.save()
    return path


ENDS = [60, 110, 160, 210, *(250 + 30 * n for n in range(9))]
QUARTERS = ["Ene-Mar", "Abr-Jun", "Jul-Sep", "Oct-Dic"]


@pytest.mark.parametrize("rules", [True, False])
@pytest.mark.parametrize("top", [None, "SEGUIMIENTO"])
def test_headings_over_quarters_that_are_set_to_the_right_are_understood(
    rules: bool, top: str | None, tmp_path: Path
) -> None:
    """Figures touch their neighbours, and each quarter stands over the end of its two columns."""
    heads = [
        (x, 250.0, t) for x, t in zip(ENDS, ["Clave", "Nivel", "Objetivo", "Indicador", "Meta anual"], strict=False)
    ]
    heads += [(ENDS[6 + 2 * q], 258.0, name) for q, name in enumerate(QUARTERS)]
    heads += [(ENDS[5 + n], 250.0, "Real." if n % 2 else "Prog.") for n in range(8)]
    heads += [(ENDS[-1], 266.0, top)] if top else []
    rows = []
    for n in range(5):
        figures = [f"{(n + 2) * (q + 1) * 111111:,}" if n == 3 else str((n + 2) * (q + 1)) for q in range(4)]
        total = sum(int(f.replace(",", "")) for f in figures)
        texts = [f"4.1.2.{n + 1}", "Actividad", "Obra", "Avance", f"{total:,}"]
        texts += [t for f in figures for t in (f, f if n % 2 else "")]
        rows.append([(x, t) for x, t in zip(ENDS, texts, strict=True) if t])
    full = [r for r in rows if len(r) == len(ENDS)]
    read = to_json(
        read_document(placed(tmp_path / "a.pdf", heads, [*full, *(r for r in rows if r not in full)], rules))
    )
    assert len(read["rows"]) == 5
    for row in read["rows"]:
        n = int(row["code"][-1]) - 1
        wanted = [(n + 2) * (q + 1) * (111111 if n == 3 else 1) for q in range(4)]
        assert [v["value"] for v in row["goal"]] == wanted
        assert [v["value"] for v in row["achieved"]] == (wanted if n % 2 else [None] * 4)


def test_quarters_that_could_stand_over_other_columns_leave_no_goal_without_one(tmp_path: Path) -> None:
    """A goal beside four quarters of goals and results belongs to one of them: such a reading of headings is wrong."""
    ends = [60, 110, 160, 210, *(260 + 50 * n for n in range(8))]
    heads = [(x, 250.0, t) for x, t in zip(ends, ["Clave", "Nivel", "Objetivo", "Indicador"], strict=False)]
    heads += [(ends[4 + n], 250.0, "Alcanzado" if n % 2 else "Meta") for n in range(8)]
    heads += [(ends[5 + 2 * q] - 22, 258.0, f"{q + 1}T") for q in range(4)]
    rows = [
        [(x, t) for x, t in zip(ends, [f"4.1.2.{n + 1}", "Actividad", "Obra", "Avance", *"12345678"], strict=True)]
        for n in range(4)
    ]
    read = to_json(read_document(placed(tmp_path / "a.pdf", heads, rows, rules=False)))
    for row in read["rows"]:
        assert [v["value"] for v in row["goal"]] == [1, 3, 5, 7]
        assert [v["value"] for v in row["achieved"]] == [2, 4, 6, 8]


def piece(text: str, x0: float, x1: float, top: float, number: int) -> Piece:
    return Piece(Box(x0, top, x1, top + 8), text, number, number)


def test_a_heading_over_groups_leaves_each_of_them_where_it_stands() -> None:
    top = [piece("SEGUIMIENTO DE METAS", 890, 1042, 0, 1)]
    groups = [[piece("PROGRAMADO", 794, 884, 14, 2)], [piece("EJECUTADO", 1126, 1178, 14, 3)]]
    plain, told = levels([top, *groups])
    assert [u.box.x0 for u in plain] == [794, 890, 1126]
    assert [(u.box.x0, u.box.x1, [p.text for p in u.pieces]) for u in told] == [
        (794, 884, ["SEGUIMIENTO DE METAS", "PROGRAMADO"]),
        (1126, 1178, ["SEGUIMIENTO DE METAS", "EJECUTADO"]),
    ]


@pytest.mark.parametrize(
    ("quarters", "right"), [("I II III IV", True), ("I III", True), ("II I", False), ("I II IV III", False)]
)
def test_quarters_that_do_not_go_up_from_the_left_are_no_headings(quarters: str, right: bool) -> None:
    numbers = {"I": 1, "II": 2, "III": 3, "IV": 4}
    columns = tuple(Column((10.0 * n, 10.0 * n + 5), ()) for n in range(len(quarters.split())))
    meanings = tuple(Meaning("goal", numbers[q]) for q in quarters.split())
    solution = _Solution(columns, (), 0.0, meanings, 0)
    assert _is_in_order(solution, [c.at for c in columns], exact=True) is right


def test_quarters_of_a_scan_stand_as_far_apart_as_their_numbers_where_headings_were_lost() -> None:
    columns = tuple(Column((10.0 * n, 10.0 * n + 5), ()) for n in range(4))
    figures = [c.at for c in columns]
    for quarters, right in (((1, None, 3, 4), True), ((None, None, 1, 4), False), ((2, None, 3, 4), False)):
        meanings = tuple(None if q is None else Meaning("goal", q) for q in quarters)
        assert _is_in_order(_Solution(columns, (), 0.0, meanings, 0), figures, exact=False) is right


def test_a_doubtful_reading_that_takes_goals_for_results_is_not_proven_by_quarters_that_went_as_planned() -> None:
    def of(*fields: tuple[str, int]) -> Meanings:
        return tuple(Meaning(field, quarter) for field, quarter in fields)

    assert not _has_goals(of(("achieved", 1), ("goal", 2), ("achieved", 2)))
    assert _has_goals(of(("goal", 1), ("achieved", 1), ("goal", 2)))
    assert _has_goals(of(("achieved", 1), ("achieved", 2))), "a table of results alone"
