"""From the lines of a torn text to the rows of its indicators: the entry to this package.

Here belongs the order of the steps. Not here: the steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.cells import Cell, Reading
from ingest.errors import NotAReportError
from ingest.indicators import Header, IndicatorRow, Quarterly, Rejected, Value
from ingest.profile import Profile
from ingest.torn.anchor import SURE, Anchored, Evidence, anchor, shared_weight, stands_at_top
from ingest.torn.codes import Skeleton, find_skeleton
from ingest.torn.columns import Schema
from ingest.torn.deduced import with_deduced_rows
from ingest.torn.departments import find_departments
from ingest.torn.findings import find_violations
from ingest.torn.glyphs import one_misreading
from ingest.torn.heading import complete_header, find_header
from ingest.torn.implied import fill_implied, fill_rollups
from ingest.torn.labels import Labels, find_labels
from ingest.torn.likely import fill_likely
from ingest.torn.regroup import is_open, regroup
from ingest.torn.schema import learn_schema
from ingest.torn.sheet import Sheet, to_value
from ingest.torn.solve import solve
from ingest.torn.statements import Narrative, find_narratives
from ingest.torn.streams import split_lines, spread
from ingest.torn.tokens import Run, find_runs
from ingest.words import plain

_VOCABULARY = (
    "trimestral", "meta", "indicador", "unidad de medida", "componente", "actividad", "proposito", "porcentaje",
    "programad", "presupuest",
)  # fmt: skip
_LEAST_VOCABULARY = 4
_NEAR_LINES = 4
_TIE, _FULL, _TELLING = 0.5, 5, 10


def interpret(
    reading: Reading, profile: Profile, *, file: str = "the text"
) -> tuple[Header, tuple[IndicatorRow, ...], tuple[Rejected, ...]]:
    """Put together the indicators of a torn text, every value with its final quality.

    Raises:
        NotAReportError: the text has no codes of one program, or not the words of such a report.
    """
    lines = reading.lines
    skeleton = find_skeleton(lines)
    if skeleton is None or not _is_report(lines):
        raise NotAReportError(
            file,
            "the text holds no indicator codes of one program, or not the words of a quarterly report of goals",
            "if it is a report, run the text recognition again with a better scan; if it is none, leave it out",
        )
    runs = find_runs(lines)
    narratives = _narratives(lines, skeleton, runs)
    skeleton = with_deduced_rows(lines, skeleton, narratives, runs)
    anchored = anchor(lines, skeleton, narratives, runs)
    likely = regroup(anchored)
    chosen = [
        second if is_open(first) else first for first, second in zip(anchored.evidence, likely.evidence, strict=True)
    ]
    header = find_header(lines, profile, narratives)
    departments, publisher = find_departments(lines, skeleton, header)
    header = complete_header(header, skeleton, publisher, departments)
    labels = find_labels(lines, skeleton, anchored, profile, departments)
    text = "\n".join(line.text for line in lines)
    schema = learn_schema(
        runs, narratives, [(e.narrative, [run for run, _ in e.runs]) for e in chosen], header.quarter or 4, text
    )
    sheets = _sheets(chosen, likely, schema, split_lines(runs, lines), lines, quarter_known=header.quarter is not None)
    rows = tuple(
        _row(skeleton, evidence, sheet, own)
        for evidence, sheet, own in zip(chosen, sheets, labels, strict=True)
        if _exists(evidence, likely)
    )
    return header, rows, tuple(_rejected(lines, likely))


def _is_report(lines: Sequence[Cell]) -> bool:
    text = plain(" ".join(line.text for line in lines))
    return sum(word in text for word in _VOCABULARY) >= _LEAST_VOCABULARY


def _narratives(lines: Sequence[Cell], skeleton: Skeleton, runs: Sequence[Run]) -> tuple[Narrative, ...]:
    marks = [p.mark for p in skeleton.places if p.mark is not None]
    codes = [(m.line, m.column, m.end) for m in marks]
    found = find_narratives(lines, runs, codes)
    if stands_at_top(skeleton.places, found):
        found = find_narratives(lines, runs, codes, {m.line for m in marks})
    return found


def _sheets(
    chosen: Sequence[Evidence],
    likely: Anchored,
    schema: Schema,
    segments: Sequence[Run],
    lines: Sequence[Cell],
    *,
    quarter_known: bool,
) -> list[Sheet]:
    """Work out every row from what is certain of it, and fill in what is likely."""
    # Without the report's quarter nobody knows of which the achieved values and the justifications speak.
    sheets = [_sheet(e, schema) if quarter_known else _unsure_sheet(e, schema) for e in chosen]
    fixed = {
        f.token.start: n
        for n, sheet in enumerate(sheets)
        for f in sheet.figures.values()
        if f.token is not None and (f.is_good or sheet.certain)
    }
    spreading = spread(likely.evidence, fixed, segments, lines, schema)
    for evidence, sheet, own in zip(likely.evidence, sheets, spreading, strict=True):
        fill_likely(sheet, own, evidence.narrative if quarter_known else None)
        fill_implied(sheet)
    fill_rollups({e.place.code: sheet for e, sheet in zip(likely.evidence, sheets, strict=True)})
    for sheet in sheets:
        fill_implied(sheet)
    return sheets


def _sheet(evidence: Evidence, schema: Schema) -> Sheet:
    narrative_sure = evidence.narrative is not None and evidence.narrative_margin >= SURE
    sure = [
        run
        for run, margin in evidence.runs
        if margin >= SURE and (run in evidence.steady or _linked(evidence, run, narrative_sure))
    ]
    together = _together(sure) if schema.sure else []
    if any(_belied(evidence, run) for run in sure):
        together, narrative_sure = [], False
    # Numbers for two rows: the code of the second is lost, and its justification may be mixed with this one.
    narrative_sure = narrative_sure and bool(together or not sure or not schema.sure) and _is_tied(evidence)
    most = sorted((run for run, _ in evidence.runs), key=lambda r: -len(r.tokens))
    runs = together or most[:1]
    sheet = solve(schema, runs, evidence.narrative, runs_sure=bool(together), narrative_sure=narrative_sure)
    if together and narrative_sure and sheet.contradicts:
        return solve(schema, runs, evidence.narrative, runs_sure=False, narrative_sure=narrative_sure)
    return sheet


def _unsure_sheet(evidence: Evidence, schema: Schema) -> Sheet:
    runs = [run for run, _ in evidence.runs][:1]
    return solve(schema, runs, None, runs_sure=False, narrative_sure=False)


def _together(runs: Sequence[Run]) -> list[Run]:
    """The runs that are the numbers of one row: those near each other.

    Where there are several such groups, the only one with several counts; none where there are two of these, as
    the code of the second row was lost then, and its justification with it.
    """
    groups: list[list[Run]] = []
    for run in runs:
        # Two lines with several counts each are two rows of the table.
        apart = bool(groups) and run.first - groups[-1][-1].last > _NEAR_LINES
        if not groups or apart or (not run.alone and _is_full([run]) and _is_full(groups[-1])):
            groups.append([run])
        else:
            groups[-1].append(run)
    full = [group for group in groups if _is_full(group)]
    if len(full) == 1:
        return full[0]
    return groups[0] if len(groups) == 1 else []


def _is_full(group: Sequence[Run]) -> bool:
    return any(len(run.counts()) >= 3 for run in group)


def _belied(evidence: Evidence, run: Run) -> bool:
    """Whether a justification states what was achieved, or of what goal, and the run has nothing of the kind."""
    if evidence.narrative is None or len(run.counts()) < 3:
        return False
    claim, counts = evidence.narrative.quarter, run.counts()
    said = {t.value for t in (claim.achieved, claim.goal) if t is not None}
    if said and not said & {t.value for t in counts}:
        return True
    done = claim.achieved.value if claim.achieved is not None else None
    full = len(counts) >= _FULL and done is not None and done >= _TELLING
    return full and not any(one_misreading(t.text, done or 0.0) for t in counts)


def _is_tied(evidence: Evidence) -> bool:
    """Whether more than fitting arithmetic ties a justification to the row: its code, or a figure of the table."""
    mark, told = evidence.place.mark, evidence.narrative
    if mark is None or told is None:
        return False
    beside = evidence.place.is_exact and told.first - 1 <= mark.line <= min(told.last + 1, told.first + _NEAR_LINES)
    return beside or shared_weight(told, [run for run, _ in evidence.runs]) >= _TIE


def _linked(evidence: Evidence, run: Run, narrative_sure: bool) -> bool:
    """Whether a run repeats figures of a justification that surely is of this row, or stands in its lines."""
    if evidence.narrative is None or not narrative_sure:
        return False
    return run in evidence.inside or shared_weight(evidence.narrative, [run]) >= 1.2


def _exists(evidence: Evidence, anchored: Anchored) -> bool:
    """Whether there is anything to a row: its code, something of its own, or rows below it."""
    if evidence.place.mark is not None or evidence.narrative is not None or evidence.runs:
        return True
    code = evidence.place.code
    return any(
        e.place.code[: len(code)] == code and len(e.place.code) > len(code) and e.place.mark is not None
        for e in anchored.evidence
    )


def _row(skeleton: Skeleton, evidence: Evidence, sheet: Sheet, labels: Labels) -> IndicatorRow:
    def value(slot: str) -> Value | None:
        found = sheet.figures.get(slot)
        return to_value(found, certain=sheet.certain) if found is not None else None

    def quarters(measure: str) -> Quarterly:
        return value(f"{measure}.1"), value(f"{measure}.2"), value(f"{measure}.3"), value(f"{measure}.4")

    row = IndicatorRow(
        page=labels.page,
        level=skeleton.level(evidence.place.code),
        code=evidence.place.text,
        department=labels.department,
        objective=labels.objective,
        indicator=labels.indicator,
        acronym=labels.acronym,
        frequency=labels.frequency,
        unit=labels.unit,
        variable_unit=labels.variable_unit,
        annual_goal=value("annual_goal"),
        goal=quarters("goal"),
        achieved=quarters("achieved"),
        progress_pct=quarters("progress_pct"),
        accumulated_pct=quarters("accumulated_pct"),
        justification=evidence.narrative.text if evidence.narrative is not None else None,
    )
    return replace(row, findings=find_violations(row, sheet, narrative_sure=evidence.narrative_margin >= SURE))


def _rejected(lines: Sequence[Cell], anchored: Anchored) -> list[Rejected]:
    found = [
        Rejected(n.page, n.text, "a justification whose indicator is not certain") for n in anchored.loose_narratives
    ]
    found += [
        Rejected(lines[r.first].page, " ".join(t.text for t in r.tokens), "numbers whose indicator is not certain")
        for r in anchored.loose_runs
    ]
    return found
