"""The constraints that a row put together from torn text violates, by the same checks as on exact text.

Only figures whose column and row are certain are checked: a number in the wrong place violates nothing of the
publisher's. A misread digit may still look like a misprint; the reader cannot tell, and the finding says what it saw.
Not here: the checks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.cells import Span
from ingest.constraints import Check, check_row
from ingest.indicators import Finding, IndicatorRow
from ingest.justification import Figure, Scope, Statement
from ingest.torn.sheet import Sheet
from ingest.torn.statements import Claim
from ingest.torn.tokens import Token


def find_violations(row: IndicatorRow, sheet: Sheet, *, narrative_sure: bool) -> tuple[Finding, ...]:
    """Give the findings of one row; none where its numbers are not surely its own."""
    if not sheet.certain:
        return ()
    said = tuple(_statements(sheet)) if narrative_sure else ()
    checks = check_row(row, said, sheet.schema.quarter)
    return tuple(Finding(c.rule, c.fields, c.detail) for c in checks if not c.holds and _is_placed(c, sheet))


def _is_placed(check: Check, sheet: Sheet) -> bool:
    """Whether all figures of a check were read in the table, and in no doubtful column."""
    figures = [sheet.figures.get("annual_goal" if f == "annual_goal" else f) for f in check.fields]
    return all(f is not None and f.token is not None and not f.displaced for f in figures)


def _statements(sheet: Sheet) -> Iterator[Statement]:
    if sheet.narrative is not None:
        yield _statement(Scope.QUARTER, sheet.narrative.quarter)
        yield _statement(Scope.YEAR, sheet.narrative.year)


def _statement(scope: Scope, claim: Claim) -> Statement:
    return Statement(scope, _figure(claim.achieved), _figure(claim.goal), _figure(claim.pct))


def _figure(token: Token | None) -> Figure | None:
    if token is None or token.value is None:
        return None
    decimals = len(token.text.rpartition(".")[2]) if "." in token.text and token.value != int(token.value) else 0
    return Figure(token.value, token.text, decimals, Span(token.start, token.end))
