"""The calendar against what the zone's clock shows."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from analytics.queries.buckets import buckets, day_start, window
from analytics.queries.dates import DateUnit, FixedDates, Interval, LastDates
from tests.analytics.queries.scopes import scope

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
ODD = [
    ("America/Sao_Paulo", "2017-10-15", 23), ("America/Sao_Paulo", "2018-02-17", 25), ("Asia/Beirut", "2023-03-26", 23),
    ("Australia/Lord_Howe", "2024-04-07", 24.5), ("Australia/Lord_Howe", "2024-10-06", 23.5),
    ("Asia/Kathmandu", "2024-05-01", 24),
    ("Pacific/Chatham", "2024-04-07", 25), ("Europe/Berlin", "2024-03-31", 23), ("America/Havana", "2024-11-03", 25),
    ("America/Scoresbysund", "2024-03-31", 24),
]  # fmt: skip


def day(text: str) -> FixedDates:
    return FixedDates(dt.date.fromisoformat(text), dt.date.fromisoformat(text))


@pytest.mark.parametrize("zone, text, hours", ODD)
def test_a_day_is_as_long_as_it_is(zone: str, text: str, hours: float):
    whole = window(day(text), scope(zone))
    assert (whole.end - whole.start).total_seconds() / 3600 == hours


@pytest.mark.parametrize("zone, text, hours", ODD)
@pytest.mark.parametrize("interval, seconds", [(Interval.HOUR, 3600), (Interval.MINUTE, 60)])
def test_hours_and_minutes_are_what_the_clock_shows(
    zone: str, text: str, hours: float, interval: Interval, seconds: int
):
    found = buckets(day(text), interval, scope(zone))
    whole = window(day(text), scope(zone))
    assert found[0].start == whole.start
    assert found[-1].end == whole.end
    for before, after in pairwise(found):
        assert before.end == after.start
    for bucket in found:
        shown = {shows(moment, seconds, zone) for moment in moments(bucket.start, bucket.end)}
        assert len(shown) == 1  # within a bucket the clock shows one hour
    assert len({shows(bucket.start, seconds, zone) for bucket in found}) == len(found)  # and each hour has one bucket


def moments(start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    middle = start + (end - start) / 2
    return [start, middle, end - SECOND]


def shows(moment: dt.datetime, seconds: int, zone: str) -> object:
    clock = moment.astimezone(dt.UTC).astimezone(ZoneInfo(zone))
    return clock.date(), clock.hour, clock.minute if seconds == 60 else 0, clock.utcoffset()


def test_a_day_that_the_zone_skipped_has_no_bucket():
    found = buckets(FixedDates(dt.date(2011, 12, 29), dt.date(2011, 12, 31)), Interval.DAY, scope("Pacific/Apia"))
    assert [bucket.start.date().day for bucket in found] == [29, 31]
    assert buckets(day("2011-12-30"), Interval.DAY, scope("Pacific/Apia")) == ()
    assert buckets(day("2011-12-30"), Interval.HOUR, scope("Pacific/Apia")) == ()


@pytest.mark.parametrize(
    "zone",
    ["Africa/Cairo", "America/Asuncion", "America/Santiago", "Asia/Amman", "Asia/Gaza", "Asia/Tehran"],
)  # fmt: skip
def test_a_day_begins_at_its_first_moment(zone: str):
    """Every day of twenty years: the clock shows its date at the start, and an earlier one just before."""
    current = dt.date(2006, 1, 1)
    while current < dt.date(2026, 1, 1):
        start = day_start(current, ZoneInfo(zone))
        assert start.astimezone(ZoneInfo(zone)).date() == current
        assert (start - SECOND).astimezone(ZoneInfo(zone)).date() < current
        current += DAY


def test_a_clock_set_back_over_midnight_makes_no_third_day():
    """In St. John's of 2010, 00:01 became 23:01 of the day before: the day begins with its first moment, once."""
    start = day_start(dt.date(2010, 11, 7), ZoneInfo("America/St_Johns"))
    assert start.astimezone(ZoneInfo("America/St_Johns")).isoformat() == "2010-11-07T00:00:00-02:30"
    found = buckets(FixedDates(dt.date(2010, 11, 6), dt.date(2010, 11, 7)), Interval.DAY, scope("America/St_Johns"))
    assert [(bucket.end.astimezone(dt.UTC) - bucket.start.astimezone(dt.UTC)) / DAY for bucket in found] == [1, 25 / 24]


@pytest.mark.parametrize(
    "interval, starts",
    [
        (Interval.WEEK, ["2023-12-20", "2023-12-24", "2023-12-31", "2024-01-07"]),
        (Interval.MONTH, ["2023-12-20", "2024-01-01"]),
        (Interval.QUARTER, ["2023-12-20", "2024-01-01"]),
        (Interval.YEAR, ["2023-12-20", "2024-01-01"]),
    ],
)
def test_units_are_the_calendars_and_cut_by_the_range(interval: Interval, starts: list[str]):
    dates = FixedDates(dt.date(2023, 12, 20), dt.date(2024, 1, 13))
    found = buckets(dates, interval, scope(week_start=7))
    assert [f"{bucket.start:%Y-%m-%d}" for bucket in found] == starts
    assert found[-1].end.isoformat() == "2024-01-14T00:00:00+00:00"
    assert not found[0].complete
    assert found[-1].complete == (interval is Interval.WEEK)


def test_a_bucket_is_complete_when_it_is_over():
    found = buckets(LastDates(2, DateUnit.DAY), Interval.HOUR, scope(now="2024-03-20T12:00"))
    assert [bucket.start.hour for bucket in found if not bucket.complete] == list(range(12, 24))


def test_retention_cuts_the_window_but_not_the_buckets():
    asked = LastDates(30, DateUnit.DAY)
    kept = scope(retention_days=7)
    assert f"{window(asked, kept).start:%Y-%m-%d}" == "2024-03-14"
    found = buckets(asked, Interval.DAY, kept)
    assert len(found) == 30
    assert sum(bucket.complete for bucket in found) == 6
    gone = window(day("2024-01-01"), kept)
    assert gone.start == gone.end
