"""Retention, lifecycle and frequency against the floor and the peer's shape, over the events of bench/shapes.py.

All shapes must give the same numbers before anything is timed. The peer's questions have the structure and the cost
drivers of PostHog's, in our own words, with its join with identity overrides and without. Its lifecycle takes the day
on which a person was created from a table; here that is the first time they did it, so that both can be compared.
BENCH_EVENTS sets the number of events. `python -m bench retention` prints the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from analytics import runner
from analytics.queries import FrequencyQuery, LifecycleQuery, Query, RetentionQuery
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.periods import Alignment, PeriodUnit
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from bench import shapes
from bench.figure import Figure
from bench.insights import BARE, FLOOR, LEGACY, OURS, TABLES, Bench, Ratio, engine
from bench.shapes import Asked, Rows

FIRST, LAST = date(2026, 1, 5), date(2026, 3, 29)  # twelve weeks, from a Monday to a Sunday
WEEKS = 12
SCOPE = Scope(1, "UTC", 1, datetime(2026, 3, 29, 12, tzinfo=UTC))
RANGE = FixedDates(FIRST, LAST)
VIEW, BUY = Step(("Page View",)), Step(("Purchase",))

Numbers = dict[tuple[Any, ...], int]  # what is not zero

QUESTIONS: dict[str, Query] = {
    "weekly retention": RetentionQuery(
        VIEW, BUY, RANGE, Interval.WEEK, PeriodUnit.WEEK, WEEKS - 1, alignment=Alignment.CALENDAR
    ),
    "first-time retention": RetentionQuery(
        VIEW, BUY, RANGE, Interval.WEEK, PeriodUnit.WEEK, WEEKS - 1, alignment=Alignment.CALENDAR, first_time=True
    ),
    "weekly lifecycle": LifecycleQuery(VIEW, RANGE, Interval.WEEK),
    "days of each week": FrequencyQuery(VIEW, RANGE, Interval.DAY, Interval.WEEK),
}

# --- the floor: the columns that are needed, and no more work than the numbers need -----------------------------------

_WEEK = f"intDiv(toDate(time) - toDate('{FIRST}'), 7)"
_IN = f"time >= '{FIRST}' AND time < toDate('{LAST}') + 1"
_UP_TO = f"time < toDate('{LAST}') + 1"
# Of each user's weeks the first view and the last purchase in it tell all there is to know.
_COUNTED = f"""
SELECT week, bucket, count() FROM (
    SELECT {{cohorts}} AS cohort, arrayJoin(arrayPushFront(arrayMap(w -> w.1 - cohort.1,
        arrayFilter(w -> w.1 > cohort.1 OR w.1 = cohort.1 AND w.2 >= cohort.2, returns)), toInt64(-1))) AS bucket,
        cohort.1 AS week
    FROM (SELECT groupArrayIf((week, first), first != 0) AS births, groupArrayIf((week, last), last != 0) AS returns
        {{first_ever}}
        FROM (SELECT user, toInt64({_WEEK}) AS week, minIf(toUnixTimestamp64Milli(time), event = 'Page View') AS first,
            maxIf(toUnixTimestamp64Milli(time), event = 'Purchase') AS last
            FROM floor_events WHERE event IN ('Page View', 'Purchase') AND {{time}} GROUP BY user, week)
        GROUP BY user HAVING notEmpty(births))
) GROUP BY week, bucket"""
_FLOOR = {
    "weekly retention": _COUNTED.format(cohorts="arrayJoin(births)", first_ever="", time=_IN),
    # Weeks before the range are numbered below 0, and intDiv rounds the days before it to 0: both are told by the time.
    "first-time retention": f"SELECT * FROM ({_COUNTED}) WHERE week >= 0".format(
        cohorts="arraySort(births)[1]", first_ever="", time=_UP_TO
    ).replace(_WEEK, f"intDiv(toDate(time) - toDate('{FIRST}') + 70, 7) - 10"),
    "weekly lifecycle": f"""
SELECT week, status, count() FROM (
    SELECT arraySort(groupUniqArray(toInt64(intDiv(toDate(time) - toDate('{FIRST}') + 70, 7) - 10))) AS weeks,
        arrayJoin(arrayConcat(
            arrayMap((w, i) -> (w, if(i = 1, 'new', if(weeks[i - 1] = w - 1, 'returning', 'resurrecting'))),
                weeks, arrayEnumerate(weeks)),
            arrayMap(w -> (w + 1, 'dormant'), arrayFilter((w, i) -> weeks[i + 1] != w + 1 OR i = length(weeks), weeks,
                arrayEnumerate(weeks))))) AS state, state.1 AS week, state.2 AS status
    FROM floor_events WHERE event = 'Page View' AND {_UP_TO} GROUP BY user
) WHERE week >= 0 AND week < {WEEKS} GROUP BY week, status""",
    "days of each week": f"""
SELECT week, days, count() FROM (
    SELECT groupUniqArray(toDate(time)) AS found, arrayJoin(arrayPushFront(
        arrayMap(w -> (toInt64(w), arrayCount(d -> intDiv(d - toDate('{FIRST}'), 7) = w, found)),
            arrayDistinct(arrayMap(d -> intDiv(d - toDate('{FIRST}'), 7), found))),
        (toInt64(-1), toUInt32(length(found))))) AS number, number.1 AS week, number.2 AS days
    FROM floor_events WHERE event = 'Page View' AND {_IN} GROUP BY user
) GROUP BY week, days""",
}

# --- the peer's shapes ------------------------------------------------------------------------------------------------

_SINCE = f"toDateTime64('{FIRST}', 6, 'UTC')"
_END = f"toDateTime64('{LAST}', 6, 'UTC') + toIntervalDay(1)"
_LOCAL = "toTimeZone(e.timestamp, 'UTC')"


def legacy_questions(*, joins: bool) -> dict[str, Asked]:
    person, join = shapes.resolved(joins=joins)

    def retention(starts: str, since: str = "") -> str:
        return f"""
SELECT start_i, k, count(DISTINCT actor) AS n FROM (
    SELECT {person} AS actor, {starts} AS starts,
        arrayMap(i -> toStartOfWeek({_SINCE}, 1) + toIntervalWeek(i), range(0, {WEEKS})) AS weeks,
        arraySort(groupUniqArrayIf(toStartOfWeek({_LOCAL}, 1), e.event = 'Purchase')) AS returns,
        arrayJoin(arrayFilter(i -> i >= 0, arrayMap((i, w) -> if(has(starts, w), toInt32(i) - 1, -1),
            arrayEnumerate(weeks), weeks))) AS start_i,
        arrayJoin(arrayConcat([0], arrayFilter(x -> x > 0, arrayMap(
            r -> toInt32(indexOf(arraySlice(weeks, start_i + 1, {WEEKS}), r)) - 1, returns)))) AS k
    FROM legacy_events AS e SAMPLE 1{join}
    WHERE e.team_id = 1 AND {since}e.timestamp < {_END} AND e.event IN ('Page View', 'Purchase') GROUP BY actor
) GROUP BY start_i, k ORDER BY start_i, k LIMIT 50000"""

    lifecycle = f"""
SELECT start_of_period, status, count(DISTINCT actor) AS n FROM (
    SELECT {person} AS actor, toStartOfWeek(min(p.created_at), 1) AS born,
        arraySort(groupUniqArray(toStartOfWeek({_LOCAL}, 1))) AS active,
        arrayPopBack(arrayPushFront(active, born)) AS before,
        arrayPopFront(arrayPushBack(active, toDate('1970-01-01'))) AS after,
        arrayMap((a, b) -> if(a = born, 'new', if(b = a - toIntervalWeek(1) AND b != a, 'returning', 'resurrecting')),
            active, before) AS statuses,
        arrayFilter(x -> x.2 = 'dormant', arrayMap((a, b) -> (a + toIntervalWeek(1),
            if(b = a + toIntervalWeek(1), '', 'dormant')), active, after)) AS gone,
        arrayJoin(arrayConcat(arrayZip(active, statuses), gone)) AS pair,
        pair.1 AS start_of_period, pair.2 AS status
    FROM legacy_events AS e SAMPLE 1{join}
    INNER JOIN (SELECT id, argMax(created_at, version) AS created_at FROM legacy_persons GROUP BY id) AS p
        ON p.id = {person}
    WHERE e.team_id = 1 AND e.event = 'Page View' AND e.timestamp >= {_SINCE} - toIntervalWeek(1)
        AND e.timestamp < {_END} GROUP BY actor
) WHERE start_of_period >= toStartOfWeek({_SINCE}, 1) AND start_of_period < toDate({_END})
GROUP BY start_of_period, status"""
    days = f"""
SELECT -1, days, count() FROM (SELECT actor, count() AS days FROM (
    SELECT {person} AS actor, toStartOfDay({_LOCAL}) AS day FROM legacy_events AS e SAMPLE 1{join}
    WHERE e.team_id = 1 AND e.event = 'Page View' AND e.timestamp >= {_SINCE} AND e.timestamp < {_END}
    GROUP BY actor, day HAVING count() > 0) GROUP BY actor) GROUP BY days ORDER BY days"""
    first_ever = f"[toStartOfWeek(minIf({_LOCAL}, e.event = 'Page View'), 1)]"
    any_time = f"arraySort(groupUniqArrayIf(toStartOfWeek({_LOCAL}, 1), e.event = 'Page View'))"
    return {
        "weekly retention": Asked((retention(any_time, f"e.timestamp >= {_SINCE} AND "),), _by_key),
        "first-time retention": Asked((retention(first_ever),), _by_key),
        "weekly lifecycle": Asked((lifecycle,), _in_weeks),
        "days of each week": Asked((days,), _by_key),
    }


def persons() -> str:
    """When each person of the peer was created. Whoever was merged into another is no person any more."""
    person, join = shapes.resolved(joins=True)
    return f"""
CREATE TABLE legacy_persons (id UUID, created_at DateTime64(3), version UInt64) ENGINE = ReplacingMergeTree(version)
ORDER BY id AS SELECT {person} AS id, min(e.timestamp) AS created_at, 1 AS version FROM legacy_events AS e{join}
WHERE e.event = 'Page View' GROUP BY id
"""


RATIOS: tuple[Ratio, ...] = (
    ("ours / floor", OURS, FLOOR, 1.5, "less"),
    ("legacy shape / ours", LEGACY, OURS, 3.0, "more"),
    ("legacy shape without its join / ours", BARE[LEGACY], OURS, None, "more"),
)


def run() -> Iterator[Figure]:
    with engine("retention") as opened:
        bench = RetentionBench(*opened)
        bench.fill()
        bench.merge()
        bench.client.execute(persons())
        yield from bench.measured(QUESTIONS, RATIOS)


@dataclass
class RetentionBench(Bench):
    by_hand: dict[str, dict[str, Asked]] = field(
        default_factory=lambda: {
            FLOOR: {name: Asked((statement,), _by_key) for name, statement in _FLOOR.items()},  # type: ignore[arg-type]
            LEGACY: legacy_questions(joins=True),
            BARE[LEGACY]: legacy_questions(joins=False),
        }
    )
    tables: dict[str, str] = field(default_factory=lambda: {shape: TABLES[shape] for shape in (OURS, FLOOR, LEGACY)})

    def ours(self, name: str, query_id: str | None = None) -> tuple[Any, int, int]:
        answer = runner.run(QUESTIONS[name], SCOPE, url=self.server.url, cache=None, query_id=query_id)
        return numbers_of(answer.result.to_json()), answer.meta.read_rows, answer.meta.read_bytes

    def check(self) -> None:
        """All shapes give the same numbers, as far as each gives them."""
        for name in QUESTIONS:
            ours, floor, theirs = (self.ask(shape, name)[0] for shape in (OURS, FLOOR, LEGACY))
            assert ours == floor, (name, FLOOR, different(ours, floor))
            # The peer's bucket 0 is the cohort itself, and it counts days over the range only.
            if "retention" in name:
                ours = {(week, max(bucket, 0)): users for (week, bucket), users in ours.items() if bucket}
            if name == "days of each week":
                ours = {key: users for key, users in ours.items() if key[0] == -1}
            assert ours == theirs, (name, LEGACY, different(ours, theirs))


def numbers_of(answer: dict[str, Any]) -> Numbers:
    """Ours by week and bucket (-1 is the cohort), by week and status, or by week (-1 is the range) and days."""
    found: Numbers = {}
    [series, *_] = answer["series"]
    if answer["kind"] == "retention":
        for week, row in enumerate(series["rows"]):
            found[week, -1] = row["size"]
            found |= {(week, bucket): users or 0 for bucket, users in enumerate(row["users"])}
    elif answer["kind"] == "lifecycle":
        for each in answer["series"]:
            found |= {(week, each["status"]): users for week, users in enumerate(each["values"])}
    else:
        for week, each in enumerate([series["total"], *series["periods"]], start=-1):
            found |= {(week, days): users for days, users in enumerate(each["exactly"], start=1)}
    return {key: users for key, users in found.items() if users}


def _by_key(answers: list[Rows]) -> Numbers:
    return {tuple(key): count for *key, count in answers[0]}


def _in_weeks(answers: list[Rows]) -> Numbers:
    return {((start - FIRST).days // 7, status): users for start, status, users in answers[0]}


def different(ours: Numbers, theirs: Numbers) -> list[tuple[Any, int, int]]:
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    return [(key, ours.get(key, 0), theirs.get(key, 0)) for key in keys if ours.get(key) != theirs.get(key)][:10]
