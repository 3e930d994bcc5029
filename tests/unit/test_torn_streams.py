"""Numbers that an engine read column by column, and rows whose code is lost, find their indicators."""

from __future__ import annotations

from ingest.torn.anchor import Evidence
from ingest.torn.codes import Mark, Place, Skeleton
from ingest.torn.columns import Schema
from ingest.torn.deduced import with_deduced_rows
from ingest.torn.schema import learn_schema
from ingest.torn.statements import find_narratives
from ingest.torn.streams import split_lines, spread
from ingest.torn.tokens import find_runs
from tests.unit.test_torn_tokens import lines_of

SCHEMA = Schema(
    ("annual_goal", "goal.1", "goal.2", "goal.3", "goal.4", "achieved.1"), ("progress_pct.1", "accumulated_pct.1"), 1
)
SAYS = "De {g} {x} programadas en el primer trimestre se lograron {a}, lo que representa el {p}%."
COLUMNS = f"""520 130 120
1,467 365 57
408 102 17
92.31% 23.08%
15.62% 3.89%
16.67% 4.17%
{SAYS.format(g="130", x="podas", a="120", p="92.31")}
{SAYS.format(g="365", x="visitas", a="57", p="15.62")}
{SAYS.format(g="102", x="multas", a="17", p="16.67")}"""


def test_each_column_begins_again_at_the_first_row() -> None:
    lines = lines_of(COLUMNS)
    runs = find_runs(lines)
    rows = [
        Evidence(Place((1, 3, 3, 1, 1, n), None), told, 0.0, (), (), ())
        for n, told in enumerate(find_narratives(lines, runs), start=1)
    ]
    found = spread(rows, {}, split_lines(runs, lines), lines, SCHEMA)
    assert [[t.text for run in own for t in run.tokens] for own in found] == [
        ["520", "130", "120", "92.31%", "23.08%"],
        ["1,467", "365", "57", "15.62%", "3.89%"],
        ["408", "102", "17", "16.67%", "4.17%"],
    ]


def test_a_row_that_is_certain_keeps_its_numbers() -> None:
    lines = lines_of(COLUMNS)
    segments = split_lines(find_runs(lines), lines)
    told = find_narratives(lines, find_runs(lines))
    rows = [Evidence(Place((1, 3, 3, 1, 1, n + 1), None), told[n], 0.0, (), (), ()) for n in range(3)]
    found = spread(rows, {segments[0].tokens[0].start: 2}, segments, lines, SCHEMA)
    assert segments[0] in found[2]


CODED = """1.3.3.1.1 Podas realizadas. De 30 podas programadas en el primer trimestre se lograron 20, un 66.67%.
1.3.3.1.1.1 Poda de palmas. De 10 palmas programadas en el primer trimestre se lograron 8, un 80.00%.
Poda de setos. De 20 setos programadas en el primer trimestre se lograron 12, un 60.00%.
1.3.3.1.2 Visitas realizadas. De 5 visitas programadas en el primer trimestre se lograron 5, un 100%."""
PROGRAM = (1, 3, 3)


def deduced(text: str) -> list[str]:
    lines = lines_of(text)
    runs = find_runs(lines)
    codes = {n: line.text.split()[0] for n, line in enumerate(lines) if line.text.startswith("1.3.3")}
    places = tuple(Place(tuple(map(int, code.split("."))), Mark(n, 0, len(code), 1, code)) for n, code in codes.items())
    found = with_deduced_rows(lines, Skeleton(PROGRAM, places), find_narratives(lines, runs), runs)
    return [place.text for place in found.places if place.mark is None]


def test_a_justification_left_over_behind_the_last_activity_is_that_of_the_next() -> None:
    assert deduced(CODED) == ["1.3.3.1.1.2"]


def test_no_row_is_added_where_every_justification_has_its_code() -> None:
    assert deduced("\n".join(line for line in CODED.split("\n") if line.startswith("1.3.3"))) == []


def order_of(text: str) -> tuple[bool, bool]:
    """Whether goals and achieved values are printed quarter by quarter, and whether that is sure."""
    lines = lines_of(text)
    runs = find_runs(lines)
    schema = learn_schema(runs, find_narratives(lines, runs), [(None, [run]) for run in runs], 2, text)
    return schema.counts[2].startswith("achieved"), schema.sure


def test_complete_rows_tell_the_order_of_the_columns() -> None:
    assert order_of("Trimestral 100 10 20 30 40 9 18\nTrimestral 200 20 40 60 80 18 36") == (False, True)
    assert order_of("Trimestral 100 10 9 20 18 30 40\nTrimestral 200 20 18 40 36 60 80") == (True, True)


def test_where_nothing_tells_the_order_of_the_columns_it_is_not_sure() -> None:
    assert order_of("Trimestral 100 10 20\nTrimestral 200 20 40")[1] is False
