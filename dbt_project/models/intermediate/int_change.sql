with

every_value as (
    select * from {{ ref('int_value') }}
    where
        measure in ('goal', 'achieved', 'annual_goal')
        and value is not null
),

-- Of which figures there is anything to compare: most are only ever said one way.
differing as (
    select
        indicator_key,
        measure,
        quarter
    from every_value
    group by indicator_key, measure, quarter
    having min(value) < max(value)
),

stated_values as (
    select every_value.*
    from every_value
    semi join differing
        on
            every_value.indicator_key = differing.indicator_key
            and every_value.measure = differing.measure
            and every_value.quarter is not distinct from differing.quarter
),

documents as (
    select * from {{ ref('int_document') }}
),

said as (
    select
        stated_values.*,
        documents.document_sha256,
        documents.fiscal_year,
        documents.stated_in_quarter,
        documents.span_number,
        documents.recorded_from
    from stated_values
    inner join documents on stated_values.reading_key = documents.reading_key
),

counting as (
    select
        *,
        -- What a person decided holds against what nobody has looked at: that is held back, not a restatement.
        bool_or(is_decided) over (
            partition by indicator_key, measure, quarter
            order by vintage
            groups between unbounded preceding and 1 preceding
        ) as is_after_decision
    from said
    where
        is_current
        and is_stated
        and fiscal_year is not null
        and stated_in_quarter is not null
),

in_force as (
    select * from counting
    where is_decided or not coalesce(is_after_decision, false)
),

-- Two documents for one quarter do not restate one another: the one that counts speaks for its quarter.
by_vintage as (
    select
        *,
        'publisher' as way,
        lag(struct_pack(value, quality, document_sha256)) over (
            partition by indicator_key, measure, quarter order by vintage
        ) as old
    from (
        select * from in_force
        qualify row_number() over (
            partition by indicator_key, measure, quarter, vintage
            order by is_decided desc, is_exact desc, order_of_issue desc nulls last, is_good desc, precedence desc
        ) = 1
    ) as one_of_vintage
),

by_issue as (
    select
        *,
        'reissue' as way,
        lag(struct_pack(value, quality, document_sha256)) over (
            partition by indicator_key, measure, quarter, vintage, is_exact
            order by is_decided, order_of_issue nulls first, is_good, precedence
        ) as old
    from in_force
),

by_reading as (
    select
        *,
        'reading' as way,
        lag(struct_pack(value, quality, document_sha256)) over (
            partition by indicator_key, measure, quarter, document_sha256 order by span_number
        ) as old
    from said
),

changes as (
    select * from by_vintage
    union all by name
    select * from by_issue
    union all by name
    select * from by_reading
),

final as (
    select
        indicator_key,
        measure,
        quarter,
        fiscal_year,
        vintage,
        stated_in_quarter,
        span_number,
        old.value as old_value,
        old.quality as old_quality,
        old.document_sha256 as old_document_sha256,
        value as new_value,
        quality as new_quality,
        document_sha256 as new_document_sha256,
        recorded_from as recorded_at,
        way,
        case when 'corrected' in (old.quality, quality) then 'correction' else way end as cause
    from changes
    where value <> old.value
)

select * from final
