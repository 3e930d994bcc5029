"""How OCR misreads digits: which one change of a printed number leads to which other number.

Here and nowhere else stands what counts as one misreading.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = frozenset({"56", "17", "38", "68", "89", "08", "06", "14", "27", "35", "69"})


def digits_of(value: float, like: str = "") -> str:
    """The digits that `value` would be printed with, with as many decimals as the text `like` has."""
    decimals = len(like.rpartition(".")[2].rstrip("% ")) if "." in like and "%" in like else 0
    if value != int(value):
        decimals = max(decimals, 2)
    return re.sub(r"\D", "", f"{value:.{decimals}f}")


@lru_cache(maxsize=4096)
def one_misreading(text: str, value: float) -> bool:
    """Tell whether the printed `text` may be a misreading of `value`: one look-alike digit, or one lost or added.

    >>> one_misreading("783", 763), one_misreading("50", 950), one_misreading("500", 790)
    (True, True, False)
    """
    seen, meant = re.sub(r"\D", "", text), digits_of(value, text)
    if seen == meant:
        return True
    if len(seen) == len(meant):
        differing = [a + b for a, b in zip(seen, meant, strict=True) if a != b]
        return len(differing) == 1 and "".join(sorted(differing[0])) in _PAIRS
    short, long = sorted((seen, meant), key=len)
    return (
        len(long) == len(short) + 1 and bool(short) and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    )
