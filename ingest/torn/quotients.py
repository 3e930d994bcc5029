"""The likeliest columns of printed percentages, and how well these agree with a way to place the counts.

Not here: what is certain of them (`percents`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.torn.align import align
from ingest.torn.sheet import Sheet, parts_of
from ingest.torn.statements import Narrative
from ingest.torn.tokens import Token

_NEAR = 0.0101


def place_percents(
    sheet: Sheet, percents: Sequence[Token], values: Mapping[str, float], narrative: Narrative | None
) -> tuple[dict[str, Token], float]:
    """Place percentages, which keep their order, by what they should be and what the justification says.

    Returns:
        The token of each column, and how well these agree with the counts in `values`.
    """
    slots = sheet.schema.percents
    if not percents or not slots:
        return {}, 0.0
    said, should = _said(sheet, narrative), {slot: _quotient(slot, values) for slot in slots}
    scores = [[_score(slot, t, said.get(slot), should[slot]) for slot in slots] for t in percents]
    placed = {slots[row]: percents[item] for item, (row, _) in align(scores, skip_item=0.1, skip_row=0.0).items()}
    agreement = 0.0
    for slot, token in placed.items():
        expected = should[slot]
        if expected is not None and token.value is not None:
            near = abs(expected - token.value) <= _NEAR
            agreement += (0.5 if token.value == 100 else 1.5) if near else -0.5
    return placed, agreement + _one_year(placed, values)


def _one_year(placed: Mapping[str, Token], values: Mapping[str, float]) -> float:
    """Points where the accumulated percentages are all of one annual goal, if this itself is not known."""
    if values.get("annual_goal"):
        return 0.0
    low, high, count = 0.0, float("inf"), 0
    for slot, token in placed.items():
        done = parts_of(slot)[0] if slot.startswith("accumulated") else []
        if not done or not token.value or any(s not in values for s in done):
            continue
        total = sum(values[s] for s in done)
        low = max(low, 100 * total / (token.value + _NEAR))
        high = min(high, 100 * total / max(token.value - _NEAR, _NEAR))
        count += 1
    if count < 2:
        return 0.0
    return 1.5 if low <= high else -0.5


def _quotient(slot: str, values: Mapping[str, float]) -> float | None:
    done, whole = parts_of(slot)
    goal = values.get(whole)
    if not goal or any(s not in values for s in done):
        return None
    return 100 * sum(values[s] for s in done) / goal


def _said(sheet: Sheet, narrative: Narrative | None) -> dict[str, float | None]:
    if narrative is None:
        return {}
    q, claims = sheet.schema.quarter, (narrative.quarter, narrative.year)
    slots = (f"progress_pct.{q}", f"accumulated_pct.{q}")
    return {slot: c.pct.value for slot, c in zip(slots, claims, strict=True) if c.pct is not None}


def _score(slot: str, token: Token, said: float | None, should: float | None) -> float:
    if token.value is None:
        return 0.1
    score = 0.3 + _usual(slot, token.value)
    if said is not None:
        score += 2.0 if said == token.value else -1.0
    if should is not None:
        score += 2.0 if abs(should - token.value) <= _NEAR else -0.2
    return score


def _usual(slot: str, value: float) -> float:
    """Up to 0.4 points for a quarter's goal about met, and for a year of which about so many quarters are over."""
    measure, _, quarter = slot.partition(".")
    usual = 100.0 if measure == "progress_pct" else 25.0 * int(quarter)
    return max(-0.2, 0.4 - abs(value - usual) / 75)
