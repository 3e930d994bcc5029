"""Reports drawn in many manners are read cell by cell as they were drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from ingest.contract import to_json
from ingest.extract import read_document
from tests.comparison import compare
from tests.pdfs import Manner, draw
from tests.reports import Report, make_report
from tests.sheets import WORDINGS, make_sheet, relabel

PLAIN = Manner()


def read(report: Report, layout: str, path: Path, manner: Manner = PLAIN, wording: str = "trim") -> dict[str, Any]:
    draw(make_sheet(report, layout, wording=wording), path, manner)
    return to_json(read_document(path))


def small(seed: int, **traits: int) -> Report:
    return make_report(seed, components=2, activities=2, **traits)


@pytest.mark.parametrize("layout", ["A", "B", "D"])
@pytest.mark.parametrize("wording", WORDINGS)
def test_headings_of_every_wording_are_understood(layout: str, wording: str, tmp_path: Path) -> None:
    report = small(list(WORDINGS).index(wording), quarter=2)
    assert compare(read(report, layout, tmp_path / "a.pdf", wording=wording), report.truth()).is_perfect


@pytest.mark.parametrize(
    ("layout", "manner"),
    [
        ("A", Manner(rules="rects")),
        ("A", Manner(rules="fills", zebra=True)),
        ("B", Manner(rules="dashed")),
        ("D", Manner(rules="double")),
        ("B", Manner(outer=False)),
        ("D", Manner(outer=False, size=4.5)),
        ("A", Manner(order="columns")),
        ("B", Manner(order="shuffled")),
        ("D", Manner(order="characters")),
        ("A", Manner(spaces=False)),
        ("D", Manner(justify=True)),
        ("A", Manner(numbers="left", pad=0.3)),
        ("B", Manner(numbers="right", pad=0.3)),
        ("D", Manner(numbers="wrapped", figure_width=0.55)),
        ("B", Manner(figure_width=0.62)),
        ("B", Manner(level="down")),
        ("B", Manner(level="flat")),
        ("A", Manner(turned_headings=True)),
        ("A", Manner(rotate=90)),
        ("B", Manner(rotate=180)),
        ("D", Manner(rotate=270)),
        ("A", Manner(offset=(-200.0, -300.0))),
        ("B", Manner(crop=40.0)),
        ("D", Manner(footnote="Nota: las metas se ajustaron en 12.5% por 3 motivos.")),
    ],
)
def test_every_manner_of_drawing_is_read_exactly(layout: str, manner: Manner, tmp_path: Path) -> None:
    report = small(7, quarter=3)
    result = compare(read(report, layout, tmp_path / "a.pdf", manner), report.truth())
    assert result.is_perfect, result


@pytest.mark.parametrize("layout", ["A", "B", "D"])
@pytest.mark.parametrize("split", ["first", "second"])
@pytest.mark.parametrize("repeat", [True, False])
def test_rows_that_page_breaks_split_are_whole_again(layout: str, split: str, repeat: bool, tmp_path: Path) -> None:
    for height in range(260, 320, 6):  # until a page break falls into a row
        report = make_report(21, components=3, activities=4)
        manner = Manner(split=split, repeat_headings=repeat, page=(1008, height))
        draw(make_sheet(report, layout), tmp_path / "a.pdf", manner)
        if any(len(boxes) > 1 for row in report.rows for boxes in row.boxes.values()):
            break
    else:
        pytest.fail("no row was split")
    read_rows = to_json(read_document(tmp_path / "a.pdf"))
    assert read_rows["document"]["pages"] > 2
    assert compare(read_rows, report.truth()).is_perfect


@pytest.mark.parametrize("layout", ["A", "B", "D"])
def test_planted_inconsistencies_are_found_and_no_others(layout: str, tmp_path: Path) -> None:
    report = make_report(5, components=3, activities=3, plants=("annual_vs_sum", "narrative_pct", "narrative_plan"))
    result = compare(read(report, layout, tmp_path / "a.pdf"), report.truth())
    assert any(r.planted for r in report.rows)
    assert result.is_perfect, result


def test_a_changed_figure_is_seen_by_the_comparison(tmp_path: Path) -> None:
    report = small(7)
    contract = read(report, "A", tmp_path / "a.pdf")
    contract["rows"][1]["goal"][0]["value"] += 1
    assert compare(contract, report.truth()).silent


def test_a_column_of_unknown_heading_is_told_and_not_guessed(tmp_path: Path) -> None:
    report = small(7)
    sheet = relabel(make_sheet(report, "A"), frequency="COLOR DE LA CARPETA")
    draw(sheet, tmp_path / "a.pdf")
    contract = to_json(read_document(tmp_path / "a.pdf"))
    assert any("COLOR DE LA CARPETA" in r["text"] for r in contract["rejected"])
    assert all(row["frequency"] is None for row in contract["rows"])


def test_a_row_of_totals_is_rejected_and_no_indicator(tmp_path: Path) -> None:
    report = small(7)
    sheet = make_sheet(report, "B")
    total = replace(report.rows[-1], printed={**dict.fromkeys(report.rows[-1].printed, ""), "objective": "TOTAL",
                                              "annual": "999", "plan1": "99"}, boxes={})  # fmt: skip
    draw(replace(sheet, lines=(*sheet.lines, replace(sheet.lines[-1], row=total))), tmp_path / "a.pdf")
    contract = to_json(read_document(tmp_path / "a.pdf"))
    assert compare(contract, report.truth()).is_perfect
    assert any("TOTAL" in r["text"] for r in contract["rejected"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    layout=st.sampled_from("ABD"),
    rules=st.sampled_from(["lines", "rects", "fills", "double"]),
    split=st.sampled_from(["no", "first", "second"]),
    order=st.sampled_from(["rows", "columns", "shuffled"]),
    decimals=st.sampled_from([0.0, 0.5]),
)
def test_any_table_gives_back_its_figures(
    seed: int, layout: str, rules: str, split: str, order: str, decimals: float, tmp_path: Path
) -> None:
    report = make_report(seed, components=1, activities=2, decimals=decimals)
    manner = Manner(rules=rules, split=split, order=order, page=(1008, 330))
    result = compare(read(report, layout, tmp_path / "a.pdf", manner), report.truth())
    assert not [*result.lost, *result.invented, *result.silent, *result.phantoms, *result.misplaced]
    assert result.exact == result.cells


def _cell_pdf(path: Path, texts: list[str], *, one_by_one: bool = False) -> None:
    """A report of one row whose quarterly goals are `texts`, drawn where they stand, over 28 points wide cells."""
    headings = ("Nivel", "Objetivo", "Indicador", "Meta anual", "Meta T1", "Meta T2", "Meta T3", "Meta T4", "Real T1")
    row = ["Fin", "1.2.3 Mejorar", "Avance", "10", *texts, "1"]
    canvas = Canvas(str(path), pagesize=(800, 300), invariant=1)
    canvas.drawString(20, 270, "Municipio de Tepic, Nayarit. Primer trimestre 2024")
    xs = [20.0, 70.0, 170.0, 250.0] + [310.0 + 28 * i for i in range(5)] + [500.0]
    canvas.setFont("Helvetica", 5)
    for y, cells in ((240, headings), (220, row)):
        for i, text in enumerate(cells):
            canvas.rect(xs[i], y, xs[i + 1] - xs[i], 20)
            x = xs[i] + 1
            for piece in text if one_by_one else [text]:
                canvas.drawString(x, y + 5, piece)
                x += canvas.stringWidth(piece, "Helvetica", 5)
    canvas.save()


def test_a_figure_that_flows_over_a_blank_neighbour_is_doubted(tmp_path: Path) -> None:
    _cell_pdf(tmp_path / "a.pdf", ["12345678901234", "", "3", "4"])
    goal = to_json(read_document(tmp_path / "a.pdf"))["rows"][0]["goal"]
    assert (goal[0]["quality"], goal[1]["value"]) == ("disputed", None)
    assert goal[2]["quality"] != "disputed"


def test_characters_placed_one_by_one_over_a_border_are_doubted(tmp_path: Path) -> None:
    _cell_pdf(tmp_path / "a.pdf", ["123456789012", "22", "3", "4"], one_by_one=True)
    goal = to_json(read_document(tmp_path / "a.pdf"))["rows"][0]["goal"]
    assert all(g["value"] is None or g["quality"] == "disputed" for g in goal[:2])


@pytest.mark.parametrize(
    ("printed", "value", "quality"),
    [("1 200", 1200, "unchecked"), ("$ -", None, "missing"), ("N/A", None, "missing"), ("(5)", -5, "unchecked"),
     ("0", 0, "unchecked"), ("97.7 %", 97.7, "unchecked"), ("", None, "missing"), ("1,23", None, "missing")],
)  # fmt: skip
def test_cells_that_are_no_plain_number(printed: str, value: float | None, quality: str, tmp_path: Path) -> None:
    _cell_pdf(tmp_path / "a.pdf", [printed, "", "", ""])
    goal = to_json(read_document(tmp_path / "a.pdf"))["rows"][0]["goal"][0]
    assert (goal["value"], goal["quality"]) == (value, quality)
