"""Corpora of drawn reports: what their truth tells of the scans."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest

from tests.drawn_corpus import Choice, draw_report, kinds_named, scan_report
from tests.scans import Damage

QUIET = Damage(dpi=100, grain=0)


@pytest.mark.parametrize(("turn", "skew"), [(0, 2.0), (90, 0.7), (180, -1.0), (270, 0.0)])
def test_the_matrix_of_a_page_leads_to_the_ink_of_figures_and_to_none_in_blanks(
    turn: int, skew: float, tmp_path: Path
) -> None:
    drawn, truth = draw_report(tmp_path, 5, Choice(layouts=("C",), rules=("none",), pages=("landscape",)))
    pdf, scanned = scan_report(drawn, truth, tmp_path / "scan.pdf", "own", replace(QUIET, turn=turn, skew=skew))
    assert json.loads(pdf.with_suffix(".json").read_text(encoding="utf-8")) == json.loads(json.dumps(scanned))
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [np.asarray(p.render(scale=QUIET.dpi / 72, grayscale=True).to_pil()) for p in document]
    for page, told in zip(pages, scanned["pages"], strict=True):
        assert page.shape[::-1] == pytest.approx(told["pixels"], abs=1)
    found = {False: 0, True: 0}
    for row in scanned["rows"]:
        for key in ("annual", "plan1", "ach1", "ach2", "ach3", "ach4", "pctq"):
            ((number, *box),) = row["boxes"][key]
            written = bool(row["printed"][key])
            assert _has_ink(pages[number], scanned["pages"][number]["matrix"], box) == written, (row["code"], key)
            found[written] += 1
    assert all(found.values())


def _has_ink(page: npt.NDArray[np.uint8], matrix: list[list[float]], box: list[float]) -> bool:
    x0, top, x1, bottom = box
    points = [(x, y, 1) for x in np.linspace(x0, x1, 60) for y in np.linspace(top + 1, bottom - 1, 30)]
    across, down = np.rint(np.array(matrix) @ np.array(points).T).astype(int)
    return bool((page[down, across] < 160).any())


def test_a_seed_draws_the_same_report_again_and_another_seed_another(tmp_path: Path) -> None:
    truths = [draw_report(tmp_path, seed, Choice())[1] for seed in (5, 5, 6)]
    assert truths[0] == truths[1]
    assert truths[0]["rows"] != truths[2]["rows"]


def test_kinds_of_scan_are_named_by_their_beginning_and_others_refused() -> None:
    assert kinds_named(["poor", "office"]) == ["poor150", "office200"]
    with pytest.raises(ValueError, match="photocopy200"):
        kinds_named(["microfilm"])
