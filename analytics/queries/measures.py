"""How a metric counts. What a measure is in SQL is in compiler/measures.py; the rules in words are in the handbook."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.properties import Property, PropertySource, PropertyType


class MeasureKind(StrEnum):
    TOTAL = "total"  # every event
    UNIQUE = "unique"  # every user once per bucket and segment
    SESSIONS = "sessions"  # every session that has such an event
    DAU = "dau"  # users of the 1, 7 or 30 days that end with the bucket
    WAU = "wau"
    MAU = "mau"
    CUMULATIVE_UNIQUE = "cumulative_unique"  # users since the range began
    SUM = "sum"  # from here on: of a property, over the events that have it
    AVERAGE = "average"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"
    PER_USER = "per_user"  # first a number for each user, then one number of all those


class UserNumber(StrEnum):
    """The number that each user gets."""

    TOTAL = "total"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"


class Across(StrEnum):
    """How the users' numbers become one, or (distribution) how many users have which."""

    AVERAGE = "average"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    DISTRIBUTION = "distribution"


ROLLING_DAYS = {MeasureKind.DAU: 1, MeasureKind.WAU: 7, MeasureKind.MAU: 30}
_OF_NUMBERS = (
    MeasureKind.SUM, MeasureKind.AVERAGE, MeasureKind.MEDIAN, MeasureKind.PERCENTILE, MeasureKind.MIN, MeasureKind.MAX
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerUser:
    """Events, or something `of` a property, for each user, then across the users who have such a number."""

    each: UserNumber
    across: Across
    of: Property | None = None
    percentile: int | None = None

    def __post_init__(self) -> None:
        if self.each is not UserNumber.TOTAL:
            _check_property(self.of, self.each, of_numbers=self.each is not UserNumber.DISTINCT, place="property")
        elif self.of is not None:
            raise QueryError("A total counts events and needs no property: leave it out.", place="property")
        _check_percentile(self.percentile, wanted=self.across is Across.PERCENTILE)


@dataclass(frozen=True, slots=True)
class Measure:
    """`of` which property, for sum … distinct; `percentile` (1 to 99) for percentile; `per_user` for per user."""

    kind: MeasureKind
    of: Property | None = None
    percentile: int | None = None
    per_user: PerUser | None = None

    def __post_init__(self) -> None:
        if self.kind in _OF_NUMBERS or self.kind is MeasureKind.DISTINCT:
            of_numbers = self.kind in _OF_NUMBERS
            _check_property(self.of, self.kind, of_numbers=of_numbers, place="property")
        elif self.of is not None:
            raise QueryError(f"“{self.kind}” is not of a property: leave it out.", place="property")
        _check_percentile(self.percentile, wanted=self.kind is MeasureKind.PERCENTILE)
        if (self.per_user is not None) != (self.kind is MeasureKind.PER_USER):
            raise QueryError("per_user belongs to the measure “per_user”, and to no other.", place="per_user")

    @property
    def is_rolling(self) -> bool:
        """Whether a bucket counts users of the time before it, too. The range's number is then its last bucket's."""
        return self.kind in ROLLING_DAYS or self.kind is MeasureKind.CUMULATIVE_UNIQUE

    @property
    def is_distribution(self) -> bool:
        return self.per_user is not None and self.per_user.across is Across.DISTRIBUTION

    @property
    def counts(self) -> bool:
        """Whether its numbers are whole and nothing at all is 0; else nothing at all is no value."""
        return self.kind in _COUNTING or self.is_distribution

    @property
    def is_zero_without_events(self) -> bool:
        """Counts and sums of nothing are 0; everything else of nothing is no value."""
        sums_up = self.per_user is not None and self.per_user.across is Across.SUM
        return self.counts or self.kind is MeasureKind.SUM or sums_up


_COUNTING = (
    MeasureKind.TOTAL, MeasureKind.UNIQUE, MeasureKind.SESSIONS, MeasureKind.DAU, MeasureKind.WAU, MeasureKind.MAU,
    MeasureKind.CUMULATIVE_UNIQUE, MeasureKind.DISTINCT,
)  # fmt: skip


def _check_property(asked: Property | None, kind: StrEnum, *, of_numbers: bool, place: str) -> None:
    if asked is None:
        raise QueryError(f"“{kind}” of what? Name a property.", place=place)
    if of_numbers and asked.type is not PropertyType.NUMBER:
        raise QueryError(
            f"“{kind}” needs numbers, and {asked.label} is asked as {asked.type}: ask it as number.",
            place=f"{place}.type",
        )
    if asked.source is not PropertySource.EVENT:
        raise QueryError(
            f"“{kind}” reads what the events say: {asked.label} of the user can be a filter or a breakdown.",
            place=f"{place}.source",
        )
    if asked.type in (PropertyType.LIST, PropertyType.OBJECT):
        raise QueryError(
            f"“{kind}” of a {asked.type} is not possible: choose a text or a number.", place=f"{place}.type"
        )


def _check_percentile(asked: int | None, *, wanted: bool) -> None:
    if not wanted and asked is not None:
        raise QueryError("percentile belongs to the measure “percentile”: leave it out.", place="percentile")
    if wanted and (asked is None or not 1 <= asked <= 99):
        raise QueryError(f"A percentile is a whole number from 1 to 99, not {asked}.", place="percentile")
