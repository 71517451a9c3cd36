"""What Mixpanel's query endpoints ask: events over time, split by an expression, or an expression's numbers summed.

These questions stand beside InsightsQuery, not in it: they come as parameters of an address, are never saved, and split
by any expression. They count by the same rules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.buckets import Bucket, Window, buckets, window
from analytics.queries.dates import MOST_BUCKETS, DateUnit, FixedDates, Interval, LastDates, week_of
from analytics.queries.expressions import Expression
from analytics.queries.metrics import LONGEST_EVENT_NAME, MOST_EVENTS
from analytics.queries.scope import Scope
from analytics.queries.text import check_text

MOST_SEGMENTS = 10_000
MOST_NUMBERS = 500_000  # in one answer

UNITS = (Interval.MINUTE, Interval.HOUR, Interval.DAY, Interval.WEEK, Interval.MONTH)
_PER_DAY = {Interval.MINUTE: 1440, Interval.HOUR: 24}
_DAYS_EACH = {Interval.WEEK: 7, Interval.MONTH: 28}  # at the least
_CALENDAR = {Interval.DAY: DateUnit.DAY, Interval.WEEK: DateUnit.WEEK, Interval.MONTH: DateUnit.MONTH}


class Count(StrEnum):
    GENERAL = "general"  # every event
    UNIQUE = "unique"  # every user once per bucket and segment
    AVERAGE = "average"  # events per user who did any


class Amount(StrEnum):
    SUM = "sum"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Period:
    """Fixed days, or the last `count` units up to now, the running one included; cut into buckets of one unit each, or
    of `days_each` days."""

    unit: Interval
    dates: FixedDates | None = None
    count: int = 0
    days_each: int = 1

    def __post_init__(self) -> None:
        if (self.dates is None) == (self.count == 0):
            raise QueryError("Give from_date and to_date, or interval.", place="interval")
        if self.days_each < 1 or self.count < 0:
            raise QueryError("The interval is a whole number from 1 up.", place="interval")
        try:
            self._days  # noqa: B018 - which refuses a range that is too long
        except QueryError as error:
            error.place = "interval"
            raise
        if self.most_buckets > MOST_BUCKETS:
            raise QueryError(
                f"{self.most_buckets:,} points are too many; at most {MOST_BUCKETS:,} are possible. "
                "Choose a larger unit or fewer of them.",
                place="interval" if self.dates is None else "unit",
            )

    @property
    def most_buckets(self) -> int:
        if self.dates is None:
            return self.count
        days = self.dates.longest
        if self.unit in _PER_DAY:
            return days * _PER_DAY[self.unit]
        if self.unit is Interval.DAY:
            return -(-days // self.days_each)
        return days // _DAYS_EACH[self.unit] + 2

    def cut(self, scope: Scope) -> tuple[Bucket, ...]:
        """The buckets in order."""
        found = buckets(self._days, self.unit, scope)
        if self.days_each > 1:
            return _joined(found, self.days_each)
        if self.unit in _PER_DAY and self.count:
            return tuple(bucket for bucket in found if bucket.start <= scope.now)[-self.count :]
        return found

    def window(self, scope: Scope) -> Window:
        """All of the buckets, without what the project no longer keeps."""
        whole = window(self._days, scope)
        found = self.cut(scope)
        if not found:
            return whole
        end = min(whole.end, found[-1].end.astimezone(dt.UTC))
        return Window(min(max(whole.start, found[0].start.astimezone(dt.UTC)), end), end)

    @property
    def _days(self) -> FixedDates | LastDates:
        if self.dates is not None:
            return self.dates
        if self.unit in _PER_DAY:
            return LastDates(self.count // _PER_DAY[self.unit] + 2, DateUnit.DAY)
        return LastDates(self.count, _CALENDAR[self.unit])


def _joined(days: tuple[Bucket, ...], each: int) -> tuple[Bucket, ...]:
    groups = [days[start : start + each] for start in range(0, len(days), each)]
    return tuple(Bucket(group[0].start, group[-1].end, all(day.complete for day in group)) for group in groups)


def bucket_names(period: Period, scope: Scope) -> list[str]:
    """What the buckets are called in an answer: 2024-03-01, or 2024-03-01 13:00:00 for hours and minutes. A week or
    month is called by its first day, also where the range cuts it. An hour that comes twice tells its offset the second
    time."""
    names: list[str] = []
    for bucket in period.cut(scope):
        if period.unit in _PER_DAY:
            name = f"{bucket.start:%Y-%m-%d %H:%M:%S}"
            names.append(f"{bucket.start:%Y-%m-%d %H:%M:%S%z}" if name in names[-120:] else name)
            continue
        day = bucket.start.date()
        if period.unit is Interval.WEEK:
            day = week_of(day, scope.week_start)
        names.append((day.replace(day=1) if period.unit is Interval.MONTH else day).isoformat())
    return names


@dataclass(frozen=True, slots=True)
class SegmentationQuery:
    """Events over time by the segments of `on`; by their names without it. The largest `limit` segments are answered,
    or those of `only`, whether there are any or not. `undefined` says whether that is a segment."""

    events: tuple[str, ...]
    period: Period
    count: Count = Count.GENERAL
    where: Expression | None = None
    on: Expression | None = None
    limit: int = 60
    only: tuple[str, ...] | None = None
    undefined: bool = True

    def __post_init__(self) -> None:
        check_events(self.events)
        check_limit(self.limit)
        if self.only is not None and len(self.only) > MOST_SEGMENTS:
            raise QueryError(f"{len(self.only):,} values are too many; at most {MOST_SEGMENTS:,}.", place="values")
        segments = len(self.events) if self.on is None else len(self.only or ()) or self.limit
        check_size(segments, self.period)


@dataclass(frozen=True, slots=True)
class NumericQuery:
    """Events over time by ranges of the number that `on` is; those where it is none are left out."""

    events: tuple[str, ...]
    period: Period
    on: Expression
    count: Count = Count.GENERAL
    where: Expression | None = None

    def __post_init__(self) -> None:
        check_events(self.events)


@dataclass(frozen=True, slots=True)
class AmountQuery:
    """The numbers that `on` is, summed or averaged over the events of each bucket. What is no number is 0."""

    events: tuple[str, ...]
    period: Period
    on: Expression
    amount: Amount
    where: Expression | None = None

    def __post_init__(self) -> None:
        check_events(self.events)


def check_events(names: tuple[str, ...]) -> None:
    if not names:
        raise QueryError("No event is named.", place="event")
    if len(names) > MOST_EVENTS:
        raise QueryError(f"{len(names)} events are too many; at most {MOST_EVENTS}.", place="event")
    for name in names:
        check_text(name, "event", what="The event's name", longest=LONGEST_EVENT_NAME)


def check_limit(limit: int, most: int = MOST_SEGMENTS) -> None:
    if not 1 <= limit <= most:
        raise QueryError(f"The limit is from 1 to {most:,}, not {limit:,}.", place="limit")


def check_size(segments: int, period: Period) -> None:
    numbers = segments * period.most_buckets
    if numbers > MOST_NUMBERS:
        raise QueryError(
            f"The answer would hold up to {numbers:,} numbers; at most {MOST_NUMBERS:,} are possible. "
            "Choose a larger unit, fewer days or a lower limit.",
            place="limit",
        )
