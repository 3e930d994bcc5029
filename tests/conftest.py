"""What all tests share: the flag that rewrites golden files, and the folder of the external corpus."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what is read now")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the external corpus (facsimiles/, series/, real/, ocr_text/), from env INDICADORES_CORPUS."""
    place = os.environ.get("INDICADORES_CORPUS")
    if not place or not Path(place).is_dir():
        pytest.skip("the external corpus is not here: set INDICADORES_CORPUS to its folder")
    return Path(place)
