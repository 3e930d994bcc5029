"""Figures of a bad copy beside others that it spoiled: what is left of them looks as sure as the rest.

Toner fades in patches. A figure in doubt, or gone where most rows have one, tells that a patch reaches into its row; a
percentage with fewer decimals than the report prints lost them. Here belongs what such losses say of the figures that
nothing supports. Not here: the others, which are right all the same (`weigh`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.constraints import decimals_of
from ingest.indicators import IndicatorRow, Quality, Value

_USUAL = 0.5  # of the rows have a figure: where one has none, it was lost


def without_faded(rows: Sequence[IndicatorRow], decimals: int | None) -> list[IndicatorRow]:
    """Give the rows of a bad scan with figures `disputed` that are `unchecked` and may have lost digits.

    `decimals` are those that the report's percentages print, where all print as many.
    """
    filled = Counter(name for row in rows for name in _filled(row))
    usual = {name for name, count in filled.items() if count > _USUAL * len(rows)}
    return [_doubted(row, sorted(usual - _filled(row)), decimals) for row in rows]


def _doubted(row: IndicatorRow, lost: Sequence[str], decimals: int | None) -> IndicatorRow:
    spoiled = any(value.quality is Quality.DISPUTED for _, _, value in row.values())

    def checked(name: str, value: Value) -> Value:
        if value.quality is not Quality.UNCHECKED:
            return value
        is_rate = name.partition(".")[0].endswith("_pct")
        if is_rate and decimals is not None and decimals_of(row, name) < decimals:
            why = f"the report prints percentages with {decimals} decimals: this one lost some"
        elif lost:
            why = f"{' and '.join(lost)} of the row cannot be read: this figure may have lost digits, too"
        elif spoiled:
            why = "other figures of the row are in doubt: this one, which nothing supports, may have lost digits, too"
        else:
            return value
        return replace(value, quality=Quality.DISPUTED, reason=why)

    return row.mapped(checked)


def _filled(row: IndicatorRow) -> set[str]:
    """Give the names of the figures that a row has."""
    return {name for name, value in row.named() if value.value is not None}
