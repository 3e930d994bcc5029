"""`indicadores correct`: write down what a person has decided about a value, or check what was written down."""

from __future__ import annotations

import difflib
import getpass
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import typer
import yaml

from ingest.correction import (
    ATTRIBUTES,
    FIGURES,
    HEADER,
    NUMBERS_OF_HEADER,
    CorrectionFileError,
    corrections_folder,
    load_corrections,
    parse_correction,
)
from ingest.correction_match import Figure, Reading, ReadRow, match
from ingest.indicators import field_name
from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console, path_text, print_json, table
from warehouse.corrections import check_corrections, newest_reading
from warehouse.files import write_durably
from warehouse.home import Home
from warehouse.status import status

_PROMPT = "the command line"
_SHA_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line gives; what is None is asked for. `actions` are drop, flag, accept as they were given."""

    document: str | None
    indicator: str | None
    page: int | None
    row: int | None
    field: str | None
    value: str | None
    actions: list[str]
    reason: str | None
    evidence: str | None
    by: str | None


def check_all(as_json: bool) -> int:
    """Print the corrections that do not fit, and say whether all do."""
    matched = check_corrections(Home.from_env())
    lines = [(str(t.trouble), t.correction.source, t.detail) for t in matched.troubles]
    if as_json:
        print_json(
            {
                "applied": len(matched.fits),
                "do_not_fit": [dict(zip(("trouble", "entry", "detail"), x, strict=True)) for x in lines],
            }
        )
    elif lines:
        console().print(table(["trouble", "entry", "what to do"], lines, "Corrections that do not fit"))
    else:
        console().print(f"Every correction fits what is read; {len(matched.fits)} apply.")
    return Exit.UNSOUND if lines else Exit.DONE


def correct_value(given: Given, as_json: bool) -> int:
    """Ask for what is not given, check the entry against what is read, and write it as a file of its own."""
    home = Home.from_env()
    given = _chosen(home, given) if given.document is None else given
    reading, pictures = newest_reading(home, str(given.document))
    row = None if given.field in HEADER else _row(reading, given)
    field = given.field or (None if _drops_row(given) else _ask_field())
    target = _target(reading, row, field)
    _show(reading, row, field, pictures, as_json)
    entry = _entry(given, reading, row, field)
    correction = parse_correction(entry, target.name)
    known = load_corrections()
    matched = match([*known, correction], [reading])
    for misfit in matched.misfits:
        if misfit.correction is correction:
            raise CorrectionFileError(_PROMPT, misfit.detail.rstrip("."), "Nothing was written")
    write_durably(target, yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=110))
    if as_json:
        print_json({"file": str(target), "entry": entry})
    else:
        console().print(
            f"Written: {path_text(target)}. `indicadores refresh` applies it; keep it in git.", soft_wrap=True
        )
    return Exit.DONE


def _chosen(home: Home, given: Given) -> Given:
    """Let the user choose a value of the review list."""
    review = status(home).review
    if not review:
        raise CorrectionFileError(
            _PROMPT,
            "no document is given and nothing waits for review",
            "Give the first digits of its sha256; `indicadores status` lists them",
        )
    files = Counter((i.sha256, i.file) for i in review)
    if len(files) > 1:
        offered = [[n, file, sha256[:8], count] for n, ((sha256, file), count) in enumerate(files.items(), start=1)]
        console().print(
            table(["", "file", "id", "figures"], offered, "Documents with figures for review, newest first")
        )
        chosen = list(files)[_ask_which("Which document", len(files))][0]
        review = tuple(i for i in review if i.sha256 == chosen)
    lines = [[n, i.file, i.page, i.code, field_name(i.measure, i.quarter), i.text, i.reason]
             for n, i in enumerate(review, start=1)]  # fmt: skip
    console().print(
        table(["", "file", "page", "code", "field", "printed", "why"], lines, "For review", short=("file", "why"))
    )
    item = review[_ask_which("Which one", len(review))]
    if item.reason:
        console().print(f"Why it waits: {item.reason}", soft_wrap=True, markup=False)
    field = item.measure + (f".{item.quarter}" if item.quarter else "")
    return replace(given, document=item.sha256, indicator=item.code, page=item.page, field=field)


def _ask_which(question: str, count: int) -> int:
    """Give the place, from 0, of what is chosen of a list that counts from 1."""
    number: int = typer.prompt(question, type=int)
    while not 1 <= number <= count:
        number = typer.prompt(f"There is no {number} in the list. {question}", type=int)
    return number - 1


def _row(reading: Reading, given: Given) -> ReadRow:
    """Give the one row that is named; ask for the code where nothing is."""
    code = given.indicator
    if code is None and given.row is None:
        code = typer.prompt("Indicator (its code as read)")
    tight = re.sub(r"\s", "", code or "").upper().rstrip(".")
    found = [
        r
        for r in reading.rows
        if given.row in (None, r.number)
        and (not tight or re.sub(r"\s", "", r.attributes["code"] or "").upper().rstrip(".") == tight)
    ]
    found = [r for r in found if r.page == given.page] or found
    if len(found) != 1:
        raise _several_rows(reading, code or f"row {given.row}", found) if found else _no_row(reading, code, given.row)
    return found[0]


def _several_rows(reading: Reading, what: str, found: Sequence[ReadRow]) -> CorrectionFileError:
    names = "; ".join(f"row {r.number}, page {r.page}: {r.attributes['indicator'] or 'no name'}" for r in found)
    problem = f"{len(found)} rows of {reading.file} fit {what} ({names})"
    return CorrectionFileError(_PROMPT, problem, "Give --page or --row as well")


def _no_row(reading: Reading, code: str | None, row: int | None) -> CorrectionFileError:
    if code is None:
        problem = f"{reading.file} has no row {row}"
        return CorrectionFileError(_PROMPT, problem, f"Its rows are 0 to {len(reading.rows) - 1}")
    codes = [r.attributes["code"] or "" for r in reading.rows]
    near = difflib.get_close_matches(code, codes, 3, 0) or ["none is read"]
    problem = f"no row of {reading.file} has the code {code}"
    return CorrectionFileError(_PROMPT, problem, f"Give it as read; the nearest are {', '.join(near)}")


def _drops_row(given: Given) -> bool:
    return given.actions == ["drop"] and given.value is None


def _ask_field() -> str:
    field = str(typer.prompt("Field (annual_goal, goal.2, achieved.1, department ...)"))
    if field not in (*FIGURES, *ATTRIBUTES):
        raise CorrectionFileError(_PROMPT, f"{field} is no field of a row", f"Fields are {', '.join(FIGURES)} ...")
    return field


def _seen(reading: Reading, row: ReadRow | None, field: str) -> Figure:
    """Give what is read: for a text or the header as the text of a figure."""
    if row is None:
        value = reading.header[field]
        return Figure(float(value) if isinstance(value, int) else None, None if value is None else str(value), "")
    if field in ATTRIBUTES:
        return Figure(None, row.attributes[field], "")
    if field not in row.figures:
        raise CorrectionFileError(
            _PROMPT, f"{reading.file} prints no {field} there", f"It has {', '.join(row.figures)}"
        )
    return row.figures[field]


def _show(
    reading: Reading, row: ReadRow | None, field: str | None, pictures: dict[tuple[int, str], Path], as_json: bool
) -> None:
    """Show what is read, and where its picture lies."""
    if as_json:
        return
    screen = console()
    place = "" if row is None else f", page {row.page}, {row.attributes['code']} {row.attributes['indicator'] or ''}"
    screen.print(f"{reading.file} ({reading.sha256[:12]}){place}", soft_wrap=True, markup=False)
    if field is None:
        screen.print("The whole row.")
        return
    seen = _seen(reading, row, field)
    number = "" if seen.value is None else f"{seen.value:,.15g}"
    quality = f" ({seen.quality})" if seen.quality else ""
    screen.print(f"{field}: read {number or seen.text or 'nothing'}{quality}, printed {seen.text or '–'}", markup=False)
    if row is not None and (row.number, field) in pictures:
        screen.print(f"Picture: {path_text(pictures[row.number, field])}", soft_wrap=True)


def _entry(given: Given, reading: Reading, row: ReadRow | None, field: str | None) -> dict[str, Any]:
    """Give the entry as YAML holds it, asking for what is not given."""
    entry: dict[str, Any] = {"document": reading.sha256[:_SHA_DIGITS]}
    if row is not None:
        entry["page"] = row.page
        code = row.attributes["code"]
        twins = [r for r in reading.rows if r.page == row.page and r.attributes["code"] == code]
        if code is not None:
            entry["indicator"] = code
        if code is None or len(twins) > 1:
            entry["row"] = row.number
    if field is not None:
        seen = _seen(reading, row, field)
        entry |= {"field": field, "expect": _plain(seen.value if _is_number(field) else seen.text)}
    entry |= _action(given, field)
    page = given.page or (row.page if row is not None else 1)
    entry["reason"] = given.reason or typer.prompt("Reason")
    entry["evidence"] = {"page": page, "shows": given.evidence or typer.prompt(f"What does page {page} show")}
    entry["by"] = given.by or typer.prompt("By", default=getpass.getuser())
    entry["date"] = date.today()
    return entry


def _action(given: Given, field: str | None) -> dict[str, Any]:
    named = [*given.actions, *(["value"] if given.value is not None else [])]
    if len(named) > 1:
        raise CorrectionFileError(_PROMPT, f"{' and '.join(named)} are given", "Give exactly one of them")
    if given.actions:
        return {given.actions[0]: True}
    text = given.value if given.value is not None else typer.prompt("Right value (or: drop, flag, accept)")
    if given.value is None and text in ("drop", "flag", "accept"):
        return {text: True}
    if field is None or not _is_number(field):
        return {"value": text}
    while (number := _number(text)) is None:
        if given.value is not None:
            raise CorrectionFileError(_PROMPT, f"{text!r} is no number", _DIGITS)
        text = typer.prompt(f"{text!r} is no number. {_DIGITS}")
    return {"value": _plain(number)}


def _number(text: str) -> float | None:
    """Give a number; None where the text is none, or has a comma, which may part thousands or be a decimal point."""
    return float(text) if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", text) else None


_DIGITS = "Write it in digits, with a point and without separators"


def _is_number(field: str) -> bool:
    return field in FIGURES or field in NUMBERS_OF_HEADER


def _plain(value: float | str | None) -> float | int | str | None:
    """Give a whole number as one, for it reads better in YAML."""
    return int(value) if isinstance(value, float) and value == int(value) else value


def _target(reading: Reading, row: ReadRow | None, field: str | None) -> Path:
    """Give the new file: its name tells what it is about, so that nobody writes the same one twice."""
    subject = "report" if row is None else row.attributes["code"] or f"row-{row.number}"
    parts = (reading.sha256[:12], subject, field or "row")
    path = corrections_folder() / ("_".join(re.sub(r"[^\w.-]+", "-", part) for part in parts) + ".yml")
    if path.exists():
        raise CorrectionFileError(path.name, f"{path.parent} has this file already", "Change or remove the entry in it")
    return path
