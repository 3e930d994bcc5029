"""What a release changes, as one page that can be read anywhere: no script, no font and no link from outside.

Here belongs that page alone. What differs is told by `difference`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime

from warehouse.difference import CAUSES, KINDS, Change, Difference

KIND_WORDS = {
    "added": "new",
    "removed": "gone",
    "changed": "changed",
    "requalified": "same value, other quality",
}
_MEASURE = {"goal": "goal", "achieved": "achieved", "annual_goal": "annual goal"}

_STYLE = """
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:#1d2733;background:#f5f7f9}
header{background:#12344d;color:#fff;padding:1.2rem 1.5rem}
h1{margin:0;font-size:1.35rem}h2{margin:2rem 0 .5rem;font-size:1.1rem}
header p{margin:.3rem 0 0;color:#cfdce6}
main{padding:.5rem 1.5rem 3rem;max-width:80rem;margin:auto}
.numbers{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.2rem 0}
.number{background:#fff;border:1px solid #d9e0e6;border-radius:6px;padding:.6rem 1rem;min-width:8rem}
.number b{display:block;font-size:1.5rem;line-height:1.2}
.held{background:#fff4e0;border:1px solid #d39a2a;border-left-width:6px;border-radius:6px;padding:.7rem 1rem}
.held h2{margin:.1rem 0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:#fff;border:1px solid #d9e0e6}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #e3e8ed}
th{background:#eaf0f5;white-space:nowrap}
th.n{text-align:right}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.code{white-space:nowrap}
.quiet{color:#5a6875}
code{background:#eaf0f5;border-radius:3px;padding:0 .25em}
@media print{body{background:#fff}}
"""


def difference_page(release_id: str, built_at: datetime, difference: Difference, held_for: Sequence[str]) -> str:
    """Give the page as HTML. `held_for`: why a person has to look at it first."""
    against = f"against {difference.base}" if difference.base else "the first release: nothing to compare with"
    body = [
        _numbers(difference),
        _held(held_for),
        _causes(difference),
        _documents(difference),
        _largest(difference.largest),
    ]
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What {_e(release_id)} changes</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>What release {_e(release_id)} changes</h1>"
        f"<p>{_e(against)} · built {built_at:%Y-%m-%d %H:%M} UTC</p></header>"
        f"<main>{''.join(body)}</main></body></html>\n"
    )


_DOUBTFUL = ("disputed", "missing")


def _numbers(d: Difference) -> str:
    cards = [("rows before", d.rows_before), ("rows after", d.rows_after)]
    cards += [(f"figures {KIND_WORDS[kind]}", d.total(kind)) for kind in KINDS]
    shown = "".join(f'<div class="number"><b>{value:,}</b>{_e(name)}</div>' for name, value in cards)
    note = "A row is one indicator in one quarter; a figure is a goal, a result or an annual goal."
    return f'<div class="numbers">{shown}</div><p class="quiet">{note}</p>'


def _held(reasons: Sequence[str]) -> str:
    if not reasons:
        return ""
    listed = "".join(f"<li>{_e(reason)}</li>" for reason in reasons)
    return (
        '<section class="held"><h2>This release was held until a person allows it</h2>'
        f"<ul>{listed}</ul><p>What a person decided (a withdrawal, a correction) is not counted here. "
        'Until then it is published with <code>indicadores release --allow --reason "..."</code>, and discarded with '
        "<code>--refuse</code>; <code>indicadores releases</code> tells who allowed it.</p></section>"
    )


def _causes(d: Difference) -> str:
    if d.is_empty:
        return "<h2>What differs</h2><p>No figure differs.</p>"
    lines = [[KIND_WORDS[c.kind], CAUSES[c.cause], _MEASURE[c.measure], c.figures, c.closed] for c in d.counts]
    return "<h2>What differs, and why</h2>" + _table(
        ["figures are", "because", "measure", "figures", "of quarters already reported"], lines
    )


def _documents(d: Difference) -> str:
    if not d.documents:
        return ""
    lines = [[c.file, CAUSES[c.cause], c.reason, c.sha256[:16]] for c in d.documents]
    return "<h2>What became of documents</h2>" + _table(["document", "what", "reason given", "sha256"], lines)


def _largest(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    lines = [
        [
            " ".join(filter(None, [c.municipality, c.program_code, c.plan])),
            f"{c.fiscal_year or '?'}" + (f" Q{c.quarter}" if c.quarter else ""),
            c.indicator_code,
            c.indicator,
            _MEASURE[c.measure],
            _told(c.old_value, c.old_quality),
            _told(c.new_value, c.new_quality) if c.kind != "removed" else "gone",
            _share(c),
            CAUSES[c.cause],
            c.document_file,
        ]
        for c in changes
    ]
    columns = ["report", "quarter", "code", "indicator", "measure", "before", "now", "change", "because", "document"]
    title = f"The {len(changes)} largest changes" if len(changes) > 1 else "The change"
    return (
        f"<h2>{title}</h2>"
        + _table(columns, lines)
        + '<p class="quiet">All of them: <code>indicadores query "from release_change"</code>.</p>'
    )


def _told(value: float | None, quality: str | None) -> str | float | None:
    """Give a figure, with its quality where that is one that nobody should pass over."""
    if quality not in _DOUBTFUL:
        return value
    return quality if value is None else f"{value:,.15g} ({quality})"


def _share(c: Change) -> str:
    if c.kind == "removed" or c.old_value is None or c.new_value is None:
        return ""
    return f"{100 * (c.new_value - c.old_value) / abs(c.old_value):+,.1f}\u00a0%" if c.old_value else "from 0"


def _table(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    cells = [list(line) for line in lines]
    numbers = [all(isinstance(line[place], (int, float)) for line in cells) for place in range(len(columns))]
    head = "".join(
        f'<th class="n">{_e(column)}</th>' if is_number else f"<th>{_e(column)}</th>"
        for column, is_number in zip(columns, numbers, strict=True)
    )
    rows = "".join(f"<tr>{''.join(_cell(v) for v in line)}</tr>" for line in cells)
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _cell(value: object) -> str:
    if isinstance(value, (int, float)):
        return f'<td class="n">{value:,.15g}</td>'
    return f"<td>{_e('' if value is None else str(value))}</td>"


def _e(text: str) -> str:
    return html.escape(text)
