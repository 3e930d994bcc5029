"""Invented reports as OCR engines tear them: line by line across the columns, or column by column; and their damage.

Here belongs the drawing of a report as torn text. Not here: what the report says (`reports`).
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable, Iterator

from tests.reports import ORDINALS, Report, Row

_MISREAD = {"5": "6", "6": "5", "1": "7", "7": "1", "3": "8", "8": "3", "0": "8", "9": "8", "4": "1", "2": "7"}


def heading(report: Report) -> list[str]:
    """The lines above the table."""
    return [
        f"H. AYUNTAMIENTO DEL MUNICIPIO DE {report.municipality.upper()}, {report.state.upper()}",
        "SEGUIMIENTO DE METAS PbR-SED",
        f"{ORDINALS[report.quarter - 1].upper()} TRIMESTRE {report.year}",
        f"PROGRAMA PRESUPUESTARIO: {report.program_code} {report.program_name}",
        f"DEPENDENCIA O ENTIDAD: {report.entity}",
    ]


def numbers(row: Row) -> list[str]:
    """The numbers of a row in the order of printing: annual goal, goals, achieved, percentages of all quarters."""
    counts = [row.annual, *row.planned, *(a for a in row.achieved if a is not None)]
    percents = [row.progress(q) for q in range(4)] + [row.accumulated(q) for q in range(4)]
    return [f"{c:,.0f}" for c in counts] + [f"{p:.2f}%" for p in percents if p is not None]


def row_wise(report: Report) -> str:
    """Every line of the page goes across all columns, as an engine reads a page as one block."""
    lines = heading(report)
    for row in report.rows:
        said = textwrap.wrap(row.narrative, 74)
        objective = [*textwrap.wrap(f"{row.code} {row.objective}", 40), "", ""]
        indicator = [*textwrap.wrap(row.indicator, 30), "", ""]
        level = row.level if not row.own_department else f"{row.level} ({row.department})"
        left = [
            f"{objective[0]} |{indicator[0]} UNIDAD DE MEDIDA DEL",
            f"{objective[1]} {indicator[1]} INDICADOR: Porcentaje",
            f"{level} {objective[2]} {row.frequency} UNIDAD DE MEDIDA DE LAS {' '.join(numbers(row))}",
            f"VARIABLES: {row.variable_unit}",
        ]
        left += [""] * (len(said) - len(left))
        lines += [f"{a} {b}".strip() for a, b in zip(left, said + [""] * len(left), strict=False)]
    return "\n".join(lines) + "\n\f"


def column_wise(report: Report) -> str:
    """Codes, numbers and justifications stand in blocks of their own, one below the other."""
    blocks = ["\n".join(heading(report))]
    for row in report.rows:
        level = row.level if not row.own_department else f"{row.level}\n({row.department})"
        blocks.append(f"{level}\n\n" + "\n".join(textwrap.wrap(f"{row.code} {row.objective}", 38)))
        blocks.append("\n".join(textwrap.wrap(row.indicator, 30)) + f"\n\n{row.frequency}")
        blocks.append("UNIDAD DE MEDIDA DEL\nINDICADOR:\nPorcentaje\n\nUNIDAD DE MEDIDA DE LAS\nVARIABLES:")
        blocks.append("\n".join(t for t in numbers(row) if not t.endswith("%")))
    blocks += ["\n".join(textwrap.wrap(row.narrative, 70)) for row in report.rows]
    return "\n\n".join(blocks) + "\n\f"


def drop_lines(text: str, rng: random.Random) -> str:
    """Lose one line in sixteen."""
    return "\n".join(line for line in text.split("\n") if rng.random() > 0.06)


def drop_numbers(text: str, rng: random.Random) -> str:
    """Lose one number in twelve."""
    return re.sub(r"\S*\d\S*", lambda m: "" if rng.random() < 0.08 else m[0], text)


def misread(text: str, rng: random.Random) -> str:
    """Misread one digit in fifty: a look-alike mostly, any digit or none at times."""
    return "".join(_misread(c, rng) if c.isdigit() and rng.random() < 0.02 else c for c in text)


def _misread(digit: str, rng: random.Random) -> str:
    return rng.choice((_MISREAD[digit], _MISREAD[digit], str(rng.randint(0, 9)), ""))


def shuffle_blocks(text: str, rng: random.Random) -> str:
    """Move one block in ten a few places."""
    blocks = text.split("\n\n")
    for _ in range(len(blocks) // 10):
        place = rng.randrange(len(blocks))
        block = blocks.pop(place)
        blocks.insert(max(0, place + rng.randint(-4, 4)), block)
    return "\n\n".join(blocks)


Damage = Callable[[str, random.Random], str]
DAMAGES: tuple[Damage, ...] = (drop_lines, drop_numbers, misread, shuffle_blocks)


def truth_of(row: Row, quarter: int) -> Iterator[tuple[str, int | None, float | None]]:
    """What the table prints, as (measure, quarter, value)."""
    yield "annual_goal", None, row.annual
    for q in range(4):
        progress, accumulated = row.progress(q), row.accumulated(q)
        yield "goal", q + 1, row.planned[q]
        yield "achieved", q + 1, row.achieved[q] if q < quarter else None
        yield "progress_pct", q + 1, None if progress is None else round(progress, 2)
        yield "accumulated_pct", q + 1, None if accumulated is None else round(accumulated, 2)
