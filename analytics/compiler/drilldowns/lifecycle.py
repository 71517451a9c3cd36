"""The users behind a bar of a lifecycle, with their events in the interval; of dormant ones, in the interval before."""

from __future__ import annotations

from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.drilldowns.segments import unknown_bucket
from analytics.compiler.events import milliseconds
from analytics.compiler.lifecycle import Lives, number_of
from analytics.queries.drilldowns.lifecycle import Point
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.lifecycle import Status
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, sql


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    return (yield from people(_users(point, scope), scope, paging))


def _users(point: Point, scope: Scope) -> Fragment:
    lives = Lives(point.query, scope)
    found = lives.buckets
    at = next((at for at, each in enumerate(found) if at and each.start == point.bucket), None)
    if at is None:
        raise unknown_bucket(point.bucket.isoformat())
    seen = found[at - 1] if point.status is Status.DORMANT else found[at]
    users = sql(
        "SELECT user FROM ({states}) WHERE interval = {interval} AND status = {status}",
        states=lives.states(),
        interval=bind("UInt16", at + 1),
        status=number_of(point.status),
    )
    return named_users(
        sql(
            "SELECT * FROM ({rows}) WHERE moment >= {start} AND moment < {end} AND user IN ({users})",
            rows=lives.rows([sql("time, version, distinct_id, user_id, toUnixTimestamp64Milli(time) AS moment")]),
            start=bind("Int64", milliseconds(seen.start.timestamp())),
            end=bind("Int64", milliseconds(seen.end.timestamp())),
            users=users,
        )
    )
