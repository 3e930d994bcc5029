"""Which number of a run stands in which column: every way to fill the columns.

In incomplete runs the tokens keep their order, so that there is a limited number of ways to place them, and what the
document says elsewhere decides. Not here: what the columns are (`schema`), and how good a value is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.torn.glyphs import one_misreading
from ingest.torn.statements import Claim, Narrative, quotient_fits
from ingest.torn.tokens import Token

GOALS = ("goal.1", "goal.2", "goal.3", "goal.4")
_NEAR = 0.6
_MOST_TOKENS = 10


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of numbers in the order of printing: counts, then percentages.

    `sure` is False where the document does not tell this order from the other usual one.
    """

    counts: tuple[str, ...]
    percents: tuple[str, ...]
    quarter: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Placement:
    """One way to fill the columns with the tokens of a run, and how well it agrees with everything else."""

    tokens: Mapping[str, Token]
    score: float

    def value(self, slot: str) -> float | None:
        """The number in a column, or None."""
        token = self.tokens.get(slot)
        return token.value if token is not None else None

    def completed(self, slot: str) -> float | None:
        """The number in a column, or what the sum of the quarters leaves for it where it alone is lost."""
        value = self.value(slot)
        if value is not None or slot not in ("annual_goal", *GOALS):
            return value
        implied = implied_by_sum({s: t.value for s, t in self.tokens.items() if t.value is not None}, slot)
        return implied if implied is not None and implied >= 0 else None


def placements(
    tokens: Sequence[Token], percents: Sequence[Token], schema: Schema, narrative: Narrative | None
) -> list[Placement]:
    """Give the best ways to place the tokens, best first: all that score about as well as the best one."""
    found = every_placement(tokens, percents, schema, narrative)
    return [p for p in found if p.score >= found[0].score - _NEAR]


def every_placement(
    tokens: Sequence[Token],
    percents: Sequence[Token],
    schema: Schema,
    narrative: Narrative | None,
    *,
    most_spare: int = 2,
) -> list[Placement]:
    """Give all ways to place the tokens that leave out at most `most_spare` of them, or more where they are too many,
    best first."""
    if not tokens:
        return []
    if len(tokens) > min(_MOST_TOKENS, len(schema.counts)):
        tokens = [t for t in tokens if t.value is not None]
    tokens = tokens[: _MOST_TOKENS + 1]
    over = max(0, len(tokens) - len(schema.counts))
    spare = over + min(max(0, most_spare - (over > 0)), len(tokens) - 1)
    printed = dict(zip(schema.percents, percents, strict=True)) if len(percents) == len(schema.percents) else {}
    whole = len(schema.counts)
    found = [
        # As many tokens as columns are most likely just these columns.
        Placement(way, score_of(way, printed, narrative, schema.quarter) - cost + 3.0 * (len(way) == whole))
        for way, cost in _ways(tokens, schema.counts, spare)
    ]
    return sorted(found, key=lambda p: -p.score)


def _ways(
    tokens: Sequence[Token], slots: Sequence[str], spare: int, *, inside: bool = False
) -> Iterator[tuple[dict[str, Token], float]]:
    """Every way to place tokens in rising slots, leaving out at most `spare` of them, with the cost of leaving out.

    Strays stand before or behind the numbers of a row rather than between them (`inside`).
    """
    if not tokens:
        yield {}, 0.0
        return
    token, rest = tokens[0], tokens[1:]
    for n, slot in enumerate(slots):
        if len(rest) - spare <= len(slots) - n - 1:
            for way, cost in _ways(rest, slots[n + 1 :], spare, inside=True):
                yield {slot: token, **way}, cost
    if spare:
        for way, cost in _ways(rest, slots, spare - 1, inside=inside):
            between = 0.7 if inside and way else 0.0
            yield way, cost + between + (1.5 if token.exact else 0.4 if token.value is not None else 0.1)


def score_of(
    way: Mapping[str, Token], printed: Mapping[str, Token], narrative: Narrative | None, quarter: int
) -> float:
    """How well a placement agrees with its own sums, with percentages and with the justification."""
    values = {slot: t.value for slot, t in way.items() if t.value is not None}
    score = _sum_score(way, values)
    for q in range(1, quarter + 1):
        score += _quotient_score(values, printed, q)
    if narrative is not None:
        score += _claim_score(way, narrative.quarter, f"achieved.{quarter}", f"goal.{quarter}")
        score += _claim_score(way, narrative.year, "", "annual_goal")
        score += _year_score(values, narrative.year, quarter)
        score += _implied_score(values, narrative, quarter)
    return score


def _sum_score(way: Mapping[str, Token], values: Mapping[str, float]) -> float:
    slots = ("annual_goal", *GOALS)
    lost = [s for s in slots if s not in values]
    if len(lost) > 1:
        known = sum(values.get(g, 0.0) for g in GOALS)
        if known > values.get("annual_goal", known):
            return -3.0
        return 1.5 if even_share(values) is not None else 0.0
    if lost:
        implied = implied_by_sum(values, lost[0])
        if implied is None or implied < 0:
            return -4.0
        # Small and repeated goals sum by chance as well, when another number of the row is the one that was lost.
        usual = implied < 10 or implied in values.values()
        return 3.6 if usual and lost[0] != "annual_goal" else 0.0
    if values["annual_goal"] == sum(values[g] for g in GOALS):
        return 4.0
    near = any(
        (v := implied_by_sum({k: x for k, x in values.items() if k != s}, s)) is not None
        and one_misreading(way[s].text, v)
        for s in slots
    )
    return 0.8 if near else -3.0


def even_share(values: Mapping[str, float]) -> float | None:
    """The goal of each lost quarter, where the rest of the year shared evenly among them is a goal of the others."""
    lost = [g for g in GOALS if g not in values]
    if not lost or "annual_goal" not in values:
        return None
    known = {values[g] for g in GOALS if g in values}
    share = (values["annual_goal"] - sum(values[g] for g in GOALS if g in values)) / len(lost)
    return share if share in known else None


def implied_by_sum(values: Mapping[str, float], slot: str) -> float | None:
    """What a column must hold for the quarters to sum to the year, where the four others are known."""
    others = [values.get(s) for s in ("annual_goal", *GOALS) if s != slot]
    if any(v is None for v in others):
        return None
    goals = sum(values.get(g, 0.0) for g in GOALS if g != slot)
    return goals if slot == "annual_goal" else values["annual_goal"] - goals


def _quotient_score(values: Mapping[str, float], printed: Mapping[str, Token], q: int) -> float:
    token = printed.get(f"progress_pct.{q}")
    a, g = values.get(f"achieved.{q}"), values.get(f"goal.{q}")
    if token is None or a is None or g is None:
        return 0.0
    fits = quotient_fits(a, g, token.value)
    return (0.7 if token.value == 100 else 1.5) if fits else -0.7


def _claim_score(way: Mapping[str, Token], claim: Claim, achieved: str, goal: str) -> float:
    score = 0.0
    for slot, token in ((achieved, claim.achieved), (goal, claim.goal)):
        placed = way.get(slot)
        if token is None or token.value is None or placed is None or placed.value is None:
            continue
        if placed.value == token.value:
            score += 3.0 if token.value >= 10 else 1.5
        else:
            score += 1.2 if one_misreading(placed.text, token.value) else -1.5
    return score


def _year_score(values: Mapping[str, float], claim: Claim, quarter: int) -> float:
    done = [values.get(f"achieved.{q}") for q in range(1, quarter + 1)]
    if claim.achieved is None or claim.achieved.value is None:
        return 0.0
    known = sum(d for d in done if d is not None)
    if all(d is not None for d in done):
        return 3.0 if known == claim.achieved.value else -1.0
    return -3.0 if known > claim.achieved.value else 0.0


def _implied_score(values: Mapping[str, float], narrative: Narrative, quarter: int) -> float:
    """Points where a figure that the run lost is restated, and agrees with the sums of what is left."""
    score = 0.0
    for slot, token in ((f"goal.{quarter}", narrative.quarter.goal), ("annual_goal", narrative.year.goal)):
        if slot not in values and token is not None:
            score += 2.5 * (implied_by_sum(values, slot) == token.value)
    last = f"achieved.{quarter}"
    year, now = narrative.year.achieved, narrative.quarter.achieved
    done = [values.get(f"achieved.{q}") for q in range(1, quarter)]
    if last not in values and year is not None and now is not None and all(d is not None for d in done):
        score += 2.5 * (sum(d or 0.0 for d in done) + (now.value or 0.0) == year.value)
    return score
