"""Profiles say what headings mean; a broken one is told, not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.profile import PROFILES, Meaning, ProfileError, load_profiles

PROFILE = load_profiles()[0]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("META PROGRAMADA / ANUAL", Meaning("annual_goal")),
        ("VALOR PROGRAMADO ANUAL", Meaning("annual_goal")),
        ("META PROGRAMADA / T3", Meaning("goal", 3)),
        ("Programado / ENE-MAR", Meaning("goal", 1)),
        ("II TRIMESTRE / Prog.", Meaning("goal", 2)),
        ("IV TRIMESTRE / Real.", Meaning("achieved", 4)),
        ("Meta realizada / 1er. Trim.", Meaning("achieved", 1)),
        ("META\nREALIZA\nDA / 2do. Trim.", Meaning("achieved", 2)),
        ("AVANCE / % Trim.", Meaning("progress_pct")),
        ("PORCENTAJE DE AVANCE ANUAL ACUMULADO / T2", Meaning("accumulated_pct", 2)),
        ("UNIDAD DE MEDIDA / VARIABLES", Meaning("variable_unit")),
        ("UNIDAD DE MEDIDA / INDICADOR", Meaning("unit")),
        ("Resumen narrativo / objetivo", Meaning("objective")),
        ("Dependencia responsable", Meaning("department")),
    ],
)
def test_headings_mean_by_their_words(heading: str, meaning: Meaning) -> None:
    assert PROFILE.meaning(heading) == meaning


@pytest.mark.parametrize("heading", ["", "COLOR", "Meta realizada", "Programado / 1er. Trim. a 2do. Trim."])
def test_a_heading_that_decides_nothing_means_nothing(heading: str) -> None:
    assert PROFILE.meaning(heading) is None


def test_a_quarter_is_only_named_with_a_word_for_it() -> None:
    assert PROFILE.quarter_of("SEGUNDO TRIMESTRE 2024") == 2
    assert PROFILE.quarter_of("Agenda 2030, eje 2") is None
    assert PROFILE.quarter_of("primer y segundo trimestre") is None


def test_levels_in_capitals_and_plural() -> None:
    assert PROFILE.level_of("ACTIVIDADES") == "Actividad"
    assert PROFILE.level_of("Propósito (DGPM / DP)") == "Propósito"
    assert PROFILE.level_of("Activi\ndad") == "Actividad"
    assert PROFILE.level_of("Dirección del Fin") is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("required: [objective, indicator, goal, achieved]", "required: [colour]"), "unknown fields"),
        (("  Fin: [fin]\n", ""), "levels must be exactly"),
        (("id: pbr_sed", "name: x"), "missing"),
        (("code: '", "code: '("), "wrong shape"),
        (("frequencies: [", "frequencies: [["), "not YAML"),
    ],
)
def test_a_broken_profile_is_told(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    text = (PROFILES / "pbr_sed.yml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "p.yml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ProfileError, match=told):
        load_profiles(tmp_path)
