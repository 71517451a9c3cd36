"""The answer to an Insights question: one series per metric and segment over the buckets of the range.

The rows hold only what was found; here every bucket gets its number, zero where nothing happened. Nothing is added up
that cannot be added: a total over the range is a row of its own wherever users are counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.queries.buckets import Bucket, buckets
from analytics.queries.dates import days, first_day_kept
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import MeasureKind, letter
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.results.segments import Segment, SegmentKind


@dataclass(frozen=True, slots=True)
class InsightsRow:
    """One line of the SELECT: a number of one metric, segment and bucket. Without a bucket it is the whole range's."""

    metric: int
    segment: tuple[Segment, ...]
    bucket: dt.datetime | None
    value: int


@dataclass(frozen=True, slots=True)
class Series:
    metric: str
    name: str
    measure: str
    segment: tuple[Segment, ...]
    values: tuple[int, ...]
    total: int

    @property
    def label(self) -> str:
        """The segment in words, or the metric's name where nothing is broken down."""
        return " · ".join(part.label for part in self.segment) if self.segment else self.name

    @property
    def is_whole(self) -> bool:
        """Whether this is the metric without its breakdown, beside which the segments stand."""
        return all(part.kind is SegmentKind.ALL for part in self.segment)


@dataclass(frozen=True, slots=True)
class InsightsResult:
    interval: str
    zone: str
    buckets: tuple[Bucket, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "insights",
            "interval": self.interval,
            "zone": self.zone,
            "buckets": [
                {"start": bucket.start.isoformat(), "end": bucket.end.isoformat(), "complete": bucket.complete}
                for bucket in self.buckets
            ],
            "series": [
                {
                    "metric": series.metric,
                    "name": series.name,
                    "measure": series.measure,
                    "segment": [part.to_json() for part in series.segment],
                    "label": series.label,
                    "values": list(series.values),
                    "total": series.total,
                }
                for series in self.series
            ],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> InsightsResult:
        moment = dt.datetime.fromisoformat
        return cls(
            interval=fields["interval"],
            zone=fields["zone"],
            buckets=tuple(Bucket(moment(b["start"]), moment(b["end"]), b["complete"]) for b in fields["buckets"]),
            series=tuple(
                Series(
                    s["metric"],
                    s["name"],
                    s["measure"],
                    tuple(Segment.from_json(part) for part in s["segment"]),
                    tuple(s["values"]),
                    s["total"],
                )
                for s in fields["series"]
            ),
            notes=tuple(fields["notes"]),
        )


def insights_result(query: InsightsQuery, scope: Scope, rows: Iterable[InsightsRow]) -> InsightsResult:
    found = buckets(query.dates, query.interval, scope)
    position = {bucket.start: index for index, bucket in enumerate(found)}
    values: dict[tuple[int, tuple[Segment, ...]], list[int]] = {}
    totals: dict[tuple[int, tuple[Segment, ...]], int] = {}
    for row in rows:
        key = (row.metric, row.segment)
        if row.bucket is None:
            totals[key] = row.value
        else:
            values.setdefault(key, [0] * len(found))[position[row.bucket]] = row.value
    whole = (Segment(SegmentKind.ALL),) * len(query.breakdowns)
    series = []
    for index, metric in enumerate(query.metrics):
        segments = {segment for number, segment in (*values, *totals) if number == index} | {whole}
        made = []
        for segment in segments:
            numbers = values.get((index, segment), [0] * len(found))
            total = totals.get((index, segment), 0) if metric.measure.kind is MeasureKind.UNIQUE else sum(numbers)
            made.append(Series(letter(index), metric.name, str(metric.measure.kind), segment, tuple(numbers), total))
        series.extend(sorted(made, key=_rank))
    return InsightsResult(str(query.interval), scope.zone, found, tuple(series), _notes(query, scope, found))


def _rank(series: Series) -> tuple[Any, ...]:
    """The whole first, then the largest; equally large ones by kind and value, so that the order never wavers."""
    kinds = [part.kind for part in series.segment]
    return (
        not series.is_whole,
        SegmentKind.OTHER in kinds,
        -series.total,
        [part.order for part in series.segment],
    )


def _notes(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> tuple[str, ...]:
    return tuple(note for rule in _RULES for note in rule(query, scope, found))


def _note_on_sums(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    if not query.breakdowns:
        return
    unique = any(metric.measure.kind is MeasureKind.UNIQUE for metric in query.metrics)
    if unique:
        yield "Segments may add up to more than the whole: a user is counted once in each segment that they were in."
    if any(breakdown.property.type is PropertyType.LIST for breakdown in query.breakdowns):
        yield "Segments may add up to more than the whole: an event is counted once for each distinct item of its list."


def _note_on_buckets(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    if any(metric.measure.kind is MeasureKind.UNIQUE for metric in query.metrics) and len(found) > 1:
        yield "A total is not the sum of its points: a user is counted once over the whole range."


def _note_on_unfinished(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    unfinished = [bucket for bucket in found if not bucket.complete]
    if any(bucket.end > scope.now for bucket in unfinished):
        yield f"The last {query.interval} is not over yet."
    kept = first_day_kept(scope)
    if any(bucket.end <= scope.now and (kept is None or bucket.start.date() >= kept) for bucket in unfinished):
        yield f"The range holds only a part of the first or last {query.interval}."


def _note_on_retention(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    kept = first_day_kept(scope)
    if kept is not None and days(query.dates, scope)[0] < kept:
        days_kept = "1 day" if scope.retention_days == 1 else f"{scope.retention_days:,} days"
        yield f"This project keeps {days_kept} of events: nothing before {kept} is counted."


_RULES: tuple[Callable[[InsightsQuery, Scope, tuple[Bucket, ...]], Iterable[str]], ...] = (
    _note_on_sums,
    _note_on_buckets,
    _note_on_unfinished,
    _note_on_retention,
)
