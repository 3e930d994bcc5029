"""What garbled justifications say in figures."""

from __future__ import annotations

import pytest

from ingest.torn.statements import Claim, find_narratives, quotient_fits
from ingest.torn.tokens import find_runs
from tests.unit.test_torn_tokens import lines_of


def claim_of(text: str) -> Claim:
    lines = lines_of(text)
    (found,) = find_narratives(lines, find_runs(lines))
    return found.quarter


def figures(claim: Claim) -> tuple[float | None, float | None, float | None]:
    tokens = (claim.achieved, claim.goal, claim.pct)
    a, g, p = (t.value if t is not None else None for t in tokens)
    return a, g, p


CASES = {
    "Meta Trimestral: Se logra el 84.35% al atender 585 solicitudes|\nde un lotal de 620 programadas.": (
        585,
        620,
        84.35,
    ),
    "Mela Trimestral: Se realizaron 71 de 59 evenlos logrando 120.34%": (71, 59, 120.34),
    "De 130 toneladas programadas en el primer\ntrimestre se lograron 120, esto es el 92.31%.": (120, 130, 92.31),
    "Se obtiene un avance del 99.99% en la meta, se reportaron 132,219\ncontra 132,228": (132219, 132228, 99.99),
    "Meta trimestral: No se logré firmar ningún convenio de los 2 que se tenian programados": (0, 2, None),
    "Meta Trimestral: Al segundo trimestre 2024 se realizan 6 de 8 eventos programados: 75%": (6, 8, 75),
    "Meta Trimestral: Se logra el 100% con 57 informes de la Ley 3 de 3\nde un total de 57": (57, 57, 100),
    "eta Ttimesval: Se logra el 102.06% de la mela trimestral al regsrar\n6,339 de un tota de 6211 programados": (
        6339,
        6211,
        102.06,
    ),
    "Se realizaron 6 consultas a personas de 65 años, de 8 programadas: 75%": (6, 8, 75),
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_figures_are_found_in_garbled_sentences(text: str, expected: tuple[float, float, float]) -> None:
    assert figures(claim_of(text)) == expected


@pytest.mark.parametrize("opening", ["De66 toneladas", "De 3toneladas", "De 66 toneladas"])
def test_a_justification_opens_though_a_space_was_lost(opening: str) -> None:
    lines = lines_of(f"Actividad\n{opening} programadas en el primer\ntrimestre se lograron 33, esto es el 50.00%.")
    (found,) = find_narratives(lines, ())
    assert found.first == 1


def test_the_year_is_told_from_the_quarter() -> None:
    lines = lines_of(
        "Meta Trimestral: Se logra el 50% al hacer 3 de 6 programados. Meta Anual: Avance\n"
        "acumulado de 8, el 80.00% de la meta anual de 10."
    )
    (found,) = find_narratives(lines, ())
    assert figures(found.quarter) == (3, 6, 50)
    assert figures(found.year) == (8, 10, 80)


def test_numbers_of_the_table_between_the_lines_are_no_figures() -> None:
    lines = lines_of("x | Meta Trimestral: Se logra el 50% al hacer 3\nTrimestral 40 6 9 12 3 de 6 programados")
    (found,) = find_narratives(lines, find_runs(lines))
    assert found.quarter.goal is None or found.quarter.goal.value == 6


def test_a_sharp_quotient_leaves_no_room_for_neighbours() -> None:
    assert quotient_fits(585, 620, 94.35, sharp=True)
    assert quotient_fits(132_219, 132_228, 99.99)
    assert not quotient_fits(132_219, 132_228, 99.99, sharp=True)
    assert not quotient_fits(0, 10, 0, sharp=True), "nothing achieved fits every goal"
