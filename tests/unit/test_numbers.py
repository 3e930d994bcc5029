"""What is a number and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numbers import NumberFormat, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0), ("3036", 3036.0), ("1,206,528", 1206528.0), ("1,000.50", 1000.5), ("97.73%", 97.73),
        ("97.7 %", 97.7),
        ("$ 1,200", 1200.0), ("-5", -5.0), ("(12)", -12.0), (" 7 ", 7.0), ("1 200", 1200.0), ("12 345 678", 12345678.0),
        ("1,200*", 1200.0), ("070", 70.0),
    ],
)  # fmt: skip
def test_numbers_as_mexican_reports_print_them(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "$ -", "N/A", "1,23", "12,3456", "1,2345,678", "1.234.567", "12 de 30", "1e5", "12a", "%", "1 20",
     "100.00%150.00%", "120^1", "1,234,", "٣"],
)  # fmt: skip
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_another_format_swaps_the_marks() -> None:
    form = NumberFormat(decimal=",", grouping=".")
    assert parse_number("11.496.759,89", form) == 11496759.89
    assert parse_number("1,234.5", form) is None


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_survive_printing(number: int) -> None:
    assert parse_number(f"{number:,}") == number
    assert parse_number(str(number)) == number


@given(st.decimals(0, 10**9, places=2))
def test_decimals_survive_printing(number: object) -> None:
    assert parse_number(f"{number:,}%") == float(str(number))


@given(st.text(max_size=12))
def test_no_text_breaks_the_parser(text: str) -> None:
    number = parse_number(text)
    assert number is None or any(c.isdigit() for c in text)
