"""Where on a page stands what was read in doubt, or not understood: labels of rows, and rejected pieces.

Here belongs finding them again by their text, as only figures keep their place. Not here: drawing (`pictures`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.cells import Box, Cell
from ingest.indicators import Extraction, Rejected
from ingest.interpret import DOUBTFUL
from ingest.words import bare, one_line

_TELLING = 4  # letters and digits of a text that is found within a longer one


@dataclass(frozen=True, slots=True)
class Doubt:
    """The labels of one row that may be misread and stand in one place: where, and what is said beside it.

    Where that place is not known, as of what was not read at all, the box is that of the row's figures and not `found`.
    """

    box: Box
    said: str
    found: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that was not understood, and where on the page its parts stand; nowhere, if they were not found."""

    boxes: tuple[Box, ...]
    rejected: Rejected


def doubts(extraction: Extraction, page: int) -> Iterator[Doubt]:
    """Give the doubted labels of the rows that begin on `page` (from 1)."""
    cells = _cells(extraction, page)
    for row in extraction.rows:
        if row.page != page or not row.unsure:
            continue
        boxes = [v.box for _, _, v in row.values() if v.box is not None and (v.page or row.page) == row.page]
        figures = _around(boxes)
        others = [c for c in cells if c.box not in boxes]
        by_place: dict[Box | None, list[str]] = {}
        for label in row.unsure:
            by_place.setdefault(_label(getattr(row, label), others, figures), []).append(label.replace("_", " "))
        for found, labels in by_place.items():
            box = found or figures
            if box is not None:
                yield Doubt(box, ", ".join(labels) + " ?", found is not None)


def pieces(extraction: Extraction, page: int) -> Iterator[Piece]:
    """Give what of `page` (from 1) was not understood; what names no page belongs to the first."""
    cells = _cells(extraction, page)
    for rejected in extraction.rejected:
        if (rejected.page or 1) == page:
            yield Piece(tuple(_found(rejected.text, cells)), rejected)


def _cells(extraction: Extraction, page: int) -> list[Cell]:
    return [c for c in extraction.cells if c.page == page and c.box is not None and c.text.strip()]


def _around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    x0, top = min(b.x0 for b in boxes), min(b.top for b in boxes)
    return Box(x0, top, max(b.x1 for b in boxes), max(b.bottom for b in boxes))


def _label(said: str | None, cells: Sequence[Cell], figures: Box | None) -> Box | None:
    """Give the box of the cell that says a label: of those nearest to the figures of its row one that was read badly.

    Of several the shortest: other cells may have its words among theirs.
    """
    wanted = bare(said or "")
    found = [c for c in cells if wanted and wanted in bare(c.text)]
    ranked = [((_apart(c.box, figures), _is_sure(c), len(c.text)), c.box) for c in found if c.box is not None]
    return min(ranked, key=lambda r: r[0])[1] if ranked else None


def _is_sure(cell: Cell) -> bool:
    return cell.confidence is None or cell.confidence >= DOUBTFUL


def _apart(box: Box, figures: Box | None) -> float:
    """Give how many points a box lies above or below the figures of a row; 0 where they share a height."""
    return 0.0 if figures is None else max(0.0, box.top - figures.bottom, figures.top - box.bottom)


def _found(text: str, cells: Sequence[Cell]) -> Iterator[Box]:
    """Give the boxes of the parts of a text: of one that stands in several places that beside the longest part."""
    anchor: Box | None = None
    for part in sorted({p for p in map(bare, text.split(" | ")) if p}, key=len, reverse=True):
        same = [c.box for c in cells if c.box is not None and bare(one_line(c.text)) == part]
        if not same and len(part) >= _TELLING:
            same = [c.box for c in cells if c.box is not None and part in bare(one_line(c.text))]
        beside = [box for box in same if anchor is not None and _apart(box, anchor) == 0.0]
        box = beside[0] if beside else same[0] if len(same) == 1 or (same and anchor is None) else None
        if box is not None:
            anchor = anchor or box
            yield box
