"""How well figures that engines misread are weighed: exact, flagged, silently wrong, wrongly repaired, by error rate.

Takes the rows of truth files (what a report prints, its planted inconsistencies among it), lets simulated engines
misread them, and judges what reconciliation makes of it. No images and no engines: the noise is a model, whose rates
of agreement follow those measured on scans. Run: `python benchmarks/recognized_figures.py [--seeds 20] [FOLDER]`,
where FOLDER (default: environment variable INDICADORES_CORPUS) holds facsimiles/ and series/.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.cells import Box, Cell, Opinion
from ingest.indicators import IndicatorRow, Quality, Quarterly, Value
from ingest.interpret import read_value
from ingest.numbers import MEXICAN, parse_number
from ingest.profile import Profile, load_profiles
from ingest.recognized import reconcile_recognized
from ingest.scan.figures import as_count, as_percentage

RATES = (0.0, 0.01, 0.05, 0.15, 0.25)
SHARED = 0.08
"""Share of an engine's errors that the other makes alike: gives 1 % wrong where two engines at 15 % agree."""
PLANTED = ("annual_vs_sum", "narrative_pct", "narrative_plan")
CONFUSED = {
    "0": "86O",
    "1": "74I",
    "2": "7",
    "3": "8",
    "4": "1",
    "5": "6S",
    "6": "580",
    "7": "12",
    "8": "360",
    "9": "86",
}
FIELDS = {"annual": "annual_goal", "plan": "goal", "ach": "achieved", "pct": "progress_pct", "cum": "accumulated_pct"}
BOX = Box(0, 0, 1, 1)


def misread(text: str, chance: random.Random) -> str:
    """Give `text` with one error of the kinds that engines make."""
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    kind = chance.choices(("digit", "lost", "added", "comma", "percent"), (60, 10, 6, 12, 12))[0]
    if kind == "percent" and text.endswith("%"):
        return text[:-1] + chance.choice(("96", "9", "6", "", "9%"))
    if kind == "comma" and "," in text:
        return text.replace(",", chance.choice(("", ".")), 1)
    place = chance.choice(digits)
    if kind == "lost" and len(digits) > 1:
        return text[:place] + text[place + 1 :]
    if kind == "added":
        return text[:place] + chance.choice("1147") + text[place:]
    return text[:place] + chance.choice(CONFUSED[text[place]]) + text[place + 1 :]


def noisy_cell(printed: str, key: str, rate: float, chance: random.Random) -> Cell:
    """Give the cell that two engines, and a third where they differ, make of a figure or a blank."""
    if not printed:
        texts = ["", ""]
        if chance.random() < rate / 10:
            speck = chance.choice((".", "-", "1", "'"))
            texts = [speck, speck if chance.random() < SHARED else ""]
    else:
        texts = [misread(printed, chance) if chance.random() < rate else printed for _ in range(2)]
        if texts[0] != printed and chance.random() < SHARED:
            texts[1] = texts[0]
    if texts[0] != texts[1]:
        texts.append(misread(printed, chance) if printed and chance.random() < rate else printed)
    shaped = [as_percentage(t, 2) if key[:3] in ("pct", "cum") else as_count(t) for t in texts]
    sure = [_confidence(t == printed, chance) for t in texts]
    opinions = tuple(Opinion(t, f"engine {n}", c) for n, (t, c) in enumerate(zip(shaped, sure, strict=True)))
    votes = Counter(shaped)
    best = max(range(len(shaped)), key=lambda n: (votes[shaped[n]], sure[n]))
    return Cell(shaped[best], 1, BOX, confidence=sure[best], engine=opinions[best].engine, opinions=opinions)


def _confidence(right: bool, chance: random.Random) -> float:
    return round(chance.uniform(0.93, 1.0) if right or chance.random() < 0.3 else chance.uniform(0.4, 0.95), 3)


def noisy_text(text: str, rate: float, chance: random.Random) -> str:
    """Give a justification in which each figure may be misread."""
    return re.sub(r"\d[\d.,]*\d|\d", lambda m: misread(m[0], chance) if chance.random() < rate else m[0], text)


def noisy_row(
    truth: dict[str, Any], quarter: int, rate: float, profile: Profile, chance: random.Random
) -> IndicatorRow:
    """Give a truth row as interpretation would give it after recognition."""
    values: dict[str, list[Value | None]] = {field: [None] * 4 for field in FIELDS.values()}
    annual = None
    for key, text in truth["printed"].items():
        match = re.fullmatch(r"(annual|plan|ach|pct|cum)([1-4q]?)", key)
        if match is None:
            continue
        value = read_value(noisy_cell(text or "", key, rate, chance), profile)
        if match[1] == "annual":
            annual = value
        else:
            values[FIELDS[match[1]]][(quarter if match[2] == "q" else int(match[2])) - 1] = value
    said = truth["printed"].get("narrative") or ""
    return IndicatorRow(
        1, truth["level"], truth["code"], truth["department"], truth["objective"], truth["indicator"],
        truth["acronym"], truth["frequency"], truth["unit"], truth["variable_unit"], annual,
        *(_four(values[f]) for f in ("goal", "achieved", "progress_pct", "accumulated_pct")),
        noisy_text(said, rate, chance),
    )  # fmt: skip


def _four(values: list[Value | None]) -> Quarterly:
    return values[0], values[1], values[2], values[3]


def judge(row: IndicatorRow, truth: dict[str, Any], quarter: int) -> Counter[str]:
    """Count how a row's values stand against what is printed."""
    found: Counter[str] = Counter()
    stated = {(m, q): v for m, q, v in row.values()}
    for key, text in truth["printed"].items():
        match = re.fullmatch(r"(annual|plan|ach|pct|cum)([1-4q]?)", key)
        if match is None:
            continue
        place = None if match[1] == "annual" else quarter if match[2] == "q" else int(match[2])
        value = stated[FIELDS[match[1]], place]
        want = parse_number(text or "", MEXICAN)
        good = value.quality.is_good
        if want is None:
            found["phantom"] += value.value is not None and good
            continue
        found["cells"] += 1
        found[f"is {value.quality.value}"] += 1
        if value.value is None:
            found["missed"] += 1
        elif abs(value.value - want) < 0.0051:
            found["exact"] += 1
            found["repaired rightly"] += value.quality is Quality.REPAIRED
        else:
            found["silent" if good else "flagged"] += 1
            found["repaired wrongly"] += value.quality is Quality.REPAIRED
    planted = any(p in PLANTED for p in truth["planted"])
    found["planted rows"] += planted
    found["planted found"] += planted and bool(row.findings)
    found["sound rows"] += not truth["planted"]
    found["false alarms"] += not truth["planted"] and bool(row.findings)
    return found


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Give the truth of each report once: that of its digital form."""
    for path in sorted([*folder.glob("facsimiles/*.json"), *folder.glob("series/*_q?.json")]):
        if re.search(r"_s\d+$|_q\d$", path.stem):
            yield json.loads(path.read_text(encoding="utf-8"))


def measure(folder: Path, rate: float, seeds: int) -> Counter[str]:
    """Read every document with as many seeds of noise."""
    profile = load_profiles()[0]
    total: Counter[str] = Counter()
    for number, truth in enumerate(documents(folder)):
        quarter = truth["document"]["quarter"]
        for seed in range(seeds):
            chance = random.Random(f"{number}-{seed}-{rate}")
            rows = [noisy_row(r, quarter, rate, profile, chance) for r in truth["rows"]]
            for row, printed in zip(reconcile_recognized(rows, quarter, MEXICAN), truth["rows"], strict=True):
                total += judge(row, printed, quarter)
    return total


def main() -> int:
    """Print one line for each rate; exit 1 where a rate up to 5 % leaves silent errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("INDICADORES_CORPUS"))
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    if given.folder is None:
        print("no corpus: set INDICADORES_CORPUS or name its folder; nothing measured")
        return 0
    failed = False
    for rate in RATES:
        started = time.perf_counter()
        c = measure(Path(given.folder), rate, given.seeds)
        cells = c["cells"]
        print(
            f"errors {rate:4.0%}: {cells} cells, exact {c['exact'] / cells:.4f}, flagged {c['flagged'] / cells:.4f}, "
            f"missed {c['missed'] / cells:.4f}, SILENT {c['silent']} (1 in {cells // max(1, c['silent'])}), "
            f"phantom {c['phantom']}, repaired rightly {c['repaired rightly']}, WRONGLY {c['repaired wrongly']}, "
            f"planted {c['planted found']}/{c['planted rows']}, false alarms {c['false alarms']}/{c['sound rows']}; "
            + ", ".join(f"{q} {c[f'is {q}'] / cells:.3f}" for q in ("confirmed", "unchecked", "disputed"))
            + f" ({1000 * (time.perf_counter() - started) / cells:.2f} ms a cell)"
        )
        failed |= rate <= 0.05 and c["silent"] > 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
