"""Columns that the format determines: given with the rule named, disputed always, and only where one number fits."""

from __future__ import annotations

from ingest.torn.columns import Schema
from ingest.torn.implied import fill_implied, fill_rollups
from ingest.torn.sheet import Figure, Sheet

COUNTS = ("annual_goal", "goal.1", "goal.2", "goal.3", "goal.4", "achieved.1", "achieved.2")
PERCENTS = ("progress_pct.1", "progress_pct.2", "accumulated_pct.1", "accumulated_pct.2")


def sheet_of(**values: float) -> Sheet:
    figures = {slot: Figure() for slot in (*COUNTS, *PERCENTS)}
    for name, value in values.items():
        measure, _, quarter = name.rpartition("_")
        figures[f"{measure}.{quarter}" if quarter.isdigit() else name] = Figure(value=value)
    return Sheet(Schema(COUNTS, PERCENTS, 2), None, False, figures)


def filled(**values: float) -> Sheet:
    sheet = sheet_of(**values)
    fill_implied(sheet)
    return sheet


def test_a_lost_percentage_is_the_quotient_of_its_columns_and_disputed() -> None:
    found = filled(goal_2=1210.0, achieved_2=1003.0).figures["progress_pct.2"]
    assert (found.value, found.is_good, found.token) == (82.89, False, None)
    assert found.dispute is not None
    assert found.dispute.startswith("progress: 1,003 of 1,210 is 82.89 %")


def test_a_lost_count_is_given_where_the_percentage_leaves_one_whole_number() -> None:
    assert filled(goal_2=1210.0, progress_pct_2=82.89).value("achieved.2") == 1003
    assert filled(achieved_2=1003.0, progress_pct_2=82.89).value("goal.2") == 1210


def test_a_lost_count_stays_missing_where_several_numbers_fit() -> None:
    assert filled(goal_2=1_206_528.0, progress_pct_2=82.89).value("achieved.2") is None
    assert filled(achieved_2=0.0, progress_pct_2=0.0).value("goal.2") is None


def test_the_quarters_leave_the_one_that_is_lost_and_share_nothing_where_two_are() -> None:
    assert filled(annual_goal=100.0, goal_1=10.0, goal_2=20.0, goal_3=30.0).value("goal.4") == 40
    two = filled(annual_goal=100.0, goal_1=25.0, goal_2=25.0)
    assert (two.value("goal.3"), two.value("goal.4")) == (None, None)


def test_nothing_below_zero_is_given() -> None:
    assert filled(annual_goal=10.0, goal_1=10.0, goal_2=20.0, goal_3=30.0).value("goal.4") is None


def test_what_was_read_is_left_as_it_is() -> None:
    assert filled(goal_2=100.0, achieved_2=50.0, progress_pct_2=60.0).value("progress_pct.2") == 60


def test_a_component_shown_to_be_a_sum_gives_what_one_of_its_activities_lost() -> None:
    component = sheet_of(goal_1=300.0, goal_2=40.0, goal_3=77.0)
    one, other = sheet_of(goal_1=100.0, goal_2=15.0, goal_3=33.0), sheet_of(goal_1=200.0, goal_2=25.0)
    fill_rollups({(1, 1, 1, 1, 1): component, (1, 1, 1, 1, 1, 1): one, (1, 1, 1, 1, 1, 2): other})
    found = other.figures["goal.3"]
    assert (found.value, found.is_good) == (44, False)
    assert found.dispute is not None
    assert found.dispute.startswith("rollup")


def test_a_component_whose_sums_do_not_hold_gives_nothing() -> None:
    component = sheet_of(goal_1=300.0, goal_2=41.0, goal_3=77.0)
    one, other = sheet_of(goal_1=100.0, goal_2=15.0, goal_3=33.0), sheet_of(goal_1=200.0, goal_2=25.0)
    fill_rollups({(1, 1, 1, 1, 1): component, (1, 1, 1, 1, 1, 1): one, (1, 1, 1, 1, 1, 2): other})
    assert other.value("goal.3") is None
