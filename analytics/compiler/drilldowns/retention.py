"""The users behind a number about retention. Behind one of the average stands a user once for each cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from analytics.compiler.breakdowns import Key
from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.drilldowns.segments import place_of, unknown_bucket
from analytics.compiler.events import milliseconds
from analytics.compiler.plans.retention import segments_shown
from analytics.compiler.retention import returns_of
from analytics.compiler.returns import Returns
from analytics.queries.buckets import buckets
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.drilldowns.retention import Point
from analytics.queries.retention import Criterion
from analytics.queries.scope import Scope
from analytics.queries.segments import ALL
from analytics.results.retention import cohort_of
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    shown = yield from segments_shown(point.query, scope, 2)
    return (yield from people(_users(point, scope, shown), scope, paging))


def _users(point: Point, scope: Scope, shown: Sequence[Key]) -> Fragment:
    query = point.query
    if all(part == ALL for part in point.segment):
        query = replace(query, breakdowns=())  # nobody needs to know what breaks them down
    found = returns_of(query, scope, shown)
    births, in_segment = found.reached(), EMPTY
    if found.split:
        births = found.split.places(births, shown)
        place = place_of(point.segment, found.split, shown)
        in_segment = sql("place = {place}", place=bind("UInt16", place))
    began = [milliseconds(start.timestamp()) for start in _cohorts(point, scope)]
    in_cohort = sql("session IN {began}", began=bind("Array(Int64)", began))
    chosen = sql(
        "SELECT user, {cohort} AS session FROM ({births}) WHERE {conditions}",
        cohort=found.cohort.edge,
        births=births,
        conditions=join(" AND ", [in_cohort, in_segment, _outcome(point)]),
    )
    return named_users(
        sql(
            "SELECT * FROM ({events}) AS event INNER JOIN ({chosen}) AS chosen USING (user)",
            events=_events(found),
            chosen=chosen,
        ),
        by_session=True,
    )


def _cohorts(point: Point, scope: Scope) -> list[dt.datetime]:
    """The starts of the cohorts that the number is of."""
    query = point.query
    found = [cohort_of(query, bucket, scope) for bucket in buckets(query.dates, query.interval, scope)]
    if point.cohort is None:
        return [each.start for each in found if point.bucket is None or each.complete[point.bucket]]
    chosen = [each.start for each in found if each.start == point.cohort]
    if not chosen:
        raise unknown_bucket(point.cohort.isoformat(), "at.cohort")
    return chosen


def _outcome(point: Point) -> Fragment:
    if point.bucket is None:
        return EMPTY
    bucket = bind("Int64", point.bucket)
    came = sql("has(reached, {bucket})", bucket=bucket)
    if point.query.criterion is Criterion.ON_OR_AFTER:
        came = sql("arrayExists(number -> number >= {bucket}, reached)", bucket=bucket)
    return came if point.returned else sql("NOT {came}", came=came)


def _events(found: Returns) -> Fragment:
    """The question's events: births and returns."""
    return found.read(
        [sql("{user} AS user, time, version, distinct_id, user_id", user=found.user)],
        found.birth.names_with(found.back),
        found.window,
        sql("(({birth}) OR ({back}))", birth=found.birth.test, back=found.back.test),
    )
