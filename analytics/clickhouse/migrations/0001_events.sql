-- The events of every project, and how they get there: the writer sends rows to events_inbox, which keeps nothing; the materialized
-- view reads the JSON in the engine and fills events. docs/decisions/0003 and 0004 say why each key, codec and map is as it is.

CREATE TABLE IF NOT EXISTS events_inbox @ON_CLUSTER@
(
    project_id UInt32,
    version UInt64,
    event String,
    distinct_id String,
    insert_id String,
    time_ms Int64,
    user_id String,
    device_id String,
    properties String
)
ENGINE = Null;

CREATE TABLE IF NOT EXISTS events @ON_CLUSTER@
(
    project_id UInt32,
    event LowCardinality(String),
    time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    distinct_id String CODEC(ZSTD(1)),
    insert_id String CODEC(ZSTD(1)),
    distinct_hash UInt64,
    insert_hash UInt64,
    version UInt64 CODEC(Delta, ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    device_id String CODEC(ZSTD(1)),
    actor UInt64,
    p_browser LowCardinality(Nullable(String)),
    p_os LowCardinality(Nullable(String)),
    p_device LowCardinality(Nullable(String)),
    p_city LowCardinality(Nullable(String)),
    p_region LowCardinality(Nullable(String)),
    p_country LowCardinality(Nullable(String)),
    p_referring_domain LowCardinality(Nullable(String)),
    p_utm_source LowCardinality(Nullable(String)),
    p_utm_medium LowCardinality(Nullable(String)),
    p_utm_campaign LowCardinality(Nullable(String)),
    p_utm_content LowCardinality(Nullable(String)),
    p_utm_term LowCardinality(Nullable(String)),
    p_current_url LowCardinality(Nullable(String)),
    p_lib LowCardinality(Nullable(String)),
    strings Map(String, String),
    numbers Map(String, Float64),
    digits Map(String, String),
    booleans Map(String, Bool),
    nested Map(String, String),
    properties String CODEC(ZSTD(1))
)
ENGINE = @REPLICATED@ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, event, toDate(time), distinct_hash, time, insert_hash)
SETTINGS
    map_serialization_version = 'with_buckets',
    map_serialization_version_for_zero_level_parts = 'basic',
    map_buckets_strategy = 'linear',
    map_buckets_coefficient = 4,
    map_buckets_min_avg_size = 0,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- One subquery per step: the analyzer expands an alias wherever it is used, and eight steps of that cost 150 ms an insert.
CREATE MATERIALIZED VIEW IF NOT EXISTS events_parse @ON_CLUSTER@ TO events AS
SELECT
    project_id,
    event,
    fromUnixTimestamp64Milli(time_ms, 'UTC') AS time,
    distinct_id,
    insert_id,
    sipHash64(distinct_id) AS distinct_hash,
    sipHash64(insert_id) AS insert_hash,
    version,
    user_id,
    device_id,
    sipHash64(
        project_id, multiIf(user_id != '', user_id, device_id != '', concat('$device:', device_id), distinct_id)
    ) AS actor,
    if(has(text_keys, '$browser'), text_values[indexOf(text_keys, '$browser')], NULL) AS p_browser,
    if(has(text_keys, '$os'), text_values[indexOf(text_keys, '$os')], NULL) AS p_os,
    if(has(text_keys, '$device'), text_values[indexOf(text_keys, '$device')], NULL) AS p_device,
    if(has(text_keys, '$city'), text_values[indexOf(text_keys, '$city')], NULL) AS p_city,
    if(has(text_keys, '$region'), text_values[indexOf(text_keys, '$region')], NULL) AS p_region,
    if(has(text_keys, 'mp_country_code'), text_values[indexOf(text_keys, 'mp_country_code')], NULL) AS p_country,
    if(has(text_keys, '$referring_domain'), text_values[indexOf(text_keys, '$referring_domain')], NULL) AS p_referring_domain,
    if(has(text_keys, 'utm_source'), text_values[indexOf(text_keys, 'utm_source')], NULL) AS p_utm_source,
    if(has(text_keys, 'utm_medium'), text_values[indexOf(text_keys, 'utm_medium')], NULL) AS p_utm_medium,
    if(has(text_keys, 'utm_campaign'), text_values[indexOf(text_keys, 'utm_campaign')], NULL) AS p_utm_campaign,
    if(has(text_keys, 'utm_content'), text_values[indexOf(text_keys, 'utm_content')], NULL) AS p_utm_content,
    if(has(text_keys, 'utm_term'), text_values[indexOf(text_keys, 'utm_term')], NULL) AS p_utm_term,
    if(has(text_keys, '$current_url'), text_values[indexOf(text_keys, '$current_url')], NULL) AS p_current_url,
    if(has(text_keys, 'mp_lib'), text_values[indexOf(text_keys, 'mp_lib')], NULL) AS p_lib,
    CAST(
        arrayFilter(
            pair -> pair.1 NOT IN (
                '$browser', '$os', '$device', '$city', '$region', 'mp_country_code', '$referring_domain', 'utm_source',
                'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', '$current_url', 'mp_lib'
            ),
            texts
        ),
        'Map(String, String)'
    ) AS strings,
    CAST(arrayMap(pair -> (pair.1, toFloat64OrZero(pair.2)), figures), 'Map(String, Float64)') AS numbers,
    -- A Float64 holds whole numbers up to 2^53; the digits of longer ones (order ids) are kept beside it.
    CAST(
        arrayFilter(
            pair -> length(pair.2) > 15 AND match(pair.2, '^-?[0-9]{16,}$')
                AND toUInt256OrZero(trim(LEADING '-' FROM pair.2)) NOT BETWEEN 1 AND 9007199254740992,
            figures
        ),
        'Map(String, String)'
    ) AS digits,
    CAST(
        arrayMap(pair -> (pair.1, pair.2 = 'true'), arrayFilter(pair -> pair.2 IN ('true', 'false'), pairs)),
        'Map(String, Bool)'
    ) AS booleans,
    CAST(
        arrayFilter((pair, first_byte) -> first_byte IN (91, 123), pairs, first_bytes), 'Map(String, String)'
    ) AS nested,
    properties
FROM
(
    -- By type: the first byte of a value's JSON text tells it.
    SELECT *, texts.1 AS text_keys, texts.2 AS text_values
    FROM
    (
        SELECT
            *,
            arrayMap(
                pair -> (
                    pair.1,
                    if(position(pair.2, '\\') = 0, substring(pair.2, 2, length(pair.2) - 2), JSONExtractString(pair.2))
                ),
                arrayFilter((pair, first_byte) -> first_byte = 34, pairs, first_bytes)
            ) AS texts,
            arrayFilter((pair, first_byte) -> first_byte BETWEEN 45 AND 57, pairs, first_bytes) AS figures
        FROM
        (
            SELECT *, arrayMap(pair -> ascii(pair.2), pairs) AS first_bytes
            FROM
            (
                -- Out of the maps: what has a column of its own, and the token, which is nobody's property.
                -- The last of two equal keys wins.
                SELECT
                    *,
                    arrayFilter(
                        pair -> pair.1 NOT IN ('time', 'distinct_id', '$insert_id', '$user_id', '$device_id', 'token'),
                        if(
                            arrayUniq(typed.1) = length(typed),
                            typed,
                            arrayReverse(
                                arrayFilter(
                                    (pair, nth) -> nth = 1, arrayReverse(typed), arrayEnumerateUniq(arrayReverse(typed.1))
                                )
                            )
                        )
                    ) AS pairs
                FROM
                (
                    -- A whole number beyond 64 bits is read as quoted digits; it must not turn into text.
                    SELECT
                        *,
                        if(
                            arrayExists(pair -> length(pair.2) > 20 AND match(pair.2, '^"-?[0-9]+"$'), received),
                            arrayMap(
                                pair -> (
                                    pair.1,
                                    if(
                                        length(pair.2) > 20 AND match(pair.2, '^"-?[0-9]+"$')
                                            AND match(
                                                properties,
                                                concat(':[ \t\r\n]*', trim(BOTH '"' FROM pair.2), '[ \t\r\n]*[,}]')
                                            ),
                                        trim(BOTH '"' FROM pair.2),
                                        pair.2
                                    )
                                ),
                                received
                            ),
                            received
                        ) AS typed
                    FROM
                    (
                        -- A number that no Float64 holds (1e999) makes the engine refuse the whole text. Then that number counts
                        -- as not set, and the rest is read.
                        SELECT
                            *,
                            if(
                                empty(as_sent) AND length(properties) > 2,
                                JSONExtractKeysAndValuesRaw(
                                    replaceRegexpAll(
                                        properties, '-?[0-9]+(\\.[0-9]+)?[eE][+]?[0-9]{3,}([ \\t\\r\\n]*[,}\\]])', 'null\\2'
                                    )
                                ),
                                as_sent
                            ) AS received
                        FROM (SELECT *, JSONExtractKeysAndValuesRaw(properties) AS as_sent FROM events_inbox)
                    )
                )
            )
        )
    )
);
