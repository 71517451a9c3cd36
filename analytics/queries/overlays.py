"""A board's dates and filters laid over the question of each of its reports: dates replace, filters are added."""

from __future__ import annotations

from dataclasses import replace

from analytics.queries import FunnelsQuery, InsightsQuery, LifecycleQuery, Query, RetentionQuery
from analytics.queries.dates import MOST_BUCKETS, DateRange, Interval, SinceDate, most_buckets
from analytics.queries.filters import Condition, Group, Match

_INTERVALS = list(Interval)
# Of intervals that a range can be too short for; a day is never changed to hours.
_DAYS = {Interval.WEEK: 7, Interval.MONTH: 28, Interval.QUARTER: 90, Interval.YEAR: 365}


def laid_over(query: Query, dates: DateRange | None, filters: Group | None) -> Query:
    """The question as the board asks it. None leaves the question's own.

    An interval that the other range makes too fine or too wide is changed to the next one that fits: a board of twelve
    months would else refuse its hourly reports, and one of seven days would show its monthly reports as one point.
    """
    if filters is not None:
        query = replace(query, filters=both(query.filters, filters))
    if dates is not None and dates != query.dates:
        if isinstance(query, InsightsQuery | FunnelsQuery):
            return replace(query, dates=dates, interval=_fitting(query.interval, dates))
        if isinstance(query, RetentionQuery | LifecycleQuery):
            wider = min(_fitting(query.interval, dates), Interval.MONTH, key=_INTERVALS.index)
            return replace(query, dates=dates, interval=wider)
        query = replace(query, dates=dates)
    return query


def both(one: Group | None, other: Group) -> Group:
    """What passes both. Groups of which all must hold become one, so that it is no deeper than it has to be."""
    if one is None or one == other:
        return other
    return Group(Match.ALL, tuple(dict.fromkeys((*_parts(one), *_parts(other)))))


def _parts(group: Group) -> tuple[Condition | Group, ...]:
    return group.conditions if group.match is Match.ALL or len(group.conditions) == 1 else (group,)


def _fitting(interval: Interval, dates: DateRange) -> Interval:
    if isinstance(dates, SinceDate):  # its length depends on the day it is asked
        return interval
    place = _INTERVALS.index(interval)
    while dates.longest < 2 * _DAYS.get(_INTERVALS[place], 0):
        place -= 1
    while most_buckets(dates.longest, _INTERVALS[place]) > MOST_BUCKETS:
        place += 1
    return _INTERVALS[place]
