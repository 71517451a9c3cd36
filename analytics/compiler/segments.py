"""Which segments of a breakdown are shown: the largest (or smallest) over the whole range, by the measure itself.

    segment

The first metric ranks; where it has fewer segments than are wanted, `rank_all` asks for the second to rank the rest,
and so on. All metrics then show the same segments, so that they can be read side by side and put into formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from analytics.compiler.breakdowns import Key, Split, number, split
from analytics.compiler.columns import beside_event, columns_beside
from analytics.compiler.events import FINAL_SETTINGS, events, user
from analytics.compiler.filters import condition, filters
from analytics.compiler.measures import OF_USERS, across_users, aggregate, input_of, of_each_user
from analytics.compiler.number_buckets import Scales, measured_scale
from analytics.compiler.rolling import in_last_window, windows
from analytics.compiler.rows import Reading
from analytics.queries.breakdowns import HIGHEST_LIMIT, AutoBuckets, Breakdown, Order
from analytics.queries.buckets import buckets, window
from analytics.queries.filters import Condition, Operator
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import MeasureKind
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def compile_segments(query: InsightsQuery, scope: Scope, *, rank_all: bool) -> CompiledQuery[Key]:
    """The keys of the segments to show, the largest first."""
    with_scales, scales = _scales(query, scope)
    parts = split(query.breakdowns, scope, scales, only_chosen=True)
    ranked = [_ranked(metric, query, scope, parts) for metric in (query.metrics if rank_all else query.metrics[:1])]
    return rank_segments(query, parts, ranked, with_scales)


def rank_segments(
    query: InsightsQuery, parts: Split, ranked: Sequence[Fragment], definitions: Fragment = EMPTY
) -> CompiledQuery[Key]:
    """The same of SELECTs of segment and value, one for each metric that ranks."""
    numbered = [
        sql("SELECT {index} AS metric, segment, value FROM ({ranked})", index=bind("UInt16", index), ranked=each)
        for index, each in enumerate(ranked)
    ]
    falling = query.segments.order is Order.TOP
    order = [
        sql(
            "maxOrNullIf(value, metric = {index}) DESC NULLS LAST"
            if falling
            else "maxOrNullIf(value, metric = {index}) ASC NULLS LAST",
            index=bind("UInt16", index),
        )
        for index in range(len(ranked))
    ]
    statement = sql(
        "{definitions}SELECT segment FROM ({ranked}) GROUP BY segment ORDER BY {order}, {ties} LIMIT {limit}",
        definitions=definitions,
        ranked=join(" UNION ALL ", numbered),
        order=join(", ", order),
        ties=parts.ties,
        limit=bind("UInt32", segments_wanted(query)),
    )
    return CompiledQuery.of(statement, _key, FINAL_SETTINGS)


def segments_wanted(query: InsightsQuery) -> int:
    """How many segments are shown at most: of one breakdown whose values are chosen, all of those are shown."""
    chosen = len(query.breakdowns) == 1 and bool(query.breakdowns[0].values)
    return HIGHEST_LIMIT if chosen else query.segments.limit


def _key(line: tuple[Any, ...]) -> Key:
    key: Key = line[0]
    return key


_SCALE_NAMES: tuple[LiteralString, ...] = ("scale0", "scale1", "scale2", "scale3", "scale4")


def _scales(query: InsightsQuery, scope: Scope) -> tuple[Fragment, Scales]:
    """The steps of auto buckets, from the least and the greatest number of any metric's events: a WITH clause, and what
    it defines."""
    definitions, found = [], {}
    for index, breakdown in enumerate(query.breakdowns):
        if isinstance(breakdown.buckets, AutoBuckets):
            numbers = events(
                sql("{number} AS number", number=number(breakdown.property)),
                scope=scope,
                window=window(query.dates, scope),
                names=_all_names(query),
                where=filters(query.filters, scope=scope),
                beside=columns_beside([breakdown.property]),
            )
            definition, found[index] = measured_scale(numbers, _SCALE_NAMES[index])
            definitions.append(definition)
    return sql("WITH {all} ", all=join(", ", definitions)) if definitions else EMPTY, found


def _all_names(query: InsightsQuery) -> Sequence[str] | AllEvents:
    names: list[str] = []
    for metric in query.metrics:
        if isinstance(metric.events, AllEvents):
            return ALL_EVENTS
        names += metric.events
    return list(dict.fromkeys(names))


def _ranked(metric: Metric, query: InsightsQuery, scope: Scope, parts: Split) -> Fragment:
    """SELECT of segment and value."""
    measure, reading = metric.measure, Reading(query, scope, metric)
    columns = [parts.column]
    chosen = is_chosen(query.breakdowns, scope)
    if chosen:
        columns.append(sql("({chosen}) AS is_chosen", chosen=chosen))
    if measure.kind in OF_USERS and measure.kind is not MeasureKind.SESSIONS:
        columns.append(sql("{user} AS user", user=user(scope)))
    of_what = measure.per_user or measure
    distinct = measure.kind is MeasureKind.DISTINCT or (
        measure.per_user is not None and measure.per_user.each == "distinct"
    )
    if (wanted := input_of(of_what.of, distinct=distinct)) is not None:
        columns.append(sql("{wanted} AS x0", wanted=wanted))
    if measure.is_rolling:
        # The range's number is that of its last bucket: the users of the window that ends with it.
        cut = windows(measure, query, scope, buckets(query.dates, query.interval, scope))
        reading = Reading(query, scope, metric, cut.read)
        columns.append(sql("{in_last} AS in_last", in_last=in_last_window(cut)))
    rows = reading.rows_with_sessions(columns) if measure.kind is MeasureKind.SESSIONS else reading.rows(columns)
    if chosen:
        rows = sql("SELECT * EXCEPT (is_chosen) FROM ({rows}) WHERE is_chosen", rows=rows)
    each = rows
    if parts.has_lists:
        each = sql("SELECT * EXCEPT (segments), arrayJoin(arrayDistinct(segments)) AS segment FROM ({rows})", rows=rows)
    if measure.per_user is not None:
        return sql(
            "SELECT segment, toFloat64({across}) AS value FROM"
            " (SELECT segment, user, {y} AS y FROM ({each}) GROUP BY segment, user) GROUP BY segment",
            across=across_users(measure.per_user, sql("y")),
            y=of_each_user(measure.per_user, sql("x0")),
            each=each,
        )
    counted = sql("uniqExactIf(user, in_last)") if measure.is_rolling else aggregate(measure, sql("x0"))
    return sql(
        "SELECT segment, toFloat64({counted}) AS value FROM ({each}) GROUP BY segment", counted=counted, each=each
    )


def is_chosen(breakdowns: tuple[Breakdown, ...], scope: Scope) -> Fragment:
    """That an event has only values that the breakdowns name, where they name any."""
    tests = []
    for breakdown in breakdowns:
        if not breakdown.values:
            continue
        if breakdown.property.type is PropertyType.BOOLEAN:
            values = bind("Array(String)", ["true" if value else "false" for value in breakdown.values])
            flag = beside_event(breakdown.property)
            tests.append(sql("ifNull({flag} IN {values}, 0)", flag=flag, values=values))
        else:
            operator = Operator.ANY_ITEM_IS if breakdown.property.type is PropertyType.LIST else Operator.IS
            tests.append(condition(Condition(breakdown.property, operator, breakdown.values), scope))
    return join(" AND ", tests) if tests else EMPTY
