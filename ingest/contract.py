"""The JSON of a reading: a stable contract for other programs. A change here is a change of version."""

from __future__ import annotations

from typing import Any

from ingest.indicators import MEASURES, Extraction, Finding, IndicatorRow, Rejected, Value


def to_json(extraction: Extraction) -> dict[str, Any]:
    """Give an extraction as plain JSON values; the shape is told in `docs/reading-contract.md`."""
    header = extraction.header
    return {
        "document": {
            "sha256": extraction.sha256,
            "file": extraction.file,
            "kind": extraction.kind.value,
            "pages": extraction.pages,
            "profile": extraction.profile,
            "municipality": header.municipality,
            "state": header.state,
            "entity": header.entity,
            "program_code": header.program_code,
            "program_name": header.program_name,
            "fiscal_year": header.fiscal_year,
            "quarter": header.quarter,
            "plan": header.plan,
            "unsure": list(header.unsure),
        },
        "rows": [_row(row) for row in extraction.rows],
        "rejected": [_rejected(piece) for piece in extraction.rejected],
    }


def _row(row: IndicatorRow) -> dict[str, Any]:
    labels = ("page", "level", "code", "department", "objective", "indicator", "acronym", "frequency", "unit",
              "variable_unit")  # fmt: skip
    return {
        **{label: getattr(row, label) for label in labels},
        "annual_goal": _value(row.annual_goal),
        **{measure: [_value(v) for v in getattr(row, measure)] for measure in MEASURES},
        "justification": row.justification,
        "findings": [_finding(f) for f in row.findings],
        "unsure": list(row.unsure),
    }


def _value(value: Value | None) -> dict[str, Any] | None:
    if value is None:
        return None
    number = value.value
    return {
        "value": int(number) if number is not None and number == int(number) else number,
        "text": value.text,
        "quality": value.quality.value,
        "reason": value.reason,
        "page": value.page,
        "box": None if value.box is None else value.box.as_list(),
        "span": None if value.span is None else [value.span.start, value.span.end],
        "confidence": value.confidence,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule.value, "fields": list(finding.fields), "detail": finding.detail}


def _rejected(piece: Rejected) -> dict[str, Any]:
    return {"page": piece.page, "text": piece.text, "reason": piece.reason}
