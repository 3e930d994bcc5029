"""Which columns of numbers a document has, and in which order.

A format prints the annual goal first, and then either all goals before all achieved values, or both quarter by quarter.
Which, the complete runs of the document tell, and the incomplete ones by how well they can be placed. Not here: the
placing (`columns`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from ingest.torn.columns import GOALS, Schema, every_placement
from ingest.torn.statements import Narrative, quotient_fits
from ingest.torn.tokens import Run, Token

_SURE = 1.0
_DECIDED = 4.0
_MOST_PER_ROW = 1.5
Order = tuple[str, ...]


def learn_schema(
    runs: Sequence[Run],
    narratives: Sequence[Narrative],
    rows: Sequence[tuple[Narrative | None, Sequence[Run]]],
    quarter: int,
    text: str,
) -> Schema:
    """Learn the columns of a document.

    Args:
        runs: all runs of the document.
        narratives: all justifications of the document.
        rows: the likeliest justification and runs of each row.
        quarter: the report's quarter, 1 to 4.
        text: the text of the document, for its headings.
    """
    orders = _grouped(quarter), _paired(quarter)
    most = max((len(r.percents()) for r in runs), default=0)
    quarters = range(1, quarter + 1) if most > 2 else (quarter,)
    percents = (*(f"progress_pct.{q}" for q in quarters), *(f"accumulated_pct.{q}" for q in quarters))
    votes = _votes(runs, narratives, orders, quarter)
    votes[orders[1]] += 0.3 * (text.count("Prog.") >= 3 and text.count("Real.") >= 3)
    if abs(votes[orders[0]] - votes[orders[1]]) < _DECIDED:
        for order in orders:
            schema = Schema(order, percents, quarter)
            other = Schema(next(o for o in orders if o != order), percents, quarter)
            votes[order] += sum(_fits_better(told, own, schema, other) for told, own in rows)
    best, rival = sorted(orders, key=lambda o: -votes[o])
    sure = votes[best] - votes[rival] >= _SURE and votes[best] >= 2 * votes[rival]
    return Schema(best, percents if most else (), quarter, sure)


def _votes(
    runs: Sequence[Run], narratives: Sequence[Narrative], orders: tuple[Order, Order], quarter: int
) -> dict[Order, float]:
    votes = dict.fromkeys(orders, 0.0)
    pairs = {
        (n.quarter.goal.value, n.quarter.achieved.value) for n in narratives if n.quarter.goal and n.quarter.achieved
    }
    for run in runs:
        values = [t.value for t in run.counts()]
        for order in orders:
            if len(values) == len(order):
                placed = dict(zip(order, values, strict=True))
                votes[order] += _sums(placed) + 0.5 * _quotients(placed, run.percents(), quarter)
        votes[orders[1]] += 0.4 * any((a, b) in pairs and a != b for a, b in itertools.pairwise(values))
    return votes


def _grouped(quarter: int) -> Order:
    return ("annual_goal", *GOALS, *(f"achieved.{q}" for q in range(1, quarter + 1)))


def _paired(quarter: int) -> Order:
    slots = ["annual_goal"]
    for q in range(1, 5):
        slots += [f"goal.{q}", f"achieved.{q}"] if q <= quarter else [f"goal.{q}"]
    return tuple(slots)


def _sums(values: Mapping[str, float | None]) -> float:
    goals = [values[g] for g in GOALS]
    annual = values["annual_goal"]
    if annual is None or any(g is None for g in goals):
        return 0.0
    return float(annual > 4 and sum(g or 0.0 for g in goals) == annual)


def _quotients(values: Mapping[str, float | None], percents: Sequence[Token], quarter: int) -> int:
    """How many quarters' quotients of achieved and goal are among the percentages; full ones tell nothing."""
    printed = {t.value for t in percents if t.value not in (None, 0.0, 100.0)}
    return sum(
        any(quotient_fits(values[f"achieved.{q}"], values[f"goal.{q}"], pct) for pct in printed)
        for q in range(1, quarter + 1)
    )


def _fits_better(told: Narrative | None, runs: Sequence[Run], schema: Schema, other: Schema) -> float:
    """By how many points, within limits, the numbers of a row can be placed better in these columns than in others."""
    tokens = [t for run in runs for t in run.counts() if t.value is not None]
    if not 4 <= len(tokens) <= len(schema.counts):
        return 0.0
    percents = [t for run in runs for t in run.percents()]
    gain = _best(tokens, percents, told, schema) - _best(tokens, percents, told, other)
    return 0.5 * min(_MOST_PER_ROW, max(0.0, gain))


def _best(tokens: Sequence[Token], percents: Sequence[Token], told: Narrative | None, schema: Schema) -> float:
    found = every_placement(tokens, percents, schema, told, most_spare=0)
    return max((p.score + _alike({s: t.value for s, t in p.tokens.items()}) for p in found), default=0.0)


def _alike(values: Mapping[str, float | None]) -> float:
    """Points for achieved values of about the goal of their quarter, as is usual."""
    score = 0.0
    for slot, value in values.items():
        goal = values.get(f"goal.{slot[-1]}") if slot.startswith("achieved") else None
        if value and goal:
            score += max(-0.8, 0.8 - abs(math.log2(value / goal)))
    return score
