-- What can be picked in a question: names with how often and when they were last seen, summed at insert. The counts are of received
-- events (a repeated one counts again): they order lists, they answer no question.

CREATE TABLE IF NOT EXISTS event_names @ON_CLUSTER@
(
    project_id UInt32,
    event String,
    day Date,
    events SimpleAggregateFunction(sum, UInt64),
    last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = @REPLICATED@AggregatingMergeTree
ORDER BY (project_id, event, day);

CREATE MATERIALIZED VIEW IF NOT EXISTS event_names_from_events @ON_CLUSTER@ TO event_names AS
SELECT project_id, event, toDate(time) AS day, count() AS events, max(time) AS last_seen
FROM events
GROUP BY project_id, event, day;

CREATE TABLE IF NOT EXISTS property_names @ON_CLUSTER@
(
    project_id UInt32,
    event String,
    property String,
    type LowCardinality(String),
    events SimpleAggregateFunction(sum, UInt64),
    last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = @REPLICATED@AggregatingMergeTree
ORDER BY (project_id, event, property, type);

CREATE MATERIALIZED VIEW IF NOT EXISTS property_names_from_events @ON_CLUSTER@ TO property_names AS
SELECT project_id, event, found.1 AS property, found.2 AS type, count() AS events, max(time) AS last_seen
FROM
(
    SELECT
        project_id,
        event,
        time,
        arrayJoin(
            arrayConcat(
                arrayFilter(
                    pair -> pair.2 = 'string',
                    [
                        ('$browser', if(isNull(p_browser), '', 'string')),
                        ('$os', if(isNull(p_os), '', 'string')),
                        ('$device', if(isNull(p_device), '', 'string')),
                        ('$city', if(isNull(p_city), '', 'string')),
                        ('$region', if(isNull(p_region), '', 'string')),
                        ('mp_country_code', if(isNull(p_country), '', 'string')),
                        ('$referring_domain', if(isNull(p_referring_domain), '', 'string')),
                        ('utm_source', if(isNull(p_utm_source), '', 'string')),
                        ('utm_medium', if(isNull(p_utm_medium), '', 'string')),
                        ('utm_campaign', if(isNull(p_utm_campaign), '', 'string')),
                        ('utm_content', if(isNull(p_utm_content), '', 'string')),
                        ('utm_term', if(isNull(p_utm_term), '', 'string')),
                        ('$current_url', if(isNull(p_current_url), '', 'string')),
                        ('mp_lib', if(isNull(p_lib), '', 'string'))
                    ]
                ),
                arrayMap(
                    (name, value) -> (
                        name, if(match(value, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}|$)'), 'datetime', 'string')
                    ),
                    mapKeys(strings),
                    mapValues(strings)
                ),
                arrayMap(name -> (name, 'number'), mapKeys(numbers)),
                arrayMap(name -> (name, 'boolean'), mapKeys(booleans)),
                arrayMap(
                    (name, value) -> (name, if(startsWith(value, '['), 'list', 'object')), mapKeys(nested), mapValues(nested)
                )
            )
        ) AS found
    FROM events
)
GROUP BY project_id, event, property, type;
