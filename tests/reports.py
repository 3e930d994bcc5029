"""Invented indicator reports with their truth: rows of figures, justifications, planted inconsistencies.

Here belongs what a report says, by a seed. Not here: how it is drawn (`pdfs`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

ORDINALS = ("primer", "segundo", "tercer", "cuarto")
PLANTS = ("annual_vs_sum", "narrative_pct", "narrative_plan")


@dataclass(frozen=True)
class Subject:
    """What a row counts: the unit, the things, what is done with them, and the objective that they serve."""

    unit: str
    things: str
    done: str
    objective: str = "{unit} en beneficio de la población del municipio de {town} y sus localidades."


@dataclass(frozen=True)
class Words:
    """What reports choose from: towns with their state, offices, the name of the program, departments, subjects."""

    places: tuple[tuple[str, str], ...]
    entities: tuple[str, ...]
    program: str
    departments: tuple[str, ...]
    subjects: tuple[Subject, ...]


WORDS = Words(
    places=(("Tepic", "Nayarit"), ("Mérida", "Yucatán"), ("San Luis Potosí", "San Luis Potosí"),
            ("León", "Guanajuato")),
    entities=("Tesorería Municipal", "Sistema DIF Municipal"),
    program="Gobierno Abierto y Eficiente",
    departments=("Dirección de Ingresos", "Dirección de Parques y Jardines", "Coordinación de Salud / CS",
                 "Instituto Municipal de la Mujer (IMM)"),
    subjects=(
        Subject("Licencias", "licencias de funcionamiento", "expedidas"),
        Subject("Consultas", "consultas médicas a personas de 65 años y más", "otorgadas"),
        Subject("Árboles", "árboles y plantas de ornato", "sembrados"),
        Subject("Kilómetros", "kilómetros de barrido manual", "atendidos"),
        Subject("Informes", "informes de la Ley 3 de 3", "entregados"),
        Subject("Servicios", "servicios de la línea 070", "concluidos"),
    ),
)  # fmt: skip

QUARTER_SENTENCES = (
    "Se obtiene un avance del {p}% en la meta del trimestre, toda vez que se reportaron {a} {x} contra {g} "
    "programadas.",
    "Meta Trimestral: Se logra el {p}% de la meta trimestral al registrar {a} {x} de un total de {g} programados.",
    "Meta Trimestral: En el {q} trimestre se registraron {a} {x} de las {g} que se tenían programadas, obteniendo un "
    "{p}% de cumplimiento.",
    "De {g} {x} programados en el {q} trimestre se lograron {a}, lo que representa el {p}%.",
    "Meta Trimestral: Se alcanzó el {p}% de avance con {a} {x} de {g} programadas.",
)
VARIANT_SENTENCES = (
    "Se programaron {g} {x} y se realizaron {a}, con un cumplimiento de {p}%.",
    "Durante el {q} trimestre se realizaron {a} {x}, de las {g} programadas, lo que equivale al {p} %.",
    "Se realizaron {a} {x} de {g} previstas, alcanzando un {p} por ciento.",
    "La meta programada para el {q} trimestre fue de {g} {x}, logrando {a}, es decir el {p}%.",
    "Se cumplió al {p}% la meta del trimestre: {a} {x} de {g}.",
    "Se alcanzaron {a} {x} de una meta de {g}, lo que representa un avance de {p}%.",
    "Con {a} {x} realizadas, de {g} programadas, el avance es de {p}%.",
    "Se tenía una meta trimestral de {g} {x}, de la cual se lograron {a} ({p}%).",
)
YEAR_SENTENCES = (
    " Meta Anual: Al {q} trimestre {year} se acumula un total de {ta} {x} de {y} programadas; por lo que se obtiene un "
    "logro del {c}%.",
    " Meta Anual: Avance acumulado de {ta} {x}, equivalente al {c}% de la meta anual de {y}.",
)
REASONS = (
    "",
    "",
    " El excedente se debe básicamente a la coordinación con instituciones educativas y otras dependencias.",
    " No se logra la meta debido a que las lluvias atípicas impidieron los trabajos programados.",
)


@dataclass
class Row:
    """One indicator as it is meant, `printed` by column key, and the boxes that a drawing gives its cells."""

    level: str
    code: str
    department: str
    objective: str
    indicator: str
    frequency: str
    variable_unit: str
    annual: float
    planned: list[float]
    achieved: list[float | None]
    narrative: str = ""
    planted: list[str] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[list[float]]] = field(default_factory=dict)
    own_department: bool = True

    def progress(self, q: int) -> float | None:
        achieved, goal = self.achieved[q], self.planned[q]
        return None if achieved is None or goal == 0 else 100 * achieved / goal

    def accumulated(self, q: int) -> float | None:
        known = [a for a in self.achieved[: q + 1] if a is not None]
        return 100 * sum(known) / self.annual if len(known) == q + 1 and self.annual else None


@dataclass
class Report:
    """A whole report: what it says of itself, and its rows from the top."""

    municipality: str
    state: str
    entity: str
    program_code: str
    program_name: str
    year: int
    quarter: int
    rows: list[Row]

    def truth(self) -> dict[str, Any]:
        """Give the truth in the shape of the external corpus."""
        names = ("municipality", "state", "entity", "program_code", "program_name", "year", "quarter")
        rows = [{**{k: getattr(r, k) for k in ("level", "code", "department", "objective", "indicator", "frequency",
                                               "variable_unit", "planted", "printed", "boxes")}, "unit": "Porcentaje"}
                for r in self.rows]  # fmt: skip
        return {"document": {n: getattr(self, n) for n in names}, "rows": rows}


def make_report(
    seed: int,
    *,
    components: int = 3,
    activities: int = 4,
    quarter: int | None = None,
    plants: tuple[str, ...] = (),
    variants: bool = False,
    decimals: float = 0.0,
    words: Words = WORDS,
) -> Report:
    """Make a report; every second row carries one of `plants`, a share `decimals` of rows has decimal figures."""
    rng = random.Random(seed)
    town, state = rng.choice(words.places)
    quarter = quarter or rng.randint(1, 4)
    program = f"{rng.randint(1, 5)}.{rng.randint(1, 9)}.{rng.randint(1, 9)}"
    year, entity = rng.randint(2021, 2026), rng.choice(words.entities)
    report = Report(town, state, entity, program, words.program, year, quarter, [])
    plans = [("Fin", program, "DGPM / DP"), ("Propósito", f"{program}.1", entity)]
    for c in range(1, components + 1):
        owner = rng.choice(words.departments)
        plans.append(("Componente", f"{program}.1.{c}", owner))
        plans += [("Actividad", f"{program}.1.{c}.{a}", owner) for a in range(1, rng.randint(1, activities) + 1)]
    for number, (level, code, owner) in enumerate(plans):
        plant = plants[(number // 2) % len(plants)] if plants and number % 2 else None
        row = _row(rng, level, code, owner, report, plant, decimals, words.subjects)
        row.narrative = narrate(rng, row, report, plant, VARIANT_SENTENCES if variants else QUARTER_SENTENCES)
        report.rows.append(row)
    return report


def _row(
    rng: random.Random,
    level: str,
    code: str,
    owner: str,
    report: Report,
    plant: str | None,
    decimals: float,
    subjects: tuple[Subject, ...],
) -> Row:
    subject = rng.choice(subjects)
    unit, things, done = subject.unit, subject.things, subject.done
    size = rng.choice((3, 40, 900, 9_000, 1_500_000))
    planned: list[float] = [rng.randint(0 if size == 3 else 1, size) for _ in range(4)]
    planned[report.quarter - 1] = planned[report.quarter - 1] or (1 if plant else 0)
    if rng.random() < decimals:
        planned = [round(p + rng.randint(1, 99) / 100, 2) for p in planned]
    achieved: list[float | None] = [
        (p if rng.random() < 0.4 else round(p * rng.uniform(0.4, 1.7))) if q < report.quarter else None
        for q, p in enumerate(planned)
    ]
    annual: float = round(sum(planned), 2)
    planted = [plant] if plant else []
    if plant == "annual_vs_sum":
        annual += rng.choice((1, 10, 90, -1)) if annual > 10 else 10
    acronym = "".join(w[0] for w in things.split()[:2]).upper() + "P"
    objective = subject.objective.format(unit=unit, things=things, done=done, town=report.municipality)
    return Row(level, code, owner, objective, f"{acronym}{rng.choice(('= ', '=', ': '))}Porcentaje de {things} {done}",
               rng.choice(("Trimestral", "Mensual", "Anual")), unit, annual, planned, achieved,
               planted=planted, own_department=level != "Actividad")  # fmt: skip


def narrate(rng: random.Random, row: Row, report: Report, plant: str | None, sentences: tuple[str, ...]) -> str:
    """Write the justification of `row` for the report's quarter, with the inconsistency `plant` in it."""
    q = report.quarter - 1
    achieved, goal, pct = row.achieved[q], row.planned[q], row.progress(q)
    total = round(sum(a for a in row.achieved[: q + 1] if a is not None), 2)
    if plant == "narrative_pct" and pct is not None:
        pct += rng.choice((-10, 10, 20))
    if plant == "narrative_plan":
        goal = next((p for i, p in enumerate(row.planned) if i != q and p != goal), goal + 7)
    pct_text = "0" if pct is None else f"{pct:.0f}" if pct == round(pct) and rng.random() < 0.5 else f"{pct:.2f}"
    subject = row.indicator.partition("Porcentaje de ")[2].rsplit(" ", 1)[0]
    said = {"p": pct_text, "a": figure(rng, achieved), "g": figure(rng, goal), "x": subject, "q": ORDINALS[q],
            "year": report.year, "ta": figure(rng, total), "y": figure(rng, round(sum(row.planned), 2)),
            "c": f"{100 * total / sum(row.planned):.2f}" if sum(row.planned) else "0"}  # fmt: skip
    text = rng.choice(sentences).format(**said) + rng.choice(REASONS)
    return text + (rng.choice(YEAR_SENTENCES).format(**said) if rng.random() < 0.5 else "")


def figure(rng: random.Random, value: float | None) -> str:
    """Print a figure as publishers do: mostly with grouping commas, at times without."""
    if value is None:
        return ""
    if value != int(value):
        return f"{value:,.2f}"
    return f"{value:.0f}" if rng.random() < 0.15 else f"{value:,.0f}"
