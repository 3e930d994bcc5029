"""The sheet of a report: columns with two levels of headings, bands and rows of printed texts, by layout and wording.

Here belongs what stands in which cell. Not here: where a cell lies on the page (`pdfs`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.reports import Report, Row, figure

WORDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "trim": {
        "plan": ("META PROGRAMADA", "ANUAL", "T1", "T2", "T3", "T4"),
        "ach": ("META REALIZADA", "", "T1", "T2", "T3", "T4"),
        "pct": ("PORCENTAJE DE AVANCE TRIMESTRAL", "", "T1", "T2", "T3", "T4"),
        "cum": ("PORCENTAJE DE AVANCE ANUAL ACUMULADO", "", "T1", "T2", "T3", "T4"),
        "q": ("% de avance", "Trimestral", "Anual acumulado"),
        "text": ("NIVEL", "CLAVE", "RESUMEN NARRATIVO / OBJETIVO", "NOMBRE DEL INDICADOR", "FRECUENCIA DE MEDICIÓN",
                 "UNIDAD DE MEDIDA", "JUSTIFICACIÓN TRIMESTRAL Y ANUAL DE AVANCE DE RESULTADOS"),
    },
    "ordinal": {
        "plan": ("Meta programada", "Valor programado anual", "1er. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim."),
        "ach": ("Meta alcanzada", "", "1er. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim."),
        "pct": ("% de cumplimiento trimestral", "", "1er. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim."),
        "cum": ("% acumulado", "", "1er. Trim.", "2do. Trim.", "3er. Trim.", "4to. Trim."),
        "q": ("Avance", "% Trim.", "% Anual"),
        "text": ("Nivel", "Clave", "Objetivo", "Indicador", "Periodicidad", "Unidad de medida", "Justificación"),
    },
    "months": {
        "plan": ("PROGRAMADO", "META ANUAL", "ENE-MAR", "ABR-JUN", "JUL-SEP", "OCT-DIC"),
        "ach": ("REALIZADO", "", "ENE-MAR", "ABR-JUN", "JUL-SEP", "OCT-DIC"),
        "pct": ("% AVANCE TRIMESTRAL", "", "ENE-MAR", "ABR-JUN", "JUL-SEP", "OCT-DIC"),
        "cum": ("% AVANCE ANUAL", "", "ENE-MAR", "ABR-JUN", "JUL-SEP", "OCT-DIC"),
        "q": ("PORCENTAJE DE AVANCE", "TRIMESTRAL", "ANUAL"),
        "text": ("NIVEL DE LA MIR", "CÓDIGO", "OBJETIVO", "INDICADOR", "FRECUENCIA", "UNIDAD DE MEDIDA",
                 "OBSERVACIONES"),
    },
    "roman": {
        "plan": ("Programado", "Programado anual", "I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"),
        "ach": ("Alcanzado", "", "I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"),
        "pct": ("Porcentaje de avance", "", "I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"),
        "cum": ("Avance acumulado", "", "I TRIMESTRE", "II TRIMESTRE", "III TRIMESTRE", "IV TRIMESTRE"),
        "q": ("AVANCE", "% Trimestral", "% Acumulado"),
        "text": ("Nivel", "Clave del indicador", "Resumen narrativo", "Nombre del indicador",
                 "Frecuencia de medición", "Unidad de medida", "Causas de la variación"),
    },
}  # fmt: skip
ROMAN = ("I", "II", "III", "IV")
LABELS = ("UNIDAD DE MEDIDA DEL INDICADOR:", "UNIDAD DE MEDIDA DE LAS VARIABLES:")
LEVELS = {"Fin": "FIN", "Propósito": "PROPÓSITO", "Componente": "COMPONENTES", "Actividad": "ACTIVIDADES"}


@dataclass(frozen=True)
class Column:
    """A column: its key in the truth, its upper heading (or ""), its heading and its share of the width."""

    key: str
    group: str
    heading: str
    weight: float

    @property
    def is_figure(self) -> bool:
        return self.key.startswith(("annual", "plan", "ach", "pct", "cum"))


@dataclass(frozen=True)
class Line:
    """A line of the sheet: a band of text, or a row (which may share the level cell above)."""

    band: str | None = None
    row: Row | None = None
    merges_level: bool = False


@dataclass(frozen=True)
class Sheet:
    """The whole sheet: heading lines of the page, columns, lines of the table."""

    report: Report
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    spans_level: bool = False


def make_sheet(
    report: Report,
    layout: str,
    *,
    wording: str | dict[str, tuple[str, ...]] = "trim",
    seed: int = 0,
    all_caps_bands: bool = True,
) -> Sheet:
    """Lay out a report: A (percentages of all quarters), B (quarter by quarter, bands), D (those of the quarter),
    C (as D, with a column of codes), E (as B, with the level in each row), F (as E, without justification).

    `wording` names one of `WORDINGS`, or is one. Writes the texts of the cells into the rows' `printed`.
    """
    columns = _columns(layout, WORDINGS[wording] if isinstance(wording, str) else wording)
    rng = random.Random(seed)
    lines: list[Line] = []
    owner, level = None, None
    for row in report.rows:
        if layout in "BEF" and row.department != owner:
            owner, level = row.department, None
            lines.append(Line(band=owner.upper() if all_caps_bands else owner))
        _print(row, columns, layout, report.quarter, rng)
        lines.append(Line(row=row, merges_level=layout == "B" and row.level == level))
        level = row.level
    return Sheet(report, _titles(report), columns, tuple(lines), layout == "B")


def _titles(report: Report) -> tuple[str, ...]:
    ordinal = ("PRIMER", "SEGUNDO", "TERCER", "CUARTO")[report.quarter - 1]
    return (
        f"H. AYUNTAMIENTO DEL MUNICIPIO DE {report.municipality.upper()}, {report.state.upper()}",
        "FORMATO PARA EL SEGUIMIENTO Y EVALUACIÓN DE AVANCES EN CUMPLIMIENTO DE METAS Y OBJETIVOS",
        f"{ordinal} TRIMESTRE {report.year}",
        f"PROGRAMA PRESUPUESTARIO: {report.program_code} {report.program_name}",
        f"DEPENDENCIA O ENTIDAD: {report.entity}",
    )


def _columns(layout: str, words: dict[str, tuple[str, ...]]) -> tuple[Column, ...]:
    level, code, objective, indicator, frequency, units, why = words["text"]
    plan, ach = words["plan"], words["ach"]
    if layout in "BEF":
        quarters = [
            Column(f"{key}{q}", plan[1 + q] if "rim" in plan[1 + q].lower() else f"{ROMAN[q - 1]} TRIMESTRE", name, 1.0)
            for q in range(1, 5) for key, name in (("plan", "Prog."), ("ach", "Real."))
        ]  # fmt: skip
        columns = (
            Column("level", "", level, 0.7 if layout == "B" else 1.5),
            Column("code", "", code, 1.3), Column("objective", "", objective, 3.4),
            Column("indicator", "", indicator, 2.8), Column("unit", units, "INDICADOR", 1.3),
            Column("variable_unit", units, "VARIABLES", 1.5), Column("frequency", "", frequency, 1.3),
            Column("annual", "", "META ANUAL", 1.2), *quarters, Column("pctq", words["q"][0], words["q"][1], 1.0),
            Column("cumq", words["q"][0], words["q"][2], 1.0), Column("narrative", "", why, 4.4),
        )  # fmt: skip
        return columns[:-1] if layout == "F" else columns
    codes = (Column("code", "", code, 1.4),) if layout == "C" else ()
    start = (
        *codes, Column("level", "", level, 1.3), Column("objective", "", objective, 2.7),
        Column("indicator", "", indicator, 2.1),
        Column("frequency", "", frequency, 1.2), Column("units", "", units, 2.2),
        Column("annual", plan[0], plan[1], 1.1),
        *(Column(f"plan{q}", plan[0], plan[1 + q], 1.0) for q in range(1, 5)),
        *(Column(f"ach{q}", ach[0], ach[1 + q], 1.0) for q in range(1, 5)),
    )  # fmt: skip
    percents = (
        (Column("pctq", words["q"][0], words["q"][1], 1.0), Column("cumq", words["q"][0], words["q"][2], 1.0))
        if layout in "CD"
        else tuple(Column(f"{k}{q}", words[k][0], words[k][1 + q], 0.9) for k in ("pct", "cum") for q in range(1, 5))
    )
    return (*start, *percents, Column("narrative", "", why, 4.6))


def _print(row: Row, columns: tuple[Column, ...], layout: str, quarter: int, rng: random.Random) -> None:
    level = f"{row.level} ({row.department})" if row.own_department else row.level
    texts = {
        "level": LEVELS[row.level] if layout in "BEF" else level,
        "code": row.code,
        "objective": row.objective if layout in "BCEF" else f"{row.code} {row.objective}",
        "indicator": row.indicator,
        "frequency": row.frequency,
        "unit": "Porcentaje",
        "variable_unit": row.variable_unit,
        "units": f"{LABELS[0]} Porcentaje\n{LABELS[1]} {row.variable_unit}",
        "annual": figure(rng, row.annual),
        "narrative": row.narrative,
        "pctq": _percent(row.progress(quarter - 1)),
        "cumq": _percent(row.accumulated(quarter - 1)),
    }
    for q in range(1, 5):
        texts[f"plan{q}"], texts[f"ach{q}"] = figure(rng, row.planned[q - 1]), figure(rng, row.achieved[q - 1])
        texts[f"pct{q}"], texts[f"cum{q}"] = _percent(row.progress(q - 1)), _percent(row.accumulated(q - 1))
    row.printed = {c.key: texts[c.key] for c in columns}


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}%"


def relabel(sheet: Sheet, **headings: str) -> Sheet:
    """Give the sheet with other headings for some columns, by key."""
    columns = tuple(replace(c, heading=headings.get(c.key, c.heading)) for c in sheet.columns)
    return replace(sheet, columns=columns)
