"""The lists of what was done or sent most, as SQL. They read events, not the catalogue, which counts repeated ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.compiler import expressions
from analytics.compiler.events import FINAL_SETTINGS, events, milliseconds
from analytics.compiler.segmentation import AGGREGATES, who_column
from analytics.queries.buckets import day_start, window
from analytics.queries.dates import DateUnit, LastDates
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.rankings import RECENT, EventNames, TopEvents, TopProperties, TopValues
from analytics.queries.scope import Scope
from analytics.results.segmentation import Number, plain
from analytics.schema import properties
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment, bind, join, sql


@dataclass(frozen=True, slots=True)
class TopEventRow:
    event: str
    today: bool
    value: Number


@dataclass(frozen=True, slots=True)
class RankedRow:
    name: str
    value: Number


def compile_top_events(query: TopEvents, scope: Scope) -> CompiledQuery[TopEventRow]:
    """A line for each event and day of the two."""
    today = day_start(scope.today, scope.tzinfo)
    yesterday = day_start(scope.today - dt.timedelta(days=1), scope.tzinfo)
    moment = sql("toUnixTimestamp64Milli(time)")
    started = bind("Int64", milliseconds(today.timestamp()))
    same_time = bind("Int64", milliseconds((yesterday + (scope.now - today)).timestamp()))
    rows = events(
        join(
            ", ",
            [
                sql("toString(event) AS name, {moment} >= {started} AS is_today", moment=moment, started=started),
                who_column(query.count, scope),
            ],
        ),
        scope=scope,
        window=window(LastDates(2, DateUnit.DAY), scope),
        names=ALL_EVENTS,
        where=sql("({moment} >= {started} OR {moment} < {same})", moment=moment, started=started, same=same_time),
    )
    statement = sql(
        "SELECT name, is_today, {aggregate} AS value FROM ({rows}) GROUP BY name, is_today",
        aggregate=AGGREGATES[query.count],
        rows=rows,
    )
    return CompiledQuery.of(statement, lambda line: TopEventRow(line[0], bool(line[1]), plain(line[2])), FINAL_SETTINGS)


def compile_event_names(query: EventNames, scope: Scope) -> CompiledQuery[RankedRow]:
    columns = join(", ", [sql("toString(event) AS name"), who_column(query.count, scope)])
    rows = events(columns, scope=scope, window=window(RECENT, scope), names=ALL_EVENTS)
    return _ranked(rows, AGGREGATES[query.count], query.limit)


def compile_top_properties(query: TopProperties, scope: Scope) -> CompiledQuery[RankedRow]:
    rows = events(
        sql("arrayJoin({names}) AS name", names=properties.names()),
        scope=scope,
        window=window(RECENT, scope),
        names=(query.event,),
    )
    return _ranked(rows, sql("count()"), query.limit)


def compile_top_values(query: TopValues, scope: Scope) -> CompiledQuery[RankedRow]:
    rows = events(
        sql("arrayJoin({segments}) AS name", segments=expressions.segments(query.property, place="name")),
        scope=scope,
        window=window(RECENT, scope),
        names=(query.event,),
        where=expressions.defined(query.property, place="name"),
    )
    return _ranked(rows, sql("count()"), query.limit)


def _ranked(rows: Fragment, aggregate: Fragment, limit: int) -> CompiledQuery[RankedRow]:
    statement = sql(
        "SELECT name, {aggregate} AS value FROM ({rows}) GROUP BY name ORDER BY value DESC, name LIMIT {limit}",
        aggregate=aggregate,
        rows=rows,
        limit=bind("UInt32", limit),
    )
    return CompiledQuery.of(statement, lambda line: RankedRow(line[0], plain(line[1])), FINAL_SETTINGS)
