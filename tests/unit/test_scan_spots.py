"""What becomes of several readings of one place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")

import numpy as np

from ingest.cells import Cell, Placed
from ingest.profile import load_profiles
from ingest.scan.doubts import ask_doubtful_words
from ingest.scan.engine import Gray, Recognition
from ingest.scan.heading_cells import with_walls, without_false_columns
from ingest.scan.lines import Paper, TextLine
from ingest.scan.orient import Upright
from ingest.scan.spots import Engines, Spot, figure_cell, text_cell, turn_standing

PROFILE = load_profiles()[0]
CROP: Gray = np.full((20, 30), 255, np.uint8)
PAGE = Upright(1, np.full((200, 200), 255, np.uint8), 1.0, np.array([[1.0, 0, 0], [0, 1.0, 0]]), 0, 0.0)


class Saying:
    """A recognizer that gives one answer for every crop, and the answers for crops on end."""

    name = "saying"

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        return [reading(self.texts[n % len(self.texts)]) for n in range(len(crops))]


def reading(text: str, confidence: float = 0.99) -> Recognition:
    return Recognition(text, confidence, text, confidence)


def spot(*texts: str, blotted: bool = False, confidence: float = 0.9) -> Spot:
    line = TextLine((10, 10, 30, 60), 60, CROP)
    read = {f"engine {n}": [reading(t, confidence)] for n, t in enumerate(texts)}
    return Spot((10, 10, 30, 60), [line], read, blotted=blotted)


def figure(one: Spot) -> Cell:
    return figure_cell(PAGE, one, {engine: one.figure(engine) for engine in one.read}, None)


@pytest.mark.parametrize(("on_end", "kept"), [(("6", "9"), "9"), (("06", "90"), "9"), (("ACTIVIDADES", "S"), None)])
def test_words_are_read_on_end_and_figures_never(
    on_end: tuple[str, str], kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "standing", lambda _self, _box: (CROP, CROP))
    one = spot("9")
    one.read = {"saying": [reading("9", 0.6)]}
    turn_standing(Saying(*on_end), Paper(PAGE.pixels, 10.0), [one])
    assert one.said("saying") == (kept or on_end[0])


def test_the_reading_that_most_engines_are_sure_of_is_the_figure() -> None:
    cell = figure(spot("35", "36", "36"))
    assert (cell.text, [o.text for o in cell.opinions]) == ("36", ["35", "36", "36"])


def test_nothing_read_under_a_stamp_is_no_reading_and_never_sure() -> None:
    cell = figure(spot("", "", "7", blotted=True))
    assert (cell.text, cell.confidence) == ("7", 0.0)
    assert figure(spot("", "", "7")).text == ""


def test_two_figures_in_one_cell_are_not_sure() -> None:
    one = spot("5")
    one.lines = one.lines * 2
    one.read = {"engine 0": [reading("5"), reading("7")]}
    assert figure(one).confidence == 0.0
    one.read = {"engine 0": [reading("1,234,"), reading("567")]}
    assert (figure(one).text, figure(one).confidence) == ("1,234,567", 0.99)


def test_a_streak_below_a_heading_of_texts_makes_no_second_column_and_figures_are_never_joined() -> None:
    def report(head: str) -> tuple[list[Placed], list[Spot]]:
        places = [Placed(Cell("", 0), 0, 0, 1, 2), Placed(Cell("", 0), 1, 0), Placed(Cell("", 0), 1, 1)]
        spots = [spot(head), spot("Licencias"), spot("expedidas")]
        ask = Engines(Saying("Licencias expedidas"), Saying(""), Saying(""))
        paper = Paper(PAGE.pixels, 10.0)
        return without_false_columns(paper, places, spots, 1, {(0, 0): Cell(head, 1)}, ask, PROFILE)

    assert [(p.row, p.column, p.column_span) for p in report("Objetivo")[0]] == [(0, 0, 1), (1, 0, 1)]
    assert len(report("Meta anual")[0]) == 3


@pytest.mark.parametrize(
    ("parts", "figures", "parted"),
    [
        (("Prog.", "Real."), ("71", ""), True),
        (("Prog.", "Prog."), ("71", "8"), False),  # one measure, not two
        (("Prog", "ramado"), ("71", ""), False),  # a word that no wall parts
        (("Prog.", "Real."), ("Calles", "Parques"), False),
    ],
)
def test_a_heading_of_two_measures_is_parted_where_their_wall_was_lost(
    parts: tuple[str, str], figures: tuple[str, str], parted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(text: str) -> Spot:
        one = spot(text)
        one.read, one.lines = {"saying": [reading(text)]}, one.lines if text else []
        return one

    monkeypatch.setattr(Paper, "lines", lambda _self, _box: [TextLine((10, 10, 30, 60), 60, CROP)])
    places = [Placed(Cell("", 0), 0, 0, 1, 2), Placed(Cell("", 0), 1, 0, 1, 2), Placed(Cell("", 0), 2, 0)]
    places.append(Placed(Cell("", 0), 2, 1))
    spots = [said(text) for text in ("IV TRIMESTRE", "".join(parts), *figures)]
    ask = Engines(Saying(*parts), Saying(*parts), Saying(""))
    found, read = with_walls(Paper(PAGE.pixels, 10.0), places, spots, 2, ask, PROFILE)
    below = [(p.column, p.column_span, s.said("saying")) for p, s in zip(found, read, strict=True) if p.row == 1]
    assert below == ([(0, 1, parts[0]), (1, 1, parts[1])] if parted else [(0, 2, "".join(parts))])


def test_only_the_doubtful_lines_of_a_text_and_that_of_its_code_are_read_again() -> None:
    line = TextLine((10, 10, 30, 60), 60, CROP)
    read = [reading("1.2.3 Calles"), reading("limpias", 0.95), reading("y scguras", 0.4)]
    text, sure = Spot((0, 0, 9, 9), [line] * 3, {"first": read}), Spot((0, 0, 9, 9), [line], {"first": read[1:2]})
    first = Saying("")
    first.name = "first"
    ask_doubtful_words(Saying("1.2.3 Calles", "y seguras"), first, [text, sure], 0.7, whole=True)
    assert text.said("saying") == "1.2.3 Calles\nlimpias\ny seguras"
    assert "saying" not in sure.read


def test_a_line_with_a_word_that_is_none_is_read_again_unless_it_was_read_well() -> None:
    line = TextLine((10, 10, 30, 60), 60, CROP)
    read = [reading("obras del municio", 0.8), reading("en el municio", 0.95), reading("del municipio", 0.8)]
    text = Spot((0, 0, 9, 9), [line] * 3, {"first": read})
    first = Saying("")
    first.name = "first"
    ask_doubtful_words(Saying("obras del municipio"), first, [text], 0.5, whole=True)
    assert text.said("saying") == "obras del municipio\nen el municio\ndel municipio"


def inked(high: int, grey: int) -> TextLine:
    crop: Gray = np.full((high, 60), 255, np.uint8)
    crop[high // 4 : high // 2, 5:50] = grey
    return TextLine((10, 10, 70, 10.0 + high), 10.0 + high, crop)


@pytest.mark.parametrize("engines", [("first",), ("first", "second")])
def test_fainter_and_larger_words_of_a_stamp_are_no_lines_of_the_text_that_it_lies_over(engines: Sequence[str]) -> None:
    said = [("Porcentaje de baches", 26, 30), ("REVISADO", 26, 160), ("en vialidades", 26, 40), ("AYUNTA", 50, 30)]
    lines = [inked(high, grey) for _, high, grey in said]
    read = [reading(text, 0.5 if text == "REVISADO" else 0.99) for text, _, _ in said]
    ask = Engines(Saying(""), Saying(""), Saying(""))
    ask.first.name = "first"  # type: ignore[misc]
    under = text_cell(PAGE, Spot((0, 0, 90, 90), lines, dict.fromkeys(engines, read), blotted=True), ask)
    assert under.text == "Porcentaje de baches\nen vialidades"
    assert under.confidence == 0.5, "what the stamp hides may be lost"
    clear = text_cell(PAGE, Spot((0, 0, 90, 90), lines, dict.fromkeys(engines, read)), ask)
    assert clear.text.count("\n") == 3, "without a stamp larger or fainter print is print"


def test_a_mark_that_one_of_many_looks_beneath_a_stamp_shows_is_no_figure() -> None:
    cell = figure(spot("", "", "", "", "1", blotted=True))
    assert (cell.text, cell.confidence) == ("", 0.0)


def test_a_figure_that_runs_into_a_rule_is_never_sure() -> None:
    one = spot("050,739", "050,739", confidence=0.99)
    one.cut = True
    assert figure(one).confidence == 0.0


@pytest.mark.parametrize(
    ("said", "doubts", "whole", "answers", "asked", "told"),
    [
        ("1.2.3 Calles", {}, False, ["1.2.8"], [(0, 0.45)], "1.2.8 Calles"),
        ("el toal de calles limpias", {"oal": 0.4}, False, ["total"], [(0.1, 0.3)], "el total de calles limpias"),
        ("el toal de calles limpias", {"oal": 0.4}, True, ["el total"], [(0, 1)], "el total"),
        ("1.2.3 Obras del toal", {"oal": 0.4}, False, ["1.2.8", "el"], [(0, 0.27), (0.78, 1)], "1.2.8 Obras del el"),
        ("el toal", {"el toal": 0.4}, False, ["el total"], [(0, 1)], "el total"),
        ("el total de 12 calles", {"total": 0.65, "12": 0.65}, False, ["72"], [(0.55, 0.7)], "el total de 72 calles"),
    ],
)  # fmt: skip
def test_of_a_line_its_code_and_the_words_that_were_not_read_well_are_read_again(
    said: str, doubts: dict[str, float], whole: bool, answers: list[str], asked: list[tuple[float, float]], told: str
) -> None:
    places = tuple((n + 0.5) / len(said) for n in range(len(said)))
    sure = [0.99] * len(said)
    for part, confidence in doubts.items():
        sure[said.index(part) : said.index(part) + len(part)] = [confidence] * len(part)
    crop = np.tile(np.arange(240, dtype=np.uint8), (20, 1))  # each column tells where it stands
    text = spot()
    text.lines = [TextLine((0, 0, 240, 20), 16, crop)]
    text.read = {"first": [Recognition(said, min(sure), "", 0.99, places, tuple(sure))]}
    first, second = Saying(""), Saying(*answers)
    first.name = "first"
    spans: list[tuple[float, float]] = []
    read = second.read
    second.read = lambda crops: spans.extend((c[0, 0] / 240, c[0, -1] / 240) for c in crops) or read(crops)  # type: ignore[method-assign]
    ask_doubtful_words(second, first, [text], 0.7, whole=whole)
    assert text.said("saying") == told
    assert spans == [pytest.approx(span, abs=0.06) for span in asked]
