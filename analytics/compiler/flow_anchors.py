"""Where the flows of a funnel's number begin: at the event with which each attempt came to the last step that the
number tells of.

    user | time | version      one row for each attempt

Of several such events at one moment it is the one that was received first.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.compiler.breakdowns import Key
from analytics.compiler.events import milliseconds
from analytics.compiler.filters import filters
from analytics.compiler.flow_names import not_hidden
from analytics.compiler.funnels.behind import Behind
from analytics.queries.buckets import window
from analytics.queries.flows import FlowsQuery
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.funnels import StepOrder
from analytics.queries.metrics import AllEvents
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, join, sql


def anchors_of(number: FunnelNumber, query: FlowsQuery, scope: Scope, shown: Sequence[Key]) -> Fragment:
    """SELECT of them. `shown` are the segments that the funnel shows, where the number is of one."""
    behind = Behind.of(number, scope, shown)
    reading = behind.reading
    is_any = reading.query.order is StepOrder.ANY
    rows = sql(
        "SELECT * FROM ({rows}) WHERE is_anchor AND {is_step}",
        rows=reading.rows(
            [sql("time"), sql("version AS received"), sql("({anchor}) AS is_anchor", anchor=_is_anchor(query, scope))]
        ),
        is_step=reading.is_any_step if is_any else reading.is_step(number.reached),
    )
    began = window(query.dates, scope)
    reached = sql(
        "SELECT user{held}, entered, times[{step}] AS t FROM ({attempts})"
        " WHERE toInt64(entered) >= {start} AND toInt64(entered) < {end}",
        held=behind.held,
        step=bind("UInt8", number.reached),
        attempts=behind.attempts,
        start=bind("Int64", milliseconds(began.start.timestamp())),
        end=bind("Int64", milliseconds(began.end.timestamp())),
    )
    return sql(
        "SELECT user, time, min(received) AS version FROM ({rows}) AS event INNER JOIN ({reached}) AS attempt"
        " USING ({who}, t) GROUP BY {who}, entered, time",
        rows=rows,
        reached=reached,
        who=join(", ", reading.who),
    )


def _is_anchor(query: FlowsQuery, scope: Scope) -> Fragment:
    """What an event must be that a flow begins at."""
    named = sql("1")
    if not isinstance(query.anchor.events, AllEvents):
        named = sql("event IN {names}", names=bind("Array(String)", list(query.anchor.events)))
    return join(" AND ", [named, not_hidden(query), filters(query.filters, query.anchor.filters, scope=scope)])
