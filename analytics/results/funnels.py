"""The answer to a question of funnels: for the whole and each segment how many reached each step, and how fast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.queries.buckets import Bucket
from analytics.queries.funnels import Count, FunnelsQuery, View
from analytics.queries.scope import Scope
from analytics.queries.windows import TimeWindow
from analytics.results.buckets import buckets_from_json, buckets_to_json
from analytics.results.funnel_notes import notes
from analytics.results.funnel_numbers import (
    Bin,
    FunnelSegment,
    Numbers,
    Path,
    Significance,
    Spread,
    StepNumbers,
    Trend,
)
from analytics.results.funnel_rows import COUNT_EDGES, TIME_EDGES, FunnelRow, PathRow, SpreadRow
from analytics.results.names import where_alike
from analytics.results.segments import ORDERED, Segment, SegmentKind
from analytics.results.series import Number, neat, ratio
from analytics.results.significance import significance

MOST_PATHS = 20
MOST_COMPARED = 50  # segments, each with each other one

UNITS = {Count.UNIQUES: "Users", Count.TOTALS: "Attempts", Count.SESSIONS: "Sessions"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its scope and the rows that it brought."""

    query: FunnelsQuery
    scope: Scope
    rows: Sequence[FunnelRow]
    paths: Sequence[PathRow] = ()


@dataclass(frozen=True, slots=True)
class FunnelsResult:
    """`compared` are the buckets of the earlier time, if there is one; its first lies beside our first."""

    interval: str
    zone: str
    view: str
    order: str
    count: str
    window: Mapping[str, Any]
    steps: tuple[str, ...]
    between: tuple[int, int]
    buckets: tuple[Bucket, ...]
    segments: tuple[FunnelSegment, ...]
    notes: tuple[str, ...] = ()
    compared: tuple[Bucket, ...] | None = None

    @property
    def unit(self) -> str:
        """What the numbers are of."""
        return UNITS[Count(self.count)]

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "funnels",
            "interval": self.interval,
            "zone": self.zone,
            "view": self.view,
            "order": self.order,
            "count": self.count,
            "unit": self.unit,
            "window": dict(self.window),
            "steps": list(self.steps),
            "between": list(self.between),
            "buckets": buckets_to_json(self.buckets),
            "segments": [segment.to_json() for segment in self.segments],
            "notes": list(self.notes),
            "compared": None if self.compared is None else buckets_to_json(self.compared),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FunnelsResult:
        return cls(
            interval=fields["interval"],
            zone=fields["zone"],
            view=fields["view"],
            order=fields["order"],
            count=fields["count"],
            window=fields["window"],
            steps=tuple(fields["steps"]),
            between=(fields["between"][0], fields["between"][1]),
            buckets=buckets_from_json(fields["buckets"]),
            segments=tuple(FunnelSegment.from_json(each) for each in fields["segments"]),
            notes=tuple(fields["notes"]),
            compared=None if fields["compared"] is None else buckets_from_json(fields["compared"]),
        )


def funnels_result(asked: Asked, earlier: Asked | None = None) -> FunnelsResult:
    """`earlier` is the same question about the time it is compared with, split into the same segments."""
    query = asked.query
    ours, theirs = _Lines(asked), _Lines(earlier) if earlier else None
    names = ours.segments() | (theirs.segments() if theirs else set())
    made = _sorted([_segment(name, ours, theirs) for name in names], query)
    window = query.window
    return FunnelsResult(
        str(query.interval),
        asked.scope.zone,
        str(query.view),
        str(query.order),
        str(query.count),
        {"kind": "time", "count": window.count, "unit": str(window.unit)}
        if isinstance(window, TimeWindow)
        else {"kind": "session"},
        step_names(query),
        query.span,
        ours.buckets,
        tuple(_with_significance(made)),
        notes(query, asked.scope, ours.buckets),
        theirs.buckets if theirs else None,
    )


def step_names(query: FunnelsQuery) -> tuple[str, ...]:
    """No two are the same: "View 1" and "View 3" where a step comes twice."""
    names = [step.name for step in query.steps]
    better = [f"{name} {number}" for number, name in enumerate(names, start=1)]
    names = where_alike(names, better)
    while len(set(names)) < len(names):  # an event has the very name that we have just made
        names = where_alike(names, [f"{name} {number}" for number, name in enumerate(names, start=1)])
    return tuple(names)


@dataclass
class _Lines:
    """The rows of an answer by segment, with a number for each step and bucket."""

    asked: Asked
    whole: dict[tuple[Segment, ...], FunnelRow] = field(default_factory=dict)
    by_bucket: dict[tuple[Segment, ...], dict[dt.datetime, FunnelRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buckets = self.asked.query.buckets(self.asked.scope)
        for row in self.asked.rows:
            if row.bucket is None:
                self.whole[row.segment] = row
            else:
                self.by_bucket.setdefault(row.segment, {})[row.bucket] = row

    def segments(self) -> set[tuple[Segment, ...]]:
        """Those that were found, and the whole, which is there even if nothing was."""
        return {*self.whole, (Segment(SegmentKind.ALL),) * len(self.asked.query.breakdowns)}

    def numbers(self, segment: tuple[Segment, ...]) -> Numbers:
        query, row = self.asked.query, self.whole.get(segment)
        steps = step_numbers(row, len(query.steps))
        spread = _spread(row.spread if row else None, query) if query.view in (View.TIMES, View.FREQUENCY) else None
        return Numbers(
            steps,
            trend=self._trend(segment) if query.view is View.TREND else None,
            times=spread if query.view is View.TIMES else None,
            frequency=spread if query.view is View.FREQUENCY else None,
            paths=self._paths(segment, steps[query.span[1] - 1].count) if query.view is View.PATHS else None,
        )

    def _trend(self, segment: tuple[Segment, ...]) -> Trend:
        rows = self.by_bucket.get(segment, {})
        found = [rows.get(bucket.start) for bucket in self.buckets]
        entered = tuple(_count(row, 1) for row in found)
        converted = tuple(_count(row, len(self.asked.query.steps)) for row in found)
        return Trend(entered, converted, tuple(map(share, converted, entered)))

    def _paths(self, segment: tuple[Segment, ...], reached: int) -> tuple[Path, ...]:
        rows = [row for row in self.asked.paths if row.segment == segment]
        several = rows[0].several if rows else 0
        found = [(row.events, row.count) for row in rows]
        if reached > several:
            found.append(((), reached - several))
        found.sort(key=lambda each: (-each[1], each[0]))
        return tuple(Path(events, count, float(neat(count / reached) or 0)) for events, count in found[:MOST_PATHS])


def _count(row: FunnelRow | None, step: int) -> int:
    return row.counts[step - 1] if row is not None and len(row.counts) >= step else 0


def share(part: int, whole: int) -> Number:
    return neat(part / whole) if whole else None


def step_numbers(row: FunnelRow | None, count: int) -> tuple[StepNumbers, ...]:
    counts = [_count(row, step) for step in range(1, count + 1)]
    found = []
    for place, reached in enumerate(counts):
        before = counts[place - 1] if place else reached
        times: list[Number] = [None] * 4
        if row is not None and place and reached:
            arrays = (row.average_from_previous, row.median_from_previous, row.average_from_first)
            times = [_seconds(array[place - 1]) for array in (*arrays, row.median_from_first)]
        found.append(
            StepNumbers(
                reached,
                before - reached,
                share(reached, before) if place else None,
                share(reached, counts[0]),
                *times,
            )
        )
    return tuple(found)


def _seconds(milliseconds: float) -> Number:
    return neat(milliseconds / 1000)


def _spread(row: SpreadRow | None, query: FunnelsQuery) -> Spread:
    if row is None or not row[0]:
        return Spread(0, None, None, None, None, None, None, None, ())
    count, average, (p25, median, p75, p90), least, greatest, (edges, counts) = row
    is_time = query.view is View.TIMES
    shown = _seconds if is_time else neat
    found = {(edge // 1000 if is_time else edge): number for edge, number in zip(edges, counts, strict=True)}
    return Spread(
        count,
        shown(average),
        shown(median),
        shown(p25),
        shown(p75),
        shown(p90),
        shown(least),
        shown(greatest),
        _bins(found, is_time),
    )


def _bins(found: Mapping[int, int], is_time: bool) -> tuple[Bin, ...]:
    """From the first bin that has any to the last, the empty ones between them too."""
    edges = TIME_EDGES if is_time else COUNT_EDGES
    first, last = edges.index(min(found)), edges.index(max(found))
    made = []
    for place in range(first, last + 1):
        upper = edges[place + 1] if place + 1 < len(edges) else None
        high = upper if is_time or upper is None else upper - 1
        made.append(Bin(edges[place], high, found.get(edges[place], 0)))
    return tuple(made)


def _segment(name: tuple[Segment, ...], ours: _Lines, theirs: _Lines | None) -> FunnelSegment:
    numbers = ours.numbers(name)
    if theirs is None:
        return FunnelSegment(name, numbers)
    before = theirs.numbers(name)
    rate, earlier = numbers.steps[-1].from_first, before.steps[-1].from_first
    difference = None if rate is None or earlier is None else neat(rate - earlier)
    return FunnelSegment(name, numbers, (), before, difference, ratio(rate, earlier))


def _with_significance(made: Sequence[FunnelSegment]) -> list[FunnelSegment]:
    if len(made) < 2:
        return list(made)
    found = []
    for place, one in enumerate(made):
        others = [at for at in range(len(made)) if at != place and place] if len(made) <= MOST_COMPARED else [0]
        if not place:
            others = []
        found.append(
            FunnelSegment(
                one.segment,
                one.numbers,
                tuple(Significance(at, *_chance(one, made[at], at == 0)) for at in others),
                one.compared,
                one.difference,
                one.ratio,
            )
        )
    return found


def _chance(one: FunnelSegment, other: FunnelSegment, is_whole: bool) -> tuple[Number, str | None]:
    converted, entered = one.numbers.steps[-1].count, one.numbers.steps[0].count
    other_converted, other_entered = other.numbers.steps[-1].count, other.numbers.steps[0].count
    if is_whole:
        other_converted, other_entered = other_converted - converted, other_entered - entered
    return significance(converted, entered, other_converted, other_entered)


def _sorted(made: list[FunnelSegment], query: FunnelsQuery) -> list[FunnelSegment]:
    """The whole first and "other" last; between them segments of a calendar or a scale in its order, others by how
    many began in them."""
    in_order = bool(query.breakdowns) and query.breakdowns[0].buckets is not None
    falling = query.segments.order == "top"

    def rank(one: FunnelSegment) -> tuple[Any, ...]:
        if not one.segment:
            return (0,)
        part, began = one.segment[0], one.numbers.steps[0].count
        size = 0 if in_order else -began if falling else began
        not_set = in_order and part.kind not in ORDERED and part.kind is not SegmentKind.VALUE
        return (1, part.kind is not SegmentKind.ALL, part.kind is SegmentKind.OTHER, not_set, size, part.order)

    return sorted(made, key=rank)
