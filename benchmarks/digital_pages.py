"""How fast digital pages are read, against what pdfplumber alone takes to extract their words and lines.

    .venv/bin/python benchmarks/digital_pages.py [REPORT.pdf ...] [--runs 5]

Without documents the samples are read.

Prints, by document: seconds a page (ours, from the file to judged rows), seconds a page (pdfplumber), and their ratio;
medians of several warm runs, taken in turns. Documents that are refused are named and left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pdfplumber

from ingest.errors import UnreadableDocumentError
from ingest.extract import read_document

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
GOAL = 2.0
"""The ratio that no document should exceed."""


def words_and_lines(path: Path) -> None:
    """What pdfplumber alone does: open, and extract the words and lines of every page."""
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_words()
            _ = page.lines
            page.close()


def seconds(work: Callable[[Path], object], path: Path) -> float:
    """Time one run."""
    start = time.perf_counter()
    work(path)
    return time.perf_counter() - start


def measure(path: Path, runs: int) -> tuple[int, float, float]:
    """Give pages, and the median seconds of our reading and of the library's; the first run warms up."""
    pages = read_document(path).pages
    words_and_lines(path)
    times = [(seconds(read_document, path), seconds(words_and_lines, path)) for _ in range(runs)]
    return pages, median(t[0] for t in times), median(t[1] for t in times)


def main() -> None:
    """Measure the documents of the command line and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path, nargs="*", default=sorted(SAMPLES.glob("*.pdf")), metavar="REPORT.pdf")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'document':40} {'pages':>5} {'s/page':>8} {'pdfplumber':>10} {'ratio':>6}")
    ratios = []
    for path in arguments.documents:
        try:
            pages, ours, alone = measure(path, arguments.runs)
        except UnreadableDocumentError as refused:
            print(f"{path.stem:40} refused: {refused.reason}")
            continue
        ratios.append(ours / alone)
        print(f"{path.stem:40} {pages:5} {ours / pages:8.3f} {alone / pages:10.3f} {ratios[-1]:6.2f}")
    if ratios:
        print(f"median ratio {median(ratios):.2f}, worst {max(ratios):.2f} (goal: under {GOAL:.1f})")


if __name__ == "__main__":
    main()
