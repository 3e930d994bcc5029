"""What a reader gives: pieces of text that know where on the page they stand.

Here belong the geometry and text types that every reader produces and every interpreter consumes.
Not here: what a text means (`interpret`), or whether it is right (`reconcile`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

RULES = "rules of the format"
"""The engine of a cell whose text the rules of the format made of what was read; that stands among its opinions."""


class Kind(StrEnum):
    """The kinds of document that a reader may take."""

    DIGITAL_PDF = "digital_pdf"
    SCANNED_PDF = "scanned_pdf"
    OCR_TEXT = "ocr_text"
    SPREADSHEET = "spreadsheet"

    @property
    def is_exact(self) -> bool:
        """Whether the text is what the publisher wrote, so that a misreading is impossible."""
        return self in (Kind.DIGITAL_PDF, Kind.SPREADSHEET)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points on the page as displayed, the origin at the top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    def as_list(self) -> list[float]:
        """Give `[x0, top, x1, bottom]`, rounded to hundredths of a point."""
        return [round(v, 2) for v in (self.x0, self.top, self.x1, self.bottom)]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters `[start, end)` in the decoded text of the whole document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """One engine's reading of a place: its text, the engine with its model, its own confidence (0 to 1)."""

    text: str
    engine: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it was read: page from 1, a box (geometry) or a span (plain text).

    `confidence` is the engine's own, 0 to 1, or None where the engine gives none. `opinions` are all readings of the
    place where there were several, the one that became `text` among them; exact text has none.
    """

    text: str
    page: int
    box: Box | None = None
    span: Span | None = None
    confidence: float | None = None
    engine: str = ""
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in a table's grid, with the rows and columns that it covers (merged cells cover several)."""

    cell: Cell
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells on one page. A table that continues on the next page is two of these.

    `column_edges` are the `columns + 1` left and right borders in points, where the kind of document has geometry.
    """

    page: int
    rows: int
    columns: int
    cells: tuple[Placed, ...]
    column_edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a reader saw: tables, and the lines of text outside them, in reading order.

    A reader without geometry gives no tables: its whole text stands in `lines`.
    `text_length` is the length in characters of the decoded text (0 where spans are not used).
    """

    kind: Kind
    pages: int
    tables: tuple[Table, ...] = ()
    lines: tuple[Cell, ...] = ()
    text_length: int = 0
    engine: str = field(default="")
