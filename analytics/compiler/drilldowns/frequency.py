"""The users behind a bar of a frequency, with their events in its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.compiler.breakdowns import WHOLE, Key
from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.drilldowns.segments import place_of, unknown_bucket
from analytics.compiler.events import milliseconds
from analytics.compiler.frequency import Habits
from analytics.compiler.plans.frequency import segments_shown
from analytics.queries.buckets import buckets
from analytics.queries.drilldowns.frequency import Point
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.scope import Scope
from analytics.queries.segments import ALL
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    shown = yield from segments_shown(point.query, scope, 2)
    return (yield from people(_users(point, scope, shown), scope, paging))


def _users(point: Point, scope: Scope, shown: Sequence[Key]) -> Fragment:
    query = point.query
    if all(part == ALL for part in point.segment):
        query = replace(query, breakdowns=())  # nobody needs to know what breaks them down
    habits = Habits(query, scope, shown)
    parts = habits.split
    place = place_of(point.segment, parts, shown) if parts else WHOLE
    period, inside = sql("period = toInt64(-1)"), EMPTY
    if point.bucket is not None:
        found = next((each for each in buckets(query.dates, query.per, scope) if each.start == point.bucket), None)
        if found is None:
            raise unknown_bucket(point.bucket.isoformat())
        start, end = (bind("Int64", milliseconds(edge.timestamp())) for edge in (found.start, found.end))
        inside = sql("moment >= {start} AND moment < {end}", start=start, end=end)
        # By the moment that it begins: any piece of the period names it.
        period = sql(
            "period = (SELECT {number} FROM (SELECT {start} AS piece))", number=habits.period.expression, start=start
        )
    users = sql(
        "SELECT user FROM ({counted}) WHERE at = {place} AND {period} AND {units}",
        counted=habits.counted(parts),
        place=bind("UInt16", place),
        period=period,
        units=sql(
            "units >= {units}" if point.or_more else "units = {units}",
            units=bind("UInt64", point.units),
        ),
    )
    in_segment = sql("place = {place}", place=bind("UInt16", place)) if parts else EMPTY
    return named_users(
        sql(
            "SELECT * FROM ({rows}) WHERE {conditions}",
            rows=habits.rows(
                [sql("time, version, distinct_id, user_id, toUnixTimestamp64Milli(time) AS moment")], parts
            ),
            conditions=join(" AND ", [inside, in_segment, sql("user IN ({users})", users=users)]),
        )
    )
