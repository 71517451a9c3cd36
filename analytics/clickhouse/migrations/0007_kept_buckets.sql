-- What was counted of closed buckets, kept so that only touched ones are read again (docs/decisions/0023).

-- When a quarter of an hour that was over got another event: a kept bucket that is older than that is not used any more.
CREATE TABLE IF NOT EXISTS touched_slots @ON_CLUSTER@
(
    project_id UInt32,
    slot UInt32, -- quarters of an hour since 1970
    version SimpleAggregateFunction(max, UInt64)
)
ENGINE = @REPLICATED@AggregatingMergeTree
ORDER BY (project_id, slot)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- `reading` names which events are counted and how; a bucket of it is a mark (part 3) with the segments of one keeping.
-- Nothing here is a loss: what is gone is counted again.
CREATE TABLE IF NOT EXISTS kept_buckets @ON_CLUSTER@
(
    project_id UInt32,
    reading String,
    bucket Int64, -- milliseconds since 1970
    keeping UInt64,
    part UInt8,
    segment Nullable(String),
    numbers Array(Nullable(Float64)),
    actors Array(UInt64) CODEC(ZSTD(1)), -- as rows have them; merges are resolved when read
    version UInt64,
    as_of DateTime64(6, 'UTC'),
    kept_on Date DEFAULT today()
)
ENGINE = @REPLICATED@MergeTree
PARTITION BY kept_on
ORDER BY (project_id, reading, bucket, keeping)
TTL kept_on + INTERVAL 8 DAY
SETTINGS ttl_only_drop_parts = 1;
