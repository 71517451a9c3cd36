"""Lifecycle: who is new in each interval, who came back, who woke up again and who fell asleep.

Intervals are whole calendar units: all those that the range touches. Whoever did the activity in one is

    new             if it is the first time ever, as far as events are kept
    returning       if they did it in the interval before, too
    resurrecting    if they did not, but did earlier

and whoever did it in the interval before but not in this one is dormant.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.dates import (
    DateRange,
    DateUnit,
    FixedDates,
    Interval,
    SinceDate,
    check_buckets,
    days,
    unit_later,
    unit_start,
)
from analytics.queries.filters import MOST_CONDITIONS, RELATIVE, Condition, Group, conditions_of
from analytics.queries.properties import PropertySource
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from analytics.queries.text import listed

LIFECYCLE_INTERVALS = (Interval.DAY, Interval.WEEK, Interval.MONTH)


class Status(StrEnum):
    """In the order in which they are stacked; dormant users are drawn below zero."""

    NEW = "new"
    RETURNING = "returning"
    RESURRECTING = "resurrecting"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True)
class LifecycleQuery:
    kind: ClassVar[str] = "lifecycle"
    comparison: ClassVar[None] = None

    activity: Step
    dates: DateRange
    interval: Interval
    filters: Group | None = None

    def __post_init__(self) -> None:
        if self.interval not in LIFECYCLE_INTERVALS:
            raise QueryError(
                f"A lifecycle is by the {listed(LIFECYCLE_INTERVALS)}, not by the {self.interval}.", place="interval"
            )
        if len(self.conditions) > MOST_CONDITIONS:
            raise QueryError(
                f"{len(self.conditions)} conditions are too many for one question; at most {MOST_CONDITIONS}.",
                place="filters",
            )
        if not isinstance(self.dates, SinceDate):  # of which buckets.buckets knows the length when it is asked
            check_buckets(self.dates.longest, self.interval)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (*conditions_of(self.filters), *conditions_of(self.activity.filters))

    @property
    def reads_profiles(self) -> bool:
        return any(condition.property.source is PropertySource.USER for condition in self.conditions)

    @property
    def reads_today(self) -> bool:
        """Whether a filter's days move with the calendar, whatever the range."""
        return any(condition.operator in RELATIVE for condition in self.conditions)

    def finished(self, scope: Scope) -> int:
        """How many intervals are over. Their marks change the answer though no event comes."""
        return sum(bucket.end <= scope.now for bucket in buckets(self.whole(scope), self.interval, scope))

    def whole(self, scope: Scope) -> FixedDates:
        """The range from the beginning of its first calendar unit to the end of its last."""
        first, last = days(self.dates, scope)
        if isinstance(self.dates, SinceDate):
            check_buckets((last - first).days + 1, self.interval)
        unit = DateUnit(self.interval)
        end = unit_later(unit_start(last, unit, scope.week_start), unit, 1)
        return FixedDates(unit_start(first, unit, scope.week_start), end - dt.timedelta(days=1))

    def before(self, scope: Scope) -> FixedDates:
        """The calendar unit before the first. A day that the zone skipped is none."""
        unit = DateUnit(self.interval)
        end = self.whole(scope).first
        while True:
            start = unit_later(end, unit, -1)
            found = FixedDates(start, end - dt.timedelta(days=1))
            if buckets(found, self.interval, scope):
                return found
            end = start
