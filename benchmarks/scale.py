"""How building and asking grow with the number of statements: synthetic landing tables, whole builds, eight questions.

Fills landing with reports of invented municipalities ("Sintético 0001", profile and extractor `synthetic`): four
quarters of each program and year, the later ones restating some figures. Builds the marts with all tests, audits,
compares and publishes them, once, and again after one document more; then asks what BI tools ask. Prints seconds by
the clock and of the processor, milliseconds and the peak of memory. Everything lies in a temporary folder, or in one
that is kept: what the same code has built there before is not built again, so that one document more can be measured
often.

    .venv/bin/python benchmarks/scale.py --statements 200000 1000000
    .venv/bin/python benchmarks/scale.py --statements 20000000 --keep /somewhere/large
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.dbt_runner import Workbench, build
from orchestration.environment import SOURCES
from warehouse.compare import compare
from warehouse.gate import audit_release
from warehouse.home import Home
from warehouse.release import code_version, fingerprint, new_candidate, plan_release, publish

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS, INDICATORS, YEARS = 5, 60, 6
"""Per municipality and year, per program, per municipality. A document has four statements of each indicator."""
PER_MUNICIPALITY = PROGRAMS * INDICATORS * YEARS * 4 * 4

GENERATE = """
create temp table said as
select
    sha256(concat_ws('-', m, y, p, q)) as document_sha256, m, 2018 + y as year, p, q,
    timestamp '2018-01-01' + to_days(365 * y + 91 * q) + to_seconds(m * 100 + p) as came,
    (select coalesce(max(e.extraction_number), 0) from extraction e) + row_number() over (order by came, m, p)
        as extraction_number
from range({first}, {last}) m(m), range({years}) y(y), range(1, {programs} + 1) p(p), range(1, 5) q(q)
where {wanted} order by extraction_number;
insert into document select document_sha256, format('sintetico_{{}}.pdf', document_sha256[:12]), 'digital_pdf', 1000, 4,
    came, came from said;
insert into extraction select document_sha256[:16] || '-synthetic', document_sha256, 'synthetic', 'synthetic',
    format('Sintético {{:04d}}', m), 'Quintana Roo', 'Oficialía Mayor', format('{{}}.1', p), 'Programa ' || p, year, q,
    {indicators}, {indicators} * 13, 0, came, null, extraction_number from said;
insert into gate select document_sha256[:16] || '-synthetic', 'landing', 'synthetic', true, 1, 0, came from said;
insert into row select extraction_number, n, 1 + n // 15, 'Actividad',
    format('{{}}.1.{{}}.{{}}', p, 1 + n // 10, 1 + n % 10), 'Dirección ' || (n // 12), 'Objetivo ' || n,
    'Indicador ' || n, 'I' || n, 'Trimestral', 'Porcentaje', 'Unidades', null
from said, range({indicators}) n(n);
create temp table figure as
select extraction_number, n, q, k, 10 + n % 7 as goal,
    -- Each quarter after the first restates one result in forty.
    8 + (n * k + m) % 9 + if(q > k and hash(m, year, p, n, k, q) % 40 = 0, 1, 0) as achieved
from said, range({indicators}) n(n), range(1, 5) k(k);
insert into value select extraction_number, n, 'goal', k, goal, goal::integer::varchar, 'confirmed',
    null, 1, 1, 1, 9, 9, null, null, null, 'synthetic' from figure;
insert into value select extraction_number, n, 'achieved', k, if(k <= q, achieved, null),
    if(k <= q, achieved::integer::varchar, null), if(k <= q, 'unchecked', 'missing'), null, 1, 1, 1, 9, 9,
    null, null, null, 'synthetic' from figure;
insert into value select extraction_number, n, 'annual_goal', null, 4 * goal, (4 * goal)::integer::varchar, 'confirmed',
    null, 1, 1, 1, 9, 9, null, null, null, 'synthetic' from figure where k = 1;
drop table said; drop table figure;
"""

QUESTIONS = {
    "scorecard of a municipality": "from marts.mart_department_scorecard where municipality = 'Sintético 0001'",
    "scorecard of all, one quarter": (
        "select department, sum(goals_met), sum(goals_below) from marts.mart_department_scorecard"
        " where fiscal_year = 2022 and quarter = 2 group by all"
    ),
    "series of an indicator": (
        "select fiscal_year, quarter, goal, achieved, progress_pct from marts.measurements"
        " where municipality = 'Sintético 0001' and indicator_code = '1.1.1.1' order by all"
    ),
    "drill-down by code": (
        "select indicator_code, sum(achieved) from marts.measurements where municipality = 'Sintético 0002'"
        " and fiscal_year = 2021 and indicator_code like '2.1.%' group by all"
    ),
    "as of a moment": (
        "select count(*), sum(achieved) from marts.as_of(timestamp '2021-06-01') where municipality_id ="
        " (select municipality_id from marts.dim_municipality where municipality = 'Sintético 0001')"
    ),
    "restatements of a municipality": "from marts.restatements where municipality = 'Sintético 0001'",
    "top and bottom": (
        "select indicator_code, progress_pct from marts.measurements where fiscal_year = 2022 and quarter = 3"
        " order by progress_pct desc limit 10"
    ),
    "qualities": "select fiscal_year, quality, count(*) from marts.fct_measurement group by all",
}


def main() -> None:
    """Measure each size and print a block for it."""
    parser = argparse.ArgumentParser(description="Measure building and asking by number of statements.")
    parser.add_argument("--statements", type=int, nargs="+", default=[100_000])
    parser.add_argument("--keep", type=Path, help="keep the homes in this folder")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        print(json.dumps(_load_here(Home.at(arguments.load))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        again = [_measure(folder / str(size), max(2, round(size / PER_MUNICIPALITY))) for size in arguments.statements]
    if len(again) > 1:
        print(f"one document more, the last size to the first: {again[-1] / again[0]:.2f} of the CPU time")


def _measure(root: Path, municipalities: int) -> float:
    """Print what a home of so many municipalities costs; give the CPU seconds of one document more."""
    home = Home.at(root).create()
    first = None
    if not home.warehouse.exists():
        last = f"m = {municipalities - 1} and y = {YEARS - 1} and p = {PROGRAMS} and q = 4"
        _land(home.landing, f"not ({last})", municipalities)
        first = _load(home)
    _land_one_more(home.landing, municipalities - 1)
    again = _load(home)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.execute("set threads = 2")
        (statements,) = connection.execute("select count(*) from marts.fct_measurement_history").fetchall()[0]
        asked = {question: _asked(connection, sql) for question, sql in QUESTIONS.items()}
    size = home.warehouse.stat().st_size / 1e6
    print(f"{statements:,} statements, load average {os.getloadavg()[0]:.1f}, published file {size:.0f} MB")
    if first is not None:
        _tell("everything", first)
    _tell("one document more", again)
    for question, milliseconds in asked.items():
        print(f"    {question:32} {milliseconds:7.0f} ms", flush=True)
    return again["cpu"]


def _tell(what: str, load: dict[str, float]) -> None:
    steps = ", ".join(f"{step} {load[step]:.1f}" for step in ("build", "audit", "compare", "publish"))
    total = load["build"] + load["audit"] + load["compare"] + load["publish"]
    print(f"    {what:20} {total:7.1f} s ({steps}), {load['cpu']:.1f} s of CPU, peak {load['peak']:.1f} GB", flush=True)


def _land_one_more(landing: Path, municipality: int) -> None:
    """Land the next document of a municipality's last program."""
    with duckdb.connect(str(landing), read_only=True) as connection:
        (known,) = connection.execute(
            "select count(*) from extraction where municipality = ? and program_code = ?",
            [f"Sintético {municipality:04d}", f"{PROGRAMS}.1"],
        ).fetchall()[0]
    year, quarter = known // 4, known % 4 + 1
    wanted = f"m = {municipality} and y = {year} and p = {PROGRAMS} and q = {quarter}"
    _land(landing, wanted, municipality + 1, municipality, year + 1)


def _land(landing: Path, wanted: str, last: int, first: int = 0, years: int = YEARS) -> None:
    with duckdb.connect(str(landing)) as connection:
        connection.execute((ROOT / "warehouse" / "landing.sql").read_text(encoding="utf-8"))
        connection.execute(
            GENERATE.format(
                first=first, last=last, years=years, programs=PROGRAMS, indicators=INDICATORS, wanted=wanted
            )
        )


def _load(home: Home) -> dict[str, float]:
    """Do in a process of its own, whose memory is measured, what a refresh does after reading."""
    done = subprocess.run(
        [sys.executable, __file__, "--load", str(home.root)], check=True, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _load_here(home: Home) -> dict[str, float]:
    """Build, audit, compare and publish; give the seconds of each, those of the processor, and the peak in GB."""
    spent: dict[str, float] = {}
    code = code_version(*SOURCES)
    bench = Workbench(home)
    candidate = new_candidate(home, fingerprint(home, code), database=bench.database)
    with _timed(spent, "build"):
        result = build(home)
        if not result.success:
            raise SystemExit(f"the build failed: {result.errors}")
    with _timed(spent, "audit"):
        verdict = audit_release(home, candidate.database, candidate.release_id, code)
    with _timed(spent, "compare"):
        difference = compare(home, candidate.database, code)
    with _timed(spent, "publish"):
        mark = fingerprint(home, code)
        plan = plan_release(home, candidate, code_version=code, fingerprint=mark, audit=verdict, difference=difference)
        publish(home, plan)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {**spent, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1e6}


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    spent[step] = time.perf_counter() - started


def _asked(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """Give the median of five answers in milliseconds, after one that is not counted."""
    times = []
    for _ in range(6):
        started = time.perf_counter()
        connection.execute(sql).fetchall()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
