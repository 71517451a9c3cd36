"""The events of one metric as rows with the columns that its measure, its buckets and its breakdown need.

Everything that decides which events a metric has stands here: their names, filters, the first time, sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler.buckets import bucket_column
from analytics.compiler.columns import columns_beside
from analytics.compiler.events import events, user
from analytics.compiler.filters import filters
from analytics.compiler.first_time import is_first
from analytics.queries.buckets import Window, buckets, window
from analytics.queries.dates import Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


@dataclass(frozen=True, slots=True)
class Reading:
    """Which events: those of a metric of the question, in the question's time or in another one."""

    query: InsightsQuery
    scope: Scope
    metric: Metric
    time: Window | None = None

    @property
    def window(self) -> Window:
        return self.time or window(self.query.dates, self.scope)

    def rows(self, columns: Sequence[Fragment]) -> Fragment:
        """A SELECT of the columns over the metric's events."""
        return events(
            join(", ", columns),
            scope=self.scope,
            window=self.window,
            names=self.metric.events,
            where=self._condition(),
            beside=self._known(),
        )

    def rows_with_sessions(self, columns: Sequence[Fragment]) -> Fragment:
        """The same with `user` and `session`, the moment at which the user's session began.

        All events of a user make the sessions, whether they are counted or not: a session ends after the project's idle
        time without any of them, and at midnight.
        """
        days = bucket_column(buckets(self.query.dates, Interval.DAY, self.scope))
        named = self._named()
        everything = events(
            join(
                ", ",
                [
                    *columns,
                    sql("{user} AS user", user=user(self.scope)),
                    sql("toUnixTimestamp64Milli(time) AS moment"),
                    sql("{day} AS day_of_session", day=days.expression),
                    sql("({condition}) AS is_counted", condition=join(" AND ", [named, self._condition()]) or sql("1")),
                ],
            ),
            scope=self.scope,
            window=self.window,
            names=ALL_EVENTS,
            beside=self._known(),
        )
        # Events of one millisecond are of one session: RANGE takes them together, whatever their order.
        return sql(
            "SELECT * FROM (SELECT *, max(begins) OVER (PARTITION BY user ORDER BY moment"
            " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session FROM (SELECT *,"
            " if(moment - lagInFrame(moment, 1, {never}) OVER before > {idle}"
            " OR day_of_session != lagInFrame(day_of_session, 1, toInt64(-1)) OVER before, moment, {never}) AS begins"
            " FROM ({everything}) WINDOW before AS (PARTITION BY user ORDER BY moment"
            " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))) WHERE is_counted",
            never=sql("toInt64(-9000000000000000)"),
            idle=bind("Int64", self.scope.session_minutes * 60_000),
            everything=everything,
        )

    def _known(self) -> dict[str, Fragment]:
        return columns_beside(breakdown.property for breakdown in self.query.breakdowns)

    def _named(self) -> Fragment:
        if isinstance(self.metric.events, AllEvents):
            return EMPTY
        return sql("event IN {names}", names=bind("Array(String)", list(self.metric.events)))

    def _condition(self) -> Fragment:
        asked = filters(self.query.filters, self.metric.filters, scope=self.scope)
        return join(" AND ", [asked, self._first_time()])

    def _first_time(self) -> Fragment:
        return is_first(self.metric.events, self.window, self.scope) if self.metric.first_time else EMPTY
