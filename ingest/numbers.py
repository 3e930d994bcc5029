"""Numbers as Mexican reports print them, and their parsing. Here and nowhere else a text becomes a number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a publisher writes numbers: `1,234.5` by default, `1.234,5` elsewhere in Latin America."""

    decimal: str = "."
    grouping: str = ","


MEXICAN = NumberFormat()
_FLOAT = 1e-9  # what floating point may put a number below itself


def parse_number(text: str, form: NumberFormat = MEXICAN) -> float | None:
    """Give the number that `text` is as a whole, or None where it is anything else.

    A currency sign before, a percent sign or asterisks (of a footnote) after and spaces around are allowed; grouping,
    by the format's mark or by single spaces, must stand at every third digit, so that `1,23` and `12,3456` are no
    numbers. Parentheses are negative.

    >>> parse_number("1,206,528"), parse_number("100.89%"), parse_number("3036"), parse_number("1,23")
    (1206528.0, 100.89, 3036.0, None)
    """
    match = _pattern(form).fullmatch(text.strip())
    if match is None:
        return None
    digits = match["whole"].replace(form.grouping, "").replace(" ", "")
    number = float(f"{digits or '0'}.{match['part'] or '0'}")
    return -number if match["minus"] or (match["open"] and match["close"]) else number


def is_wrapped(text: str, rest: str, form: NumberFormat = MEXICAN) -> bool:
    """Tell whether a number may go on in `rest`, where a narrow column wraps it: the two are no numbers of their own.

    That is so where one of them is none (`1,234,` `567`, `97.5` `%`), or is the second decimal alone.

    >>> is_wrapped("1,463,401.", "43"), is_wrapped("16,832.2", "3"), is_wrapped("250", "100")
    (True, True, False)
    """
    digit = rest.strip().strip("%")
    second_decimal = text.strip()[-2:-1] == form.decimal and len(digit) == 1 and digit.isdigit()
    return second_decimal or parse_number(text, form) is None or parse_number(rest, form) is None


def _pattern(form: NumberFormat) -> re.Pattern[str]:
    cached = _PATTERNS.get(form)
    if cached is None:
        group, point = re.escape(form.grouping), re.escape(form.decimal)
        cached = _PATTERNS[form] = re.compile(
            rf"(?P<open>\()?(?P<minus>[-−])?\s*\$?\s*"
            rf"(?P<whole>[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]{{1,3}}(?: [0-9]{{3}})+|[0-9]+)"
            rf"(?:{point}(?P<part>[0-9]+))?\s*%?\s*\**"
            rf"(?P<close>\))?"
        )
    return cached


_PATTERNS: dict[NumberFormat, re.Pattern[str]] = {}


def half_up(number: float, decimals: int) -> float:
    """Give a number of at least 0 with so many decimals, halves up: so spreadsheets print it, and publishers with them.

    >>> half_up(65.625, 2)
    65.63
    """
    scale = 10.0**decimals
    return math.floor(number * scale + 0.5 + _FLOAT) / scale


def cut_off(number: float, decimals: int) -> float:
    """Give a number of at least 0 with so many decimals, the others cut off.

    >>> cut_off(65.625, 2)
    65.62
    """
    scale = 10.0**decimals
    return math.floor(number * scale + _FLOAT) / scale
