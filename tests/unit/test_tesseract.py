"""Tesseract gives opinions where it is asked for and installed, and is not missed where it is not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import WrongSettingError
from ingest.scan import tesseract
from ingest.scan.engine import Gray


@pytest.fixture(autouse=True)
def forget() -> None:
    tesseract._installed.cache_clear()


def crop(text: str) -> Gray:
    image = Image.new("L", (40 + 22 * len(text), 48), 255)
    ImageDraw.Draw(image).text((20, 4), text, fill=0, font=ImageFont.load_default(34))
    return np.asarray(image, np.uint8)


def test_it_is_used_only_where_the_setting_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tesseract.SETTING, raising=False)
    assert tesseract.tesseract() is None
    monkeypatch.setenv(tesseract.SETTING, "perhaps")
    with pytest.raises(WrongSettingError, match="yes nor no"):
        tesseract.tesseract()


def test_a_missing_program_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(tesseract.SETTING, "yes")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tesseract.tesseract() is None


def test_a_program_that_fails_gives_no_opinion() -> None:
    (answer,) = tesseract.Tesseract(sys.executable).read([crop("1,234")])
    assert (answer.text, answer.figure) == ("", "")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not installed")
def test_it_reads_every_crop_of_a_batch_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tesseract.SETTING, "yes")
    engine = tesseract.tesseract()
    if engine is None:
        pytest.skip("the Spanish data of tesseract is not installed")
    blank = np.full((48, 100), 255, np.uint8)
    answers = engine.read([crop("1,234"), blank, np.empty((0, 0), np.uint8), crop("86.10%")])
    assert [a.figure for a in answers] == ["1,234", "", "", "86.10%"]
    assert all(0 < a.figure_confidence <= 1 for a in (answers[0], answers[3]))
