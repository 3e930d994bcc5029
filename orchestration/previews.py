"""What people see of data in the Dagster UI: Markdown tables and counts.

Here belongs turning readings, verdicts and tables into Markdown. Not here: where it is shown.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.indicators import Extraction, IndicatorRow, Quality, Value, field_name
from ingest.words import shortened
from warehouse.gate import Check

ROWS = 10
LIST = 50
WIDTH = 60
SENTENCES = 300  # letters of what tells a person why, and what to do
_LARGE = 12_000  # bytes of a picture: Dagster keeps what is shown in its log of events


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int = WIDTH) -> str:
    """Give a Markdown table; texts are kept on one line and shortened to `width` letters."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(cell_text(value, width) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def cell_text(value: Any, width: int = WIDTH) -> str:  # noqa: ANN401  anything that a database gives
    """Give one value as a short text: numbers grouped by thousands, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return shortened(str(value).replace("|", "\\|"), width)


def quality_counts(extraction: Extraction) -> dict[str, int]:
    """Count the values of an extraction by quality, all six, in the order of trust."""
    counts = Counter(value.quality.value for row in extraction.rows for _, _, value in row.values())
    return {quality.value: counts.get(quality.value, 0) for quality in Quality}


def rows_preview(extraction: Extraction) -> str:
    """Give the first rows of an extraction with goal and achieved of each quarter, as Markdown."""
    columns = ["page", "level", "code", "indicator", "department", "annual goal",
               *(f"Q{q} goal / achieved" for q in range(1, 5))]  # fmt: skip
    table = markdown_table(columns, (_preview_row(row) for row in extraction.rows[:ROWS]))
    hidden = len(extraction.rows) - ROWS
    return table + (f"\n\n… and {hidden} more rows" if hidden > 0 else "")


def disputed_list(extraction: Extraction) -> str:
    """Give the disputed values of an extraction with page and reason, as Markdown."""
    disputed = [
        (value.page or row.page, row.code, field_name(measure, quarter), value.text, value.reason)
        for row in extraction.rows
        for measure, quarter, value in row.values()
        if value.quality is Quality.DISPUTED
    ]
    if not disputed:
        return "No disputed values."
    table = markdown_table(["page", "code", "field", "printed", "why"], disputed[:LIST], SENTENCES)
    return table + (f"\n\n… and {len(disputed) - LIST} more" if len(disputed) > LIST else "")


def doubt_list(extraction: Extraction) -> str:
    """Give the labels that may be misread and the pieces that were not understood, each with its page, as Markdown."""
    labels = [
        (row.page, row.code, label.replace("_", " "), getattr(row, label), "it may be misread")
        for row in extraction.rows
        for label in row.unsure
    ]
    lines = labels + [(piece.page, None, None, piece.text, piece.reason) for piece in extraction.rejected]
    if not lines:
        return "None."
    table = markdown_table(["page", "code", "label", "read", "why"], lines[:LIST], SENTENCES)
    return table + (f"\n\n… and {len(lines) - LIST} more" if len(lines) > LIST else "")


def picture_list(extraction: Extraction, folder: Path) -> str:
    """Give the values that have a picture in `folder`, each with its picture, as Markdown."""
    from ingest.pictures import crops_of  # noqa: PLC0415 - loads a PDF library

    lines = []
    for (number, measure, quarter), crop in crops_of(extraction).items():
        row, path = extraction.rows[number], folder / crop.name
        if path.exists():
            value = next(v for m, q, v in row.values() if (m, q) == (measure, quarter))
            shown = cell_text(value.value)
            lines.append(
                f"| {crop.page} | {row.code or ''} | {field_name(measure, quarter)} | {value.quality.value} "
                f"| {cell_text(value.text)} | {shown} | {cell_text(value.reason, SENTENCES)} | {_picture(path)} |"
            )
    head = "| page | code | field | quality | printed | taken as | why | picture |\n|" + " --- |" * 8
    more = f"\n\n… and {len(lines) - LIST} more in `{folder}`" if len(lines) > LIST else ""
    return "\n".join([head, *lines[:LIST]]) + more


def _picture(path: Path) -> str:
    """Give a small picture itself, as Markdown that a page shows without asking for a file, and a large one's path."""
    if path.stat().st_size > _LARGE:
        return f"`{path}`"
    return f"![{path.stem}](data:image/png;base64,{base64.b64encode(path.read_bytes()).decode('ascii')})"


def checks_table(checks: Iterable[Check]) -> str:
    """Give the checks of a suite as Markdown, failed ones first."""
    ordered = sorted(checks, key=lambda c: (c.passed, c.severity != "critical", c.name))
    rows = ((c.passed, c.severity, c.name, c.failed, c.evaluated, c.description) for c in ordered)
    return markdown_table(["passed", "severity", "check", "failed", "of", "what it asks"], rows)


def marked(said: object, field: str, unsure: Container[str]) -> str:
    """Give what a report says of itself, with `?` where it may be misread or is not known."""
    text = "" if said is None else str(said)
    return f"{text}?" if field in unsure else text


def _preview_row(row: IndicatorRow) -> list[Any]:
    quarters = [f"{_figure(g)} / {_figure(a)}" for g, a in zip(row.goal, row.achieved, strict=True)]
    return [row.page, row.level, row.code, row.indicator, row.department, _figure(row.annual_goal), *quarters]


def _figure(value: Value | None) -> str:
    if value is None or value.quality is Quality.MISSING:
        return "–"
    shown = cell_text(value.value) if value.value is not None else cell_text(value.text)
    return f"{shown} (!)" if value.quality is Quality.DISPUTED else shown
