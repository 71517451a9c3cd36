"""Where the calendar's days and buckets begin and end as moments, by the zone's own rules.

This is the only calendar of the product: SQL is handed these moments and never computes a local day itself, so that a
chart, its table and its drill-down cannot disagree about a day of 23, 24½ or 25 hours.

- A day begins at the first moment at which the clock shows its date, even if that is 00:30 or 01:00.
- A day that the zone skipped (Apia, 30 December 2011) has no bucket.
- An hour or minute begins whenever the clock shows a full one, and whenever the clock is changed in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from analytics.queries.dates import (
    DateRange,
    DateUnit,
    Interval,
    SinceDate,
    check_buckets,
    days,
    first_day_kept,
    unit_later,
    unit_start,
)
from analytics.queries.scope import Scope

_BEFORE_ALL = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # no event is accepted that is older
_CLOCK_SECONDS = {Interval.MINUTE: 60, Interval.HOUR: 3600}


@dataclass(frozen=True, slots=True)
class Bucket:
    """From `start` up to but not including `end`, as the zone's clock shows them. `complete` says that the whole
    calendar unit is in it: it is over, and neither the range nor the retention cuts it.

    The moments carry their offset, not the zone: Python never finds two moments equal whose zone shows that hour twice.
    """

    start: dt.datetime
    end: dt.datetime
    complete: bool


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is read: from `start` up to but not including `end`, UTC. Empty when both are the same."""

    start: dt.datetime
    end: dt.datetime


def window(dates: DateRange, scope: Scope) -> Window:
    """The range as moments, without what the project no longer keeps."""
    first, last = days(dates, scope)
    end = day_start(last + dt.timedelta(days=1), scope.tzinfo)
    start = day_start(first, scope.tzinfo)
    if scope.retention_days is not None:
        start = min(max(start, beginning(scope)), end)
    if scope.until is not None:  # before which a range that has not begun yet is empty
        end = min(end, scope.until)
    return Window(min(start, end), end)


def beginning(scope: Scope) -> dt.datetime:
    """From when on the project has events: since then is all that a user ever did."""
    kept = first_day_kept(scope)
    return _BEFORE_ALL if kept is None else day_start(kept, scope.tzinfo)


def buckets(dates: DateRange, interval: Interval, scope: Scope) -> tuple[Bucket, ...]:
    """The buckets of the range in order, without gaps. Those that nothing is kept of are still there, unfinished."""
    first, last = days(dates, scope)
    if isinstance(dates, SinceDate):
        check_buckets((last - first).days + 1, interval)
    kept = window(dates, scope).start
    return tuple(
        Bucket(start, end, whole and end <= scope.now and start >= kept)
        for start, end, whole in _spans(first, last, interval, scope.tzinfo, scope.week_start)
    )


_Span: TypeAlias = tuple[dt.datetime, dt.datetime, bool]


@lru_cache(maxsize=256)  # the same question is cut into the same buckets when it is named, compiled and answered
def _spans(first: dt.date, last: dt.date, interval: Interval, zone: ZoneInfo, week_start: int) -> tuple[_Span, ...]:
    """(start, end, not cut by the range)"""
    after = last + dt.timedelta(days=1)
    if interval in _CLOCK_SECONDS:
        edges = _clock_edges(day_start(first, zone), day_start(after, zone), _CLOCK_SECONDS[interval], zone)
        return tuple((start, end, True) for start, end in pairwise(_shown(edge, zone) for edge in edges))
    found = []
    unit = DateUnit(interval)
    day = unit_start(first, unit, week_start)
    while day <= last:
        following = unit_later(day, unit, 1)
        start, end = day_start(max(day, first), zone), day_start(min(following, after), zone)
        if start < end:
            found.append((_shown(start, zone), _shown(end, zone), first <= day and following <= after))
        day = following
    return tuple(found)


def _shown(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    local = moment.astimezone(zone)
    return local.replace(tzinfo=dt.timezone(local.utcoffset() or dt.timedelta()), fold=0)


def day_start(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first moment, in UTC, at which the zone's clock shows this date or a later one."""
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=zone)
    moment = midnight.astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return moment
    # The clock jumped over midnight: the day begins where it jumped.
    return change_between(moment - dt.timedelta(days=1), moment, zone) or moment


def day_end(until: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The end of the day that the last moment before this one lies in."""
    last = (until - dt.timedelta(milliseconds=1)).astimezone(zone).date()
    return day_start(last + dt.timedelta(days=1), zone)


def _clock_edges(start: dt.datetime, end: dt.datetime, seconds: int, zone: ZoneInfo) -> Iterator[dt.datetime]:
    moment = start
    while moment < end:
        yield moment
        local = moment.astimezone(zone)
        into = (local.minute * 60 + local.second) % seconds
        following = moment + dt.timedelta(seconds=seconds - into)
        moment = change_between(moment, following, zone) or following
    yield end


def change_between(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The first whole second in (before, after] with another offset than `before`, if `after` has another one."""
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return None
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return dt.datetime.fromtimestamp(high, dt.UTC)
