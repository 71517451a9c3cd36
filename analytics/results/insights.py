"""The answer to an Insights question: one series per metric and segment over the buckets of the range.

The rows hold only what was found; here every bucket gets its number: zero where nothing was counted, no value where
there was nothing to average. Nothing is added up that cannot be added. Formulas, rolling averages and differences are
worked out here, from the numbers of the metrics.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.queries.buckets import Bucket, buckets
from analytics.queries.formulas import Formula, calculate, unit_of
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure
from analytics.queries.metrics import letter
from analytics.queries.scope import Scope
from analytics.queries.sentence import measure_name
from analytics.results.buckets import buckets_from_json, buckets_to_json
from analytics.results.names import metric_names
from analytics.results.notes import notes
from analytics.results.segments import ORDERED, Segment, SegmentKind
from analytics.results.series import Compared, Number, Series, averaged, neat, ratio


@dataclass(frozen=True, slots=True)
class InsightsRow:
    """One line of the SELECT: a number of one metric, segment and bucket. Without a bucket it is the whole range's.

    Of a rolling measure it is by how much the bucket's number differs from that of the bucket before.
    """

    metric: int
    segment: tuple[Segment, ...]
    bucket: dt.datetime | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its scope and the rows that it brought."""

    query: InsightsQuery
    scope: Scope
    rows: Sequence[InsightsRow]


@dataclass(frozen=True, slots=True)
class InsightsResult:
    """`compared` are the buckets of the earlier time, if there is one; its first lies beside our first."""

    interval: str
    zone: str
    buckets: tuple[Bucket, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()
    compared: tuple[Bucket, ...] | None = None
    rolling: int = 0

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "insights",
            "interval": self.interval,
            "zone": self.zone,
            "buckets": buckets_to_json(self.buckets),
            "series": [series.to_json() for series in self.series],
            "notes": list(self.notes),
            "compared": None if self.compared is None else buckets_to_json(self.compared),
            "rolling": self.rolling,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> InsightsResult:
        return cls(
            interval=fields["interval"],
            zone=fields["zone"],
            buckets=buckets_from_json(fields["buckets"]),
            series=tuple(Series.from_json(each) for each in fields["series"]),
            notes=tuple(fields["notes"]),
            compared=None if fields["compared"] is None else buckets_from_json(fields["compared"]),
            rolling=fields["rolling"],
        )


def insights_result(asked: Asked, earlier: Asked | None = None) -> InsightsResult:
    """`earlier` is the same question about the time it is compared with, split into the same segments."""
    query = asked.query
    ours, found = _Lines(asked), buckets(query.dates, query.interval, asked.scope)
    theirs = _Lines(earlier) if earlier else None
    before = buckets(earlier.query.dates, query.interval, earlier.scope) if earlier else None
    series: list[Series] = []
    for index, metric in enumerate(query.metrics):
        segments = ours.segments(index) | (theirs.segments(index) if theirs else set())
        made = [ours.series(index, segment) for segment in segments]
        if theirs and before is not None:
            made = [_beside(one, theirs.series(index, one.segment), found, before) for one in made]
        series.extend(_sorted(made, query, metric.measure))
    for number, formula in enumerate(query.formulas, start=1):
        series.extend(_formula_series(f"F{number}", formula, query, series, found, before))
    if query.rolling:
        series = [_rolling(one, query.rolling) for one in series]
    return InsightsResult(
        str(query.interval),
        asked.scope.zone,
        found,
        tuple(series),
        notes(query, asked.scope, found),
        before,
        query.rolling,
    )


class _Lines:
    """The rows of an answer by metric and segment, with a number in every bucket."""

    def __init__(self, asked: Asked) -> None:
        self._query = asked.query
        self._names = metric_names(asked.query.metrics)
        found = buckets(asked.query.dates, asked.query.interval, asked.scope)
        self._count = len(found)
        position = {bucket.start: index for index, bucket in enumerate(found)}
        self._values: dict[tuple[int, tuple[Segment, ...]], dict[int, float | None]] = {}
        self._totals: dict[tuple[int, tuple[Segment, ...]], float | None] = {}
        for row in asked.rows:
            at = None if row.bucket is None else position[row.bucket]
            self._put(row.metric, row.segment, at, row.value)
            if (whole := _whole_of(row.segment, asked.query.metrics[row.metric].measure)) is not None:
                so_far = self._at(row.metric, whole, at) or 0
                self._put(row.metric, whole, at, so_far + (row.value or 0))

    def _at(self, metric: int, segment: tuple[Segment, ...], at: int | None) -> float | None:
        if at is None:
            return self._totals.get((metric, segment))
        return self._values.get((metric, segment), {}).get(at)

    def _put(self, metric: int, segment: tuple[Segment, ...], at: int | None, value: float | None) -> None:
        if at is None:
            self._totals[metric, segment] = value
        else:
            self._values.setdefault((metric, segment), {})[at] = value

    def segments(self, metric: int) -> set[tuple[Segment, ...]]:
        """Those that were found, and the whole, which is there even if nothing was."""
        depth = len(self._query.breakdowns) + self._query.metrics[metric].measure.is_distribution
        whole = (Segment(SegmentKind.ALL),) * depth
        return {segment for number, segment in (*self._values, *self._totals) if number == metric} | {whole}

    def series(self, index: int, segment: tuple[Segment, ...]) -> Series:
        measure = self._query.metrics[index].measure
        values = self._numbers((index, segment), measure)
        return Series(
            letter(index),
            self._names[index],
            str(measure.kind),
            segment,
            values,
            self._total((index, segment), measure, values),
            unit=measure_name(measure),
            format="count" if measure.counts else "number",
        )

    def _numbers(self, key: tuple[int, tuple[Segment, ...]], measure: Measure) -> tuple[Number, ...]:
        found = self._values.get(key, {})
        nothing: Number = 0 if measure.is_zero_without_events else None
        if not measure.is_rolling:
            return tuple(neat(found[at]) if at in found else nothing for at in range(self._count))
        running, values = 0.0, []
        for at in range(self._count):
            running += found.get(at) or 0
            values.append(neat(running))
        return tuple(values)

    def _total(self, key: tuple[int, tuple[Segment, ...]], measure: Measure, values: tuple[Number, ...]) -> Number:
        if measure.is_rolling:
            return values[-1] if values else 0
        if key in self._totals:
            return neat(self._totals[key])
        if not measure.is_zero_without_events:
            return None
        if measure.is_distribution:
            return 0  # a user may be in this bin in some buckets, and over the range in another one
        # Only what adds up has no row of the whole range.
        return neat(sum(value for value in self._values.get(key, {}).values() if value is not None))


def _whole_of(segment: tuple[Segment, ...], measure: Measure) -> tuple[Segment, ...] | None:
    """What a bin of a distribution is a part of: a user is in one bin, so the bins of the whole add up to all users."""
    if measure.is_distribution and all(part.kind is SegmentKind.ALL for part in segment[:-1]):
        return (*segment[:-1], Segment(SegmentKind.ALL))
    return None


def _sorted(made: Iterable[Series], query: InsightsQuery, measure: Measure) -> list[Series]:
    """The whole first and "other" last; between them segments of a calendar or a scale in its order, others by size,
    equally large ones by kind and value, so that the order never wavers."""
    in_order = measure.is_distribution or (
        bool(query.breakdowns) and all(breakdown.buckets is not None for breakdown in query.breakdowns)
    )
    falling = query.segments.order == "top"

    def rank(one: Series) -> tuple[Any, ...]:
        kinds = [part.kind for part in one.segment]
        size = 0.0 if one.total is None or in_order else -one.total if falling else one.total
        missing = one.total is None and not in_order
        left_over = SegmentKind.OTHER in kinds
        not_set = in_order and any(kind not in ORDERED and kind is not SegmentKind.VALUE for kind in kinds)
        return (not one.is_whole, left_over, not_set, missing, size, [part.order for part in one.segment])

    return sorted(made, key=rank)


# --- comparing --------------------------------------------------------------------------------------------------------


def _beside(ours: Series, theirs: Series, found: Sequence[Bucket], before: Sequence[Bucket]) -> Series:
    values = tuple(theirs.values[at] if at < len(theirs.values) else None for at in range(len(ours.values)))
    ratios = tuple(
        ratio(one, other) if at < len(before) and found[at].complete and before[at].complete else None
        for at, (one, other) in enumerate(zip(ours.values, values, strict=True))
    )
    return replace(
        ours,
        compared=Compared(
            values, theirs.total, ratios, _difference(ours.total, theirs.total), ratio(ours.total, theirs.total)
        ),
    )


def _difference(ours: Number, theirs: Number) -> Number:
    return None if ours is None or theirs is None else neat(ours - theirs)


# --- formulas ---------------------------------------------------------------------------------------------------------


def _formula_series(
    name: str,
    formula: Formula,
    query: InsightsQuery,
    metrics: Sequence[Series],
    found: Sequence[Bucket],
    before: Sequence[Bucket] | None,
) -> list[Series]:
    """One for each segment that a metric of the formula has. A metric without the segment counts as nothing there."""
    letters = sorted(formula.letters)
    by_segment: dict[tuple[Segment, ...], dict[str, Series]] = {}
    for one in metrics:
        if one.metric in letters:
            by_segment.setdefault(one.segment, {})[one.metric] = one
    if not letters:
        by_segment[(Segment(SegmentKind.ALL),) * len(query.breakdowns)] = {}
    units = {letter(index): measure_name(metric.measure) for index, metric in enumerate(query.metrics)}
    empty = {letter(at): _nothing(metric.measure) for at, metric in enumerate(query.metrics)}
    node = formula.parsed()

    def worked_out(segment: tuple[Segment, ...], compared: bool) -> Series:
        parts = by_segment[segment]

        def number(pick: Callable[[Series], Number]) -> Number:
            found_numbers = {each: pick(parts[each]) if each in parts else empty[each] for each in letters}
            return neat(calculate(node, found_numbers))

        values = tuple(number(_value_at(at, compared)) for at in range(len(found)))
        total = number(_total_of(compared))
        unit = unit_of(node, units)
        return Series(name, formula.label, "formula", segment, values, total, unit or formula.label, str(formula.unit))

    made = []
    for segment in by_segment:
        ours = worked_out(segment, compared=False)
        made.append(ours if before is None else _beside(ours, worked_out(segment, compared=True), found, before))
    return _sorted(made, query, query.metrics[0].measure)


def _value_at(at: int, compared: bool) -> Callable[[Series], Number]:
    return lambda one: one.compared.values[at] if compared and one.compared else one.values[at]


def _total_of(compared: bool) -> Callable[[Series], Number]:
    return lambda one: one.compared.total if compared and one.compared else one.total


def _nothing(measure: Measure) -> Number:
    return 0 if measure.is_zero_without_events else None


def _rolling(one: Series, window: int) -> Series:
    compared = one.compared and replace(one.compared, values=averaged(one.compared.values, window))
    return replace(one, values=averaged(one.values, window), compared=compared)
