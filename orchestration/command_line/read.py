"""`indicadores read`: reports to tables, JSON or CSV, without a warehouse and without Dagster."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ingest.cells import Kind
from ingest.contract import to_json
from ingest.errors import UnreadableDocumentError
from ingest.indicators import Extraction, IndicatorRow, Quality, Value
from ingest.safely import call_safely, read_safely
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import UNLIMITED, console, csv_text, fail, is_narrow, messages, path_text, table
from orchestration.progress import Pace

MARKS = {
    Quality.CONFIRMED: ("", "green"),
    Quality.UNCHECKED: ("", ""),
    Quality.REPAIRED: ("~", "yellow"),
    Quality.CORRECTED: ("*", "cyan"),
    Quality.DISPUTED: ("!", "bold red"),
    Quality.MISSING: ("", "dim"),
}
LEGEND = "achieved / goal by quarter   ! disputed   ~ repaired   * corrected   – not stated   ? may be misread"

CSV_COLUMNS = ("document_sha256", "file", "page", "level", "code", "department", "indicator", "measure", "quarter",
               "value", "text", "quality", "reason", "x0", "top", "x1", "bottom", "span_start", "span_end",
               "unsure")  # fmt: skip


def read_files(files: Sequence[Path], output: str, out: Path | None, quiet: bool, show: Path | None = None) -> int:
    """Read `files` and print or write what was understood as `output`: table, json or csv; draw the pages in `show`."""
    readings: list[Extraction] = []
    drawn: list[str] = []
    with _progress(quiet) as tell:
        for number, path in enumerate(files):
            tell(number, len(files), path.name)
            pace = Pace()

            def told(done: int, pages: int, pace: Pace = pace, number: int = number, name: str = path.name) -> None:
                tell(number, len(files), f"{name}, {pace.at(done, pages)}")

            try:
                readings.append(_read(path, told))
                drawn += _draw(path, readings[-1], show, told) if show is not None else []
            except UnreadableDocumentError as error:
                fail(error)
    if readings or len(files) > 1:
        _deliver(readings, len(files) > 1, output, out)
    if out is not None and readings and not quiet:
        messages().print(f"Written: {path_text(out)}")
    if drawn and not quiet:
        messages().print(f"Pages drawn: {len(drawn)}, in {path_text(show or Path())}")
    return Exit.DONE if len(readings) == len(files) else Exit.UNREADABLE


def _read(path: Path, told: Callable[[int, int], None]) -> Extraction:
    if path.is_dir():
        raise UnreadableDocumentError(str(path), "this is a folder", "Name the files in it, as in `folder/*.pdf`")
    if not path.exists():
        raise UnreadableDocumentError(str(path), "there is no such file", "Check the path")
    return read_safely(path, progress=told)


def _draw(path: Path, reading: Extraction, folder: Path, told: Callable[[int, int], None]) -> list[str]:
    """Draw the pages of a document; say so where it has none."""
    if reading.kind not in (Kind.DIGITAL_PDF, Kind.SCANNED_PDF):
        messages().print(
            f"{reading.file}: this kind of document ({reading.kind.value}) has no pages to draw", soft_wrap=True
        )
        return []
    folder.mkdir(parents=True, exist_ok=True)
    place = str(folder.absolute())
    drawn: list[str] = call_safely(
        "ingest.pictures:draw_pages", path, progress=told, extraction=reading, folder=place, stem=path.stem
    )
    return drawn


def _deliver(readings: Sequence[Extraction], several: bool, output: str, out: Path | None) -> None:
    if output == "table" and out is None:
        for reading in readings:
            console().print(_report(reading, is_narrow()))
        return
    if output == "table":
        text = _as_text(readings)
    else:
        text = _json(readings, several) if output == "json" else csv_text(CSV_COLUMNS, _csv_rows(readings))
    if out is None:
        sys.stdout.write(text)
    else:
        temporary = out.with_name(f".{out.name}.{os.getpid()}.part")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(out)


def _as_text(readings: Sequence[Extraction]) -> str:
    buffer = io.StringIO()
    screen = Console(file=buffer, width=UNLIMITED, highlight=False)
    for reading in readings:
        screen.print(_report(reading, narrow=False))
    return buffer.getvalue()


def _json(readings: Sequence[Extraction], several: bool) -> str:
    contents = [to_json(reading) for reading in readings]
    return json.dumps(contents if several else contents[0], ensure_ascii=False, indent=1) + "\n"


def _csv_rows(readings: Iterable[Extraction]) -> Iterator[list[Any]]:
    """Give one line for each figure: long, so that it is the same for every format of report."""
    for reading in readings:
        for row in reading.rows:
            for measure, quarter, value in row.values():
                yield [reading.sha256, reading.file, value.page or row.page, row.level, row.code, row.department,
                       row.indicator, measure, quarter, value.value, value.text, value.quality.value, value.reason,
                       *_place(value), " ".join(row.unsure)]  # fmt: skip


def _place(value: Value) -> list[float | int | None]:
    box = (None,) * 4 if value.box is None else tuple(value.box.as_list())
    span = (None,) * 2 if value.span is None else (value.span.start, value.span.end)
    return [*box, *span]


def _report(reading: Extraction, narrow: bool) -> RenderableType:
    from orchestration.previews import marked  # noqa: PLC0415

    header = reading.header
    town, state, entity, code, name, year = (
        marked(getattr(header, field), field, header.unsure)
        for field in ("municipality", "state", "entity", "program_code", "program_name", "fiscal_year")
    )
    program, period = " ".join(filter(None, [code, name])), f"{year or '?'} Q{header.quarter or '?'}"
    said = filter(None, [town, state, entity, program, period])
    columns = ["page", "level", "code", "indicator", "year", "Q1", "Q2", "Q3", "Q4"]
    numbers = ("page", "year", "Q1", "Q2", "Q3", "Q4")
    if narrow:
        rows: RenderableType = Group(*(_stacked(row) for row in reading.rows))
    else:
        rows = table(columns, [_line(row) for row in reading.rows], numbers=numbers, short=("indicator",))
    return Group(
        Text(reading.file, style="bold"),
        Text(" · ".join(said), style="dim"),
        rows,
        Text(LEGEND, style="dim"),
        Text(_counts(reading)),
        *(Text(line) for line in _remarks(reading)),
        Text(),
    )


def _line(row: IndicatorRow) -> list[object]:
    quarters = [Text("\n").join([_figure(a), _figure(g)]) for a, g in zip(row.achieved, row.goal, strict=True)]
    labels = (_label(row, field) for field in ("level", "code", "indicator"))
    return [row.page, *labels, _figure(row.annual_goal), *quarters]


def _label(row: IndicatorRow, field: str) -> Text:
    said = getattr(row, field) or ""
    return Text(f"{said}?", style="yellow") if field in row.unsure else Text(said)


def _stacked(row: IndicatorRow) -> Text:
    """Give a row for a narrow terminal: never cut a number, break only between quarters."""
    text = Text(f"{row.code or 'no code'}  ", style="bold").append(f"{row.indicator or ''}\n", style="")
    text.append("   year\u00a0").append_text(_figure(row.annual_goal))
    for quarter, (achieved, goal) in enumerate(zip(row.achieved, row.goal, strict=True), start=1):
        text.append(f"  Q{quarter}\u00a0").append_text(_figure(achieved)).append("/").append_text(_figure(goal))
    return text


def _figure(value: Value | None) -> Text:
    if value is None or (value.value is None and not value.text):
        return Text("–", style="dim")
    mark, style = MARKS[value.quality]
    number = value.value
    shown = value.text or "" if number is None else f"{number:,.2f}".rstrip("0").rstrip(".")
    return Text(f"{shown}{mark}", style=style)


def _counts(reading: Extraction) -> str:
    from orchestration.previews import quality_counts  # noqa: PLC0415

    counts = ", ".join(f"{count:,} {quality}" for quality, count in quality_counts(reading).items() if count)
    pages = f"{reading.pages} page{'s' if reading.pages != 1 else ''}"
    return f"{pages}, {len(reading.rows)} indicators, values: {counts or 'none'} ({reading.seconds:.1f} s)"


def _remarks(reading: Extraction) -> Iterator[str]:
    for row in reading.rows:
        if "department" in row.unsure:
            yield f"page {row.page}, {row.code or 'no code'}: the department may be misread: {row.department or 'none'}"
        for finding in row.findings:
            what = f"{finding.rule.value} ({', '.join(finding.fields)})"
            yield f"page {row.page}, {row.code or 'no code'}: {what}: {finding.detail}"
    for piece in reading.rejected:
        place = f"page {piece.page}" if piece.page else "document"
        yield f"{place}: not understood: {' '.join(piece.text.split())[:80]!r}: {piece.reason}"


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """Give a function to tell (files done, files, name); shown on a terminal only."""
    screen = messages()
    if quiet or not screen.is_terminal:
        yield lambda _done, _total, _name: None
        return
    columns = (TextColumn("Reading {task.fields[name]}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("read", total=None, name="")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, name=name)
