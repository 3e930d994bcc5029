"""Comparing a candidate with the published release, figure by figure, and telling the cause of each difference.

Here belongs comparing two databases by the view `measurements`, whose names stay the same from release to release.
Not here: what is told of it (`difference`), deciding to hold (`hold`), or which municipalities to look at (`changed`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.changed import EVERYTHING, where_changed
from warehouse.difference import DECIDED, Change, Count, Difference, DocumentChange, Loss
from warehouse.home import Home
from warehouse.landing_database import open_landing
from warehouse.manifest import published_id

LARGEST = 25
"""How many of the largest changes are kept for people."""


def compare(home: Home, database: Path, code_version: str) -> Difference:
    """Compare the candidate `database` with the published one, figure by figure.

    All that differs is written into `difference.duckdb` beside it, for the release to carry. A
    municipality that both have built from the same is not looked at, nor a year whose checksums agree.
    """
    base = published_id(home)
    store = difference_store(database)
    store.unlink(missing_ok=True)
    with open_landing(home, read_only=True):
        pass  # waits until no other process writes; attaching it below cannot wait
    with duckdb.connect(str(store)) as connection:
        connection.execute(f"attach '{_quoted(home.landing)}' as landed (read_only)")
        # Views name the database that they were made in, so that it must keep its name.
        connection.execute(f"attach '{_quoted(database)}' as {database.stem} (read_only)")
        connection.execute(_INPUTS)
        where = EVERYTHING
        if base is None:
            _name_sides(connection, database.stem, None)
            connection.execute("create temp table former_input as from release_document where false")
        else:
            connection.execute(f"attach '{_quoted(home.warehouse)}' as former_release (read_only)")
            _name_sides(connection, database.stem, "former_release")
            _take_former_inputs(connection)
            where = where_changed(connection, database.stem, "former_release", code_version)
        for side in ("fresh", "former"):
            connection.execute(f"create view {side} as select * from whole_{side} where {where}")
        changed = base is not None and _code_of_former(connection) != code_version
        return _compared(connection, base, changed)


def difference_store(database: Path) -> Path:
    """Give where `compare` leaves what differs of the candidate `database`."""
    return database.with_name("difference.duckdb")


def _name_sides(connection: duckdb.DuckDBPyConnection, fresh: str, former: str | None) -> None:
    """Name what is compared of each side by views; with no former release its side is empty."""
    plan = "plan" if all(_tells_plan(connection, name) for name in (fresh, former or fresh)) else "null::varchar"
    for side, database in (("fresh", fresh), ("former", former or fresh)):
        where = "" if side == "fresh" or former else " where false"
        marts = f"{database}.marts"
        columns = _COLUMNS.format(plan=plan)
        connection.execute(f"create view whole_{side} as select {columns} from {marts}.measurements{where}")
        # The same rows without their names, for counting: a view joins whatever is counted of it.
        connection.execute(f"create view {side}_fact as from {marts}.fct_measurement{where}")
        document = f"select document_sha256, {plan} as plan from {marts}.dim_document{where}"
        connection.execute(f"create view {side}_document as {document}")


def _tells_plan(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    """Whether a release tells municipal plans: one of an older version of the project does not."""
    return bool(
        connection.execute(
            "select 1 from duckdb_columns() where database_name = ? and schema_name = 'marts'"
            " and table_name = 'measurements' and column_name = 'plan'",
            [database],
        ).fetchall()
    )


def _take_former_inputs(connection: duckdb.DuckDBPyConnection) -> None:
    told = connection.execute(
        "select 1 from duckdb_tables() where database_name = 'former_release' and table_name = 'release_document'"
    ).fetchone()
    # A release of an older version of the project does not tell what went into it: of its documents, what goes in now.
    connection.execute(
        "create temp view former_input as from former_release.marts.release_document"
        if told
        else "create temp table former_input as from release_document semi join former_release.marts.dim_document"
        " using (document_sha256)"
    )


def _code_of_former(connection: duckdb.DuckDBPyConnection) -> str:
    return str(connection.execute("select code_version from former_release.marts.release").fetchall()[0][0])


_COLUMNS = """municipality, state, program_code, fiscal_year, quarter, indicator_code, indicator, goal, goal_quality,
achieved, achieved_quality, annual_goal, annual_goal_quality, document_sha256, document_file, {plan} as plan"""

# What goes into a release: of each document the reading, its corrections, its rows that the gate holds.
_INPUTS = """
create table release_document as
with decided as (
    select extraction_id, string_agg(correction_id, ' ' order by correction_id) as corrections
    from landed.applied_correction group by extraction_id
),
judged as (
    select extraction_id, count(distinct row_number) as held_rows
    from landed.quarantine where stage = 'landing_suite' group by extraction_id
)
select
    e.document_sha256, d.file as document_file, e.extraction_id, e.municipality, e.fiscal_year,
    e.quarter as stated_in_quarter, e.withdrawn_at, e.withdrawn_reason,
    coalesce(c.corrections, '') as corrections, coalesce(j.held_rows, 0) as held_rows
from landed.known_extraction e
join landed.document d using (document_sha256)
left join decided c on c.extraction_id = e.extraction_id
left join judged j on j.extraction_id = e.extraction_id
order by e.document_sha256
"""

# Why a document may make a difference: what became of it since the release before.
_BECAME = """
create temp table became as
select
    coalesce(o.document_sha256, n.document_sha256) as document_sha256,
    coalesce(n.document_file, o.document_file) as document_file, n.withdrawn_reason as reason,
    coalesce(n.municipality, o.municipality) as municipality, coalesce(n.fiscal_year, o.fiscal_year) as fiscal_year,
    case
        when o.document_sha256 is null then 'document_added'
        when n.document_sha256 is null and exists (
            select 1 from landed.open_quarantine q
            where q.stage = 'correction' and q.document_sha256 = o.document_sha256
        ) then 'correction_failed'
        when n.document_sha256 is null then 'document_removed'
        when n.withdrawn_at is not null and o.withdrawn_at is null then 'withdrawn'
        when n.withdrawn_at is null and o.withdrawn_at is not null then 'reinstated'
        when n.extraction_id <> o.extraction_id or n.held_rows <> o.held_rows then 'reading'
        when n.corrections <> o.corrections then 'correction'
    end as cause
from former_input o full join release_document n on n.document_sha256 = o.document_sha256
where cause is not null and not (o.document_sha256 is null and n.withdrawn_at is not null)
"""

_CHECKSUMS = """
select
    municipality, state, fiscal_year, count(*) as n,
    sum(hash(
        plan, program_code, indicator_code, quarter, goal, goal_quality, achieved, achieved_quality, annual_goal,
        annual_goal_quality
    )) as checksum
from {side} group by all
"""

# The plan of a document as it is told now, else as it was: who learns it later has the same figures.
_PLANS = """
create temp table told_plan as
select document_sha256, coalesce(n.plan, o.plan) as plan
from fresh_document n full join former_document o using (document_sha256)
"""

# A program's code counts where an indicator's does not hold it. What has no place or no year is only its document's.
_KEYED = """
create temp table {side}_row as
select
    m.* exclude (plan),
    coalesce(t.plan, m.plan) as plan,
    concat_ws(
        chr(31), coalesce(municipality, chr(30)), coalesce(state, chr(30)), coalesce(fiscal_year::varchar, chr(30)),
        case when starts_with(indicator_code, program_code || '.') then chr(30)
            else coalesce(program_code, chr(30)) end,
        coalesce(indicator_code, chr(30)),
        coalesce(t.plan, m.plan, chr(30)),
        case when municipality is null or fiscal_year is null then document_sha256 else chr(30) end
    ) as base_key,
    base_key || chr(31) || row_number() over (
        partition by base_key, quarter order by indicator, goal, achieved, annual_goal
    ) as key
from {side} m left join told_plan t using (document_sha256)
where exists (
    select 1 from differing d
    where d.municipality is not distinct from m.municipality and d.state is not distinct from m.state
        and d.fiscal_year is not distinct from m.fiscal_year
)
"""

_FIGURES = """
create temp table {side}_figure as
with figure as (
    select *, unnest([
        {{'measure': 'goal', 'value': goal, 'quality': goal_quality}},
        {{'measure': 'achieved', 'value': achieved, 'quality': achieved_quality}},
        {{'measure': 'annual_goal', 'value': annual_goal, 'quality': annual_goal_quality}}
    ], recursive := true)
    from {side}_row
)
select * from figure where value is not null and (measure <> 'annual_goal' or quarter = 4)
"""

# What each correction that began or ended between both makes of a figure, so that it is told from what other code does.
_DECIDED_FIGURES = """
create temp table decided_figure as
with turned as (
    select e.extraction_id, e.extraction_number, n.municipality, n.fiscal_year,
        string_split(o.corrections, ' ') as before, string_split(n.corrections, ' ') as after
    from former_input o join release_document n using (document_sha256, extraction_id)
    join landed.extraction e using (extraction_id)
    where n.corrections <> o.corrections
),
said as (
    select distinct
        t.municipality, t.fiscal_year, trim(r.code) as indicator_code, v.measure, v.quarter, v.value as as_read,
        case c.action when 'set' then c.new_value when 'drop' then null else v.value end as as_decided,
        list_contains(t.after, c.correction_id) as applies
    from turned t
    join landed.correction c using (extraction_id)
    join landed.row r on r.extraction_number = t.extraction_number and r.row_number = c.row_number
    join landed.value v on v.extraction_number = t.extraction_number and v.row_number = c.row_number
        and coalesce(c.field, concat_ws('.', v.measure, v.quarter)) = concat_ws('.', v.measure, v.quarter)
    where list_contains(t.before, c.correction_id) <> list_contains(t.after, c.correction_id)
)
select distinct
    municipality, fiscal_year, indicator_code, measure, quarter,
    if(applies, as_read, as_decided) as old_value, if(applies, as_decided, as_read) as new_value
from said
"""

# The documents of a figure tell its cause; else whatever else became of the documents of its municipality and year.
_DIFFERING = """
create temp table difference as
with
compared as (
    select
        coalesce(n.municipality, o.municipality) as municipality,
        coalesce(n.program_code, o.program_code) as program_code,
        coalesce(n.plan, o.plan) as plan,
        coalesce(n.fiscal_year, o.fiscal_year) as fiscal_year,
        coalesce(n.quarter, o.quarter) as quarter_of_row,
        coalesce(n.indicator_code, o.indicator_code) as indicator_code,
        coalesce(n.indicator, o.indicator) as indicator,
        coalesce(n.measure, o.measure) as measure,
        case
            when o.key is null then 'added'
            when n.key is null then 'removed'
            when n.value <> o.value then 'changed'
            when n.quality <> o.quality then 'requalified'
        end as kind,
        o.value as old_value, n.value as new_value, o.quality as old_quality, n.quality as new_quality,
        o.document_sha256 as old_document_sha256, n.document_sha256 as new_document_sha256,
        coalesce(n.document_file, o.document_file) as document_file,
        o.key as old_key
    from former_figure o
    full join fresh_figure n on n.key = o.key and n.quarter = o.quarter and n.measure = o.measure
),
around as (
    select municipality, fiscal_year, arg_min(cause, list_position([
        'document_added', 'document_removed', 'reading', 'correction', 'withdrawn', 'reinstated', 'correction_failed'
    ], cause)) as cause
    from became group by all
)
select
    c.* exclude (quarter_of_row),
    case when c.measure <> 'annual_goal' then quarter_of_row end as quarter,
    quarter_of_row,
    coalesce(i.stated_in_quarter >= quarter_of_row, false) as is_closed,
    case
        when o.cause in ('withdrawn', 'correction_failed', 'document_removed') then o.cause
        when n.cause in ('document_added', 'reinstated') then n.cause
        when 'reading' in (o.cause, n.cause) then 'reading'
        when d.measure is not null then 'correction'
        when $code_changed then 'code'
        when 'correction' in (o.cause, n.cause) then 'correction'
        else coalesce(a.cause, 'unknown')
    end as cause
from compared c
left join became o on o.document_sha256 = c.old_document_sha256
left join became n on n.document_sha256 = c.new_document_sha256
left join around a
    on a.municipality is not distinct from c.municipality and a.fiscal_year is not distinct from c.fiscal_year
left join decided_figure d
    on d.municipality is not distinct from c.municipality and d.fiscal_year is not distinct from c.fiscal_year
    and d.indicator_code = c.indicator_code and d.measure = c.measure
    and d.quarter is not distinct from if(c.measure = 'annual_goal', null, c.quarter_of_row)
    and d.old_value is not distinct from c.old_value and d.new_value is not distinct from c.new_value
left join former_input i on i.document_sha256 = c.old_document_sha256
where kind is not null
"""

_RESULTS = """
create table release_difference as
select kind, cause, measure, count(*) as figures, count(*) filter (where is_closed) as closed_figures,
    list_contains($decided, cause) as is_decided
from difference group by all order by all;
create table release_change as
select municipality, program_code, fiscal_year, quarter, indicator_code, indicator, measure, kind, cause, old_value,
    new_value, new_value - old_value as difference,
    case when old_value <> 0 then 100 * (new_value - old_value) / abs(old_value) end as difference_pct,
    old_quality, new_quality, old_document_sha256, new_document_sha256, document_file, is_closed, plan
from difference where kind <> 'added'
order by municipality, fiscal_year, plan, program_code, indicator_code, measure, quarter
"""

# How many there were of what is lost is counted of the facts: each indicator has every quarter once.
_LOSS = """
select
    count(distinct (old_key, quarter_of_row)) filter (where kind = 'removed'),
    (select count(*) from former_fact where coalesce(goal, achieved, annual_goal) is not null),
    count(distinct old_key) filter (where not exists (select 1 from fresh_row f where f.key = difference.old_key)),
    (select count(*) from former_fact where quarter = 1),
    count(*) filter (where is_closed and kind in ('removed', 'changed')),
    (
        select count(f.goal) + count(f.achieved)
        from former_fact f
        join former_input i on i.document_sha256 = if(
            f.achieved is not null or f.goal_document_sha256 is null, f.achieved_document_sha256, f.goal_document_sha256
        )
        where i.stated_in_quarter >= f.quarter
    )
from difference where not list_contains($decided, cause)
"""


_ALL_NEW = """
insert into release_difference
select 'added', 'document_added', measure, figures, 0, false
from (
    select count(goal) as goal, count(achieved) as achieved,
        count(annual_goal) filter (where quarter = 4) as annual_goal
    from fresh
) unpivot (figures for measure in (goal, achieved, annual_goal))
where figures > 0
"""

_BIGGEST = """
select municipality, program_code, plan, fiscal_year, quarter, indicator_code, indicator, measure, kind, cause,
    old_value, new_value, old_quality, new_quality, document_file
from release_change
where kind in ('removed', 'changed')
order by abs(coalesce(new_value, 0) - old_value) / greatest(1, abs(old_value)) desc, abs(old_value) desc,
    municipality, program_code, plan, fiscal_year, quarter, indicator_code, measure
limit $limit
"""


def _compared(connection: duckdb.DuckDBPyConnection, base: str | None, code_changed: bool) -> Difference:
    connection.execute(_BECAME)
    connection.execute(_PLANS)
    former, fresh = (_CHECKSUMS.format(side=side) for side in ("former", "fresh"))
    connection.execute(
        "create temp table differing as select distinct municipality, state, fiscal_year"
        f" from (({former} except {fresh}) union all ({fresh} except {former}))"
    )
    if base is None:  # all is new: counting is enough, and there may be much of it
        connection.execute("delete from differing")
    for side in ("former", "fresh"):
        connection.execute(_KEYED.format(side=side))
        connection.execute(_FIGURES.format(side=side))
    connection.execute(_DECIDED_FIGURES)
    connection.execute(_DIFFERING, {"code_changed": code_changed})
    for statement in _RESULTS.split(";"):
        connection.execute(statement, {"decided": list(DECIDED)} if "$decided" in statement else None)
    if base is None:
        connection.execute(_ALL_NEW)
    counts = connection.execute("select * exclude (is_decided) from release_difference order by all").fetchall()
    largest = connection.execute(_BIGGEST, {"limit": LARGEST}).fetchall() if base is not None else []
    (loss,) = connection.execute(_LOSS, {"decided": list(DECIDED)}).fetchall()
    (before, after) = connection.execute(
        "select (select count(*) from former_fact), (select count(*) from fresh_fact)"
    ).fetchall()[0]
    became = connection.execute("select document_file, document_sha256, cause, reason from became order by all")
    return Difference(
        base,
        before,
        after,
        tuple(Count(*c) for c in counts),
        tuple(Change(*c) for c in largest),
        tuple(DocumentChange(*d) for d in became.fetchall()),
        Loss(*loss),
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
