"""What the suites look at: data frames of what landed, and of a candidate's marts beside what landed.

Here belongs the SQL that brings data into the shape of an expectation: one element per line, with the columns that
it compares. Not here: what is expected (`suites/*.json`).

Each frame has the column `subject` (the extraction, or the release); `row_number`, `field`, `page`, `code` and
`file` are there where they can tell a person which element is meant.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from warehouse.changed import EVERYTHING

Frames = dict[str, pd.DataFrame]

_CLAIM = """case
    when {quality} in ('confirmed', 'unchecked', 'repaired', 'corrected') then 'good' else {quality}
end"""

_DOCUMENT = """
select
    e.extraction_id as subject, d.file, e.fiscal_year, e.quarter, e.municipality, e.program_code,
    e.row_count, e.value_count,
    (select count(*) from landed.row r where r.extraction_number = e.extraction_number) as rows_found,
    (select count(*) from landed.value v where v.extraction_number = e.extraction_number) as values_found
from landed.corrected_extraction e join landed.document d using (document_sha256)
where list_contains(?::varchar[], e.extraction_id)
order by e.extraction_id
"""

# The level that a code's depth speaks for: the one whose codes usually have that many parts in this document.
# A depth that is usual for two levels speaks for none.
_ROW = r"""
with
judged as (
    select e.extraction_id, d.pages, d.file
    from landed.extraction e join landed.document d using (document_sha256)
    where list_contains(?::varchar[], e.extraction_id)
),
shaped as (
    select r.*, j.pages, j.file, len(regexp_split_to_array(r.code, '[.\-]')) as depth
    from landed.corrected_row r join judged j using (extraction_id)
),
usual as (
    select extraction_id, level, mode(depth) as depth
    from shaped where level is not null and code is not null
    group by extraction_id, level
),
speaking as (
    select extraction_id, depth, any_value(level) as level
    from usual group by extraction_id, depth having count(*) = 1
)
select
    s.extraction_id as subject, s.row_number, s.page, s.pages, s.code, s.level, p.level as level_by_code,
    s.indicator, s.department, s.file,
    (
        select count(v.value) from landed.corrected_value v
        where v.extraction_id = s.extraction_id and v.row_number = s.row_number
    ) as figures
from shaped s
left join speaking p on p.extraction_id = s.extraction_id and p.depth = s.depth
order by s.extraction_id, s.row_number
"""

_VALUE = f"""
select
    v.extraction_id as subject, v.row_number, r.code, d.file,
    v.measure || coalesce('.' || v.quarter, '') as field,
    v.measure, v.quarter, v.value, v.text, v.quality, v.reason, v.page, d.pages, v.confidence,
    {_CLAIM.format(quality="v.quality")} as claim,
    case when d.kind in ('digital_pdf', 'spreadsheet') then 'exact' else 'recognized' end as exactness,
    case when v.text is not null then 'printed' when v.value is not null then 'deduced' else 'blank' end as origin,
    coalesce(least(v.x1 - v.x0, v.bottom - v.top), v.span_end - v.span_start) as extent
from landed.corrected_value v
join landed.extraction e using (extraction_id)
join landed.document d using (document_sha256)
join landed.corrected_row r on r.extraction_id = v.extraction_id and r.row_number = v.row_number
where list_contains(?::varchar[], v.extraction_id)
order by v.extraction_id, v.row_number, v.measure, v.quarter
"""


def landing_frames(connection: duckdb.DuckDBPyConnection, extraction_ids: Sequence[str]) -> Frames:
    """Give the frames of the landing suite for some extractions, read on a connection to the landing database."""
    queries = {"document": _DOCUMENT, "row": _ROW, "value": _VALUE}
    database = connection.execute("select current_database()").fetchall()[0][0]
    where = f'"{database}".main.'
    return {
        name: connection.execute(sql.replace("landed.", where), [list(extraction_ids)]).df()
        for name, sql in queries.items()
    }


# A document may spell its municipality otherwise than the marts do.
_JUDGED = """
create or replace temp table known_document as
select e.extraction_number, e.document_sha256, e.fiscal_year, e.withdrawn_at, d.file
from landed.known_extraction e
join landed.document d using (document_sha256);
create or replace temp table judged_extraction as
from known_document
where {everything} or document_sha256 in (
    select document_sha256 from marts.dim_document join marts.dim_municipality using (municipality_id) where {where}
);
create or replace temp view published_history as
from marts.measurement_history
where ({where}) and document_sha256 not in (select document_sha256 from marts.dim_document where is_held);
create or replace temp view published_measurement as from marts.measurements where {where};
"""

# Where they are looked for: what nobody stated has a name as well.
_WORDS = {
    "document_word": """
        select document_sha256 from judged_extraction union select document_sha256 from published_history
        union select document_sha256 from published_measurement""",
    "file_word": "select file from judged_extraction union select document_file from published_measurement",
    "code_word": """
        select code from landed.row where {judged} union select indicator_code from published_history
        union select indicator_code from published_measurement""",
    "measure_word": "select unnest(['goal', 'achieved', 'annual_goal'])",
}
"""Texts that are compared and copied as numbers, which takes a fraction of the time."""

_LANDED = """
create or replace temp table admitted as
select
    e.document_sha256::document_word as document_sha256, e.file::file_word as file, e.fiscal_year, e.withdrawn_at,
    r.extraction_number, r.row_number, r.page, r.code::code_word as code
from judged_extraction e
join (from landed.corrected_row where {judged}) r using (extraction_number)
where not exists (
    select 1 from landed.quarantine q
    where q.stage = 'landing_suite' and q.extraction_id = r.extraction_id and q.row_number = r.row_number
);
create or replace temp table landed_value as
select
    a.document_sha256, a.file, a.code, a.fiscal_year, a.withdrawn_at, v.measure::measure_word as measure, v.quarter,
    v.value, v.quality, v.page, {claim} as claim
from admitted a
join (from landed.corrected_value where {judged}) v using (extraction_number, row_number)
where v.measure in ('goal', 'achieved', 'annual_goal');
create or replace temp table judged_history as
select * replace (document_sha256::document_word as document_sha256, indicator_code::code_word as indicator_code)
from (
    select
        document_sha256, indicator_code, fiscal_year, page, quarter, goal, goal_quality, achieved, achieved_quality,
        annual_goal, annual_goal_quality
    from published_history
);
create or replace temp view published_value as
select
    document_sha256, indicator_code, fiscal_year, page, 'goal'::measure_word as measure, quarter, goal as value,
    goal_quality as quality
from judged_history
union all
select document_sha256, indicator_code, fiscal_year, page, 'achieved', quarter, achieved, achieved_quality
from judged_history
union all
select distinct
    document_sha256, indicator_code, fiscal_year, null, 'annual_goal', null, annual_goal, annual_goal_quality
from judged_history;
"""

_RELEASE_DOCUMENT = """
select
    coalesce(l.file, p.document_file) as file, l.document_sha256 as landed_document,
    p.document_sha256 as published_document
from known_document l
full join (from marts.dim_document where not is_held) p on p.document_sha256 = l.document_sha256
"""

_RELEASE_ADMITTED = """
select a.file, a.page, a.code, p.document_sha256 as published_document
from admitted a
left join (select distinct document_sha256, indicator_code from judged_history) p
    on p.document_sha256 = a.document_sha256 and p.indicator_code = a.code
"""

_RELEASE_STATEMENT = """
select
    l.file, p.document_sha256, p.indicator_code, p.indicator_code as code, p.measure,
    p.measure || coalesce('.' || p.quarter, '') as field, coalesce(p.quarter, 0) as quarter_key, l.page,
    p.value as published, l.value as landed, l.quality as landed_quality,
    {published} as published_claim, l.claim as landed_claim
from published_value p
left join landed_value l
    on l.document_sha256 = p.document_sha256 and l.code = p.indicator_code
    and l.measure = p.measure and l.quarter is not distinct from p.quarter
where p.value is not null or l.quality is not null or {published} = 'good'
"""

_RELEASE_MEASUREMENT = """
with
good as (
    select distinct code, fiscal_year, measure, quarter, value from landed_value
    where claim = 'good' and withdrawn_at is null
),
measured as (
    select
        *, {goal} as goal_claim, {achieved} as achieved_claim,
        case when goal is null or achieved is null or goal = 0 then 'undefined' else 'computable' end as progress_case
    from published_measurement
)
select
    coalesce(municipality || '/' || coalesce(state, ''), document_sha256) || '/' || coalesce(plan, '') || '/'
        || coalesce(program_code, '') as program,
    m.document_file::file_word as file, m.indicator_code::code_word as indicator_code,
    m.indicator_code::code_word as code, m.fiscal_year, m.quarter,
    'quarter ' || m.quarter as field, m.page, m.document_sha256::document_word as document_sha256,
    goal, goal_claim, achieved, achieved_claim, progress_pct, progress_case,
    case when 'good' in (goal_claim, achieved_claim) then 'good' else 'none' end as claim,
    g.value as goal_landed, a.value as achieved_landed,
    case when progress_case = 'computable'
        then abs(progress_pct - 100 * achieved / goal) / greatest(1, abs(100 * achieved / goal))
    end as progress_error
from measured m
left join good g
    on g.code = m.indicator_code::code_word and g.fiscal_year = m.fiscal_year and g.measure = 'goal'
    and g.quarter = m.quarter and g.value = m.goal
left join good a
    on a.code = m.indicator_code::code_word and a.fiscal_year = m.fiscal_year and a.measure = 'achieved'
    and a.quarter = m.quarter and a.value = m.achieved
"""


def release_frames(connection: duckdb.DuckDBPyConnection, subject: str, where: str = EVERYTHING) -> Frames:
    """Give the frames of the release suite.

    `connection` is to the candidate database, with the landing database attached as `landed`. `where` is the condition
    on the municipality of what is looked at; all documents are looked at in any case.
    """
    claim = _CLAIM.format(quality="v.quality")
    everything = str(where == EVERYTHING).lower()
    connection.execute(_at_landing(_JUDGED.format(where=where, everything=everything)))
    judged = _is_judged(connection)
    for name, words in _WORDS.items():
        _make_words(connection, name, words.format(judged=judged))
    connection.execute(_at_landing(_LANDED.format(claim=claim, judged=judged)))
    queries = {
        "document": _RELEASE_DOCUMENT,
        "admitted_row": _RELEASE_ADMITTED,
        "statement": _RELEASE_STATEMENT.format(published=_CLAIM.format(quality="p.quality")),
        "measurement": _RELEASE_MEASUREMENT.format(
            goal=_CLAIM.format(quality="goal_quality"), achieved=_CLAIM.format(quality="achieved_quality")
        ),
    }
    frames = {name: _frame(connection, _at_landing(sql)) for name, sql in queries.items()}
    for frame in frames.values():
        frame.insert(0, "subject", pd.Series(subject, frame.index, pd.CategoricalDtype([subject])))
    return frames


def _is_judged(connection: duckdb.DuckDBPyConnection) -> str:
    """Give the condition that the judged readings meet.

    It names few, which DuckDB looks for in each block of a landing table; many are joined.
    """
    found = connection.execute("select extraction_number from judged_extraction order by all").fetchall()
    if not 0 < len(found) <= _FEW:
        return "extraction_number in (select extraction_number from judged_extraction)"
    return f"extraction_number in ({', '.join(str(number) for (number,) in found)})"


_FEW = 1000
"""More names take longer to look for than a join."""


def _frame(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    """Give what a query finds, texts that recur as categories.

    Each expectation copies the lines that it looks at, which takes ten times as long where they hold texts.
    """
    connection.execute(f"create or replace temp table element as {sql}")
    columns = []
    for name, kind in connection.execute("select column_name, column_type from (describe element)").fetchall():
        if kind == "VARCHAR" and _recurs(connection, name):
            _make_words(connection, f"word_{name}", f'select "{name}" from element')
            columns.append(f'"{name}"::"word_{name}" as "{name}"')
        else:
            columns.append(f'"{name}"')
    return connection.execute(f"select {', '.join(columns)} from element").df()


def _make_words(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Make an enum of the texts in the first column of what a query finds."""
    found = _at_landing(f"select distinct word from ({query}) found(word) where word is not null order by all")
    connection.execute(f'drop type if exists "{name}"; create temp type "{name}" as enum ({found})')


def _recurs(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether each text of a column stands in two lines or more, on average."""
    found = connection.execute(f'select count(distinct "{column}") between 1 and count(*) / 2 from element').fetchall()
    return bool(found[0][0])


def _at_landing(sql: str) -> str:
    return sql.replace("landed.", "landed.main.")
