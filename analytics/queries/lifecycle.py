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
from analytics.queries.conditions import Conditional
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
from analytics.queries.filters import Group
from analytics.queries.scope import Scope, Zoned
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
class LifecycleQuery(Conditional, Zoned):
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
        self.check_conditions()
        self.check_zone()
        if not isinstance(self.dates, SinceDate):  # of which buckets.buckets knows the length when it is asked
            check_buckets(self.dates.longest, self.interval)

    @property
    def groups(self) -> tuple[Group | None, ...]:
        return (self.filters, self.activity.filters)

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
