"""Data Docs: pages that show each suite and the last validations, for reading in a browser without a network.

Here belongs making the library's pages stand alone, with an index that needs no scripts. Not here: validating
(`expectations`).
"""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from warehouse.expectations import open_context
from warehouse.home import Home
from warehouse.verdicts import Suite

SUITES = ("landing", "release")

# Links to styles and icons go, too: the style stands in the page, and some icons are linked where they are not.
_OUTSIDE = re.compile(r"<script\b.*?</script>|<footer\b.*?</footer>|<link\b[^>]*>", re.DOTALL | re.IGNORECASE)
_LOGO = re.compile(r"<img\b[^>]*\bsrc=\"https?:[^>]*>", re.DOTALL | re.IGNORECASE)
_STYLES = re.compile(r"@import\s+url\([^)]*\)\s*;|@font-face\s*\{[^}]*\}", re.DOTALL | re.IGNORECASE)
_IMAGES = re.compile(r"url\(\s*['\"]?https?:[^)]*\)", re.IGNORECASE)

_FOLD = """<script>
document.addEventListener("click", function (event) {
  var link = event.target.closest("[data-toggle=collapse]");
  if (!link) return;
  event.preventDefault();
  document.getElementById(link.getAttribute("href").slice(1)).classList.toggle("open");
});
</script>"""
"""Unfolds a part of the page; the library's own scripts come from outside and are taken out."""


@dataclass(frozen=True, slots=True)
class _Validation:
    """One validation of a frame: when, how it went, and where its page is."""

    suite: str
    moment: str
    passed: bool
    evaluated: int
    failed: int
    page: str


def build_data_docs(home: Home) -> Path:
    """Build the pages anew from the suites and the kept validation results; give the index page.

    The pages load nothing from outside.
    """
    shutil.rmtree(home.data_docs, ignore_errors=True)
    context = open_context(home.validations, home.data_docs)
    import great_expectations as gx  # noqa: PLC0415  (takes seconds)

    for name in SUITES:
        for suite in Suite.load(name).frames.values():
            context.suites.add(gx.ExpectationSuite(**suite))
    context.build_data_docs()
    style = Path(__file__).with_name("data_docs.css").read_text(encoding="utf-8")
    for page in home.data_docs.rglob("*.html"):
        page.write_text(stand_alone(page.read_text(encoding="utf-8"), style), encoding="utf-8")
    shutil.rmtree(home.data_docs / "static")
    index = home.data_docs / "index.html"
    index.write_text(_index(_validations(home), style), encoding="utf-8")
    return index


def stand_alone(page: str, style: str) -> str:
    """Give a page of the library without anything from outside, in our own style.

    >>> stand_alone('<head><link href="https://x/y.css"></head><img src="https://x/l.png">', "b {}")
    '<head><style>b {}</style></head>Data Docs'
    """
    page = _STYLES.sub("", _LOGO.sub("Data Docs", _OUTSIDE.sub("", page)))
    page = _IMAGES.sub("none", page)
    page = page.replace("</head>", f"<style>{style}</style></head>")
    return page.replace("</body>", f"{_FOLD}</body>")


def _validations(home: Home) -> list[_Validation]:
    """Read what each kept validation says, newest first."""
    found = []
    for result in home.validations.rglob("*.json"):
        said = json.loads(result.read_text(encoding="utf-8"))
        place = Path("validations") / result.relative_to(home.validations).with_suffix(".html")
        counts = said["statistics"]
        found.append(
            _Validation(
                said["suite_name"],
                said["meta"]["run_id"]["run_time"][:19].replace("T", " "),
                said["success"],
                counts["evaluated_expectations"],
                counts["unsuccessful_expectations"],
                place.as_posix(),
            )
        )
    return sorted(found, key=lambda v: (v.moment, v.suite), reverse=True)


def _index(validations: list[_Validation], style: str) -> str:
    runs = "".join(
        f"<tr><td>{_link(v.page, v.moment)} UTC</td><td>{html.escape(v.suite)}</td><td>{v.evaluated}</td>"
        f'<td class="{"good" if v.passed else "bad"}">{"all hold" if v.passed else f"{v.failed} do not hold"}</td></tr>'
        for v in validations
    )
    suites = "".join(
        f"<tr><td>{_link(f'expectations/{name}/{frame}.html', f'{name}.{frame}')}</td>"
        f"<td>{len(suite['expectations'])}</td><td>{html.escape(suite['meta']['notes'])}</td></tr>"
        for name in SUITES
        for frame, suite in Suite.load(name).frames.items()
    )
    none = '<tr><td colspan="4">Nothing was validated yet.</td></tr>'
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Data Docs</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
        '<nav class="navbar sticky-top"><a href="index.html">Data Docs</a></nav><div class="container-fluid">'
        "<h1>What is expected, and how the last data did</h1>"
        "<p>An expectation that does not hold need not hold data back: only a critical one does. What is held is in"
        " the quarantine (<code>indicadores status</code>).</p>"
        f'<div class="card"><div class="card-header"><strong>Suites</strong></div><table><tr><th>Suite</th>'
        f"<th>Expectations</th><th>Of what</th></tr>{suites}</table></div>"
        f'<div class="card"><div class="card-header"><strong>Validations</strong></div><table><tr><th>When</th>'
        f"<th>Suite</th><th>Expectations</th><th>Result</th></tr>{runs or none}</table></div>"
        "</div></body></html>\n"
    )


def _link(target: str, text: str) -> str:
    return f'<a href="{html.escape(target)}">{html.escape(text)}</a>'
