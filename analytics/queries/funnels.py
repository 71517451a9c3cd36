"""Funnels: how many went from step to step, how long it took them, and where they were lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.breakdowns import Breakdown, Segments
from analytics.queries.buckets import Bucket, buckets, day_end
from analytics.queries.comparisons import Comparison
from analytics.queries.conditions import Conditional
from analytics.queries.dates import DateRange, Interval, SinceDate, check_buckets
from analytics.queries.filters import Group
from analytics.queries.metrics import AllEvents, check_events
from analytics.queries.properties import Property, PropertySource
from analytics.queries.scope import Scope, Zoned
from analytics.queries.steps import Step
from analytics.queries.windows import ConversionWindow, SessionWindow, TimeWindow

MOST_STEPS = 20
MOST_EXCLUSIONS = 10
MOST_HELD = 3
MOST_BREAKDOWNS = 1
MOST_NUMBERS = 500_000  # in one answer
_NUMBERS_OF_A_STEP = 8


class StepOrder(StrEnum):
    SPECIFIC = "specific"  # one after the other, with anything in between
    STRICT = "strict"  # one after the other, with nothing else of the user in between
    ANY = "any"


class Count(StrEnum):
    UNIQUES = "uniques"  # each user's best attempt
    TOTALS = "totals"  # every attempt: who converted, ran out of time or was excluded may try again
    SESSIONS = "sessions"  # the best attempt of each session


class View(StrEnum):
    STEPS = "steps"
    TREND = "trend"
    TIMES = "times"
    FREQUENCY = "frequency"
    PATHS = "paths"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Events that end an attempt between two steps, counted from 1; without `before` up to the last one."""

    events: tuple[str, ...] | AllEvents
    filters: Group | None = None
    after: int = 1
    before: int | None = None

    def __post_init__(self) -> None:
        check_events(self.events, "exclusion")


class AttributionKind(StrEnum):
    FIRST = "first"  # the first step that has a value
    LAST = "last"  # the last one
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which step's value of the breakdown's property an attempt is counted under."""

    kind: AttributionKind = AttributionKind.FIRST
    step: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is AttributionKind.STEP) != (self.step is not None):
            raise QueryError("Which step? Only the attribution to a step has one, and it needs it.", place="step")


@dataclass(frozen=True, slots=True)
class FunnelsQuery(Conditional, Zoned):
    """`between` are the steps, counted from 1, that times, frequency and paths are of; None for the first and last."""

    kind: ClassVar[str] = "funnels"

    steps: tuple[Step, ...]
    dates: DateRange
    interval: Interval
    first_time: bool = False  # of step 1 only the first such event that the user ever did
    order: StepOrder = StepOrder.SPECIFIC
    window: ConversionWindow = TimeWindow()
    count: Count = Count.UNIQUES
    exclusions: tuple[Exclusion, ...] = ()
    hold: tuple[Property, ...] = ()
    filters: Group | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    segments: Segments = Segments()
    attribution: Attribution = Attribution()
    comparison: Comparison | None = None
    view: View = View.STEPS
    between: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not 2 <= len(self.steps) <= MOST_STEPS:
            raise QueryError(f"A funnel has 2 to {MOST_STEPS} steps, not {len(self.steps)}.", place="steps")
        if len(self.breakdowns) > MOST_BREAKDOWNS:
            raise QueryError("A funnel has one breakdown at most: remove the others.", place="breakdowns")
        self._check_exclusions()
        self._check_hold()
        self._check_numbers_of_steps()
        self.check_conditions()
        self.check_zone()
        self._check_size()

    @property
    def span(self) -> tuple[int, int]:
        return self.between or (1, len(self.steps))

    @property
    def groups(self) -> tuple[Group | None, ...]:
        return (
            self.filters,
            *(step.filters for step in self.steps),
            *(exclusion.filters for exclusion in self.exclusions),
        )

    @property
    def compared_ranges(self) -> tuple[DateRange, ...]:
        return (self.dates,) if self.comparison is not None else ()

    @property
    def split_by(self) -> tuple[Property, ...]:
        return tuple(breakdown.property for breakdown in self.breakdowns)

    @property
    def needs_sessions(self) -> bool:
        return self.count is Count.SESSIONS or isinstance(self.window, SessionWindow)

    def buckets(self, scope: Scope) -> tuple[Bucket, ...]:
        """Of entries; one is complete when nobody who entered in it can convert any more."""
        return tuple(
            replace(each, complete=each.complete and self.window_end(each.end, scope) <= scope.now)
            for each in buckets(self.dates, self.interval, scope)
        )

    def window_end(self, entered_until: dt.datetime, scope: Scope) -> dt.datetime:
        """When all is over for whoever entered before this moment."""
        if isinstance(self.window, TimeWindow):
            return entered_until + self.window.length
        return day_end(entered_until, scope.tzinfo)

    def finished(self, scope: Scope) -> int:
        """How many buckets are over. Their marks change the answer though no event comes."""
        return sum(bucket.complete for bucket in self.buckets(scope))

    def _check_exclusions(self) -> None:
        if len(self.exclusions) > MOST_EXCLUSIONS:
            raise QueryError(f"At most {MOST_EXCLUSIONS} exclusions are possible.", place="exclusions")
        for index, exclusion in enumerate(self.exclusions):
            before = len(self.steps) if exclusion.before is None else exclusion.before
            if not 1 <= exclusion.after < before <= len(self.steps):
                raise QueryError(
                    f"An exclusion is after a step and before a later one, of 1 to {len(self.steps)}; "
                    f"not after {exclusion.after} and before {before}.",
                    place=f"exclusions[{index}].after",
                )

    def _check_hold(self) -> None:
        if len(self.hold) > MOST_HELD:
            raise QueryError(f"At most {MOST_HELD} properties can be held constant.", place="hold")
        for index, held in enumerate(self.hold):
            if held in self.hold[:index]:
                raise QueryError(f"{held.label} is named twice.", place=f"hold[{index}]")
            if held.source is PropertySource.USER:
                raise QueryError(
                    f"{held.label} is the user's, so it is the same at every step anyway: remove it.",
                    place=f"hold[{index}].source",
                )

    def _check_numbers_of_steps(self) -> None:
        count = len(self.steps)
        if self.attribution.step is not None and not 1 <= self.attribution.step <= count:
            raise QueryError(f"There are steps 1 to {count}, and no {self.attribution.step}.", place="attribution.step")
        first, last = self.span
        if not 1 <= first < last <= count:
            raise QueryError(f"Name a step and a later one, of 1 to {count}; not {first} and {last}.", place="between")
        if self.view is View.FREQUENCY and self.order is StepOrder.ANY:
            raise QueryError(
                "Steps done in any order have no events before one of them to count: choose another view or order.",
                place="view",
            )

    def _check_size(self) -> None:
        # How long "since" is depends on the day it is asked: buckets.buckets looks again.
        points = 1 if isinstance(self.dates, SinceDate) else check_buckets(self.dates.longest, self.interval)
        segments = self.segments.limit + 1 if self.breakdowns else 1
        each = len(self.steps) * _NUMBERS_OF_A_STEP + (3 * points if self.view is View.TREND else 0)
        if segments * each > MOST_NUMBERS:
            raise QueryError(
                f"The answer would hold up to {segments * each:,} numbers; at most {MOST_NUMBERS:,} are possible. "
                "Choose a longer interval, a shorter range or fewer segments.",
                place="segments.limit" if self.breakdowns else "interval",
            )
