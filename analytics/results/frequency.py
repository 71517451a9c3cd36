"""The answer to a frequency question: how many users did something in 1, 2, 3 … distinct units, over the range and in
each period of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

from analytics.queries.buckets import Bucket, buckets
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.scope import Scope
from analytics.results.buckets import buckets_from_json, buckets_to_json
from analytics.results.notes import kept_note
from analytics.results.segments import Segment, SegmentKind, is_whole, label_of
from analytics.results.series import Number, neat


@dataclass(frozen=True, slots=True)
class FrequencyRow:
    """How many users of a segment have exactly so many units in a period; without one, in the whole range."""

    segment: tuple[Segment, ...]
    bucket: dt.datetime | None
    units: int
    users: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """`exactly[0]` are the users with one unit, `at_least[0]` those with one or more, which is all `users`; `shares`
    are those of `at_least` among them. `average` is how many units a user has."""

    users: int
    exactly: tuple[int, ...]
    at_least: tuple[int, ...]
    shares: tuple[Number, ...]
    average: Number

    @classmethod
    def of(cls, found: Mapping[int, int], most: int) -> Distribution:
        """`found` are users by units."""
        exactly = [found.get(units, 0) for units in range(1, most + 1)]
        at_least = list(accumulate(reversed(exactly)))[::-1]
        users = sum(exactly)
        total = sum(units * each for units, each in found.items())
        shares = tuple(neat(each / users) if users else None for each in at_least)
        return cls(users, tuple(exactly), tuple(at_least), shares, neat(total / users) if users else None)

    def to_json(self) -> dict[str, Any]:
        return {
            "users": self.users,
            "exactly": list(self.exactly),
            "at_least": list(self.at_least),
            "shares": list(self.shares),
            "average": self.average,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Distribution:
        return cls(
            fields["users"],
            tuple(fields["exactly"]),
            tuple(fields["at_least"]),
            tuple(fields["shares"]),
            fields["average"],
        )


@dataclass(frozen=True, slots=True)
class FrequencySeries:
    """One segment: over the whole range, and in each period."""

    segment: tuple[Segment, ...]
    name: str
    total: Distribution
    periods: tuple[Distribution, ...]

    @property
    def label(self) -> str:
        return label_of(self.segment, self.name)

    @property
    def is_whole(self) -> bool:
        return is_whole(self.segment)

    def to_json(self) -> dict[str, Any]:
        return {
            "segment": [part.to_json() for part in self.segment],
            "name": self.name,
            "label": self.label,
            "total": self.total.to_json(),
            "periods": [each.to_json() for each in self.periods],
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FrequencySeries:
        return cls(
            tuple(Segment.from_json(part) for part in fields["segment"]),
            fields["name"],
            Distribution.from_json(fields["total"]),
            tuple(Distribution.from_json(each) for each in fields["periods"]),
        )


@dataclass(frozen=True, slots=True)
class FrequencyResult:
    each: str
    per: str
    zone: str
    buckets: tuple[Bucket, ...]
    series: tuple[FrequencySeries, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "frequency",
            "each": self.each,
            "per": self.per,
            "zone": self.zone,
            "buckets": buckets_to_json(self.buckets),
            "series": [series.to_json() for series in self.series],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FrequencyResult:
        return cls(
            fields["each"],
            fields["per"],
            fields["zone"],
            buckets_from_json(fields["buckets"]),
            tuple(FrequencySeries.from_json(each) for each in fields["series"]),
            tuple(fields["notes"]),
        )


_Segments: TypeAlias = tuple[Segment, ...]


def frequency_result(
    query: FrequencyQuery, scope: Scope, rows: Iterable[FrequencyRow], shown: Sequence[_Segments] = ()
) -> FrequencyResult:
    """`shown` are the segments in their order; all of them together stand before them, what is left over behind."""
    found = buckets(query.dates, query.per, scope)
    units = buckets(query.dates, query.each, scope)
    users: dict[tuple[_Segments, dt.datetime | None], dict[int, int]] = {}
    for row in rows:
        users.setdefault((row.segment, row.bucket), {})[row.units] = row.users
    whole = (Segment(SegmentKind.ALL),) * len(query.breakdowns)
    left_over = (Segment(SegmentKind.OTHER),) * len(query.breakdowns)
    segments = [whole]
    if query.breakdowns:
        segments += [*shown, *([left_over] if (left_over, None) in users else [])]
    inside = [_units_in(bucket, units) for bucket in found]
    series = tuple(
        FrequencySeries(
            segment,
            query.activity.name,
            Distribution.of(users.get((segment, None), {}), len(units)),
            tuple(
                Distribution.of(users.get((segment, bucket.start), {}), most)
                for bucket, most in zip(found, inside, strict=True)
            ),
        )
        for segment in segments
    )
    return FrequencyResult(
        str(query.each), str(query.per), scope.zone, found, series, tuple(_notes(query, scope, found))
    )


def _units_in(period: Bucket, units: Sequence[Bucket]) -> int:
    """How many units there are in the period, also those that are cut by its ends."""
    return sum(unit.start < period.end and unit.end > period.start for unit in units)


def _notes(query: FrequencyQuery, scope: Scope, found: Sequence[Bucket]) -> Iterable[str]:
    if query.breakdowns:
        yield "Segments may add up to more than the whole: a user is counted once in each segment that they were in."
    if any(bucket.end > scope.now for bucket in found):
        yield f"The last {query.per} is not over yet."
    if any(not bucket.complete and bucket.end <= scope.now for bucket in found):
        yield f"The range holds only a part of the first or last {query.per}."
    yield from kept_note(query.dates, scope)
