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
    recorded_at     timestamp not null      -- UTC
);

create table if not exists cell (           -- every cell that the reader saw
    extraction_id   varchar not null,
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
    extraction_id   varchar not null,
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
    extraction_id   varchar not null,
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
    extraction_id   varchar not null,
    row_number      integer not null,
    measure         varchar not null,
    quarter         integer,                -- 1 to 4; null for annual_goal
    file            varchar not null        -- PNG, from the folder crops/ of the home
);

create table if not exists finding (        -- one violated constraint of a row
    extraction_id   varchar not null,
    row_number      integer not null,
    finding_number  integer not null,       -- order in the row, from 0
    rule            varchar not null,       -- quarters_sum | rollup | progress | accumulated | justification
    fields          varchar[] not null,     -- annual_goal, goal.2, achieved.1 ...
    detail          varchar not null
);

create table if not exists quarantine (     -- whatever could not be understood or did not pass the gate
    quarantine_id   varchar primary key,    -- hash of what it is about: the same twice is one row
    document_sha256 varchar,                -- null where the file could not even be read to its end
    extraction_id   varchar,                -- where reading failed: of the attempt, which has no extraction
    row_number      integer,                -- null where the whole document, or a piece of text, is held
    file            varchar not null,
    stage           varchar not null,       -- receiving | reading | interpretation | landing_suite
    reason          varchar not null,       -- short stable word: empty, damaged, not_a_report, the expectation ...
    detail          varchar not null,       -- for a person: what is wrong, where, and the remedy
    expectation     varchar,                -- the expectation that failed
    observed        varchar,                -- the value that it saw
    page            integer,
    text            varchar,
    recorded_at     timestamp not null
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

create table if not exists withdrawal (     -- a document that a person took out: it counts no more, and stays in history
    document_sha256 varchar not null,
    reason          varchar not null,
    withdrawn_by    varchar,
    withdrawn_at    timestamp not null,     -- UTC
    restored_at     timestamp               -- UTC; null while it is withdrawn
);

-- The extraction that counts for each document: the newest that the landing suite let pass, unless it is withdrawn.
create or replace view current_extraction as
with verdict as (
    select extraction_id, passed
    from gate
    qualify row_number() over (partition by extraction_id order by recorded_at desc, suite_version desc) = 1
)
select e.*
from extraction e
join verdict v on v.extraction_id = e.extraction_id
anti join (select document_sha256 from withdrawal where restored_at is null) w on w.document_sha256 = e.document_sha256
where v.passed
qualify row_number() over (partition by e.document_sha256 order by e.recorded_at desc, e.extraction_id desc) = 1;

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

-- What is held now. A file that was received after all, or a document that was read again, is not held any more.
create or replace view open_quarantine as
select q.*
from quarantine q
where
    (q.stage = 'receiving' and not exists (
        select 1 from document d
        where d.file = q.file and (d.received_at >= q.recorded_at or q.reason = 'vanished')
    ))
    or (q.stage <> 'receiving' and exists (
        select 1 from last_attempt a
        -- The same attempt is made again when a limit is raised: only the newest failure counts, and none after success.
        where a.extraction_id = q.extraction_id and (q.stage <> 'reading' or a.recorded_at = q.recorded_at)
    ));
