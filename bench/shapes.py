"""The same events in four tables, and eight questions written by hand for three of them.

Ours is filled through events_inbox and asked through the runner (bench/insights.py). The floor is a narrow table with
nothing but the columns that the questions need, and the least SQL that gives our numbers. The other two have the
structure and the cost drivers of PostHog's tables and queries, in our own words: properties as JSON text, as a
self-hosted installation reads them (legacy), and its coming table with native JSON (json).

One device in a hundred has been merged with another user. In ours that link was settled into the rows, as the product
does within the hour or so; the floor has the users by hand; the peer joins its table of overrides wherever it counts
users, as it does in every installation, or, where a shape is called "bare", counts the persons of its rows as if nobody
had been merged. No shape has columns that no question reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

FIRST, DAYS = dt.date(2026, 1, 1), 90  # to 31 March
EVENTS_EACH = 40  # a larger site has more people, not busier ones
MERGED = "person % 100 = 37"  # these are devices, and belong to the user whose number is the next
TOP = 10

# Believable skew: a few users, campaigns and browsers have much of everything. `u` are even chances from 0 to 1.
# Everybody has one browser, merged or not.
SOURCE = f"""
CREATE TABLE source ENGINE = MergeTree ORDER BY n AS
SELECT n, event, time_ms, {MERGED} AS is_merged, concat(if(is_merged, '$device:d', 'user-'), toString(person)) AS who,
    if(is_merged, concat('user-', toString(person + 1)), who) AS owner, person, browser, campaign, plan, amount,
    concat('{{"$browser":"', browser, '","$os":"', ['Windows', 'Mac OS X', 'Android', 'iOS'][1 + person % 4],
        '","$city":"', ['Berlin', 'Paris', 'Lima', 'Osaka', 'Porto', 'Quito'][1 + intDiv(person, 7) % 6],
        '","$current_url":"https://shop.example/products/', toString(intHash64(n + 5) % 500), '?from=list"',
        ',"$referring_domain":"search.example","mp_lib":"web","$lib_version":"2.83.0","$screen_height":1080',
        ',"$screen_width":1920,"utm_source":"', if(u5 < 0.5, 'news', 'ads'), '","plan":"', plan,
        '","campaign":"', campaign, '","items":', toString(intHash64(n + 6) % 9), ',"trial":',
        if(u5 < 0.1, 'true', 'false'), if(event = 'Purchase', concat(',"amount":', toString(amount)), ''), '}}'
    ) AS properties
FROM
(
    SELECT number AS n,
        1767225600000 + intDiv(number * 7776000000, {{events:UInt64}}) AS time_ms,
        intHash64(number + 1) / 18446744073709551616. AS u1, intHash64(number + 2) / 18446744073709551616. AS u2,
        intHash64(number + 3) / 18446744073709551616. AS u3, intHash64(number + 4) / 18446744073709551616. AS u4,
        intHash64(number + 5) / 18446744073709551616. AS u5,
        multiIf(u1 < 0.4, 'Page View', u1 < 0.58, 'Product View', u1 < 0.7, 'Search', u1 < 0.79, 'Add To Cart',
            u1 < 0.89, 'Purchase', u1 < 0.93, 'Log In', u1 < 0.96, 'Share', u1 < 0.98, 'Sign Up', u1 < 0.99, 'Refund',
            'Rate') AS event,
        toUInt32(floor({{people:UInt32}} * pow(u2, 1.5))) AS person,
        ['Chrome', 'Safari', 'Edge', 'Firefox', 'Samsung Internet', 'Opera', 'Brave', 'Vivaldi', 'DuckDuckGo', 'Yandex',
            'UC Browser', 'Silk', 'Whale', 'Puffin'
        ][1 + toUInt8(floor(14 * pow(intHash64(person + ({MERGED})) % 1000 / 1000, 3)))] AS browser,
        concat('campaign ', toString(toUInt8(floor(50 * pow(u3, 2))))) AS campaign,
        multiIf(person % 10 < 6, 'free', person % 10 < 9, 'pro', 'team') AS plan,
        if(event = 'Purchase', floor(20000 * pow(u4, 2)) / 100 + 0.005, 0) AS amount
    FROM numbers({{events:UInt64}})
)
"""

OURS = """
INSERT INTO events_inbox (project_id, version, event, distinct_id, insert_id, time_ms, user_id, device_id, properties)
SELECT 1, n + 1, event, who, toString(n), time_ms, if(is_merged, '', who),
    if(is_merged, concat('d', toString(person)), ''), properties
FROM source WHERE n >= {first:UInt64} AND n < {end:UInt64}
"""

# The links, and when anonymous events came: an hour ago, so that they can be settled.
LINKED = (
    f"""
INSERT INTO devices (project_id, device_actor, device_id, user_id, user_actor, since, rank, linked, changed)
SELECT 1, sipHash64(toUInt32(1), concat('$device:', device)), device, user, sipHash64(toUInt32(1), user), now64(3), 1,
    true, now64(6) - toIntervalHour(1)
FROM (SELECT concat('d', toString(number)) AS device, concat('user-', toString(number + 1)) AS user, number AS person
    FROM numbers({{people:UInt64}}) WHERE {MERGED})
""",
    "INSERT INTO anonymous_devices"
    " SELECT project_id, inserted - toIntervalHour(1), device_actor FROM anonymous_devices",
    "DELETE FROM anonymous_devices WHERE inserted > now() - toIntervalMinute(50)",
)

FLOOR = (
    """
CREATE TABLE floor_events (event LowCardinality(String), time DateTime64(3, 'UTC'), user UInt64,
    browser LowCardinality(String), campaign LowCardinality(String), amount Float64, plan LowCardinality(String))
ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (event, toDate(time), time)
""",
    """
INSERT INTO floor_events SELECT event, fromUnixTimestamp64Milli(time_ms, 'UTC'), sipHash64(owner), browser, campaign,
    amount, plan FROM source
""",
)

LEGACY = (
    """
CREATE TABLE legacy_events (uuid UUID, event String, properties String CODEC(ZSTD(3)), timestamp DateTime64(6, 'UTC'),
    team_id Int64, distinct_id String, elements_chain String, created_at DateTime64(6, 'UTC'), person_id UUID,
    person_properties String CODEC(ZSTD(3)), _timestamp DateTime, _offset UInt64)
ENGINE = ReplacingMergeTree(_timestamp) PARTITION BY toYYYYMM(timestamp)
ORDER BY (team_id, toDate(timestamp), event, cityHash64(distinct_id), cityHash64(uuid))
SAMPLE BY cityHash64(distinct_id)
""",
    """
INSERT INTO legacy_events (uuid, event, properties, timestamp, team_id, distinct_id, person_id)
SELECT reinterpret(sipHash128(n), 'UUID'), event, properties, fromUnixTimestamp64Milli(time_ms, 'UTC'), 1, who,
    reinterpret(sipHash128(who), 'UUID') FROM source
""",
)

JSON = (
    """
CREATE TABLE json_events (uuid UUID, event String,
    properties JSON(max_dynamic_types = 8, max_dynamic_paths = 256, `$browser` Nullable(String)),
    timestamp DateTime64(6, 'UTC'), team_id Int64, distinct_id String, created_at DateTime64(6, 'UTC'), person_id UUID,
    is_deleted Bool DEFAULT false, _timestamp DateTime, _offset UInt64,
    INDEX bloom_distinct_id distinct_id TYPE bloom_filter GRANULARITY 1,
    INDEX minmax_timestamp timestamp TYPE minmax GRANULARITY 1)
ENGINE = ReplacingMergeTree(_timestamp) PARTITION BY toYYYYMM(timestamp)
PRIMARY KEY (team_id, toDate(timestamp), event, timestamp, cityHash64(distinct_id))
ORDER BY (team_id, toDate(timestamp), event, timestamp, cityHash64(distinct_id), distinct_id, uuid)
SAMPLE BY cityHash64(distinct_id)
SETTINGS object_serialization_version = 'v3', object_shared_data_serialization_version = 'map_with_buckets'
""",
    """
INSERT INTO json_events (uuid, event, properties, timestamp, team_id, distinct_id, person_id)
SELECT reinterpret(sipHash128(n), 'UUID'), event, properties, fromUnixTimestamp64Milli(time_ms, 'UTC'), 1, who,
    reinterpret(sipHash128(who), 'UUID') FROM source
""",
)

OVERRIDES = (
    """
CREATE TABLE overrides (team_id Int64, distinct_id String, person_id UUID, is_deleted Int8, version Int64)
ENGINE = ReplacingMergeTree(version) ORDER BY (team_id, distinct_id)
""",
    f"""
INSERT INTO overrides SELECT 1, concat('$device:d', toString(number)),
    reinterpret(sipHash128(concat('user-', toString(number + 1))), 'UUID'), 0, 1
FROM (SELECT number, number AS person FROM numbers({{people:UInt64}}) WHERE {MERGED})
""",
)

Rows = Sequence[tuple[Any, ...]]
Numbers = dict[str, list[float]]  # by segment ("" without a breakdown), or by the metric's letter


@dataclass(frozen=True)
class Asked:
    """A question to one shape: its statements, and how their rows become numbers. Without a range's number the list
    ends with the last bucket."""

    statements: tuple[str, ...]
    numbers: Callable[[list[Rows]], Numbers]


# --- the floor --------------------------------------------------------------------------------------------------------
# Rows are (segment, bucket, value …), where -1 is the whole range.

_DAY = f"toInt32(toDate(time) - toDate('{FIRST}'))"
_WEEK = "toInt32(intDiv(toDate(time) - toDate('2025-12-29'), 7))"
_TIME = f"time >= '{FIRST}' AND time < '{FIRST + dt.timedelta(DAYS)}'"
_SUM_ON = f"FROM floor_events WHERE event = 'Purchase' AND {_TIME}"
_VIEW_ON = f"FROM floor_events WHERE event = 'Page View' AND {_TIME}"
_LARGEST = f"(SELECT campaign {_VIEW_ON} GROUP BY campaign ORDER BY uniqExact(user) DESC, campaign LIMIT {TOP})"


def _listed(buckets: int, *, letters: str = "") -> Callable[[list[Rows]], Numbers]:
    def numbers(answers: list[Rows]) -> Numbers:
        found: Numbers = {}
        for segment, bucket, *values in answers[0]:
            for nth, value in enumerate(values):
                line = found.setdefault(letters[nth : nth + 1] or segment, [0.0] * (buckets + 1))
                line[bucket] = float(value)  # the range's number, -1, is the last
        return found

    return numbers


def _added_up(buckets: int) -> Callable[[list[Rows]], Numbers]:
    """Of what adds up, the range's number is the sum."""

    def numbers(answers: list[Rows]) -> Numbers:
        return {key: [*line[:-1], sum(line[:-1])] for key, line in _listed(buckets)(answers).items()}

    return numbers


def _folded(answers: list[Rows]) -> Numbers:
    """Of what adds up: the largest, the rest and the whole."""
    found = _added_up(DAYS)(answers)
    largest = sorted(found, key=lambda key: (-found[key][-1], key))[:TOP]

    def together(keys: list[str]) -> list[float]:
        return [sum(column) for column in zip(*(found[key] for key in keys), strict=True)]

    rest = [key for key in found if key not in largest]
    return {key: found[key] for key in largest} | {"(other)": together(rest), "All": together(list(found))}


def floor_questions() -> dict[str, Asked]:
    return {
        "total": Asked((f"SELECT '', {_DAY} AS at, count() {_VIEW_ON} GROUP BY at",), _added_up(DAYS)),
        "unique": Asked(
            (
                f"SELECT '', if(grouping(at) = 1, -1, at), uniqExact(user) FROM (SELECT {_DAY} AS at, user {_VIEW_ON})"
                " GROUP BY GROUPING SETS ((at), ())",
            ),
            _listed(DAYS),
        ),
        "total by browser": Asked((f"SELECT browser, {_DAY} AS at, count() {_VIEW_ON} GROUP BY browser, at",), _folded),
        "unique by campaign": Asked(
            (
                "SELECT if(grouping(shown) = 1, 'All', shown), if(grouping(at) = 1, -1, at), uniqExact(user) FROM"
                f" (SELECT if(campaign IN {_LARGEST}, campaign, '(other)') AS shown, {_DAY} AS at, user {_VIEW_ON})"
                " GROUP BY GROUPING SETS ((shown, at), (shown), (at), ())",
            ),
            _listed(DAYS),
        ),
        "sum where plan is pro": Asked(
            (f"SELECT '', {_DAY} AS at, sum(amount) {_SUM_ON} AND plan = 'pro' GROUP BY at",), _added_up(DAYS)
        ),
        "median by week": Asked(
            (
                "SELECT '', if(grouping(at) = 1, -1, at), quantileExactInclusive(0.5)(amount)"
                f" FROM (SELECT {_WEEK} AS at, amount {_SUM_ON}) GROUP BY GROUPING SETS ((at), ())",
            ),
            _listed(14),
        ),
        "weekly active": Asked(
            (
                f"SELECT '', day + later AS at, uniqExact(user) FROM (SELECT DISTINCT {_DAY} AS day, user {_VIEW_ON})"
                f" ARRAY JOIN range(7) AS later WHERE at < {DAYS} GROUP BY at",
            ),
            lambda answers: {key: [*line[:-1], line[-2]] for key, line in _listed(DAYS)(answers).items()},
        ),
        "three metrics and a formula": Asked(
            (
                "SELECT '', if(grouping(at) = 1, -1, at), count(), uniqExact(user), sum(amount)"
                f" FROM (SELECT {_DAY} AS at, user, amount {_SUM_ON}) GROUP BY GROUPING SETS ((at), ())",
            ),
            _listed(DAYS, letters="ABC"),
        ),
    }


# --- the peer's shapes ------------------------------------------------------------------------------------------------

_SINCE, _UNTIL = f"toDateTime64('{FIRST}', 6, 'UTC')", "toDateTime64('2026-03-31 23:59:59.999999', 6, 'UTC')"
_ALL_DAYS = (
    f"arrayMap(i -> toStartOfDay({_SINCE}) + toIntervalDay(i),"
    f" range(0, toUInt32(dateDiff('day', {_SINCE}, {_UNTIL}) + 1)))"
)
_START = "toStartOfDay(toTimeZone(e.timestamp, 'UTC'))"


_OVERRIDES = """ LEFT JOIN (SELECT distinct_id, argMax(person_id, version) AS person_id FROM overrides WHERE team_id = 1
    GROUP BY distinct_id HAVING argMax(is_deleted, version) = 0 SETTINGS optimize_aggregation_in_order = 1) AS o
    ON e.distinct_id = o.distinct_id"""


def resolved(*, joins: bool) -> tuple[str, str]:
    """Who did an event, in the peer's SQL, and the join that this needs: the person that the id belongs to by now, or
    without joins the one of the row."""
    if joins:
        return "if(notEmpty(o.distinct_id), o.person_id, e.person_id)", _OVERRIDES
    return "e.person_id", ""


def peer_questions(
    table: str, read: Callable[[str], str], number: Callable[[str], str], *, joins: bool
) -> dict[str, Asked]:
    """`read` and `number` say how a property is read as text and as a number; with `joins` users are the persons that
    their ids belong to by now."""
    person, join = resolved(joins=joins)
    users = f"count(DISTINCT {person})"

    def on(event: str, of_users: bool = False) -> str:
        return (
            f"FROM {table} AS e SAMPLE 1{join if of_users else ''} WHERE e.team_id = 1"
            f" AND e.timestamp >= toStartOfInterval({_SINCE}, toIntervalDay(1)) AND e.timestamp <= {_UNTIL}"
            f" AND e.event = '{event}'"
        )

    def daily(value: str, event: str, where: str = "") -> str:
        rows = on(event, value == users)
        return f"SELECT {_START} AS day, {value} AS n {rows}{where} GROUP BY day ORDER BY day LIMIT 50000"

    total = f"""
SELECT {_ALL_DAYS} AS days, arrayMap(d -> if(indexOf(found, d) = 0, 0, counts[indexOf(found, d)]), days) AS total, ''
FROM (SELECT groupArray(day_start) AS found, groupArray(n) AS counts FROM (
    SELECT day_start, sum(c) AS n FROM (SELECT count() AS c, {_START} AS day_start {on("Page View")} GROUP BY day_start)
    GROUP BY day_start ORDER BY day_start)) LIMIT 50000"""

    def split(value: str, counted: str) -> str:
        value = f"ifNull(nullIf(toString({value}), ''), '$$_null_$$')"
        return f"""
SELECT {_ALL_DAYS} AS days,
    arrayFold((acc, x) -> arrayMap((a, b) -> a + b, acc, x), groupArray(counts), arrayMap(i -> 0::UInt64, days))
        AS total,
    if(rn >= {TOP}, '(other)', value) AS shown
FROM (SELECT value, counts, rowNumberInAllBlocks() AS rn FROM (
    SELECT value,
        arrayMap(d -> if(indexOf(found, d) = 0, 0::UInt64, toUInt64(cs[indexOf(found, d)])), {_ALL_DAYS}) AS counts
    FROM (SELECT value, groupArray(day_start) AS found, groupArray(c) AS cs FROM (
        SELECT {counted} AS c, {_START} AS day_start, {value} AS value {on("Page View", counted == users)}
        GROUP BY day_start, value)
        GROUP BY value)
    ORDER BY if(value = '$$_null_$$', 1, 0) ASC, arraySum(counts) DESC, value ASC))
GROUP BY shown
ORDER BY if(shown = '(other)', 2, if(shown = '$$_null_$$', 1, 0)) ASC, arraySum(total) DESC, shown ASC LIMIT 50000"""

    weekly = f"""
SELECT d.day AS day, count(DISTINCT ev.actor) AS n
FROM (SELECT toStartOfDay({_SINCE}) + toIntervalDay(number) AS day FROM numbers({DAYS})) AS d
CROSS JOIN (SELECT toTimeZone(e.timestamp, 'UTC') AS t, {person} AS actor FROM {table} AS e SAMPLE 1{join}
    WHERE e.team_id = 1 AND e.timestamp >= toStartOfDay({_SINCE}) - toIntervalDay(7) AND e.timestamp <= {_UNTIL}
    AND e.event = 'Page View' GROUP BY t, actor) AS ev
WHERE ev.t < d.day + toIntervalDay(1) AND ev.t >= d.day - toIntervalDay(6) GROUP BY day ORDER BY day"""

    amount = number("amount")
    median = (
        f"SELECT toStartOfWeek(toTimeZone(e.timestamp, 'UTC'), 1) AS week, quantile(0.5)({amount}) AS n"
        f" {on('Purchase')} GROUP BY week ORDER BY week LIMIT 50000"
    )
    return {
        "total": Asked((total,), _by_lines),
        "unique": Asked((daily(users, "Page View"),), _by_days()),
        "total by browser": Asked((split(read("$browser"), "count()"),), _by_lines),
        "unique by campaign": Asked((split(read("campaign"), users),), _by_lines),
        "sum where plan is pro": Asked(
            (daily(f"sum({amount})", "Purchase", f" AND ifNull(equals({read('plan')}, 'pro'), 0)"),), _by_days()
        ),
        "median by week": Asked((median,), _by_days()),
        "weekly active": Asked((weekly,), _by_days()),
        "three metrics and a formula": Asked(
            tuple(daily(each, "Purchase") for each in ("count()", users, f"sum({amount})")), _by_days("ABC")
        ),
    }


def _by_days(letters: str = "") -> Callable[[list[Rows]], Numbers]:
    """No day is empty here, so the rows in their order are the buckets."""

    def numbers(answers: list[Rows]) -> Numbers:
        return {letters[nth : nth + 1]: [float(row[1]) for row in rows] for nth, rows in enumerate(answers)}

    return numbers


def _by_lines(answers: list[Rows]) -> Numbers:
    return {segment: [float(value) for value in values] for _, values, segment in answers[0]}


def legacy_questions(*, joins: bool) -> dict[str, Asked]:
    """Properties read from the text in the form that PostHog writes where no column was made for them."""

    def read(name: str) -> str:
        return f"replaceRegexpAll(nullIf(nullIf(JSONExtractRaw(e.properties, '{name}'), ''), 'null'), '^\"|\"$', '')"

    return peer_questions(
        "legacy_events", read, lambda name: f"accurateCastOrNull({read(name)}, 'Float64')", joins=joins
    )


def json_questions(*, joins: bool) -> dict[str, Asked]:
    """`$…` paths are typed columns, others are read as what they were found to be."""
    return peer_questions(
        "json_events",
        lambda name: f"e.properties.`{name}`" if name.startswith("$") else f"e.properties.`{name}`.:String",
        lambda name: f"e.properties.`{name}`.:Float64",
        joins=joins,
    )
