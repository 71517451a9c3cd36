"""Who is behind a number of a funnel: the same attempts that made it, with the steps' events from their first moment to
their last. So the count of users, attempts or sessions is the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.compiler.breakdowns import OTHER, Key
from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.events import milliseconds
from analytics.compiler.funnels.attempts import attempts
from analytics.compiler.funnels.rows import FunnelRows
from analytics.compiler.funnels.segments import Asked
from analytics.compiler.plans.funnels import segments_shown
from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.comparisons import compared
from analytics.queries.drilldowns.funnels import Outcome, Point
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.drilldowns.parts import ALL
from analytics.queries.funnels import Count
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, join, sql


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    """Users; where attempts or sessions are counted, the user of each."""
    shown: Sequence[Key] = ()
    if any(part != ALL for part in point.segment):
        shown = yield from segments_shown(point.query, scope, 2)
    users = _users(point, scope, shown)
    return (yield from people(users, scope, paging))


def _users(point: Point, scope: Scope, shown: Sequence[Key]) -> Fragment:
    """`scope` and `shown` are the question's; a compared number is of another time, but of the same segments."""
    query, around = point.query, scope
    if point.compared and query.comparison is not None:
        dates, around = compared(query.comparison, query.dates, scope)
        query = replace(query, dates=dates, comparison=None)
    if all(part == ALL for part in point.segment):
        query = replace(query, breakdowns=())  # nobody needs to know what breaks them down
    point = replace(point, query=query, segment=point.segment if query.breakdowns else (), compared=False)
    asked = Asked.of(query, around, shown)
    found = attempts(query, around, asked.split)
    if asked.split is not None:
        found = asked.split.places(found, shown)
    held = sql(", held") if query.hold else sql("")
    chosen = sql(
        # What tells attempts of one user apart, where each is counted.
        "SELECT user, entered, times[-1] AS reached{held},"
        " toInt64(bitShiftRight(sipHash64(entered{held}), 1)) AS session FROM ({found}) WHERE {conditions}",
        held=held,
        found=found,
        conditions=join(" AND ", [_outcome(point), *_in_bucket(point, around), *_in_segment(point, asked, shown)]),
    )
    reading = FunnelRows(query, around)
    rows = sql(
        "SELECT user, time, version, distinct_id, user_id, session FROM"
        " (SELECT * FROM ({rows}) WHERE {is_step}) AS event INNER JOIN ({chosen}) AS attempt USING ({who})"
        " WHERE t >= entered AND t <= reached",
        rows=reading.rows([sql("time"), sql("version"), sql("distinct_id"), sql("user_id")]),
        is_step=reading.is_any_step,
        chosen=chosen,
        who=join(", ", reading.who),
    )
    return named_users(rows, by_session=query.count is not Count.UNIQUES)


def _outcome(point: Point) -> Fragment:
    if point.outcome is Outcome.CONVERTED:
        return sql("length(times) >= {step}", step=bind("UInt8", point.step))
    return sql("length(times) = {step}", step=bind("UInt8", point.step - 1))


def _in_bucket(point: Point, scope: Scope) -> list[Fragment]:
    if point.bucket is None:
        return []
    for each in buckets(point.query.dates, point.query.interval, scope):
        if each.start == point.bucket:
            edges = (bind("UInt64", milliseconds(edge.timestamp())) for edge in (each.start, each.end))
            return [sql("entered >= {start} AND entered < {end}", start=next(edges), end=next(edges))]
    raise QueryError(
        f"No bucket of the answer begins at {point.bucket.isoformat()} (any more): ask the question again.",
        place="at.bucket",
    )


def _in_segment(point: Point, asked: Asked, shown: Sequence[Key]) -> list[Fragment]:
    if asked.split is None:
        return []
    if all(part.kind == "other" for part in point.segment):
        return [sql("place = {other}", other=bind("UInt16", OTHER))]
    for place, key in enumerate(shown, start=1):
        parts = [(str(part.kind), part.value, part.upper) for part in asked.split.read(key)]
        if parts == [(part.kind, part.value, part.upper) for part in point.segment]:
            return [sql("place = {place}", place=bind("UInt16", place))]
    raise QueryError(
        "There is no such segment among those that the answer shows (any more): ask the question again.",
        place="at.segment",
    )
