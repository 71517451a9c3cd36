"""What attempts did between two steps: how often the first one's event, or what else, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.compiler.arrays import array_of, side_by_side
from analytics.compiler.breakdowns import WHOLE, Key, Split
from analytics.compiler.events import FINAL_SETTINGS, events, user
from analytics.compiler.funnels.attempts import attempts
from analytics.compiler.funnels.rows import FunnelRows, time_read
from analytics.compiler.funnels.segments import Asked
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

MOST_PATHS = 20
LONGEST_PATH = 20  # events; longer ones are together with those that begin alike


def with_frequency(rows: Fragment, query: FunnelsQuery, scope: Scope, parts: Split | None) -> Fragment:
    """The attempts with `times_done`: how many of the first step's events there were, from then up to the later step,
    the step itself among them."""
    first, last = (bind("UInt8", step) for step in query.span)
    reading = FunnelRows(query, scope, None)
    done = sql(
        "SELECT {who}, groupArray(t) AS moments FROM ({rows}) WHERE {is_first} GROUP BY {who}",
        who=join(", ", reading.who),
        rows=reading.rows(),
        is_first=reading.is_step(query.span[0]),
    )
    held = sql("held, ") if query.hold else EMPTY
    value = sql(", {value} AS {value}", value=FunnelRows(query, scope, parts).value) if parts is not None else EMPTY
    return sql(
        "SELECT user, {held}entered, times, ended, session{value},"
        " toInt64(greatest(1, arrayCount(x -> x >= times[{first}] AND x < times[{last}], moments))) AS times_done"
        " FROM ({rows}) AS attempt ANY LEFT JOIN ({done}) AS done USING ({who})",
        held=held,
        value=value,
        first=first,
        last=last,
        rows=rows,
        done=done,
        who=join(", ", reading.who),
    )


def compile_paths(asked: Asked, shown: Sequence[Key]) -> CompiledQuery[tuple[int, tuple[str, ...], int, int]]:
    """place | the events between | how many attempts | how many of the place have any event between"""
    query, scope, parts = asked.query, asked.scope, asked.split
    first, last = (bind("UInt8", step) for step in query.span)
    rows = sql("SELECT * FROM ({rows}) WHERE length(times) >= {last}", rows=attempts(query, scope, parts), last=last)
    columns = [sql("user AS who"), sql("times[{first}] AS a, times[{last}] AS b", first=first, last=last)]
    place = EMPTY
    if parts is not None:
        rows, place = parts.places(rows, shown), sql("place, ")
        columns.append(sql("place"))
    numbered = sql(
        "SELECT {columns}, rowNumberInAllBlocks() AS attempt FROM ({rows})", columns=join(", ", columns), rows=rows
    )
    everything = events(
        sql("{user} AS who, toUInt64(toUnixTimestamp64Milli(time)) AS t, toString(event) AS name", user=user(scope)),
        scope=scope,
        window=time_read(query, scope),
        names=ALL_EVENTS,
    )
    paths = sql(
        "SELECT {place}attempt,"
        " arraySlice(arrayCompact(arrayMap(x -> x.2, arraySort({events}))), 1, {most}) AS path"
        " FROM ({everything}) AS event INNER JOIN ({numbered}) AS tried USING (who) WHERE t > a AND t < b"
        " GROUP BY {place}attempt",
        place=place,
        events=side_by_side([array_of(sql("t")), array_of(sql("name"))]),
        most=bind("UInt8", LONGEST_PATH),
        everything=everything,
        numbered=numbered,
    )
    whole = bind("UInt16", WHOLE)
    if parts is None:
        at, sets = sql("{whole} AS at", whole=whole), sql("(path)")
    else:
        at = sql("if(grouping(place) = 1, {whole}, place) AS at", whole=whole)
        sets = sql("(place, path)") if parts.has_lists else sql("(place, path), (path)")
    statement = sql(
        "SELECT at, path, found, sum(found) OVER (PARTITION BY at) AS several FROM"
        " (SELECT {at}, path, count() AS found FROM ({paths}) GROUP BY GROUPING SETS ({sets}))"
        " ORDER BY at, found DESC, path LIMIT {most} BY at",
        at=at,
        paths=paths,
        sets=sets,
        most=bind("UInt8", MOST_PATHS),
    )

    def row(line: tuple[Any, ...]) -> tuple[int, tuple[str, ...], int, int]:
        at, path, found, several = line
        return at, tuple(path), found, several

    return CompiledQuery.of(statement, row, FINAL_SETTINGS)
