"""The only place that reads the events table. Nobody gets events of a project or a time that they did not ask for.

The project and the window are not optional, and the window has been cut to what the project keeps (queries/buckets.py),
so that an answer does not depend on how far deletion has come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from analytics.queries.buckets import Window
from analytics.queries.metrics import AllEvents
from analytics.queries.scope import Merged, Scope
from analytics.schema import identity, profiles
from analytics.schema.tables import events_table
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

# Duplicates share their time, so they share their month: each month can be resolved by itself, and a month that is one
# finished part needs no resolving at all.
FINAL_SETTINGS = {"do_not_merge_across_partitions_select_final": 1}


def events(
    columns: Fragment,
    *,
    scope: Scope,
    window: Window,
    names: Sequence[str] | AllEvents,
    where: Fragment = EMPTY,
    beside: Mapping[str, Fragment] | None = None,
) -> Fragment:
    """A SELECT of `columns` over events, of which each is there once: as it was last received. `beside` are columns of
    the user's profile, by names that `columns` may use.

    FINAL stands here for every measure, also for those that a doubled row would not change. A resent event may carry
    another property value or another user, and a superseded one must not count; only the engine knows which rows
    those are.
    """
    conditions = [
        _of_project(scope),
        sql(
            "time >= fromUnixTimestamp64Milli({start}, 'UTC')",
            start=bind("Int64", milliseconds(window.start.timestamp())),
        ),
        sql("time < fromUnixTimestamp64Milli({end}, 'UTC')", end=bind("Int64", milliseconds(window.end.timestamp()))),
        _of_days(window),
    ]
    if not isinstance(names, AllEvents):
        conditions.append(sql("event IN {names}", names=bind("Array(String)", list(names))))
    if where:
        conditions.append(where)
    return sql(
        "SELECT {columns} FROM {table} FINAL{profiles} WHERE {conditions}",
        columns=columns,
        table=events_table(),
        profiles=profiles.joined(user(scope), scope.project_id, beside) if beside else EMPTY,
        conditions=join(" AND ", conditions),
    )


def names_of_events(*, scope: Scope, window: Window, most: int) -> Fragment:
    """SELECT of `event`: the names of events in the window, each once, and perhaps of others; `most` of them at most.

    Duplicates share their name, so nothing needs resolving, and the names are what the rows are sorted by: finding them
    takes a fifth of what it takes to count them.
    """
    return sql(
        "SELECT DISTINCT event FROM {table} WHERE {project} AND {days} LIMIT {most}",
        table=events_table(),
        project=_of_project(scope),
        days=_of_days(window),
        most=bind("UInt32", most),
    )


def _of_project(scope: Scope) -> Fragment:
    return sql("project_id = {project}", project=bind("UInt32", scope.project_id))


def _of_days(window: Window) -> Fragment:
    """The sort key has the day before the time. With FINAL the engine does not see by itself that a time has one, and
    read a whole month for a day; as a hint it chooses what is read, and costs no look at each row."""
    return sql(
        "indexHint(toDate(time) >= {first} AND toDate(time) <= {last})",
        first=bind("Date", window.start.astimezone(dt.UTC).date()),
        last=bind("Date", (window.end - dt.timedelta(milliseconds=1)).astimezone(dt.UTC).date()),
    )


def user(scope: Scope) -> Fragment:
    """The user of an event, merged devices resolved."""
    merged = scope.merged
    if isinstance(merged, Merged):
        return identity.user_of_named(merged.devices, merged.users)
    return identity.user_looked_up(scope.project_id, merged.since)


def milliseconds(seconds: float) -> int:
    """Edges lie on whole seconds, which a float holds exactly."""
    return int(seconds) * 1000
