"""The events of one metric as rows with the columns that its measure, its buckets and its breakdown need.

Everything that decides which events a metric has stands here: their names, filters, the first time, sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler.columns import columns_beside
from analytics.compiler.events import events, user
from analytics.compiler.filters import filters
from analytics.compiler.first_time import is_first
from analytics.compiler.sessions import day_column, with_sessions
from analytics.queries.buckets import Window, window
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
        """The same with `user` and `session`, the moment at which the user's session began."""
        named = self._named()
        everything = events(
            join(
                ", ",
                [
                    *columns,
                    sql("{user} AS user", user=user(self.scope)),
                    sql("toUnixTimestamp64Milli(time) AS moment"),
                    sql("{day} AS day_of_session", day=day_column(self.query.dates, self.scope)),
                    sql("({condition}) AS is_counted", condition=join(" AND ", [named, self._condition()]) or sql("1")),
                ],
            ),
            scope=self.scope,
            window=self.window,
            names=ALL_EVENTS,
            beside=self._known(),
        )
        return sql("SELECT * FROM ({rows}) WHERE is_counted", rows=with_sessions(everything, self.scope))

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
