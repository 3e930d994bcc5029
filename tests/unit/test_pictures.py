"""Pictures of what was understood: pages with their values, and values cut out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from ingest.cells import Box, Cell
from ingest.errors import DamagedDocumentError
from ingest.extract import read_document
from ingest.indicators import Extraction, Quality, Rejected, Value
from ingest.marks import doubts, pieces
from ingest.pictures import COLOURS, CROP_DPI, DOUBTED, PAGE_DPI, REJECTED, Crop, crops_of, cut_crops, draw_pages
from ingest.safely import call_safely

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def report() -> Path:
    return next(iter(sorted(SAMPLES.glob("*q1*.pdf"))))


@pytest.fixture(scope="module")
def reading(report: Path) -> Extraction:
    return read_document(report)


def with_annual(reading: Extraction, quality: Quality, reason: str | None) -> tuple[Extraction, Value]:
    goal = reading.rows[0].annual_goal
    assert goal is not None
    changed = replace(goal, quality=quality, reason=reason)
    return replace(reading, rows=(replace(reading.rows[0], annual_goal=changed), *reading.rows[1:])), changed


def nothing(_: int, __: int) -> None:
    pass


def count(picture: Path, colour: tuple[int, int, int]) -> int:
    with Image.open(picture) as image:
        return sum(n for n, c in image.getcolors(1 << 24) or [] if c == colour)


def test_each_page_becomes_a_picture_with_its_values_in_the_colour_of_their_quality(
    report: Path, reading: Extraction, tmp_path: Path
) -> None:
    disputed, value = with_annual(reading, Quality.DISPUTED, "sum")
    told: list[tuple[int, int]] = []
    drawn = draw_pages(
        report, file="a.pdf", progress=lambda *p: told.append(p), extraction=disputed, folder=str(tmp_path), stem="a"
    )
    assert [Path(p).name for p in drawn] == [f"a.page-{n:03d}.png" for n in range(1, reading.pages + 1)]
    assert told == [(n, reading.pages) for n in range(1, reading.pages + 1)]
    assert value.page == 1
    plain = draw_pages(report, file="a.pdf", progress=nothing, extraction=reading, folder=str(tmp_path), stem="plain")
    red = COLOURS[Quality.DISPUTED]
    assert count(Path(drawn[0]), red) > count(Path(plain[0]), red) + 100
    with pypdfium2.PdfDocument(report) as pdf, Image.open(drawn[0]) as image:
        assert abs(image.width - pdf[0].get_width() * PAGE_DPI / 72) <= 1


def test_a_value_is_cut_out_where_it_stands_with_a_margin(report: Path, reading: Extraction, tmp_path: Path) -> None:
    disputed, value = with_annual(reading, Quality.DISPUTED, "sum")
    (crop,) = [c for (row, m, _), c in crops_of(disputed).items() if (row, m) == (0, "annual_goal")]
    assert cut_crops(report, file="a.pdf", progress=nothing, crops=[crop], folder=str(tmp_path)) == [crop.name]
    assert value.box is not None
    with Image.open(tmp_path / crop.name) as image:
        assert abs(image.width - (value.box.x1 - value.box.x0 + 12) * CROP_DPI / 72) <= 2
        assert len(image.getcolors(1 << 16) or []) > 5, "the picture shows nothing"


def test_only_what_a_person_has_to_look_at_is_cut_out(reading: Extraction) -> None:
    for quality, reason, wanted in [(Quality.REPAIRED, "sum", True), (Quality.DISPUTED, "sum", True),
                                    (Quality.MISSING, "words", True), (Quality.MISSING, None, False),
                                    (Quality.CONFIRMED, None, False), (Quality.UNCHECKED, None, False)]:  # fmt: skip
        assert ((0, "annual_goal", None) in crops_of(with_annual(reading, quality, reason)[0])) is wanted


def test_pictures_that_are_there_are_kept_and_a_place_beside_the_page_harms_nothing(
    report: Path, tmp_path: Path
) -> None:
    crops = [
        Crop(1, Box(10, 10, 60, 20), "here.png"),
        Crop(1, Box(5000, 10, 5060, 20), "beside.png"),
        Crop(99, Box(10, 10, 60, 20), "no page.png"),
        Crop(1, Box(60, 20, 10, 10), "turned.png"),
    ]
    (tmp_path / "here.png").write_bytes(b"from before")
    names = cut_crops(report, file="a.pdf", progress=nothing, crops=crops, folder=str(tmp_path))
    assert names == ["beside.png", "here.png", "turned.png"]
    assert (tmp_path / "here.png").read_bytes() == b"from before"
    assert sorted(p.name for p in tmp_path.iterdir()) == names, "unfinished files are left"


def test_a_file_that_cannot_be_drawn_is_damaged_also_in_the_reading_process(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\nnothing\n%%EOF")
    with pytest.raises(DamagedDocumentError, match=r"broken\.pdf"):
        call_safely("ingest.pictures:cut_crops", broken, crops=[Crop(1, Box(0, 0, 1, 1), "a.png")],
                    folder=str(tmp_path / "crops"))  # fmt: skip


def doubting(reading: Extraction) -> Extraction:
    """Give a reading whose first row has a doubted department and level, and which did not understand a text of it."""
    first = reading.rows[0]
    text = next(c.text for c in reading.cells if c.page == 1 and c.box is not None and len(c.text) > 30)
    odd = (Rejected(1, text, "a table row without an indicator code"), Rejected(None, "", "the page is blank"))
    rows = (replace(first, level=None, unsure=("department", "level")), *reading.rows[1:])
    return replace(reading, rows=rows, rejected=odd)


def test_doubted_labels_and_what_was_not_understood_are_drawn_in_colours_of_their_own(
    report: Path, reading: Extraction, tmp_path: Path
) -> None:
    kept = {"file": "a.pdf", "progress": nothing, "folder": str(tmp_path)}
    (plain, *_) = draw_pages(report, extraction=reading, stem="plain", **kept)  # type: ignore[arg-type]
    (drawn, *_) = draw_pages(report, extraction=doubting(reading), stem="doubting", **kept)  # type: ignore[arg-type]
    for colour in (DOUBTED, REJECTED):
        assert count(Path(plain), colour) == 0 < count(Path(drawn), colour)


def test_a_doubted_label_is_found_by_its_text_and_one_that_was_not_read_beside_its_row(reading: Extraction) -> None:
    changed = doubting(reading)
    department, level = doubts(changed, 1)
    said = changed.rows[0].department
    assert said is not None
    assert (department.said, department.found, level.said, level.found) == ("department ?", True, "level ?", False)
    (cell,) = [c for c in changed.cells if c.box == department.box and c.page == 1]
    assert said.split()[0] in cell.text
    assert level.box.x0 > department.box.x1  # that of the figures
    assert not list(doubts(changed, 2))


def test_of_cells_that_hold_the_words_of_a_label_the_badly_read_one_is_doubted(reading: Extraction) -> None:
    goal = reading.rows[0].annual_goal
    assert goal is not None
    assert goal.box is not None
    boxes = [Box(x, goal.box.top, x + 9, goal.box.bottom) for x in (10, 30)]
    cells = (
        Cell("Porcentaje de obras", 1, boxes[0], confidence=0.9),
        Cell("Unidad: Porcentaje", 1, boxes[1], confidence=0.0),
    )
    row = replace(reading.rows[0], unit="Porcentaje", unsure=("unit",))
    (unit,) = doubts(replace(reading, rows=(row,), cells=cells), 1)
    assert unit.box == boxes[1]


def test_a_piece_is_found_by_its_parts_and_one_of_no_page_stands_on_the_first(reading: Extraction) -> None:
    places = [Box(10, 10, 20, 20), Box(30, 12, 40, 18), Box(30, 50, 40, 60)]
    cells = tuple(Cell(t, 1, b) for t, b in zip(("TOTAL GENERAL", "12", "12"), places, strict=True))
    odd = (Rejected(1, "12 | TOTAL GENERAL", "no code"), Rejected(1, "nowhere", "why"), Rejected(None, "", "why"))
    row, other, blank = pieces(replace(reading, cells=cells, rejected=odd), 1)
    assert set(row.boxes) == set(places[:2])
    assert (other.boxes, blank.boxes) == ((), ())
