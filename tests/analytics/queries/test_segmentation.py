"""Periods of Mixpanel's endpoints: which buckets, what they are called, and what of the time is read."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.errors import QueryError
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.scope import Scope
from analytics.queries.segmentation import Period, SegmentationQuery, bucket_names

NOW = dt.datetime(2024, 3, 20, 12, 34, 56, tzinfo=dt.UTC)
SCOPE = Scope(1, "UTC", 1, NOW)


def days(first: str, last: str) -> FixedDates:
    return FixedDates(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    "unit, count, first, last",
    [
        (Interval.MINUTE, 1, "2024-03-20 12:34:00", "2024-03-20 12:34:00"),
        (Interval.MINUTE, 800, "2024-03-19 23:15:00", "2024-03-20 12:34:00"),
        (Interval.MINUTE, 1500, "2024-03-19 11:35:00", "2024-03-20 12:34:00"),
        (Interval.HOUR, 13, "2024-03-20 00:00:00", "2024-03-20 12:00:00"),
        (Interval.HOUR, 49, "2024-03-18 12:00:00", "2024-03-20 12:00:00"),
        (Interval.DAY, 2, "2024-03-19", "2024-03-20"),
        (Interval.WEEK, 2, "2024-03-11", "2024-03-18"),
        (Interval.MONTH, 3, "2024-01-01", "2024-03-01"),
    ],
)
def test_the_last_units_end_with_the_running_one(unit, count, first, last):
    period = Period(unit, count=count)
    names = bucket_names(period, SCOPE)
    assert (len(names), names[0], names[-1]) == (count, first, last)
    assert period.window(SCOPE).start == period.cut(SCOPE)[0].start


def test_nothing_is_read_before_what_is_kept():
    scope = Scope(1, "UTC", 1, NOW, retention_days=2)
    period = Period(Interval.DAY, dates=days("2024-03-01", "2024-03-20"))
    assert len(bucket_names(period, scope)) == 20
    assert period.window(scope).start == dt.datetime(2024, 3, 19, tzinfo=dt.UTC)


def test_several_days_make_a_bucket_and_the_last_may_be_shorter():
    period = Period(Interval.DAY, dates=days("2024-03-01", "2024-03-08"), days_each=3)
    assert bucket_names(period, SCOPE) == ["2024-03-01", "2024-03-04", "2024-03-07"]
    assert period.window(SCOPE).end == dt.datetime(2024, 3, 9, tzinfo=dt.UTC)


def test_the_week_is_the_projects():
    scope = Scope(1, "UTC", 7, NOW)
    assert bucket_names(Period(Interval.WEEK, count=1), scope) == ["2024-03-17"]


def test_a_day_that_a_zone_skipped_is_no_bucket():
    scope = Scope(1, "Pacific/Apia", 1, NOW)
    names = bucket_names(Period(Interval.DAY, dates=days("2011-12-29", "2011-12-31")), scope)
    assert names == ["2011-12-29", "2011-12-31"]
    only = Period(Interval.DAY, dates=days("2011-12-30", "2011-12-30"))
    assert bucket_names(only, scope) == []
    assert only.window(scope).start == only.window(scope).end


@pytest.mark.parametrize(
    "make, place",
    [
        (lambda: Period(Interval.DAY), "interval"),
        (lambda: Period(Interval.DAY, dates=days("2024-01-01", "2024-01-02"), count=2), "interval"),
        (lambda: Period(Interval.DAY, count=-1), "interval"),
        (lambda: Period(Interval.MINUTE, dates=days("2024-01-01", "2024-01-05")), "unit"),
        (lambda: Period(Interval.MINUTE, count=1501), "interval"),
        (lambda: Period(Interval.MONTH, count=700), "interval"),
        (lambda: SegmentationQuery((), Period(Interval.DAY, count=1)), "event"),
        (lambda: SegmentationQuery(("",), Period(Interval.DAY, count=1)), "event"),
        (lambda: SegmentationQuery(("a",), Period(Interval.DAY, count=1), limit=10_001), "limit"),
    ],
)
def test_what_cannot_be_asked(make, place):
    with pytest.raises(QueryError) as refused:
        make()
    assert refused.value.place == place
