"""Which numbers the figures that stay in doubt under a stamp are published with."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.cells import Box, Cell, Opinion
from ingest.indicators import IndicatorRow, Quality, Value
from ingest.interpret import read_value
from ingest.numbers import MEXICAN
from ingest.profile import load_profiles
from ingest.recognized import reconcile_recognized

PROFILE = load_profiles()[0]
BOX = Box(0, 0, 1, 1)

Readings = Sequence[tuple[str, float]]


def plain(text: str | None) -> Value | None:
    """A figure that two engines read alike, with nothing over it."""
    if text is None:
        return None
    opinions = tuple(Opinion(text, f"engine {n}", 0.99) for n in range(2))
    return read_value(Cell(text, 1, BOX, confidence=0.99, engine="engine 0", opinions=opinions), PROFILE)


def stamped(*looks: Readings, text: str | None = None) -> Value:
    """A figure under a stamp: at each look every engine reads it once; the first reading stands in the cell."""
    opinions = tuple(
        Opinion(read, f"engine {n}" + (f", look {number}" if number > 1 else ""), sure)
        for number, readings in enumerate(looks, start=1)
        for n, (read, sure) in enumerate(readings)
    )
    stands = opinions[0].text if text is None else text
    return read_value(Cell(stands, 1, BOX, confidence=0.0, engine="engine 0", opinions=opinions), PROFILE)


def report(said: str | None = None, **under: Value) -> IndicatorRow:
    """A row of a report on the second quarter, with figures under a stamp in the place of its own; read with others."""
    printed = {"annual_goal": "1,000", "goal.1": "200", "goal.2": "300", "goal.3": "100", "goal.4": "400",
               "achieved.1": "150", "achieved.2": "330", "achieved.3": "", "achieved.4": "",
               "progress_pct.1": "75.00%", "progress_pct.2": "110.00%", "progress_pct.3": "", "progress_pct.4": "",
               "accumulated_pct.1": "15.00%", "accumulated_pct.2": "48.00%", "accumulated_pct.3": "",
               "accumulated_pct.4": ""}  # fmt: skip
    given = {name: plain(text) for name, text in printed.items()}
    others = [_row(given, f"1.1.2.{n}", None) for n in range(30)]
    own = given | {name.replace("_of_", "."): value for name, value in under.items()}
    return reconcile_recognized([_row(own, "1.1.1.1", said), *others], 2, MEXICAN)[0]


def _row(of: dict[str, Value | None], code: str, said: str | None) -> IndicatorRow:
    goal, achieved, progress, accumulated = (
        (of[f"{m}.1"], of[f"{m}.2"], of[f"{m}.3"], of[f"{m}.4"])
        for m in ("goal", "achieved", "progress_pct", "accumulated_pct")
    )
    return IndicatorRow(
        1, "Actividad", code, "Tesorería", "Objetivo", "Indicador", None, "Trimestral", "Porcentaje", "Pagos",
        of["annual_goal"], goal, achieved, progress, accumulated, said,
    )  # fmt: skip


def found(row: IndicatorRow, name: str) -> tuple[float | None, Quality]:
    value = dict(row.named())[name]
    return value.value, value.quality


def test_three_figures_under_a_stamp_become_the_readings_that_agree_and_stay_disputed() -> None:
    wrong = 0.95
    row = report(
        goal_of_1=stamped([("26", wrong), ("26", wrong)], [("26", wrong), ("200", 0.4)]),
        goal_of_3=stamped([("19", wrong), ("19", wrong)], [("19", wrong), ("100", 0.4)]),
        goal_of_4=stamped([("47", wrong), ("47", wrong)], [("47", wrong), ("400", 0.4)]),
    )
    assert [found(row, f"goal.{q}") for q in (1, 3, 4)] == [(n, Quality.DISPUTED) for n in (200, 100, 400)]
    assert "'19' was read, 100 agrees better with the row, but not surely" in [v.reason for _, v in row.named()]


def test_what_all_engines_read_under_a_stamp_gives_way_to_what_several_relations_tell() -> None:
    strokes = [("24381", 0.9), ("24381", 0.9)]
    row = report(achieved_of_2=stamped(strokes, strokes))
    assert found(row, "achieved.2") == (330, Quality.DISPUTED)


@pytest.mark.parametrize("sure", [0.99, 0.8])
def test_a_figure_that_all_engines_read_stays_as_read_where_a_sum_alone_is_broken(sure: float) -> None:
    """The publisher may have misprinted the sum."""
    agreed = [("70", sure), ("70", sure)]
    assert found(report(goal_of_3=stamped(agreed, agreed)), "goal.3") == (70, Quality.DISPUTED)


def test_every_look_weighs_the_same_however_many_engines_read_it() -> None:
    """Of 100 and 190 either fits one relation: the sum would have 100, and nothing tells the publisher's slip."""
    crowd = [("190", 0.9)] * 8
    row = report(goal_of_3=stamped(crowd, [("100", 0.9)], [("100", 0.9)]))
    assert found(row, "goal.3")[0] == 100


def test_numbers_among_the_words_of_a_stamp_are_taken_where_the_row_agrees_with_them() -> None:
    """A stamp took the rules between two rows: their figures stand in one cell, with its words."""
    row = report(
        annual_goal=stamped([("6\nH.AY\n1.000\nRE", 0.8)], text="6\nH.AY\n1.000\nRE"),
        goal_of_1=stamped([("1\nUNTA\n200\nCIB", 0.8)], text="1\nUNTA\n200\nCIB"),
    )
    assert found(row, "annual_goal") == (1000, Quality.DISPUTED)
    assert found(row, "goal.1") == (200, Quality.DISPUTED)


def test_of_two_figures_that_nobody_read_neither_is_told_by_the_other() -> None:
    row = report(goal_of_3=stamped([("RECI", 0.8)]), goal_of_4=stamped([("BIDO", 0.8)]))
    assert [found(row, f"goal.{q}") for q in (3, 4)] == [(None, Quality.MISSING)] * 2


def test_the_date_of_a_stamp_is_no_result_of_a_later_quarter() -> None:
    row = report(achieved_of_4=stamped([("12:30 A", 0.9)]), progress_pct_of_4=stamped([("ENTO", 0.9)]))
    assert [found(row, f"{m}.4") for m in ("achieved", "progress_pct")] == [(None, Quality.MISSING)] * 2


def test_a_row_of_which_no_figure_is_in_doubt_is_as_it_was_read() -> None:
    row = report(goal_of_3=stamped([("100", 0.9), ("100", 0.9)]))
    assert found(row, "goal.3") == (100, Quality.CONFIRMED)


def test_a_percentage_under_a_stamp_of_which_nothing_was_read_may_be_blank() -> None:
    misread = [("977", 0.9), ("977", 0.9)]
    row = report(
        achieved_of_1=stamped(misread, misread, [("150", 0.3)]), progress_pct_of_1=stamped([("ENTO", 0.8)]),
        accumulated_pct_of_1=stamped([("UNTA", 0.8)]),
    )  # fmt: skip
    assert found(row, "achieved.1") == (150, Quality.DISPUTED)
    assert [found(row, f"{m}_pct.1")[0] for m in ("progress", "accumulated")] == [None, None]
