"""What a misread figure may still say: marks that print rules out are undone, digits are never invented.

Here belongs what the format of a column tells about the marks in it: a percent sign read as digits, a grouping comma
read as a point. Not here: which digits are right (reconciliation).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_FIGURE = re.compile(r"[-(]?\$?\d[\d.,\s]*(?:%\d?)?[)*]?")
_PERCENT = re.compile(r"\d+[.,]\d\d(?:%\d?|96|9|6|0\d|\d%|\d{1,2})")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DECIMAL = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)[.,](\d\d)")
_CODE = re.compile(r"\d{1,3}(?:\.\d{1,3}){2,}\.?")
_LOOKS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2", " ": ""})


def is_figure(text: str) -> bool:
    """Tell whether a text as read may be a figure: digits and marks, or letters that digits are misread as."""
    bare = text.strip()
    like = bool(_FIGURE.fullmatch(bare.translate(_LOOKS))) and any(c.isdigit() for c in bare)
    return like and not is_code(bare)


def as_printed(text: str) -> str:
    """Give a figure without what its percent sign was misread as; any other text as it is."""
    bare = text.strip()
    return f"{bare.split('%')[0]}%" if is_figure(bare) and "%" in bare else text


def is_code(text: str) -> bool:
    """Tell whether a text is an outline number such as `4.2.3.1`, which figures with points for commas are not."""
    bare = text.strip()
    return bool(_CODE.fullmatch(bare)) and not _GROUPED.fullmatch(bare)


def is_percentage(text: str) -> bool:
    """Tell whether a text as read looks like a percentage, its sign perhaps misread as digits."""
    bare = text.strip()
    return "%" in bare or bool(_PERCENT.fullmatch(bare) and not _GROUPED.fullmatch(bare))


def decimals(texts: Iterable[str]) -> int | None:
    """Give how many decimals the percentages of a column print, or None where they do not agree on it.

    Only readings whose sign was read as a sign, with nothing after it, are asked.
    """
    seen = [len(m[1]) for t in texts if (m := re.fullmatch(r"\d+[.,](\d+)%", t.strip()))]
    best = max(sorted(set(seen)), key=seen.count, default=None)
    return best if best is not None and seen.count(best) >= 0.8 * len(seen) else None


def as_percentage(text: str, places: int) -> str:
    """Give a percentage without what its sign was misread as: `100.0096` is `100.00%` where two decimals are printed.

    A text that is no number with at least that many decimals stays as it is.
    """
    bare = text.translate(_LOOKS).strip("*")
    match = re.fullmatch(rf"(\d+)[.,](\d{{{places}}})(\D?\d{{0,3}}\D?)", bare)
    if match is None and places:
        # A lost point: the sign was read, and a percentage is printed with decimals.
        match = re.fullmatch(rf"(\d+)(\d{{{places}}})%", bare)
    return f"{match[1]}.{match[2]}%" if match else text.strip()


def as_count(text: str) -> str:
    """Give a count without points for commas, and without marks that a speck or a border left beside it."""
    bare = text.translate(_LOOKS).rstrip(".,-*").lstrip(".,")
    if re.fullmatch(r"\d{4,}(?:[.,]\d{3})+", bare):
        # A comma was lost: what follows the first that was read stands in threes.
        return f"{int(re.sub('[.,]', '', bare)):,}"
    if (decimal := _DECIMAL.fullmatch(bare)) is not None:
        return f"{re.sub('[.,]', ',', decimal[1])}.{decimal[2]}"
    return re.sub(r"[.,]", ",", bare) if _GROUPED.fullmatch(bare) else bare or text.strip()


def is_percent_column(texts: Sequence[str]) -> bool:
    """Tell whether the figures of a column are percentages."""
    printed = [t for t in texts if t.strip()]
    return bool(printed) and sum(map(is_percentage, printed)) > 0.5 * len(printed)
