"""What the events of the last days look like, one line for each name: what somebody who has just begun to send wants
to check.

    event | events | users | of_placeholders | in_future | last
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.compiler.events import FINAL_SETTINGS, events
from analytics.queries.buckets import Window, day_start
from analytics.queries.dates import first_day_kept
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import bind, join, sql

DAYS = 7
MOST_NAMES = 200
SECONDS = 3  # what is read until then is shown
# What code sends as the id of a user whom it does not know.
PLACEHOLDERS = (
    "undefined",
    "null",
    "none",
    "nan",
    "nil",
    "0",
    "-1",
    "[object object]",
    "unknown",
    "anonymous",
    "guest",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """`of_placeholders` are events of "users" called undefined, null and the like; `in_future` are dated more than a
    day ahead."""

    event: str
    events: int
    users: int
    of_placeholders: int
    in_future: int
    last: dt.datetime


def compile_arrivals(scope: Scope) -> CompiledQuery[Arrival]:
    """Of events of the last DAYS days and of those that pretend to be of the coming ones, the most frequent first."""
    now = scope.now.astimezone(dt.UTC).replace(microsecond=0)  # edges of windows are whole seconds
    start = now - dt.timedelta(days=DAYS)
    kept = first_day_kept(scope)
    rows = events(
        join(", ", [sql("event"), sql("time"), sql("actor"), sql("distinct_id")]),
        scope=scope,
        window=Window(
            start if kept is None else max(start, day_start(kept, scope.tzinfo)), now + dt.timedelta(days=366)
        ),
        names=ALL_EVENTS,
    )
    statement = sql(
        "SELECT toString(event) AS name, count() AS events, uniqExact(actor) AS users,"
        " countIf(lower(distinct_id) IN {placeholders}) AS of_placeholders, countIf(time > {tomorrow}) AS in_future,"
        " max(time) AS last FROM ({rows}) GROUP BY event ORDER BY events DESC, name LIMIT {most}",
        placeholders=bind("Array(String)", list(PLACEHOLDERS)),
        tomorrow=bind("DateTime64(3, 'UTC')", now + dt.timedelta(days=1)),
        rows=rows,
        most=bind("UInt32", MOST_NAMES),
    )
    limits: dict[str, object] = {"max_execution_time": SECONDS, "timeout_overflow_mode": "break"}
    return CompiledQuery.of(statement, _arrival, {**FINAL_SETTINGS, **limits})


def _arrival(line: tuple[str, int, int, int, int, dt.datetime]) -> Arrival:
    event, count, users, placeholders, ahead, last = line
    return Arrival(event, count, users, placeholders, ahead, last.replace(tzinfo=dt.UTC))
