"""Insights as one statement: a SELECT for each metric, side by side, each giving the same columns.

    metric | part | segment | bucket | value        part: see breakdowns.py; bucket -1 is the whole range

The numbers of buckets, of ranges, of segments and of the whole come from one reading of the metric's events; only
finding the largest segments reads them once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, LiteralString

from analytics.compiler.breakdowns import NULL_SETTINGS, OTHER, WHOLE, largest, segment_columns, segmented
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.events import FINAL_SETTINGS, events
from analytics.compiler.filters import filters
from analytics.compiler.measures import MEASURES, Measurement
from analytics.queries.buckets import buckets, window
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import Metric
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.results.insights import InsightsRow
from analytics.results.segments import Segment, SegmentKind, Value, number_value
from analytics.schema.identity import user
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_WHOLE_RANGE = -1


def compile_insights(query: InsightsQuery, scope: Scope) -> CompiledQuery[InsightsRow]:
    bucket = bucket_column(buckets(query.dates, query.interval, scope))
    selects = [_metric(index, metric, query, scope, bucket) for index, metric in enumerate(query.metrics)]
    return CompiledQuery.of(
        join(" UNION ALL ", selects), _row_maker(query, bucket), {**FINAL_SETTINGS, **NULL_SETTINGS}
    )


def _metric(index: int, metric: Metric, query: InsightsQuery, scope: Scope, bucket: BucketColumn) -> Fragment:
    measurement = MEASURES[metric.measure.kind]

    def rows(columns: Sequence[Fragment]) -> Fragment:
        return events(
            join(", ", columns),
            scope=scope,
            window=window(query.dates, scope),
            names=metric.events,
            where=filters(query.filters, metric.filters, scope=scope),
        )

    who = sql("{user} AS user", user=user(scope.project_id)) if measurement.of_users else EMPTY
    when = sql("{bucket} AS bucket", bucket=bucket.expression)
    if not query.breakdowns:
        return _counted(index, measurement, _UNDIVIDED, rows([who, when]), ["(bucket)"], ["()"])
    breakdown = query.breakdowns[0]
    segment = segment_columns(breakdown).columns
    shown = largest(breakdown, rows([who, segment]), measurement.aggregate)
    parts = segmented(breakdown, rows([who, when, segment]), shown)
    by_bucket: list[LiteralString] = ["(part, segment, bucket)"]
    over_range: list[LiteralString] = ["(part, segment)"]
    if breakdown.property.type is not PropertyType.LIST:  # whose rows hold the whole already
        by_bucket.append("(bucket)")
        over_range.append("()")
    return _counted(index, measurement, _DIVIDED, parts, by_bucket, over_range)


_UNDIVIDED = sql("toUInt8(2) AS whole_or_part, CAST(NULL AS Nullable(String)) AS text")
_DIVIDED = sql("if(grouping(part) = 1, toUInt8(2), part) AS whole_or_part, CAST(segment AS Nullable(String)) AS text")


def _counted(
    index: int,
    measurement: Measurement,
    division: Fragment,
    rows: Fragment,
    by_bucket: Sequence[LiteralString],
    over_range: Sequence[LiteralString],
) -> Fragment:
    sets = [*by_bucket] if measurement.adds_up else [*by_bucket, *over_range]
    return sql(
        "SELECT {index} AS metric, {division},"
        " if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket, toUInt64({aggregate}) AS value"
        " FROM ({rows}) GROUP BY GROUPING SETS ({sets})",
        index=bind("UInt16", index),
        division=division,
        aggregate=measurement.aggregate,
        rows=rows,
        sets=join(", ", [sql(grouping) for grouping in sets]),
    )


def _row_maker(query: InsightsQuery, bucket: BucketColumn) -> Callable[[tuple[Any, ...]], InsightsRow]:
    read = _READERS.get(query.breakdowns[0].property.type, _read_text) if query.breakdowns else _read_text

    def row(line: tuple[Any, ...]) -> InsightsRow:
        metric, part, text, number, value = line
        segment = (_segment(part, text, read),) if query.breakdowns else ()
        return InsightsRow(metric, segment, None if number == _WHOLE_RANGE else bucket.start(number), value)

    return row


def _segment(part: int, text: str | None, read: Callable[[str], Value]) -> Segment:
    if part == WHOLE:
        return Segment(SegmentKind.ALL)
    if part == OTHER:
        return Segment(SegmentKind.OTHER)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    return Segment(SegmentKind.VALUE, read(text)) if text else Segment(SegmentKind.EMPTY)


def _read_text(text: str) -> Value:
    return text


def _read_number(text: str) -> Value:
    return number_value(text)


def _read_boolean(text: str) -> Value:
    return text == "true"


_READERS: dict[PropertyType, Callable[[str], Value]] = {
    PropertyType.NUMBER: _read_number,
    PropertyType.BOOLEAN: _read_boolean,
}
