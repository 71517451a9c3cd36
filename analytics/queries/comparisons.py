"""What an answer is compared with: the same question about an earlier time.

A comparison stops where the present does: if today is half over, the last day compared is counted up to the same time
on its clock. So a total that is still growing is held against one that had grown as long.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.dates import DateRange, DateUnit, FixedDates, LastDates, ToDate, days, unit_later
from analytics.queries.scope import Scope

MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class PreviousPeriod:
    """The time of the same length just before; of calendar units, as many units."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same days so many calendar units ago. The 31st of a month that has none is that month's last day."""

    count: int
    unit: DateUnit

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_UNITS:
            raise QueryError(f"A comparison goes back 1 to {MOST_UNITS:,} units, not {self.count}.", place="count")


@dataclass(frozen=True, slots=True)
class CustomPeriod:
    """As many days as the range has, from this day on."""

    first: dt.date


Comparison: TypeAlias = PreviousPeriod | Earlier | CustomPeriod


def compared(comparison: Comparison, dates: DateRange, scope: Scope) -> tuple[FixedDates, Scope]:
    """The earlier days, and the scope to count them in: its clock stands where ours does, seen from those days."""
    first, last = days(dates, scope)
    earlier = _earlier(comparison, dates, first, last)
    back = _same_clock(scope, earlier, last)
    return earlier, replace(scope, now=back, present=scope.now, until=back if last >= scope.today else None)


def _earlier(comparison: Comparison, dates: DateRange, first: dt.date, last: dt.date) -> FixedDates:
    match comparison:
        case CustomPeriod(start):
            return FixedDates(start, start + (last - first))
        case Earlier(count, unit):
            return FixedDates(_back(first, unit, count), _back(last, unit, count))
    if isinstance(dates, LastDates | ToDate) and dates.unit in (DateUnit.MONTH, DateUnit.QUARTER, DateUnit.YEAR):
        count = dates.count if isinstance(dates, LastDates) else 1
        whole = isinstance(dates, LastDates) and dates.skip > 0
        start = unit_later(first, dates.unit, -count)
        return FixedDates(start, first - dt.timedelta(days=1) if whole else max(start, _back(last, dates.unit, count)))
    if isinstance(dates, LastDates | ToDate) and dates.unit is DateUnit.WEEK:
        weeks = dates.count if isinstance(dates, LastDates) else 1
        return FixedDates(_back(first, DateUnit.WEEK, weeks), _back(last, DateUnit.WEEK, weeks))
    length = last - first + dt.timedelta(days=1)
    return FixedDates(first - length, last - length)


def _back(day: dt.date, unit: DateUnit, count: int) -> dt.date:
    if unit in (DateUnit.DAY, DateUnit.WEEK):
        return unit_later(day, unit, -count)
    month = unit_later(day.replace(day=1), unit, -count)
    return month.replace(day=min(day.day, calendar.monthrange(month.year, month.month)[1]))


def _same_clock(scope: Scope, earlier: FixedDates, last: dt.date) -> dt.datetime:
    """Now, as far from the end of the earlier days as it is from the end of ours, on the project's clock."""
    local = scope.now.astimezone(scope.tzinfo)
    day = earlier.last + (local.date() - last)
    return dt.datetime.combine(day, local.time(), scope.tzinfo).astimezone(dt.UTC)
