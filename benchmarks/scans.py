"""How well scans are read: figures, rows, texts and time, by layout and by kind of scan.

    INDICADORES_CORPUS=folder python benchmarks/scans.py [--only PATTERN] [--threads 1 2]

The corpus is a folder that holds `facsimiles/NAME.pdf` with their truth `NAME.json`. A figure is flagged when its
quality does not claim that it is right, or when its readings disagree and nothing confirms it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.indicators import IndicatorRow, Quality, Value
from ingest.interpret import interpret, matches
from ingest.profile import load_profiles
from ingest.readers import scanned_pdf
from ingest.reconcile import reconcile
from ingest.scan.spots import HIDDEN_TEXT, Engines, engines
from ingest.scan.wording import distance
from ingest.words import one_line

FIELDS = {"annual": "annual_goal", "plan": "goal", "ach": "achieved", "pct": "progress_pct", "cum": "accumulated_pct"}
COLUMNS = ("cells", "exact %", "flagged", "silent", "missed", "rows", "found", "whole", "text err %", "s/page")


def main() -> int:
    """Print one line for each document, then one for each layout and kind of scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="read only documents whose name matches this")
    parser.add_argument("--threads", type=int, nargs="+", default=[1], help="cores to use, one run for each")
    asked = parser.parse_args()
    corpus = os.environ.get("INDICADORES_CORPUS")
    if corpus is None:
        print("set INDICADORES_CORPUS to the folder that holds facsimiles/", file=sys.stderr)
        return 2
    for threads in asked.threads:
        print(f"\n{threads} thread(s)\n{'':34}" + "".join(f"{c:>12}" for c in COLUMNS))
        ask = engines(threads)
        totals: dict[str, Counter[str]] = {}
        for pdf, truth in _scans(Path(corpus) / "facsimiles", asked.only):
            counted = _measured(pdf, truth, ask)
            _show(pdf.stem, counted)
            made = truth["generator"]
            for key in (f"layout {made['layout']}", f"scan {made['scan']}", "all"):
                totals.setdefault(key, Counter()).update(counted)
        for key in sorted(totals):
            _show(key, totals[key])
    return 0


def _scans(folder: Path, only: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if re.search(only, path.stem) and truth["pages"] and "matrix" in truth["pages"][0]:
            yield path.with_suffix(".pdf"), truth


def _measured(pdf: Path, truth: dict[str, Any], ask: Engines) -> Counter[str]:
    started = time.perf_counter()
    reading = scanned_pdf.read(pdf, file=pdf.name, ask=ask)
    counted = Counter({"pages": reading.pages, "milliseconds": round(1000 * (time.perf_counter() - started))})
    profile = load_profiles()[0]
    rows: tuple[IndicatorRow, ...] = ()
    if matches(reading, profile):
        header, rows, _ = interpret(reading, profile)
        rows = reconcile(rows, header.quarter, profile.numbers)
    read = {row.code: row for row in rows}
    for wanted in truth["rows"]:
        counted.update(_row(read.get(wanted["code"]), wanted, truth["document"]["quarter"]))
    return counted


def _row(read: IndicatorRow | None, wanted: dict[str, Any], quarter: int) -> Counter[str]:
    counted: Counter[str] = Counter(rows=1, found=read is not None)
    for field, number in _figures(wanted, quarter):
        counted["cells"] += 1
        value = _value(read, field) if read is not None else None
        counted[_verdict(value, number)] += 1
    counted["whole"] = read is not None and counted["exact"] == counted["cells"]
    for label in ("objective", "indicator"):
        said = one_line((getattr(read, label) if read is not None else None) or "").lower()
        text = one_line(wanted.get(label) or "").lower()
        counted["letters"] += len(text)
        counted["wrong letters"] += min(distance(said, text, len(text)), len(text)) if read is not None else 0
    return counted


def _figures(wanted: dict[str, Any], quarter: int) -> Iterator[tuple[str, float]]:
    """Give the figures that are printed in a row, by the name of their field."""
    for key, text in wanted["printed"].items():
        match = re.fullmatch(r"(annual|plan|ach|pct|cum)([1-4q]?)", key)
        digits = re.sub(r"[^\d.\-]", "", text or "")
        if match is not None and re.search(r"\d", digits):
            at = quarter if match[2] == "q" else match[2]
            yield FIELDS[match[1]] + (f".{at}" if at else ""), float(digits)


def _value(row: IndicatorRow, field: str) -> Value | None:
    measure, _, quarter = field.partition(".")
    found = getattr(row, measure)
    return found[int(quarter) - 1] if quarter else found  # type: ignore[no-any-return]


def _verdict(value: Value | None, number: float) -> str:
    if value is None or value.value is None:
        return "missed"
    if abs(value.value - number) < 0.0051:
        return "exact"
    said = {o.text for o in value.opinions if o.engine != HIDDEN_TEXT}
    doubted = len(said) > 1 and value.quality is not Quality.CONFIRMED
    return "flagged" if doubted or not value.quality.is_good else "silent"


def _show(name: str, n: Counter[str]) -> None:
    shares = (100 * n["exact"] / max(1, n["cells"]), 100 * n["wrong letters"] / max(1, n["letters"]))
    print(
        f"{name:34}{n['cells']:12}{shares[0]:12.2f}{n['flagged']:12}{n['silent']:12}{n['missed']:12}{n['rows']:12}"
        f"{n['found']:12}{n['whole']:12}{shares[1]:12.2f}{n['milliseconds'] / 1000 / max(1, n['pages']):12.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
