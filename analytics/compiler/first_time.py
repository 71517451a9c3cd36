"""That an event is the first of its kind that a user ever did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from analytics.compiler.events import events, user
from analytics.queries.buckets import Window, day_start
from analytics.queries.dates import first_day_kept
from analytics.queries.metrics import AllEvents
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, sql

_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def is_first(names: Sequence[str] | AllEvents, read: Window, scope: Scope) -> Fragment:
    """That an event is the first by these names that its user ever did, in all the time that is kept.

    Of two in one millisecond it is the one received first. Filters look at that event; they do not choose it.
    """
    who = user(scope)
    kept = first_day_kept(scope)
    start = _BEGINNING if kept is None else day_start(kept, scope.tzinfo)
    history = events(
        sql("{user} AS user, time, version", user=who),
        scope=scope,
        window=Window(min(start, read.end), read.end),
        names=names,
    )
    return sql(
        "({user}, time, version) IN (SELECT user, first.1, first.2 FROM"
        " (SELECT user, min((time, version)) AS first FROM ({history}) GROUP BY user))",
        user=who,
        history=history,
    )
