-- What is known of users, for questions: a copy of the relational database's profiles, which stay the truth (docs/decisions/0011,
-- 0020). The mirror sends rows to profiles_inbox, which keeps nothing; the view reads the JSON and fills profiles. Groups are not here.

CREATE TABLE IF NOT EXISTS profiles_inbox @ON_CLUSTER@
(
    project_id UInt32,
    distinct_id String,
    version UInt64,
    deleted Bool,
    properties String
)
ENGINE = Null;

-- actor is what an event of the same id carries (0001). The row with the highest version is the profile, or says that there is none.
CREATE TABLE IF NOT EXISTS profiles @ON_CLUSTER@
(
    project_id UInt32,
    distinct_id String CODEC(ZSTD(1)),
    actor UInt64,
    version UInt64 CODEC(ZSTD(1)),
    deleted Bool,
    strings Map(String, Nullable(String)),
    numbers Map(String, Nullable(Float64)),
    digits Map(String, Nullable(String)),
    booleans Map(String, Nullable(Bool)),
    nested Map(String, Nullable(String))
)
ENGINE = @REPLICATED@ReplacingMergeTree(version)
ORDER BY (project_id, distinct_id)
SETTINGS
    map_serialization_version = 'with_buckets',
    map_serialization_version_for_zero_level_parts = 'basic',
    map_buckets_strategy = 'linear',
    map_buckets_coefficient = 4,
    map_buckets_min_avg_size = 0,
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- The maps mean what those of events mean, and a test holds the two views together. What 0001 does besides is not needed here: no
-- property has a column of its own, and the text comes from a dictionary, so that no key is there twice and every number is finite.
CREATE MATERIALIZED VIEW IF NOT EXISTS profiles_parse @ON_CLUSTER@ TO profiles AS
SELECT
    project_id,
    distinct_id,
    sipHash64(project_id, distinct_id) AS actor,
    version,
    deleted,
    CAST(
        arrayMap(
            pair -> (
                pair.1,
                if(position(pair.2, '\\') = 0, substring(pair.2, 2, length(pair.2) - 2), JSONExtractString(pair.2))
            ),
            arrayFilter((pair, first_byte) -> first_byte = 34, pairs, first_bytes)
        ),
        'Map(String, String)'
    ) AS strings,
    CAST(arrayMap(pair -> (pair.1, toFloat64OrZero(pair.2)), figures), 'Map(String, Float64)') AS numbers,
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
    ) AS nested
FROM
(
    -- By type: the first byte of a value's JSON text tells it.
    SELECT *, arrayFilter((pair, first_byte) -> first_byte BETWEEN 45 AND 57, pairs, first_bytes) AS figures
    FROM
    (
        SELECT *, arrayMap(pair -> ascii(pair.2), pairs) AS first_bytes
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
                                        properties, concat(':[ \t\r\n]*', trim(BOTH '"' FROM pair.2), '[ \t\r\n]*[,}]')
                                    ),
                                trim(BOTH '"' FROM pair.2),
                                pair.2
                            )
                        ),
                        received
                    ),
                    received
                ) AS pairs
            FROM (SELECT *, JSONExtractKeysAndValuesRaw(properties) AS received FROM profiles_inbox)
        )
    )
);

-- Per project, a number that grows after each change of profiles that a question could see: for questions that read profiles.
ALTER TABLE data_versions @ON_CLUSTER@ ADD COLUMN IF NOT EXISTS profile_version SimpleAggregateFunction(max, UInt64);
