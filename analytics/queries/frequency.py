"""Frequency: in how many distinct hours, days or weeks users did something, over the range and in each period of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.breakdowns import Breakdown, Segments
from analytics.queries.buckets import buckets
from analytics.queries.conditions import Conditional
from analytics.queries.dates import DateRange, Interval, SinceDate, check_buckets
from analytics.queries.filters import Group
from analytics.queries.properties import Property
from analytics.queries.scope import Scope, Zoned
from analytics.queries.steps import Step
from analytics.queries.text import listed

MOST_NUMBERS = 500_000  # in one answer: periods × units × segments
# What is counted, and in which periods.
EACH: dict[Interval, tuple[Interval, ...]] = {
    Interval.HOUR: (Interval.DAY, Interval.WEEK, Interval.MONTH),
    Interval.DAY: (Interval.WEEK, Interval.MONTH),
    Interval.WEEK: (Interval.MONTH,),
}
PERIODS = (Interval.DAY, Interval.WEEK, Interval.MONTH)
_IN_ONE = {  # the most units that a period holds; a day of 25 hours, half hours where the clock is changed by one
    (Interval.HOUR, Interval.DAY): 26,
    (Interval.HOUR, Interval.WEEK): 170,
    (Interval.HOUR, Interval.MONTH): 746,
    (Interval.DAY, Interval.WEEK): 7,
    (Interval.DAY, Interval.MONTH): 31,
    (Interval.WEEK, Interval.MONTH): 6,
}


@dataclass(frozen=True, slots=True)
class FrequencyQuery(Conditional, Zoned):
    """`each` is what is counted distinct, `per` in which periods."""

    kind: ClassVar[str] = "frequency"
    comparison: ClassVar[None] = None

    activity: Step
    dates: DateRange
    each: Interval
    per: Interval
    filters: Group | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    segments: Segments = Segments()

    def __post_init__(self) -> None:
        if self.each not in EACH:
            raise QueryError(f"Distinct {listed(EACH)}s are counted, not {self.each}s.", place="each")
        if self.per not in EACH[self.each]:
            raise QueryError(
                f"Distinct {self.each}s are counted in a {listed(EACH[self.each])}, not in a {self.per}.", place="per"
            )
        if len(self.breakdowns) > 1:
            raise QueryError("A frequency has one breakdown at most. Remove the others.", place="breakdowns")
        self.check_conditions()
        self.check_zone()
        self._check_size()

    @property
    def groups(self) -> tuple[Group | None, ...]:
        return (self.filters, self.activity.filters)

    @property
    def split_by(self) -> tuple[Property, ...]:
        return tuple(breakdown.property for breakdown in self.breakdowns)

    def finished(self, scope: Scope) -> int:
        """How many periods are over. Their marks change the answer though no event comes."""
        return sum(bucket.complete for bucket in buckets(self.dates, self.per, scope))

    def _check_size(self) -> None:
        # How long "since" is depends on the day it is asked: buckets.buckets looks again.
        if isinstance(self.dates, SinceDate):
            return
        units = check_buckets(self.dates.longest, self.each)
        periods = check_buckets(self.dates.longest, self.per)
        segments = self.segments.limit + 2 if self.breakdowns else 1
        if (numbers := (units + periods * _IN_ONE[self.each, self.per]) * segments) > MOST_NUMBERS:
            raise QueryError(
                f"The answer would hold up to {numbers:,} numbers; at most {MOST_NUMBERS:,} are possible. "
                "Choose longer units, a shorter range or fewer segments.",
                place="each",
            )
