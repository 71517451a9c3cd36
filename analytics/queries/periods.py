"""How much later: the buckets that follow a birth, and the calendar that they are cut by.

Rolling units are so long after the birth moment: hours, days of 24 and weeks of 168 of them; a month later is the same
day of the next month at the same time on the zone's clock, or that month's last day where it has no such day. Calendar
units are those that the zone's calendar shows, whatever their length; the one that the birth is in is unit 0.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.queries.buckets import Bucket, buckets, change_between, day_start, window
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, check_buckets, unit_later, unit_start
from analytics.queries.scope import Scope

_TICK = dt.timedelta(milliseconds=1)  # what moments of events are told apart by


class PeriodUnit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Alignment(StrEnum):
    ROLLING = "rolling"  # units of the clock, from each user's own birth moment
    CALENDAR = "calendar"  # units of the calendar in the project's zone: the birth's own is unit 0


LENGTHS = {
    PeriodUnit.HOUR: dt.timedelta(hours=1),
    PeriodUnit.DAY: dt.timedelta(days=1),
    PeriodUnit.WEEK: dt.timedelta(weeks=1),
}
_LONGEST_DAYS = {PeriodUnit.HOUR: 1 / 24, PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7, PeriodUnit.MONTH: 31}


@dataclass(frozen=True, slots=True)
class Periods:
    """`starts` are where the buckets begin, in units after the birth, and where the last one ends: 0, 1, 2 …"""

    unit: PeriodUnit
    alignment: Alignment
    starts: tuple[int, ...]

    def read_until(self, dates: DateRange, scope: Scope) -> dt.datetime:
        """Where the last bucket of the last birth ends; but no event after today counts, or after the range, and of an
        earlier time none after the moment up to which it is compared."""
        born = window(dates, scope)
        horizon = self._end(born.end - _TICK, len(self.starts) - 2, scope)
        today = day_start(scope.today + dt.timedelta(days=1), scope.tzinfo)
        until = min(horizon, max(today, born.end))
        return until if scope.until is None else min(until, max(scope.until, born.end))

    def ends(self, cohort: Bucket, scope: Scope) -> list[dt.datetime]:
        """When each bucket is over for whoever was born in the cohort's last moment."""
        last = cohort.end - _TICK
        return [self._end(last, number, scope) for number in range(len(self.starts) - 1)]

    def beginnings(self, cohort: Bucket, scope: Scope) -> list[dt.datetime]:
        """When each bucket begins for whoever was born in the cohort's first moment."""
        return [self._later(cohort.start, start, scope) for start in self.starts[:-1]]

    def finished(self, dates: DateRange, found: Sequence[Bucket], scope: Scope) -> int:
        """A number that grows whenever the clock alone changes an answer: how many buckets are over, and the
        day, as long as events of today can be returns."""
        over = sum(end <= scope.now for cohort in found for end in self.ends(cohort, scope))
        return over + self.read_until(dates, scope).toordinal()

    def calendar_edges(self, dates: DateRange, scope: Scope) -> list[dt.datetime]:
        """Where calendar units begin, from the one that the range begins in to the end of what is read, and where the
        last of them ends: it may be longer than all before it, as March is than February."""
        born, until = window(dates, scope), self.read_until(dates, scope)
        return _edges(born.start, until, self.unit, scope)

    def _end(self, born: dt.datetime, number: int, scope: Scope) -> dt.datetime:
        return self._later(born, self.starts[number + 1], scope)

    def _later(self, born: dt.datetime, units: int, scope: Scope) -> dt.datetime:
        """When `units` after the birth begin."""
        if self.alignment is Alignment.ROLLING:
            return rolled(born, self.unit, units, scope)
        if units == 0:
            return born
        far = born + dt.timedelta(days=(units + 2) * _LONGEST_DAYS[self.unit] + 2)
        return _edges(born, far, self.unit, scope)[units]


def rolled(moment: dt.datetime, unit: PeriodUnit, count: int, scope: Scope) -> dt.datetime:
    """So many units of the clock later, in UTC."""
    if unit is not PeriodUnit.MONTH:
        return moment.astimezone(dt.UTC) + count * LENGTHS[unit]
    if count == 0:
        return moment.astimezone(dt.UTC)
    local = moment.astimezone(scope.tzinfo)
    month = local.year * 12 + local.month - 1 + count
    year, month = month // 12, month % 12 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day, fold=0).astimezone(dt.UTC)


def _edges(start: dt.datetime, until: dt.datetime, unit: PeriodUnit, scope: Scope) -> list[dt.datetime]:
    """The starts of the calendar units from the one that holds `start`, and of those that begin before `until`; and the
    end of the last."""
    first = start.astimezone(scope.tzinfo).date()
    last = (max(until, start + _TICK) - _TICK).astimezone(scope.tzinfo).date()
    if unit is PeriodUnit.HOUR:
        hours = buckets(FixedDates(first, last), Interval.HOUR, scope)
        found = [each for each in hours if each.end > start and each.start < max(until, start + _TICK)]
        return [*(each.start for each in found), found[-1].end]
    of = DateUnit(unit)
    first = unit_start(first, of, scope.week_start)
    last = unit_later(unit_start(last, of, scope.week_start), of, 1) - dt.timedelta(days=1)
    units = buckets(FixedDates(first, last), Interval(unit), scope)
    return [*(each.start for each in units), units[-1].end]


def check_units(days: int, unit: PeriodUnit) -> None:
    """That a calendar of hours is not longer than anybody can look at."""
    if unit is PeriodUnit.HOUR:
        check_buckets(days, Interval.HOUR)


@dataclass(frozen=True, slots=True)
class Offset:
    """From `since` on the zone's clock is so much ahead of UTC."""

    since: dt.datetime
    ahead: dt.timedelta


def offsets(start: dt.datetime, end: dt.datetime, scope: Scope) -> list[Offset]:
    """The offsets of the zone's clock from `start` to `end`, each from the moment that it begins."""
    moment = start.astimezone(dt.UTC)
    found = [Offset(moment, _ahead(moment, scope))]
    while moment < end:
        following = moment + dt.timedelta(days=1)
        if (change := change_between(moment, following, scope.tzinfo)) is not None:
            found.append(Offset(change, _ahead(change, scope)))
        moment = change or following
    return found


def _ahead(moment: dt.datetime, scope: Scope) -> dt.timedelta:
    return moment.astimezone(scope.tzinfo).utcoffset() or dt.timedelta()
