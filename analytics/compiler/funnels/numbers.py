"""The numbers of a funnel: a row for each segment that is shown, and in a trend for each bucket of entries.

    place | bucket (-1: range) | key | counts | from previous: average, median | from first: average, median | spread

Times are milliseconds; counts and times are arrays, one number for each step (times: from the second on). Segments are
ranked by how many began in them, in the same statement, where an attempt has one segment only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analytics.compiler.arrays import array_of, side_by_side
from analytics.compiler.breakdowns import OTHER, WHOLE, Key, Split
from analytics.compiler.buckets import bucket_column
from analytics.compiler.events import FINAL_SETTINGS
from analytics.compiler.funnels.attempts import attempts
from analytics.compiler.funnels.between import with_frequency
from analytics.compiler.funnels.segments import Asked
from analytics.queries.breakdowns import Order
from analytics.queries.buckets import buckets
from analytics.queries.funnels import FunnelsQuery, View
from analytics.results.funnel_rows import COUNT_EDGES, TIME_EDGES, FunnelRow
from analytics.results.segments import Segment, SegmentKind
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_WHOLE_RANGE = -1


def compile_funnel(asked: Asked, shown: Sequence[Key] | None) -> CompiledQuery[FunnelRow]:
    """With `shown` None the segments are found in the same statement (see `Asked.is_found_at_once`)."""
    query, parts = asked.query, asked.split
    rows = attempts(query, asked.scope, parts)
    if query.view is View.FREQUENCY:
        rows = with_frequency(rows, query, asked.scope, parts)
    if parts is not None:
        rows = _ranked(rows, query, parts) if shown is None else parts.places(rows, shown)
    definitions = asked.definitions if shown is None else EMPTY
    return CompiledQuery.of(definitions + _numbers(rows, asked, shown is None), row_maker(asked, shown), FINAL_SETTINGS)


def _ranked(rows: Fragment, query: FunnelsQuery, parts: Split) -> Fragment:
    """The attempts with the place of their segment, the largest being the first."""
    columns = [sql("entered"), sql("times"), *([sql("times_done")] if query.view is View.FREQUENCY else [])]
    rising = sql("began") if query.segments.order is Order.BOTTOM else sql("began DESC")
    return sql(
        "SELECT toUInt16(if(rank > {limit}, {other}, rank)) AS place, segment, f.1 AS entered, f.2 AS times{names} FROM"
        " (SELECT segment, row_number() OVER (ORDER BY {rising}, {ties}) AS rank, found FROM"
        " (SELECT segment, count() AS began, {found} AS found FROM ({rows})"
        " GROUP BY segment)) ARRAY JOIN found AS f",
        limit=bind("UInt32", query.segments.limit),
        other=bind("UInt16", OTHER),
        names=sql(", f.3 AS times_done") if len(columns) > 2 else EMPTY,
        rising=rising,
        ties=parts.ties,
        found=side_by_side([array_of(column) for column in columns]),
        rows=rows,
    )


def _numbers(rows: Fragment, asked: Asked, with_key: bool) -> Fragment:
    query, parts = asked.query, asked.split
    columns: list[Fragment] = []
    sets: list[Fragment] = [] if parts is not None and parts.has_lists else [EMPTY]
    if parts is not None:
        sets.append(sql("place"))
        columns.append(sql("if(grouping(place) = 1, {whole}, place) AS at", whole=bind("UInt16", WHOLE)))
    else:
        columns.append(sql("{whole} AS at", whole=bind("UInt16", WHOLE)))
    if query.view is View.TREND:
        bucket = bucket_column(buckets(query.dates, query.interval, asked.scope))
        rows = sql(
            "SELECT *, {bucket} AS bucket FROM"
            " (SELECT *, fromUnixTimestamp64Milli(toInt64(entered), 'UTC') AS time FROM ({rows}))",
            bucket=bucket.expression,
            rows=rows,
        )
        sets = [*sets, *(join(", ", [each, sql("bucket")]) for each in sets)]
        columns.append(sql("if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket"))
    else:
        columns.append(sql("toInt64(-1) AS in_bucket"))
    columns.append(sql("any(segment) AS key") if with_key and parts is not None else sql("NULL AS key"))
    measured = sql(
        "SELECT *, arrayMap(x -> toUInt64(1), times) AS ones, arrayPopFront(arrayDifference(times)) AS steps_apart,"
        " arrayMap(x -> toInt64(x - times[1]), arrayPopFront(times)) AS since_first FROM ({rows})",
        rows=rows,
    )
    columns += [
        sql("sumForEach(ones)"),
        sql("avgForEach(steps_apart)"),
        sql("quantileExactInclusiveForEach(0.5)(steps_apart)"),
        sql("avgForEach(since_first)"),
        sql("quantileExactInclusiveForEach(0.5)(since_first)"),
        _spread(query),
    ]
    if len(sets) == 1 and not sets[0]:
        return sql("SELECT {columns} FROM ({rows})", columns=join(", ", columns), rows=measured)
    return sql(
        "SELECT {columns} FROM ({rows}) GROUP BY GROUPING SETS ({sets})",
        columns=join(", ", columns),
        rows=measured,
        sets=join(", ", [sql("({names})", names=each or sql(" ")) for each in sets]),
    )


def _spread(query: FunnelsQuery) -> Fragment:
    if query.view not in (View.TIMES, View.FREQUENCY):
        return sql("NULL")
    first, last = (bind("UInt8", step) for step in query.span)
    is_time = query.view is View.TIMES
    value = sql("toInt64(times[{last}] - times[{first}])", first=first, last=last) if is_time else sql("times_done")
    return sql(
        "tuple(countIf({reached}), avgIf({value}, {reached}),"
        " quantilesExactInclusiveIf(0.25, 0.5, 0.75, 0.9)({value}, {reached}),"
        " minIf({value}, {reached}), maxIf({value}, {reached}),"
        " sumMapIf([roundDown({value}, {edges})], [toUInt64(1)], {reached}))",
        reached=sql("length(times) >= {last}", last=last),
        value=value,
        edges=bind("Array(Int64)", [edge * 1000 for edge in TIME_EDGES] if is_time else list(COUNT_EDGES)),
    )


def row_maker(asked: Asked, shown: Sequence[Key] | None) -> Callable[[tuple[Any, ...]], FunnelRow]:
    column = bucket_column(buckets(asked.query.dates, asked.query.interval, asked.scope))

    def row(line: tuple[Any, ...]) -> FunnelRow:
        place, bucket, key, counts, *times, spread = line
        is_shown = place not in (OTHER, WHOLE)
        return FunnelRow(
            segment_at(asked, place, shown, key),
            None if bucket == _WHOLE_RANGE else column.start(bucket),
            counts,
            times[0],
            times[1],
            times[2],
            times[3],
            spread,
            key if is_shown else None,
            is_shown,
            place,
        )

    return row


def segment_at(asked: Asked, place: int, shown: Sequence[Key] | None, key: Key) -> tuple[Segment, ...]:
    if asked.split is None:
        return ()
    if place in (WHOLE, OTHER):
        return (Segment(SegmentKind.ALL if place == WHOLE else SegmentKind.OTHER),)
    return asked.split.read(key if shown is None else shown[place - 1])
