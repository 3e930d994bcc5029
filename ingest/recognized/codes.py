"""What the codes of a report's rows say together of each: whether one may be misread, though it reads as a code.

Here belongs doubt about codes. Not here: what follows for the figures of a row (`weigh`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from ingest.indicators import IndicatorRow

_USUAL = 0.6  # of a report's codes begin alike
_JOINED = 2  # digits more than another beginning has: that of `126.1` in a report of `1.2.6`
_LEAP = 5  # between the numbers of siblings: so many are hardly missing


def doubt_of_codes(rows: Sequence[IndicatorRow]) -> Callable[[IndicatorRow], str | None]:
    """Give what tells why a row's code may be misread, though it reads as one; None where nothing says so.

    Every level of a report has codes of a length of its own. Where two share one, and a number among these codes
    leaps, points were lost (`1.11.2` for `1.1.1.2`); every engine loses them alike. And all codes begin alike.
    """
    begins = Counter((row.code or "").partition(".")[0] for row in rows)
    usual, count = begins.most_common(1)[0] if begins else ("", 0)
    levels: dict[int, set[str]] = {}
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if row.code is not None and row.level is not None:
            levels.setdefault(row.code.count("."), set()).add(row.level)
        above, _, last = (row.code or "").rpartition(".")
        if above and last.isdecimal():
            numbers.setdefault(above, []).append(int(last))
    leaps = {
        above.count(".") + 1 for above, mine in numbers.items() if any(b > a + _LEAP for a, b in pairwise(sorted(mine)))
    }
    depths = [depth for depth, said in levels.items() if len(said) > 1 and depth in leaps]
    lengths = [len(begin) for begin in begins if begin]
    joined = bool(lengths) and max(lengths) - min(lengths) >= _JOINED

    def doubt(row: IndicatorRow) -> str | None:
        if row.code is None:
            return None
        if joined:
            return "the first numbers of the report's codes differ by two digits: some may have lost points"
        if depths and row.code.count(".") >= min(depths):
            return "its code may have lost a point: another level has codes of its length"
        if count >= _USUAL * len(rows) and row.code.partition(".")[0] != usual:
            return "its code begins unlike those of the report"
        return None

    return doubt
