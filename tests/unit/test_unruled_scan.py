"""Scanned tables without rules: rows and columns are found on the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import ImageDraw

from ingest.contract import to_json
from ingest.extract import read_document
from ingest.readers.kinds import PageKind
from ingest.readers.scanned_pdf import read
from ingest.scan.engine import Gray, Recognition, Recognizer
from ingest.scan.spots import Engines, engines
from tests.comparison import Comparison, compare
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.scans import Damage, damage_of, page_images, scan
from tests.sheets import make_sheet


def scanned(tmp_path: Path, layout: str, manner: Manner, damage: Damage) -> Comparison:
    report = make_report(7, components=2, activities=1, quarter=2)
    draw(make_sheet(report, layout, wording="trim"), tmp_path / "a.pdf", manner)
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf", damage)
    return compare(to_json(read_document(tmp_path / "b.pdf")), report.truth())


@pytest.mark.parametrize(
    ("layout", "manner", "damage"),
    [
        ("C", Manner(rules="none"), Damage(skew=0.4)),
        ("D", Manner(rules="rows", zebra=True), Damage(skew=-0.3)),
        ("C", Manner(rules="down"), Damage(skew=0.4)),
        ("D", Manner(rules="down", outer=False), Damage(skew=-0.3, contrast=0.7)),
        ("C", Manner(rules="box"), Damage(skew=-0.3)),
    ],
)
def test_scanned_tables_without_rules_are_read_figure_by_figure(
    layout: str, manner: Manner, damage: Damage, tmp_path: Path
) -> None:
    result = scanned(tmp_path, layout, manner, damage)
    assert not [*result.lost, *result.silent, *result.phantoms], result
    assert result.exact == result.cells > 0, result


@pytest.mark.parametrize(("layout", "rules"), [("C", "none"), ("D", "lines")])
def test_a_text_under_a_stamp_may_be_misread(layout: str, rules: str, tmp_path: Path) -> None:
    """Its words may be gone without a trace; those of the other rows are read."""
    report = make_report(7, components=2, activities=1, quarter=2)
    draw(make_sheet(report, layout, wording="trim"), tmp_path / "a.pdf", Manner(rules=rules))
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf", Damage(stamp=(150, 300)))
    unsure = {row["code"]: row["unsure"] for row in to_json(read_document(tmp_path / "b.pdf"))["rows"]}
    assert [code for code, labels in unsure.items() if "objective" in labels] == ["2.7.1.1.2.1"]


@dataclass
class Garbled:
    """A model that reads every letter as x and every number as one higher, so that nothing is told by what it reads."""

    inner: Recognizer
    name: str = "garbled"

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        return [replace(r, text=garbled(r.text), figure=garbled(r.figure)) for r in self.inner.read(crops)]


def garbled(text: str) -> str:
    return "".join(str((int(c) + n) % 10) if c.isdigit() else "x" if c.isalpha() else c for n, c in enumerate(text, 1))


def test_a_page_that_the_quick_model_makes_no_sense_of_is_read_by_the_accurate_one(tmp_path: Path) -> None:
    report = make_report(7, components=2, activities=1, quarter=2)
    draw(make_sheet(report, "C", wording="trim"), tmp_path / "a.pdf", Manner(rules="none"))
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf", Damage())
    tiny = engines(1).first
    told, lost = (
        read(tmp_path / "b.pdf", file="b.pdf", kinds=[PageKind.IMAGE], ask=Engines(Garbled(tiny), second, tiny))
        for second in (tiny, Garbled(tiny, "garbled, too"))
    )
    assert [bool(reading.tables) for reading in (told, lost)] == [True, False]


def test_a_bad_copy_of_a_table_without_rules_is_read_and_nothing_is_wrong_unflagged(tmp_path: Path) -> None:
    result = scanned(tmp_path, "C", Manner(rules="none", size=6.2), damage_of("photocopy200", 5))
    assert not [*result.silent, *result.phantoms], result
    assert result.exact >= 0.9 * result.cells > 0, result


def test_rules_between_rows_and_streaks_down_the_page_are_no_grid(tmp_path: Path) -> None:
    report = make_report(7, components=2, activities=1, quarter=2)
    draw(make_sheet(report, "C", wording="trim"), tmp_path / "a.pdf", Manner(rules="rows"))
    (page,) = page_images(tmp_path / "a.pdf", Damage())
    for x in (20, 560, page.width - 20):
        ImageDraw.Draw(page).line([(x, 100), (x, page.height - 100)], fill=60, width=3)
    page.save(tmp_path / "b.png", dpi=(200, 200))
    tiny = engines(1).first
    found = read(tmp_path / "b.png", file="b.png", ask=Engines(tiny, tiny, tiny))
    assert max(table.columns for table in found.tables) > 12
