"""The events of one metric as rows with the columns that its measure, its buckets and its breakdown need.

Everything that decides which events a metric has stands here: their names, filters, the first time, sessions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler.columns import columns_beside
from analytics.compiler.events import events, user
from analytics.compiler.filters import filters
from analytics.compiler.sessions import day_column, with_sessions
from analytics.queries.buckets import Window, day_start, window
from analytics.queries.dates import first_day_kept
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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
        """That an event is the first of the metric's that its user ever did, in all the time that is kept.

        Of two in one millisecond it is the one received first. Filters look at that event; they do not choose it.
        """
        if not self.metric.first_time:
            return EMPTY
        who = user(self.scope)
        kept = first_day_kept(self.scope)
        start = _BEGINNING if kept is None else day_start(kept, self.scope.tzinfo)
        history = events(
            sql("{user} AS user, time, version", user=who),
            scope=self.scope,
            window=Window(min(start, self.window.end), self.window.end),
            names=self.metric.events,
        )
        return sql(
            "({user}, time, version) IN (SELECT user, first.1, first.2 FROM"
            " (SELECT user, min((time, version)) AS first FROM ({history}) GROUP BY user))",
            user=who,
            history=history,
        )
