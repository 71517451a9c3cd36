"""Which days a question covers and how wide its buckets are. Both ends are included, in the project's zone.

"Last 3 months" is this month and the two before it, so that its first bucket is whole: the units are the calendar's.
The moments at which days and buckets begin are in buckets.py; what a range is compared with is in comparisons.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.scope import Scope
from analytics.queries.text import listed, shown

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
    QUARTER = "quarter"
    YEAR = "year"


_LONGEST_UNIT = {DateUnit.DAY: 1, DateUnit.WEEK: 7, DateUnit.MONTH: 31, DateUnit.QUARTER: 92, DateUnit.YEAR: 366}
_MONTHS = {DateUnit.MONTH: 1, DateUnit.QUARTER: 3, DateUnit.YEAR: 12}
# Buckets in so many days, at most; days of 25 hours are rare enough to be let pass.
_BUCKETS_PER_DAY = {Interval.MINUTE: 1440, Interval.HOUR: 24}
_DAYS_PER_BUCKET = {Interval.DAY: 1, Interval.WEEK: 7, Interval.MONTH: 28, Interval.QUARTER: 90, Interval.YEAR: 365}


@dataclass(frozen=True, slots=True)
class LastDates:
    """The last `count` calendar units, the one that today is in included. `skip` goes further back by so many units:
    the last day with skip 1 is yesterday; then the last unit is whole."""

    count: int
    unit: DateUnit
    skip: int = 0

    def __post_init__(self) -> None:
        if self.count < 1:
            raise QueryError(
                f"The last {self.count} {self.unit}s are no days at all: the count starts at 1.", place="count"
            )
        if self.skip < 0:
            raise QueryError("skip counts units back from today: it starts at 0.", place="skip")
        if (self.count + self.skip) * _LONGEST_UNIT[self.unit] > MOST_DAYS:
            raise QueryError(f"A date range covers at most {MOST_DAYS:,} days.", place="count")

    @classmethod
    def of(cls, values: Sequence[object], place: str) -> LastDates:
        """A number and a unit, as filters carry them: [7, "day"]."""
        count, unit = values
        if (
            isinstance(count, bool)
            or not isinstance(count, int)
            or not isinstance(unit, str)
            or unit not in list(DateUnit)
        ):
            raise QueryError(
                f"A number and a unit are needed here, like 7 and {listed(DateUnit)}; "
                f"not {shown(count)} and {shown(unit)}.",
                place=place,
            )
        try:
            return cls(count, DateUnit(unit))
        except QueryError as error:
            error.place = place
            raise

    @property
    def longest(self) -> int:
        """The most days it can cover."""
        return self.count * _LONGEST_UNIT[self.unit]


@dataclass(frozen=True, slots=True)
class ToDate:
    """From the beginning of the unit that today is in, to today."""

    unit: DateUnit

    @property
    def longest(self) -> int:
        return _LONGEST_UNIT[self.unit]


@dataclass(frozen=True, slots=True)
class SinceDate:
    """From a day to today; no days at all while that day is to come."""

    first: dt.date

    @property
    def longest(self) -> int:
        """The most days it can ever cover: how many it does cover depends on the clock (see `check_buckets`)."""
        return MOST_DAYS


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


DateRange: TypeAlias = LastDates | ToDate | SinceDate | FixedDates


def check_buckets(length: int, interval: Interval) -> int:
    """About how many buckets so many days make (at most); a QueryError if that is more than anybody can look at."""
    count = most_buckets(length, interval)
    if count <= MOST_BUCKETS:
        return count
    fitting = [str(wider) for wider in Interval if most_buckets(length, wider) <= MOST_BUCKETS]
    raise QueryError(
        f"By the {interval}, {length:,} days make up to {count:,} points; "
        f"at most {MOST_BUCKETS:,} are possible. Choose {listed(fitting)}, or fewer days.",
        place="interval",
    )


def most_buckets(days: int, interval: Interval) -> int:
    """How many buckets so many days can make."""
    if interval in _BUCKETS_PER_DAY:
        return days * _BUCKETS_PER_DAY[interval]
    width = _DAYS_PER_BUCKET[interval]
    return days if width == 1 else days // width + 2


def days(dates: DateRange, scope: Scope) -> tuple[dt.date, dt.date]:
    """The first and the last day of the range, both included, whatever is still kept of them."""
    match dates:
        case FixedDates(first, last):
            return first, last
        case SinceDate(first):
            return first, max(scope.today, first)
        case ToDate(unit):
            return unit_start(scope.today, unit, scope.week_start), scope.today
        case LastDates(count, unit, skip):
            this = unit_start(scope.today, unit, scope.week_start)
            last = scope.today if skip == 0 else unit_later(this, unit, 1 - skip) - dt.timedelta(days=1)
            return unit_later(this, unit, 1 - count - skip), last
    raise AssertionError(dates)


def next_days(coming: LastDates, scope: Scope) -> tuple[dt.date, dt.date]:
    """The mirror of "last": from today to the end of the unit that lies so far ahead."""
    this = unit_start(scope.today, coming.unit, scope.week_start)
    return scope.today, unit_later(this, coming.unit, coming.count) - dt.timedelta(days=1)


def first_day_kept(scope: Scope) -> dt.date | None:
    """With N days of retention, today and the N - 1 days before it can be asked about; deletion must not cut deeper."""
    if scope.retention_days is None:
        return None
    return scope.present_day - dt.timedelta(days=scope.retention_days - 1)


def unit_start(day: dt.date, unit: DateUnit, week_start: int) -> dt.date:
    """The first day of the calendar unit that the day is in."""
    match unit:
        case DateUnit.WEEK:
            return week_of(day, week_start)
        case DateUnit.MONTH:
            return day.replace(day=1)
        case DateUnit.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case DateUnit.YEAR:
            return day.replace(month=1, day=1)
    return day


def unit_later(start: dt.date, unit: DateUnit, count: int) -> dt.date:
    """The start of the unit that lies `count` units later (earlier, if negative)."""
    if unit in _MONTHS:
        return months_later(start, _MONTHS[unit] * count)
    return start + dt.timedelta(days=_LONGEST_UNIT[unit] * count)


def week_of(day: dt.date, week_start: int) -> dt.date:
    """The first day of the week that the day is in."""
    return day - dt.timedelta(days=(day.isoweekday() - week_start) % 7)


def months_later(first_of_month: dt.date, months: int) -> dt.date:
    month = first_of_month.year * 12 + first_of_month.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1)


def parse_day(text: str) -> dt.date | None:
    """The day that `2024-01-31` names; None for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    # Python reads 20240131 and 2024-W05-3 too; there is one spelling, so that one question has one key.
    return day if day.isoformat() == text and 1970 <= day.year < 2200 else None
