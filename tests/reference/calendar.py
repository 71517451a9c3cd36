"""The calendar without edges: what the zone's clock shows when something happens, cut to a unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from analytics.queries.dates import DateRange, FixedDates, Interval, LastDates, SinceDate, ToDate
from analytics.queries.scope import Scope


def local(moment: dt.datetime, scope: Scope) -> dt.datetime:
    return moment.astimezone(scope.tzinfo)


def unit_of(day: dt.date, unit: str, scope: Scope) -> Any:
    """What days of one calendar unit have in common."""
    if unit == "week":
        while day.isoweekday() != scope.week_start:
            day -= dt.timedelta(days=1)
        return day
    parts = {"day": day, "month": (day.year, day.month), "quarter": (day.year, (day.month + 2) // 3), "year": day.year}
    return parts[unit]


def bucket_of(moment: dt.datetime, interval: Interval, scope: Scope) -> Any:
    clock = local(moment, scope)
    if interval is Interval.MINUTE:
        return (clock.date(), clock.hour, clock.minute, clock.utcoffset())
    if interval is Interval.HOUR:
        return (clock.date(), clock.hour, clock.utcoffset())
    return unit_of(clock.date(), interval, scope)


def exists(day: dt.date, scope: Scope) -> bool:
    """Whether the zone's clock ever showed it: Apia had no 30 December 2011."""
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=scope.tzinfo)
    return local(noon.astimezone(dt.UTC), scope).date() == day


def first_kept(scope: Scope) -> dt.date | None:
    if scope.retention_days is None:
        return None
    return local(scope.present or scope.now, scope).date() - dt.timedelta(days=scope.retention_days - 1)


def days(dates: DateRange, scope: Scope) -> tuple[dt.date, dt.date]:
    """The first and the last day, walked to one by one."""
    today = local(scope.now, scope).date()
    match dates:
        case FixedDates(first, last):
            return first, last
        case SinceDate(first):
            return first, max(first, today)
        case ToDate(unit):
            return _first_of_units(today, unit, 1, scope), today
        case LastDates(count, unit, skip):
            last = today
            if skip:
                last = _first_of_units(today, unit, skip, scope) - dt.timedelta(days=1)
            return _first_of_units(last, unit, count, scope), last
    raise AssertionError(dates)


def _first_of_units(day: dt.date, unit: str, count: int, scope: Scope) -> dt.date:
    """The first day of the last `count` units up to this day."""
    units = {unit_of(day, unit, scope)}
    while True:
        earlier = day - dt.timedelta(days=1)
        units.add(unit_of(earlier, unit, scope))
        if len(units) > count:
            return day
        day = earlier
