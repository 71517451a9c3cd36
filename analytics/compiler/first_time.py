"""That an event is the first of its kind that a user ever did."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.compiler.events import events, user
from analytics.queries.buckets import Window, beginning
from analytics.queries.metrics import AllEvents
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, sql


def is_first(names: Sequence[str] | AllEvents, read: Window, scope: Scope) -> Fragment:
    """That an event is the first by these names that its user ever did, in all the time that is kept.

    Of two in one millisecond it is the one received first. Filters look at that event; they do not choose it.
    """
    who = user(scope)
    history = events(
        sql("{user} AS user, time, version", user=who),
        scope=scope,
        window=Window(min(beginning(scope), read.end), read.end),
        names=names,
    )
    return sql(
        "({user}, time, version) IN (SELECT user, first.1, first.2 FROM"
        " (SELECT user, min((time, version)) AS first FROM ({history}) GROUP BY user))",
        user=who,
        history=history,
    )
