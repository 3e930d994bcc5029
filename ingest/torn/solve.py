"""The figures of one indicator out of its evidence: which are certain, which repaired, which disputed.

A figure is good only where two statements of the document agree on it: a token of the table with the sum of its row,
with a percentage sharp enough to single it out, or with the justification. One that is read but that nothing supports
is disputed, as are those whose column is not certain. Not here: whose evidence it is, and sums over several rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.constraints import shown
from ingest.torn.anchor import shared_weight
from ingest.torn.columns import GOALS, Placement, Schema, implied_by_sum, placements
from ingest.torn.glyphs import one_misreading
from ingest.torn.percents import fill_percents
from ingest.torn.sheet import Figure, Sheet
from ingest.torn.statements import Claim, Narrative, quotient_fits
from ingest.torn.tokens import Run, Token


def solve(
    schema: Schema, runs: Sequence[Run], narrative: Narrative | None, *, runs_sure: bool, narrative_sure: bool
) -> Sheet:
    """Work out the figures of one row.

    Args:
        schema: the columns of the document.
        runs: the runs of the row, in reading order.
        narrative: the justification of the row.
        runs_sure: whether the runs surely belong to this row.
        narrative_sure: whether the justification surely belongs to this row.
    """
    slots = (*schema.counts, *schema.percents)
    counts = [t for run in runs for t in run.counts()]
    percents = [t for run in runs for t in run.percents()]
    narrative = _with_claim_in_place(narrative, percents, schema)
    sheet = Sheet(schema, narrative, runs_sure, {slot: Figure() for slot in slots}, _is_stacked(runs))
    linked = narrative is not None and shared_weight(narrative, runs) >= 1.2
    best = placements(counts, percents, schema, narrative if narrative_sure or linked else None) if counts else []
    _fill(sheet, best)
    if runs_sure:
        _support_by_table(sheet)
    if narrative is not None:
        _support_by_justification(sheet, narrative, sure=narrative_sure)
    _repair_by_sum(sheet)
    fill_percents(sheet, percents, narrative, sure=runs_sure, told=narrative_sure)
    _heed_percent(sheet)
    return sheet


def _with_claim_in_place(narrative: Narrative | None, percents: Sequence[Token], schema: Schema) -> Narrative | None:
    """Take a claim for the year's where the words that tell are lost, but the table's percentages tell it."""
    if narrative is None or narrative.quarter.pct is None or len(percents) != len(schema.percents):
        return narrative
    printed = {slot: t.value for slot, t in zip(schema.percents, percents, strict=True)}
    said, q = narrative.quarter.pct.value, schema.quarter
    if said == printed.get(f"progress_pct.{q}") or said != printed.get(f"accumulated_pct.{q}"):
        return narrative
    return replace(narrative, quarter=Claim(None, None, None), year=narrative.quarter)


def _heed_percent(sheet: Sheet) -> None:
    """Doubt what only the justification confirms, where the table's own percentage contradicts it."""
    q = sheet.schema.quarter
    found = sheet.figures.get(f"progress_pct.{q}")
    if sheet.whole or found is None or found.token is None or found.dispute is None or found.repair is not None:
        return
    for slot in (f"goal.{q}", f"achieved.{q}"):
        part = sheet.figures[slot]
        if part.support <= {"justification", "progress"}:
            part.dispute = part.dispute or f"the table prints {found.token.text}, but {found.dispute}"


def _is_stacked(runs: Sequence[Run]) -> bool:
    """Whether the counts stand in several lines, which an engine may have put in any order."""
    lines = {(run.first, run.last) for run in runs if run.counts()}
    return len(lines) > 1 or any(first < last for first, last in lines)


def _fill(sheet: Sheet, best: Sequence[Placement]) -> None:
    """Put the tokens in their columns as the placement does that agrees most with the others; where these differ,
    the column is in dispute."""
    if not best:
        return
    slots = sheet.schema.counts
    votes = {slot: Counter(p.completed(slot) for p in best) for slot in slots}
    chosen = max(best, key=lambda p: (sum(votes[s][p.completed(s)] for s in slots), p.score))
    for slot in slots:
        found = sheet.figures[slot]
        # What only a sum leads to is no reading: see `_deduce`.
        found.token, found.value = chosen.tokens.get(slot), chosen.value(slot)
        if len({p.value(slot) for p in best}) > 1:
            found.displaced = True
            found.dispute = "the column of this number is not certain, as others of its row were lost"


def _support_by_table(sheet: Sheet) -> None:
    """What the sum of the quarters says of a row's own figures."""
    slots = ("annual_goal", *GOALS)
    values = sheet.values(slots)
    open_places = any(sheet.figures[s].dispute is not None for s in slots)
    chance = not sheet.whole and (open_places or min(values.values(), default=0) < 10)
    chance = chance or _is_out_of_order(sheet)
    if len(values) == 5 and values["annual_goal"] == sum(values[g] for g in GOALS) and not chance:
        # A sum does not see the order of its parts.
        ordered = not sheet.stacked or len({values[g] for g in GOALS}) == 1
        sheet.agree(slots if ordered else ["annual_goal"], "quarters_sum")


def _is_out_of_order(sheet: Sheet) -> bool:
    """Whether the justification states the goal of the quarter, and the table has it for another quarter only."""
    said = sheet.narrative.quarter.goal if sheet.narrative is not None else None
    if said is None or said.value is None or said.value < 10:
        return False
    values = sheet.values(GOALS)
    return values.get(f"goal.{sheet.schema.quarter}") != said.value and said.value in values.values()


def _support_by_justification(sheet: Sheet, narrative: Narrative, *, sure: bool) -> None:
    q = sheet.schema.quarter
    now, year = narrative.quarter, narrative.year
    if sure and sheet.certain:
        _support_by_percent(sheet, narrative)
    _restate(sheet, f"goal.{q}", now.goal, now, sure=sure)
    _restate(sheet, f"achieved.{q}", now.achieved, now, sure=sure)
    _restate(sheet, f"goal.{q}", now.goal, now, sure=sure)  # the achieved value may by now speak for it
    _restate(sheet, "annual_goal", year.goal, year, sure=sure)
    done = [f"achieved.{n}" for n in range(1, q + 1)]
    if q == 1:
        _restate(sheet, "achieved.1", year.achieved, year, sure=sure)
    elif year.achieved is not None and year.achieved.value is not None:
        _accumulate(sheet, done, year, sure=sure)
    if sure and sheet.certain:
        _support_by_percent(sheet, narrative)


def _restate(sheet: Sheet, slot: str, said: Token | None, claim: Claim, *, sure: bool) -> None:
    """Compare a column with the figure that the justification restates."""
    if said is None or said.value is None:
        return
    found = sheet.figures[slot]
    own = found.repair is not None and found.repair.startswith("justification")
    if found.value == said.value and found.token is not None and not own:
        # A restated figure also decided between the columns where numbers were lost: then it must be sharp.
        settled = sheet.whole or found.dispute is None or claim.agrees
        if (sure or sheet.certain) and settled and _is_usable(sheet, slot, claim):
            found.support.add("justification")
            found.dispute, found.displaced = None, False
        return
    trusted = sure and slot != "annual_goal" and not _is_one_reading(sheet, claim)
    trusted = trusted and (claim.agrees or _fits_with_table(sheet, slot, said, claim))
    misread = (
        found.token is not None
        and not found.support
        and (one_misreading(found.token.text, said.value) or _is_outvoted(sheet, slot, claim))
    )
    misread = misread and not sheet.contradicts
    if found.value is None or (trusted and misread) or (own and found.value == said.value):
        how = "where the table was misread" if found.token is not None else "restated there"
        found.value, found.token = said.value, found.token or said
        found.repair = f"justification: {shown(said.value)} {how}"
        found.dispute = None if trusted else "only the justification states it, and nothing singles it out"
        if trusted:
            found.support.add("justification")
    elif not found.support and trusted:
        found.dispute = f"the justification says {shown(said.value)}"


def _is_one_reading(sheet: Sheet, claim: Claim) -> bool:
    """Whether a justification states the same figure twice, and the table nowhere: both may be misread alike."""
    a, g, q = claim.achieved, claim.goal, sheet.schema.quarter
    if a is None or g is None or a.value != g.value:
        return False
    columns = [sheet.figures[f"achieved.{q}"], sheet.figures[f"goal.{q}"]]
    return not any(f.token is not None and f.repair is None and f.value == a.value for f in columns)


def _is_outvoted(sheet: Sheet, slot: str, claim: Claim) -> bool:
    """Whether the table confirms the other figure of a claim that agrees with its percentage: then this one is
    what the justification says, however it was garbled."""
    q = sheet.schema.quarter
    other, said = (f"goal.{q}", claim.goal) if slot.startswith("achieved") else (f"achieved.{q}", claim.achieved)
    found = sheet.figures[other]
    table = found.is_good and found.repair is None and found.token is not None
    return (
        claim.agrees
        and claim.pct is not None
        and claim.pct.value != 100
        and table
        and said is not None
        and found.value == said.value
    )


def _is_usable(sheet: Sheet, slot: str, claim: Claim) -> bool:
    """Whether what a justification restates may confirm a figure: where its own figures do not make the percentage
    that it states, only if the table confirms the other one of them."""
    a, g = claim.achieved, claim.goal
    if a is None or g is None or claim.pct is None:
        said = a if slot.startswith("achieved") else g
        # One figure alone may be the goal or what was achieved: the table must tell, without it.
        return said is not None and said.value is not None and said.value >= 100 and sheet.whole and not sheet.sum_fails
    if quotient_fits(a.value, g.value, claim.pct.value):
        # Alike figures may be misread alike: then the sum of the quarters does not hold.
        return not sheet.sum_fails or claim.agrees or claim.pct.value != 100
    goal = sheet.figures[f"goal.{sheet.schema.quarter}"]
    return slot.startswith("achieved") and goal.is_good and goal.value == g.value


def _fits_with_table(sheet: Sheet, slot: str, said: Token, claim: Claim) -> bool:
    """Whether a restated figure and a figure that the table confirms make the percentage stated."""
    q = sheet.schema.quarter
    goal = sheet.figures[f"goal.{q}"]
    if slot != f"achieved.{q}" or not goal.is_good or claim.pct is None:
        return False
    return quotient_fits(said.value, goal.value, claim.pct.value, sharp=True)


def _accumulate(sheet: Sheet, done: Sequence[str], year: Claim, *, sure: bool) -> None:
    """Compare the achieved values with their sum as the justification states it."""
    assert year.achieved is not None
    assert year.achieved.value is not None
    total, known = year.achieved.value, sheet.values(done)
    if len(known) == len(done) and sum(known.values()) == total:
        # Where numbers were lost, the others may have changed places, which leaves their sum as it is.
        if sure and sheet.whole:
            sheet.agree(done, "accumulated")
        return
    open_slots = [s for s in done if not sheet.figures[s].is_good]
    if len(open_slots) != 1:
        return
    slot = open_slots[0]
    rest = total - sum(v for s, v in known.items() if s != slot)
    found = sheet.figures[slot]
    detail = f"accumulated: {shown(total)} - " + " - ".join(shown(known[s]) for s in done if s != slot)
    misread = found.token is not None and one_misreading(found.token.text, rest)
    if rest < 0 or (found.token is not None and found.value is not None and not misread):
        found.dispute = found.dispute or f"the justification says {shown(total)} for the year so far"
    elif found.value is None or misread:
        trusted = sure and year.agrees
        if trusted or found.value is None:
            found.value, found.repair = rest, detail
        found.dispute = None if trusted else f"{detail}, which no percentage singles out"
        if trusted:
            found.support.add("accumulated")


def _support_by_percent(sheet: Sheet, narrative: Narrative) -> None:
    """What the percentages in the justification say of the table's own figures."""
    q = sheet.schema.quarter
    now, year = narrative.quarter.pct, narrative.year.pct
    a, g = f"achieved.{q}", f"goal.{q}"
    alike = sheet.value(a) == sheet.value(g) and sheet.sum_fails  # two equal figures may be misread alike
    if now is not None and not alike and quotient_fits(sheet.value(a), sheet.value(g), now.value, sharp=True):
        sheet.agree([s for s in (a, g) if sheet.figures[s].token is not None], "progress")
    done = [f"achieved.{n}" for n in range(1, q + 1)]
    known = sheet.values(done)
    whole = sheet.value("annual_goal")
    if year is not None and len(known) == q and quotient_fits(sum(known.values()), whole, year.value, sharp=True):
        parts = done if sheet.whole or q == 1 else []
        sheet.agree([s for s in (*parts, "annual_goal") if sheet.figures[s].token is not None], "accumulated")


def _repair_by_sum(sheet: Sheet) -> None:
    """One column that is lost or misread, from the sum of the quarters and the four others."""
    slots = ("annual_goal", *GOALS)
    values = sheet.values(slots)
    lost = [s for s in slots if s not in values]
    if len(lost) == 1:
        _deduce(sheet, lost[0], values)
    elif not lost and values["annual_goal"] != sum(values[g] for g in GOALS):
        _mend(sheet, slots, values)


def _deduce(sheet: Sheet, slot: str, values: Mapping[str, float]) -> None:
    implied = implied_by_sum(values, slot)
    if implied is None or implied < 0:
        return
    found = sheet.figures[slot]
    found.value, found.repair = implied, _sum_detail(slot, values)
    others = [sheet.figures[s] for s in values]
    if all(o.is_good for o in others) and slot != "annual_goal":
        found.support.add("quarters_sum")
        found.dispute = None
    else:
        found.dispute = f"{found.repair}, of which not all are certain"


def _mend(sheet: Sheet, slots: Sequence[str], values: Mapping[str, float]) -> None:
    """Change one misread goal where the four others are confirmed otherwise, or it is restated itself.

    A clean annual goal that the quarters do not sum to is as likely a misprint: it stays as printed, disputed.
    """
    fits: list[tuple[str, float]] = []
    for slot in slots:
        found = sheet.figures[slot]
        implied = implied_by_sum({s: v for s, v in values.items() if s != slot}, slot)
        if slot == "annual_goal" or found.token is None or found.support or implied is None or implied < 0:
            continue
        if one_misreading(found.token.text, implied):
            fits.append((slot, implied))
    if len(fits) == 1 and sheet.certain and sheet.whole and _is_backed(sheet, slots, *fits[0]):
        slot, implied = fits[0]
        found = sheet.figures[slot]
        others = {s: v for s, v in values.items() if s != slot}
        found.value, found.repair, found.dispute = implied, _sum_detail(slot, others), None
        sheet.agree(slots, "quarters_sum")
        return
    reason = f"quarters_sum: the quarters do not sum to {shown(values['annual_goal'])}"
    for slot in slots:
        if not sheet.figures[slot].support:
            sheet.figures[slot].dispute = sheet.figures[slot].dispute or reason


def _is_backed(sheet: Sheet, slots: Sequence[str], slot: str, implied: float) -> bool:
    if all(sheet.figures[s].is_good for s in slots if s != slot):
        return True
    said = sheet.narrative.quarter.goal if sheet.narrative is not None else None
    return slot == f"goal.{sheet.schema.quarter}" and said is not None and said.value == implied


def _sum_detail(slot: str, values: Mapping[str, float]) -> str:
    goals = [shown(values[g]) for g in GOALS if g != slot and g in values]
    if slot == "annual_goal":
        return "quarters_sum: " + " + ".join(goals)
    return f"quarters_sum: {shown(values['annual_goal'])} - " + " - ".join(goals)
