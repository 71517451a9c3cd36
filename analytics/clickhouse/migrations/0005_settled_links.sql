-- Old links are written into events.actor from time to time ("settled"), so that a question need only resolve the young ones. These
-- tables say which those are. docs/decisions/0019 has the reasoning; whoever changes one of them must go through it again.

-- When the server received the row that counts. Links from before this file are old: the epoch.
ALTER TABLE devices @ON_CLUSTER@ ADD COLUMN IF NOT EXISTS changed DateTime64(6, 'UTC') DEFAULT toDateTime64(0, 6, 'UTC');

-- As in 0002, with `changed`. The clock is read for each block, not when a statement begins that then waits for its rows.
ALTER TABLE devices_from_events @ON_CLUSTER@ MODIFY QUERY
SELECT
    project_id,
    sipHash64(project_id, concat('$device:', device_id)) AS device_actor,
    device_id,
    first_user_id AS user_id,
    sipHash64(project_id, first_user_id) AS user_actor,
    toDateTime64(fromUnixTimestamp64Micro(toInt64(bitShiftRight(first_version, 12)), 'UTC'), 3, 'UTC') AS since,
    9223372036854775807 - first_version AS rank,
    true AS linked,
    nowInBlock64(6, 'UTC') AS changed
FROM
(
    SELECT project_id, device_id, argMin(user_id, version) AS first_user_id, min(version) AS first_version
    FROM events_inbox AS received
    WHERE received.user_id != '' AND received.device_id != ''
    GROUP BY project_id, device_id
);

-- Which devices were anonymous in which ten minutes of arrival: their events came with the device as actor. Questions look
-- back at most 20 days (schema/identity.py), so that nothing they need has gone.
CREATE TABLE IF NOT EXISTS anonymous_devices @ON_CLUSTER@
(
    project_id UInt32,
    inserted DateTime('UTC'),
    device_actor UInt64
)
ENGINE = @REPLICATED@ReplacingMergeTree
ORDER BY (project_id, inserted, device_actor)
TTL inserted + INTERVAL 30 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS anonymous_devices_from_events @ON_CLUSTER@ TO anonymous_devices AS
SELECT
    project_id,
    toDateTime(toStartOfTenMinutes(nowInBlock64(6, 'UTC')), 'UTC') AS inserted,
    sipHash64(
        project_id, multiIf(user_id != '', user_id, device_id != '', concat('$device:', device_id), distinct_id)
    ) AS device_actor
FROM events_inbox AS received
WHERE (received.user_id = '' AND received.device_id != '')
    OR startsWith(if(received.user_id = '', received.distinct_id, received.user_id), '$device:')
GROUP BY project_id, inserted, device_actor;

-- The user that a device's events may have been written to; 0 once they have been given back. Written before the events are.
-- Until exact_until, questions go back to the ids of each event.
CREATE TABLE IF NOT EXISTS settled_links @ON_CLUSTER@
(
    project_id UInt32,
    device_actor UInt64,
    user_actor UInt64,
    exact_until DateTime64(6, 'UTC'),
    written DateTime64(6, 'UTC')
)
ENGINE = @REPLICATED@ReplacingMergeTree(written)
ORDER BY (project_id, device_actor)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- From effective_from on, links that arrived before settled_until are in the events, but for devices in anonymous_devices since.
CREATE TABLE IF NOT EXISTS identity_settlings @ON_CLUSTER@
(
    project_id UInt32,
    settled_until DateTime64(6, 'UTC'),
    effective_from DateTime64(6, 'UTC')
)
ENGINE = @REPLICATED@MergeTree
ORDER BY (project_id, settled_until)
TTL toDateTime(effective_from) + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
