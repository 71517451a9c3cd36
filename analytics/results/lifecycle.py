"""The answer to a lifecycle question: how many users are new, returning, resurrecting and dormant in each interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.queries.buckets import Bucket, buckets, window
from analytics.queries.dates import first_day_kept
from analytics.queries.lifecycle import LifecycleQuery, Status
from analytics.queries.scope import Scope
from analytics.results.buckets import buckets_from_json, buckets_to_json
from analytics.results.notes import kept_note


@dataclass(frozen=True, slots=True)
class LifecycleRow:
    bucket: dt.datetime
    status: Status
    users: int


@dataclass(frozen=True, slots=True)
class LifecycleSeries:
    """Users of one status in each bucket. Dormant ones are drawn below zero and counted like all others."""

    status: Status
    values: tuple[int, ...]

    @property
    def label(self) -> str:
        return self.status.capitalize()


@dataclass(frozen=True, slots=True)
class LifecycleResult:
    """`buckets` are whole calendar units; one is complete if it is over, and it and the one before it are kept."""

    interval: str
    zone: str
    name: str
    buckets: tuple[Bucket, ...]
    series: tuple[LifecycleSeries, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "lifecycle",
            "interval": self.interval,
            "zone": self.zone,
            "name": self.name,
            "buckets": buckets_to_json(self.buckets),
            "series": [
                {"status": str(each.status), "label": each.label, "values": list(each.values)} for each in self.series
            ],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> LifecycleResult:
        return cls(
            fields["interval"],
            fields["zone"],
            fields["name"],
            buckets_from_json(fields["buckets"]),
            tuple(LifecycleSeries(Status(each["status"]), tuple(each["values"])) for each in fields["series"]),
            tuple(fields["notes"]),
        )


def lifecycle_result(query: LifecycleQuery, scope: Scope, rows: Iterable[LifecycleRow]) -> LifecycleResult:
    found = lifecycle_buckets(query, scope)
    users = {(row.bucket, row.status): row.users for row in rows}
    series = tuple(
        LifecycleSeries(status, tuple(users.get((bucket.start, status), 0) for bucket in found)) for status in Status
    )
    return LifecycleResult(
        str(query.interval), scope.zone, query.activity.name, found, series, tuple(_notes(query, scope, found))
    )


def lifecycle_buckets(query: LifecycleQuery, scope: Scope) -> tuple[Bucket, ...]:
    kept = window(query.before(scope), scope)
    before = buckets(query.before(scope), query.interval, scope)
    known = not before or before[0].start >= kept.start  # whether all of the interval before the first is kept
    found = []
    for bucket in buckets(query.whole(scope), query.interval, scope):
        found.append(Bucket(bucket.start, bucket.end, bucket.complete and known))
        known = bucket.start >= window(query.whole(scope), scope).start
    return tuple(found)


def _notes(query: LifecycleQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    if any(bucket.end > scope.now for bucket in found):
        yield f"The last {query.interval} is not over yet: whoever is dormant in it may still come."
    yield from kept_note(query.dates, scope)
    if (kept := first_day_kept(scope)) is not None:
        yield f"“New” is whoever did it for the first time since {kept}; what was before is no longer kept."
