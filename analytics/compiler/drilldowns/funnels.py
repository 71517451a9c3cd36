"""Who is behind a number of a funnel: the same attempts that made it, with the steps' events from their first moment to
their last. So the count of users, attempts or sessions is the number."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.compiler.breakdowns import Key
from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.funnels.behind import Behind
from analytics.compiler.plans.funnels import segments_of
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.funnels import Count
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, join, sql


def users_plan(point: FunnelNumber, scope: Scope, paging: Paging) -> ListPlan:
    """Users; where attempts or sessions are counted, the user of each."""
    shown = yield from segments_of(point, scope, 2)
    return (yield from people(_users(point, scope, shown), scope, paging))


def _users(point: FunnelNumber, scope: Scope, shown: Sequence[Key]) -> Fragment:
    behind = Behind.of(point, scope, shown)
    chosen = sql(
        # What tells attempts of one user apart, where each is counted.
        "SELECT user, entered, times[-1] AS reached{held},"
        " toInt64(bitShiftRight(sipHash64(entered{held}), 1)) AS session FROM ({attempts})",
        held=behind.held,
        attempts=behind.attempts,
    )
    reading = behind.reading
    rows = sql(
        "SELECT user, time, version, distinct_id, user_id, session FROM"
        " (SELECT * FROM ({rows}) WHERE {is_step}) AS event INNER JOIN ({chosen}) AS attempt USING ({who})"
        " WHERE t >= entered AND t <= reached",
        rows=reading.rows([sql("time"), sql("version"), sql("distinct_id"), sql("user_id")]),
        is_step=reading.is_any_step,
        chosen=chosen,
        who=join(", ", reading.who),
    )
    return named_users(rows, by_session=point.query.count is not Count.UNIQUES)
