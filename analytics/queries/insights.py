"""Insights: how often, or by how many users, something was done over time, possibly split by a property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.breakdowns import MOST_BREAKDOWNS, Breakdown
from analytics.queries.dates import DateRange, Interval, check_buckets
from analytics.queries.filters import MOST_CONDITIONS, Group, conditions_of
from analytics.queries.metrics import MOST_METRICS, Metric

MOST_NUMBERS = 500_000  # in one answer: points × segments × metrics


@dataclass(frozen=True, slots=True)
class InsightsQuery:
    kind: ClassVar[str] = "insights"

    metrics: tuple[Metric, ...]
    dates: DateRange
    interval: Interval
    filters: Group | None = None
    breakdowns: tuple[Breakdown, ...] = ()

    def __post_init__(self) -> None:
        if not self.metrics:
            raise QueryError("Nothing is counted: add a metric.", place="metrics")
        if len(self.metrics) > MOST_METRICS:
            raise QueryError(f"{len(self.metrics)} metrics are too many; at most {MOST_METRICS}.", place="metrics")
        if len(self.breakdowns) > MOST_BREAKDOWNS:
            raise QueryError(
                f"{len(self.breakdowns)} breakdowns are asked for; so far an answer is split by one property. "
                "Remove the others.",
                place="breakdowns",
            )
        self._check_conditions()
        self._check_size()

    def _check_conditions(self) -> None:
        count = sum(len(conditions_of(group)) for group in (self.filters, *(metric.filters for metric in self.metrics)))
        if count > MOST_CONDITIONS:
            raise QueryError(
                f"{count} conditions are too many for one question; at most {MOST_CONDITIONS}.", place="filters"
            )

    def _check_size(self) -> None:
        points = check_buckets(self.dates, self.interval)
        segments = 1
        for breakdown in self.breakdowns:
            segments *= breakdown.limit + 1
        if (numbers := points * segments * len(self.metrics)) > MOST_NUMBERS:
            raise QueryError(
                f"The answer would hold up to {numbers:,} numbers; at most {MOST_NUMBERS:,} are possible. "
                "Choose a longer interval, a shorter range or fewer segments.",
                place="breakdowns" if self.breakdowns else "metrics",
            )
