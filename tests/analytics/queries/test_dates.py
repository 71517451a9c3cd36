"""Ranges in the project's zone."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.dates import (
    MOST_BUCKETS,
    MOST_DAYS,
    DateRange,
    DateUnit,
    Interval,
    LastDates,
    SinceDate,
    ToDate,
    check_buckets,
    days,
    next_days,
)
from analytics.queries.scope import Scope
from tests.analytics.queries.scopes import scope


@pytest.mark.parametrize(
    "dates, first",
    [
        (LastDates(1, DateUnit.DAY), "2024-03-20"),
        (LastDates(30, DateUnit.DAY), "2024-02-20"),
        (LastDates(1, DateUnit.WEEK), "2024-03-18"),
        (LastDates(2, DateUnit.WEEK), "2024-03-11"),
        (LastDates(1, DateUnit.MONTH), "2024-03-01"),
        (LastDates(4, DateUnit.MONTH), "2023-12-01"),
        (LastDates(1, DateUnit.QUARTER), "2024-01-01"),
        (LastDates(2, DateUnit.QUARTER), "2023-10-01"),
        (LastDates(1, DateUnit.YEAR), "2024-01-01"),
        (LastDates(2, DateUnit.YEAR), "2023-01-01"),
        (ToDate(DateUnit.DAY), "2024-03-20"),
        (ToDate(DateUnit.WEEK), "2024-03-18"),
        (ToDate(DateUnit.MONTH), "2024-03-01"),
        (ToDate(DateUnit.QUARTER), "2024-01-01"),
        (ToDate(DateUnit.YEAR), "2024-01-01"),
        (SinceDate(dt.date(2024, 3, 20)), "2024-03-20"),
        (SinceDate(dt.date(1970, 1, 1)), "1970-01-01"),
    ],
)
def test_ranges_that_end_today(dates: DateRange, first: str):
    assert days(dates, scope()) == (dt.date.fromisoformat(first), dt.date(2024, 3, 20))


@pytest.mark.parametrize(
    "dates, first, last",
    [
        (LastDates(1, DateUnit.DAY, 1), "2024-03-19", "2024-03-19"),
        (LastDates(7, DateUnit.DAY, 2), "2024-03-12", "2024-03-18"),
        (LastDates(1, DateUnit.WEEK, 1), "2024-03-11", "2024-03-17"),
        (LastDates(1, DateUnit.MONTH, 1), "2024-02-01", "2024-02-29"),
        (LastDates(2, DateUnit.MONTH, 3), "2023-11-01", "2023-12-31"),
        (LastDates(1, DateUnit.QUARTER, 1), "2023-10-01", "2023-12-31"),
        (LastDates(1, DateUnit.YEAR, 1), "2023-01-01", "2023-12-31"),
    ],
)
def test_skipping_leaves_whole_units(dates: LastDates, first: str, last: str):
    assert days(dates, scope()) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_since_a_day_to_come_is_no_time_at_all():
    dates = SinceDate(dt.date(2024, 3, 25))
    assert days(dates, scope()) == (dt.date(2024, 3, 25), dt.date(2024, 3, 25))
    assert not any(bucket.complete for bucket in buckets(dates, Interval.DAY, scope()))


def test_since_is_as_long_as_it_has_become():
    """By the hour a month is fine; years are not, whenever that is noticed."""
    dates = SinceDate(dt.date(2024, 3, 1))
    assert len(buckets(dates, Interval.HOUR, scope())) == 20 * 24
    with pytest.raises(QueryError, match="Choose day, week") as refused:
        buckets(dates, Interval.HOUR, scope(now="2024-06-20T12:00"))
    assert refused.value.place == "interval"


@pytest.mark.parametrize(
    "coming, last",
    [
        (LastDates(1, DateUnit.DAY), "2024-03-20"),
        (LastDates(7, DateUnit.DAY), "2024-03-26"),
        (LastDates(1, DateUnit.WEEK), "2024-03-24"),
        (LastDates(2, DateUnit.MONTH), "2024-04-30"),
        (LastDates(1, DateUnit.QUARTER), "2024-03-31"),
        (LastDates(1, DateUnit.YEAR), "2024-12-31"),
    ],
)
def test_the_next_units_begin_today(coming: LastDates, last: str):
    assert next_days(coming, scope()) == (dt.date(2024, 3, 20), dt.date.fromisoformat(last))


def test_today_is_the_zones():
    late = scope("Pacific/Kiritimati", now="2024-03-20T12:00")
    assert late.today == dt.date(2024, 3, 21)


def test_a_day_by_the_minute_is_the_most():
    assert check_buckets(1, Interval.MINUTE) == 1440
    assert MOST_BUCKETS >= 25 * 60
    with pytest.raises(QueryError, match="Choose hour, day, week, month, quarter or year, or fewer days"):
        check_buckets(2, Interval.MINUTE)


@pytest.mark.parametrize(
    "interval, days",
    [(Interval.HOUR, 62), (Interval.DAY, 1500), (Interval.WEEK, 10_486), (Interval.MONTH, 18_300)],
)
def test_how_many_days_an_interval_takes(interval: Interval, days: int):
    assert check_buckets(days, interval) <= MOST_BUCKETS
    if days < MOST_DAYS:
        with pytest.raises(QueryError) as refused:
            check_buckets(days + 7, interval)
        assert refused.value.place == "interval"


@pytest.mark.parametrize(
    "change",
    [
        {"zone": "Mars/Base"},
        {"zone": "../etc/passwd"},
        {"week_start": 0},
        {"retention_days": 0},
        {"project_id": 0},
        {"session_minutes": 0},
        {"session_minutes": 1441},
    ],
)
def test_a_scope_is_whole(change: dict[str, object]):
    fields: dict[str, object] = {"project_id": 1, "zone": "UTC", "week_start": 1, "now": dt.datetime.now(dt.UTC)}
    with pytest.raises(QueryError):
        Scope(**{**fields, **change})  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="no time zone"):
        Scope(**{**fields, "now": dt.datetime(2024, 1, 1)})  # type: ignore[arg-type]
