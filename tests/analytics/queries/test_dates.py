"""Ranges in the project's zone."""

from __future__ import annotations

import datetime as dt

import pytest

from analytics.errors import QueryError
from analytics.queries.dates import MOST_BUCKETS, DateUnit, FixedDates, Interval, LastDates, check_buckets, days
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
    ],
)
def test_last_units_end_today(dates: LastDates, first: str):
    assert days(dates, scope()) == (dt.date.fromisoformat(first), dt.date(2024, 3, 20))


def test_today_is_the_zones():
    late = scope("Pacific/Kiritimati", now="2024-03-20T12:00")
    assert late.today == dt.date(2024, 3, 21)


def test_a_day_by_the_minute_is_the_most():
    day = FixedDates(dt.date(2024, 1, 1), dt.date(2024, 1, 1))
    assert check_buckets(day, Interval.MINUTE) == 1440
    assert MOST_BUCKETS >= 25 * 60
    with pytest.raises(QueryError, match="fewer days"):
        check_buckets(LastDates(2, DateUnit.DAY), Interval.MINUTE)


@pytest.mark.parametrize(
    "change",
    [{"zone": "Mars/Base"}, {"zone": "../etc/passwd"}, {"week_start": 0}, {"retention_days": 0}, {"project_id": 0}],
)
def test_a_scope_is_whole(change: dict[str, object]):
    fields: dict[str, object] = {"project_id": 1, "zone": "UTC", "week_start": 1, "now": dt.datetime.now(dt.UTC)}
    with pytest.raises(QueryError):
        Scope(**{**fields, **change})  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="no time zone"):
        Scope(**{**fields, "now": dt.datetime(2024, 1, 1)})  # type: ignore[arg-type]
