"""Mixpanel's questions as SQL. Events, users and buckets come from where Insights has them, so its numbers are theirs.

segment | bucket | value        bucket -1 is the whole range, by which the largest segments are found
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.compiler import expressions
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.events import FINAL_SETTINGS, user
from analytics.compiler.expression_rows import rows
from analytics.queries.expressions import Expression
from analytics.queries.scope import Scope
from analytics.queries.segmentation import Amount, AmountQuery, Count, NumericQuery, SegmentationQuery
from analytics.results.segmentation import AmountRow, Ranges, SegmentRow, plain
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, sql

_WHOLE_RANGE = -1

AGGREGATES = {
    Count.GENERAL: sql("count()"),
    Count.UNIQUE: sql("uniqExact(user)"),
    Count.AVERAGE: sql("count() / uniqExact(user)"),
}


def compile_segmentation(query: SegmentationQuery, scope: Scope) -> CompiledQuery[SegmentRow]:
    bucket = bucket_column(query.period.cut(scope))
    conditions = [_where(query.where)]
    if query.on is None:
        segment = sql("toString(event)")
    else:
        segment = sql("arrayJoin({segments})", segments=expressions.segments(query.on, place="on"))
        if not query.undefined:
            conditions.append(expressions.defined(query.on, place="on"))

    def segmented(columns: Sequence[Fragment]) -> Fragment:
        found = _events(query, scope, [sql("{segment} AS segment", segment=segment), *columns], conditions)
        if query.only is None:
            return found
        only = bind("Array(String)", list(query.only))
        return sql("SELECT * FROM ({found}) WHERE segment IN {only}", found=found, only=only)

    who = who_column(query.count, scope)
    counted = segmented([who, sql("{bucket} AS bucket", bucket=bucket.expression)])
    if query.on is not None and query.only is None:
        largest = sql(
            "SELECT segment FROM ({rows}) GROUP BY segment ORDER BY {aggregate} DESC, segment LIMIT {limit}",
            rows=segmented([who]),
            aggregate=AGGREGATES[query.count],
            limit=bind("UInt32", query.limit),
        )
        counted = sql("SELECT * FROM ({rows}) WHERE segment IN ({largest})", rows=counted, largest=largest)
    return _by_segment(counted, query.count, bucket, str)


@dataclass(frozen=True, slots=True)
class BoundsRow:
    """The numbers that there are: none if `count` is 0."""

    count: int
    lowest: float
    highest: float


def compile_bounds(query: NumericQuery, scope: Scope) -> CompiledQuery[BoundsRow]:
    """Between which numbers the ranges must lie."""
    statement = sql(
        "SELECT count(amount), ifNull(min(amount), 0), ifNull(max(amount), 0) FROM ({rows})",
        rows=_events(query, scope, [_amount(query.on)], [_where(query.where)]),
    )
    return CompiledQuery.of(statement, lambda line: BoundsRow(*line), FINAL_SETTINGS)


def compile_numeric(query: NumericQuery, ranges: Ranges, scope: Scope) -> CompiledQuery[SegmentRow]:
    """A number beyond the ranges, which came since they were made, is counted in the nearest."""
    bucket = bucket_column(query.period.cut(scope))
    columns = [who_column(query.count, scope), sql("{bucket} AS bucket", bucket=bucket.expression), _amount(query.on)]
    counted = sql(
        "SELECT *, roundDown(assumeNotNull(amount), {starts}) AS segment FROM ({rows}) WHERE isNotNull(amount)",
        starts=bind("Array(Float64)", ranges.starts),
        rows=_events(query, scope, columns, [_where(query.where)]),
    )
    return _by_segment(counted, query.count, bucket, ranges.name)


def compile_amount(query: AmountQuery, scope: Scope) -> CompiledQuery[AmountRow]:
    bucket = bucket_column(query.period.cut(scope))
    columns = [sql("{bucket} AS bucket", bucket=bucket.expression), _amount(query.on)]
    statement = sql(
        "SELECT toInt64(bucket) AS bucket, {aggregate} AS value FROM ({rows}) GROUP BY bucket",
        aggregate=sql("sum(ifNull(amount, 0))" if query.amount is Amount.SUM else "sum(ifNull(amount, 0)) / count()"),
        rows=_events(query, scope, columns, [_where(query.where)]),
    )

    def row(line: tuple[int, float]) -> AmountRow:
        number, value = line
        return AmountRow(bucket.start(number), plain(value) if math.isfinite(value) else None)

    return CompiledQuery.of(statement, row, FINAL_SETTINGS)


def who_column(count: Count, scope: Scope) -> Fragment:
    """The user, where users are counted: looking up merged devices costs something."""
    return EMPTY if count is Count.GENERAL else sql("{user} AS user", user=user(scope))


def _where(where: Expression | None) -> Fragment:
    return EMPTY if where is None else expressions.condition(where, place="where")


def _amount(on: Expression) -> Fragment:
    return sql("{number} AS amount", number=expressions.number(on, place="on"))


def _events(
    query: SegmentationQuery | NumericQuery | AmountQuery,
    scope: Scope,
    columns: Sequence[Fragment],
    conditions: Sequence[Fragment],
) -> Fragment:
    return rows(
        [column for column in columns if column],
        asked=(query.where, query.on),
        conditions=conditions,
        scope=scope,
        window=query.period.window(scope),
        names=query.events,
    )


def _by_segment(
    counted: Fragment, count: Count, bucket: BucketColumn, name: Callable[[Any], str]
) -> CompiledQuery[SegmentRow]:
    statement = sql(
        "SELECT segment, if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket, {aggregate} AS value"
        " FROM ({rows}) GROUP BY GROUPING SETS ((segment, bucket), (segment))",
        aggregate=AGGREGATES[count],
        rows=counted,
    )

    def row(line: tuple[Any, ...]) -> SegmentRow:
        segment, number, value = line
        return SegmentRow(name(segment), None if number == _WHOLE_RANGE else bucket.start(number), value)

    return CompiledQuery.of(statement, row, FINAL_SETTINGS)
