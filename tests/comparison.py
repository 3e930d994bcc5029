"""Compares the contract of a reading with a truth, cell by cell: for built and for external reports."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_FIELDS = {"annual": "annual_goal", "plan": "goal", "ach": "achieved", "pct": "progress_pct", "cum": "accumulated_pct"}
PLANTED = {"annual_vs_sum", "narrative_pct", "narrative_plan"}
GOOD = {"confirmed", "unchecked", "repaired", "corrected"}


@dataclass
class Comparison:
    """What differs: codes of rows lost or invented, cells wrong (silent or flagged), blanks filled, places."""

    cells: int = 0
    exact: int = 0
    lost: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    phantoms: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    missed_plants: list[str] = field(default_factory=list)
    false_findings: list[str] = field(default_factory=list)

    @property
    def is_perfect(self) -> bool:
        wrong = (self.lost, self.invented, self.silent, self.flagged, self.phantoms, self.misplaced, self.labels,
                 self.missed_plants, self.false_findings)  # fmt: skip
        return self.exact == self.cells > 0 and not any(wrong)


def compare(read: dict[str, Any], truth: dict[str, Any]) -> Comparison:
    found = Comparison()
    rows: dict[str, dict[str, Any]] = {}
    for row in read["rows"]:
        if row["code"] in rows:
            found.invented.append(row["code"])
        rows[row["code"]] = row
    expected = {row["code"] for row in truth["rows"]}
    found.invented += sorted(set(rows) - expected)
    for wanted in truth["rows"]:
        row = rows.get(wanted["code"])
        if row is None:
            found.lost.append(wanted["code"])
            continue
        _compare_figures(found, row, wanted, truth["document"]["quarter"])
        for label in ("level", "department", "objective", "indicator", "unit"):
            if _plain(row[label]) != _plain(wanted[label]):
                found.labels.append(f"{wanted['code']} {label}: {row[label]!r}, not {wanted[label]!r}")
        planted = PLANTED & set(wanted["planted"])
        if planted and not row["findings"]:
            found.missed_plants.append(f"{wanted['code']} {sorted(planted)}")
        if not planted and row["findings"]:
            found.false_findings.append(f"{wanted['code']} {row['findings']}")
    return found


def _compare_figures(found: Comparison, row: dict[str, Any], wanted: dict[str, Any], quarter: int) -> None:
    for key, text in wanted["printed"].items():
        match = re.fullmatch(r"(annual|plan|ach|pct|cum)([1-4q]?)", key)
        if match is None:
            continue
        value = row[_FIELDS[match[1]]]
        if match[2]:
            value = value[(quarter if match[2] == "q" else int(match[2])) - 1]
        place = f"{wanted['code']} {key}: {value and value['value']} for {text!r}"
        digits = re.sub(r"[^\d.\-]", "", text)
        if not digits:
            if value is not None and value["value"] is not None:
                found.phantoms.append(place)
            continue
        found.cells += 1
        if value is None or value["value"] is None or abs(value["value"] - float(digits)) > 0.005:
            good = value is not None and value["value"] is not None and value["quality"] in GOOD
            (found.silent if good else found.flagged).append(place)
            continue
        found.exact += 1
        boxes = wanted["boxes"].get(key, [])
        if boxes and not any(_is_inside(value, box) for box in boxes):
            found.misplaced.append(place)


def _is_inside(value: dict[str, Any], box: list[float]) -> bool:
    x, y = (value["box"][0] + value["box"][2]) / 2, (value["box"][1] + value["box"][3]) / 2
    page, x0, top, x1, bottom = box
    return value["page"] == page + 1 and x0 - 1 <= x <= x1 + 1 and top - 1 <= y <= bottom + 1


def _plain(text: str | None) -> str:
    return " ".join((text or "").lower().split())
