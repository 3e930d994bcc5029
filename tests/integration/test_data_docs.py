from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from tests.landed_documents import archived, extraction, home_at, row
from warehouse import expectations
from warehouse.data_docs import build_data_docs, stand_alone
from warehouse.gate import Suite, judge_landing
from warehouse.home import Home
from warehouse.landing import land, open_landing


class Loads(HTMLParser):
    """Collects what a browser would load, and where it could go."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in ("script", "img", "iframe") and given.get("src"):
            self.loaded.append(str(given["src"]))
        if tag == "link":
            self.loaded.append(str(given.get("href")))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_at(tmp_path_factory.mktemp("docs"))
    document = archived(home)
    with open_landing(home) as connection:
        land(connection, document, extraction(document, (row("1.1"), row("a <b> word"))))
    judge_landing(home)
    build_data_docs(home)
    return home


def test_the_pages_load_nothing_from_outside(home: Home) -> None:
    pages = list(home.data_docs.rglob("*.html"))
    assert len(pages) == 1 + 7 + 3
    for page in pages:
        text, loads = page.read_text(encoding="utf-8"), Loads()
        loads.feed(text)
        assert [source for source in loads.loaded if "//" in source] == []
        assert re.findall(r"(?:url\(|@import\s)['\"]?https?:", text) == []
        for source in (s for s in loads.loaded if not s.startswith("data:")):
            assert (page.parent / source.split("?")[0]).exists(), source


def test_the_index_leads_to_every_suite_and_every_validation(home: Home) -> None:
    loads = Loads()
    text = (home.data_docs / "index.html").read_text(encoding="utf-8")
    loads.feed(text)
    for link in loads.links:
        assert (home.data_docs / link).is_file(), link
    suites = [f"{name}.{frame}" for name in ("landing", "release") for frame in Suite.load(name).frames]
    assert all(suite in text for suite in suites)
    assert sum(link.startswith("validations/") for link in loads.links) == 3
    assert text.count("1 do not hold") == 1
    assert text.count("all hold") == 2


def test_a_page_tells_what_failed_and_where(home: Home) -> None:
    (page,) = home.data_docs.glob("validations/landing/row/**/*.html")
    text = page.read_text(encoding="utf-8")
    assert "A code is digits and letters" in text
    assert "report.pdf" in text


def test_only_the_last_results_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectations, "KEEP", 2)
    suite = {"document": {**Suite.load("landing").frames["document"]}}
    suite["document"]["expectations"] = suite["document"]["expectations"][:1]
    frame = pd.DataFrame({"subject": ["a"], "fiscal_year": [2024]})
    times = []
    for _ in range(3):
        expectations.validate(suite, {"document": frame}, tmp_path)
        times.append(max(p.parent.name for p in tmp_path.rglob("*.json")))
    assert sorted(p.parent.name for p in tmp_path.rglob("*.json")) == times[1:]


def test_whatever_comes_from_outside_is_taken_out() -> None:
    page = (
        '<html><head><link rel="stylesheet" href="https://a/b.css"/><script src="https://a/b.js"></script>'
        "<style>@import url('https://a/c.css'); @font-face { src: url(https://a/f.otf) } b {}</style></head>"
        '<body><img\n src="https://a/logo.png" /><img src="static/x.png"><p>kept</p><footer>news</footer></body></html>'
    )
    assert "https" not in stand_alone(page, "")
    assert '<img src="static/x.png"><p>kept</p>' in stand_alone(page, "")
