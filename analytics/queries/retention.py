"""Retention: of the users who did one thing, how many did another so much later.

A user is in the cohort of every interval of the range in which they did the birth event; their clock starts at the
first of those in the interval. With `first_time` they are in one cohort at most: that of the first time ever.
Bucket 0 begins with the birth; the others follow it without gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.breakdowns import Breakdown, Segments
from analytics.queries.buckets import buckets
from analytics.queries.comparisons import Comparison, compared
from analytics.queries.conditions import Conditional
from analytics.queries.dates import DateRange, Interval, SinceDate, check_buckets
from analytics.queries.filters import Group
from analytics.queries.periods import Alignment, Periods, PeriodUnit, check_units
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.scope import Scope, Zoned
from analytics.queries.steps import Step
from analytics.queries.text import listed

MOST_PERIODS = 366
MOST_BRACKETS = 50
MOST_NUMBERS = 500_000  # in one answer: cohorts × buckets × segments


COHORT_INTERVALS = tuple(Interval(unit) for unit in PeriodUnit)


class Criterion(StrEnum):
    ON = "on"  # in this bucket
    ON_OR_AFTER = "on_or_after"  # in this bucket or a later one, up to the last


class RetentionMeasureKind(StrEnum):
    RATE = "rate"  # users who returned ÷ users of the cohort
    USERS = "users"
    SUM = "sum"  # of a property, over the return events
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class RetentionMeasure:
    kind: RetentionMeasureKind = RetentionMeasureKind.RATE
    of: Property | None = None

    def __post_init__(self) -> None:
        if not self.is_of_property:
            if self.of is not None:
                raise QueryError(f"“{self.kind}” is not of a property: leave it out.", place="property")
            return
        if self.of is None:
            raise QueryError(f"“{self.kind}” of what? Name a property.", place="property")
        if self.of.type is not PropertyType.NUMBER:
            raise QueryError(
                f"“{self.kind}” needs numbers, and {self.of.label} is asked as {self.of.type}: ask it as number.",
                place="property.type",
            )
        if self.of.source is not PropertySource.EVENT:
            raise QueryError(
                f"“{self.kind}” reads what the return events say, and {self.of.label} is the user's.",
                place="property.source",
            )

    @property
    def is_of_property(self) -> bool:
        return self.kind in (RetentionMeasureKind.SUM, RetentionMeasureKind.AVERAGE)


@dataclass(frozen=True, slots=True)
class RetentionQuery(Conditional, Zoned):
    """`periods` is how many buckets follow bucket 0; with `brackets`, the starts of buckets 1, 2 … in units, it does
    not count. `interval` is that of the cohorts."""

    kind: ClassVar[str] = "retention"

    birth: Step
    back: Step
    dates: DateRange
    interval: Interval
    unit: PeriodUnit = PeriodUnit.DAY
    periods: int = 12
    brackets: tuple[int, ...] | None = None
    first_time: bool = False
    alignment: Alignment = Alignment.ROLLING
    criterion: Criterion = Criterion.ON
    measure: RetentionMeasure = RetentionMeasure()
    filters: Group | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    segments: Segments = Segments()
    comparison: Comparison | None = None

    def __post_init__(self) -> None:
        if self.interval not in COHORT_INTERVALS:
            raise QueryError(
                f"Cohorts are of an {listed(COHORT_INTERVALS)}, not of a {self.interval}.", place="interval"
            )
        if not 1 <= self.periods <= MOST_PERIODS:
            raise QueryError(f"There are 1 to {MOST_PERIODS} periods, not {self.periods}.", place="periods")
        if len(self.breakdowns) > 1:
            raise QueryError("Retention has one breakdown at most. Remove the others.", place="breakdowns")
        self._check_brackets()
        self.check_conditions()
        self.check_zone()
        self._check_size()

    @property
    def clock(self) -> Periods:
        return Periods(self.unit, self.alignment, self.starts)

    @property
    def starts(self) -> tuple[int, ...]:
        """Where the buckets begin, in units after the birth, and where the last one ends."""
        if self.brackets is None:
            return tuple(range(self.periods + 2))
        edges = (0, *self.brackets)
        return (*edges, 2 * edges[-1] - edges[-2])

    def earlier(self, scope: Scope) -> tuple[RetentionQuery, Scope]:
        """The question about the time that it is compared with, which stops where as much time has passed since as by
        now: what came later, ours cannot have yet."""
        assert self.comparison is not None
        dates, back = compared(self.comparison, self.dates, scope)
        return replace(self, dates=dates, comparison=None), replace(back, until=back.now)

    def compares_growing(self, scope: Scope) -> bool:
        """Whether events of the earlier time are left out that will not be a moment later."""
        if self.comparison is None:
            return False
        before, back = self.earlier(scope)
        return self.clock.read_until(before.dates, replace(back, until=None)) > back.now

    @property
    def groups(self) -> tuple[Group | None, ...]:
        return (self.filters, self.birth.filters, self.back.filters)

    @property
    def split_by(self) -> tuple[Property, ...]:
        return tuple(breakdown.property for breakdown in self.breakdowns)

    def finished(self, scope: Scope) -> int:
        """What the clock alone changes: which buckets are over, and up to which day returns count."""
        over = self.clock.finished(self.dates, buckets(self.dates, self.interval, scope), scope)
        if self.comparison is None:
            return over
        before, back = self.earlier(scope)
        return over + before.finished(back)

    def _check_brackets(self) -> None:
        if self.brackets is None:
            return
        if not 1 <= len(self.brackets) <= MOST_BRACKETS:
            raise QueryError(f"There are 1 to {MOST_BRACKETS} brackets, not {len(self.brackets)}.", place="brackets")
        for index, (low, high) in enumerate(pairwise((0, *self.brackets))):
            if low >= high:
                raise QueryError(
                    "Brackets begin after bucket 0, each later than the one before.", place=f"brackets[{index}]"
                )
        if self.brackets[-1] > MOST_PERIODS:
            raise QueryError(
                f"The last bracket begins {MOST_PERIODS} units after the birth at the latest.",
                place=f"brackets[{len(self.brackets) - 1}]",
            )

    def _check_size(self) -> None:
        # How long "since" is depends on the day it is asked: buckets.buckets looks again.
        rows = 1 if isinstance(self.dates, SinceDate) else check_buckets(self.dates.longest, self.interval)
        if self.alignment is Alignment.CALENDAR and not isinstance(self.dates, SinceDate):
            check_units(self.dates.longest, self.unit)
        segments = self.segments.limit + 2 if self.breakdowns else 1
        if (numbers := rows * (len(self.starts) - 1) * segments) > MOST_NUMBERS:
            raise QueryError(
                f"The answer would hold up to {numbers:,} numbers; at most {MOST_NUMBERS:,} are possible. "
                "Choose a longer interval, a shorter range, fewer periods or fewer segments.",
                place="periods",
            )
