"""What the reading of one document may cost, and the settings that say so.

Here belong the limits and the failures of going beyond them. Not here: the process that they are kept in (`safely`).
Readers ask `in_force()` before they decode what could be large.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields

from ingest.errors import TooCostlyError, WrongSettingError

PREFIX = "INDICADORES_MAX_"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one document may cost; each is set by an environment variable, such as INDICADORES_MAX_PAGES.

    `seconds` for the whole document and `page_seconds` without a page being done, wall time both; `memory_mb` resident
    in the reading process, models of OCR included; `pages` of the document; `megapixels` of one image.
    """

    seconds: float = 3600
    page_seconds: float = 180
    memory_mb: float = 3000
    pages: float = 500
    megapixels: float = 120

    @staticmethod
    def from_env() -> ReadingLimits:
        """Give the limits as the environment sets them.

        Raises:
            WrongSettingError: a variable is no positive number.
        """
        usual = ReadingLimits()
        return ReadingLimits(**{f.name: _setting(f.name, getattr(usual, f.name)) for f in fields(usual)})

    def exceeded(self, name: str, file: str, problem: str) -> TooCostlyError:
        """Make the failure for limit `name`; its message holds the setting with its value, see `is_raised`."""
        setting, value = PREFIX + name.upper(), getattr(self, name)
        return TooCostlyError(
            file, problem, f"If it is a report, raise the limit {setting}={value:g} and refresh again"
        )

    def check_pages(self, file: str, pages: int) -> None:
        """Refuse a document with too many pages."""
        if pages > self.pages:
            raise self.exceeded("pages", file, f"it has {pages:,} pages, more than the {self.pages:,g} allowed")

    def check_pixels(self, file: str, page: int, width: int, height: int) -> None:
        """Refuse an image of too many pixels before it is decoded."""
        if width * height > self.megapixels * 1e6:
            what = f"an image on page {page} has {width:,} x {height:,} pixels"
            raise self.exceeded("megapixels", file, f"{what}, more than the {self.megapixels:,g} million allowed")


def in_force() -> ReadingLimits:
    """Give the limits that hold in this process: those set by `put_in_force`, or those of the environment."""
    return _in_force[-1] if _in_force else ReadingLimits.from_env()


def put_in_force(limits: ReadingLimits) -> None:
    """Let `limits` hold in this process from now on."""
    _in_force[:] = [limits]


def is_raised(detail: str, limits: ReadingLimits | None = None) -> bool:
    """Tell whether the limit that a `TooCostlyError` of long ago names in `detail` is higher by now."""
    told = re.search(rf"{PREFIX}(?P<name>[A-Z_]+)=(?P<value>[\d.e+]+)", detail)
    if told is None or told["name"].lower() not in {f.name for f in fields(ReadingLimits)}:
        return False
    return float(getattr(limits or in_force(), told["name"].lower())) > float(told["value"])


def _setting(name: str, default: float) -> float:
    variable = PREFIX + name.upper()
    text = os.environ.get(variable, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise WrongSettingError(f"{variable} is {text!r}, not a positive number. Set it to one, or remove it.")
    return value


_in_force: list[ReadingLimits] = []
