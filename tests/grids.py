"""Tables written as rows of texts, for tests of what cells mean."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.cells import Box, Cell, Kind, Placed, Reading, Table

HEADINGS = ("Nivel", "Objetivo", "Indicador", "Meta anual", "Meta T1", "Meta T2", "Meta T3", "Meta T4", "Real T1",
            "% Trim.", "Justificación")  # fmt: skip


def row(code: str, *, level: str = "Actividad", annual: str = "10", goals: Sequence[str] = ("1", "2", "3", "4"),
        achieved: str = "1", pct: str = "100%", why: str = "") -> list[str]:  # fmt: skip
    return [level, f"{code} Atender", "Avance", annual, *goals, achieved, pct, why]


def table(*rows: Sequence[str], page: int = 1, spans: dict[tuple[int, int], tuple[int, int]] | None = None) -> Table:
    """A grid of 10 points wide cells; `spans` gives (rows, columns) of merged cells."""
    spans = spans or {}
    hidden = {(r + i, c + j) for (r, c), (h, w) in spans.items() for i in range(h) for j in range(w)} - set(spans)
    cells = []
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            if (r, c) not in hidden:
                box = Box(10.0 * c, 10.0 * r, 10.0 * c + 10, 10.0 * r + 10)
                cells.append(Placed(Cell(text, page, box, engine="test"), r, c, *spans.get((r, c), (1, 1))))
    width = max(len(r) for r in rows)
    return Table(page, len(rows), width, tuple(cells), tuple(10.0 * i for i in range(width + 1)))


TITLES = ("Municipio de Tepic, Nayarit", "PRIMER TRIMESTRE 2024")


def reading(*tables: Table, titles: Sequence[str] = TITLES) -> Reading:
    lines = tuple(Cell(t, 1, Box(0, 0, 1, 1), engine="test") for t in titles)
    return Reading(Kind.DIGITAL_PDF, max(t.page for t in tables), tables, lines, engine="test")
