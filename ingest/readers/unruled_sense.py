"""Whether the figures below headings agree with what the headings are thought to mean.

Here belongs evidence: quarters sum to the annual goal, percentages are achieved / goal. A publisher errs in a figure
here and there; columns that were given a wrong meaning fail everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.constraints import check_row
from ingest.indicators import IndicatorRow, Quality, Quarterly, Value
from ingest.numbers import parse_number
from ingest.profile import QUARTERLY, Meaning, load_profiles
from ingest.readers.pieces import Piece
from ingest.readers.unruled_rows import Rows

_QUARTERS = (1, 2, 3, 4)
Figures = dict[Meaning, float]


def agreement(rows: Rows, edges: Sequence[float], meanings: Sequence[Meaning | None]) -> tuple[int, int]:
    """Give how many of the statements that the rows make of themselves hold, and how many could be tried."""
    figures = [_figures(strip.pieces, edges, meanings) for strip in rows.body]
    open_quarter = any(m is not None and m.quarter is None and m.field in QUARTERLY for m in meanings)
    results = [_tried(figures, quarter) for quarter in (_QUARTERS if open_quarter else (1,))]
    return max(results, key=lambda r: (r[0], -r[1]))


def _tried(rows: Sequence[Figures], quarter: int) -> tuple[int, int]:
    checks = [check.holds for figures in rows for check in check_row(_row(figures, quarter), (), None)]
    return sum(checks), len(checks)


def _figures(pieces: Sequence[Piece], edges: Sequence[float], meanings: Sequence[Meaning | None]) -> Figures:
    held: dict[int, list[str]] = {}
    for piece in pieces:
        held.setdefault(bisect_right(edges, piece.centre) - 1, []).append(piece.text)
    return dict(_known(held, meanings))


def _known(held: dict[int, list[str]], meanings: Sequence[Meaning | None]) -> Iterator[tuple[Meaning, float]]:
    form = load_profiles()[0].numbers
    for column, texts in held.items():
        meaning = meanings[column] if 0 <= column < len(meanings) else None
        number = parse_number("".join(texts), form)
        if meaning is not None and number is not None:
            yield meaning, number


def _row(figures: Figures, quarter: int) -> IndicatorRow:
    def of(field: str) -> Quarterly:
        values: list[Value | None] = [None, None, None, None]
        for meaning, number in figures.items():
            if meaning.field == field:
                values[(meaning.quarter or quarter) - 1] = _value(number)
        return values[0], values[1], values[2], values[3]

    annual = figures.get(Meaning("annual_goal"))
    return IndicatorRow(
        page=1,
        level=None,
        code=None,
        department=None,
        objective=None,
        indicator=None,
        acronym=None,
        frequency=None,
        unit=None,
        variable_unit=None,
        annual_goal=None if annual is None else _value(annual),
        goal=of("goal"),
        achieved=of("achieved"),
        progress_pct=of("progress_pct"),
        accumulated_pct=of("accumulated_pct"),
        justification=None,
    )


def _value(number: float) -> Value:
    return Value(number, f"{number:.2f}", Quality.UNCHECKED)
