"""Writes a corpus of drawn reports and of their scans with their truth, by seeds: reports that nobody has seen yet.

    python -m tests.drawn_corpus OUT --first SEED --count N [--kinds skew poor ...] [--rules none] [--layouts C D]

OUT/digital gets each report and its truth; OUT/facsimiles gets its scans, so that `benchmarks/scans.py` reads them with
OUT as its corpus. A seed decides what the choices given here leave open: layout, words, page, type and figures.
Here belongs which reports a corpus holds. Not here: how they are worded, drawn and damaged.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from reportlab.lib.pagesizes import A3, landscape, legal, portrait
from reportlab.pdfbase import pdfmetrics

from tests import municipal_words
from tests.pdfs import Manner, draw
from tests.reports import PLANTS, make_report
from tests.scans import KINDS, Damage, damage_of, scan
from tests.sheets import Sheet, make_sheet

LAYOUTS, PAGES = "ABCDEF", {"landscape": (landscape(legal), landscape(A3)), "portrait": (portrait(A3), portrait(legal))}
SIZES = (4.8, 5.2, 5.6, 6.2)
LEAST_SIZE = 45  # tenths of a point
Truth = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """Between what the seed of a report chooses."""

    layouts: tuple[str, ...] = tuple(LAYOUTS)
    rules: tuple[str, ...] = ("lines",)
    pages: tuple[str, ...] = tuple(PAGES)
    sizes: tuple[float, ...] = SIZES


def draw_report(folder: Path, seed: int, choice: Choice) -> tuple[Path, Truth]:
    """Draw the report of a seed with its truth into `folder`; give both."""
    rng = random.Random(seed)
    layout, rules, page = (rng.choice(of) for of in (choice.layouts, choice.rules, choice.pages))
    pages = [*rng.sample(PAGES[page], 2), landscape(A3)]
    plants = PLANTS if rng.random() < 0.4 else ()
    report = make_report(seed, components=rng.randint(1, 3), activities=rng.randint(1, 5), plants=plants,
                         variants=rng.random() < 0.5, decimals=rng.choice((0.0, 0.0, 0.3)),
                         words=municipal_words.words(rng))  # fmt: skip
    sheet = make_sheet(report, layout, wording=municipal_words.headings(rng), seed=seed)
    manner = Manner(
        rules=rules, size=rng.choice(choice.sizes), zebra=rng.random() < 0.2,
        outer=rng.random() < 0.7, numbers=rng.choice(("center", "right", "left")), pad=rng.choice((1.5, 2.5)),
        align=rng.choice(("mixed", "middle", "top")), split=rng.choice(("no", "no", "first")),
        leading=rng.choice((1.15, 1.2, 1.3)), headings=rng.choice(("center", "left")),
        font=rng.choice(("Helvetica", "Helvetica", "Times-Roman")),
    )  # fmt: skip
    manner = _fitted(sheet, manner, pages)
    path = folder / f"drawn{seed}_{layout}_{rules}.pdf"
    draw(sheet, path, manner, seed)
    made = {"name": "drawn", "seed": seed, "layout": layout, "rules": rules, "page": page, "size": manner.size,
            "scan": "digital"}  # fmt: skip
    return path, _written(path, {**report.truth(), "generator": made, "pages": []})


def scan_report(pdf: Path, truth: Truth, path: Path, kind: str, damage: Damage) -> tuple[Path, Truth]:
    """Write the scan of a report with its truth, whose boxes stay on the page that was scanned; give both."""
    scan(pdf, path, damage)
    made = {**truth["generator"], "scan": kind}
    return path, _written(path, {**truth, "generator": made, "pages": _page_truths(pdf, damage)})


def kinds_named(names: Iterable[str]) -> list[str]:
    """Give the kinds of scan whose names begin so.

    Raises:
        ValueError: no kind does.
    """
    found = [[kind for kind in KINDS if kind.startswith(name)] for name in names]
    if not all(found):
        msg = f"kinds of scan are {', '.join(KINDS)}"
        raise ValueError(msg)
    return [kind for kinds in found for kind in kinds]


def _fitted(sheet: Sheet, manner: Manner, pages: list[tuple[float, float]]) -> Manner:
    """Make the type smaller, then the columns of figures wider, then take the next page, until every word has room."""
    sizes = [s / 10 for s in range(round(10 * manner.size), LEAST_SIZE - 1, -1)]
    widths = [(size, 1.0) for size in sizes] + [(sizes[-1], wider / 10) for wider in range(11, 20)]
    fitted = [replace(manner, page=page, size=size, figure_width=wider) for page in pages for size, wider in widths]
    return next((f for f in fitted if _fits(sheet, f)), fitted[-1])


def _fits(sheet: Sheet, manner: Manner) -> bool:
    weights = [c.weight * (manner.figure_width if c.is_figure else 1.0) for c in sheet.columns]
    unit = (manner.page[0] - 28) / sum(weights)
    return all(
        pdfmetrics.stringWidth(word, manner.font, manner.size) + 2 * manner.pad <= weight * unit
        for column, weight in zip(sheet.columns, weights, strict=True)
        for text in (column.heading, *(line.row.printed[column.key] for line in sheet.lines if line.row is not None))
        for word in text.split()
        if not (sheet.spans_level and column.key == "level")
    )


def _written(path: Path, truth: Truth) -> Truth:
    path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return truth


def _page_truths(pdf: Path, damage: Damage) -> list[dict[str, Any]]:
    """Tell of each page its size, what was done to it, and the matrix from points on it to pixels of the scan."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_page_truth(page.get_size(), damage) for page in document]


def _page_truth(size: tuple[float, float], damage: Damage) -> dict[str, Any]:
    """Slips of the paper in a copier are left out: they are under a point."""
    upright = np.array([math.ceil(side * damage.dpi / 72) for side in size])
    slanted = _turned(math.radians(damage.skew), damage.dpi / 72, upright, upright)
    sides = upright[::-1] if damage.turn % 180 else upright
    matrix = _turned(math.radians(damage.turn), 1.0, upright, sides) @ slanted
    return {"width": size[0], "height": size[1], "dpi": damage.dpi, "rotation": damage.turn, "skew": damage.skew,
            "matrix": matrix[:2].round(6).tolist(), "pixels": sides.tolist()}  # fmt: skip


def _turned(angle: float, scale: float, before: Any, after: Any) -> Any:  # noqa: ANN401 - arrays of numbers
    """Give the matrix of a clockwise turn about the middle of a sheet, which lies in the middle `after` it."""
    way = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    moved = after / 2 - way @ (before / 2)
    return np.vstack([np.column_stack([scale * way, moved]), [0, 0, 1]])


def main() -> int:
    """Write the corpus that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of the corpus")
    parser.add_argument("--first", type=int, required=True, help="seed of the first report")
    parser.add_argument("--count", type=int, default=1, help="reports, one for each seed")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), help="beginnings of the names of kinds of scan")
    parser.add_argument("--rules", nargs="+", default=["lines"], help="as in tests.pdfs.Manner")
    parser.add_argument("--layouts", nargs="+", default=list(LAYOUTS), choices=LAYOUTS)
    parser.add_argument("--pages", nargs="+", default=list(PAGES), choices=PAGES)
    parser.add_argument("--sizes", nargs="+", type=float, default=list(SIZES), help="of the type, in points")
    for mark in ("stamps", "dated", "pens"):
        parser.add_argument(f"--{mark}", type=int, default=0, help=f"so many {mark} more on each page")
    asked = parser.parse_args()
    choice = Choice(tuple(asked.layouts), tuple(asked.rules), tuple(asked.pages), tuple(asked.sizes))
    kinds = kinds_named(asked.kinds)
    digital, scans = asked.out / "digital", asked.out / "facsimiles"
    for folder in (digital, scans):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in range(asked.first, asked.first + asked.count):
        pdf, truth = draw_report(digital, seed, choice)
        for kind in kinds:
            damage = damage_of(kind, seed)
            damage = replace(damage, **{m: getattr(damage, m) + getattr(asked, m) for m in ("stamps", "dated", "pens")})
            scan_report(pdf, truth, scans / f"{pdf.stem}_{kind}.pdf", kind, damage)
    return 0


if __name__ == "__main__":
    sys.exit(main())
