"""Insights as one statement: a SELECT for each reading of events, side by side, each giving the same columns.

    metric | part | segment | bin | bucket | value     part: see breakdowns.py; bucket -1 is the whole range

Metrics of the same events are counted in one reading. The numbers of buckets, of ranges, of segments and of the whole
come from that reading too; which segments are shown was found before (segments.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from analytics.compiler.breakdowns import OTHER, WHOLE, Key, Split, known_scales, split
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.events import FINAL_SETTINGS, milliseconds, user
from analytics.compiler.measures import ADDS_UP, OF_USERS, across_users, aggregate, input_of, of_each_user
from analytics.compiler.rolling import active_users, pieces, windows
from analytics.compiler.rows import Reading
from analytics.queries.buckets import Bucket, buckets
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.scope import Scope
from analytics.results.distribution import EDGES, bin_segment
from analytics.results.insights import InsightsRow
from analytics.results.segments import Segment, SegmentKind
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_WHOLE_RANGE = -1


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all readings of a question share."""

    query: InsightsQuery
    scope: Scope
    found: tuple[Bucket, ...]
    bucket: BucketColumn
    split: Split | None
    shown: Sequence[Key]

    @property
    def columns(self) -> list[Fragment]:
        return [self.split.column] if self.split else []

    @property
    def division(self) -> Fragment:
        if not self.split:
            return sql("toUInt8(2) AS whole_or_part, CAST(NULL AS Nullable(String)) AS text")
        return sql(
            "if(grouping(part) = 1, toUInt8(2), part) AS whole_or_part, CAST(segment AS Nullable(String)) AS text"
        )

    def parted(self, rows: Fragment) -> Fragment:
        return self.split.parts(rows, self.shown) if self.split else rows

    def sets(self, *, buckets: bool, ranges: bool, of: LiteralString = "") -> Fragment:
        """GROUPING SETS for numbers by bucket, over the range, or both; `of` is what else to group by, like a user."""
        heads: list[LiteralString] = []
        if self.split:
            heads.append("part, segment")
        if not self.split or not self.split.has_lists:  # a list's rows hold the whole already
            heads.append("")
        found: list[Fragment] = []
        for head in heads:
            for tail, wanted in (("bucket", buckets), ("", ranges)):
                if wanted:
                    found.append(_set(head, tail, of))
        return join(", ", found)


def _set(*names: LiteralString) -> Fragment:
    return sql("({names})", names=join(", ", [sql(name) for name in names if name]) or sql(" "))


def compile_insights(query: InsightsQuery, scope: Scope, shown: Sequence[Key] = ()) -> CompiledQuery[InsightsRow]:
    """`shown` are the segments of the breakdown to show; there is nothing else but "other" then."""
    found = buckets(query.dates, query.interval, scope)
    parts = split(query.breakdowns, scope, known_scales(query.breakdowns, shown)) if query.breakdowns else None
    plan = _Plan(query, scope, found, bucket_column(found), parts, shown)
    selects = [_reading(metrics, plan) for metrics in readings(query)]
    return CompiledQuery.of(join(" UNION ALL ", selects), _row_maker(plan), FINAL_SETTINGS)


Numbered = tuple[int, Metric]


def readings(query: InsightsQuery) -> list[list[Numbered]]:
    """The metrics by what they read: those of the same events together, where one look at each event is enough."""
    groups: dict[object, list[Numbered]] = {}
    for index, metric in enumerate(query.metrics):
        measure = metric.measure
        alone = measure.is_rolling or measure.kind is MeasureKind.PER_USER
        same = (metric.events, metric.filters, metric.first_time, measure.kind is MeasureKind.SESSIONS)
        groups.setdefault(index if alone else same, []).append((index, metric))
    return list(groups.values())


def _reading(metrics: list[Numbered], plan: _Plan) -> Fragment:
    index, metric = metrics[0]
    if metric.measure.is_rolling:
        return _rolling(index, metric, plan)
    if metric.measure.kind is MeasureKind.PER_USER:
        return _per_user(index, metric, plan)
    return _plain(metrics, plan)


def compile_pieces(
    query: InsightsQuery, scope: Scope, shown: Sequence[Key], sources: Sequence[tuple[Fragment, Fragment]]
) -> CompiledQuery[InsightsRow]:
    """The same, put together from pieces of buckets (kept.py): for each reading a SELECT of bucket (its start),
    segment, numbers and actors, and the metrics' numbers of many such."""
    found = buckets(query.dates, query.interval, scope)
    starts = {milliseconds(bucket.start.timestamp()): bucket.start for bucket in found}
    parts = split(query.breakdowns, scope, {}) if query.breakdowns else None
    column = BucketColumn(sql("bucket"), starts.__getitem__, sql("bucket"))
    plan = _Plan(query, scope, found, column, parts, shown)
    selects = [
        _numbered(numbers, plan.parted(pieces), plan, plan.sets(buckets=True, ranges=True))
        for pieces, numbers in sources
    ]
    return CompiledQuery.of(join(" UNION ALL ", selects), _row_maker(plan), FINAL_SETTINGS)


# --- measures that look at each event once ----------------------------------------------------------------------------


def _plain(metrics: list[Numbered], plan: _Plan) -> Fragment:
    reading = Reading(plan.query, plan.scope, metrics[0][1])
    inputs: list[Fragment] = []
    numbers = []
    for index, metric in metrics:
        measure = metric.measure
        numbers.append(
            sql(
                "({index}, CAST({aggregate} AS Nullable(Float64)))",
                index=bind("UInt16", index),
                aggregate=aggregate(measure, _column_of(measure, inputs)),
            )
        )
    kinds = {metric.measure.kind for _, metric in metrics}
    columns = [
        sql("{bucket} AS bucket", bucket=plan.bucket.expression),
        *plan.columns,
        *(sql("{input} AS {name}", input=each, name=_x(nth)) for nth, each in enumerate(inputs)),
    ]
    if MeasureKind.SESSIONS in kinds:
        rows = reading.rows_with_sessions(columns)
    else:
        rows = reading.rows([*columns, _user(plan)] if kinds & OF_USERS else columns)
    array = sql("[{numbers}]", numbers=join(", ", numbers))
    return _numbered(array, plan.parted(rows), plan, plan.sets(buckets=True, ranges=not kinds <= ADDS_UP))


def _numbered(numbers: Fragment, rows: Fragment, plan: _Plan, sets: Fragment) -> Fragment:
    """`numbers` is an aggregate: an array of (metric, number)."""
    return sql(
        "SELECT number.1 AS metric, whole_or_part, text, CAST(NULL AS Nullable(Float64)) AS bin, in_bucket,"
        " number.2 AS value FROM (SELECT {division},"
        " if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket, arrayJoin({numbers}) AS number"
        " FROM ({rows}) GROUP BY GROUPING SETS ({sets}))",
        division=plan.division,
        numbers=numbers,
        rows=rows,
        sets=sets,
    )


def _column_of(measure: Measure, inputs: list[Fragment]) -> Fragment:
    """The name of the column that the measure reads, which is added to the inputs unless another one reads it, too."""
    wanted = input_of(measure.of, distinct=measure.kind is MeasureKind.DISTINCT)
    if wanted is None:
        return EMPTY
    if wanted not in inputs:
        inputs.append(wanted)
    return _x(inputs.index(wanted))


def _x(nth: int) -> Fragment:
    return Fragment((f"x{nth}",))


def _user(plan: _Plan) -> Fragment:
    return sql("{user} AS user", user=user(plan.scope))


# --- measures over users' numbers -------------------------------------------------------------------------------------


def _per_user(index: int, metric: Metric, plan: _Plan) -> Fragment:
    asked = metric.measure.per_user
    assert asked is not None
    wanted = input_of(asked.of, distinct=asked.each == "distinct")
    columns = [sql("{bucket} AS bucket", bucket=plan.bucket.expression), *plan.columns, _user(plan)]
    if wanted is not None:
        columns.append(sql("{wanted} AS x0", wanted=wanted))
    each = sql(
        "SELECT {division}, if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket,"
        " CAST({y} AS Nullable(Float64)) AS y FROM ({rows}) GROUP BY GROUPING SETS ({sets})",
        division=plan.division,
        y=of_each_user(asked, sql("x0")),
        rows=plan.parted(Reading(plan.query, plan.scope, metric).rows(columns)),
        sets=plan.sets(buckets=True, ranges=True, of="user"),
    )
    if metric.measure.is_distribution:
        return sql(
            "SELECT {index} AS metric, whole_or_part, text,"
            " CAST(roundDown(assumeNotNull(y), {edges}) AS Nullable(Float64)) AS bin, in_bucket,"
            " CAST(count() AS Nullable(Float64)) AS value"
            " FROM ({each}) WHERE isNotNull(y) GROUP BY whole_or_part, text, bin, in_bucket",
            index=bind("UInt16", index),
            edges=bind("Array(Float64)", list(EDGES)),
            each=each,
        )
    return sql(
        "SELECT {index} AS metric, whole_or_part, text, CAST(NULL AS Nullable(Float64)) AS bin, in_bucket,"
        " CAST({across} AS Nullable(Float64)) AS value FROM ({each}) GROUP BY whole_or_part, text, in_bucket",
        index=bind("UInt16", index),
        across=across_users(asked, sql("y")),
        each=each,
    )


# --- users of a time that ends with each bucket -----------------------------------------------------------------------


def _rolling(index: int, metric: Metric, plan: _Plan) -> Fragment:
    cut = windows(metric.measure, plan.query, plan.scope, plan.found)
    parts = pieces(cut)
    reading = Reading(plan.query, plan.scope, metric, cut.read)
    rows = reading.rows([sql("{piece} AS piece", piece=parts.expression), *plan.columns, _user(plan)])
    changes = active_users(plan.parted(rows), parts, plan.sets(buckets=False, ranges=True, of="user"), plan.division)
    return sql(
        "SELECT {index} AS metric, whole_or_part, text, CAST(NULL AS Nullable(Float64)) AS bin,"
        " in_bucket, CAST(value AS Nullable(Float64)) AS value FROM ({changes}) WHERE in_bucket < {count}",
        index=bind("UInt16", index),
        changes=changes,
        count=bind("Int64", len(plan.found)),
    )


# --- rows -------------------------------------------------------------------------------------------------------------


def _row_maker(plan: _Plan) -> Callable[[tuple[Any, ...]], InsightsRow]:
    def row(line: tuple[Any, ...]) -> InsightsRow:
        metric, part, text, bin, number, value = line
        measure = plan.query.metrics[metric].measure
        segment = _segments(plan, part, text)
        if bin is not None:
            segment = (*segment, bin_segment(bin, whole=has_whole_bins(measure)))
        if measure.is_rolling:
            start = plan.found[number].start
        else:
            start = None if number == _WHOLE_RANGE else plan.bucket.start(number)
        return InsightsRow(metric, segment, start, value)

    return row


def _segments(plan: _Plan, part: int, text: Key) -> tuple[Segment, ...]:
    if plan.split is None:
        return ()
    if part in (WHOLE, OTHER):
        kind = SegmentKind.ALL if part == WHOLE else SegmentKind.OTHER
        return (Segment(kind),) * len(plan.query.breakdowns)
    return plan.split.read(text)


def has_whole_bins(measure: Measure) -> bool:
    """Whether users' numbers are whole ones: of events, or of distinct values."""
    return measure.per_user is not None and measure.per_user.each in ("total", "distinct")
