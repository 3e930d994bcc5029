"""Reads PDF files whose text is exact: ruled tables become grids of cells, the rest lines of text.

Here belong the geometry of a page and the order of its characters. Not here: what a column means.
A page that is an image is no work for this reader: its text, where it has any, is some engine's opinion.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from ingest.cells import Box, Cell, Kind, Placed, Reading, Table
from ingest.errors import (
    DamagedDocumentError,
    EncryptedDocumentError,
    NotAReportError,
    UnsupportedDocumentError,
)
from ingest.words import words

ENGINE = "pdfplumber"
_EDGE_TOLERANCE = 2.0  # points: rules drawn by neighbouring cells do not meet exactly
_IMAGE_SHARE = 0.5  # of the page: an image that large is the page
_SPACE = 0.18  # of the type size: a wider gap between two characters parts words
_REACH = 0.4  # of the type size: a wider gap parts runs
_COLUMN = 2.0  # of the type size: a wider gap on a line outside tables parts its texts
_REPORT_WORDS = ("trimestre", "trim", "meta", "indicador", "programada", "componente", "actividad")

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # its warnings concern drawing, not text


def read(path: Path, *, file: str, progress: Callable[[int, int], None] | None = None) -> Reading:
    """Read the PDF at `path`, called `file` in messages; `progress` is told (pages done, pages).

    Raises:
        EncryptedDocumentError: a password is needed.
        DamagedDocumentError: the file is truncated or broken.
        UnsupportedDocumentError: a page is an image (a scan).
        NotAReportError: no page holds the words of an indicator report.
    """
    _check_whole(path, file)
    _check_pages(path, file)
    tables: list[Table] = []
    lines: list[Cell] = []
    try:
        with pdfplumber.open(path) as pdf:
            pages = len(pdf.pages)
            for page in pdf.pages:
                page_tables, page_lines = _read_page(page)
                tables += page_tables
                lines += page_lines
                page.close()
                if progress is not None:
                    progress(page.page_number, pages)
    except (PdfminerException, PSException, PDFSyntaxError) as error:
        raise _damaged(file, error) from error
    return Reading(Kind.DIGITAL_PDF, pages, tuple(tables), tuple(lines), engine=ENGINE)


def _damaged(file: str, error: Exception) -> DamagedDocumentError | EncryptedDocumentError:
    causes = [error, *error.args]
    if any(isinstance(c, PDFPasswordIncorrect) for c in causes):
        return EncryptedDocumentError(file, "the PDF wants a password", "save a copy without password and use that")
    return DamagedDocumentError(file, f"the PDF is broken ({error})", "fetch the file again from its publisher")


def _check_whole(path: Path, file: str) -> None:
    # The parser rebuilds what it can of a truncated file and stays silent about the pages that are gone.
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 2048))
        tail = stream.read()
    if b"%%EOF" not in tail:
        raise DamagedDocumentError(
            file, "the PDF has no end: it was cut off", "fetch the file again from its publisher"
        )


def _check_pages(path: Path, file: str) -> None:
    """Refuse scans and foreign documents in milliseconds a page, before the exact reading that takes far longer."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocumentError(
                file, "the PDF wants a password", "save a copy without password and use that"
            ) from error
        raise DamagedDocumentError(
            file, f"the PDF is broken ({error})", "fetch the file again from its publisher"
        ) from error
    with pdf:
        if len(pdf) == 0:
            raise DamagedDocumentError(file, "the PDF has no pages", "fetch the file again from its publisher")
        scans, best = [], 0
        for number, page in enumerate(_pages(pdf), start=1):
            if _is_image(page):
                scans.append(number)
            text = page.get_textpage()
            best = max(best, len(set(words(text.get_text_bounded())) & set(_REPORT_WORDS)))
            text.close()
            page.close()
    if scans:
        shown = ", ".join(map(str, scans[:8])) + (" ..." if len(scans) > 8 else "")
        raise UnsupportedDocumentError(
            file,
            f"page {shown} is an image (a scan), and this version reads no scans",
            "ask the publisher for the digital file, or give the text of an OCR program (.txt)",
        )
    if best < 3:
        raise NotAReportError(
            file,
            "no page has the words of an indicator report (meta, indicador, trimestre ...)",
            "take the file out of the inbox; if it is a report, its format needs a profile",
        )


def _pages(pdf: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for index in range(len(pdf)):
        yield pdf[index]


def _is_image(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        if (right - left) * (top - bottom) >= _IMAGE_SHARE * width * height:
            return True
    return False


def _read_page(page: Page) -> tuple[list[Table], list[Cell]]:
    runs = _runs(page.chars)
    tables, inside = [], set()
    for found in page.find_tables():
        grid = _Grid(found.cells)
        held: dict[int, list[list[dict[str, Any]]]] = {}
        for number, run in enumerate(runs):
            if grid.at(run) is None:
                continue
            inside.add(number)
            for part in grid.parted(run):
                place = grid.at(part)
                if place is not None:
                    held.setdefault(place, []).append(part)
        tables.append(grid.table(page, held))
    outside = [run for number, run in enumerate(runs) if number not in inside]
    return tables, [_cell(page, [run]) for run in _joined(outside, _COLUMN)]


def _runs(chars: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Part the characters of a page into runs: neighbours in drawing order that stand side by side on one line.

    Drawing order keeps a cell's text together even where it flows over its border into the next cell.
    """
    runs: list[list[dict[str, Any]]] = []
    for char in chars:
        if runs and _follows(runs[-1][-1], char):
            runs[-1].append(char)
        elif char["text"].strip():
            runs.append([char])
    return runs


def _follows(last: dict[str, Any], char: dict[str, Any]) -> bool:
    if last["upright"] != char["upright"]:
        return False
    reach = max(last["size"], char["size"]) * _REACH
    if char["upright"]:
        return bool(abs(char["bottom"] - last["bottom"]) < reach and -reach < char["x0"] - last["x1"] < reach)
    gap = last["top"] - char["bottom"] if _upwards(char) else char["top"] - last["bottom"]
    return bool(abs(char["x0"] - last["x0"]) < reach and -reach < gap < reach)


def _upwards(char: dict[str, Any]) -> bool:
    return bool(char["matrix"][1] > 0)


class _Grid:
    """The cells of one ruled table as rows and columns."""

    def __init__(self, boxes: list[tuple[float, float, float, float]]) -> None:
        self.boxes = boxes
        self.xs = _edges([x for b in boxes for x in (b[0], b[2])])
        self.ys = _edges([y for b in boxes for y in (b[1], b[3])])
        self.places = [
            (_nearest(self.ys, b[1]), _nearest(self.xs, b[0]), _nearest(self.ys, b[3]), _nearest(self.xs, b[2]))
            for b in boxes
        ]
        self._by_row: dict[int, list[tuple[float, float, int]]] = {}
        for index, (top, _, bottom, _) in enumerate(self.places):
            for row in range(top, bottom):
                self._by_row.setdefault(row, []).append((boxes[index][0], boxes[index][2], index))

    def at(self, run: list[dict[str, Any]]) -> int | None:
        """Give the index of the cell that holds the middle of `run`, or None outside the table."""
        first, last = run[0], run[-1]
        x = (min(first["x0"], last["x0"]) + max(first["x1"], last["x1"])) / 2
        y = (min(first["top"], last["top"]) + max(first["bottom"], last["bottom"])) / 2
        row = bisect_right(self.ys, y) - 1
        return next((i for x0, x1, i in self._by_row.get(row, ()) if x0 <= x < x1), None)

    def parted(self, run: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Part `run` where a border of this table stands in a gap between two of its characters.

        A border that cuts through the text itself does not part it: that text flows over its cell.
        """
        start = 0
        for i, (last, char) in enumerate(pairwise(run), start=1):
            if char["x0"] - last["x1"] > 0.05 * char["size"] and bisect_right(self.xs, last["x1"]) != bisect_right(
                self.xs, char["x0"]
            ):
                yield run[start:i]
                start = i
        yield run[start:]

    def table(self, page: Page, held: dict[int, list[list[dict[str, Any]]]]) -> Table:
        cells = []
        for index, (top, left, bottom, right) in enumerate(self.places):
            runs = held.get(index)
            cell = (
                _cell(page, runs) if runs else Cell("", page.page_number, _box(page, self.boxes[index]), engine=ENGINE)
            )
            cells.append(Placed(cell, top, left, bottom - top, right - left))
        cells.sort(key=lambda p: (p.row, p.column))
        edges = tuple(x - page.bbox[0] for x in self.xs)
        return Table(page.page_number, len(self.ys) - 1, len(self.xs) - 1, tuple(cells), edges)


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _EDGE_TOLERANCE:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _cell(page: Page, runs: list[list[dict[str, Any]]]) -> Cell:
    """Make one cell of its runs: lines from the top, words in a line from the left."""
    chars = [c for run in runs for c in run]
    box = (min(c["x0"] for c in chars), min(c["top"] for c in chars), max(c["x1"] for c in chars),
           max(c["bottom"] for c in chars))  # fmt: skip
    return Cell("\n".join(_lines(runs)), page.page_number, _box(page, box), engine=ENGINE)


def _lines(runs: list[list[dict[str, Any]]]) -> list[str]:
    upright = [r for r in runs if r[0]["upright"]]
    turned = sorted(
        (r for r in runs if not r[0]["upright"]), key=lambda r: r[0]["x0"] if _upwards(r[0]) else -r[0]["x0"]
    )
    return [_spaced(run) for run in _joined(upright)] + [_spaced(run) for run in turned]


def _joined(runs: list[list[dict[str, Any]]], widest: float = float("inf")) -> list[list[dict[str, Any]]]:
    """Join runs that stand on one line and no more than `widest` type sizes apart, in the order of reading."""
    lines: list[list[list[dict[str, Any]]]] = []
    for run in sorted(runs, key=lambda r: r[0]["bottom"]):
        line = lines[-1] if lines else None
        if line and run[0]["upright"] and abs(run[0]["bottom"] - line[0][0]["bottom"]) < 0.5 * run[0]["size"]:
            line.append(run)
        else:
            lines.append([run])
    joined: list[list[dict[str, Any]]] = []
    for line in lines:
        for number, run in enumerate(sorted(line, key=lambda r: r[0]["x0"])):
            if number and run[0]["x0"] - joined[-1][-1]["x1"] <= widest * run[0]["size"]:
                joined[-1] = joined[-1] + run
            else:
                joined.append(run)
    return joined


def _spaced(chars: list[dict[str, Any]]) -> str:
    text = chars[0]["text"]
    for last, char in pairwise(chars):
        gap = char["x0"] - last["x1"] if char["upright"] else 0.0
        text += (" " if gap > _SPACE * char["size"] and not text.endswith(" ") else "") + char["text"]
    return " ".join(text.split())


def _box(page: Page, box: tuple[float, float, float, float]) -> Box:
    left, top = page.bbox[0], page.bbox[1]
    return Box(box[0] - left, box[1] - top, box[2] - left, box[3] - top)
