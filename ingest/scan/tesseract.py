"""Tesseract as one more opinion on doubtful figures, where it is installed and a setting asks for it.

Here belongs the way from crops to its answers. It is a program of its own, run once for a batch of crops; without it,
or without its Spanish data, nothing is missing: the models of `engine` do the work.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from ingest.errors import WrongSettingError
from ingest.scan.engine import Gray, Recognition

SETTING = "INDICADORES_TESSERACT"
_LANGUAGE = "spa"
_FIGURE = "0123456789.,%$-()*"
_HEIGHT, _MARGIN = 60, 12  # pixels: what it reads best
_SECONDS = 60


def tesseract() -> Tesseract | None:
    """Give the engine where the setting INDICADORES_TESSERACT is `yes` and the program and its data are installed.

    Raises:
        WrongSettingError: the setting is neither `yes` nor `no`.
    """
    asked = os.environ.get(SETTING, "no").strip().lower()
    if asked not in ("yes", "no", ""):
        raise WrongSettingError(f"{SETTING}={asked} is neither yes nor no; set it to one of them")
    return _installed() if asked == "yes" else None


@cache
def _installed() -> Tesseract | None:
    program = shutil.which("tesseract")
    if program is None:
        return None
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=_SECONDS, check=False)
    return Tesseract(program) if _LANGUAGE in known.stdout.split() else None


class Tesseract:
    """The program `tesseract` behind the interface of a recognizer."""

    def __init__(self, program: str) -> None:
        self._program = program

    @property
    def name(self) -> str:
        """The engine and its language."""
        return f"tesseract-{_LANGUAGE}"

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        """Give what stands in each of `crops`; nothing where the program fails: an opinion less is no error."""
        inked = [n for n, crop in enumerate(crops) if crop.size]
        answers = [Recognition("", 1.0, "", 1.0)] * len(crops)
        if not inked:
            return answers
        with TemporaryDirectory(prefix="indicadores-tesseract-") as folder:
            paths = [Path(folder, f"{n}.png") for n in inked]
            for number, path in zip(inked, paths, strict=True):
                cv2.imwrite(str(path), _enlarged(crops[number]))
            pages = Path(folder, "crops.txt")
            pages.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
            texts = self._run(pages, len(inked))
            figures = self._run(pages, len(inked), "-c", f"tessedit_char_whitelist={_FIGURE}")
        for number, text, figure in zip(inked, texts, figures, strict=True):
            answers[number] = Recognition(*text, *figure)
        return answers

    def _run(self, pages: Path, count: int, *options: str) -> list[tuple[str, float]]:
        """Run the program over all crops; give text and least confidence of each."""
        command = [self._program, str(pages), "stdout", "--psm", "7", "-l", _LANGUAGE, *options, "tsv"]
        once = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True, env=once)
        except (subprocess.SubprocessError, OSError):
            return [("", 0.0)] * count
        return _answers(done.stdout, count)


def _enlarged(crop: Gray) -> Gray:
    scale = _HEIGHT / crop.shape[0]
    large = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_REPLICATE)
    return np.asarray(framed, np.uint8)


def _answers(tsv: str, count: int) -> list[tuple[str, float]]:
    """Give text and confidence by crop from the program's table of words."""
    words: dict[int, list[tuple[str, float]]] = {}
    for line in csv.DictReader(StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if (line.get("text") or "").strip():
            words.setdefault(int(line["page_num"]), []).append((line["text"].strip(), float(line["conf"]) / 100))
    found = (words.get(number, []) for number in range(1, count + 1))
    return [(" ".join(t for t, _ in w), max(1e-4, min(c for _, c in w))) if w else ("", 0.0) for w in found]
