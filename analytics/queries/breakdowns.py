"""How an answer is split: by the values of properties, the largest segments first and the rest as "other".

With several breakdowns a segment is a combination of their values, and the limit is on combinations.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.filters import MOST_VALUES, Value, check_value
from analytics.queries.properties import Property, PropertyType
from analytics.queries.text import shown

DEFAULT_LIMIT = 10
DEFAULT_LIMIT_OF_BUCKETS = 100
HIGHEST_LIMIT = 1000
MOST_BREAKDOWNS = 5
MOST_EDGES = 50
EVENT_TIME = "time"  # the event's own moment, as a property of type date


class Grain(StrEnum):
    """How wide the buckets of a date are; the last two forget which day or week it was."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    HOUR_OF_DAY = "hour_of_day"
    DAY_OF_WEEK = "day_of_week"


@dataclass(frozen=True, slots=True)
class AutoBuckets:
    """About ten even buckets between the least and the greatest number found, their width 1, 2 or 5 times a power of
    ten."""


@dataclass(frozen=True, slots=True)
class EvenBuckets:
    """… [start - size, start), [start, start + size) …"""

    size: float
    start: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.size) and self.size > 0):
            raise QueryError(f"The size of a bucket is more than 0, not {self.size}.", place="size")
        if not math.isfinite(self.start):
            raise QueryError("The start is a number.", place="start")


@dataclass(frozen=True, slots=True)
class CustomBuckets:
    """Below the first edge, from each edge up to but not including the next, and from the last one on."""

    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.edges) <= MOST_EDGES:
            raise QueryError(f"There are 1 to {MOST_EDGES} edges, not {len(self.edges)}.", place="edges")
        if any(not math.isfinite(edge) for edge in self.edges):
            raise QueryError("Edges are numbers.", place="edges")
        if any(low >= high for low, high in itertools.pairwise(self.edges)):
            raise QueryError("Edges go upwards, each greater than the one before.", place="edges")


@dataclass(frozen=True, slots=True)
class DateBuckets:
    grain: Grain


Buckets: TypeAlias = AutoBuckets | EvenBuckets | CustomBuckets | DateBuckets


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`values`, if there are any, are the ones to show, whatever their size; all others are "other"."""

    property: Property
    buckets: Buckets | None = None
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        type, label = self.property.type, self.property.label
        if type is PropertyType.OBJECT:
            raise QueryError(
                f"No answer can be split by {label} as an object: name one of its keys in path.", place="property.type"
            )
        if (type is PropertyType.DATE) != isinstance(self.buckets, DateBuckets):
            raise QueryError(
                f"{label} is asked as {type}: "
                + (
                    "choose how wide its buckets are, like day."
                    if type is PropertyType.DATE
                    else "only dates have a grain."
                ),
                place="buckets",
            )
        if isinstance(self.buckets, AutoBuckets | EvenBuckets | CustomBuckets) and type is not PropertyType.NUMBER:
            raise QueryError(f"Only numbers have such buckets, and {label} is asked as {type}.", place="buckets")
        self._check_values()

    def _check_values(self) -> None:
        if not self.values:
            return
        if self.buckets is not None:
            raise QueryError("Buckets and chosen values do not go together: leave one out.", place="values")
        if len(self.values) > MOST_VALUES:
            raise QueryError(f"At most {MOST_VALUES:,} values can be chosen.", place="values")
        for index, value in enumerate(self.values):
            if self.property.type is PropertyType.BOOLEAN:
                if not isinstance(value, bool):
                    raise QueryError(f"true or false is needed here, not {shown(value)}.", place=f"values[{index}]")
            else:
                check_value(self.property.type, value, f"values[{index}]")


class Order(StrEnum):
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Segments:
    """Which segments are shown: the largest or the smallest by metric A over the whole range (by B among those that A
    has no number for, and so on)."""

    limit: int = DEFAULT_LIMIT
    order: Order = Order.TOP

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= HIGHEST_LIMIT:
            raise QueryError(f"The limit is from 1 to {HIGHEST_LIMIT:,}, not {self.limit}.", place="limit")


def default_limit(breakdowns: tuple[Breakdown, ...]) -> int:
    """Buckets are few and belong together; values can be any number."""
    if breakdowns and all(breakdown.buckets is not None for breakdown in breakdowns):
        return DEFAULT_LIMIT_OF_BUCKETS
    return DEFAULT_LIMIT
