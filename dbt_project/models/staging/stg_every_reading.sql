with

extractions as (
    select * from {{ source('landing', 'extraction') }}
),

verdicts as (
    select
        *,
        row_number() over in_order = 1 as is_first,
        lead(recorded_at) over in_order as next_at
    from {{ source('landing', 'gate') }}
    window in_order as (partition by extraction_id order by recorded_at, suite_version)
),

passes as (
    select distinct extraction_id from verdicts
    where passed
),

admitted as (
    select extractions.*
    from extractions
    inner join passes on extractions.extraction_id = passes.extraction_id
),

-- A reading does not count while the gate refuses it, or while a correction does not fit it.
holds as (
    select
        admitted.extraction_id,
        admitted.document_sha256,
        -- What had not passed before never counted.
        case when verdicts.is_first then admitted.recorded_at else verdicts.recorded_at end as held_at,
        verdicts.next_at as released_at
    from admitted
    inner join verdicts on admitted.extraction_id = verdicts.extraction_id
    where not verdicts.passed
    union all by name
    select * from {{ source('landing', 'correction_hold') }}
),

withdrawals as (
    select * from {{ source('landing', 'withdrawal') }}
),

corrections as (
    select * from {{ source('landing', 'correction_spell') }}
),

row_holds as (
    select * from {{ source('landing', 'row_hold') }}
),

-- All that may change which reading of a document counts, or what it says (`extraction_id` is of that).
events as (
    {% for relation, moment, changed in [
        ('admitted', 'recorded_at', 'null::varchar'),
        ('holds', 'held_at', 'null::varchar'),
        ('holds', 'released_at', 'null::varchar'),
        ('withdrawals', 'withdrawn_at', 'null::varchar'),
        ('withdrawals', 'restored_at', 'null::varchar'),
        ('corrections', 'recorded_at', 'extraction_id'),
        ('corrections', 'recorded_until', 'extraction_id'),
        ('row_holds', 'held_at', 'extraction_id'),
        ('row_holds', 'released_at', 'extraction_id'),
    ] -%}
        select
            document_sha256,
            {{ moment }} as happened_at,
            {{ changed }} as extraction_id
        from {{ relation }}
        where {{ moment }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

moments as (
    select
        document_sha256,
        happened_at as recorded_from,
        lead(happened_at) over (partition by document_sha256 order by happened_at) as recorded_until,
        list(extraction_id) filter (where extraction_id is not null) as changed
    from events
    group by document_sha256, happened_at
),

-- The newest reading that was there and not held counts, unless its document was taken out.
counting as (
    select
        moments.*,
        admitted.extraction_id
    from moments
    inner join admitted
        on
            moments.document_sha256 = admitted.document_sha256
            and moments.recorded_from >= admitted.recorded_at
    anti join holds
        on
            admitted.extraction_id = holds.extraction_id
            and moments.recorded_from >= holds.held_at
            and (holds.released_at is null or moments.recorded_from < holds.released_at)
    anti join withdrawals
        on
            moments.document_sha256 = withdrawals.document_sha256
            and moments.recorded_from >= withdrawals.withdrawn_at
            and (withdrawals.restored_at is null or moments.recorded_from < withdrawals.restored_at)
    qualify row_number() over (
        partition by moments.document_sha256, moments.recorded_from
        order by admitted.recorded_at desc, admitted.extraction_id desc
    ) = 1
),

compared as (
    select
        *,
        coalesce(
            recorded_from = lag(recorded_until) over in_order
            and extraction_id = lag(extraction_id) over in_order
            and not coalesce(list_contains(changed, extraction_id), false), false
        ) as is_same
    from counting
    window in_order as (partition by document_sha256 order by recorded_from)
),

numbered as (
    select
        *,
        count(*) filter (where not is_same) over (
            partition by document_sha256 order by recorded_from rows between unbounded preceding and current row
        ) as span_number
    from compared
),

spans as (
    select
        document_sha256,
        span_number,
        extraction_id,
        min(recorded_from) as recorded_from,
        case when not bool_or(recorded_until is null) then max(recorded_until) end as recorded_until
    from numbered
    group by document_sha256, span_number, extraction_id
),

withdrawn as (
    select distinct document_sha256
    from withdrawals
    where restored_at is null
),

-- What people say of a report in place of what it says of itself, while they say it.
said as (
    select
        spans.document_sha256,
        spans.span_number,
        map(
            list(corrections.field), list(coalesce(corrections.new_text, corrections.new_value::integer::varchar))
        ) as news
    from spans
    inner join corrections
        on
            spans.extraction_id = corrections.extraction_id
            and spans.recorded_from >= corrections.recorded_at
            and (corrections.recorded_until is null or spans.recorded_from < corrections.recorded_until)
    where corrections.row_number is null
    group by spans.document_sha256, spans.span_number
),

named as (
    select
        -- As much of the hash as an extraction's id has: all that follows is joined by it.
        left(spans.document_sha256, 16) || '-' || spans.span_number as reading_id,
        spans.document_sha256,
        spans.span_number,
        spans.recorded_from,
        spans.recorded_until,
        spans.recorded_until is null as is_current,
        spans.span_number = max(spans.span_number) over (partition by spans.document_sha256) as is_last,
        withdrawn.document_sha256 is not null as is_withdrawn,
        admitted.extraction_id,
        admitted.extraction_number,
        admitted.extractor,
        admitted.profile,
        {% for text in ['municipality', 'state', 'entity', 'program_code', 'program_name', 'plan'] -%}
            nullif(trim(
                case
                    when map_contains(said.news, '{{ text }}') then said.news['{{ text }}']
                    else admitted.{{ text }}
                end
            ), '') as {{ text }},
        {% endfor -%}
        case
            when map_contains(said.news, 'fiscal_year') then said.news['fiscal_year']::integer
            else admitted.fiscal_year
        end as fiscal_year,
        case
            when map_contains(said.news, 'quarter') then said.news['quarter']::integer else admitted.quarter
        end as stated_in_quarter
    from spans
    inner join admitted on spans.extraction_id = admitted.extraction_id
    left join said on spans.document_sha256 = said.document_sha256 and spans.span_number = said.span_number
    left join withdrawn on spans.document_sha256 = withdrawn.document_sha256
),

final as (
    select
        *,
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id
    from named
)

select * from final
