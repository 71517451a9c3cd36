"""Which days a question covers and how wide its buckets are. Both ends are included, in the project's zone.

"Last 3 months" is this month and the two before it, so that its first bucket is whole: the units are the calendar's.
The moments at which days and buckets begin are in buckets.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.scope import Scope
from analytics.queries.text import listed

MOST_DAYS = 18_300  # fifty years
MOST_BUCKETS = 1500  # a day of 25 hours by the minute


class Interval(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class DateUnit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_LONGEST_UNIT = {DateUnit.DAY: 1, DateUnit.WEEK: 7, DateUnit.MONTH: 31}
# Buckets in so many days, at most; days of 25 hours are rare enough to be let pass.
_BUCKETS_PER_DAY = {Interval.MINUTE: 1440, Interval.HOUR: 24}
_DAYS_PER_BUCKET = {Interval.DAY: 1, Interval.WEEK: 7, Interval.MONTH: 28, Interval.QUARTER: 90, Interval.YEAR: 365}


@dataclass(frozen=True, slots=True)
class LastDates:
    """The last `count` calendar units, the one that today is in included."""

    count: int
    unit: DateUnit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise QueryError(
                f"The last {self.count} {self.unit}s are no days at all: the count starts at 1.", place="count"
            )
        if self.longest > MOST_DAYS:
            raise QueryError(f"A date range covers at most {MOST_DAYS:,} days.", place="count")

    @property
    def longest(self) -> int:
        """The most days it can cover."""
        return self.count * _LONGEST_UNIT[self.unit]


@dataclass(frozen=True, slots=True)
class FixedDates:
    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise QueryError(f"The range ends ({self.last}) before it begins ({self.first}): swap the two.", place="to")
        if self.longest > MOST_DAYS:
            raise QueryError(f"A date range covers at most {MOST_DAYS:,} days, not {self.longest:,}.", place="to")

    @property
    def longest(self) -> int:
        return (self.last - self.first).days + 1


DateRange: TypeAlias = LastDates | FixedDates


def check_buckets(dates: DateRange, interval: Interval) -> int:
    """About how many buckets there will be (at most); a QueryError if that is more than anybody can look at."""
    count = _most_buckets(dates.longest, interval)
    if count <= MOST_BUCKETS:
        return count
    fitting = [str(wider) for wider in Interval if _most_buckets(dates.longest, wider) <= MOST_BUCKETS]
    raise QueryError(
        f"By the {interval}, {dates.longest:,} days make up to {count:,} points; "
        f"at most {MOST_BUCKETS:,} are possible. Choose {listed(fitting)}, or fewer days.",
        place="interval",
    )


def _most_buckets(days: int, interval: Interval) -> int:
    if interval in _BUCKETS_PER_DAY:
        return days * _BUCKETS_PER_DAY[interval]
    width = _DAYS_PER_BUCKET[interval]
    return days if width == 1 else days // width + 2


def days(dates: DateRange, scope: Scope) -> tuple[dt.date, dt.date]:
    """The first and the last day of the range, both included, whatever is still kept of them."""
    match dates:
        case FixedDates(first, last):
            return first, last
        case LastDates(count, DateUnit.DAY):
            return scope.today - dt.timedelta(days=count - 1), scope.today
        case LastDates(count, DateUnit.WEEK):
            return week_of(scope.today, scope.week_start) - dt.timedelta(weeks=count - 1), scope.today
        case LastDates(count, DateUnit.MONTH):
            return months_later(scope.today.replace(day=1), 1 - count), scope.today
    raise AssertionError(dates)


def first_day_kept(scope: Scope) -> dt.date | None:
    """With N days of retention, today and the N - 1 days before it can be asked about; deletion must not cut deeper."""
    if scope.retention_days is None:
        return None
    return scope.today - dt.timedelta(days=scope.retention_days - 1)


def week_of(day: dt.date, week_start: int) -> dt.date:
    """The first day of the week that the day is in."""
    return day - dt.timedelta(days=(day.isoweekday() - week_start) % 7)


def months_later(first_of_month: dt.date, months: int) -> dt.date:
    month = first_of_month.year * 12 + first_of_month.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1)
