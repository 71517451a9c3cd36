-- Per project, a number that grows after each write that a question could see: the third part of the cache key.
CREATE TABLE IF NOT EXISTS data_versions @ON_CLUSTER@
(
    project_id UInt32,
    version SimpleAggregateFunction(max, UInt64)
)
ENGINE = @REPLICATED@AggregatingMergeTree
ORDER BY project_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Refused payloads, kept with their reason. Replaying one inserts the row again with replayed_at set and a later changed_at.
CREATE TABLE IF NOT EXISTS rejected_events @ON_CLUSTER@
(
    project_id UInt32,
    id UUID,
    received_at DateTime64(3, 'UTC'),
    endpoint LowCardinality(String),
    field String,
    reason String,
    code LowCardinality(String),
    payload String CODEC(ZSTD(3)),
    replayed_at Nullable(DateTime64(3, 'UTC')),
    changed_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = @REPLICATED@ReplacingMergeTree(changed_at)
PARTITION BY toYYYYMM(received_at)
ORDER BY (project_id, received_at, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
