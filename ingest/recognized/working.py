"""A row at work: its figures as they may be, what they owe each other, and the likeliest of what they can be together.

Here belongs what weighing and finding both look at. Not here: what follows from it (`weigh`, `findings`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.indicators import IndicatorRow
from ingest.justification import Statement, parse_justification
from ingest.numbers import NumberFormat
from ingest.recognized.fields import Field
from ingest.recognized.relations import Printing, Relation, relations_of
from ingest.recognized.search import Solution, solve

MARGIN = 3.0
"""How much likelier than any other a value must be to be relied on: e to this power, about 20 times."""

_FIGURE = re.compile(r"(?<![^\W\d])[\dOoIlSBZ][\dOoIlSBZ.,]*[\dOoIlSBZ](?![^\W\d])")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{3})+(?![\w%]|[.,]\d|\s*%)")
_DIGITS = str.maketrans("OoIlSBZ", "0011582")


@dataclass(frozen=True, slots=True)
class Worked:
    """A row, its figures by name, their relations, the likeliest numbers, and what its justification says."""

    row: IndicatorRow
    fields: Mapping[str, Field]
    relations: tuple[Relation, ...]
    solution: Solution
    statements: tuple[Statement, ...]


def work(
    row: IndicatorRow,
    fields: Mapping[str, Field],
    statements: tuple[Statement, ...],
    quarter: int | None,
    printing: Printing,
    sums: tuple[Relation, ...],
) -> Worked:
    """Give a row with the likeliest numbers of its figures; `sums` are what sums of components say of them."""
    numbers = {name: f.read for name, f in fields.items()}
    own = tuple(relations_of(row, numbers, statements, quarter, printing))
    relations = (*own, *(r for r in sums if set(r.fields) <= fields.keys()))
    return Worked(row, fields, relations, solve(fields, relations), statements)


def statements_of(row: IndicatorRow, form: NumberFormat) -> tuple[Statement, ...]:
    """Give what the justification of a row says of its figures."""
    names = "\n".join(n for n in (row.indicator, row.objective, row.variable_unit) if n)
    return parse_justification(with_digits(row.justification or "", form), form, names=names)


def with_digits(text: str, form: NumberFormat) -> str:
    """Give a text in which letters and marks within figures are what they look like; no character moves."""
    grouped = _GROUPED.sub(lambda m: m[0].replace(".", ","), text) if form.grouping == "," else text
    return _FIGURE.sub(
        lambda m: m[0].translate(_DIGITS) if sum(map(str.isdigit, m[0])) * 2 >= len(m[0]) else m[0], grouped
    )
