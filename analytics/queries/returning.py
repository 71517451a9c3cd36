"""What Mixpanel's retention endpoints ask. They stand beside RetentionQuery and FrequencyQuery, as they are filtered by
expressions and never saved; they count by the same rules."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.dates import FixedDates, Interval, check_buckets
from analytics.queries.expressions import Expression
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.metrics import AllEvents, check_events
from analytics.queries.periods import Alignment, Periods, PeriodUnit
from analytics.queries.retention import MOST_NUMBERS, MOST_PERIODS

RETURNING_UNITS = (PeriodUnit.DAY, PeriodUnit.WEEK, PeriodUnit.MONTH)


@dataclass(frozen=True, slots=True)
class ReturningQuery:
    """Buckets of `length` units each, `count` of them behind that of the birth."""

    born: tuple[str, ...] | AllEvents
    event: tuple[str, ...] | AllEvents
    dates: FixedDates
    unit: PeriodUnit = PeriodUnit.DAY
    length: int = 1
    count: int = 1
    first_time: bool = True
    unbounded: bool = False  # a later return counts for all buckets before it
    born_where: Expression | None = None
    where: Expression | None = None

    def __post_init__(self) -> None:
        check_events(self.born, "birth")
        check_events(self.event, "return")
        if self.length < 1:
            raise QueryError("An interval has at least one unit.", place="interval")
        if not self.count >= 1 or self.count * self.length > MOST_PERIODS:
            raise QueryError(
                f"The intervals together have 1 to {MOST_PERIODS} units, not {self.count * self.length:,}.",
                place="interval_count",
            )
        if check_buckets(self.dates.longest, self.interval) * (self.count + 1) > MOST_NUMBERS:
            raise QueryError("The answer would hold too many numbers: choose a larger unit.", place="unit")

    @property
    def interval(self) -> Interval:
        """Of the cohorts."""
        return Interval(self.unit)

    @property
    def periods(self) -> Periods:
        starts = tuple(self.length * number for number in range(self.count + 2))
        return Periods(self.unit, Alignment.ROLLING, starts)


@dataclass(frozen=True, slots=True)
class AddictionQuery:
    """In how many units of each period, where an expression holds."""

    frequency: FrequencyQuery
    where: Expression | None = None
