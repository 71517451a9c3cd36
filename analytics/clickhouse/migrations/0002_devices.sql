-- Which user a device belongs to. ReplacingMergeTree keeps the row with the highest rank: a link seen in an event ranks the higher
-- the earlier it was acknowledged (so the first user wins, whatever the order of insertion), and an administrator's row, from 2^63
-- upwards, outranks them all, the latest first. docs/decisions/0006.

CREATE TABLE IF NOT EXISTS devices @ON_CLUSTER@
(
    project_id UInt32,
    device_actor UInt64,
    device_id String,
    user_id String,
    user_actor UInt64,
    since DateTime64(3, 'UTC'),
    rank UInt64,
    linked Bool
)
ENGINE = @REPLICATED@ReplacingMergeTree(rank)
ORDER BY (project_id, device_actor)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS devices_from_events @ON_CLUSTER@ TO devices AS
SELECT
    project_id,
    sipHash64(project_id, concat('$device:', device_id)) AS device_actor,
    device_id,
    first_user_id AS user_id,
    sipHash64(project_id, first_user_id) AS user_actor,
    toDateTime64(fromUnixTimestamp64Micro(toInt64(bitShiftRight(first_version, 12)), 'UTC'), 3, 'UTC') AS since,
    9223372036854775807 - first_version AS rank,
    true AS linked
FROM
(
    SELECT project_id, device_id, argMin(user_id, version) AS first_user_id, min(version) AS first_version
    FROM events_inbox AS received
    WHERE received.user_id != '' AND received.device_id != ''
    GROUP BY project_id, device_id
);
