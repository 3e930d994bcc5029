"""What may be linked: by likeness, never by itself, and written where a person can review it."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.command_line import link
from warehouse.errors import NoReasonError, NoSuchLinkError
from warehouse.home import Home
from warehouse.links import ALIASES, LINKS, Suggestion, accept, suggest

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
INDICATORS = [
    # id, version, year, code, level, indicator, unit, department
    ("a", 1, 2024, "1.1", "Actividad", "Porcentaje de baches atendidos", "Baches", "Obras"),
    ("b", 1, 2024, "1.2", "Actividad", "Porcentaje de luminarias reparadas", "Luminarias", "Obras"),
    ("c", 1, 2024, "1.3", "Componente", "Porcentaje de baches atendidos", "Baches", "Obras"),
    ("d", 1, 2025, "2.1", "Actividad", "Porcentaje de Luminarias reparadas en la ciudad", "Luminarias", "Servicios"),
    ("e", 1, 2025, "2.2", "Actividad", "Porcentaje de baches  ATENDIDOS.", "Baches", "Servicios"),
    ("e", 2, 2025, "2.2", "Actividad", "Porcentaje de baches  ATENDIDOS.", "Baches", "Servicios Públicos"),
    ("f", 1, 2025, "2.3", "Actividad", "Número de conciertos", "Conciertos", "Cultura"),
    ("g", 1, 2025, "2.4", "Propósito", "Población que confía en su gobierno", "Personas", "Cultura"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose published warehouse holds two years of one municipality."""
    home = Home.at(tmp_path / "home").create()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema marts; use marts")
        connection.execute(
            "create table dim_municipality as select 'm' municipality_id, 'Tulum' municipality, 'Q. Roo' state,"
            " true is_known; create table dim_program as select 'p' program_id, '1' program_code"
        )
        connection.execute(
            "create table dim_indicator (indicator_id varchar, version_number int, fiscal_year int,"
            " indicator_code varchar, level varchar, indicator varchar, variable_unit varchar, department varchar)"
        )
        connection.executemany(f"insert into dim_indicator values ({', '.join('?' * 8)})", INDICATORS)
        connection.execute(
            "create or replace table dim_indicator as select *, 'm' municipality_id, 'p' program_id,"
            " null::varchar unit, department as department_id, null::varchar plan,"
            " make_date(fiscal_year, 1, 1) valid_from, null::timestamp superseded_at,"
            " version_number = max(version_number) over (partition by indicator_id) as is_current from dim_indicator"
        )
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project's files, without what people have decided."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name in (LINKS, ALIASES):
        head = (SEEDS / name).read_text(encoding="utf-8").splitlines()[0]
        (folder / name).write_text(head + "\n", encoding="utf-8")
    return folder


def pairs(found: list[Suggestion]) -> dict[tuple[str, str], float]:
    return {(s.entry["from_code"], s.entry["to_code"]): s.score for s in found if s.file == LINKS}


def test_the_likest_indicators_of_one_level_are_suggested_best_first(home: Home, folder: Path) -> None:
    found = suggest(home, folder)
    scores = pairs(found)
    assert set(scores) == {("1.1", "2.2"), ("1.2", "2.1")}
    assert scores["1.1", "2.2"] == 1
    assert 0.6 <= scores["1.2", "2.1"] < 1
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_indicators_that_are_as_like_as_the_one_suggested_are_named(home: Home, folder: Path) -> None:
    assert {s.rivals for s in suggest(home, folder)} == {()}
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "insert into marts.dim_indicator by name select * replace ('x' as indicator_id, '1.9' as indicator_code)"
            " from marts.dim_indicator where indicator_id = 'a'"
        )
    found = suggest(home, folder)
    assert [s.rivals for s in found if s.rivals] == [("1.9",)]
    assert found[-1].entry["from_code"] == "1.1"


def test_the_list_names_the_municipality_of_what_may_be_linked(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INDICADORES_HOME", str(home.root))
    monkeypatch.setattr(link, "SEEDS", folder)
    monkeypatch.setenv("COLUMNS", "200")
    link.show_suggestions(0.5, as_json=False)
    listed = [line for line in capsys.readouterr().out.splitlines() if "indicator" in line or "department" in line]
    assert len(listed) == len(suggest(home, folder))
    assert all("Tulum" in line for line in listed)


def test_a_link_without_a_reason_is_not_written(home: Home, folder: Path) -> None:
    found = suggest(home, folder)
    before = (folder / LINKS).read_bytes()
    with pytest.raises(NoReasonError, match="--reason"):
        accept(found, found[0].key, folder, by="Ana", reason=" ", on=date(2025, 5, 1))
    assert (folder / LINKS).read_bytes() == before


def test_a_renamed_department_is_suggested_by_what_became_of_its_indicators(home: Home, folder: Path) -> None:
    found = [s for s in suggest(home, folder) if s.file == ALIASES]
    assert [(s.old, s.new, s.score) for s in found] == [("Servicios", "Servicios Públicos", 0.5)]


def test_nothing_is_written_by_suggesting_and_one_line_by_accepting(home: Home, folder: Path) -> None:
    before = (folder / LINKS).read_text(encoding="utf-8")
    found = suggest(home, folder)
    assert (folder / LINKS).read_text(encoding="utf-8") == before
    chosen = next(s for s in found if s.file == LINKS and s.score == 1)
    accept(found, chosen.key, folder, by="Ana, Obras", reason="the same", on=date(2025, 5, 1))
    with (folder / LINKS).open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert lines == [{
        "municipality": "Tulum", "state": "Q. Roo", "from_year": "2024", "from_plan": "",
        "from_program": "1", "from_code": "1.1", "to_year": "2025", "to_plan": "", "to_program": "1",
        "to_code": "2.2", "score": "1.00", "reason": "the same",
        "decided_by": "Ana, Obras", "decided_on": "2025-05-01",
    }]  # fmt: skip
    assert set(pairs(suggest(home, folder))) == {("1.2", "2.1")}


def test_the_plan_before_is_the_period_before(home: Home, folder: Path) -> None:
    """In 2025 the indicators d, e, f are of the old plan, h and i, from the third quarter on, of the new one."""
    new = [
        (
            "h",
            1,
            2025,
            "1.1",
            "Actividad",
            "Porcentaje de luminarias reparadas en la ciudad",
            "Luminarias",
            "Servicios",
        ),
        ("i", 1, 2025, "1.2", "Actividad", "Jornadas de lectura", "Jornadas", "Cultura"),
    ]
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("use marts; update dim_indicator set plan = '2021-2025' where fiscal_year = 2025")
        for line in new:
            connection.execute(
                f"insert into dim_indicator select {', '.join('?' * 8)}, 'm', 'p', null, 's', '2025-2028',"
                " '2025-07-01', null, true",
                line,
            )
    found = suggest(home, folder)
    assert set(pairs(found)) == {("1.1", "2.2"), ("1.2", "2.1"), ("2.1", "1.1")}
    chosen = next(s for s in found if s.entry.get("to_plan") == "2025-2028")
    assert (chosen.entry["from_year"], chosen.entry["from_plan"], chosen.entry["to_year"]) == (
        "2025",
        "2021-2025",
        "2025",
    )
    assert "plan 2025-2028" in chosen.new
    accept(found, chosen.key, folder, by="Ana", reason="the same", on=date(2025, 9, 1))
    assert set(pairs(suggest(home, folder))) == {("1.1", "2.2"), ("1.2", "2.1")}


def test_an_accepted_alias_is_not_suggested_again(home: Home, folder: Path) -> None:
    found = suggest(home, folder)
    key = next(s.key for s in found if s.file == ALIASES)
    accept(found, key, folder, by="Ana", reason="renamed in May", on=date(2025, 5, 1))
    assert [s for s in suggest(home, folder) if s.file == ALIASES] == []


def test_a_key_that_is_no_suggestion_changes_nothing(home: Home, folder: Path) -> None:
    before = shutil.copytree(folder, folder.with_name("before"))
    with pytest.raises(NoSuchLinkError, match="link suggest"):
        accept(suggest(home, folder), "00000000", folder, by="Ana", reason="?", on=date(2025, 5, 1))
    assert all((before / f.name).read_bytes() == f.read_bytes() for f in folder.iterdir())
