"""Sessions: all events of a user make them, whether they are counted or not. A session ends after the project's idle
time without any of them, and at midnight.
"""

from __future__ import annotations

from analytics.compiler.buckets import bucket_column
from analytics.queries.buckets import buckets
from analytics.queries.dates import DateRange, Interval
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, sql


def day_column(dates: DateRange, scope: Scope) -> Fragment:
    """The number of an event's day: what `with_sessions` needs as day_of_session."""
    return bucket_column(buckets(dates, Interval.DAY, scope)).expression


def with_sessions(everything: Fragment, scope: Scope) -> Fragment:
    """The rows with `session`, the moment at which the user's session began; `everything` has all events of the users
    and days, with user, moment (UTC milliseconds) and day_of_session."""
    # Events of one millisecond are of one session: RANGE takes them together, whatever their order.
    return sql(
        "SELECT *, max(begins) OVER (PARTITION BY user ORDER BY moment"
        " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session FROM (SELECT *,"
        " if(moment - lagInFrame(moment, 1, {never}) OVER before > {idle}"
        " OR day_of_session != lagInFrame(day_of_session, 1, toInt64(-1)) OVER before, moment, {never}) AS begins"
        " FROM ({everything}) WINDOW before AS (PARTITION BY user ORDER BY moment"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))",
        never=sql("toInt64(-9000000000000000)"),
        idle=bind("Int64", scope.session_minutes * 60_000),
        everything=everything,
    )
