"""Small answers to draw."""

from __future__ import annotations

import datetime as dt

from analytics.queries.buckets import buckets
from analytics.queries.dates import FixedDates, Interval
from analytics.results.insights import InsightsResult, Series
from analytics.results.segments import Segment, SegmentKind
from tests.analytics.queries.scopes import scope

WHOLE = Segment(SegmentKind.ALL)
OTHER = Segment(SegmentKind.OTHER)


def value(text: str) -> Segment:
    return Segment(SegmentKind.VALUE, text)


def result(
    *segments: Segment, names: tuple[str, ...] = ("Sign Up",), zone: str = "UTC", interval: Interval = Interval.DAY
) -> InsightsResult:
    """18 to 20 March, of which the last is not over; or the one day for shorter intervals."""
    first = dt.date(2024, 3, 18) if interval is Interval.DAY else dt.date(2024, 3, 31)
    last = dt.date(2024, 3, 20) if interval is Interval.DAY else first
    found = buckets(FixedDates(first, last), interval, scope(zone, now="2024-03-20T12:00"))
    series = []
    for index, name in enumerate(names):
        for place, segment in enumerate(segments or (None,)):
            numbers = tuple(100 - 10 * place + position for position in range(len(found)))
            parts = () if segment is None else (segment,)
            series.append(Series("ABC"[index], name, "total", parts, numbers, sum(numbers)))
    return InsightsResult(str(interval), zone, found, tuple(series))
