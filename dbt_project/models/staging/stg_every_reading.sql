with

verdicts as (
    select
        extraction_id,
        passed
    from {{ source('landing', 'gate') }}
    qualify row_number() over (partition by extraction_id order by recorded_at desc, suite_version desc) = 1
),

held as (
    select distinct extraction_id
    from {{ source('landing', 'quarantine') }}
    where
        stage = 'correction'
        and extraction_id is not null
),

admitted as (
    select extractions.*
    from {{ source('landing', 'extraction') }} as extractions
    inner join verdicts on extractions.extraction_id = verdicts.extraction_id
    anti join held on extractions.extraction_id = held.extraction_id
    where verdicts.passed
),

withdrawals as (
    select * from {{ source('landing', 'withdrawal') }}
),

corrections as (
    select * from {{ source('landing', 'correction_spell') }}
),

-- All that changes which reading of a document counts, or what it says.
events as (
    select
        document_sha256,
        recorded_at as happened_at,
        extraction_id,
        null::boolean as is_withdrawn
    from admitted
    union all by name
    select
        document_sha256,
        withdrawn_at as happened_at,
        true as is_withdrawn
    from withdrawals
    union all by name
    select
        document_sha256,
        restored_at as happened_at,
        false as is_withdrawn
    from withdrawals
    where restored_at is not null
    union all by name
    select
        document_sha256,
        recorded_at as happened_at
    from corrections
    union by name
    select
        document_sha256,
        recorded_until as happened_at
    from corrections
    where recorded_until is not null
),

states as (
    select
        document_sha256,
        happened_at as recorded_from,
        lead(happened_at) over in_order as recorded_until,
        last_value(extraction_id ignore nulls) over so_far as extraction_id,
        coalesce(last_value(is_withdrawn ignore nulls) over so_far, false) as is_withdrawn
    from events
    window
        in_order as (
            partition by document_sha256
            order by happened_at, extraction_id nulls last, is_withdrawn
        ),
        so_far as (
            partition by document_sha256
            order by happened_at, extraction_id nulls last, is_withdrawn
            rows between unbounded preceding and current row
        )
),

spans as (
    select
        *,
        row_number() over (partition by document_sha256 order by recorded_from) as span_number
    from states
    where
        extraction_id is not null
        and not is_withdrawn
        and (recorded_until is null or recorded_until > recorded_from)
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
        admitted.extraction_id,
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
),

final as (
    select
        *,
        {{ surrogate_key([name_key('municipality'), name_key('state')]) }} as municipality_id
    from named
)

select * from final
