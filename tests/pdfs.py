"""Draws the sheet of a report as a PDF in many manners, and writes down where each cell came to stand.

Here belongs drawing only. Not here: what a report says (`reports`), what stands in which cell (`sheets`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import landscape, legal
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.sheets import Column, Line, Sheet


@dataclass(frozen=True)
class Manner:
    """How to draw. Every field is one trait that publishers' programs are seen to have.

    rules: "lines" (whole lines), "rects" (a stroked box for each cell), "fills" (thin boxes), "dashed", "double",
    "rows" (lines under rows and headings only), "head" (lines above and under the headings only), "down" (lines between
    columns only), "box" (these, with lines around the table and under its headings) or "none".
    align: texts "top" and figures in the middle ("mixed"), all at the "top", all in the "middle".
    split: "no", or which half of a row that a page break splits gets its figures: "first", "second".
    order: "rows", "columns" (column by column), "shuffled" (texts in any order) or "characters" (one by one).
    numbers: "left", "center", "right" or "wrapped" (figures too wide for a cell go on in a second line).
    level: how a level that spans rows is printed: "up", "down" (turned) or "flat".
    """

    font: str = "Helvetica"
    size: float = 5.2
    rules: str = "lines"
    outer: bool = True
    zebra: bool = False
    split: str = "no"
    repeat_headings: bool = True
    order: str = "rows"
    numbers: str = "center"
    level: str = "up"
    pad: float = 1.5
    figure_width: float = 1.0
    spaces: bool = True
    turned_headings: bool = False
    rotate: int = 0
    offset: tuple[float, float] = (0.0, 0.0)
    crop: float = 0.0
    footnote: str = ""
    page: tuple[float, float] = landscape(legal)
    justify: bool = False
    align: str = "mixed"
    headings: str = "center"
    bands: str = "center"
    leading: float = 1.2


@dataclass
class _Text:
    x: float
    y: float
    text: str
    font: str
    size: float
    turn: int = 0
    stretch: float = 0.0


class _Page:
    """The texts, boxes and lines of one page, in points from the top left."""

    def __init__(self) -> None:
        self.texts: list[_Text] = []
        self.boxes: list[tuple[float, float, float, float, float | None]] = []
        self.headings: tuple[float, float] | None = None


def font_file(name: str, path: str) -> str:
    """Make a TrueType font known under `name`; give the name."""
    pdfmetrics.registerFont(TTFont(name, path))
    return name


def draw(sheet: Sheet, path: Path, manner: Manner = Manner(), seed: int = 0) -> None:
    """Write the PDF, and into each row's `boxes` (page from 0, x0, top, x1, bottom) where its cells stand."""
    drawing = _Drawing(sheet, manner)
    drawing.lay_out()
    rng = random.Random(seed)
    canvas = Canvas(str(path), pagesize=manner.page, invariant=1)
    for page in drawing.pages:
        if manner.rotate:
            canvas.setPageRotation(manner.rotate)
        canvas.saveState()
        _place_page(canvas, manner)
        _rules(canvas, page, manner)
        for text in _ordered(page.texts, manner, rng):
            _write(canvas, text, manner)
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    if manner.offset != (0.0, 0.0) or manner.crop:
        _move_boxes(path, manner)


def _place_page(canvas: Canvas, manner: Manner) -> None:
    width, height = manner.page
    if manner.rotate == 90:
        canvas.translate(height, 0)
        canvas.rotate(90)
    elif manner.rotate == 270:
        canvas.translate(0, width)
        canvas.rotate(-90)
    elif manner.rotate == 180:
        canvas.translate(width, height)
        canvas.rotate(180)
    canvas.translate(manner.offset[0], manner.offset[1])


def _move_boxes(path: Path, manner: Manner) -> None:
    import pypdfium2  # noqa: PLC0415

    (dx, dy), crop, (width, height) = manner.offset, manner.crop, manner.page
    pdf = pypdfium2.PdfDocument(path.read_bytes())
    for page in pdf:
        page.set_mediabox(dx - crop, dy - crop, dx + width + crop, dy + height + crop)
        page.set_cropbox(dx, dy, dx + width, dy + height)
    pdf.save(path)
    pdf.close()


class _Drawing:
    def __init__(self, sheet: Sheet, manner: Manner) -> None:
        self.sheet, self.manner = sheet, manner
        self.leading = manner.size * manner.leading
        width, height = manner.page
        weights = [c.weight * (manner.figure_width if c.is_figure else 1.0) for c in sheet.columns]
        unit = (width - 28) / sum(weights)
        self.xs = [14.0]
        for weight in weights:
            self.xs.append(self.xs[-1] + weight * unit)
        self.bottom = height - 30
        self.pages: list[_Page] = []
        self.y = 0.0
        self.level_top: tuple[float, str] | None = None

    def lay_out(self) -> None:
        self._new_page(first=True)
        for line in self.sheet.lines:
            if line.band is not None:
                self._close_level()
                if self.y + 2 * self.leading > self.bottom:
                    self._new_page()
                self._band(line.band)
            else:
                self._row(line)
        self._close_level()
        if self.manner.footnote:
            self._text(14, self.y + 12, self.manner.footnote, "left", 600, self.manner.font)

    def _new_page(self, *, first: bool = False) -> None:
        self.pages.append(_Page())
        self.y = 24.0
        if first:
            for title in self.sheet.titles:
                self._text(14, self.y, title, "center", self.manner.page[0] - 28, self.manner.font, 8)
                self.y += 12
            self.y += 4
        if first or self.manner.repeat_headings:
            self._headings()

    def _headings(self) -> None:
        columns, top = self.sheet.columns, self.y
        deep = 40.0 if self.manner.turned_headings else 5 * self.leading
        middle = top + 2.4 * self.leading
        bottom = middle + deep
        start = 0
        while start < len(columns):
            group = columns[start].group
            end = start + 1
            while group and end < len(columns) and columns[end].group == group:
                end += 1
            if group:
                self._cell(start, end, top, middle, group, align=self.manner.headings)
            for i in range(start, end):
                upper = middle if group else top
                turn = 90 if self.manner.turned_headings and columns[i].is_figure else 0
                self._cell(i, i + 1, upper, bottom, columns[i].heading, turn=turn, align=self.manner.headings)
            start = end
        self.y = bottom
        self.pages[-1].headings = (top, bottom)

    def _band(self, text: str) -> None:
        bottom = self.y + 1.8 * self.leading
        self._cell(0, len(self.sheet.columns), self.y, bottom, text, align=self.manner.bands)
        self.y = bottom

    def _row(self, line: Line) -> None:
        row = line.row
        assert row is not None
        turned = row.level and self.sheet.spans_level
        if turned and not line.merges_level:
            self._close_level()
        wrapped = {c.key: self._wrap(row.printed[c.key], i, c) for i, c in enumerate(self.sheet.columns)
                   if not (turned and c.key == "level")}  # fmt: skip
        lines = max(len(w) for w in wrapped.values())
        room = int((self.bottom - self.y - 2 * self.manner.pad) / self.leading)
        if room < lines and (self.manner.split == "no" or room < 1):
            self._break_level()
            self._new_page()
            room = lines
        if turned and self.level_top is None:
            self.level_top = (self.y, row.printed["level"])
        cuts = [(0, min(room, lines))] + ([(room, lines)] if room < lines else [])
        for part, (first, last) in enumerate(cuts):
            if part:
                self._break_level()
                self._new_page()
                if turned:
                    self.level_top = (self.y, row.printed["level"])
            here = "only" if len(cuts) == 1 else ("first", "second")[part]
            self._row_part(line, wrapped, first, last, here)

    def _row_part(self, line: Line, wrapped: dict[str, list[str]], first: int, last: int, here: str) -> None:
        row = line.row
        assert row is not None
        bottom = self.y + (last - first) * self.leading + 2 * self.manner.pad
        for i, column in enumerate(self.sheet.columns):
            if column.key not in wrapped:
                row.boxes[column.key] = [[len(self.pages) - 1, self.xs[i], self.y, self.xs[i + 1], bottom]]
                continue
            texts = wrapped[column.key]
            flows = len(texts) > 2 or column.key in ("narrative", "objective", "units", "indicator", "level")
            if flows:
                texts = texts[first:last]
            elif here not in ("only", self.manner.split):
                texts = []
            align = self.manner.numbers if column.is_figure else "left" if flows else "center"
            upper = self.manner.align == "top" or (flows and self.manner.align == "mixed")
            top = self.y + self.manner.pad if upper else (self.y + bottom - len(texts) * self.leading) / 2
            self._box(self.xs[i], self.y, self.xs[i + 1], bottom, self._zebra(row.code))
            for n, text in enumerate(texts):
                last_line = n == len(texts) - 1
                stretched = self.manner.justify and flows and not last_line
                self._text(self.xs[i] + self.manner.pad, top + (n + 0.85) * self.leading, text, align,
                           self.xs[i + 1] - self.xs[i] - 2 * self.manner.pad, self.manner.font,
                           stretch=stretched)  # fmt: skip
            row.boxes.setdefault(column.key, []).append(
                [len(self.pages) - 1, self.xs[i], self.y, self.xs[i + 1], bottom]
            )
        self.y = bottom

    def _zebra(self, code: str) -> float | None:
        return 0.92 if self.manner.zebra and int(code[-1]) % 2 else None

    def _break_level(self) -> None:
        """End the level cell at the page's end; it goes on below the next headings with its text again."""
        self._close_level()

    def _close_level(self) -> None:
        if self.level_top is not None and self.y > self.level_top[0]:
            top, text = self.level_top
            turn = {"up": 90, "down": 270, "flat": 0}[self.manner.level]
            self._cell(0, 1, top, self.y, text, turn=turn)
        self.level_top = None

    def _cell(
        self, start: int, end: int, top: float, bottom: float, text: str, turn: int = 0, align: str = "center"
    ) -> None:
        x0, x1 = self.xs[start], self.xs[end]
        self._box(x0, top, x1, bottom, None)
        if turn and text:
            size = min(self.manner.size, 0.95 * (bottom - top) * self.manner.size / self._width(text))
            half = self._width(text) * size / self.manner.size / 2
            y = (top + bottom) / 2 + (half if turn == 90 else -half)
            x = (x0 + x1) / 2 + (0.35 if turn == 90 else -0.35) * size
            self.pages[-1].texts.append(_Text(x, y, text, self.manner.font, size, turn))
            return
        lines = self._lines(text, x1 - x0 - 2)
        y = (top + bottom - len(lines) * self.leading) / 2 + 0.85 * self.leading
        for n, line in enumerate(lines):
            self._text(x0 + 1, y + n * self.leading, line, align, x1 - x0 - 2, self.manner.font)

    def _box(self, x0: float, top: float, x1: float, bottom: float, grey: float | None) -> None:
        self.pages[-1].boxes.append((x0, top, x1, bottom, grey))

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        align: str,
        width: float,
        font: str,
        size: float = 0,
        *,
        stretch: bool = False,
    ) -> None:
        size = size or self.manner.size
        free = width - self._width(text) * size / self.manner.size
        x += {"left": 0.0, "wrapped": 0.0, "center": free / 2, "right": free}[align]
        gaps = text.count(" ")
        self.pages[-1].texts.append(_Text(x, y, text, font, size, 0, free / gaps if stretch and gaps else 0.0))

    def _width(self, text: str) -> float:
        return float(pdfmetrics.stringWidth(text, self.manner.font, self.manner.size))

    def _wrap(self, text: str, index: int, column: Column) -> list[str]:
        width = self.xs[index + 1] - self.xs[index] - 2 * self.manner.pad
        if not column.is_figure:
            return self._lines(text, width)
        if self.manner.numbers != "wrapped":
            return [text]
        lines = [""]
        for char in text:
            if self._width(lines[-1] + char) > width and lines[-1]:
                lines.append("")
            lines[-1] += char
        return lines

    def _lines(self, text: str, width: float) -> list[str]:
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}".strip()
                if line and self._width(longer) > width:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            lines.append(line)
        return lines


def _rules(canvas: Canvas, page: _Page, manner: Manner) -> None:
    height = manner.page[1]
    canvas.setLineWidth(0.5)
    if manner.rules == "dashed":
        canvas.setDash(3, 2)
    left = min((b[0] for b in page.boxes), default=0)
    right = max((b[2] for b in page.boxes), default=0)
    for x0, top, x1, bottom, grey in page.boxes:
        y0, y1 = height - bottom, height - top
        if grey is not None:
            canvas.setFillGray(grey)
            canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
            canvas.setFillGray(0)
        if manner.rules in ("none", "head", "rows"):
            continue
        sides = [(x0, y1, x1, y1), (x0, y0, x1, y0)]
        sides += [(x0, y0, x0, y1)] if manner.outer or x0 > left + 1 else []
        sides += [(x1, y0, x1, y1)] if manner.outer or x1 < right - 1 else []
        sides = sides[2:] if manner.rules in ("down", "box") else sides
        if manner.rules == "rects":
            canvas.rect(x0, y0, x1 - x0, y1 - y0)
            continue
        for ax, ay, bx, by in sides:
            if manner.rules == "fills":
                canvas.rect(ax - 0.2, ay - 0.2, bx - ax + 0.4, by - ay + 0.4, stroke=0, fill=1)
            else:
                canvas.line(ax, ay, bx, by)
                if manner.rules == "double":
                    canvas.line(*((ax, ay + 1.2, bx, by + 1.2) if ay == by else (ax + 1.2, ay, bx + 1.2, by)))
    canvas.setDash()
    for y in _across(page, manner):
        canvas.line(left, height - y, right, height - y)


def _across(page: _Page, manner: Manner) -> set[float]:
    """The heights of lines across the table, where there are no lines down it."""
    if manner.rules not in ("head", "rows", "box"):
        return set()
    head = set(page.headings or ())
    if manner.rules == "box":
        return {*head, max(b[3] for b in page.boxes)}
    rows = {b[3] for b in page.boxes if page.headings is None or b[1] >= page.headings[1] - 0.01}
    return head | rows if manner.rules == "rows" else head


def _ordered(texts: list[_Text], manner: Manner, rng: random.Random) -> list[_Text]:
    if manner.order == "columns":
        return sorted(texts, key=lambda t: (round(t.x / 20), t.y))
    if not manner.spaces:
        texts = [w for t in texts for w in _words(t)]
    if manner.order == "characters":
        texts = [c for t in texts for c in _characters(t)]
    if manner.order != "rows":
        texts = list(texts)
        rng.shuffle(texts)
    return texts


def _words(text: _Text) -> list[_Text]:
    return [text] if text.turn else _pieces(text, text.text.split(" "), " ")


def _characters(text: _Text) -> list[_Text]:
    return [text] if text.turn else _pieces(text, list(text.text), "")


def _pieces(text: _Text, pieces: list[str], between: str) -> list[_Text]:
    made, x = [], text.x
    for piece in pieces:
        if piece:
            made.append(_Text(x, text.y, piece, text.font, text.size))
        x += pdfmetrics.stringWidth(piece + between, text.font, text.size)
        x += text.stretch if between or piece == " " else 0
    return made


def _write(canvas: Canvas, text: _Text, manner: Manner) -> None:
    height = manner.page[1]
    canvas.setFont(text.font, text.size)
    if text.turn:
        canvas.saveState()
        canvas.translate(text.x, height - text.y)
        canvas.rotate(text.turn)
        canvas.drawString(0, 0, text.text)
        canvas.restoreState()
        return
    canvas.drawString(text.x, height - text.y, text.text, wordSpace=text.stretch or None)
