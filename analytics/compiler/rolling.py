"""Users of a time that ends with each bucket: 1, 7 or 30 days, or all of the range so far.

A user is active in a run of buckets after each event. So a run adds one user where the run before it has ended, and
takes one away behind its own end: adding these up bucket by bucket gives the users of each. What a run adds depends on
its stretch of time and on the user's stretch before it alone, and those pairs are few: users are counted by pair. That
reads every event once, however many windows it lies in.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler.events import milliseconds
from analytics.queries.buckets import Bucket, Window, day_start, window
from analytics.queries.dates import Interval, first_day_kept
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import ROLLING_DAYS, Measure
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, sql

_BY_CLOCK = (Interval.MINUTE, Interval.HOUR)


@dataclass(frozen=True, slots=True)
class Windows:
    """For each bucket the time whose users it has; `read` is all of it."""

    starts: tuple[dt.datetime, ...]
    ends: tuple[dt.datetime, ...]
    read: Window


def windows(measure: Measure, query: InsightsQuery, scope: Scope, found: Sequence[Bucket]) -> Windows:
    whole = window(query.dates, scope)
    if not found:
        return Windows((), (), whole)
    ends = tuple(bucket.end.astimezone(dt.UTC) for bucket in found)
    length = ROLLING_DAYS.get(measure.kind)
    if length is None:
        starts = (found[0].start.astimezone(dt.UTC),) * len(found)
    else:
        starts = tuple(_days_before(bucket.end, length, query.interval, scope) for bucket in found)
    first = starts[0]
    kept = first_day_kept(scope)
    if kept is not None:
        first = max(first, day_start(kept, scope.tzinfo))
    return Windows(starts, ends, Window(min(first, whole.end), whole.end))


def _days_before(end: dt.datetime, days: int, interval: Interval, scope: Scope) -> dt.datetime:
    """Calendar days, which may have 23 or 25 hours; within a day, so many times 24 hours."""
    if interval in _BY_CLOCK:
        return end.astimezone(dt.UTC) - dt.timedelta(days=days)
    # Not from the day that follows, which the zone may have skipped.
    last = (end - dt.timedelta(seconds=1)).astimezone(scope.tzinfo).date()
    return day_start(last - dt.timedelta(days=days - 1), scope.tzinfo)


def in_last_window(cut: Windows) -> Fragment:
    """Whether an event counts in the last bucket, whose number is that of the whole range."""
    if not cut.starts:
        return sql("toUInt8(0)")
    start = bind("Int64", milliseconds(cut.starts[-1].timestamp()))
    return sql("toUnixTimestamp64Milli(time) >= {start}", start=start)


@dataclass(frozen=True, slots=True)
class Stretches:
    """The time between any two edges of windows, and which buckets' windows each stretch lies in: from `first` to
    `last`. A stretch that lies in none has a first behind its last, and nothing is read of it."""

    edges: tuple[int, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]

    @property
    def expression(self) -> Fragment:
        """The stretch of an event: the edge that it begins at."""
        return sql("roundDown(toUnixTimestamp64Milli(time), {edges})", edges=bind("Array(Int64)", list(self.edges)))


def stretches(cut: Windows) -> Stretches:
    starts = [milliseconds(start.timestamp()) for start in cut.starts]
    ends = [milliseconds(end.timestamp()) for end in cut.ends]
    edges = sorted({*starts, *ends}) or [0]
    return Stretches(
        tuple(edges),
        tuple(bisect_right(ends, edge) for edge in edges),
        tuple(bisect_left(starts, edge + 1) - 1 for edge in edges),
    )


def active_users(rows: Fragment, cut: Stretches, sets: Fragment, division: Fragment) -> Fragment:
    """SELECT of at, in_bucket and by how many users more each bucket has than the one before it.

    `rows` have user, stretch and what `sets` group by.
    """
    # Behind the last edge there are no events.
    outside = [edge for edge, first, last in zip(cut.edges, cut.first, cut.last, strict=True) if first > last][:-1]
    if outside:
        these = bind("Array(Int64)", outside)
        rows = sql("SELECT * FROM ({rows}) WHERE stretch NOT IN {these}", rows=rows, these=these)
    return sql(
        "SELECT at, change.1 AS in_bucket, sum(change.2) AS value FROM"
        " (SELECT at, arrayJoin([(begins, users), (ends + 1, -users)]) AS change FROM"
        " (SELECT at, toInt64(count()) AS users,"
        " transform(stretch, {edges}, {last}, toInt64(-1)) AS ends,"
        # A moment that is no edge stands before a user's first stretch.
        " greatest(transform(stretch, {edges}, {first}, toInt64(0)),"
        " transform(before, {edges}, {last}, toInt64(-1)) + 1) AS begins FROM"
        " (SELECT {division}, arraySort(groupUniqArray(stretch)) AS active"
        " FROM ({rows}) GROUP BY GROUPING SETS ({sets}))"
        " ARRAY JOIN active AS stretch, arrayPushFront(arrayPopBack(active), toInt64(-1)) AS before"
        " GROUP BY at, stretch, before) WHERE begins <= ends)"
        " GROUP BY at, in_bucket",
        division=division,
        edges=bind("Array(Int64)", list(cut.edges)),
        first=bind("Array(Int64)", list(cut.first)),
        last=bind("Array(Int64)", list(cut.last)),
        rows=rows,
        sets=sets,
    )
