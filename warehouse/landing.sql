-- The landing tables: append-only statements of what each document said, as read. dbt reads only these.
-- A document is read again by a newer extractor as a new extraction; no statement is ever updated or deleted.
-- Run as a whole, again and again: every statement leaves what is there as it is, but for the views.

create table if not exists document (
    document_sha256 varchar primary key,
    file            varchar not null,       -- name as received
    kind            varchar not null,       -- as last read: digital_pdf | scanned_pdf | ocr_text | spreadsheet
    bytes           bigint not null,
    pages           integer not null,
    received_at     timestamp not null      -- UTC, when it was first archived
);
alter table document add column if not exists
    issued_at       timestamp;              -- UTC, when its publisher made it; null where the file does not tell

create table if not exists extraction (
    extraction_id   varchar primary key,    -- <first 16 of the document's sha256>-<extractor version>
    document_sha256 varchar not null,
    extractor       varchar not null,       -- version of the reading code and its profiles
    profile         varchar not null,
    municipality    varchar,
    state           varchar,
    entity          varchar,
    program_code    varchar,
    program_name    varchar,
    fiscal_year     integer,
    quarter         integer,                -- 1 to 4
    row_count       integer not null,
    value_count     integer not null,
    seconds         double not null,        -- time of the reading
    recorded_at     timestamp not null,     -- UTC
    plan            varchar,                -- years of the municipal plan that the report names, such as 2021-2024
    extraction_number integer not null unique   -- from 1, in the order of arrival: the large tables name it by this
);

create table if not exists header_doubt (   -- what a report says of itself and may be misread, or was not read
    extraction_id   varchar not null,
    field           varchar not null        -- municipality | state | entity | program_code | program_name | fiscal_year
);

create table if not exists cell (           -- every cell that the reader saw
    extraction_number integer not null,
    cell_number     integer not null,       -- reading order, from 0
    text            varchar not null,
    page            integer not null,       -- from 1
    x0 double, top double, x1 double, bottom double,   -- points on the page as displayed, origin top left
    span_start      integer,                -- characters in the document's text
    span_end        integer,
    confidence      double,                 -- 0 to 1
    engine          varchar
);

create table if not exists row (            -- one indicator as a document states it
    extraction_number integer not null,
    row_number      integer not null,       -- order in the document, from 0
    page            integer not null,
    level           varchar,
    code            varchar,
    department      varchar,
    objective       varchar,
    indicator       varchar,
    acronym         varchar,
    frequency       varchar,
    unit            varchar,
    variable_unit   varchar,
    justification   varchar
);

create table if not exists value (          -- one figure of a row
    extraction_number integer not null,
    row_number      integer not null,
    measure         varchar not null,       -- annual_goal | goal | achieved | progress_pct | accumulated_pct
    quarter         integer,                -- 1 to 4; null for annual_goal
    value           double,
    text            varchar,                -- as printed
    quality         varchar not null,       -- confirmed | unchecked | repaired | corrected | disputed | missing
    reason          varchar,
    page            integer,
    x0 double, top double, x1 double, bottom double,
    span_start      integer,
    span_end        integer,
    confidence      double,
    engine          varchar
);

create table if not exists crop (           -- the picture of a value that a person has to look at
    extraction_number integer not null,
    row_number      integer not null,
    measure         varchar not null,
    quarter         integer,                -- 1 to 4; null for annual_goal
    file            varchar not null        -- PNG, from the folder crops/ of the home
);

create table if not exists finding (        -- one violated constraint of a row, or its labels that may be misread
    extraction_number integer not null,
    row_number      integer not null,
    finding_number  integer not null,       -- order in the row, from 0
    rule            varchar not null,       -- quarters_sum | rollup | progress | accumulated | justification | label_unsure
    fields          varchar[] not null,     -- annual_goal, goal.2, achieved.1 ..., or labels: department, level ...
    detail          varchar not null
);

create table if not exists quarantine (     -- whatever could not be understood or did not pass the gate
    quarantine_id   varchar primary key,    -- hash of what it is about: the same twice is one row
    document_sha256 varchar,                -- null where the file could not even be read to its end
    extraction_id   varchar,                -- where reading failed: of the attempt, which has no extraction
    row_number      integer,                -- null where the whole document, or a piece of text, is held
    file            varchar not null,
    stage           varchar not null,       -- receiving | reading | interpretation | correction | landing_suite
    reason          varchar not null,       -- short stable word: empty, damaged, not_a_report, the expectation ...
    detail          varchar not null,       -- for a person: what is wrong, where, and the remedy
    expectation     varchar,                -- the expectation that failed
    observed        varchar,                -- the value that it saw
    page            integer,
    text            varchar,
    recorded_at     timestamp not null
);

create table if not exists held_file (      -- where the file lay of what is held in the stage receiving
    quarantine_id   varchar primary key,
    path            varchar not null,
    gone_at         timestamp               -- UTC, when it was seen to lie there no more, or to be well; null while held
);

create table if not exists gate (           -- the verdict of the landing suite over an extraction
    extraction_id   varchar not null,
    suite           varchar not null,
    suite_version   varchar not null,       -- hash of the suite's JSON
    passed          boolean not null,
    evaluated       integer not null,       -- expectations
    failed          integer not null,
    recorded_at     timestamp not null
);

create table if not exists row_hold (       -- a row of a reading that does not count, for the landing suite holds it
    extraction_id   varchar not null,
    document_sha256 varchar not null,
    row_number      integer not null,
    held_at         timestamp not null,     -- UTC; when it was read, where the first verdict held it
    released_at     timestamp               -- UTC; null while it is held
);

-- Homes of before this table: what is held there was said to have been held from its beginning.
insert into row_hold
select distinct e.extraction_id, e.document_sha256, q.row_number, e.recorded_at, null::timestamp
from quarantine q join extraction e using (extraction_id)
where q.stage = 'landing_suite' and q.row_number is not null
and not exists (from row_hold h where h.extraction_id = e.extraction_id);

create table if not exists withdrawal (     -- a document that a person took out: it counts no more, and stays in history
    document_sha256 varchar not null,
    reason          varchar not null,
    withdrawn_by    varchar,
    withdrawn_at    timestamp not null,     -- UTC
    restored_at     timestamp               -- UTC; null while it is withdrawn
);
alter table withdrawal add column if not exists
    restored_reason varchar;                -- why it counts again, where a person told
alter table withdrawal add column if not exists
    restored_by     varchar;

create table if not exists correction (     -- what people decided about readings, from git; the newest of an id counts
    correction_id   varchar not null,       -- hash of the entry
    extraction_id   varchar not null,
    document_sha256 varchar not null,
    row_number      integer,                -- null where it is about what the report says of itself
    field           varchar,                -- goal.2, annual_goal, department, fiscal_year ...; null: the whole row
    action          varchar not null,       -- set | drop | flag | accept
    old_value       double,                 -- as read
    old_text        varchar,                -- as printed
    old_quality     varchar,
    new_value       double,
    new_text        varchar,                -- of a field that is a text
    reason          varchar not null,
    evidence_page   integer not null,       -- the page that the person looked at, from 1
    evidence        varchar not null,       -- and what it shows
    by_person       varchar not null,
    decided_on      date not null,
    source          varchar not null,       -- file and entry
    applies         boolean not null,       -- false: it was taken back, or does not fit any more
    recorded_at     timestamp not null      -- UTC
);

create table if not exists correction_hold (   -- a reading that does not count, for a correction does not fit it
    extraction_id   varchar not null,
    document_sha256 varchar not null,
    held_at         timestamp not null,     -- UTC; when it was recorded, where it was held from its beginning
    released_at     timestamp               -- UTC; null while it is held
);

-- Homes of before this table: what is held there. A reading that had not passed the gate before never counted.
insert into correction_hold
select
    e.extraction_id, e.document_sha256,
    case
        when exists (
            from gate g where g.extraction_id = e.extraction_id and g.passed and g.recorded_at < min(q.recorded_at)
        ) then min(q.recorded_at)
        else e.recorded_at
    end,
    null
from quarantine q join extraction e using (extraction_id)
where q.stage = 'correction' and not exists (from correction_hold h where h.extraction_id = e.extraction_id)
group by e.extraction_id, e.document_sha256, e.recorded_at;

create table if not exists correction_check (  -- each time that all corrections were compared with what is read
    digest          varchar not null,       -- hash of all entries
    entries         integer not null,
    misfits         integer not null,       -- entries that are unused, outdated or ambiguous
    recorded_at     timestamp not null      -- UTC
);

-- Each time that a correction applied: from recorded_at until recorded_until, null where it applies now.
create or replace view correction_spell as
select * exclude (applies)
from (
    select
        *,
        lead(recorded_at) over (partition by extraction_id, correction_id order by recorded_at) as recorded_until
    from correction
)
where applies;

-- The corrections that apply now.
create or replace view applied_correction as
select * exclude (recorded_until)
from correction_spell
where recorded_until is null;

-- The documents that are withdrawn now.
create or replace view withdrawn_document as
select document_sha256, withdrawn_at, reason as withdrawn_reason, withdrawn_by
from withdrawal
where restored_at is null;

-- The tables with what people decided: the same columns, the values as they count.
create or replace view corrected_extraction as
with said as (
    select
        extraction_id,
        map(list(field), list(coalesce(new_text, new_value::integer::varchar))) as news
    from applied_correction where row_number is null
    group by extraction_id
)
select
    e.* replace (
        case when map_contains(s.news, 'municipality') then s.news['municipality'] else e.municipality end
            as municipality,
        case when map_contains(s.news, 'state') then s.news['state'] else e.state end as state,
        case when map_contains(s.news, 'entity') then s.news['entity'] else e.entity end as entity,
        case when map_contains(s.news, 'program_code') then s.news['program_code'] else e.program_code end
            as program_code,
        case when map_contains(s.news, 'program_name') then s.news['program_name'] else e.program_name end
            as program_name,
        case when map_contains(s.news, 'fiscal_year') then s.news['fiscal_year']::integer else e.fiscal_year end
            as fiscal_year,
        case when map_contains(s.news, 'quarter') then s.news['quarter']::integer else e.quarter end as quarter,
        case when map_contains(s.news, 'plan') then s.news['plan'] else e.plan end as plan
    )
from extraction e left join said s using (extraction_id);

-- What a person has not decided of what is doubted there.
create or replace view open_header_doubt as
select h.*
from header_doubt h
where not exists (
    select 1 from applied_correction c
    where c.extraction_id = h.extraction_id and c.row_number is null and c.field = h.field
);

create or replace view corrected_row as
with said as (
    select extraction_id, row_number, map(list(field), list(new_text)) as news
    from applied_correction where row_number is not null and field is not null and action in ('set', 'drop')
        and field not like '%.%' and field <> 'annual_goal'
    group by extraction_id, row_number
)
select
    e.extraction_id,
    r.* replace (
        case when map_contains(s.news, 'level') then s.news['level'] else r.level end as level,
        case when map_contains(s.news, 'code') then s.news['code'] else r.code end as code,
        case when map_contains(s.news, 'department') then s.news['department'] else r.department end as department,
        case when map_contains(s.news, 'objective') then s.news['objective'] else r.objective end as objective,
        case when map_contains(s.news, 'indicator') then s.news['indicator'] else r.indicator end as indicator,
        case when map_contains(s.news, 'acronym') then s.news['acronym'] else r.acronym end as acronym,
        case when map_contains(s.news, 'frequency') then s.news['frequency'] else r.frequency end as frequency,
        case when map_contains(s.news, 'unit') then s.news['unit'] else r.unit end as unit,
        case when map_contains(s.news, 'variable_unit') then s.news['variable_unit'] else r.variable_unit end
            as variable_unit,
        case when map_contains(s.news, 'justification') then s.news['justification'] else r.justification end
            as justification
    )
from row r
join extraction e on e.extraction_number = r.extraction_number
left join said s on s.extraction_id = e.extraction_id and s.row_number = r.row_number
where not exists (
    select 1 from applied_correction c
    where c.extraction_id = e.extraction_id and c.row_number = r.row_number and c.field is null
);

create or replace view corrected_value as
select
    e.extraction_id,
    v.* replace (
        case c.action when 'set' then c.new_value when 'drop' then null else v.value end as value,
        case c.action
            when 'set' then 'corrected'
            when 'accept' then if(v.text is null, 'corrected', 'confirmed')  -- what is not printed is never confirmed
            when 'flag' then 'disputed'
            when 'drop' then 'missing'
            else v.quality
        end as quality,
        case c.action
            when 'set' then 'corrected_by_person'
            when 'accept' then 'accepted_by_person'
            when 'flag' then 'flagged_by_person'
            when 'drop' then 'dropped_by_person'
            else v.reason
        end as reason
    ),
    v.value as read_value,
    v.quality as read_quality,
    c.action as correction,
    c.correction_id
from value v
join extraction e on e.extraction_number = v.extraction_number
left join applied_correction c
    on c.extraction_id = e.extraction_id and c.row_number = v.row_number
    and c.field = v.measure || coalesce('.' || v.quarter, '');

-- The extraction that counts for each document, withdrawn or not: the newest that the landing suite let pass and
-- that every correction of its document fits.
create or replace view known_extraction as
with verdict as (
    select extraction_id, passed
    from gate
    qualify row_number() over (partition by extraction_id order by recorded_at desc, suite_version desc) = 1
)
select e.*, w.withdrawn_at, w.withdrawn_reason
from corrected_extraction e
join verdict v on v.extraction_id = e.extraction_id
left join withdrawn_document w on w.document_sha256 = e.document_sha256
where v.passed and not exists (
    select 1 from quarantine q where q.stage = 'correction' and q.extraction_id = e.extraction_id
)
qualify row_number() over (partition by e.document_sha256 order by e.recorded_at desc, e.extraction_id desc) = 1;

-- What counts for the marts: the same without documents that are withdrawn.
create or replace view current_extraction as
select * exclude (withdrawn_at, withdrawn_reason) from known_extraction where withdrawn_at is null;

-- The newest attempt to read each document, whether it gave an extraction or not.
create or replace view last_attempt as
with attempt as (
    select document_sha256, extraction_id, recorded_at from extraction
    union all
    select document_sha256, extraction_id, recorded_at from quarantine where stage = 'reading'
)
select *
from attempt
qualify row_number() over (partition by document_sha256 order by recorded_at desc, extraction_id desc) = 1;

-- What is held now. A file that was received after all or taken away, a document that was read again or that a person
-- withdrew is not held any more.
create or replace view open_quarantine as
select q.*
from quarantine q
where
    (q.stage = 'receiving' and not exists (
        select 1 from document d
        where d.file = q.file and (d.received_at >= q.recorded_at or q.reason = 'vanished')
    ) and not exists (
        select 1 from held_file f where f.quarantine_id = q.quarantine_id and f.gone_at is not null
    ))
    or (q.stage = 'correction' and q.extraction_id is null)
    or (q.stage <> 'receiving' and exists (
        select 1 from last_attempt a
        -- The same attempt is made again when a limit is raised: only the newest failure counts, and none after success.
        where a.extraction_id = q.extraction_id and (q.stage <> 'reading' or a.recorded_at = q.recorded_at)
    ) and (q.stage = 'correction' or not exists (
        select 1 from withdrawn_document w where w.document_sha256 = q.document_sha256
    )));
