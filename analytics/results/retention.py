"""The answer to a retention question: for each segment a row of numbers for each cohort, and their weighted average.

The rows of the SELECT hold only what was found; here every cohort and bucket gets its number, or none where it cannot
have one yet. "On or after" is worked out here, too: a user is counted in the last bucket that they returned in, and so
in all those before it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from analytics.queries.buckets import Bucket, buckets, window
from analytics.queries.retention import Criterion, RetentionMeasureKind, RetentionQuery
from analytics.queries.scope import Scope
from analytics.results.retention_notes import notes
from analytics.results.segments import Segment, SegmentKind, is_whole, label_of
from analytics.results.series import Number, neat

_FORMATS = {
    RetentionMeasureKind.RATE: "percent",
    RetentionMeasureKind.USERS: "count",
    RetentionMeasureKind.SUM: "number",
    RetentionMeasureKind.AVERAGE: "number",
}


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """One line of the SELECT. Without a bucket `users` is the size of the cohort, else how many of them returned.

    Of a measure of a property there are lines without users, too: the sum of the numbers of the return events in the
    bucket, and how many there are.
    """

    segment: tuple[Segment, ...]
    cohort: dt.datetime
    bucket: int | None
    users: int = 0
    total: float = 0.0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """A bucket of the answer: from `start` up to but not including `end`, in units after the birth."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """Whoever was born from `start` up to but not including `end`. `complete` says of each bucket whether it is over
    for all of them, and all of their births are kept."""

    start: dt.datetime
    end: dt.datetime
    complete: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CohortNumbers:
    """`users` are those who returned in each bucket, whatever is measured; None where nobody can have returned yet."""

    size: int
    values: tuple[Number, ...]
    users: tuple[int | None, ...]

    def to_json(self) -> dict[str, Any]:
        return {"size": self.size, "values": list(self.values), "users": list(self.users)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> CohortNumbers:
        return cls(fields["size"], tuple(fields["values"]), tuple(fields["users"]))


@dataclass(frozen=True, slots=True)
class Average:
    """For each bucket, over the cohorts in which it is complete: the average of their values, weighted by size; their
    sizes together, and how many of those users returned. A user is counted once in each cohort that they are in."""

    sizes: tuple[int, ...]
    values: tuple[Number, ...]
    users: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {"sizes": list(self.sizes), "values": list(self.values), "users": list(self.users)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Average:
        return cls(tuple(fields["sizes"]), tuple(fields["values"]), tuple(fields["users"]))


@dataclass(frozen=True, slots=True)
class Before:
    """The average of an earlier time; `differences` are how much more ours is, bucket by bucket."""

    size: int
    average: Average
    differences: tuple[Number, ...]

    def to_json(self) -> dict[str, Any]:
        return {"size": self.size, "average": self.average.to_json(), "differences": list(self.differences)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Before:
        return cls(fields["size"], Average.from_json(fields["average"]), tuple(fields["differences"]))


@dataclass(frozen=True, slots=True)
class RetentionSeries:
    """One segment. `size` is that of all cohorts together."""

    segment: tuple[Segment, ...]
    name: str
    size: int
    rows: tuple[CohortNumbers, ...]
    average: Average
    compared: Before | None = None

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
            "size": self.size,
            "rows": [row.to_json() for row in self.rows],
            "average": self.average.to_json(),
            "compared": self.compared and self.compared.to_json(),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> RetentionSeries:
        return cls(
            tuple(Segment.from_json(part) for part in fields["segment"]),
            fields["name"],
            fields["size"],
            tuple(CohortNumbers.from_json(row) for row in fields["rows"]),
            Average.from_json(fields["average"]),
            fields["compared"] and Before.from_json(fields["compared"]),
        )


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """`unit` is what values are of: "Users", "Sum of amount" …; `format` is percent, count or number."""

    interval: str
    zone: str
    measure: str
    unit: str
    format: str
    buckets: tuple[Period, ...]
    cohorts: tuple[Cohort, ...]
    series: tuple[RetentionSeries, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": "retention",
            "interval": self.interval,
            "zone": self.zone,
            "measure": self.measure,
            "unit": self.unit,
            "format": self.format,
            "buckets": [{"start": each.start, "end": each.end, "label": each.label} for each in self.buckets],
            "cohorts": [
                {"start": each.start.isoformat(), "end": each.end.isoformat(), "complete": list(each.complete)}
                for each in self.cohorts
            ],
            "series": [series.to_json() for series in self.series],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> RetentionResult:
        moment = dt.datetime.fromisoformat
        return cls(
            fields["interval"],
            fields["zone"],
            fields["measure"],
            fields["unit"],
            fields["format"],
            tuple(Period(each["start"], each["end"], each["label"]) for each in fields["buckets"]),
            tuple(
                Cohort(moment(each["start"]), moment(each["end"]), tuple(each["complete"]))
                for each in fields["cohorts"]
            ),
            tuple(RetentionSeries.from_json(each) for each in fields["series"]),
            tuple(fields["notes"]),
        )


# --- rows → numbers ---------------------------------------------------------------------------------------------------

_Segments: TypeAlias = tuple[Segment, ...]


@dataclass
class _Cell:
    users: int = 0
    total: float = 0.0
    count: int = 0


def retention_result(
    query: RetentionQuery, scope: Scope, rows: Iterable[RetentionRow], shown: Sequence[_Segments] = ()
) -> RetentionResult:
    """`shown` are the segments in their order; all of them together stand before them, what is left over behind."""
    periods = _periods(query)
    found = buckets(query.dates, query.interval, scope)
    cohorts = tuple(cohort_of(query, each, scope) for each in found)
    open_for = [_can_return(query, each, scope) for each in found]
    position = {each.start: index for index, each in enumerate(found)}
    sizes: dict[tuple[_Segments, int], int] = {}
    cells: dict[tuple[_Segments, int, int], _Cell] = {}
    for row in rows:
        at = position[row.cohort]
        if row.bucket is None:
            sizes[row.segment, at] = row.users
            continue
        cell = cells.setdefault((row.segment, at, row.bucket), _Cell())
        cell.users += row.users
        cell.total += row.total
        cell.count += row.count
    whole = (Segment(SegmentKind.ALL),) * len(query.breakdowns)
    left_over = (Segment(SegmentKind.OTHER),) * len(query.breakdowns)
    segments = [whole]
    if query.breakdowns:
        segments += [*shown, *([left_over] if any(key[0] == left_over for key in sizes) else [])]
    name = f"{query.birth.name} → {query.back.name}"
    series = []
    for segment in segments:
        numbers = tuple(
            _numbers(query, sizes.get((segment, at), 0), _row_of(cells, segment, at, len(periods), query), open_for[at])
            for at in range(len(cohorts))
        )
        size = sum(row.size for row in numbers)
        series.append(RetentionSeries(segment, name, size, numbers, _average(cohorts, numbers, len(periods))))
    return RetentionResult(
        str(query.interval),
        scope.zone,
        str(query.measure.kind),
        _unit(query),
        _FORMATS[query.measure.kind],
        periods,
        cohorts,
        tuple(series),
        notes(query, scope, found),
    )


def beside(ours: RetentionResult, earlier: RetentionResult) -> RetentionResult:
    """Our answer with that of an earlier time, which is asked for the same segments."""
    before = {series.segment: series for series in earlier.series}
    nothing = tuple(0 for _ in ours.buckets), tuple(None for _ in ours.buckets), tuple(0 for _ in ours.buckets)
    found = []
    for series in ours.series:
        theirs = before.get(series.segment)  # there may have been no "other" then
        average = theirs.average if theirs else Average(*nothing)
        differences = tuple(
            None if one is None or other is None else neat(one - other)
            for one, other in zip(series.average.values, average.values, strict=True)
        )
        found.append(replace(series, compared=Before(theirs.size if theirs else 0, average, differences)))
    return replace(ours, series=tuple(found))


def _unit(query: RetentionQuery) -> str:
    of = query.measure.of
    return "Users" if of is None else f"{query.measure.kind.capitalize()} of {of.label}"


def _periods(query: RetentionQuery) -> tuple[Period, ...]:
    word = query.unit.capitalize()
    found = []
    for start, end in zip(query.starts, query.starts[1:], strict=False):
        label = f"{word} {start}" if end == start + 1 else f"{word}s {start}–{end - 1}"
        found.append(Period(start, end, label))
    return tuple(found)


def cohort_of(query: RetentionQuery, bucket: Bucket, scope: Scope) -> Cohort:
    kept = bucket.start >= window(query.dates, scope).start
    return Cohort(bucket.start, bucket.end, tuple(kept and end <= scope.now for end in query.clock.ends(bucket, scope)))


def _can_return(query: RetentionQuery, bucket: Bucket, scope: Scope) -> list[bool]:
    """Whether the bucket begins, for the first of the cohort, in the time that returns are counted in."""
    until = query.clock.read_until(query.dates, scope)
    return [begins < until for begins in query.clock.beginnings(bucket, scope)]


def _row_of(
    cells: Mapping[tuple[_Segments, int, int], _Cell], segment: _Segments, at: int, count: int, query: RetentionQuery
) -> list[_Cell]:
    found = [cells.get((segment, at, number), _Cell()) for number in range(count)]
    if query.criterion is Criterion.ON:
        return found
    later, summed = _Cell(), []
    for cell in reversed(found):
        later = _Cell(later.users + cell.users, later.total + cell.total, later.count + cell.count)
        summed.append(later)
    return summed[::-1]


def _numbers(query: RetentionQuery, size: int, cells: list[_Cell], can_return: list[bool]) -> CohortNumbers:
    values = tuple(
        _value(query.measure.kind, size, cell) if possible else None
        for cell, possible in zip(cells, can_return, strict=True)
    )
    users = tuple(cell.users if possible else None for cell, possible in zip(cells, can_return, strict=True))
    return CohortNumbers(size, values, users)


def _value(kind: RetentionMeasureKind, size: int, cell: _Cell) -> Number:
    match kind:
        case RetentionMeasureKind.RATE:
            return neat(cell.users / size) if size else None
        case RetentionMeasureKind.USERS:
            return cell.users
        case RetentionMeasureKind.SUM:
            return neat(cell.total)
    return neat(cell.total / cell.count) if cell.count else None


def _average(cohorts: Sequence[Cohort], rows: Sequence[CohortNumbers], count: int) -> Average:
    sizes, values, users = [], [], []
    for number in range(count):
        whole = [row for cohort, row in zip(cohorts, rows, strict=True) if cohort.complete[number]]
        sizes.append(sum(row.size for row in whole))
        users.append(sum(row.users[number] or 0 for row in whole))
        weighted = [(row.size, value) for row in whole if (value := row.values[number]) is not None]
        weight = sum(size for size, _ in weighted)
        values.append(neat(math.fsum(size * value for size, value in weighted) / weight) if weight else None)
    return Average(tuple(sizes), tuple(values), tuple(users))
