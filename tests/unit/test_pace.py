"""What people are told of the speed of reading."""

from __future__ import annotations

from orchestration.progress import LOG_SECONDS, Pace


def test_pace_tells_pages_seconds_a_page_and_the_time_left() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert pace.at(0, 60) == "page 0 of 60"
    now[0] = 106.0
    assert pace.at(3, 60) == "page 3 of 60, 2.0 s a page, 2 min left"
    assert pace.at(60, 60) == "page 60 of 60, 0.1 s a page, 0 s left"


def test_a_log_hears_of_slow_documents_only() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    now[0] = LOG_SECONDS - 1
    assert not pace.is_due()
    now[0] = LOG_SECONDS
    assert pace.is_due()
    assert not pace.is_due()
