"""Small answers to draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from analytics.queries.buckets import buckets
from analytics.queries.dates import FixedDates, Interval
from analytics.results.insights import InsightsResult, Series
from analytics.results.segments import Segment, SegmentKind
from analytics.results.series import Compared, Number
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
            base = 300 if segment == WHOLE and len(segments) > 1 else 100 - 10 * place
            numbers = tuple(base + position for position in range(len(found)))
            parts = () if segment is None else (segment,)
            series.append(Series("ABCDEFGHI"[index], name, "total", parts, numbers, sum(numbers)))
    return InsightsResult(str(interval), zone, found, tuple(series))


def changed(
    answer: InsightsResult, *, only: str = "", values: tuple[Number, ...] = (), rolling: int = 0, **fields: Any
) -> InsightsResult:
    """The answer with other numbers or another measure, in all series or in those of one metric. What is not given of
    `values` stays."""

    def change(series: Series) -> Series:
        if only and series.metric != only:
            return series
        numbers = (*values, *series.values[len(values) :])
        found = [number for number in numbers if number is not None]
        return replace(series, values=numbers, total=sum(found) if found else None, **fields)

    return replace(answer, series=tuple(change(series) for series in answer.series), rolling=rolling)


def compared_with(answer: InsightsResult) -> InsightsResult:
    """Beside the three days before, with 50 less in each."""
    found = buckets(FixedDates(dt.date(2024, 3, 15), dt.date(2024, 3, 17)), Interval.DAY, scope(now="2024-03-20T12:00"))

    def compare(series: Series) -> Series:
        values = tuple(number - 50 for number in series.values if number is not None)
        return replace(series, compared=Compared(values, sum(values), (None,) * len(values), 150, None))

    return replace(answer, series=tuple(compare(series) for series in answer.series), compared=found)


def bins() -> InsightsResult:
    """How many users did something how often: a distribution, and all of them together."""
    whole = changed(result(WHOLE), measure="per_user", unit="Users")
    [series] = whole.series
    edges = ((1, 1, 10), (2, 4, 7), (5, 9, 3))
    made = [
        replace(series, segment=(Segment(SegmentKind.COUNT, low, high),), values=(users,) * 3, total=total)
        for (low, high, users), total in zip(edges, (30, 20, 10), strict=True)
    ]
    return replace(whole, series=(replace(series, values=(20,) * 3, total=60), *made))
