"""The earlier time: which days it has, and where it stops."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.errors import QueryError
from analytics.queries.buckets import buckets, window
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod, compared
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, LastDates, SinceDate, ToDate
from tests.analytics.queries.scopes import scope

DAY, WEEK, MONTH, QUARTER, YEAR = DateUnit


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fixed(first: str, last: str) -> FixedDates:
    return FixedDates(day(first), day(last))


@pytest.mark.parametrize(
    "dates, now, first, last",
    [
        (fixed("2024-03-05", "2024-03-07"), "2024-03-20T12:00", "2024-03-02", "2024-03-04"),
        (LastDates(7, DAY), "2024-03-20T12:00", "2024-03-07", "2024-03-13"),
        (LastDates(1, DAY, 1), "2024-03-20T12:00", "2024-03-18", "2024-03-18"),
        (SinceDate(day("2024-03-18")), "2024-03-20T12:00", "2024-03-15", "2024-03-17"),
        # Weeks: Monday to Wednesday beside Monday to Wednesday.
        (LastDates(1, WEEK), "2024-03-20T12:00", "2024-03-11", "2024-03-13"),
        (LastDates(2, WEEK), "2024-03-20T12:00", "2024-02-26", "2024-03-06"),
        (ToDate(WEEK), "2024-03-20T12:00", "2024-03-11", "2024-03-13"),
        (LastDates(1, WEEK, 1), "2024-03-20T12:00", "2024-03-04", "2024-03-10"),
        # Months: as far into the month before, or all of it.
        (LastDates(1, MONTH), "2024-03-20T12:00", "2024-02-01", "2024-02-20"),
        (ToDate(MONTH), "2024-03-31T12:00", "2024-02-01", "2024-02-29"),
        (ToDate(MONTH), "2023-03-30T12:00", "2023-02-01", "2023-02-28"),
        (LastDates(1, MONTH, 1), "2024-03-20T12:00", "2024-01-01", "2024-01-31"),
        (LastDates(1, MONTH, 1), "2024-04-20T12:00", "2024-02-01", "2024-02-29"),
        (LastDates(3, MONTH), "2024-05-31T12:00", "2023-12-01", "2024-02-29"),
        (ToDate(QUARTER), "2024-05-31T12:00", "2024-01-01", "2024-02-29"),
        (ToDate(YEAR), "2024-02-29T12:00", "2023-01-01", "2023-02-28"),
        (LastDates(1, YEAR, 1), "2024-02-29T12:00", "2022-01-01", "2022-12-31"),
    ],
)  # fmt: skip
def test_the_period_before(dates: DateRange, now: str, first: str, last: str):
    assert compared(PreviousPeriod(), dates, scope(now=now))[0] == fixed(first, last)


@pytest.mark.parametrize(
    "ago, dates, first, last",
    [
        (Earlier(1, DAY), fixed("2024-03-01", "2024-03-01"), "2024-02-29", "2024-02-29"),
        (Earlier(2, WEEK), fixed("2024-03-04", "2024-03-10"), "2024-02-19", "2024-02-25"),
        # Month ends: a day that there is not is the last one that there is.
        (Earlier(1, MONTH), fixed("2024-03-29", "2024-03-31"), "2024-02-29", "2024-02-29"),
        (Earlier(1, MONTH), fixed("2023-03-28", "2023-03-31"), "2023-02-28", "2023-02-28"),
        (Earlier(1, MONTH), fixed("2024-05-30", "2024-05-31"), "2024-04-30", "2024-04-30"),
        (Earlier(1, MONTH), fixed("2024-02-29", "2024-02-29"), "2024-01-29", "2024-01-29"),
        (Earlier(1, QUARTER), fixed("2024-05-31", "2024-05-31"), "2024-02-29", "2024-02-29"),
        (Earlier(1, YEAR), fixed("2024-02-29", "2024-03-01"), "2023-02-28", "2023-03-01"),
        (Earlier(4, YEAR), fixed("2024-02-29", "2024-02-29"), "2020-02-29", "2020-02-29"),
        (Earlier(1, MONTH), fixed("2024-01-15", "2024-01-20"), "2023-12-15", "2023-12-20"),
        (CustomPeriod(day("2023-11-01")), fixed("2024-03-01", "2024-03-10"), "2023-11-01", "2023-11-10"),
        (CustomPeriod(day("2024-02-28")), fixed("2024-03-01", "2024-03-02"), "2024-02-28", "2024-02-29"),
    ],
)  # fmt: skip
def test_so_long_ago(ago: Comparison, dates: DateRange, first: str, last: str):
    assert compared(ago, dates, scope())[0] == fixed(first, last)


def test_it_stops_where_the_present_does():
    """At noon, the last day compared is read up to noon."""
    earlier, back = compared(PreviousPeriod(), LastDates(2, DAY), scope(now="2024-03-20T12:00"))
    assert f"{window(earlier, back).end:%Y-%m-%dT%H:%M}" == "2024-03-18T12:00"
    found = buckets(earlier, Interval.DAY, back)
    assert [bucket.complete for bucket in found] == [True, False]


def test_what_is_over_is_compared_whole():
    earlier, back = compared(PreviousPeriod(), LastDates(2, DAY, 1), scope(now="2024-03-20T12:00"))
    assert back.until is None
    assert f"{window(earlier, back).end:%Y-%m-%dT%H:%M}" == "2024-03-18T00:00"
    assert all(bucket.complete for bucket in buckets(earlier, Interval.DAY, back))


@pytest.mark.parametrize(
    "now, stops",
    [
        # Berlin's clock goes from 02:00 to 03:00 on 31 March: 12:00 is 10:00 UTC on that day and 11:00 the day before.
        ("2024-03-31T10:00", "2024-03-30T11:00"),
        ("2024-04-01T10:00", "2024-03-31T10:00"),
        # And back from 03:00 to 02:00 on 27 October.
        ("2024-10-27T11:00", "2024-10-26T10:00"),
        # 02:30 is no time of 31 March; its clock passes it at 01:00 UTC, as 03:30 or 01:30.
        ("2024-04-01T00:30", "2024-03-31T01:30"),
    ],
)
def test_it_stops_at_the_same_time_of_the_projects_clock(now: str, stops: str):
    earlier, back = compared(Earlier(1, DAY), ToDate(DAY), scope("Europe/Berlin", now=now))
    assert f"{window(earlier, back).end:%Y-%m-%dT%H:%M}" == stops


def test_of_a_range_that_has_not_begun_nothing_is_read_that_had_not_happened():
    """Tomorrow against today, seen from yesterday: active users are those of the days up to yesterday at this time."""
    earlier, back = compared(PreviousPeriod(), fixed("2024-03-21", "2024-03-21"), scope())
    nothing = window(earlier, back)
    assert nothing.start == nothing.end
    assert f"{nothing.end:%Y-%m-%dT%H:%M}" == "2024-03-19T12:00"


def test_a_shorter_month_stops_on_its_last_day():
    """31 March at noon against February: up to the 29th at noon."""
    earlier, back = compared(PreviousPeriod(), ToDate(MONTH), scope(now="2024-03-31T12:00"))
    assert f"{window(earlier, back).end:%Y-%m-%dT%H:%M}" == "2024-02-29T12:00"


def test_what_is_kept_is_counted_from_the_real_today():
    """A project that keeps 30 days knows nothing of 40 days ago, whatever that looked like then."""
    around = scope(now="2024-03-20T12:00", retention_days=30)
    earlier, back = compared(Earlier(40, DAY), LastDates(2, DAY), around)
    nothing = window(earlier, back)
    assert nothing.start == nothing.end
    earlier, back = compared(Earlier(29, DAY), LastDates(2, DAY), around)
    assert f"{window(earlier, back).start:%Y-%m-%dT%H:%M}" == "2024-02-20T00:00"


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_how_far_back(count: int):
    with pytest.raises(QueryError, match=r"1 to 1,000 units") as refused:
        Earlier(count, DAY)
    assert refused.value.place == "count"
