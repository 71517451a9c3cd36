"""Insights: how often, by how many users or with which numbers something was done over time, split, compared and put
into formulas as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.breakdowns import MOST_BREAKDOWNS, Breakdown, Segments
from analytics.queries.buckets import buckets
from analytics.queries.comparisons import Comparison
from analytics.queries.conditions import Conditional
from analytics.queries.dates import DateRange, Interval, SinceDate, check_buckets
from analytics.queries.filters import Group
from analytics.queries.formulas import MOST_FORMULAS, Formula
from analytics.queries.metrics import MOST_METRICS, Metric, letter
from analytics.queries.properties import Property
from analytics.queries.scope import Scope, Zoned
from analytics.queries.text import listed

MOST_NUMBERS = 500_000  # in one answer: points × segments × metrics
LONGEST_ROLLING = 365
_DISTRIBUTION_BINS = 20  # about: 1, 2–4, 5–9, 10–19 … of numbers that people have


@dataclass(frozen=True, slots=True)
class InsightsQuery(Conditional, Zoned):
    """`rolling` is how many points are averaged into each, 0 for none."""

    kind: ClassVar[str] = "insights"

    metrics: tuple[Metric, ...]
    dates: DateRange
    interval: Interval
    filters: Group | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    segments: Segments = Segments()
    formulas: tuple[Formula, ...] = ()
    comparison: Comparison | None = None
    rolling: int = 0

    def __post_init__(self) -> None:
        if not self.metrics:
            raise QueryError("Nothing is counted: add a metric.", place="metrics")
        if len(self.metrics) > MOST_METRICS:
            raise QueryError(f"{len(self.metrics)} metrics are too many; at most {MOST_METRICS}.", place="metrics")
        if len(self.breakdowns) > MOST_BREAKDOWNS:
            raise QueryError(
                f"{len(self.breakdowns)} breakdowns are too many; at most {MOST_BREAKDOWNS}. Remove some.",
                place="breakdowns",
            )
        for index, breakdown in enumerate(self.breakdowns):
            if breakdown in self.breakdowns[:index]:
                raise QueryError(f"{breakdown.property.label} is named twice.", place=f"breakdowns[{index}]")
        if not (self.rolling == 0 or 2 <= self.rolling <= LONGEST_ROLLING):
            raise QueryError(
                f"A rolling average is over 2 to {LONGEST_ROLLING} points, not {self.rolling}; 0 is none.",
                place="rolling",
            )
        self._check_formulas()
        self.check_conditions()
        self.check_zone()
        self._check_size()

    @property
    def groups(self) -> tuple[Group | None, ...]:
        """The filters of the whole question and of each metric."""
        return (self.filters, *(metric.filters for metric in self.metrics))

    @property
    def compared_ranges(self) -> tuple[DateRange, ...]:
        return (self.dates,) if self.comparison is not None else ()

    @property
    def split_by(self) -> tuple[Property, ...]:
        return tuple(breakdown.property for breakdown in self.breakdowns)

    def finished(self, scope: Scope) -> int:
        """How many buckets are over. Their marks change the answer though no event comes."""
        return sum(bucket.complete for bucket in buckets(self.dates, self.interval, scope))

    def _check_formulas(self) -> None:
        if len(self.formulas) > MOST_FORMULAS:
            raise QueryError(f"At most {MOST_FORMULAS} formulas are possible.", place="formulas")
        letters = [letter(index) for index in range(len(self.metrics))]
        for index, formula in enumerate(self.formulas):
            if unknown := sorted(formula.letters.difference(letters)):
                raise QueryError(
                    f"The formula names {listed(unknown, 'and')}, and there is only {listed(letters, 'and')}.",
                    place=f"formulas[{index}].expression",
                )
            if any(self.metrics[letters.index(each)].measure.is_distribution for each in formula.letters):
                raise QueryError(
                    "A distribution is many numbers and no formula can use it: choose another measure.",
                    place=f"formulas[{index}].expression",
                )

    def _check_size(self) -> None:
        # How long "since" is depends on the day it is asked: buckets.buckets looks again.
        points = 1 if isinstance(self.dates, SinceDate) else check_buckets(self.dates.longest, self.interval)
        segments = self.segments.limit + 1 if self.breakdowns else 1
        lines = sum(_DISTRIBUTION_BINS if metric.measure.is_distribution else 1 for metric in self.metrics)
        if (numbers := points * segments * (lines + len(self.formulas))) > MOST_NUMBERS:
            raise QueryError(
                f"The answer would hold up to {numbers:,} numbers; at most {MOST_NUMBERS:,} are possible. "
                "Choose a longer interval, a shorter range or fewer segments.",
                place="segments.limit" if self.breakdowns else "metrics",
            )
